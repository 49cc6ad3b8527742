"""What can be folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from segql.ide.symbols import folds
from segql_lsp import convert

if TYPE_CHECKING:
    from segql_lsp.server import Server


def answer(server: Server, params: types.FoldingRangeParams) -> list[types.FoldingRange]:
    snapshot = server.documents.snapshot(params.text_document.uri)
    found: list[types.FoldingRange] = []
    for fold in folds(snapshot):
        range = convert.range_of(snapshot.source, fold.span, server.documents.encoding)
        if range.start.line < range.end.line:
            block = fold.kind == "block"  # its last line stays in sight
            last = range.end.line - block
            kind = types.FoldingRangeKind.Region if block else types.FoldingRangeKind.Comment
            if last > range.start.line or not block:
                found.append(types.FoldingRange(range.start.line, last, kind=kind))
    return found
