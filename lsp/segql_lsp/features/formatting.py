"""Formatting: what differs from the canonical form, in a file, in the declarations of a range, or where one types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from segql.diagnostics.model import Edit
from segql.ide.formatting import formatted, formatted_span, formatted_typing
from segql.ide.snapshot import Snapshot
from segql_lsp import convert

if TYPE_CHECKING:
    from segql_lsp.server import Server


# A closed block, and a new line.
TYPING = types.DocumentOnTypeFormattingOptions(first_trigger_character="}", more_trigger_character=["\n"])


def answer(server: Server, params: types.DocumentFormattingParams) -> list[types.TextEdit]:
    snapshot = server.documents.snapshot(params.text_document.uri)
    edit = formatted(snapshot)
    return _edits(server, snapshot, (edit,) if edit else ())


def within(server: Server, params: types.DocumentRangeFormattingParams) -> list[types.TextEdit]:
    snapshot = server.documents.snapshot(params.text_document.uri)
    span = convert.span_of(snapshot.source, params.range, server.documents.encoding)
    return _edits(server, snapshot, formatted_span(snapshot, span))


def typing(server: Server, params: types.DocumentOnTypeFormattingParams) -> list[types.TextEdit]:
    snapshot, offset = convert.asked(server.documents, params)
    return _edits(server, snapshot, formatted_typing(snapshot, offset, params.ch))


def _edits(server: Server, snapshot: Snapshot, edits: tuple[Edit, ...]) -> list[types.TextEdit]:
    encoding = server.documents.encoding
    return [types.TextEdit(convert.range_of(snapshot.source, edit.span, encoding), edit.text) for edit in edits]
