"""SegQL: write down who you mean, run it on any warehouse.

The front door of the library. Each function takes a path (`os.PathLike`: a file), a text (`str`), or a `Source`, and
answers with a value that holds what was made and what there is to say about it; nobody's mistake raises, unless
`raise_if_wrong()` is called on the answer. Importing this imports nothing else: each function brings what it needs.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from segql.version import __version__

if TYPE_CHECKING:
    from segql.compiler import Checked, Compiled, Now, SegqlError, Statement
    from segql.diagnostics.model import Diagnostic
    from segql.engine.duckdb import Result
    from segql.engine.examples import Outcome, Tested
    from segql.source import Source

    What = str | os.PathLike[str] | Source

__all__ = [
    "Checked",
    "Compiled",
    "Diagnostic",
    "Outcome",
    "Result",
    "SegqlError",
    "Source",
    "Statement",
    "Tested",
    "__version__",
    "check",
    "compile",
    "explain",
    "format",
    "run",
    "test",
]

_HOMES = {
    "Checked": "segql.compiler",
    "Compiled": "segql.compiler",
    "Diagnostic": "segql.diagnostics.model",
    "Outcome": "segql.engine.examples",
    "Result": "segql.engine.duckdb",
    "SegqlError": "segql.compiler",
    "Source": "segql.source",
    "Statement": "segql.compiler",
    "Tested": "segql.engine.examples",
}


def __getattr__(name: str) -> Any:
    """The types of the answers, imported when they are named."""
    if name not in _HOMES:
        raise AttributeError(f"module 'segql' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def check(what: What, *, params: Mapping[str, object] | None = None) -> Checked:
    """The meaning of a text, and everything there is to say about it."""
    from segql import compiler, files

    opened = files.opened(what)
    if opened.problem:
        return compiler.unread(opened.source, opened.problem)
    project = opened.project
    checked = compiler.check(opened.source, opened.read, project.zone, params)
    if project.problem:
        said: Checked = checked.replace(diagnostics=(project.problem, *checked.diagnostics))
        return said
    return checked


def compile(
    what: What,
    *,
    name: str | Iterable[str] | None = None,
    dialect: str | None = None,
    now: Now = None,
    params: Mapping[str, object] | None = None,
    bind: bool = False,
    plan: str = "",
    together: bool = False,
) -> Compiled:
    """SQL for the named segments and analyses, or for all that the text itself declares.

    `now` pins the time: a datetime (UTC if it names no zone), a date (its midnight), or ISO text; dates, and text
    without an offset, are in the zone of the text. Without it the SQL asks the engine's clock. `dialect` is that of
    the project unless it is given. With `bind`, parameters stay parameters of the SQL. `plan` names one for the steps of
    the segments (`segql show plan`). With `together`, segments of one key are one statement that also names them. Raises ValueError for a text that is no time.
    """
    from segql import compiler, files

    opened = files.opened(what)
    project = opened.project
    problem = opened.problem or project.problem
    if problem:
        return compiler.Compiled(statements=(), diagnostics=(problem,))
    options = compiler.Options(
        dialect=dialect or project.dialect,
        now=compiler.pinned(now, opened.source, project.zone),
        params=params or {},
        bind=bind,
        plan=plan,
        together=together,
    )
    return compiler.compile(opened.source, _names(name), options, opened.read, project.zone)


def _names(name: str | Iterable[str] | None) -> tuple[str, ...]:
    names = (name,) if isinstance(name, str) else tuple(name or ())
    if not all(isinstance(each, str) for each in names):
        raise TypeError("`name` is the name of a segment, or several of them")
    return names


def run(
    what: What,
    *,
    name: str,
    now: Now = None,
    params: Mapping[str, object] | None = None,
    limit: int | None = None,
    connection: str | os.PathLike[str] | None = None,
    timeout: float | None = None,
) -> Result:
    """The keys in a segment, or the rows of an analysis; the first `limit` of them, in order.

    DuckDB computes them: files are read where they are, and tables are those of `connection`, a database file that is
    only read. If `connection` is the URL of another database, they are computed there. It is the project's unless it
    is given. `now` and `params` are as in `compile`. A query that takes more than `timeout` seconds is ended.
    """
    from segql import files
    from segql.engine import drift, duckdb, running
    from segql.engine.troubles import Trouble

    try:
        place = running.place_of(files.opened(what).project, None if connection is None else os.fspath(connection))
    except Trouble as trouble:
        return duckdb.Result(name=name, diagnostics=(drift.said(trouble, None),))
    compiled = compile(what, name=name, dialect=running.dialect_of(place), now=now, params=params)
    if not compiled.statements:
        return duckdb.Result(name=name, diagnostics=compiled.diagnostics)
    result = running.run(compiled.statements[0], check(what, params=params), place, limit, timeout)
    whole: Result = result.replace(diagnostics=(*compiled.diagnostics, *result.diagnostics))
    return whole


def format(what: What) -> str:
    """The one canonical text. What cannot be read stays as it was written. Raises SegqlError for an unreadable file."""
    from segql import compiler, files
    from segql.syntax.format import format as canonical

    opened = files.opened(what)
    if opened.problem:
        raise compiler.SegqlError((opened.problem,))
    return canonical(opened.source)


def explain(code: str) -> str:
    """The page of a code such as `SEG201`, in Markdown. Raises ValueError if there is no such code."""
    from segql.diagnostics import explain
    from segql.diagnostics.register import REGISTER
    from segql.diagnostics.suggest import nearest

    entry = REGISTER.get(code.upper())
    if entry is None:
        near = nearest(code.upper(), REGISTER)
        raise ValueError(f"there is no code `{code}`" + (f": did you mean `{near}`?" if near else ""))
    return explain.page(entry.code) or f"# {entry.code} {entry.name}\n\n{entry.title}.\n"


def test(what: What, *, connection: str | os.PathLike[str] | None = None, timeout: float | None = None) -> Tested:  # noqa: PT028
    """The outcome of every example in the text: asked of DuckDB and of the reference interpreter, which must agree.

    `connection` is a database, by its URL or the path of a DuckDB file, that is asked instead; nothing is made there. It has
    `timeout` seconds for all of them.
    """
    from segql import files
    from segql.engine import drift, examples, running
    from segql.engine.troubles import Trouble

    try:
        address = None if connection is None else running.address_of(files.Project(), os.fspath(connection))
    except Trouble as trouble:
        return examples.Tested(outcomes=(), diagnostics=(drift.said(trouble, None),))
    return examples.run(check(what), lambda params: check(what, params=params), address, timeout)
