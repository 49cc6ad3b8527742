"""What stands under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from segql.ide.hover import hover
from segql_lsp import convert
from segql_lsp.features import shown

if TYPE_CHECKING:
    from segql_lsp.server import Server


async def answer(server: Server, params: types.HoverParams) -> types.Hover | None:
    if shown.parts(params.text_document.uri):
        clause = await shown.hover(server, params)
        return types.Hover(_prose(server, clause)) if clause else None
    snapshot, offset = convert.asked(server.documents, params)
    found = hover(snapshot, offset)
    if found is None:
        return None
    range = convert.range_of(snapshot.source, found.span, server.documents.encoding)
    return types.Hover(_prose(server, found.text), range)


def _prose(server: Server, text: str) -> types.MarkupContent | str:
    """A text as the editor shows it in a hover."""
    document = server.client_capabilities.text_document
    return convert.prose(text, document and document.hover and document.hover.content_format)
