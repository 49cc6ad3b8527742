"""An analysis and its rows to a chart: a Vega-Lite or Vega specification, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, assert_never

from segql.charts import explore, funnel, overlap, paths, retention, words
from segql.charts.look import CONFIG, FAINT, titled, told
from segql.node import Value
from segql.semantics import model

Rows = Sequence[tuple[Any, ...]]


class Chart(Value):
    """A specification in one of two languages; `marks` is how many of the data's things it draws."""

    name: str
    language: Literal["vega-lite", "vega"]
    spec: dict[str, Any]
    marks: int


def chart(asked: model.Analysis, rows: Rows) -> Chart:
    """The picture of an answer. Rows are those of the analysis, in order."""
    why = words.empty(asked, rows)
    if why:
        return nothing(asked.name, asked.doc, why)
    language: Literal["vega-lite", "vega"] = "vega-lite"
    match asked:
        case model.Explore():
            spec, marks = explore.spec(asked, rows)
        case model.Retention():
            spec, marks = retention.spec(asked, rows)
        case model.Paths():
            spec, marks = paths.spec(asked, rows)
            language = "vega"
        case model.Funnel():
            spec, marks = funnel.spec(asked, rows)
        case _:
            assert_never(asked)
    spec["title"] = told(spec["title"], list(words.unsaid(asked, rows)))
    return Chart(name=asked.name, language=language, spec={**spec, "config": CONFIG}, marks=marks)


def overlapping(title: str, says: str, sets: overlap.Sets) -> Chart:
    """The picture of how segments overlap."""
    if not sets.together:
        return nothing(title, says, "no key is in any of these segments")
    spec, marks = overlap.spec(title, says, sets)
    return Chart(name=title, language="vega", spec={**spec, "config": CONFIG}, marks=marks)


def nothing(title: str, says: str, why: str) -> Chart:
    """A picture that says that there is nothing to draw, rather than an empty one."""
    spec = {
        "title": titled(title, says),
        "width": 420,
        "height": 80,
        "data": {"values": [{"text": why}]},
        "mark": {"type": "text", "fontSize": 14, "color": FAINT},
        "encoding": {"text": {"field": "text"}},
        "config": CONFIG,
    }
    return Chart(name=title, language="vega-lite", spec=spec, marks=0)
