"""What commands are given: files, `-` for standard input, times and parameters; and the options that several share."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from segql import files
from segql.cli import say
from segql.diagnostics.model import Diagnostic
from segql.source import Source

if TYPE_CHECKING:
    from segql.engine.addresses import Address

STDIN = "-"

file_argument = click.argument("file", metavar="FILE")
paths_argument = click.argument("paths", metavar="[FILE|DIR]...", nargs=-1)
now_option = click.option(
    "--now", metavar="TIME", help="Pin the time: 2026-03-31, 2026-03-31T10:00 (in the file's zone), or with an offset."
)
param_option = click.option(
    "--param",
    "params",
    metavar="NAME=VALUE",
    multiple=True,
    callback=lambda c, p, v: _pairs(v),
    help="Set a parameter.",
)
on_option = click.option(
    "--on",
    "database",
    metavar="DATABASE",
    callback=lambda c, p, v: _duckdb_file(v),
    help="A DuckDB database file, only read; else `connection` of segql.toml.",
)
server_option = click.option(
    "--on",
    "database",
    metavar="DATABASE",
    help="A DuckDB database file or the URL of a database, only read; else `connection` of segql.toml.",
)

timeout_option = click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="End a query that takes longer."
)


def _pairs(written: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for each in written:
        name, equals, value = each.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"`{each}` is not NAME=VALUE")
        pairs[name.strip().removeprefix("$")] = value
    return pairs


def _duckdb_file(written: str | None) -> str | None:
    """The path of a DuckDB file, for commands that know no other database."""
    found = None if written is None else place_of(files.Project(), written)
    if found is None or isinstance(found, str):
        return found
    name = click.get_current_context().info_name
    raise click.UsageError(f"`segql {name}` reads DuckDB; `segql run`, `check` and `pull` also go to {found.shown}")


def place_of(project: files.Project, given: str | None) -> str | Address:
    """The database of a command: a DuckDB file (empty: none), or the address of another. Wrong usage if it is none."""
    from segql.engine import drift, running
    from segql.engine.troubles import Trouble

    try:
        return running.place_of(project, given)
    except Trouble as trouble:
        say.show((drift.said(trouble, None),))
        raise click.exceptions.Exit(2) from None


def address_of(written: str) -> Address:
    """The address of a database, which may be a DuckDB file's path. Wrong usage if it is none."""
    from segql.engine.addresses import Address

    found = place_of(files.Project(), written)
    return Address(scheme="duckdb", shown=written, database=found) if isinstance(found, str) else found


def source_of(file: str) -> Source:
    """The text of a file, or of standard input; says why not, and ends with 1."""
    found = read(file)
    if isinstance(found, Diagnostic):
        say.stop((found,))
    return found


def read(file: str) -> Source | Diagnostic:
    """The text of a file, or of standard input for `-`, or why it cannot be read."""
    if file != STDIN:
        return files.read_source(file)
    return files.decode(sys.stdin.buffer.read(), "<stdin>")


def moment(text: str | None, source: Source) -> dt.datetime | None:
    """The instant that `--now` names; wrong usage if it is none."""
    if text is None:
        return None
    from segql.compiler import pinned

    try:
        return pinned(text, source, files.project(source.directory or ".").zone)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--now") from None


def files_of(paths: tuple[str, ...]) -> list[str]:
    """The files that paths name; without paths, those of the project. Wrong usage if there are none."""
    project = files.project(".")
    if not paths and project.problem:
        say.stop((project.problem,))
    wanted = paths or tuple(os.path.relpath(os.path.join(project.root, path)) for path in project.paths)
    found = files.seg_files(wanted)
    if not found:
        raise click.UsageError(f"there is no .seg file in {', '.join(wanted)}")
    return found


Command = Callable[..., Any]


def compile_options(command: Command) -> Command:
    """The options of everything that compiles."""
    return now_option(param_option(command))
