"""Code actions: quick fixes, what is missing, and other ways to write the same. Their edits come when one is chosen, where
the client can wait for them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from segql.ide.actions import Offer, offers
from segql.ide.snapshot import Snapshot
from segql.source import Span
from segql_lsp import convert

if TYPE_CHECKING:
    from segql_lsp.server import Server

FIX_ALL = "source.fixAll.segql"
KINDS: list[types.CodeActionKind | str] = [
    types.CodeActionKind.QuickFix,
    types.CodeActionKind.RefactorExtract,
    types.CodeActionKind.RefactorInline,
    types.CodeActionKind.RefactorRewrite,
    FIX_ALL,
]
OPTIONS = types.CodeActionOptions(code_action_kinds=KINDS, resolve_provider=True)


def answer(server: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    document = server.client_capabilities.text_document
    known = document and document.code_action
    if not (known and known.code_action_literal_support):
        return []  # such a client knows commands only
    snapshot = server.documents.snapshot(params.text_document.uri)
    span = convert.span_of(snapshot.source, params.range, server.documents.encoding)
    later = bool(known.resolve_support and "edit" in known.resolve_support.properties)
    uri = params.text_document.uri
    return [_action(server, uri, span, offer, later) for offer in _wanted(snapshot, span, params.context.only)]


def _wanted(snapshot: Snapshot, span: Span, only: Iterable[str] | None) -> Iterator[Offer]:
    """The offers of the kinds that are asked for: a kind stands for those below it. Nobody gets `source` unasked."""
    kinds = [str(getattr(kind, "value", kind)) for kind in only or ()]
    for offer in offers(snapshot, span, _now()):
        if any(kind in ("", offer.kind) or offer.kind.startswith(f"{kind}.") for kind in kinds) or (
            only is None and offer.kind != FIX_ALL
        ):
            yield offer


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None, second=0, microsecond=0)


def _action(server: Server, uri: str, span: Span, offer: Offer, later: bool) -> types.CodeAction:
    said = offer.diagnostic
    related = server.diagnostics.related
    return types.CodeAction(
        title=offer.title,
        kind=offer.kind,
        diagnostics=[convert.diagnostic(said, server.documents, related)] if said else None,
        edit=None if later else convert.workspace_edit(server, offer.edits()),
        is_preferred=True if offer.preferred else None,
        data=[uri, span.start, span.end, str(offer.kind)] if later else None,
    )


def resolve(server: Server, action: types.CodeAction) -> types.CodeAction:
    """An action with its edits; as it is, if the text has changed so that nobody would offer it now."""
    match action.data:
        case [str(uri), int(start), int(end), str(kind)]:
            snapshot = server.documents.snapshot(uri)
            for offer in offers(snapshot, Span(start, end), _now()):
                if (offer.title, offer.kind) == (action.title, kind):
                    action.edit = convert.workspace_edit(server, offer.edits())
                    break
    return action
