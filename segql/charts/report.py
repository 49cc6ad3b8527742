"""Every segment and analysis of a file on one page: sizes, pictures, definitions and SQL. It needs no script and no network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from segql.charts import draw
from segql.charts.chart import chart
from segql.charts.look import label
from segql.node import Value
from segql.semantics import model

MOST_ROWS = 20  # of an answer that are shown as a table

STYLE = """
body { font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; color: #1f2933; max-width: 62rem;
       margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem } h2 { font-size: 1.2rem; margin-top: 2.5rem; border-top: 1px solid #e4e7eb; padding-top: 1rem }
p.about, td.of, small { color: #52606d } svg { max-width: 100%; height: auto }
table { border-collapse: collapse; margin: .75rem 0; font-variant-numeric: tabular-nums }
th, td { text-align: left; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #e4e7eb; vertical-align: top }
td.number, th.number { text-align: right } td.missing { color: #9aa5b1; font-style: italic }
pre { background: #f5f7fa; padding: .8rem; overflow-x: auto; font-size: 13px } summary { cursor: pointer; color: #2f6fab }
meter { width: 12rem }
"""


class Part(Value):
    """A segment or an analysis: its name, what it says of itself, its text, and its SQL."""

    name: str
    doc: str
    text: str
    sql: str


class SegmentPart(Part):
    """A segment with its keys, and those that its data have."""

    key: str
    keys: int
    universe: int


class AnalysisPart(Part):
    """An analysis with the rows of its answer."""

    asked: model.Analysis
    rows: tuple[tuple[Any, ...], ...]


def report(title: str, about: str, segments: Sequence[SegmentPart], analyses: Sequence[AnalysisPart]) -> str:
    """The page. Raises draw.Missing."""
    body = "\n".join((*_head(title, about, segments), *_analyses(analyses), *_segments(segments)))
    return draw.page(title, body, (STYLE,))


def _head(title: str, about: str, segments: Sequence[SegmentPart]) -> Iterator[str]:
    yield f'<h1>{escape(title)}</h1>\n<p class="about">{escape(about)}</p>'
    if segments:
        yield "<table><thead><tr><th>segment</th><th class=number>keys</th><th></th><th>of</th></tr></thead><tbody>"
        for part in segments:
            share = part.keys / part.universe if part.universe else 0
            yield (
                f'<tr><td><a href="#{_anchor(part)}">{escape(part.name)}</a></td><td class="number">{part.keys:,}</td>'
                f'<td><meter min="0" max="1" value="{share:.4f}"></meter> {share:.1%}</td>'
                f'<td class="of">{part.universe:,} {escape(part.key)}</td></tr>'
            )
        yield "</tbody></table>"


def _analyses(analyses: Sequence[AnalysisPart]) -> Iterator[str]:
    for part in analyses:
        yield f'<section class="analysis" id="{_anchor(part)}"><h2>{escape(part.name)}</h2>'
        yield from (f"<p>{escape(line)}</p>" for line in part.doc.splitlines())
        # The page has the name and the words already.
        drawn = draw.svg(chart(part.asked.replace(doc=""), part.rows))
        yield f"<figure>{drawn}</figure>"
        yield from _table(part)
        yield from _sources(part)
        yield "</section>"


def _segments(segments: Sequence[SegmentPart]) -> Iterator[str]:
    for part in segments:
        yield f'<section class="segment" id="{_anchor(part)}"><h2>{escape(part.name)}</h2>'
        yield from (f"<p>{escape(line)}</p>" for line in part.doc.splitlines())
        yield f"<p>{part.keys:,} of {part.universe:,} keys ({escape(part.key)})</p>"
        yield from _sources(part)
        yield "</section>"


def _anchor(part: Part) -> str:
    """A name as the place in a page: letters and digits stay, all else becomes its number."""
    return "".join(c if c.isalnum() and c.isascii() else f"-{ord(c):x}-" for c in part.name)


def _table(part: AnalysisPart) -> Iterator[str]:
    numbers = [_is_number(column) for column in part.asked.columns]
    head = "".join(
        f"<th{' class=number' * number}>{escape(column.name)}</th>"
        for column, number in zip(part.asked.columns, numbers, strict=True)
    )
    shown = "" if len(part.rows) <= MOST_ROWS else f"the first {MOST_ROWS} of "
    count = f"{len(part.rows):,} row{'' if len(part.rows) == 1 else 's'}"
    yield f"<details><summary>{shown}{count}</summary><table><thead><tr>{head}</tr></thead><tbody>"
    for row in part.rows[:MOST_ROWS]:
        yield f"<tr>{''.join(_cell(value, number) for value, number in zip(row, numbers, strict=True))}</tr>"
    yield "</tbody></table></details>"


def _is_number(column: model.ResultColumn) -> bool:
    return column.type.name in ("integer", "decimal", "float")


def _cell(value: Any, number: bool) -> str:
    if value is None:
        return '<td class="missing">missing</td>'
    shown = f"{value:,.6g}" if isinstance(value, float) else f"{value:,}" if number else label(value)
    return f"<td{' class=number' * number}>{escape(shown)}</td>"


def _sources(part: Part) -> Iterator[str]:
    yield f"<details><summary>definition</summary><pre>{escape(part.text)}</pre></details>"
    yield f"<details><summary>SQL</summary><pre>{escape(part.sql)}</pre></details>"
