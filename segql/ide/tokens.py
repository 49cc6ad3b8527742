"""The colors of a text: every word with what it is, as the tree knows it and no highlighter can."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from segql.ide.names import Occurrence
from segql.ide.snapshot import Snapshot
from segql.ide.world import Kind, Surface, moved
from segql.node import Value
from segql.source import Span
from segql.syntax.parse import Piece, choices
from segql.syntax.scan import scan

Color = Literal[
    "keyword", "string", "number", "operator", "comment", "function", "class", "property", "event", "variable", "type"
]

COLORS: tuple[Color, ...] = (
    "keyword", "string", "number", "operator", "comment", "function", "class", "property", "event", "variable", "type",
)  # fmt: skip

_NAMES: dict[Kind, Color] = {
    "data": "class",
    "segment": "function",
    "analysis": "function",
    "define": "variable",
    "parameter": "variable",
    "label": "variable",
    "column": "variable",
    "field": "property",
    "key": "property",
    "time": "property",
    "event": "event",
}
_LITERALS: dict[str, Color] = {"STRING": "string", "NUMBER": "number", "DATE": "number", "TIMESTAMP": "number"}
_MARKS = frozenset(("EQUAL", "COMPARE", "ADD", "MULTIPLY", "MINUS"))


class Colored(Value):
    """A span on one line, its color, and whether it declares something."""

    span: Span
    color: Color
    declares: bool = False


def colored(snapshot: Snapshot) -> tuple[Colored, ...]:
    """The colored spans of a file, in order; no two of them overlap."""
    return tuple(each.replace(span=moved(each.span, piece)) for piece, found in painted(snapshot) for each in found)


def painted(snapshot: Snapshot) -> Iterator[tuple[Piece, tuple[Colored, ...]]]:
    """The pieces of a file with their colored spans, which count from the start of the piece.

    A piece that nothing touched, neither in itself nor in what its names can mean, has the very tuple that it had.
    """
    for piece in snapshot.world.files[snapshot.source.name].pieces:
        key = (piece.text, snapshot.world.surface)
        found = _KNOWN.get(key)
        if found is None:
            if len(_KNOWN) >= _MOST:
                _KNOWN.clear()
            found = _KNOWN[key] = _painted(snapshot, piece)
        yield piece, found


_KNOWN: dict[tuple[str, Surface], tuple[Colored, ...]] = {}
_MOST = 4096


def forget() -> None:
    """Forgets the colors of pieces: for tests."""
    _KNOWN.clear()


def _painted(snapshot: Snapshot, piece: Piece) -> tuple[Colored, ...]:
    found: dict[int, Colored] = {}
    known = {token.start: row for token, row in choices(piece.text)}
    scanned = scan(piece.text)
    for comment in scanned.comments:
        span = Span(comment.start, comment.start + len(comment.text))
        found[comment.start] = Colored(span=span, color="comment")
    for token in scanned.tokens:
        row = known.get(token.start, token.kinds)
        color = _color(next((kind for kind in token.kinds if kind in row), token.kinds[-1]))
        if color:
            found[token.start] = Colored(span=Span(token.start, token.end), color=color)
    for name in snapshot.names.inside(piece):
        span = Span(name.span.start - piece.start, name.span.end - piece.start)
        found[span.start] = _name(name, span)
    return _apart(sorted(found.values(), key=lambda each: each.span))


def _color(terminal: str) -> Color | None:
    if terminal in _LITERALS:
        return _LITERALS[terminal]
    if terminal in _MARKS:
        return "operator"
    if terminal == "CALL":
        return "function"
    if terminal == "PARAMETER":
        return "variable"
    if terminal.startswith(("TYPE_", "EPOCH")) or terminal in ("ENUM", "LIST"):
        return "type"
    return "keyword" if terminal.isupper() and terminal not in _PLAIN else None


_PLAIN = frozenset(("NAME", "PATH", "LPAR", "RPAR", "LBRACE", "RBRACE", "COMMA", "COLON"))


def _name(name: Occurrence, span: Span) -> Colored:
    kind = min(symbol.kind for symbol in name.symbols)
    return Colored(span=span, color=_NAMES[kind], declares=name.declared is not None)


def _apart(found: list[Colored]) -> tuple[Colored, ...]:
    kept: list[Colored] = []
    for each in found:
        if kept and kept[-1].span.end > each.span.start:
            last = kept.pop()
            if each.span.start > last.span.start:
                kept.append(last.replace(span=Span(last.span.start, each.span.start)))
        kept.append(each)
    return tuple(kept)
