"""The colors of a file: each as its distance from the one before, as the protocol wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from segql.ide.tokens import COLORS, colored
from segql_lsp import convert

if TYPE_CHECKING:
    from segql_lsp.server import Server

OPTIONS = types.SemanticTokensLegend(token_types=list(COLORS), token_modifiers=["declaration"])


def answer(server: Server, params: types.SemanticTokensParams) -> types.SemanticTokens:
    snapshot = server.documents.snapshot(params.text_document.uri)
    numbers: list[int] = []
    line = character = 0
    for each in colored(snapshot):
        range = convert.range_of(snapshot.source, each.span, server.documents.encoding)
        start, length = range.start, range.end.character - range.start.character
        if range.end.line != start.line or length <= 0:
            continue
        beside = start.character - (character if start.line == line else 0)
        numbers += [start.line - line, beside, length, COLORS.index(each.color), int(each.declares)]
        line, character = start.line, start.character
    return types.SemanticTokens(data=numbers)
