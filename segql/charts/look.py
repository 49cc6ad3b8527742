"""What all charts look like, and how the values of rows are written in them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
INK, FAINT, BLUE = "#1f2933", "#9aa5b1", "#2f6fab"
# Okabe and Ito's colors, which are told apart also by those who do not see all of them: https://jfly.uni-koeln.de/color/
COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000")

MISSING, OTHER = "(missing)", "(other)"

CONFIG: dict[str, Any] = {
    "background": "white",
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "labelLimit": 260,
        "grid": True,
        "gridColor": "#eef1f4",
        "domain": False,
    },
    "legend": {"labelColor": INK, "titleColor": INK, "labelLimit": 260, "orient": "top"},
    "title": {
        "color": INK,
        "subtitleColor": FAINT,
        "anchor": "start",
        "fontSize": 15,
        "subtitleFontSize": 12,
        "offset": 14,
    },
    "range": {"category": list(COLORS)},
    "bar": {"color": BLUE},
    "line": {"color": BLUE, "strokeWidth": 2},
    "text": {"color": INK},
}


def plain(value: Any) -> Any:
    """A value as JSON has it: numbers as numbers, instants as ISO text."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None  # no picture has a place for it
    if isinstance(value, dt.date):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def label(value: Any) -> str:
    """A value as people read it."""
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat(sep=" ") if isinstance(value, dt.datetime) else str(value)


def titled(title: str, doc: str, more: str = "") -> dict[str, Any]:
    """The title of a chart, with what its analysis says of itself."""
    return told({"text": title}, [*doc.splitlines(), more])


def told(title: dict[str, Any], more: Sequence[str]) -> dict[str, Any]:
    """A title with more lines below it."""
    lines = [line for line in (*title.get("subtitle", ()), *more) if line]
    return {**title, **({"subtitle": lines} if lines else {})}
