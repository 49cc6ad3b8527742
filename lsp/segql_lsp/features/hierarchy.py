"""Which segments are made of which, as a hierarchy of calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from segql.ide import hierarchy
from segql.ide.snapshot import Snapshot
from segql.ide.world import Declared, Symbol
from segql_lsp import convert
from segql_lsp.features.navigation import having, word

if TYPE_CHECKING:
    from segql_lsp.server import Server


def prepare(server: Server, params: types.CallHierarchyPrepareParams) -> list[types.CallHierarchyItem]:
    snapshot, offset = convert.asked(server.documents, params)
    return [_item(server, declared) for declared in hierarchy.reusable(snapshot, offset)]


async def incoming(
    server: Server, params: types.CallHierarchyIncomingCallsParams
) -> list[types.CallHierarchyIncomingCall]:
    found = _asked(server, params.item)
    if found is None:
        return []
    snapshot, symbol = found
    others = await having(server, params, snapshot, [word(symbol.name)], "Looking for uses")
    links = hierarchy.used_by(snapshot, symbol, others)
    return [
        types.CallHierarchyIncomingCall(_item(server, link.declared), _ranges(server, link, link)) for link in links
    ]


def outgoing(server: Server, params: types.CallHierarchyOutgoingCallsParams) -> list[types.CallHierarchyOutgoingCall]:
    found = _asked(server, params.item)
    if found is None:
        return []
    snapshot, symbol = found
    owner = next(iter(snapshot.names.declarations(symbol)), None)
    if owner is None:
        return []
    here = hierarchy.Link(declared=owner, spans=())
    links = hierarchy.uses(snapshot, symbol)
    return [
        types.CallHierarchyOutgoingCall(_item(server, link.declared), _ranges(server, here, link)) for link in links
    ]


def _ranges(server: Server, where: hierarchy.Link, link: hierarchy.Link) -> list[types.Range]:
    return [convert.range_of(where.declared.source, span, server.documents.encoding) for span in link.spans]


def _asked(server: Server, item: types.CallHierarchyItem) -> tuple[Snapshot, Symbol] | None:
    match item.data:
        case [str(kind), str(name)]:
            return server.documents.snapshot(item.uri), Symbol(kind, "", name)  # type: ignore[arg-type]
        case _:
            return None


def _item(server: Server, declared: Declared) -> types.CallHierarchyItem:
    source, encoding = declared.source, server.documents.encoding
    segment = declared.symbol.kind == "segment"
    return types.CallHierarchyItem(
        name=declared.symbol.name,
        kind=types.SymbolKind.Function if segment else types.SymbolKind.Module,
        uri=server.documents.uri(source.name),
        range=convert.range_of(source, declared.whole, encoding),
        selection_range=convert.range_of(source, declared.span, encoding),
        data=[declared.symbol.kind, declared.symbol.name],
    )
