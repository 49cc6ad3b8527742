"""What a text leaves unsaid: the dates of windows, types, whose rows, which key leads to which."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from lsprotocol import types

from segql.ide.hints import Hint, hints
from segql.source import Source
from segql_lsp import convert

if TYPE_CHECKING:
    from segql_lsp.server import Server


def answer(server: Server, params: types.InlayHintParams) -> list[types.InlayHint]:
    snapshot = server.documents.snapshot(params.text_document.uri)
    if not server.settings_of(snapshot.source.name).hints:
        return []
    span = convert.span_of(snapshot.source, params.range, server.documents.encoding)
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None, second=0, microsecond=0)
    return [_hint(server, snapshot.source, each) for each in hints(snapshot, span, now)]


def _hint(server: Server, source: Source, hint: Hint) -> types.InlayHint:
    position = convert.position(source, hint.offset, server.documents.encoding)
    kind = types.InlayHintKind.Type if hint.type else None
    return types.InlayHint(
        position, hint.text, kind=kind, tooltip=hint.more or None, padding_left=not hint.type, padding_right=False
    )
