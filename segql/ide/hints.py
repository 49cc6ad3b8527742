"""What a text leaves unsaid, to be shown between its words: the dates of a window, the type of a define, whose rows a
segment reads, and which key leads to which.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from segql.ide.snapshot import Snapshot
from segql.ide.world import World, key_of
from segql.node import Node, Value
from segql.semantics import calendar, windows
from segql.semantics.context import Context
from segql.semantics.functions import FUNCTIONS
from segql.semantics.scope import Declared, FileScope, Scope, is_zone
from segql.source import Source, Span
from segql.syntax import ast
from segql.syntax.format import format_node
from segql.syntax.parse import Parsed, Piece
from segql.syntax.walk import walk


class Hint(Value):
    """A few words behind an offset, what more there is to say, and whether they tell a type."""

    offset: int
    text: str
    more: str = ""
    type: bool = False


def hints(snapshot: Snapshot, span: Span, now: dt.datetime) -> tuple[Hint, ...]:
    """The hints in a span of a file. `now` is naive UTC."""
    found: list[Hint] = []
    zone = zone_of(snapshot)
    for piece in snapshot.world.files[snapshot.source.name].pieces:
        if piece.start > span.end or piece.start + len(piece.text) < span.start or piece.problem:
            continue
        for node in piece.declarations:
            found += (h.replace(offset=h.offset + piece.start) for h in _declaration(snapshot.world, piece, node))
            found += (h.replace(offset=h.offset + piece.start) for h in _windows(piece, node, zone, now))
    return tuple(sorted((h for h in found if span.start <= h.offset <= span.end), key=lambda h: h.offset))


def zone_of(snapshot: Snapshot, source: Source | None = None) -> str:
    """The time zone of a file: of the snapshot's own, or of another one that it sees."""
    written = (n.zone.value for _, n in snapshot.world.written(source or snapshot.source) if isinstance(n, ast.Zone))
    found = next(written, snapshot.zone)
    return found if is_zone(found) else snapshot.zone


# ---------------------------------------------------------------- windows


def _windows(piece: Piece, declaration: ast.Declaration, zone: str, now: dt.datetime) -> Iterator[Hint]:
    for node in walk(declaration):
        if isinstance(node, ast.During) and not isinstance(node.window, ast.Ever | ast.Between):
            text = _bounds(piece, declaration, node.window, zone, now)
            if text:
                yield Hint(offset=node.span.end, text=text, more=f"in {zone}, if now is now")


def _bounds(piece: Piece, declaration: ast.Declaration, node: ast.Window, zone: str, now: dt.datetime) -> str:
    found = bounds_of(piece, declaration, node, zone, now)
    if found is None:
        return ""
    start, end = found
    first = _shown(start, zone) if start else "ever"
    return f"{first} → {_shown(end, zone)}" if isinstance(node, ast.Previous | ast.Before) else f"{first} → now"


def bounds_of(
    piece: Piece, declaration: ast.Declaration, node: ast.Window, zone: str, now: dt.datetime
) -> tuple[dt.datetime | None, dt.datetime] | None:
    """The instants at which a window begins and ends at `now`; None if it has a mistake."""
    context = Context(Scope(zone), {})
    file = FileScope(Parsed(source=piece.source, pieces=(piece,), diagnostics=()), zone)
    window = windows.window(context, Declared(declaration, piece, file), node)
    if context.said:
        return None
    try:
        return calendar.bounds(window, now)
    except (OverflowError, ValueError):
        return None


def _shown(instant: dt.datetime, zone: str) -> str:
    local = calendar.to_local(instant, zone)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return local.date().isoformat()
    return local.isoformat(sep=" ", timespec="minutes")


# ---------------------------------------------------------------- types, rows and keys


def _declaration(world: World, piece: Piece, node: ast.Declaration) -> Iterator[Hint]:
    match node:
        case ast.Define() if node.name.text:
            type = type_of_expression(world, node.expr, world.names("data"))
            if type:
                yield Hint(offset=node.name.span.end, text=f": {type}", type=True)
        case ast.Segment():
            yield from _segment(world, node)
        case _:
            pass


def _segment(world: World, node: ast.Segment) -> Iterator[Hint]:
    key = next((item for item in node.items if isinstance(item, ast.Key)), None)
    data = world.data_of(node)
    if key and data and not any(isinstance(item, ast.FromSources) for item in node.items):
        more = "No `from` is written: the rows are those of the segments that it names."
        yield Hint(offset=key.span.end, text=f"from {', '.join(data)}", more=more)
    for each in walk(node):
        if isinstance(each, ast.InSegment) and each.via and key_of(node):
            through = [d for d in data if each.via.text in world.keys(d)]
            if through and each.via.text != key_of(node):
                rows = " or ".join(f"`{d}`" for d in through)
                more = f"A `{key_of(node)}` is in if one of its rows of {rows} has a `{each.via.text}` that is."
                yield Hint(offset=each.via.span.end, text=f"{key_of(node)} → {each.via.text}", more=more)


_TRUTH = ast.AnyTrue | ast.AllTrue | ast.NotTrue | ast.Compare | ast.IsMissing | ast.InList | ast.MatchText


def type_of_expression(world: World, node: Node, data: tuple[str, ...]) -> str:
    """The type of an expression, if it is plain to see; else nothing."""
    match node:
        case _ if isinstance(node, _TRUTH):
            return "boolean"
        case ast.String():
            return "text"
        case ast.Boolean():
            return "boolean"
        case ast.Date():
            return "date"
        case ast.Timestamp() | ast.Ago():
            return "timestamp"
        case ast.Number():
            return "decimal" if "." in node.text else "integer"
        case ast.Negate():
            return type_of_expression(world, node.expr, data)
        case ast.Call():
            known = FUNCTIONS.get(node.function.text)
            if known is not None and known.gives is not None:
                return str(known.gives)
            return type_of_expression(world, node.arguments[0], data) if node.arguments else ""
        case ast.ParamRef():
            declared = world.find("parameter", node.name)
            return format_node(declared.node.type) if declared else ""
        case ast.Path():
            return _type_of_name(world, node, data)
        case _:
            return ""


def _type_of_name(world: World, node: ast.Path, data: tuple[str, ...]) -> str:
    """The type that a name has on the rows of all data that have it."""
    if any(node.text in world.events(each) for each in data):
        return "boolean"
    fields = [world.fields(each)[node.text].node for each in data if node.text in world.fields(each)]
    types = {format_node(field.type) for field in fields if isinstance(field, ast.Field)}
    return types.pop() if len(types) == 1 else ""
