"""Between SegQL's words and the protocol's: spans and ranges, diagnostics, edits. The only place that knows both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from lsprotocol import types

from segql.diagnostics.model import Diagnostic, Edit, Label
from segql.ide.snapshot import Snapshot
from segql.source import Source, Span
from segql_lsp.documents import Documents
from segql_lsp.text import Encoding, Place, lines

if TYPE_CHECKING:
    from segql_lsp.server import Server

_SEVERITIES = {"error": types.DiagnosticSeverity.Error, "warning": types.DiagnosticSeverity.Warning}


def offset(source: Source, position: types.Position, encoding: Encoding) -> int:
    """A position as an offset."""
    return lines(source.text).offset(Place(position.line, position.character), encoding)


def span_of(source: Source, range: types.Range, encoding: Encoding) -> Span:
    """A range as a span."""
    return Span(*sorted((offset(source, range.start, encoding), offset(source, range.end, encoding))))


def position(source: Source, offset: int, encoding: Encoding) -> types.Position:
    """An offset as a position."""
    return types.Position(*lines(source.text).place(offset, encoding))


def range_of(source: Source, span: Span, encoding: Encoding) -> types.Range:
    """A span as a range."""
    text = lines(source.text)
    start, end = text.place(span.start, encoding), text.place(max(span), encoding)
    return types.Range(types.Position(*start), types.Position(*end))


def location(documents: Documents, source: Source, span: Span) -> types.Location:
    """A span of a file as a location."""
    return types.Location(documents.uri(source.name), range_of(source, span, documents.encoding))


def diagnostic(said: Diagnostic, documents: Documents, related: bool) -> types.Diagnostic:
    """A diagnostic for an editor; with `related` if it can show places elsewhere."""
    at = said.primary
    return types.Diagnostic(
        range=range_of(at.source, at.span, documents.encoding),
        message=f"{said.message}\n{said.help}" if said.help else said.message,
        severity=_SEVERITIES[said.severity],
        code=said.code,
        source="segql",
        related_information=[_related(label, documents) for label in said.related] if related else None,
    )


def _related(label: Label, documents: Documents) -> types.DiagnosticRelatedInformation:
    where = location(documents, label.source, label.span)
    return types.DiagnosticRelatedInformation(where, label.text or "see here")


def prose(text: str, known: object) -> types.MarkupContent | str:
    """Markdown for an editor that shows it, by what it says that it knows; else without the fences around code."""
    kinds = known if isinstance(known, Sequence) else ()
    if types.MarkupKind.Markdown in kinds:
        return types.MarkupContent(types.MarkupKind.Markdown, text)
    plain = "\n".join(line for line in text.split("\n") if not line.startswith("```"))
    return types.MarkupContent(types.MarkupKind.PlainText, plain) if kinds else plain


class Asks(Protocol):
    """The parameters of a request about a place."""

    text_document: types.TextDocumentIdentifier
    position: types.Position


def asked(documents: Documents, params: Asks) -> tuple[Snapshot, int]:
    """The file and the offset that a request is about."""
    snapshot = documents.snapshot(params.text_document.uri)
    return snapshot, offset(snapshot.source, params.position, documents.encoding)


def workspace_edit(server: Server, edits: Iterable[Edit]) -> types.WorkspaceEdit:
    """Edits of several files; with the versions that they are for, where the client looks at them."""
    documents = server.documents
    changes: dict[str, list[types.TextEdit]] = {}
    for edit in edits:
        range = range_of(edit.source, edit.span, documents.encoding)
        changes.setdefault(edit.source.name, []).append(types.TextEdit(range, edit.text))
    workspace = server.client_capabilities.workspace
    if not (workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes):
        return types.WorkspaceEdit(changes={documents.uri(name): found for name, found in changes.items()})
    versions = {name: document.version for name, document in documents.opened.items()}
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(
                types.OptionalVersionedTextDocumentIdentifier(documents.uri(name), versions.get(name)), list(found)
            )
            for name, found in changes.items()
        ]
    )
