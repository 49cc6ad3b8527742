"""The only door to DuckDB: connections that touch no network, and the keys that a statement gives.

What DuckDB refuses comes out as a `Refused` with its words; `segql.engine.mistakes` says what they mean for a text.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from segql.compiler import Answer, Statement
from segql.engine.patience import patiently
from segql.semantics import model

if TYPE_CHECKING:
    import duckdb

KEPT = "segql_keys"  # the table of a connection that holds the answer
BATCH = 50_000  # keys fetched at a time
ZONED = "TIMESTAMP WITH TIME ZONE"


class Refused(Exception):
    """DuckDB cannot, in its own words."""


class Result(Answer):
    """The rows that a statement gives, in order, under the names of their columns.

    Those of a segment have one column, `column`; `keys` are its values, each once and in order.
    """

    name: str
    column: str = ""
    keys: tuple[Any, ...] = ()
    seconds: float = 0.0
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()


class Found:
    """The rows that a statement gave, in order: kept by DuckDB, to count, fetch and write. Methods raise Refused."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        table = connection.table(KEPT)
        self._connection = connection
        self.columns: tuple[str, ...] = tuple(table.columns)
        # Of the keys of segments; analyses show instants without a zone.
        self._zoned = [n for n, type in enumerate(table.types) if str(type) == ZONED]

    def count(self) -> int:
        """How many there are."""
        with refusals():
            ((count,),) = self._connection.execute(f"SELECT count(*) FROM {KEPT}").fetchall()
            return int(count)

    def batches(self) -> Iterator[list[tuple[Any, ...]]]:
        """The rows, some at a time."""
        plain = (f"{quoted(c)} AT TIME ZONE 'UTC' AS {quoted(c)}" for c in map(self.columns.__getitem__, self._zoned))
        query = f"SELECT * REPLACE ({', '.join(plain)}) FROM {KEPT}" if self._zoned else f"FROM {KEPT}"
        with refusals():
            self._connection.execute(query)
        while True:
            with refusals():
                rows = self._connection.fetchmany(BATCH)
            if not rows:
                return
            yield [self._aware(row) for row in rows] if self._zoned else rows

    def _aware(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(v.replace(tzinfo=dt.UTC) if n in self._zoned else v for n, v in enumerate(row))

    def write_parquet(self, path: str) -> None:
        """Writes a Parquet file."""
        listening(self._connection, lambda: self._connection.table(KEPT).write_parquet(path))


def run(statement: Statement, database: str = "", limit: int | None = None, seconds: float | None = None) -> Result:
    """The rows that a statement gives. Raises Refused and OutOfTime."""
    start = time.perf_counter()
    with connected(database) as connection:
        found = ask(connection, statement, limit, seconds)
        rows = tuple(row for batch in found.batches() for row in batch)
    return Result(
        name=statement.name,
        column=found.columns[0],
        keys=tuple(row[0] for row in rows) if statement.kind == "segment" else (),
        seconds=time.perf_counter() - start,
        columns=found.columns,
        rows=rows,
        diagnostics=(),
    )


@contextmanager
def connected(database: str = "", write: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to an empty database in memory, or to a database file, only read unless `write`. Raises Refused."""
    with refusals():
        connection = opened(database, write)
    try:
        yield connection
    finally:
        connection.close()


def opened(database: str = "", write: bool = False) -> duckdb.DuckDBPyConnection:
    """The same, for somebody who closes it, and hears DuckDB's own exceptions."""
    import duckdb

    # Nothing is fetched from a network, and no name in a query finds a variable of this program.
    connection = duckdb.connect(
        database or ":memory:",
        read_only=bool(database) and not write,
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False},
    )
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET python_enable_replacements = false")
    connection.execute("SET enable_progress_bar = false")
    return connection


@contextmanager
def refusals() -> Iterator[None]:
    """Turns DuckDB's exceptions into Refused."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        raise Refused(str(error)) from error


def ask(
    connection: duckdb.DuckDBPyConnection, statement: Statement, limit: int | None = None, seconds: float | None = None
) -> Found:
    """Runs a statement, and keeps its rows in order: the first `limit` of them. Raises Refused and OutOfTime."""
    first = "" if limit is None else f" LIMIT {limit:d}"
    # Kept in a table, all that can go wrong goes wrong before the first row is printed. The order of an analysis is its own.
    asked = f"FROM (\n{statement.sql}\n) ORDER BY ALL" if statement.kind == "segment" else statement.sql
    query = f"CREATE OR REPLACE TEMP TABLE {KEPT} AS\n{asked}\n{first}"
    listening(connection, lambda: connection.execute(query), seconds)
    with refusals():
        return Found(connection)


def without_zone(query: str) -> str:
    """The same instants as plain UTC: DuckDB gives the others only to those who have yet another library."""
    return f"SELECT COLUMNS(*) AT TIME ZONE 'UTC' FROM (\n{query}\n)"


def in_utc(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """The query with instants as plain UTC, whatever else there is beside them."""
    found = connection.sql(query)
    zoned = [quoted(n) for n, t in zip(found.columns, found.types, strict=True) if str(t) == ZONED]
    if not zoned:
        return query
    plain = ", ".join(f"{name} AT TIME ZONE 'UTC' AS {name}" for name in zoned)
    return f"SELECT * REPLACE ({plain}) FROM (\n{query}\n)"


def listening(connection: duckdb.DuckDBPyConnection, work: Callable[[], object], seconds: float | None = None) -> None:
    """Does what may take long, so that Ctrl-C and the end of its time are heard. Raises Refused and OutOfTime."""

    def do() -> None:
        with refusals():
            work()

    patiently(do, connection.interrupt, seconds)


# ---------------------------------------------------------------- what data look like


def columns(connection: duckdb.DuckDBPyConnection, relation: model.Relation) -> dict[str, str]:
    """The columns of a table or file, with DuckDB's names of their types. Raises Refused."""
    with refusals():
        found = read(connection, relation)
        return {name: str(kind) for name, kind in zip(found.columns, found.types, strict=True)}


def read(connection: duckdb.DuckDBPyConnection, relation: model.Relation) -> duckdb.DuckDBPyRelation:
    """The rows of a table or file; a file is what its ending says, as it is in the SQL of DuckDB."""
    if not relation.file:
        return connection.table(".".join(quoted(part) for part in relation.parts))
    path = path_of(relation)
    name = path.lower().removesuffix(".gz").removesuffix(".zst")
    if name.endswith((".csv", ".tsv", ".txt")):
        return connection.read_csv(path)
    if name.endswith((".json", ".jsonl", ".ndjson")):
        return connection.read_json(path)
    return connection.read_parquet(path)


def common(connection: duckdb.DuckDBPyConnection, relation: model.Relation, column: str, limit: int) -> list[str]:
    """The commonest values of a column of text. Raises Refused."""
    with refusals():
        name = quoted(column)
        counted = read(connection, relation).filter(f"{name} <> ''").aggregate(f"{name} AS value, count(*) AS n", name)
        return [value for value, _ in counted.order("n DESC, value").limit(limit).fetchall()]


def greatest(connection: duckdb.DuckDBPyConnection, relation: model.Relation, column: str) -> int | None:
    """The greatest value of a column of whole numbers; None if it has none. Raises Refused."""
    with refusals():
        [(found,)] = read(connection, relation).aggregate(f"max({quoted(column)})").fetchall()
        return found  # type: ignore[no-any-return]


def tables(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The tables and views of a database, by the names that a `from` would give them."""
    found = connection.execute("SELECT table_schema, table_name FROM information_schema.tables ORDER BY ALL")
    return tuple(name if schema == "main" else f"{schema}.{name}" for schema, name in found.fetchall())


def path_of(relation: model.Relation) -> str:
    """Where a file is, seen from here; an address is where it is."""
    import os

    if "://" in relation.file:
        return relation.file
    return os.path.normpath(os.path.join(relation.directory, relation.file))


def quoted(name: str) -> str:
    """A name as an identifier."""
    return '"' + name.replace('"', '""') + '"'
