"""Paths as a Sankey diagram, one below the other for each audience: nodes as bars in a column for each place in a path,
links as bands between them. Its layout is worked out here; Vega draws it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from segql.charts.look import COLORS, FAINT, INK, label, titled
from segql.semantics import model

MOST = 24  # nodes of a column: the smaller ones are drawn as one
HEIGHT, COLUMN, BAR, GAP, HEAD = 340, 190, 14, 7, 26  # pixels
SMALLEST_LABEL = 9  # pixels of a node that has room for its name
LONGEST_LABEL = 26  # characters

KINDS = ("node", "more", "other", "entry", "drop-off")  # from above to below


class Place(NamedTuple):
    """A node of a diagram: its column, counted from the left, its kind, and its name (empty, but for a `node`)."""

    column: int
    kind: str
    name: str


class Link(NamedTuple):
    """Keys that go from one place to another."""

    source: Place
    target: Place
    keys: int


class Bar(NamedTuple):
    """A place as it is drawn."""

    x: float
    y: float
    height: float
    keys: int


def spec(asked: model.Paths, rows: Sequence[tuple[Any, ...]]) -> tuple[dict[str, Any], int]:
    """The diagrams, and how many nodes and links are drawn in all."""
    audiences: dict[str, list[tuple[Any, ...]]] = {}
    for row in rows:
        audiences.setdefault(str(row[0]) if asked.several else "", []).append(row[1:] if asked.several else row)
    steps = max(row[0] for found in audiences.values() for row in found)
    colors = _colors(rows, asked.several)
    bars: list[dict[str, Any]] = []
    bands: list[dict[str, Any]] = []
    heads: list[dict[str, Any]] = []
    folded = False
    for number, (audience, found) in enumerate(audiences.items()):
        top = number * (HEIGHT + HEAD + 3 * GAP) + (HEAD if asked.several else 0)
        every = [_link(asked.backwards, int(steps), row) for row in found]
        links = _folded(every)
        folded = folded or len(links) != len(every)
        placed = _placed(links, top)
        bars += [_bar(place, bar, int(steps), colors) for place, bar in placed.items()]
        bands += _bands(links, placed, colors)
        heads += [{"text": audience, "y": top - 10}] if audience else []
    more = "small nodes are drawn as one" if folded else ""
    drawn = {
        "title": titled(asked.name, asked.doc, more),
        "width": int(steps) * COLUMN + BAR,
        "height": len(audiences) * (HEIGHT + HEAD + 3 * GAP),
        "padding": 10,
        "autosize": "pad",
        "data": [
            {"name": name, "values": values} for name, values in (("bars", bars), ("bands", bands), ("heads", heads))
        ],
        "marks": _marks(),
    }
    return drawn, len(bars) + len(bands)


def _link(backwards: bool, steps: int, row: tuple[Any, ...]) -> Link:
    """A row of the answer. Back in time, the first step is the last column but one."""
    step, source, source_kind, target, target_kind, keys = row
    left = steps - int(step) if backwards else int(step) - 1
    ends = ((left, source_kind, source), (left + 1, target_kind, target))
    one, other = (Place(at, kind, label(name) if kind == "node" else "") for at, kind, name in ends)
    return Link(one, other, int(keys))


def _colors(rows: Iterable[tuple[Any, ...]], several: bool) -> dict[str, str]:
    """A color for each name, the same wherever it stands."""
    ends = (end for row in rows for end in ((row[2:4], row[4:6]) if several else (row[1:3], row[3:5])))
    names = dict.fromkeys(label(name) for name, kind in ends if kind == "node")
    return {name: COLORS[at % (len(COLORS) - 1)] for at, name in enumerate(names)}  # black is for words


# ---------------------------------------------------------------- layout


def _sizes(links: Iterable[Link]) -> dict[Place, int]:
    """The keys of each place: as many as come, or as many as go, if it is the first or last of its path."""
    come: Counter[Place] = Counter()
    go: Counter[Place] = Counter()
    for link in links:
        go[link.source] += link.keys
        come[link.target] += link.keys
    return {place: max(come[place], go[place]) for place in dict.fromkeys((*go, *come))}


def _folded(links: list[Link]) -> list[Link]:
    """The links, with the smallest nodes of a column that has too many as one."""
    columns: dict[int, list[tuple[int, str, Place]]] = {}
    for place, size in _sizes(links).items():
        if place.kind == "node":
            columns.setdefault(place.column, []).append((-size, place.name, place))
    small = {place for found in columns.values() for _, _, place in sorted(found)[MOST:]}
    if not small:
        return links
    counted: Counter[tuple[Place, Place]] = Counter()
    for link in links:
        ends = (Place(p.column, "more", "") if p in small else p for p in (link.source, link.target))
        counted[next(ends), next(ends)] += link.keys
    return [Link(source, target, keys) for (source, target), keys in counted.items()]


def _placed(links: list[Link], top: float) -> dict[Place, Bar]:
    """Where each place is drawn: in its column the largest above, and what is no node below."""
    sizes = _sizes(links)
    columns: dict[int, list[Place]] = {}
    for place in sorted(sizes, key=lambda p: (p.column, KINDS.index(p.kind), -sizes[p], p.name)):
        columns.setdefault(place.column, []).append(place)
    room = min((HEIGHT - GAP * (len(found) - 1)) / sum(sizes[place] for place in found) for found in columns.values())
    placed = {}
    for column, found in columns.items():
        y = top
        for place in found:
            height = sizes[place] * room
            placed[place] = Bar(column * COLUMN, y, height, sizes[place])
            y += height + GAP
    return placed


def _bands(links: list[Link], placed: dict[Place, Bar], colors: dict[str, str]) -> list[dict[str, Any]]:
    """The links, each as thick as it has keys; they leave and reach a bar one below the other."""
    gone: Counter[Place] = Counter()
    come: Counter[Place] = Counter()
    drawn = []
    for link in sorted(links, key=lambda each: (placed[each.source].y, placed[each.target].y)):
        source, target = placed[link.source], placed[link.target]
        start = source.y + source.height * gone[link.source] / source.keys
        end = target.y + target.height * come[link.target] / target.keys
        gone[link.source] += link.keys
        come[link.target] += link.keys
        thick = source.height * link.keys / source.keys
        drawn.append(
            {
                "path": _band(source.x + BAR, start, target.x, end, thick),
                "color": _color(link.source, colors),
                "tip": f"{_name(link.source)} → {_name(link.target)}: {link.keys:,}",
            }
        )
    return drawn


def _band(x: float, y: float, to_x: float, to_y: float, thick: float) -> str:
    middle = (x + to_x) / 2
    there = f"M{x:.2f},{y:.2f}C{middle:.2f},{y:.2f} {middle:.2f},{to_y:.2f} {to_x:.2f},{to_y:.2f}"
    low, to_low = y + thick, to_y + thick
    back = f"L{to_x:.2f},{to_low:.2f}C{middle:.2f},{to_low:.2f} {middle:.2f},{low:.2f} {x:.2f},{low:.2f}Z"
    return there + back


def _bar(place: Place, bar: Bar, steps: int, colors: dict[str, str]) -> dict[str, Any]:
    name = _name(place)
    short = name if len(name) <= LONGEST_LABEL else name[: LONGEST_LABEL - 1] + "…"
    return {
        "x": bar.x,
        "y": bar.y,
        "height": bar.height,
        "color": _color(place, colors),
        "label": f"{short}  {bar.keys:,}" if bar.height >= SMALLEST_LABEL else "",
        "tip": f"{name}: {bar.keys:,}",
    }


def _name(place: Place) -> str:
    """What is no node of the data stands in parentheses."""
    return place.name if place.kind == "node" else f"({place.kind})"


def _color(place: Place, colors: dict[str, str]) -> str:
    return colors[place.name] if place.kind == "node" else "#cbd2d9" if place.kind in ("other", "more") else FAINT


# ---------------------------------------------------------------- what Vega is told


def _marks() -> list[dict[str, Any]]:
    described = {"tooltip": {"field": "tip"}, "description": {"field": "tip"}}
    band = {
        **described,
        "path": {"field": "path"},
        "fill": {"field": "color"},
        "fillOpacity": {"value": 0.35},
        "ariaRoleDescription": {"value": "link"},
    }
    bar = {
        **described,
        **{name: {"field": name} for name in ("x", "y", "height")},
        "width": {"value": BAR},
        "fill": {"field": "color"},
        "ariaRoleDescription": {"value": "node"},
    }
    text = {
        "x": {"field": "x", "offset": BAR + 5},
        "y": {"signal": "datum.y + datum.height / 2"},
        "text": {"field": "label"},
        "baseline": {"value": "middle"},
        "fontSize": {"value": 11},
        "fill": {"value": INK},
    }
    head = {"y": {"field": "y"}, "text": {"field": "text"}, "fontWeight": {"value": "bold"}, "fill": {"value": INK}}
    return [
        {"type": "path", "from": {"data": "bands"}, "encode": {"enter": band}},
        {"type": "rect", "from": {"data": "bars"}, "encode": {"enter": bar}},
        {"type": "text", "from": {"data": "bars"}, "aria": False, "encode": {"enter": text}},
        {"type": "text", "from": {"data": "heads"}, "aria": False, "encode": {"enter": head}},
    ]
