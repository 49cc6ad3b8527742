"""`segql run`: who is in a segment, or the answer of an analysis, as a table for people or as CSV, JSON or Parquet for programs."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

import segql
from segql import files
from segql.cli import inputs, pictures, say
from segql.compiler import Checked, Statement, own_names
from segql.engine import duckdb, mistakes
from segql.semantics import model
from segql.semantics.scope import collect
from segql.source import Source

FORMATS = ("table", "csv", "json", "jsonl", "parquet")


@click.command()
@inputs.file_argument
@click.option("--name", metavar="NAME", help="The segment or analysis; not needed if the file has only one.")
@inputs.compile_options
@click.option("--format", "form", type=click.Choice(FORMATS), help="A table for people, or all rows for programs.")
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="Only the first N keys or rows.")
@click.option("--output", metavar="FILE", help="Write to a file, whole or not at all; its ending says the format.")
@click.option("--chart", metavar="FILE", help="Draw an analysis into a page (.html), an .svg or a .png.")
@inputs.on_option
def command(
    file: str,
    name: str | None,
    now: str | None,
    params: dict[str, str],
    form: str | None,
    limit: int | None,
    output: str | None,
    chart: str | None,
    database: str | None,
) -> None:
    """Print the keys that are in a segment of FILE (`-` reads standard input), or the rows of an analysis.

    DuckDB reads the data files where they are; tables are those of a database file. A table shows the first 100 rows,
    the other formats have all of them, in order.
    """
    source = inputs.source_of(file)
    chosen = _format(form, output)
    if chart is not None:
        pictures.ending_of(chart)
        pictures.needs_library()
    project = files.project(source.directory or ".")
    name = name or _only_name(source, project.zone)
    pinned = inputs.moment(now, source)
    compiled = segql.compile(source, name=name or (), dialect="duckdb", now=pinned, params=params)
    say.show(compiled.diagnostics)
    if not compiled.statements:
        raise click.exceptions.Exit(1)
    (statement,) = compiled.statements
    if chart is not None and statement.kind == "segment":
        raise click.UsageError("a segment is a set of keys: `segql overlap` compares several; charts are for analyses")
    place = files.database(project) if database is None else database
    checked = segql.check(source, params=params)
    wrong = mistakes.misdeclared(checked, statement.name, place)
    if wrong is not None:
        say.stop((wrong,))
    started = time.perf_counter()
    try:
        count = _run(statement, place, chosen, limit, output)
    except duckdb.Refused as refused:
        say.stop((mistakes.explained(refused, checked, statement.name, place),))
    if chart is not None:
        _draw(statement, checked, place, chart)
    counted = f"{say.counted(count, 'key')} in" if statement.kind == "segment" else f"{say.counted(count, 'row')} of"
    say.tell(f"{counted} {statement.name}, {time.perf_counter() - started:.2f} s")


def _format(form: str | None, output: str | None) -> str:
    ending = os.path.splitext(output or "")[1].removeprefix(".").lower()
    if form is None and output is not None:
        if ending not in FORMATS[1:]:
            raise click.UsageError(f"say the `--format` of {output}: csv, json, jsonl or parquet")
        return ending
    if form == "table" and output is not None:
        raise click.UsageError("a table is for the screen: write csv, json, jsonl or parquet to a file")
    if form == "parquet" and output is None and sys.stdout.isatty():
        raise click.UsageError("Parquet is not text: name a file with `--output`, or send it to another program")
    return form or "table"


def _only_name(source: Source, zone: str) -> str | None:
    """The only segment or analysis of a text; None leaves it to the compiler to say that there is none."""
    scope = collect(source, files.reader(), zone)
    names = own_names(scope)
    if len(names) > 1:
        raise click.UsageError(f"say which with `--name`: {', '.join(names)}")
    return names[0] if names else None


def _run(statement: Statement, database: str, form: str, limit: int | None, output: str | None) -> int:
    """Runs and writes; the number of keys."""
    from segql.cli import keys

    with duckdb.connected(database) as connection:
        with waiting(f"running {statement.name}"):
            found = duckdb.ask(connection, statement, limit)
            count = found.count()
        if output is None:
            return keys.to_stdout(found, count, form)
        try:
            part = files.part_of(output)
            try:
                keys.to_file(found, form, part)
                files.keep(part, output)
            finally:
                if os.path.exists(part):
                    os.unlink(part)
        except OSError as error:
            say.wrong(Source("", output), (error.strerror or str(error)).lower())
    return count


def _draw(statement: Statement, checked: Checked, database: str, path: str) -> None:
    """Draws all rows of an analysis, however many are printed."""
    from segql import charts

    asked = checked.program.find(statement.name)
    assert asked is not None, "what has a statement has a meaning"
    assert not isinstance(asked, model.Segment), "only analyses are drawn"
    pictures.write(charts.chart(asked, duckdb.run(statement, database).rows), path)


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
