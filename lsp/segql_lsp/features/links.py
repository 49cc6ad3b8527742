"""The files that a text names, as links; and what to change when files are renamed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls import uris

from segql.diagnostics.model import Edit
from segql.ide.links import after_move, links
from segql_lsp import convert
from segql_lsp.documents import name_of
from segql_lsp.patience import in_turns

if TYPE_CHECKING:
    from segql_lsp.server import Server

OPTIONS = types.DocumentLinkOptions(resolve_provider=False)
RENAMES = types.FileOperationRegistrationOptions(
    filters=[
        types.FileOperationFilter(types.FileOperationPattern("**/*.seg"), scheme="file"),
        types.FileOperationFilter(
            types.FileOperationPattern("**/*", matches=types.FileOperationPatternKind.Folder), scheme="file"
        ),
    ]
)


def answer(server: Server, params: types.DocumentLinkParams) -> list[types.DocumentLink]:
    snapshot = server.documents.snapshot(params.text_document.uri)
    found: list[types.DocumentLink] = []
    for link in links(snapshot):
        if link.one and snapshot.source.directory:
            path = os.path.normpath(os.path.join(snapshot.source.directory, link.path))
            if "\0" not in path and os.path.exists(path):
                range = convert.range_of(snapshot.source, link.span, server.documents.encoding)
                found.append(types.DocumentLink(range, target=uris.from_fs_path(path), tooltip=path))
    return found


async def renamed(server: Server, params: types.RenameFilesParams) -> types.WorkspaceEdit | None:
    """What every file of the workspace would have to say, so that it still uses the same files."""
    moves = [(name_of(each.old_uri), name_of(each.new_uri)) for each in params.files]

    def moved(path: str) -> str:
        for old, new in moves:
            if path == old or path.startswith(old.rstrip(os.sep) + os.sep):
                return new + path[len(old) :]
        return path

    edits: list[Edit] = []
    async for name in in_turns(server, server.documents.files()):
        snapshot = server.documents.at(name)
        edits += after_move(snapshot, moved) if snapshot else ()
    return convert.workspace_edit(server, edits) if edits else None
