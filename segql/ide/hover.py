"""What a name is: its declaration as it is written, its meaning in one sentence, its documentation; and its SQL."""

from __future__ import annotations

from segql import compiler
from segql.ide.clauses import CLAUSES
from segql.ide.names import spots
from segql.ide.signature import usage_of
from segql.ide.snapshot import Snapshot
from segql.ide.world import EVERYONE, Declared, Symbol, World, key_of
from segql.node import Value
from segql.source import Span
from segql.syntax import ast
from segql.syntax.format import format_expr, format_node
from segql.syntax.parse import Piece
from segql.syntax.repair import WORDS
from segql.syntax.scan import scan
from segql.syntax.walk import path_at

LINES = 60  # of SQL: a hover is a glance


class Hover(Value):
    """Markdown about a span."""

    span: Span
    text: str


def hover(snapshot: Snapshot, offset: int) -> Hover | None:
    """What stands at an offset; None if it has no name."""
    found = snapshot.names.at(snapshot.source, offset)
    if found is None:
        return _function(snapshot, offset) or _word(snapshot, offset)
    texts = [_with_sql(snapshot, symbol) for symbol in sorted(found.symbols)]
    return Hover(span=found.span, text="\n\n---\n\n".join(texts))


def _with_sql(snapshot: Snapshot, symbol: Symbol) -> str:
    made = sql(snapshot, symbol.name) if symbol.kind in ("segment", "analysis") else ""
    return "\n\n".join(part for part in (about(snapshot, symbol), made) if part)


def about(snapshot: Snapshot, symbol: Symbol) -> str:
    """Markdown about a thing."""
    well_known = snapshot.world.explained(symbol)
    declared = snapshot.names.declarations(symbol) or ((well_known,) if well_known else ())
    if not declared:
        return f"`{symbol.name}`: {_OF_EVERYONE}" if symbol.name == EVERYONE else f"`{symbol.name}`"
    first = declared[0]
    parts = [f"```seg\n{signature(first)}\n```", meaning(snapshot.world, symbol, declared)]
    parts += [doc for each in declared[:1] if (doc := getattr(each.node, "doc", ""))]
    return "\n\n".join(part for part in parts if part)


def signature(declared: Declared) -> str:
    """A declaration on a line."""
    node = declared.node
    match node:
        case ast.Source() | ast.Table():
            return f"{type(node).__name__.lower()} {node.name.text}"
        case ast.Segment():
            return f"segment {node.name.text}"
        case ast.Explore() | ast.Paths() | ast.Funnel() | ast.Retention():
            return f"{type(node).__name__.lower()} {node.name.text}"
        case ast.KeyColumn():
            column = f" = {node.column.text}" if node.column else ""
            return f"key {node.key.text}{column}{' unique' if node.unique else ''}"
        case ast.Time():
            return f"time {node.column.text}"
        case ast.Step():
            return f"{format_node(node.event)} as {declared.symbol.name}"
        case ast.ByItem():
            return f"by {format_node(node)}"
        case _:
            return format_node(node)


def meaning(world: World, symbol: Symbol, declared: tuple[Declared, ...]) -> str:
    """What a thing is, in a sentence."""
    node = declared[0].node
    match symbol.kind:
        case "data":
            kind = "source of events" if isinstance(node, ast.Source) else "table"
            keys = ", ".join(f"`{name}`" for name in world.keys(symbol.name)) or "no key yet"
            return f"A {kind} with {len(world.fields(symbol.name))} fields, of {keys}."
        case "field":
            return f"A field of `{symbol.owner}`{_kept(node)}."
        case "key":
            having = [f"`{data}`" for data in world.names("data") if symbol.name in world.keys(data)]
            return f"A key: rows of {', '.join(having)} carry it."
        case "event":
            return f"The rows of `{symbol.owner}` where `{format_expr(node.predicate)}`."
        case "segment":
            data = " and ".join(f"`{name}`" for name in world.data_of(node)) or "nothing yet"
            return f"The `{key_of(node) or '…'}` in rows of {data} for which all its conditions hold."
        case "parameter":
            needed = "its value is given when a segment is compiled"
            return "A parameter: " + (f"{format_expr(node.default)} unless given." if node.default else f"{needed}.")
        case "define":
            return "An expression with a name: it means what it means on the row that reads it."
        case "label":
            return "An earlier step of this sequence: its fields are those of the row that it took."
        case "time":
            return f"When a row of `{symbol.owner}` happened."
        case "column":
            return f"A column of `{symbol.owner}`: {'a measure' if isinstance(node, ast.MeasureItem) else 'a group'}."
        case "analysis":
            return _OF_ANALYSES[type(node)]


