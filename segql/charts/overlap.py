"""How segments overlap: circles for two or three, with the number of keys in every part; columns over dots for more (UpSet).

The layout is worked out here; Vega draws it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from segql.charts.look import BLUE, COLORS, FAINT, INK, titled
from segql.node import Value

MOST = 30  # columns: more cannot be read
CIRCLES = 3  # sets that circles can show
RADIUS, APART = 115, 70  # of circles, and of their centers from the middle
ROW, COLUMN, DOT = 26, 26, 6  # pixels
TALL, WIDE, NAMES = 200, 140, 190  # the columns, the bars of sets, their names
LONGEST_LABEL = 26  # characters


class Sets(Value):
    """Sets of keys by name: their sizes, and how many keys are in some of them and in no other, the most first."""

    names: tuple[str, ...]
    sizes: tuple[int, ...]
    together: tuple[tuple[tuple[str, ...], int], ...]


def spec(title: str, says: str, sets: Sets) -> tuple[dict[str, Any], int]:
    """The picture, and how many marks it has: the sets, and the parts that are told."""
    few = len(sets.names) <= CIRCLES
    more = "numbers are what counts: circles are all of one size" if few else ""
    if not few and len(sets.together) > MOST:
        more = f"the largest {MOST} of {len(sets.together):,} groups"
    marks, width, height = _venn(sets) if few else _upset(sets)
    drawn = {
        "title": titled(title, says, more),
        "width": width,
        "height": height,
        "padding": 10,
        "autosize": "pad",
        "data": [{"name": name, "values": values} for name, values, _ in marks],
        "marks": [{"from": {"data": name}, **mark} for name, _, mark in marks],
    }
    told = 2 ** len(sets.names) - 1 if few else min(len(sets.together), MOST)
    return drawn, len(sets.names) + told


Mark = tuple[str, list[dict[str, Any]], dict[str, Any]]  # its name, its things, and how Vega draws them


# ---------------------------------------------------------------- circles


def _venn(sets: Sets) -> tuple[list[Mark], int, int]:
    """Circles of one size, whose parts have their numbers: the areas say nothing, the numbers all."""
    angles = [math.pi, 0.0] if len(sets.names) == 2 else [-math.pi * 5 / 6, -math.pi / 6, math.pi / 2]
    middle = (RADIUS + APART + 70.0, RADIUS + APART + 20.0 if len(sets.names) > 2 else RADIUS + 30.0)
    circles, regions = [], []
    for at, (named, size, angle) in enumerate(zip(sets.names, sets.sizes, angles, strict=True)):
        x, y = _moved(middle, angle, APART)
        label_x, label_y = _moved((x, y), angle, RADIUS + 16)
        tip = f"{named}: {size:,}"
        align = "right" if math.cos(angle) < -0.1 else "left" if math.cos(angle) > 0.1 else "center"
        shown = {"label": f"{_short(named)}  {size:,}", "labelX": label_x, "labelY": label_y, "align": align}
        circles.append({"x": x, "y": y, "color": COLORS[at], "tip": tip, **shown})
    counts = dict(sets.together)
    for inside in _subsets(sets.names):
        x, y = _place(middle, [angles[sets.names.index(name)] for name in inside], len(sets.names))
        count = counts.get(inside, 0)
        regions.append(
            {"x": x, "y": y, "text": f"{count:,}", "tip": _tip(inside, count), "ink": INK if count else FAINT}
        )
    circle = {
        **_at(),
        "shape": {"value": "circle"},
        "size": {"value": (2 * RADIUS) ** 2},
        "fill": {"field": "color"},
        "fillOpacity": {"value": 0.22},
        "stroke": {"field": "color"},
        **_said("set"),
    }
    number = {**_at(), **_text("text", 14), "fill": {"field": "ink"}, "align": {"value": "center"}, **_said("region")}
    name = {
        "x": {"field": "labelX"},
        "y": {"field": "labelY"},
        **_text("label", 12),
        "align": {"field": "align"},
        "fontWeight": {"value": "bold"},
    }
    marks: list[Mark] = [
        ("circles", circles, _mark("symbol", circle)),
        ("regions", regions, _mark("text", number)),
        ("names", circles, {**_mark("text", name), "aria": False}),
    ]
    return (
        marks,
        round(2 * middle[0]),
        round(middle[1] * 2 if len(sets.names) == 2 else middle[1] + APART + RADIUS + 30),
    )


def _subsets(names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for bits in range(1, 2 ** len(names)):
        yield tuple(name for at, name in enumerate(names) if bits >> at & 1)


def _place(middle: tuple[float, float], angles: list[float], of: int) -> tuple[float, float]:
    """Where the number of a part stands: away from the middle, where its circles are and no other is."""
    if len(angles) == of:
        return middle
    x, y = sum(map(math.cos, angles)), sum(map(math.sin, angles))
    away = RADIUS * 0.95 if len(angles) == 1 else APART * 1.05
    return _moved(middle, math.atan2(y, x), away)


def _moved(start: tuple[float, float], angle: float, by: float) -> tuple[float, float]:
    return start[0] + math.cos(angle) * by, start[1] + math.sin(angle) * by


# ---------------------------------------------------------------- columns over dots


def _upset(sets: Sets) -> tuple[list[Mark], int, int]:
    """A column for each group of keys that are in the same sets, and below it a dot for each of these sets."""
    groups = sets.together[:MOST]
    left, top = WIDE + NAMES, TALL + 30
    most, widest = max(count for _, count in groups), max(*sets.sizes, 1)
    columns, dots, lines = [], [], []
    for at, (inside, count) in enumerate(groups):
        x, rows = left + at * COLUMN, [sets.names.index(each) for each in inside]
        height = TALL * count / most
        columns.append(
            {"x": x + 4, "y": top - 10 - height, "height": height, "text": f"{count:,}", "tip": _tip(inside, count)}
        )
        for row, _ in enumerate(sets.names):
            dots.append({"x": x + COLUMN / 2, "y": _row(top, row), "color": INK if row in rows else "#e4e7eb"})
        lines.append({"x": x + COLUMN / 2, "y": _row(top, min(rows)), "y2": _row(top, max(rows))})
    bars = [
        {"x": WIDE * (1 - size / widest), "y": top + at * ROW + 4, "width": WIDE * size / widest, "text": _short(name),
         "number": f"{size:,}", "nameX": left - 10, "middle": _row(top, at), "tip": f"{name}: {size:,}"}
        for at, (name, size) in enumerate(zip(sets.names, sets.sizes, strict=True))
    ]  # fmt: skip
    rect = {
        **_at(),
        "height": {"field": "height"},
        "width": {"value": COLUMN - 8},
        "fill": {"value": BLUE},
        **_said("group"),
    }
    bar = {**_at(), "width": {"field": "width"}, "height": {"value": ROW - 8}, "fill": {"value": FAINT}, **_said("set")}
    dot = {**_at(), "shape": {"value": "circle"}, "size": {"value": (2 * DOT) ** 2}, "fill": {"field": "color"}}
    line = {**_at(), "y2": {"field": "y2"}, "stroke": {"value": INK}, "strokeWidth": {"value": 2}}
    number_above = {
        "x": {"field": "x", "offset": (COLUMN - 8) / 2},
        "y": {"field": "y", "offset": -8},
        **_text("text", 10),
    }
    name = {"x": {"field": "nameX"}, "y": {"field": "middle"}, **_text("text", 12), "align": {"value": "right"}}
    number = {"x": {"value": WIDE + 6}, "y": {"field": "middle"}, **_text("number", 11), "fill": {"value": FAINT}}
    unsaid = {"aria": False}
    marks: list[Mark] = [
        ("columns", columns, _mark("rect", rect)),
        ("sets", bars, _mark("rect", bar)),
        ("dots", dots, {**_mark("symbol", dot), **unsaid}),
        ("lines", lines, {**_mark("rule", line), **unsaid}),
        ("counts", columns, {**_mark("text", {**number_above, "align": {"value": "center"}}), **unsaid}),
        ("names", bars, {**_mark("text", name), **unsaid}),
        ("sizes", bars, {**_mark("text", number), **unsaid}),
    ]
    return marks, left + len(groups) * COLUMN, top + len(sets.names) * ROW


def _row(top: int, at: int) -> float:
    return top + at * ROW + ROW / 2


# ---------------------------------------------------------------- what Vega is told


def _tip(inside: tuple[str, ...], count: int) -> str:
    return f"in {' and '.join(inside)}, and in no other: {count:,}"


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_LABEL else name[: LONGEST_LABEL - 1] + "…"


def _at() -> dict[str, Any]:
    return {"x": {"field": "x"}, "y": {"field": "y"}}


def _text(field: str, size: int) -> dict[str, Any]:
    return {
        "text": {"field": field},
        "baseline": {"value": "middle"},
        "fontSize": {"value": size},
        "fill": {"value": INK},
    }


def _said(role: str) -> dict[str, Any]:
    return {"tooltip": {"field": "tip"}, "description": {"field": "tip"}, "ariaRoleDescription": {"value": role}}


def _mark(kind: str, enter: dict[str, Any]) -> dict[str, Any]:
    return {"type": kind, "encode": {"enter": enter}}
