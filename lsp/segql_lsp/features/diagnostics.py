"""Diagnostics: what `segql check` says. Open files are pulled where the client can, and pushed where it cannot.

A file has one way only, so that nothing is shown twice. Files that are used but not open are always pushed: no client
asks for them.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from segql.diagnostics.model import Diagnostic
from segql.ide.snapshot import Snapshot
from segql_lsp import convert
from segql_lsp.documents import by_file, name_of
from segql_lsp.patience import in_turns

if TYPE_CHECKING:
    from segql_lsp.server import Server

SOON, IDLE = 0.01, 0.15  # seconds: for what is pushed, and for asking to be pulled again
QUIET = 1.0  # seconds without an edit, after which files that nobody has open are checked
SENT_AT_ONCE = 100  # files of one part of a long answer

Report = types.WorkspaceFullDocumentDiagnosticReport | types.WorkspaceUnchangedDocumentDiagnosticReport


class State:
    """How this client gets its diagnostics, and what it has."""

    def __init__(self) -> None:
        self.pulls = False
        self.related = False
        self.pushed: dict[str, object] = {}  # by file; what stands there is compared, and nothing else
        self.pulled: dict[str, str] = {}
        self.elsewhere: dict[
            str, tuple[Diagnostic, ...]
        ] = {}  # what was found in files that are not open, to be pushed
        self.all_pulled = False  # whether the client asks for files that are not open
        self.looking: asyncio.Task[None] | None = None


def begin(server: Server, capabilities: types.ClientCapabilities) -> None:
    """Pull needs two things: that the client asks, and that it can be told to ask again when another file changed."""
    document, workspace = capabilities.text_document, capabilities.workspace
    pull = document and document.diagnostic
    again = workspace and workspace.diagnostics and workspace.diagnostics.refresh_support
    publish = document and document.publish_diagnostics
    server.diagnostics.pulls = bool(pull and again)
    server.diagnostics.related = bool((publish and publish.related_information) or (pull and pull.related_information))
    if server.diagnostics.pulls:
        options = types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier="segql")
        options.work_done_progress = True
        server.offer(types.TEXT_DOCUMENT_DIAGNOSTIC, pulled, options)
        server.offer(types.WORKSPACE_DIAGNOSTIC, all_pulled)


def pulled(server: Server, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
    """The diagnostics of one file, or that they are what they were."""
    name = server.documents.snapshot(params.text_document.uri).source.name
    said = server.documents.said().get(name, ())
    mark = _mark(said)
    server.diagnostics.pulled[name] = mark
    if params.previous_result_id == mark:
        return types.RelatedUnchangedDocumentDiagnosticReport(result_id=mark)
    return types.RelatedFullDocumentDiagnosticReport(items=_converted(server, said), result_id=mark)


async def all_pulled(server: Server, params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
    """The diagnostics of all files of the workspace, open or not; of those that changed, if the client has others."""
    state = server.diagnostics
    if not state.all_pulled:
        state.all_pulled = True  # from now on nothing is pushed that would be shown twice
        server.later("diagnostics", SOON, lambda: push(server))
    said = await _of_workspace(server, params)
    known = {name_of(each.uri): each.value for each in params.previous_result_ids}
    reports: list[Report] = []
    for name in dict.fromkeys((*said, *known)):
        found, mark = said.get(name, ()), _mark(said.get(name, ()))
        document = server.documents.opened.get(name)
        uri, version = server.documents.uri(name), document.version if document else None
        if known.get(name) == mark:
            reports.append(types.WorkspaceUnchangedDocumentDiagnosticReport(uri, mark, version=version))
        else:
            items = _converted(server, found)
            reports.append(types.WorkspaceFullDocumentDiagnosticReport(uri, items, version=version, result_id=mark))
    if params.partial_result_token is None:
        return types.WorkspaceDiagnosticReport(reports)
    for start in range(0, len(reports), SENT_AT_ONCE):
        part = types.WorkspaceDiagnosticReportPartialResult(reports[start : start + SENT_AT_ONCE])
        server.protocol.notify(types.PROGRESS, types.ProgressParams(params.partial_result_token, part))
    return types.WorkspaceDiagnosticReport([])


async def _of_workspace(server: Server, params: Any = None) -> dict[str, tuple[Diagnostic, ...]]:
    """What there is to say about all files of the workspace, and of those that they use."""
    snapshots: list[Snapshot] = []
    names = server.documents.files() if server.settings.workspace else list(server.documents.opened)
    async for name in in_turns(server, names, params, "Checking"):
        snapshot = server.documents.at(name)
        if snapshot is not None:
            snapshots.append(snapshot)
            _ = snapshot.diagnostics  # worked out in its turn, and remembered
    return by_file((each.source.name for each in snapshots), snapshots)


def _look_around(server: Server) -> None:
    """Checks the files that are not open, for a client that does not ask for them; what was begun before is given up."""
    state = server.diagnostics
    if state.looking is not None:
        state.looking.cancel()
    state.looking = asyncio.ensure_future(_push_elsewhere(server))


async def _push_elsewhere(server: Server) -> None:
    said = await _of_workspace(server)
    server.diagnostics.elsewhere = {name: found for name, found in said.items() if found}
    push(server)


def changed(server: Server) -> None:
    """Something changed: what follows from it is worked out soon, once, from the latest texts."""
    server.later("diagnostics", SOON, lambda: push(server))
    if server.documents.roots and server.settings.workspace and not server.diagnostics.all_pulled:
        server.later("the workspace", QUIET, lambda: _look_around(server))
    if server.diagnostics.pulls:
        server.later("another pull", IDLE, lambda: _ask_again(server))


def push(server: Server) -> None:
    """Sends what is new: all files of a client that does not pull, else those that are not open."""
    state, opened = server.diagnostics, server.documents.opened
    said = {**state.elsewhere, **server.documents.said()}
    if state.all_pulled:
        said = {name: found for name, found in said.items() if not server.documents.in_workspace(name)}
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
