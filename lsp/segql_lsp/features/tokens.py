"""The colors of a file: each as its distance from the one before, as the protocol wants them; whole, of a range, or
as what changed.

Numbers are kept for each piece, so that after an edit only the piece that changed is counted again.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from lsprotocol import types

from segql.ide.snapshot import Snapshot
from segql.ide.tokens import COLORS, Colored, painted
from segql.source import Span
from segql.syntax.parse import Piece
from segql_lsp import convert
from segql_lsp.text import Encoding, Text

if TYPE_CHECKING:
    from segql_lsp.server import Server

OPTIONS = types.SemanticTokensLegend(token_types=list(COLORS), token_modifiers=["declaration"])
_MOST = 4096


class _Counted(NamedTuple):
    """The numbers of a piece, the first line counted from the piece's start; its last colored line, and its lines."""

    colors: tuple[Colored, ...]
    numbers: list[int]
    last: int
    breaks: int


class State:
    """What this client has: the last numbers of each file, by a name for them; and the numbers of pieces."""

    def __init__(self) -> None:
        self.sent: dict[str, tuple[str, list[int]]] = {}
        self.pieces: dict[str, _Counted] = {}
        self.names = count(1)


def answer(server: Server, params: types.SemanticTokensParams) -> types.SemanticTokens:
    snapshot = server.documents.snapshot(params.text_document.uri)
    name, numbers = _remembered(server, snapshot)
    return types.SemanticTokens(data=numbers, result_id=name)


def delta(server: Server, params: types.SemanticTokensDeltaParams) -> types.SemanticTokens | types.SemanticTokensDelta:
    """What changed since the numbers of a name; all of them if these are not known any more."""
    snapshot = server.documents.snapshot(params.text_document.uri)
    was, old = server.tokens.sent.get(snapshot.source.name, ("", []))
    name, new = _remembered(server, snapshot)
    if was != params.previous_result_id:
        return types.SemanticTokens(data=new, result_id=name)
    above = _alike(old, new)
    below = _alike(old[above:][::-1], new[above:][::-1])
    edit = types.SemanticTokensEdit(
        start=above, delete_count=len(old) - above - below, data=new[above : len(new) - below]
    )
    return types.SemanticTokensDelta(edits=[edit] if edit.delete_count or edit.data else [], result_id=name)


def within(server: Server, params: types.SemanticTokensRangeParams) -> types.SemanticTokens:
    """The colors of the pieces that a range touches."""
    snapshot = server.documents.snapshot(params.text_document.uri)
    span = convert.span_of(snapshot.source, params.range, server.documents.encoding)
    return types.SemanticTokens(data=_numbers(server, snapshot, span))


def _remembered(server: Server, snapshot: Snapshot) -> tuple[str, list[int]]:
    state = server.tokens
    state.sent = {name: sent for name, sent in state.sent.items() if name in server.documents.opened}
    found = (str(next(state.names)), _numbers(server, snapshot, Span(0, len(snapshot.source.text))))
    state.sent[snapshot.source.name] = found
    return found


def _numbers(server: Server, snapshot: Snapshot, span: Span) -> list[int]:
    numbers: list[int] = []
    between = 0  # lines from the last colored line, or from the start, to the piece
    for piece, colors in painted(snapshot):
        counted = _counted(server, piece, colors)
        touched = piece.start <= span.end and span.start <= piece.start + len(piece.text)
        if counted.numbers and touched:
            numbers += (counted.numbers[0] + between, *counted.numbers[1:]) if between else counted.numbers
            between = -counted.last
        between += counted.breaks
    return numbers


def _counted(server: Server, piece: Piece, colors: tuple[Colored, ...]) -> _Counted:
    known = server.tokens.pieces.get(piece.text)
    if known is None or known.colors is not colors:
        if len(server.tokens.pieces) >= _MOST:
            server.tokens.pieces.clear()
        text = Text(piece.text)
        rows = list(_rows(text, colors, server.documents.encoding))
        numbers: list[int] = []
        line = character = 0
        for at, start, *rest in rows:
            numbers += [at - line, start - (character if at == line else 0), *rest]
            line, character = at, start
        known = _Counted(colors, numbers, line, text.breaks)
        server.tokens.pieces[piece.text] = known
    return known


def _rows(text: Text, colors: tuple[Colored, ...], encoding: Encoding) -> Iterator[tuple[int, int, int, int, int]]:
    for each in colors:
        start, end = text.place(each.span.start, encoding), text.place(each.span.end, encoding)
        if start.line == end.line and end.character > start.character:
            length = end.character - start.character
            yield start.line, start.character, length, COLORS.index(each.color), int(each.declares)


def _alike(one: list[int], other: list[int]) -> int:
    """How many numbers at the start of two lists are the same, in whole rows of five."""
    low, high = 0, min(len(one), len(other)) // 5
    while low < high:
        middle = (low + high + 1) // 2
        if one[low * 5 : middle * 5] == other[low * 5 : middle * 5]:
            low = middle
        else:
            high = middle - 1
    return low * 5
