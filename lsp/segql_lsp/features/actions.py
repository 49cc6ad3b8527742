"""Quick fixes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from segql.ide.actions import fixes
from segql_lsp import convert

if TYPE_CHECKING:
    from segql_lsp.server import Server

OPTIONS = types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])


def answer(server: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    document = server.client_capabilities.text_document
    wanted = params.context.only
    if wanted is not None and not any(kind in ("", types.CodeActionKind.QuickFix) for kind in wanted):
        return []
    if not (document and document.code_action and document.code_action.code_action_literal_support):
        return []  # such a client knows commands only
    snapshot = server.documents.snapshot(params.text_document.uri)
    span = convert.span_of(snapshot.source, params.range, server.documents.encoding)
    found = list(fixes(snapshot, span))
    related = server.diagnostics.related
    return [
        types.CodeAction(
            title=fix.title,
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[convert.diagnostic(diagnostic, server.documents, related)],
            edit=convert.workspace_edit(server, fix.edits),
            is_preferred=len(diagnostic.fixes) == 1,
        )
        for diagnostic, fix in found
    ]
