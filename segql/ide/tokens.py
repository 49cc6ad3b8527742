"""The colors of a text: every word with what it is, as the tree knows it and no highlighter can."""

from __future__ import annotations

from typing import Literal

from segql.ide.names import Occurrence
from segql.ide.snapshot import Snapshot
from segql.ide.world import Kind
from segql.node import Value
from segql.source import Span
from segql.syntax.parse import choices
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
    found: dict[int, Colored] = {}
    for piece in snapshot.world.files[snapshot.source.name].pieces:
        known = {token.start: row for token, row in choices(piece.text)}
        scanned = scan(piece.text)
        for comment in scanned.comments:
            start = piece.start + comment.start
            found[start] = Colored(span=Span(start, start + len(comment.text)), color="comment")
        for token in scanned.tokens:
            row = known.get(token.start, token.kinds)
            color = _color(next((kind for kind in token.kinds if kind in row), token.kinds[-1]))
            if color:
                start, end = piece.start + token.start, piece.start + token.end
                found[start] = Colored(span=Span(start, end), color=color)
    for name in snapshot.names.files[snapshot.source.name]:
        found[name.span.start] = _name(name)
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
    if terminal.startswith("TYPE_") or terminal in ("ENUM", "LIST"):
        return "type"
    return "keyword" if terminal.isupper() and terminal not in _PLAIN else None


_PLAIN = frozenset(("NAME", "PATH", "LPAR", "RPAR", "LBRACE", "RBRACE", "COMMA", "COLON"))


def _name(name: Occurrence) -> Colored:
    kind = min(symbol.kind for symbol in name.symbols)
    return Colored(span=name.span, color=_NAMES[kind], declares=name.declared is not None)


def _apart(found: list[Colored]) -> tuple[Colored, ...]:
    kept: list[Colored] = []
    for each in found:
        if kept and kept[-1].span.end > each.span.start:
            last = kept.pop()
            if each.span.start > last.span.start:
                kept.append(last.replace(span=Span(last.span.start, each.span.start)))
        kept.append(each)
    return tuple(kept)
