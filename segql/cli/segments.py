"""The segments that a command is about: compiled at one `now` for the database that they run on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import click

import segql
from segql import files
from segql.cli import inputs, say
from segql.compiler import Checked, Compiled, Statement, nothing_declared
from segql.engine import duckdb, engines, mistakes, running
from segql.engine.engines import Engine
from segql.engine.running import Place
from segql.engine.troubles import Misdeclared, Trouble
from segql.node import Value


class Asked(Value):
    """Some segments of a file. `now` is the instant (UTC) that all are asked at; `place` is where they run."""

    checked: Checked
    compiled: Compiled
    names: tuple[str, ...]
    now: dt.datetime
    place: Place

    def statement(self, name: str) -> Statement:
        """The statement of one of the segments."""
        return next(statement for statement in self.compiled.statements if statement.name == name)

    @contextmanager
    def engine(self, name: str) -> Iterator[Engine]:
        """Who answers. Says what is refused of a segment, and ends with 1."""
        with refusals(self.place, self.checked, name), engines.opened(self.place, self.checked) as engine:
            engine.look(name)
            yield engine


@contextmanager
def refusals(place: Place, checked: Checked, name: str) -> Iterator[None]:
    """Says what a database refused of a segment or analysis, and ends with 1."""
    from segql.engine import drift

    try:
        yield
    except duckdb.Refused as refused:
        database = place if isinstance(place, str) else ""
        say.stop((mistakes.explained(refused, checked, name, database),))
    except Misdeclared as error:
        say.stop((error.said,))
    except Trouble as trouble:
        assert not isinstance(place, str), "DuckDB here has no such troubles"
        say.stop((drift.explained(trouble, checked, name, place),))


def asked(
    file: str,
    names: tuple[str, ...],
    now: str | None,
    params: dict[str, str],
    database: str | None,
    all_kinds: bool = False,
) -> Asked:
    """The named segments of a file, or all that it declares; with `all_kinds`, analyses are welcome, too.

    Says what is wrong, and ends with 1.
    """
    source = inputs.source_of(file)
    pinned = inputs.moment(now, source) or dt.datetime.now(dt.UTC).replace(tzinfo=None)
    place = inputs.place_of(files.project(source.directory or "."), database)
    dialect = running.dialect_of(place)
    compiled = segql.compile(source, name=names, dialect=dialect, now=pinned, params=params)
    say.show(compiled.diagnostics)
    if not compiled.statements:
        raise click.exceptions.Exit(1)
    segments = tuple(s.name for s in compiled.statements if s.kind == "segment")
    others = [s for s in compiled.statements if s.kind != "segment" and s.name in names]
    if others:
        raise click.UsageError(f"`{others[0].name}` is no segment, but `{others[0].kind}`")
    if not segments and not all_kinds:
        say.stop((nothing_declared(source, kinds="segment"),))
    return Asked(
        checked=segql.check(source, params=params),
        compiled=compiled,
        names=segments,
        now=pinned,
        place=place,
    )
