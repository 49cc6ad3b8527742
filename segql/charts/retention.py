"""A retention as a grid: cohorts downwards, periods across, the share as a color; what has not ended yet is paler."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from segql.charts.look import BLUE, INK, label, plain, titled
from segql.charts.words import is_total
from segql.semantics import model

MOST = 60  # cohorts of a grid: more cannot be read
PART = "part"


def spec(asked: model.Retention, rows: Sequence[tuple[Any, ...]]) -> tuple[dict[str, Any], int]:
    """The grid, and how many cells it has."""
    values = []
    for row in rows:
        period, keys, size, share, complete = (plain(value) for value in row[-5:])
        cell = {"period": period, "keys": keys, "size": size, "share": share, "complete": bool(complete)}
        values.append({"cohort": cohort(asked, row), **cell})
    named = [column.name for column in asked.columns[:-5] if not (asked.totals and column.name == PART)]
    names = list(dict.fromkeys(value["cohort"] for value in values))
    shown = names[:MOST]
    more = f"the first {MOST} of {len(names):,} cohorts" if len(names) > MOST else ""
    values = [value for value in values if value["cohort"] in shown]
    encoding = {
        "x": {
            "field": "period",
            "type": "ordinal",
            "title": "period",
            "axis": {"orient": "top", "labelAngle": 0, "grid": False},
        },
        "y": {"field": "cohort", "type": "nominal", "sort": shown, "title": " · ".join(named), "axis": {"grid": False}},
        "opacity": {"condition": {"test": "datum.complete", "value": 1}, "value": 0.45},
    }
    color = {
        "field": "share",
        "type": "quantitative",
        "scale": {"domain": [0, 1], "range": ["#f3f6f9", BLUE]},
        "legend": None,
    }
    ink = {"condition": {"test": "datum.share > 0.6 && datum.complete", "value": "white"}, "value": INK}
    text = {"field": "share", "type": "quantitative", "format": ".0%"}  # none where no cohort has come so far
    drawn = {
        "title": titled(asked.name, asked.doc, more),
        "data": {"values": values},
        "width": {"step": 48},
        "height": {"step": 24},
        "encoding": encoding,
        "layer": [
            {
                "mark": {"type": "rect", "tooltip": {"content": "data"}, "ariaRoleDescription": "cell"},
                "encoding": {"color": color},
            },
            {"mark": {"type": "text", "fontSize": 11}, "encoding": {"text": text, "color": ink}},
        ],
    }
    return drawn, len(values)


def cohort(asked: model.Retention, row: tuple[Any, ...]) -> str:
    """What a row of the grid is called: whose it is, which cohort, and how many keys it has; or all of them."""
    whose = [label(row[0])] if asked.several else []
    if is_total(asked, row):
        return " · ".join((*whose, "(all that ended)"))
    which = row[asked.several + asked.totals : -5]
    return f"{' · '.join((*whose, *map(label, which)))} ({int(row[-3]):,})"
