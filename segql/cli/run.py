"""`segql run`: who is in a segment, or the answer of an analysis, as a table for people or as CSV, JSON or Parquet for programs.

DuckDB computes it here; with the URL of another database it is computed there, and its rows are fetched.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import click

import segql
from segql import files
from segql.cli import inputs, pictures, say
from segql.compiler import Checked, Statement, own_names
from segql.diagnostics.model import Diagnostic
from segql.engine import duckdb, mistakes, running
from segql.engine.patience import OutOfTime
from segql.engine.relations import data_of
from segql.node import Value
from segql.semantics import model
from segql.semantics.scope import collect
from segql.source import Source

if TYPE_CHECKING:
    from segql.cli import keys
    from segql.engine.addresses import Address

FORMATS = ("table", "chart", "csv", "json", "jsonl", "parquet")
NO_CHART = "a segment is a set of keys: `segql overlap` compares several; charts are for analyses"
FOR_PEOPLE = ("table", "chart")


@click.command()
@inputs.file_argument
@click.option(
    "--name",
    "names",
    metavar="NAME",
    multiple=True,
    help="The segment or analysis; not needed if the file has only one. Several segments are asked together.",
)
@inputs.compile_options
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="A table or a chart for people, or all rows for programs."
)
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="Only the first N keys or rows.")
@click.option("--output", metavar="FILE", help="Write to a file, whole or not at all; its ending says the format.")
@click.option("--chart", metavar="FILE", help="Draw an analysis into a page (.html), an .svg or a .png.")
@inputs.server_option
@inputs.timeout_option
def command(
    file: str,
    names: tuple[str, ...],
    now: str | None,
    params: dict[str, str],
    form: str | None,
    limit: int | None,
    output: str | None,
    chart: str | None,
    database: str | None,
    timeout: float | None,
) -> None:
    """Print the keys that are in a segment of FILE (`-` reads standard input), or the rows of an analysis.

    Several segments are one statement, and each key stands beside the segment that it is in.

    DuckDB reads the data files where they are; tables are those of a database. A table shows the first 100 rows, the
    other formats have all of them, in order.
    """
    source = inputs.source_of(file)
    writing = Writing(form=_format(form, output), output=output, limit=limit, seconds=timeout)
    if chart is not None:
        pictures.ending_of(chart)
        pictures.needs_library()
    project = files.project(source.directory or ".")
    names = tuple(dict.fromkeys(names)) or _only_name(source, project.zone)
    place = inputs.place_of(project, database)
    pinned = inputs.moment(now, source)
    dialect, together = running.dialect_of(place), len(names) > 1
    compiled = segql.compile(source, name=names, dialect=dialect, now=pinned, params=params, together=together)
    say.show(compiled.diagnostics)
    if not compiled.statements:
        raise click.exceptions.Exit(1)
    (statement,) = compiled.statements
    if chart is not None and statement.kind.startswith("segment"):
        raise click.UsageError(NO_CHART)
    checked = segql.check(source, params=params)
    writing = writing.replace(asked=_drawn(statement, checked, form))
    started = time.perf_counter()
    if isinstance(place, str):
        count = _run_here(statement, names, checked, place, writing)
    else:
        count = _run_there(statement, names, checked, place, writing)
    if chart is not None:
        _draw(statement, checked, _all_rows(statement, checked, place, timeout), chart)
    counted = f"{say.counted(count, 'key')} in" if statement.kind == "segment" else f"{say.counted(count, 'row')} of"
    say.tell(f"{counted} {statement.name}, {time.perf_counter() - started:.2f} s")


class Writing(Value):
    """What becomes of the rows: their form, where they go, how many at most, and how long they may take.

    `asked` is the analysis whose picture follows the table, or stands in its place.
    """

    form: str
    output: str | None
    limit: int | None
    seconds: float | None
    asked: model.Analysis | None = None


def _format(form: str | None, output: str | None) -> str:
    ending = os.path.splitext(output or "")[1].removeprefix(".").lower()
    if form is None and output is not None:
        if ending not in FORMATS[len(FOR_PEOPLE) :]:
            raise click.UsageError(f"say the `--format` of {output}: csv, json, jsonl or parquet")
        return ending
    if form in FOR_PEOPLE and output is not None:
        raise click.UsageError(f"a {form} is for the screen: write csv, json, jsonl or parquet to a file")
    if form == "parquet" and output is None and sys.stdout.isatty():
        raise click.UsageError("Parquet is not text: name a file with `--output`, or send it to another program")
    return form or "table"


def _drawn(statement: Statement, checked: Checked, form: str | None) -> model.Analysis | None:
    """The analysis that is drawn on the screen: asked for, or below its table where a person is looking."""
    asked = checked.program.find(statement.name)
    if isinstance(asked, model.Explore | model.Retention | model.Paths | model.Funnel):
        return asked if form == "chart" or (form is None and sys.stdout.isatty()) else None
    if form == "chart":
        raise click.UsageError(NO_CHART)
    return None


def _only_name(source: Source, zone: str) -> tuple[str, ...]:
    """The only segment or analysis of a text; none leaves it to the compiler to say that there is none."""
    scope = collect(source, files.reader(), zone)
    names = own_names(scope)
    if len(names) > 1:
        raise click.UsageError(f"say which with `--name`: {', '.join(names)}")
    return names


def _run_here(statement: Statement, names: tuple[str, ...], checked: Checked, database: str, writing: Writing) -> int:
    """Runs on DuckDB, and writes; the number of rows."""
    for name in names:
        wrong = mistakes.misdeclared(checked, name, database)
        if wrong is not None:
            say.stop((wrong,))
    try:
        with duckdb.connected(database) as connection:
            with waiting(f"running {statement.name}"):
                found = duckdb.ask(connection, statement, writing.limit, writing.seconds)
            return _write(found, writing)
    except duckdb.Refused as refused:
        say.stop((_explained(refused, names, checked, database),))
    except OutOfTime as error:
        say.stop((running.out_of_time(error, checked, names[0]),))


def _explained(refused: duckdb.Refused, names: tuple[str, ...], checked: Checked, database: str) -> Diagnostic:
    if len(names) == 1:
        return mistakes.explained(refused, checked, names[0], database)
    return mistakes.explained_data(refused, checked, data_of(checked.program, *names), database)


def _run_there(
    statement: Statement, names: tuple[str, ...], checked: Checked, address: Address, writing: Writing
) -> int:
    """Runs on another database, and writes; the number of rows."""
    with _asked_there(statement, names, checked, address, writing.limit, writing.seconds) as found:
        return _write(found, writing)


@contextmanager
def _asked_there(
    statement: Statement,
    names: tuple[str, ...],
    checked: Checked,
    address: Address,
    limit: int | None,
    seconds: float | None,
) -> Iterator[keys.Rows]:
    """The rows that another database gives. Says what is wrong, and ends with 1."""
    from segql.engine import drift, servers
    from segql.engine.troubles import Misdeclared, Trouble

    with ExitStack() as stack:
        try:
            with waiting(f"running {statement.name} on {address.shown}"):
                fits = drift.fitting(checked, *names)
                found = stack.enter_context(servers.asked(address, statement, fits, limit, seconds))
        except Misdeclared as error:
            say.stop((error.said,))
        except Trouble as trouble:
            say.stop((drift.explained(trouble, checked, names[0], address),))
        yield found


def _write(found: keys.Rows, writing: Writing) -> int:
    from segql.cli import keys

    count = found.count()
    if writing.output is None:
        if writing.form != "chart":
            keys.to_stdout(found, count, writing.form)
        if writing.asked is not None:
            keys.to_screen(found, writing.asked, writing.limit)
        return count
    try:
        part = files.part_of(writing.output)
        try:
            keys.to_file(found, writing.form, part)
            files.keep(part, writing.output)
        finally:
            if os.path.exists(part):
                os.unlink(part)
    except OSError as error:
        say.wrong(Source("", writing.output), (error.strerror or str(error)).lower())
    return count


def _all_rows(
    statement: Statement, checked: Checked, place: str | Address, seconds: float | None
) -> tuple[tuple[Any, ...], ...]:
    """All rows of an analysis, however many are printed."""
    if isinstance(place, str):
        return duckdb.run(statement, place).rows
    with _asked_there(statement, (statement.name,), checked, place, None, seconds) as found:
        return tuple(row for batch in found.batches() for row in batch)


def _draw(statement: Statement, checked: Checked, rows: tuple[tuple[Any, ...], ...], path: str) -> None:
    from segql import charts

    asked = checked.program.find(statement.name)
    assert asked is not None, "what has a statement has a meaning"
    assert not isinstance(asked, model.Segment), "only analyses are drawn"
    pictures.write(charts.chart(asked, rows), path)


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Tells a person who waits for more than a second that something happens, and takes it back at the end."""
    if not sys.stderr.isatty():
        yield
        return
    import threading

    done = threading.Event()
    watch = threading.Thread(target=_spin, args=(what, done.wait), daemon=True)
    watch.start()
    try:
        yield
    finally:
        done.set()
        watch.join()


def _spin(what: str, wait: Callable[[float], Any]) -> None:
    started = time.perf_counter()
    frames = "|/-\\"
    if wait(1.0):
        return
    while not wait(0.1):
        seconds = time.perf_counter() - started
        sys.stderr.write(f"\r{frames[int(seconds * 10) % 4]} {what}, {seconds:.0f} s")
        sys.stderr.flush()
    sys.stderr.write("\r\x1b[K")
    sys.stderr.flush()
