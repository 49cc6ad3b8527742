"""An explorer as bars, or as lines where it is grouped by the calendar: one panel for each measure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from segql.charts.look import OTHER, label, plain, titled
from segql.semantics import model

MOST = 40  # bars of a panel: more cannot be read
MOST_LINES = 8  # as many as there are colors

Row = dict[str, Any]


def spec(asked: model.Explore, rows: Sequence[tuple[Any, ...]]) -> tuple[dict[str, Any], int]:
    """The panels, and how many bars or points they have in all."""
    found = [dict(zip((c.name for c in asked.columns), row, strict=True)) for row in rows]
    found = [row for row in found if row.get("part") != "total"]
    bucket = next((group for group in asked.groups if group.unit is not None), None)
    others = [group for group in asked.groups if group is not bucket]
    if bucket is None:
        return _bars(asked, others, found)
    return _lines(asked, bucket, others, found)


def _group(groups: list[model.Group], row: Row) -> str:
    if row.get("part") == "other":
        return OTHER
    return " · ".join(label(row[group.column.name]) for group in groups)


def _series(asked: model.Explore, row: Row) -> str:
    return str(row["segment"]) if asked.several else ""


# ---------------------------------------------------------------- bars


def _bars(asked: model.Explore, groups: list[model.Group], rows: list[Row]) -> tuple[dict[str, Any], int]:
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
            "encoding": {**encoding, "x": {"field": name, "type": "quantitative", "title": name}},
        }
        for name in _names(asked)
    ]
    drawn = sum(row[name] is not None for row in values for name in _names(asked))
    return _panels(asked, panels, values, more), drawn


# ---------------------------------------------------------------- lines


def _lines(
    asked: model.Explore, bucket: model.Group, groups: list[model.Group], rows: list[Row]
) -> tuple[dict[str, Any], int]:
    def line(row: Row) -> str:
        return " · ".join(part for part in (_series(asked, row), _group(groups, row)) if part)

    rows = [row for row in rows if row.get("part") != "other"]  # no time, and so no place
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
            "encoding": {**encoding, "y": {"field": name, "type": "quantitative", "title": name}},
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
    return [each.column.name for each in asked.measures]


def _measures(asked: model.Explore, row: Row) -> Row:
    return {name: plain(row[name]) for name in _names(asked)}


def _panels(asked: model.Explore, panels: list[Any], values: list[Row], more: str) -> dict[str, Any]:
    title = {"title": titled(asked.name, asked.doc, more), "data": {"values": values}}
    return {**title, **panels[0]} if len(panels) == 1 else {**title, "hconcat": panels}
