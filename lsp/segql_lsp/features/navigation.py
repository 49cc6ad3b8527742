"""Where a name is declared, and where else it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from segql.ide import navigation
from segql_lsp import convert

if TYPE_CHECKING:
    from segql_lsp.server import Server


def definition(server: Server, params: types.DefinitionParams) -> list[types.Location]:
    snapshot, offset = convert.asked(server.documents, params)
    found = navigation.definitions(snapshot, offset)
    return [convert.location(server.documents, each.source, each.span) for each in found]


def references(server: Server, params: types.ReferenceParams) -> list[types.Location]:
    snapshot, offset = convert.asked(server.documents, params)
    found = navigation.references(snapshot, offset, list(server.documents.snapshots()))
    return [
        convert.location(server.documents, each.source, each.span)
        for each in found
        if params.context.include_declaration or each.declared is None
    ]


def highlight(server: Server, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:
    snapshot, offset = convert.asked(server.documents, params)
    read, write = types.DocumentHighlightKind.Read, types.DocumentHighlightKind.Write
    return [
        types.DocumentHighlight(
            convert.range_of(snapshot.source, each.span, server.documents.encoding), write if each.declared else read
        )
        for each in navigation.highlights(snapshot, offset)
    ]
