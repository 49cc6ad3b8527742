"""Completion: what could be written here; what it is, when the client shows one of the items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from segql.ide.completion import Item, complete
from segql.ide.hover import about
from segql.ide.world import Symbol
from segql_lsp import convert
from segql_lsp.sights import Sights

if TYPE_CHECKING:
    from segql_lsp.server import Server

# No space: a list that opens between any two words is in the way.
OPTIONS = types.CompletionOptions(trigger_characters=[".", "'", '"', "$"], resolve_provider=True)

_KINDS = {
    "keyword": types.CompletionItemKind.Keyword,
    "function": types.CompletionItemKind.Function,
    "value": types.CompletionItemKind.EnumMember,
    "data": types.CompletionItemKind.Class,
    "parameter": types.CompletionItemKind.Variable,
    "define": types.CompletionItemKind.Constant,
    "segment": types.CompletionItemKind.Interface,
    "field": types.CompletionItemKind.Field,
    "event": types.CompletionItemKind.Event,
    "key": types.CompletionItemKind.Property,
    "label": types.CompletionItemKind.Reference,
    "column": types.CompletionItemKind.Variable,
    "file": types.CompletionItemKind.File,
    "folder": types.CompletionItemKind.Folder,
    "template": types.CompletionItemKind.Snippet,
}


async def answer(server: Server, params: types.CompletionParams) -> types.CompletionList:
    """What could be written. Data that nobody looked at yet are waited for a moment, and offered at the next letter."""
    snapshot, offset = convert.asked(server.documents, params)
    uri, sights = params.text_document.uri, Sights(server, snapshot)
    found = complete(snapshot, offset, sights.outside)
    if sights.missing:
        seen = await sights.looked()
        found = complete(snapshot, offset, sights.outside) if seen else found.replace(whole=False)
    range = convert.range_of(snapshot.source, found.span, server.documents.encoding)
    known = _items_of(server)
    snippets = bool(known and known.snippet_support)
    templates = server.settings_of(snapshot.source.name).templates and snippets
    items = [
        _item(item, place, range, uri) for place, item in enumerate(found.items) if templates or item.sort != "template"
    ]
    return types.CompletionList(is_incomplete=not found.whole, items=items)


def _items_of(server: Server) -> types.ClientCompletionItemOptions | None:
    """What the editor can do with an item."""
    document = server.client_capabilities.text_document
    return (document and document.completion and document.completion.completion_item) or None


def _item(item: Item, place: int, range: types.Range, uri: str) -> types.CompletionItem:
    template = item.sort == "template"
    return types.CompletionItem(
        label=item.label,
        kind=_KINDS[item.sort],
        detail=item.detail or None,
        sort_text=f"{place:03}",
        filter_text=item.label if template else item.insert,
        insert_text_format=types.InsertTextFormat.Snippet if template else None,
        text_edit=types.TextEdit(range, item.insert),
        data=[uri, *item.symbol] if item.symbol else None,
    )


def resolve(server: Server, item: types.CompletionItem) -> types.CompletionItem:
    """The item with its documentation; as it is, if its file is gone or nobody knows it."""
    match item.data:
        case [str(uri), str(kind), str(owner), str(name)]:
            snapshot = server.documents.snapshot(uri)
            symbol = Symbol(kind, owner, name)  # type: ignore[arg-type]
            if snapshot.names.declarations(symbol):
                known = _items_of(server)
                item.documentation = convert.prose(about(snapshot, symbol), known and known.documentation_format)
    return item
