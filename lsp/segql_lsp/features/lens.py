"""“Show SQL” above every segment, as a command that any client can run: `segql.compile` answers with the SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams

from segql.ide.hover import compile
from segql.ide.lens import segments
from segql.sql.names import DIALECT_NAMES
from segql_lsp import convert

if TYPE_CHECKING:
    from segql_lsp.server import Server

COMMAND = "segql.compile"
OPTIONS = types.CodeLensOptions(resolve_provider=False)
REFUSED = -32803  # RequestFailed


def answer(server: Server, params: types.CodeLensParams) -> list[types.CodeLens]:
    uri = params.text_document.uri
    snapshot = server.documents.snapshot(uri)
    return [
        types.CodeLens(
            range=convert.range_of(snapshot.source, declared.span, server.documents.encoding),
            command=types.Command("Show SQL", COMMAND, arguments=[uri, declared.symbol.name]),
        )
        for declared in segments(snapshot)
    ]


def run(server: Server, arguments: list[Any]) -> str:
    """The SQL of a segment: its file, its name, and maybe an engine. What it lacks is said instead."""
    match arguments:
        case [str(uri), str(name)]:
            dialect = ""
        case [str(uri), str(name), str(dialect)] if dialect in DIALECT_NAMES:
            pass
        case _:
            raise JsonRpcInvalidParams(f"{COMMAND} takes the address of a file, a segment's name, and maybe an engine")
    compiled = compile(server.documents.snapshot(uri), name, dialect)
    if not compiled.statements:
        raise JsonRpcException("\n".join(d.message for d in compiled.diagnostics if d.is_error), REFUSED)
    return compiled.statements[0].sql
