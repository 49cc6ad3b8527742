"""Where a name is declared, and where else it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from segql.ide import navigation
from segql.ide.snapshot import Snapshot
from segql_lsp import convert
from segql_lsp.features import shown
from segql_lsp.patience import in_turns

if TYPE_CHECKING:
    from segql_lsp.server import Server


async def definition(server: Server, params: types.DefinitionParams) -> list[types.Location]:
    if shown.parts(params.text_document.uri):
        return await shown.definition(server, params)
    snapshot, offset = convert.asked(server.documents, params)
    found = navigation.definitions(snapshot, offset)
    return [convert.location(server.documents, each.source, each.span) for each in found]


def type_definition(server: Server, params: types.TypeDefinitionParams) -> list[types.Location]:
    snapshot, offset = convert.asked(server.documents, params)
    found = navigation.type_definitions(snapshot, offset)
    return [convert.location(server.documents, each.source, each.span) for each in found]


async def references(server: Server, params: types.ReferenceParams) -> list[types.Location]:
    snapshot, offset = convert.asked(server.documents, params)
    others = await having(server, params, snapshot, words(snapshot, offset), "Looking for references")
    return [
        convert.location(server.documents, each.source, each.span)
        for each in navigation.references(snapshot, offset, others)
        if params.context.include_declaration or each.declared is None
    ]


def words(snapshot: Snapshot, offset: int) -> list[str]:
    """A word of each name at an offset, without which a file cannot name the same."""
    found = snapshot.names.at(snapshot.source, offset)
    return [word(symbol.name) for symbol in found.symbols] if found else []


def word(name: str) -> str:
    """The longest part of a name that is written without backticks or dots."""
    return max(re.split(r"\W+", name), key=len)


async def having(server: Server, params: Any, snapshot: Snapshot, wanted: list[str], title: str) -> list[Snapshot]:
    """The other files of the workspace that are open or have one of some words."""
    found: list[Snapshot] = []
    async for name in in_turns(server, server.documents.files(), params, title):
        each = server.documents.having(name, wanted)
        if each is not None and each.source.name != snapshot.source.name:
            found.append(each)
    return found


def highlight(server: Server, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:
    snapshot, offset = convert.asked(server.documents, params)
    read, write = types.DocumentHighlightKind.Read, types.DocumentHighlightKind.Write
    return [
        types.DocumentHighlight(
            convert.range_of(snapshot.source, each.span, server.documents.encoding), write if each.declared else read
        )
        for each in navigation.highlights(snapshot, offset)
    ]
