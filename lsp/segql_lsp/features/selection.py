"""What a selection grows to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from segql.ide.selection import around
from segql_lsp import convert

if TYPE_CHECKING:
    from segql_lsp.server import Server


def answer(server: Server, params: types.SelectionRangeParams) -> list[types.SelectionRange]:
    snapshot = server.documents.snapshot(params.text_document.uri)
    encoding = server.documents.encoding
    found: list[types.SelectionRange] = []
    for position in params.positions:
        outer: types.SelectionRange | None = None
        for span in reversed(around(snapshot, convert.offset(snapshot.source, position, encoding))):
            outer = types.SelectionRange(convert.range_of(snapshot.source, span, encoding), parent=outer)
        assert outer is not None
        found.append(outer)
    return found
