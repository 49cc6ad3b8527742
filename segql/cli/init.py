"""`segql init`: a first segment file, written from the columns of a data file or of a table."""

from __future__ import annotations

import os
from typing import NoReturn

import click

from segql import files
from segql.cli import draft, inputs, say
from segql.cli.likeness import likeness
from segql.engine import duckdb, mistakes
from segql.engine.types import type_of
from segql.semantics import model
from segql.source import Source

ENDINGS = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".pq", ".gz", ".zst")


@click.command()
@click.argument("data", metavar="[FILE|TABLE]", required=False)
@click.option("--output", metavar="FILE", help="Write to a file that is not there yet, instead of standard output.")
@inputs.on_option
def command(data: str | None, output: str | None, database: str | None) -> None:
    """Write a first segment file from a CSV, JSON or Parquet file, or from a table of a database.

    Its source has the columns with their types; the segment is there to be changed.
    """
    if output is not None and os.path.lexists(output):
        raise click.UsageError(f"{output} is there already: name another file")
    text = draft.example() if data is None else _drafted(data, output, database)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        files.write_file(output, text)
    except OSError as error:
        say.wrong(Source("", output), (error.strerror or str(error)).lower())
    on = f" --on {database}" if database and data is not None and not _is_file(data) else ""
    say.tell(f"{output} is written: go on with `segql check {output}{on}`")


def _drafted(data: str, output: str | None, database: str | None) -> str:
    project = files.project(".")
    place = files.database(project) if database is None else database
    relation = _relation(data, place)
    parted = mistakes.parted_otherwise(relation) if relation.file else ""
    if parted:
        _unreadable(data, parted, mistakes.LOAD_IT.replace("FILE", data))
    why = mistakes.uneven(relation) if relation.file else ""
    if why:
        _unreadable(data, why)
    try:
        with duckdb.connected("" if relation.file else place) as connection:
            columns = duckdb.columns(connection, relation)
            places = draft.places_of(columns)
            kind, clock = draft.kind_column(places), draft.clock_column(places)
            kinds = tuple(duckdb.common(connection, relation, kind.column, 5)) if kind else ()
            latest = duckdb.greatest(connection, relation, clock.column) if clock else None
    except duckdb.Refused as refused:
        _unreadable(data, mistakes.first_line(refused))
    if not draft.keys_of(draft.places_of(columns)):
        _unreadable(data, "it has no column of text or whole numbers that could be a key")
    found = draft.Found(_name(relation), _place(relation, output), columns, kinds, latest)
    alike = likeness({name: type_of(type) for name, type in columns.items()}, {})
    return draft.draft_like(found, alike) if alike else draft.draft(found)


def _relation(data: str, database: str) -> model.Relation:
    """A file if it is one or is called like one, else a table."""
    if _is_file(data):
        if os.path.isdir(data):
            _unreadable(data, "this is a folder: name its files, as `folder/*.parquet`")
        return model.Relation(file=data)
    if not database:
        _unreadable(data, "there is no such file, and tables need a database: `--on shop.duckdb`")
    return model.Relation(parts=tuple(data.split(".")))


def _is_file(data: str) -> bool:
    return os.path.exists(data) or data.lower().endswith(ENDINGS) or any(c in data for c in "*?/")


def _name(relation: model.Relation) -> str:
    if not relation.file:
        return relation.parts[-1]
    stem = os.path.basename(relation.file).split(".")[0]
    return stem.strip("*?_-") or os.path.basename(os.path.dirname(os.path.abspath(relation.file)))


def _place(relation: model.Relation, output: str | None) -> str:
    """What follows `from`: a path as it is seen from the file that will be written."""
    if not relation.file:
        return ".".join(f"`{part}`" for part in relation.parts)
    path = relation.file
    if not os.path.isabs(path):
        path = os.path.relpath(path, os.path.dirname(output or "") or ".").replace(os.sep, "/")
    return "file '" + path.replace("'", "''") + "'"


def _unreadable(data: str, why: str, help: str = "name a data file or a table") -> NoReturn:
    from segql.compiler import start_of
    from segql.diagnostics import register

    say.stop((register.data_not_readable(start_of(Source("", data)), data, why, help),))
