"""A funnel as bars: a step below the other, groups and audiences beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from segql.charts.look import BLUE, label, plain, titled
from segql.semantics import model

MOST = 12  # funnels beside each other: more cannot be read


def spec(asked: model.Funnel, rows: Sequence[tuple[Any, ...]]) -> tuple[dict[str, Any], int]:
    """The bars, and how many there are."""
    names_of = [column.name for column in asked.columns]
    named = names_of[: names_of.index("step")]  # whose, and which group
    told = [name.removeprefix("seconds_") for name in names_of if name.startswith("seconds_")]
    values = []
    for row in rows:
        who = " · ".join(label(value) for value in row[: len(named)])
        step, event, keys, start, previous, pending, dropped, *times = (plain(value) for value in row[len(named) :])
        bar = {"step": f"{step} {event}", "keys": keys, "from_start": start, "from_previous": previous}
        took = {name: duration(time) for name, time in zip(told, times, strict=True) if time is not None}
        values.append({"who": who, **bar, "pending": pending, "dropped": dropped, **took})
    names = list(dict.fromkeys(value["who"] for value in values))
    shown = names[:MOST]
    more = f"the first {MOST} of {len(names):,} funnels" if len(names) > MOST else ""
    values = [value for value in values if value["who"] in shown]
    steps = [f"{number} {name}" for number, name in enumerate(asked.steps, 1)]
    encoding: dict[str, Any] = {
        "y": {"field": "step", "type": "nominal", "sort": steps, "title": None},
        "x": {"field": "keys", "type": "quantitative", "title": "keys"},
    }
    if len(shown) > 1:
        encoding["row"] = {"field": "who", "type": "nominal", "sort": shown, "title": " · ".join(named)}
    drawn = {
        "title": titled(asked.name, asked.doc, more),
        "data": {"values": values},
        "width": 420,
        "height": {"step": 28},
        "encoding": encoding,
        "mark": {"type": "bar", "color": BLUE, "tooltip": {"content": "data"}},
    }
    return drawn, len(values)


UNITS = (("d", 86_400), ("h", 3_600), ("min", 60))


def duration(seconds: float) -> str:
    """A time as people read it: by its two greatest units, or as seconds with three digits."""
    shown = round(seconds)
    if shown < 60:
        return f"{seconds:.3g} s"
    at = next(at for at, (_, size) in enumerate(UNITS) if shown >= size)
    unit, size = UNITS[at]
    below, part = (*UNITS, ("s", 1))[at + 1]
    whole, left = divmod(shown // part, size // part)
    return f"{whole} {unit} {left} {below}" if left else f"{whole} {unit}"
