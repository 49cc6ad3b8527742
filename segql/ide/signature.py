"""How the function around the cursor is used, and which of its arguments the cursor is in."""

from __future__ import annotations

from segql.ide.snapshot import Snapshot
from segql.node import Value
from segql.semantics.functions import FUNCTIONS
from segql.source import Span
from segql.syntax.parse import Piece
from segql.syntax.scan import Token, scan


class Signature(Value):
    """A use as one line, the spans of its arguments in that line, its meaning, and the argument that is meant."""

    usage: str
    arguments: tuple[Span, ...]
    meaning: str
    active: int


# The functions of many rows: how each is used, and its meaning.
_OF_ROWS = {
    "count": ("count(event where … during …)", "How many rows of the event; 0 if there is none."),
    "sum": ("sum(expression of event where … during …)", "The sum over the event's rows; 0 over none."),
    "avg": ("avg(expression of event where … during …)", "The mean over the event's rows; missing over none."),
    "min": ("min(expression of event where … during …)", "The least over the event's rows; missing over none."),
    "max": ("max(expression of event where … during …)", "The greatest over the event's rows; missing over none."),
    "median": ("median(expression of event where … during …)", "The middle of the event's rows; missing over none."),
}


def signature(snapshot: Snapshot, offset: int) -> Signature | None:
    """The function in whose parentheses an offset stands."""
    pieces = snapshot.world.files[snapshot.source.name].pieces
    piece = next((p for p in reversed(pieces) if p.start <= offset), pieces[0])
    call = _call(piece, offset - piece.start)
    if call is None:
        return None
    name, commas = call
    found = usage_of(name)
    if found is None:
        return None
    usage, meaning = found
    if name in _OF_ROWS:
        return Signature(usage=usage, arguments=(_inside(usage),), meaning=meaning, active=0)
    spans = _split(usage)
    return Signature(usage=usage, arguments=spans, meaning=meaning, active=min(commas, len(spans) - 1))


def usage_of(name: str) -> tuple[str, str] | None:
    """How a function or an aggregate is used, and its meaning in a sentence."""
    if name in _OF_ROWS:
        return _OF_ROWS[name]
    function = FUNCTIONS.get(name)
    return (function.usage, f"{function.meaning[0].upper()}{function.meaning[1:]}.") if function else None


def _call(piece: Piece, offset: int) -> tuple[str, int] | None:
    """The innermost open call before an offset: its name, and how many arguments end before it."""
    open: list[list[object]] = []  # of every parenthesis: the function, and the commas so far
    before: Token | None = None
    for token in scan(piece.text).tokens:
        if (token.end > offset and token.text != "(") or token.start >= offset:
            break
        if token.text in ("(", "{"):
            called = before is not None and before.kinds[0] == "CALL" and before.end == token.start
            open.append([before.text if called and before else "", 0])
        elif token.text in (")", "}") and open:
            open.pop()
        elif token.text == "," and open:
            open[-1][1] = int(str(open[-1][1])) + 1
        before = token
    if not open or not open[-1][0]:
        return None
    return str(open[-1][0]), int(str(open[-1][1]))


def _inside(usage: str) -> Span:
    return Span(usage.index("(") + 1, len(usage) - 1)


def _split(usage: str) -> tuple[Span, ...]:
    start, end = _inside(usage)
    found: list[Span] = []
    for part in usage[start:end].split(", "):
        found.append(Span(start, start + len(part)))
        start += len(part) + 2
    return tuple(found)
