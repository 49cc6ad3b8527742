"""Diagnostics: what `segql check` says. Open files are pulled where the client can, and pushed where it cannot.

A file has one way only, so that nothing is shown twice. Files that are used but not open are always pushed: no client
asks for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from segql.diagnostics.model import Diagnostic
from segql_lsp import convert

if TYPE_CHECKING:
    from segql_lsp.server import Server

SOON, IDLE = 0.01, 0.15  # seconds: for what is pushed, and for asking to be pulled again


class State:
    """How this client gets its diagnostics, and what it has."""

    def __init__(self) -> None:
        self.pulls = False
        self.related = False
        self.pushed: dict[str, object] = {}  # by file; what stands there is compared, and nothing else
        self.pulled: dict[str, str] = {}


def begin(server: Server, capabilities: types.ClientCapabilities) -> None:
    """Pull needs two things: that the client asks, and that it can be told to ask again when another file changed."""
    document, workspace = capabilities.text_document, capabilities.workspace
    pull = document and document.diagnostic
    again = workspace and workspace.diagnostics and workspace.diagnostics.refresh_support
    publish = document and document.publish_diagnostics
    server.diagnostics.pulls = bool(pull and again)
    server.diagnostics.related = bool((publish and publish.related_information) or (pull and pull.related_information))
    if server.diagnostics.pulls:
        options = types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=False, identifier="segql")
        server.offer(types.TEXT_DOCUMENT_DIAGNOSTIC, pulled, options)


def pulled(server: Server, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
    """The diagnostics of one file, or that they are what they were."""
    name = server.documents.snapshot(params.text_document.uri).source.name
    said = server.documents.said().get(name, ())
    mark = _mark(said)
    server.diagnostics.pulled[name] = mark
    if params.previous_result_id == mark:
        return types.RelatedUnchangedDocumentDiagnosticReport(result_id=mark)
    return types.RelatedFullDocumentDiagnosticReport(items=_converted(server, said), result_id=mark)


def changed(server: Server) -> None:
    """Something changed: what follows from it is worked out soon, once, from the latest texts."""
    server.later("diagnostics", SOON, lambda: push(server))
    if server.diagnostics.pulls:
        server.later("another pull", IDLE, lambda: _ask_again(server))


def push(server: Server) -> None:
    """Sends what is new: all files of a client that does not pull, else those that are not open."""
    state, opened = server.diagnostics, server.documents.opened
    said = server.documents.said()
    for name in [*said, *(name for name in state.pushed if name not in said)]:
        document = opened.get(name)
        mine = () if document and state.pulls else said.get(name, ())
        mark = (_mark(mine), document.version if document else None)
        if (document and state.pulls and name not in state.pushed) or state.pushed.get(name) == mark:
            continue
        if name in said and not (document and state.pulls):
            state.pushed[name] = mark
        else:
            state.pushed.pop(name, None)
        server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(
                uri=server.documents.uri(name),
                diagnostics=_converted(server, mine),
                version=document.version if document else None,
            )
        )


def _ask_again(server: Server) -> None:
    """Asks for another pull if a file that nobody touched has other diagnostics than when it was pulled."""
    said = server.documents.said()
    state = server.diagnostics
    state.pulled = {name: mark for name, mark in state.pulled.items() if name in server.documents.opened}
    if any(_mark(said.get(name, ())) != mark for name, mark in state.pulled.items()):
        server.workspace_diagnostic_refresh(None, lambda _: None)


def _mark(said: tuple[Diagnostic, ...]) -> str:
    """What differs when diagnostics do."""
    return f"{hash(tuple((d, d.primary.span, d.primary.source.text[: d.primary.span.start].count(chr(10))) for d in said)):x}"


def _converted(server: Server, said: tuple[Diagnostic, ...]) -> list[types.Diagnostic]:
    return [convert.diagnostic(d, server.documents, server.diagnostics.related) for d in said]
