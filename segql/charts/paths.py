"""Paths as bars: one for each link, step by step, as long as the number of its keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from segql.charts.look import label, plain, titled
from segql.semantics import model

MOST = 60  # links of a step: more cannot be read


def spec(asked: model.Paths, rows: Sequence[tuple[Any, ...]]) -> tuple[dict[str, Any], int]:
    """A row of bars for each step of each audience, and how many bars there are in all."""
    values: list[dict[str, Any]] = []
    left = 0
    counts: dict[str, int] = {}
    for row in rows:
        *whose, step, source, source_kind, target, target_kind, keys = row
        panel = " · ".join([*map(label, whose), f"step {plain(step)}"])
        counts[panel] = counts.get(panel, 0) + 1
        if counts[panel] > MOST:
            left += 1
            continue
        link = f"{_name(source, source_kind)} → {_name(target, target_kind)}"
        values.append({"panel": panel, "link": link, "keys": plain(keys)})
    more = f"the first {MOST} links of each step; {left:,} more are not drawn" if left else ""
    drawn = {
        "title": titled(asked.name, asked.doc, more),
        "data": {"values": values},
        "facet": {"row": {"field": "panel", "type": "nominal", "sort": list(counts), "title": None}},
        "resolve": {"scale": {"y": "independent"}},
        "spec": {
            "width": 320,
            "height": {"step": 18},
            "mark": {"type": "bar", "tooltip": {"content": "data"}, "ariaRoleDescription": "link"},
            "encoding": {
                "x": {"field": "keys", "type": "quantitative", "title": "keys"},
                "y": {
                    "field": "link",
                    "type": "nominal",
                    "sort": {"field": "keys", "order": "descending"},
                    "title": None,
                },
            },
        },
    }
    return drawn, len(values)


def _name(node: Any, kind: str) -> str:
    """What is no node of the data stands in parentheses."""
    return label(node) if kind == "node" else f"({kind})"