_OF_EVERYONE = "all that have a row, whatever segment they are in."
_OF_ANALYSES: dict[type, str] = {
    ast.Explore: "An analysis: measures of rows, in groups.",
    ast.Paths: "An analysis: where keys go from one node to the next.",
    ast.Funnel: "An analysis: how far keys come in a sequence of steps.",
    ast.Retention: "An analysis: who comes back after a start, and when.",
}


def _kept(node: ast.Field | ast.KeyColumn) -> str:
    return f", kept in `{node.column.text}`" if node.column else ""


def sql(snapshot: Snapshot, name: str) -> str:
    """The SQL of a segment or analysis as a block, or why there is none."""
    compiled = compile(snapshot, name)
    if not compiled.statements:
        said = next((d.message for d in compiled.diagnostics if d.is_error), "")
        return f"It has no SQL: {said}" if said else ""
    lines = [line for line in compiled.statements[0].sql.split("\n") if not line.startswith("-- ")]
    more = [f"-- {len(lines) - LINES} lines more"] if len(lines) > LINES else []
    return "\n".join(["```sql", *lines[:LINES], *more, "```"])


def compile(snapshot: Snapshot, name: str, dialect: str = "") -> compiler.Compiled:
    """A segment compiled for an engine, or for that of the project. Parameters without a value stay parameters."""
    options = compiler.Options(dialect=dialect or snapshot.dialect, root=snapshot.root)
    return compiler.compile(snapshot.source, (name,), options, snapshot.read, snapshot.zone)


_WORDS = frozenset((*WORDS, "IN_LIST", "NOT_IN_LIST", "NOT_IN"))


def _word(snapshot: Snapshot, offset: int) -> Hover | None:
    """A word of the language: what the clause is whose word it is."""
    for piece, node in snapshot.world.written(snapshot.source):
        local = offset - piece.start
        if not node.span.start <= local < node.span.end:
            continue
        token = next((t for t in scan(piece.text).tokens if t.start <= local < t.end), None)
        if token is not None and _WORDS.intersection(token.kinds):
            clause = next((each for each in reversed(path_at(node, local)) if type(each) in CLAUSES), None)
            if clause is not None:
                usage, means = CLAUSES[type(clause)]
                at = Span(piece.start + token.start, piece.start + token.end)
                return Hover(span=at, text=f"```seg\n{usage}\n```\n\n{means}")
    return None


def _function(snapshot: Snapshot, offset: int) -> Hover | None:
    for piece, node in snapshot.world.written(snapshot.source):
        if piece.start <= offset <= piece.start + len(piece.text):
            found = _function_at(snapshot.world, piece, node, offset - piece.start)
            if found:
                return found
    return None


def _function_at(world: World, piece: Piece, node: ast.Declaration, offset: int) -> Hover | None:
    for spot in spots(world, piece, node):
        start, end = spot.node.span
        if spot.slot == "function" and start <= offset <= end and isinstance(spot.node, ast.Name):
            found = usage_of(spot.node.text)
            if found:
                usage, means = found
                return Hover(span=Span(piece.start + start, piece.start + end), text=f"```seg\n{usage}\n```\n\n{means}")
    return None
