"""What stands above a segment, analysis or test: “Show SQL”, “Run”, “Run test”; as commands that any client can run.

Counts are off unless somebody wants them, and worked out when a lens comes into sight: they read data.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from segql import compiler, files
from segql.ide.hover import compile
from segql.ide.lens import compiled, tests
from segql.ide.snapshot import Snapshot
from segql_lsp import convert
from segql_lsp.data import UnreadableError
from segql_lsp.features import shown

if TYPE_CHECKING:
    from segql_lsp.server import Server

T = TypeVar("T")

COMPILE, SHOW, RUN, TEST, MAP = "segql.compile", "segql.showSql", "segql.run", "segql.test", "segql.sourceMap"
OPTIONS = types.CodeLensOptions(resolve_provider=True)
REFUSED = -32803  # RequestFailed


def answer(server: Server, params: types.CodeLensParams) -> list[types.CodeLens]:
    uri = params.text_document.uri
    snapshot = server.documents.snapshot(uri)
    return list(_lenses(server, snapshot, uri))


def _lenses(server: Server, snapshot: Snapshot, uri: str) -> Iterator[types.CodeLens]:
    encoding = server.documents.encoding
    counts = server.settings_of(snapshot.source.name).counts
    for declared in compiled(snapshot):
        range = convert.range_of(snapshot.source, declared.span, encoding)
        command = SHOW if server.shows else COMPILE
        yield types.CodeLens(range, types.Command("Show SQL", command, arguments=[uri, declared.symbol.name]))
        if counts:
            yield types.CodeLens(range, data=[uri, declared.symbol.name])
    for name, span in tests(snapshot):
        range = convert.range_of(snapshot.source, span, encoding)
        yield types.CodeLens(range, types.Command("Run test", TEST, arguments=[uri, name]))


async def resolve(server: Server, lens: types.CodeLens) -> types.CodeLens:
    """A lens with the number of keys or rows; or the offer to run it, if that cannot be told."""
    match lens.data:
        case [str(uri), str(name)]:
            try:
                title = f"Run: {await _count(server, uri, name)}"
            except JsonRpcException:
                title = "Run"
            lens.command = types.Command(title, RUN, arguments=[uri, name])
    return lens


# ---------------------------------------------------------------- commands


def sql(server: Server, arguments: list[Any]) -> str:
    """The SQL of a segment: its file, its name, and maybe an engine. What it lacks is said instead."""
    uri, name, dialect = shown.segment_asked(server, arguments)
    return _statement(server.documents.snapshot(uri), name, dialect).sql


def _statement(snapshot: Snapshot, name: str, dialect: str) -> compiler.Statement:
    made = compile(snapshot, name, dialect)
    if not made.statements:
        raise JsonRpcException("\n".join(d.message for d in made.diagnostics if d.is_error), REFUSED)
    return made.statements[0]


async def run(server: Server, arguments: list[Any]) -> str:
    """How many keys a segment has in its project's data, or how many rows an analysis."""
    uri, name, _ = shown.segment_asked(server, arguments)
    text = f"{await _count(server, uri, name)} in {name}"
    server.window_show_message(types.ShowMessageParams(types.MessageType.Info, text))
    return text


async def _count(server: Server, uri: str, name: str) -> str:
    snapshot = server.documents.snapshot(uri)
    statement = _statement(snapshot.replace(root=""), name, "duckdb")  # run here, files are where they are
    database = files.database(files.project(snapshot.source.name)) if snapshot.source.directory else ""
    found = await _work(server, lambda: server.data.count(statement, database))
    return f"{found:,} {'key' if statement.kind == 'segment' else 'row'}{'' if found == 1 else 's'}"


async def test(server: Server, arguments: list[Any]) -> str:
    """What the tests of a segment in a file say, as `segql test` does: a line for each case."""
    uri, name, _ = shown.segment_asked(server, arguments)
    snapshot = server.documents.snapshot(uri)
    outcomes = await _work(server, lambda: server.data.tested(snapshot))
    mine = [outcome for outcome in outcomes if outcome.segment == name]
    lines = [f"{'ok   ' if o.ok else 'WRONG'} {o.key} {'in' if o.expected else 'out of'} {o.segment}" for o in mine]
    wrong = sum(not outcome.ok for outcome in mine)
    text = f"{name}: {len(mine) - wrong} cases as expected, {wrong} not"
    kind = types.MessageType.Warning if wrong else types.MessageType.Info
    server.window_show_message(types.ShowMessageParams(kind, text))
    return "\n".join([text, *lines])


async def _work(server: Server, work: Callable[[], T]) -> T:
    """Does what reads data beside everything else. What the engine refuses is said."""
    try:
        return await asyncio.get_running_loop().run_in_executor(server.workers, work)
    except UnreadableError as error:
        raise JsonRpcException(str(error), REFUSED) from None
