"""Changing a name everywhere. What cannot be done is answered with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcException

from segql.ide.rename import RenameError, prepared, renamed
from segql_lsp import convert
from segql_lsp.features.navigation import having, word, words

if TYPE_CHECKING:
    from segql_lsp.server import Server


REFUSED = -32803  # RequestFailed: the request was understood, and there is a reason that people should read


def prepare(server: Server, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder:
    snapshot, offset = convert.asked(server.documents, params)
    try:
        found = prepared(snapshot, offset)
    except RenameError as error:
        raise JsonRpcException(str(error), REFUSED) from None
    range = convert.range_of(snapshot.source, found.span, server.documents.encoding)
    return types.PrepareRenamePlaceholder(range, found.text)


async def answer(server: Server, params: types.RenameParams) -> types.WorkspaceEdit:
    """Edits of all files that name the thing. Files that have the new name already are looked at, too."""
    snapshot, offset = convert.asked(server.documents, params)
    revision = server.documents.revision
    wanted = [*words(snapshot, offset), word(params.new_name)]
    others = await having(server, params, snapshot, wanted, "Renaming")
    if server.documents.revision != revision:
        raise JsonRpcContentModified("a file was edited meanwhile")
    try:
        edits = renamed(snapshot, offset, params.new_name, others)
    except RenameError as error:
        raise JsonRpcException(str(error), REFUSED) from None
    return convert.workspace_edit(server, edits)
