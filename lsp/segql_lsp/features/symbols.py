"""The outline of a file, and what is declared in all files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from segql.ide.symbols import Found, Outline, all_parts, fitness, outline
from segql.source import Source
from segql_lsp import convert
from segql_lsp.patience import in_turns

if TYPE_CHECKING:
    from segql_lsp.server import Server

MOST = 500  # of one answer: the next letter that is typed narrows them

_KINDS = {
    "source": types.SymbolKind.Class,
    "table": types.SymbolKind.Struct,
    "parameter": types.SymbolKind.Variable,
    "define": types.SymbolKind.Constant,
    "segment": types.SymbolKind.Function,
    "analysis": types.SymbolKind.Module,
    "test": types.SymbolKind.Method,
    "field": types.SymbolKind.Field,
    "event": types.SymbolKind.Event,
    "key": types.SymbolKind.Key,
    "column": types.SymbolKind.Variable,
}


def answer(
    server: Server, params: types.DocumentSymbolParams
) -> list[types.DocumentSymbol] | list[types.SymbolInformation]:
    snapshot = server.documents.snapshot(params.text_document.uri)
    found = [_symbol(server, snapshot.source, each) for each in outline(snapshot)]
    document = server.client_capabilities.text_document
    shown = document and document.document_symbol
    if shown and shown.hierarchical_document_symbol_support:
        return found
    return [
        types.SymbolInformation(types.Location(params.text_document.uri, s.range), s.name, s.kind)
        for top in found
        for s in (top, *(top.children or ()))
    ]


async def everywhere(server: Server, params: types.WorkspaceSymbolParams) -> list[types.SymbolInformation]:
    """What is declared in any file of the workspace under a name that has the letters of the query."""
    found: list[tuple[int, Found, Source]] = []
    async for name in in_turns(server, server.documents.files(), params, "Looking for names"):
        snapshot = server.documents.at(name)
        for each in all_parts(snapshot) if snapshot else ():
            place = fitness(each.name, params.query)
            if place is not None and snapshot is not None:
                found.append((place, each, snapshot.source))
    found.sort(key=lambda entry: (entry[0], entry[1].name))
    return [
        types.SymbolInformation(
            location=convert.location(server.documents, source, each.span),
            name=each.name,
            kind=_KINDS[each.sort],
            container_name=each.owner or None,
        )
        for _, each, source in found[:MOST]
    ]


def _symbol(server: Server, source: Source, each: Outline) -> types.DocumentSymbol:
    encoding = server.documents.encoding
    return types.DocumentSymbol(
        name=each.name,
        kind=_KINDS[each.sort],
        range=convert.range_of(source, each.whole, encoding),
        selection_range=convert.range_of(source, each.span, encoding),
        detail=each.detail,
        children=[_symbol(server, source, inside) for inside in each.inside],
    )
