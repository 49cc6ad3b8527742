"""An explorer as bars, or as lines where it is grouped by the calendar: one panel for each measure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from segql.charts.look import OTHER, label, plain, titled
from segql.charts.words import NUMBERS, TOTAL, measures
from segql.semantics import model

MOST = 40  # bars of a panel: more cannot be read
MOST_LINES = 8  # as many as there are colors

Row = dict[str, Any]


def spec(asked: model.Explore, rows: Sequence[tuple[Any, ...]]) -> tuple[dict[str, Any], int]:
    """The panels, and how many bars or points they have in all."""
    found = [dict(zip((c.name for c in asked.columns), row, strict=True)) for row in rows]
    totals = [row for row in found if row.get("part") == TOTAL]
    found = [row for row in found if row.get("part") != TOTAL]
    bucket = next((group for group in asked.groups if group.unit is not None), None)
    others = [group for group in asked.groups if group is not bucket]
    if bucket is None:
        return _bars(asked, others, found, totals)
    return _lines(asked, bucket, others, found, totals)


def _group(groups: list[model.Group], row: Row) -> str:
    if row.get("part") == "other":
        return OTHER
    return " · ".join(label(row[group.column.name]) for group in groups)


def _series(asked: model.Explore, row: Row) -> str:
    return str(row["segment"]) if asked.several else ""


# ---------------------------------------------------------------- bars


def _bars(
    asked: model.Explore, groups: list[model.Group], rows: list[Row], totals: list[Row]
) -> tuple[dict[str, Any], int]:
    names = list(dict.fromkeys(_group(groups, row) or asked.name for row in rows))
    shown = names[:MOST]
    more = f"the first {MOST} of {len(names):,} groups" if len(names) > MOST else ""
    values = [
        {"group": group, "series": _series(asked, row), **_measures(asked, row)}
        for row in rows
        if (group := _group(groups, row) or asked.name) in shown
    ]
    y: dict[str, Any] = {"field": "group", "type": "nominal", "sort": shown, "title": None}
    encoding: dict[str, Any] = {"y": y}
    if asked.several:
        audiences = [audience.name for audience in asked.audiences]
        encoding["yOffset"] = {"field": "series", "sort": audiences}
        encoding["color"] = {"field": "series", "type": "nominal", "sort": audiences, "title": None}
    panels = [
        {
            "width": 320,
            "height": {"step": 18},
            "mark": {"type": "bar", "tooltip": {"content": "data"}, "description": "bar"},
            "encoding": {
                **encoding,
                "x": {"field": name, "type": "quantitative", "title": _titles(asked, name, totals)},
            },
        }
        for name in _names(asked)
    ]
    drawn = sum(row[name] is not None for row in values for name in _names(asked))
    return _panels(asked, panels, values, more), drawn


# ---------------------------------------------------------------- lines


def _lines(
    asked: model.Explore, bucket: model.Group, groups: list[model.Group], rows: list[Row], totals: list[Row]
) -> tuple[dict[str, Any], int]:
    def line(row: Row) -> str:
        return " · ".join(part for part in (_series(asked, row), _group(groups, row)) if part)

    totals = [*(row for row in rows if row.get("part") == "other"), *totals]  # no time, and so no place
    rows = [row for row in rows if row.get("part") != "other"]
    names = list(dict.fromkeys(line(row) for row in rows))
    shown = names[:MOST_LINES]
    more = f"the first {MOST_LINES} of {len(names):,} lines" if len(names) > MOST_LINES else ""
    values = [
        {"time": _instant(row[bucket.column.name]), "series": line(row), **_measures(asked, row)}
        for row in rows
        if line(row) in shown
    ]
    x = {"field": "time", "type": "temporal", "title": bucket.column.name, "scale": {"type": "utc"}}
    encoding: dict[str, Any] = {"x": x}
    if len(names) > 1:
        encoding["color"] = {"field": "series", "type": "nominal", "sort": shown, "title": None}
    panels = [
        {
            "width": 520,
            "height": 220,
            "mark": {"type": "line", "point": True, "tooltip": {"content": "data"}},
            "encoding": {
                **encoding,
                "y": {"field": name, "type": "quantitative", "title": _titles(asked, name, totals)},
            },
        }
        for name in _names(asked)
    ]
    drawn = sum(row[name] is not None for row in values for name in _names(asked))
    return _panels(asked, panels, values, more), drawn


def _instant(at: Any) -> Any:
    """The clocks of the file's zone, as if they were UTC's: a browser would else show them in its own."""
    return f"{plain(at)}Z" if isinstance(at, dt.datetime) else plain(at)


# ---------------------------------------------------------------- both


def _names(asked: model.Explore) -> list[str]:
    return [column.name for column in measures(asked) if column.type.name in NUMBERS]


def _titles(asked: model.Explore, name: str, rows: list[Row]) -> list[str]:
    """A measure, and below it what it is of all groups, or of the rest of them: a bar of it would dwarf the others."""
    found = [name]
    for row in rows:
        part = OTHER if row["part"] != TOTAL else "in all"
        whose = f" of {row['segment']}" if asked.several else ""
        found.append(f"{part}{whose}: {_number(row[name])}")
    return found


def _number(value: Any) -> str:
    return label(value) if value is None else f"{value:,}" if isinstance(value, int) else f"{float(value):,.6g}"


def _measures(asked: model.Explore, row: Row) -> Row:
    return {name: plain(row[name]) for name in _names(asked)}


def _panels(asked: model.Explore, panels: list[Any], values: list[Row], more: str) -> dict[str, Any]:
    title = {"title": titled(asked.name, asked.doc, more), "data": {"values": values}}
    return {**title, **panels[0]} if len(panels) == 1 else {**title, "hconcat": panels}
