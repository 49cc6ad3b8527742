"""The segments that a command is about: compiled for DuckDB at one `now`, with the database that they run on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import click

import segql
from segql import files
from segql.cli import inputs, say
from segql.compiler import Checked, Compiled, Statement
from segql.engine import duckdb, mistakes
from segql.node import Value


class Asked(Value):
    """Some segments of a file. `now` is the instant (UTC) that all are asked at; `database` is where they run."""

    checked: Checked
    compiled: Compiled
    names: tuple[str, ...]
    now: dt.datetime
    database: str

    def statement(self, name: str) -> Statement:
        """The statement of one of the segments."""
        return next(statement for statement in self.compiled.statements if statement.name == name)

    @contextmanager
    def refusals(self, name: str) -> Iterator[None]:
        """Says what DuckDB refused of a segment, and ends with 1."""
        try:
            yield
        except duckdb.Refused as refused:
            say.stop((mistakes.explained(refused, self.checked, name, self.database),))


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
    compiled = segql.compile(source, name=names, dialect="duckdb", now=pinned, params=params)
    say.show(compiled.diagnostics)
    if not compiled.statements:
        raise click.exceptions.Exit(1)
    segments = tuple(s.name for s in compiled.statements if s.kind == "segment")
    others = [s for s in compiled.statements if s.kind != "segment" and s.name in names]
    if others:
        raise click.UsageError(f"`{others[0].name}` is no segment, but `{others[0].kind}`")
    if not segments and not all_kinds:
        raise click.UsageError(f"{file} declares no segment")
    place = files.database(files.project(source.directory or ".")) if database is None else database
    return Asked(
        checked=segql.check(source, params=params),
        compiled=compiled,
        names=segments,
        now=pinned,
        database=place,
    )
