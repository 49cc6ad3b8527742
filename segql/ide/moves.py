"""Windows that move with the clock, and windows that stand: each written as the other."""

from __future__ import annotations

import datetime as dt

from segql.ide.hints import bounds_of, zone_of
from segql.ide.snapshot import Snapshot
from segql.semantics import calendar
from segql.syntax import ast
from segql.syntax.parse import Piece


def other_way(
    snapshot: Snapshot, piece: Piece, declaration: ast.Declaration, node: ast.Window, now: dt.datetime
) -> str:
    """A window as the dates that it is at `now`, or dates as so many last days; empty if there is no such way."""
    zone = zone_of(snapshot)
    match node:
        case ast.Between(start=ast.Date(), end=ast.Date()):
            first, last = _date(node.start), _date(node.end)
            return _last((last - first).days + 1) if first and last else ""
        case ast.Since(moment=ast.Date()):
            first = _date(node.moment)
            return _last((calendar.to_local(now, zone).date() - first).days) if first else ""
        case ast.Last() | ast.This() | ast.Previous() | ast.Since(moment=ast.Ago()) | ast.Before(moment=ast.Ago()):
            bounds = bounds_of(piece, declaration, node, zone, now)
            return _standing(node, bounds, zone) if bounds else ""
        case _:
            return ""


def _standing(node: ast.Window, bounds: tuple[dt.datetime | None, dt.datetime | None], zone: str) -> str:
    start, end = bounds
    if start and end and isinstance(node, ast.Previous):
        last = calendar.to_local(end, zone).date() - dt.timedelta(days=1)
        return f"from {calendar.to_local(start, zone).date().isoformat()} to {last.isoformat()}"
    if isinstance(node, ast.Before):
        return f"before {_moment(end, zone)}" if end else ""
    return f"since {_moment(start, zone)}" if start else ""


def _moment(instant: dt.datetime, zone: str) -> str:
    local = calendar.to_local(instant, zone)
    midnight = (local.hour, local.minute, local.second) == (0, 0, 0)
    return local.date().isoformat() if midnight else f"{instant.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def _last(days: int) -> str:
    return f"last {days} {'day' if days == 1 else 'days'}" if days > 0 else ""


def _date(node: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(getattr(node, "text", ""))
    except ValueError:
        return None
