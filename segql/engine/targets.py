"""Where a reference table is kept, and how a new one takes the place of the old: all of it, or nothing.

A target is asked with staged rows: a query over a DuckDB connection. A target of another engine fetches that query's
rows and writes them in a transaction of its own; what it must be able to do is `Target`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from segql.engine.duckdb import listening, quoted, refusals
from segql.engine.rows import CSV, JSON, PARQUET, Unreadable, form_of
from segql.semantics import model

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

HERE = "segql_target"  # the name under which a database is attached


class Target(Protocol):
    """A place for one table."""

    @property
    def name(self) -> str:
        """What people call it: `plans in shop.duckdb`."""

    def exists(self) -> bool:
        """Whether there is a table already. Raises Refused."""

    def columns(self) -> tuple[str, ...]:
        """The columns of the table that is there. Raises Refused."""

    def shared(self, rows: str, key: str) -> list[object]:
        """Values of a key that the staged rows and the table that is there both have. Raises Refused."""

    def replace(self, rows: str) -> None:
        """Puts the staged rows in the place of all there are. Raises Refused and OSError; then nothing has changed."""

    def append(self, rows: str) -> None:
        """Adds the staged rows to those that are there. Raises as `replace`."""


class DatabaseTable:
    """A table of a DuckDB database file, which is made if it is not there."""

    def __init__(self, connection: DuckDBPyConnection, database: str, parts: Sequence[str]) -> None:
        self._connection = connection
        self._database = database
        self._parts = tuple(parts)
        self.name = f"`{'.'.join(parts)}` in {database}"

    def exists(self) -> bool:
        """Whether the database has the table, or a view of its name."""
        if not os.path.exists(self._database):
            return False
        schema, table = (self._parts[-2] if len(self._parts) > 1 else "main"), self._parts[-1]
        query = (
            "SELECT count(*) FROM information_schema.tables "
            f"WHERE table_catalog = '{HERE}' AND lower(table_schema) = lower(?) AND lower(table_name) = lower(?)"
        )
        with self._attached(write=False), refusals():
            ((count,),) = self._connection.execute(query, [schema, table]).fetchall()
        return bool(count)

    def columns(self) -> tuple[str, ...]:
        """The columns of the table."""
        with self._attached(write=False), refusals():
            return tuple(self._connection.table(self._path()).columns)

    def shared(self, rows: str, key: str) -> list[object]:
        """Values of a key on both sides; at most a thousand."""
        query = (
            f"SELECT DISTINCT new.{quoted(key)} FROM ({rows}) AS new SEMI JOIN {self._path()} AS old "
            f"ON new.{quoted(key)} = old.{quoted(key)} ORDER BY 1 LIMIT 1000"
        )
        with self._attached(write=False), refusals():
            return [value for (value,) in self._connection.execute(query).fetchall()]

    def replace(self, rows: str) -> None:
        """One transaction: the old table is there until the new one is whole."""
        schema = f"{HERE}.{quoted(self._parts[-2])}" if len(self._parts) > 1 else ""
        work = [f"CREATE SCHEMA IF NOT EXISTS {schema}"] if schema else []
        self._write([*work, f"CREATE OR REPLACE TABLE {self._path()} AS {rows}"])

    def append(self, rows: str) -> None:
        """One transaction; columns belong together by name."""
        self._write([f"INSERT INTO {self._path()} BY NAME {rows}"])

    def _write(self, statements: list[str]) -> None:
        new = not os.path.exists(self._database)
        try:
            with self._attached(write=True):
                for statement in ("BEGIN", *statements, "COMMIT"):
                    listening(self._connection, lambda s=statement: self._connection.execute(s))  # type: ignore[misc]
        except BaseException:
            for left in (self._database, f"{self._database}.wal"):
                if new and os.path.exists(left):
                    os.unlink(left)
            raise

    def _path(self) -> str:
        return ".".join(
            (HERE, *(quoted(part) for part in (self._parts if len(self._parts) > 1 else ("main", *self._parts))))
        )

    @contextmanager
    def _attached(self, write: bool) -> Iterator[None]:
        mode = "" if write else " (READ_ONLY)"
        text = self._database.replace("'", "''")
        with refusals():
            self._connection.execute(f"ATTACH '{text}' AS {HERE}{mode}")
        try:
            yield
        except BaseException:
            self._end("ROLLBACK")
            raise
        finally:
            self._end(f"DETACH {HERE}")

    def _end(self, statement: str) -> None:
        """Says the last word of a transaction; there may be none to end, and then nothing is left to do."""
        import duckdb

        try:
            self._connection.execute(statement)
        except duckdb.Error:
            return


class DataFile:
    """A CSV, JSON lines or Parquet file: written beside the old one, which it replaces when it is whole."""

    def __init__(self, connection: DuckDBPyConnection, path: str, old: str = "", columns: tuple[str, ...] = ()) -> None:
        """`old` is a query for the rows that the file has, with these columns: needed to append."""
        self._connection = connection
        self._path = path
        self._old = old
        self._columns = columns
        self.name = path
        if any(c in path for c in "*?["):
            raise Unreadable("it stands for several files", "name one file")
        self._form = form_of(path)

    def exists(self) -> bool:
        """Whether the file is there."""
        return os.path.lexists(self._path)

    def columns(self) -> tuple[str, ...]:
        """The columns of the file that is there."""
        return self._columns

    def shared(self, rows: str, key: str) -> list[object]:
        """Values of a key on both sides; at most a thousand."""
        query = f"(SELECT {quoted(key)} FROM ({rows})) INTERSECT (SELECT {quoted(key)} FROM ({self._old})) LIMIT 1000"
        with refusals():
            return [value for (value,) in self._connection.execute(query).fetchall() if value is not None]

    def replace(self, rows: str) -> None:
        """The new file takes the old one's place in one step."""
        from segql import files

        part = files.part_of(self._path)
        os.makedirs(os.path.dirname(self._path) or ".", exist_ok=True)
        packed = ", COMPRESSION gzip" if self._path.lower().endswith(".gz") else ""
        options = {
            CSV: f"FORMAT csv, HEADER, DELIMITER '{self._delimiter()}'{packed}",
            JSON: f"FORMAT json{packed}",
            PARQUET: "FORMAT parquet",
        }
        text = part.replace("'", "''")
        try:
            with open(part, "wb"):  # tells whether one can be written at all
                pass
            copy = f"COPY ({rows}) TO '{text}' ({options[self._form]})"
            listening(self._connection, lambda: self._connection.execute(copy))
            files.keep(part, self._path)
        finally:
            if os.path.exists(part):
                os.unlink(part)

    def append(self, rows: str) -> None:
        """The old rows and the new ones, in a new file."""
        self.replace(f"{self._old} UNION ALL BY NAME {rows}")

    def _delimiter(self) -> str:
        return "\t" if self._path.lower().removesuffix(".gz").endswith(".tsv") else ","


def target_name(relation: model.Relation) -> str:
    """A place as a `from` would name it."""
    return relation.file or ".".join(relation.parts)
