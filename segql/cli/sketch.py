"""An answer as a small picture in a terminal: bars, lines of blocks, a shaded grid. In: rows; out: lines that fit a width.

Nothing depends on color: it only makes plainer what characters and numbers say already.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import Any, assert_never

from rich.text import Text

from segql.charts import words
from segql.charts.look import OTHER, label
from segql.charts.retention import cohort
from segql.cli import say
from segql.diagnostics.cells import cells, visible
from segql.node import Value
from segql.semantics import calendar, model

MOST_ROWS = 10_000  # of an answer that are looked at
MOST_BARS = 30
MOST_LINES = 12
MOST_COHORTS = 40
MOST_LINKS = 8  # of a step
LONGEST_BAR = 40
SHORTEST_BAR = 4
MARGIN = "  "

EIGHTHS = " ▏▎▍▌▋▊▉█"
LEVELS = "▁▂▃▄▅▆▇█"
SHADES = "·░▒▓█"
COLORS = ("blue", "yellow", "green", "magenta", "cyan", "red")

Row = dict[str, Any]


class Bar(Value):
    """A line of a chart of bars. A value of None has no bar; `note` stands behind it."""

    label: str
    value: float | None
    note: str
    style: str = COLORS[0]


def sketch(
    asked: model.Analysis, rows: Iterable[tuple[Any, ...]], width: int, limit: int | None = None
) -> Iterator[Text]:
    """The lines of the picture of an answer, none of which is wider than `width` unless a word is.

    `limit` is how many rows were asked for: of more, nothing is known.
    """
    names = [column.name for column in asked.columns]
    read = list(islice(rows, MOST_ROWS + 1))
    is_cut = len(read) > MOST_ROWS or (limit is not None and len(read) >= limit)
    read = read[:MOST_ROWS]
    found = [dict(zip(names, row, strict=True)) for row in read]
    why = "no rows are asked for" if is_cut and not read else words.empty(asked, read)
    if why:
        yield Text(why, style="dim")
        return
    match asked:
        case model.Explore():
            yield from _explore(asked, found, width)
        case model.Retention():
            yield from _retention(asked, read, width)
        case model.Paths():
            yield from _paths(asked, found, width)
        case model.Funnel():
            yield from _funnel(asked, found, width)
        case _:
            assert_never(asked)
    for word in [f"drawn from the first {say.counted(len(read), 'row')}"] if is_cut else words.unsaid(asked, read):
        yield Text(word, style="dim")


# ---------------------------------------------------------------- explorers


def _explore(asked: model.Explore, rows: list[Row], width: int) -> Iterator[Text]:
    bucket = next((group for group in asked.groups if group.unit is not None), None)
    totals = [row for row in rows if row.get("part") == words.TOTAL]
    rest = [row for row in rows if row.get("part") != words.TOTAL]
    for column in words.measures(asked):
        name = column.name
        if column.type.name not in words.NUMBERS:
            continue
        yield Text(name, style="bold")
        if bucket is None:
            yield from _bars_of(asked, name, rest, width)
        else:
            yield from _lines_of(asked, bucket, name, rest, width)
        for row in totals:
            whose = f" of {visible(str(row['segment']))}" if asked.several else ""
            yield Text(f"{MARGIN}{_number(row[name])} in all{whose}")


def _bars_of(asked: model.Explore, name: str, rows: list[Row], width: int) -> Iterator[Text]:
    colors = {audience.name: COLORS[at % len(COLORS)] for at, audience in enumerate(asked.audiences)}
    bars = []
    for row in rows[:MOST_BARS]:
        whose = [visible(str(row["segment"]))] if asked.several else []
        name_of = " · ".join((*_group(asked.groups, row), *whose)) or asked.name
        color = colors[row["segment"]] if asked.several else COLORS[0]
        bars.append(Bar(label=name_of, value=_float(row[name]), note=_number(row[name]), style=color))
    yield from _drawn(bars, width)
    yield from _left_out(len(rows), MOST_BARS, "bars")


def _group(groups: Sequence[model.Group], row: Row) -> list[str]:
    if row.get("part") == "other":
        return [OTHER]
    return [_label(row[group.column.name]) for group in groups]


def _lines_of(asked: model.Explore, bucket: model.Group, name: str, rows: list[Row], width: int) -> Iterator[Text]:
    """A line of blocks for each series, an instant a block. Where there is no row there is no block."""
    assert bucket.unit is not None
    others = [group for group in asked.groups if group is not bucket]
    series: dict[str, dict[dt.datetime, float | None]] = {}
    for row in rows:
        if row[bucket.column.name] is not None:  # the rest beside the `top` groups has no time
            whose = [visible(str(row["segment"]))] if asked.several else []
            line_of = " · ".join((*whose, *_group(others, row)))
            series.setdefault(line_of, {})[_instant(row[bucket.column.name])] = _float(row[name])
    shown = dict(islice(series.items(), MOST_LINES))
    instants = sorted({at for points in shown.values() for at in points})
    room = max(width - len(MARGIN) * 2 - max(map(_width, shown), default=0) - 24, SHORTEST_BAR)
    axis, before = _axis(instants, bucket.unit, room)
    label_width = min(max(map(_width, shown), default=0), width // 3)
    for at, (name_of, points) in enumerate(shown.items()):
        there = [value for instant in axis if (value := points.get(instant)) is not None]
        line = Text(f"{MARGIN}{_fitted(name_of, label_width)}{MARGIN if label_width else ''}")
        line.append("".join(_block(points.get(instant), there) for instant in axis), COLORS[at % len(COLORS)])
        edges = f"{_number(min(there))} to {_number(max(there))}" if there else "missing"
        yield line.append(f"  {edges}")
    if axis:
        first, last = (_label(_instant_or_day(at, bucket.unit)) for at in (axis[0], axis[-1]))
        yield Text(f"{MARGIN}{first} to {last}, a {bucket.unit} a block", style="dim")
    yield from _left_out(len(series), MOST_LINES, "lines")
    if before:
        yield Text(f"{MARGIN}{say.counted(before, bucket.unit)} before these", style="dim")


def _instant_or_day(at: dt.datetime, unit: model.Unit) -> dt.date:
    return at if unit in ("hour", "minute", "second") else at.date()


def _axis(instants: list[dt.datetime], unit: model.Unit, room: int) -> tuple[list[dt.datetime], int]:
    """The last instants that there is room for, each a unit after the other, and how many with rows are left out."""
    if not instants:
        return [], 0
    axis = [instants[-1]]
    while len(axis) < room and axis[-1] > instants[0]:
        axis.append(calendar.units_before(axis[-1], 1, unit))
    return axis[::-1], sum(at < axis[-1] for at in instants)


def _block(value: float | None, values: list[float]) -> str:
    """The height of a value between nothing (or the least, below nothing) and the greatest."""
    if value is None or not math.isfinite(value):
        return " "
    finite = [each for each in values if math.isfinite(each)]
    least, most = min(0.0, *finite), max(0.0, *finite)
    return LEVELS[round((value - least) / (most - least) * (len(LEVELS) - 1))] if most > least else LEVELS[0]


# ---------------------------------------------------------------- funnels


def _funnel(asked: model.Funnel, rows: list[Row], width: int) -> Iterator[Text]:
    named = [column.name for column in asked.columns[: [c.name for c in asked.columns].index("step")]]
    for number, (who, steps) in enumerate(groupby(rows, key=lambda row: [_label(row[name]) for name in named])):
        if number == MOST_LINES:
            yield Text(f"the first {MOST_LINES} funnels: `--format table` has more", style="dim")
            return
        if who:
            yield Text(" · ".join(who), style="bold")
        yield from _drawn([_step(row) for row in steps], width)


def _step(row: Row) -> Bar:
    share = _share(row["conversion_from_start"])
    pending = f", {_number(row['pending'])} pending" if row["pending"] else ""
    note = f"{_number(row['keys'])}  {share}{pending}"
    return Bar(label=f"{row['step']} {visible(str(row['event']))}", value=_float(row["keys"]), note=note)


# ---------------------------------------------------------------- retention


def _retention(asked: model.Retention, rows: list[tuple[Any, ...]], width: int) -> Iterator[Text]:
    """A row for each cohort, a cell for each period: a shade and the share; `*` where the period has not ended."""
    grid = {visible(who): list(found) for who, found in groupby(rows, key=lambda row: cohort(asked, row))}
    shown = dict(islice(grid.items(), MOST_COHORTS))
    label_width = min(max(map(_width, shown)), max(width // 3, 12))
    cell = 7
    periods = max(1, min(asked.periods, (width - label_width - len(MARGIN)) // cell))
    yield Text(f"{MARGIN}{' ' * label_width}" + "".join(f"{n:>{cell - 1}} " for n in range(periods)), style="dim")
    for who, found in shown.items():
        line = Text(f"{MARGIN}{_fitted(who, label_width)}")
        for *_, share, complete in found[:periods]:
            line.append(f" {_shade(share)}", COLORS[0])
            line.append(f"{'–' if share is None else format(float(share), '.0%'):>4}")
            line.append(" " if complete else "*", "dim")
        yield line
    if any(not row[-1] for found in shown.values() for row in found[:periods]):
        yield Text(f"{MARGIN}* the period has not ended", style="dim")
    if periods < asked.periods:
        yield Text(f"{MARGIN}periods 0 to {periods - 1} of {asked.periods}: a wider terminal shows more", style="dim")
    yield from _left_out(len(grid), MOST_COHORTS, "cohorts")


def _shade(share: Any) -> str:
    return SHADES[0] if share is None else SHADES[math.ceil(min(1.0, float(share)) * (len(SHADES) - 1))]


# ---------------------------------------------------------------- paths


def _paths(asked: model.Paths, rows: list[Row], width: int) -> Iterator[Text]:
    most = max(_float(row["keys"]) or 0.0 for row in rows)
    for (whose, step), found in groupby(rows, key=lambda row: (row.get("segment", ""), row["step"])):
        links = list(found)
        back = " back" if asked.backwards else ""
        yield Text(f"{visible(str(whose))}{', ' if whose else ''}step {step}{back}", style="bold")
        yield from _drawn([_link(row) for row in links[:MOST_LINKS]], width, most)
        left = links[MOST_LINKS:]
        if left:
            keys = sum(int(row["keys"]) for row in left)
            word = say.counted(len(left), "smaller link")
            yield Text(f"{MARGIN}{word} with {say.counted(keys, 'key')}", style="dim")


def _link(row: Row) -> Bar:
    ends = (
        _label(row[end]) if row[f"{end}_kind"] == "node" else f"({row[f'{end}_kind']})" for end in ("source", "target")
    )
    return Bar(label=" → ".join(ends), value=_float(row["keys"]), note=_number(row["keys"]))


# ---------------------------------------------------------------- lines


def _drawn(bars: Sequence[Bar], width: int, most: float | None = None) -> Iterator[Text]:
    """A line for each bar: its label, its bar, its note. Where there is no room for bars there are none."""
    note_width = max(_width(bar.note) for bar in bars)
    label_width = min(max(_width(bar.label) for bar in bars), max(width // 2, width - note_width - 3 - LONGEST_BAR))
    room = min(LONGEST_BAR, width - len(MARGIN) * 2 - label_width - 1 - note_width)
    if room < SHORTEST_BAR:
        room, label_width = 0, max(SHORTEST_BAR, min(label_width, width - len(MARGIN) * 2 - note_width))
    sizes = [abs(bar.value) for bar in bars if bar.value is not None and math.isfinite(bar.value)]
    whole = most if most is not None else max(sizes, default=0.0)
    for bar in bars:
        line = Text(f"{MARGIN}{_fitted(bar.label, label_width)}{MARGIN}")
        drawn = _bar(bar.value, whole, room)
        yield line.append(drawn, bar.style).append(f"{' ' if drawn else ''}{bar.note}")


def _bar(value: float | None, whole: float, room: int) -> str:
    """Full and partial blocks; below nothing, a paler one."""
    if not room or not whole or not value or not math.isfinite(value):
        return ""
    if value < 0:
        return SHADES[1] * max(1, round(-value / whole * room))
    full, eighths = divmod(max(1, round(value / whole * room * 8)), 8)
    return EIGHTHS[8] * full + (EIGHTHS[eighths] if eighths else "")


def _left_out(count: int, most: int, what: str) -> Iterator[Text]:
    if count > most:
        yield Text(f"{MARGIN}the first {most} of {count:,} {what}", style="dim")


def _width(text: str) -> int:
    return cells(text).width


def _fitted(text: str, width: int) -> str:
    """A text in exactly so many cells."""
    cut = cells(text).cut(0, width)
    return cut + " " * (width - _width(cut))


def _label(value: Any) -> str:
    return visible(label(value))


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def _number(value: Any) -> str:
    if value is None:
        return "missing"
    if isinstance(value, int):
        return f"{value:,}"
    number = float(value)
    if not math.isfinite(number) or 0 < abs(number) < 1:
        return f"{number:.3g}"
    return f"{number:,.2f}".rstrip("0").rstrip(".")


def _share(value: Any) -> str:
    return "–" if value is None else f"{float(value):.1%}"


def _instant(value: Any) -> dt.datetime:
    """An instant of the calendar, also of an engine that writes it as text."""
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)
    return dt.datetime.fromisoformat(str(value)).replace(tzinfo=None)
