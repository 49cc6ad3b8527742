"""Formatting a file: what differs from the canonical form, as one edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from segql.ide.formatting import formatted
from segql_lsp import convert

if TYPE_CHECKING:
    from segql_lsp.server import Server


def answer(server: Server, params: types.DocumentFormattingParams) -> list[types.TextEdit]:
    snapshot = server.documents.snapshot(params.text_document.uri)
    edit = formatted(snapshot)
    encoding = server.documents.encoding
    return [types.TextEdit(convert.range_of(snapshot.source, edit.span, encoding), edit.text)] if edit else []
