"""The SQL of a segment as a document of its own, which follows what is typed; and which clause asks for which line.

Its address says of which file, segment and engine it is, so nothing has to be remembered:
`segql-sql:/payers.duckdb.sql?file=…&name=payers&dialect=duckdb`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams

from segql.ide.hover import compile
from segql.ide.snapshot import Snapshot
from segql.ide.sourcemap import SourceMap, source_map
from segql.source import Source
from segql.sql.names import DIALECT_NAMES
from segql_lsp import convert
from segql_lsp.text import lines

if TYPE_CHECKING:
    from segql_lsp.server import Server

SCHEME = "segql-sql"
SOON = 0.3  # seconds after the last edit
MOST = 50  # documents that are followed
REFUSED = -32803  # RequestFailed


def address(uri: str, name: str, dialect: str) -> str:
    """The address of the SQL of a segment."""
    query = urlencode({"file": uri, "name": name, "dialect": dialect})
    return f"{SCHEME}:/{quote(name, safe='')}.{dialect}.sql?{query}"


def parts(uri: str) -> tuple[str, str, str] | None:
    """The file, segment and engine of an address; None if it is none."""
    if not uri.startswith(f"{SCHEME}:"):
        return None
    # Some clients write `=` and `&` as `%3D` and `%26` when they hand an address back.
    query = urlsplit(uri).query
    found = parse_qs(query if "=" in query else query.replace("%3D", "=").replace("%26", "&").replace("%25", "%"))
    match found:
        case {"file": [file], "name": [name], "dialect": [dialect]} if dialect in DIALECT_NAMES:
            return file, name, dialect
        case _:
            return None


def answer(server: Server, params: types.TextDocumentContentParams) -> types.TextDocumentContentResult:
    """The text of a document, now; it is told when there is another."""
    text = _text(server, params.uri)
    _keep(server.shown, params.uri, text)
    return types.TextDocumentContentResult(text)


def _text(server: Server, uri: str) -> str:
    asked = parts(uri)
    if asked is None:
        raise JsonRpcInvalidParams(f"{uri} is no address of SQL")
    file, name, dialect = asked
    try:
        compiled = compile(server.documents.snapshot(file), name, dialect)
    except JsonRpcInvalidParams:
        return f"-- {file} is gone\n"
    if compiled.statements:
        _keep(server.written, uri, f"{compiled.statements[0].sql}\n")
        return server.written[uri]
    said = [line for d in compiled.diagnostics if d.is_error for line in d.message.splitlines()]
    lines = ["there is no SQL:", *said, *(["", "what it was before:"] if uri in server.written else [])]
    return "".join(f"-- {line}".rstrip() + "\n" for line in lines) + server.written.get(uri, "")


def _keep(documents: dict[str, str], uri: str, text: str) -> None:
    """Puts a text there as the latest of some."""
    documents.pop(uri, None)
    documents[uri] = text
    while len(documents) > MOST:
        documents.pop(next(iter(documents)))


def changed(server: Server) -> None:
    """Something was typed: documents that would be others now are said to be."""
    if server.shown:
        server.later("shown SQL", SOON, lambda: _refresh(server))


def _refresh(server: Server) -> None:
    for uri, was in list(server.shown.items()):
        if _text(server, uri) != was:
            server.shown[uri] = ""  # told once; the next request puts the text here
            server.workspace_text_document_content_refresh(types.TextDocumentContentRefreshParams(uri), lambda _: None)


# ---------------------------------------------------------------- commands


def show(server: Server, arguments: list[Any]) -> str:
    """Opens the SQL of a segment beside it: its file, its name, and maybe an engine. Answers with its address."""
    uri, name, dialect = segment_asked(server, arguments)
    target = address(uri, name, dialect)
    server.window_show_document(types.ShowDocumentParams(target, take_focus=False), lambda _: None)
    return target


def segment_asked(server: Server, arguments: list[Any]) -> tuple[str, str, str]:
    """A file, a segment and an engine; without one, that of the project."""
    match arguments:
        case [str(uri), str(name)]:
            return uri, name, server.documents.snapshot(uri).dialect
        case [str(uri), str(name), str(dialect)] if dialect in DIALECT_NAMES:
            return uri, name, dialect
        case _:
            raise JsonRpcInvalidParams("the address of a file and a segment's name are needed, and maybe an engine")


async def mapped(server: Server, arguments: list[Any]) -> list[dict[str, Any]]:
    """The map of a segment's SQL: for every clause its range in the file, and the lines of the SQL that it asks for."""
    uri, name, dialect = segment_asked(server, arguments)
    snapshot = server.documents.snapshot(uri)
    found = await _map(server, snapshot, name, dialect)
    if found is None:
        raise JsonRpcException(f"`{name}` has no SQL", REFUSED)
    encoding = server.documents.encoding
    return [
        {"range": _plain(convert.range_of(snapshot.source, clause.span, encoding)), "lines": list(clause.lines)}
        for clause in found.clauses
    ]


def _plain(range: types.Range) -> dict[str, Any]:
    start, end = range.start, range.end
    return {
        "start": {"line": start.line, "character": start.character},
        "end": {"line": end.line, "character": end.character},
    }


async def _map(server: Server, snapshot: Snapshot, name: str, dialect: str) -> SourceMap | None:
    """A map takes as many compilations as the segment has clauses: others are answered meanwhile."""
    return await asyncio.get_running_loop().run_in_executor(server.workers, source_map, snapshot, name, dialect)


# ---------------------------------------------------------------- from the SQL to the text


async def definition(server: Server, params: types.DefinitionParams) -> list[types.Location]:
    """From a line of shown SQL to the clause that asks for it."""
    found = await _asked(server, params)
    if found is None:
        return []
    source, known = found
    return [convert.location(server.documents, source, known.clause(params.position.line))]


async def hover(server: Server, params: types.HoverParams) -> str | None:
    """The clause that asks for a line of shown SQL, as Markdown."""
    found = await _asked(server, params)
    if found is None:
        return None
    source, known = found
    span = known.clause(params.position.line)
    number = lines(source.text).place(span.start, "utf-32").line + 1
    return f"line {number}\n\n```seg\n{source.text[span.start : span.end]}\n```"


async def _asked(server: Server, params: convert.Asks) -> tuple[Source, SourceMap] | None:
    asked = parts(params.text_document.uri)
    if asked is None:
        return None
    file, name, dialect = asked
    snapshot = server.documents.snapshot(file)
    known = await _map(server, snapshot, name, dialect)
    return (snapshot.source, known) if known else None
