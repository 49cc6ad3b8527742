"""A reference table in a database that a URL names: all of it in one transaction there, or nothing.

The staged rows are read from DuckDB and written by a `Writer`; what it needs to know of an engine is a row of `LOADERS`.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from segql.engine import drivers, live, servers, sessions
from segql.engine.addresses import Address
from segql.engine.duckdb import quoted, refusals
from segql.engine.sessions import BATCH, Writer
from segql.engine.spool import Row
from segql.engine.troubles import Trouble
from segql.engine.types import type_of
from segql.node import Value

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class Loader(Value):
    """How an engine takes a table: its types, how it forgets all rows of a table (and of no view), what it makes of a value.

    Without a way to forget them in a transaction, a new table is filled beside the old one and takes its place. `form` is
    what stands after the columns of a table; `schemas` says that there are some; `file` that a database is a file, which
    is made when it is not there.
    """

    types: Mapping[str, str]
    empty: str
    open: Callable[[Any, Address], Writer]
    value: Callable[[Any], Any]
    form: str = ""
    schemas: bool = False
    file: bool = False


def _as_text(value: Any) -> Any:
    """As docs/engines.md says that SQLite keeps it."""
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ")
    if isinstance(value, bool | int | float | str) or value is None:
        return value
    return str(value)


def _in_utc(value: Any) -> Any:
    """An instant as a session in UTC shows it."""
    return value.astimezone(dt.UTC).replace(tzinfo=None) if isinstance(value, dt.datetime) and value.tzinfo else value


def _mysql(collation: str) -> Loader:
    """MySQL and MariaDB. A TIMESTAMP that may be missing says so."""
    return Loader(
        types={
            "text": "LONGTEXT",
            "integer": "BIGINT",
            "decimal": "DECIMAL(38, 10)",
            "float": "DOUBLE",
            "boolean": "TINYINT(1)",
            "date": "DATE",
            "timestamp": "DATETIME(6)",
            "timestamptz": "TIMESTAMP(6) NULL",
        },
        empty="",
        open=sessions.mysql_writer,
        value=_in_utc,
        form=f"ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE {collation}",
        schemas=True,
    )


LOADERS = {
    "mysql": _mysql("utf8mb4_0900_bin"),
    "mariadb": _mysql("utf8mb4_nopad_bin"),
    "postgresql": Loader(
        types={
            "text": "text",
            "integer": "bigint",
            "decimal": "numeric",
            "float": "double precision",
            "boolean": "boolean",
            "date": "date",
            "timestamp": "timestamp",
            "timestamptz": "timestamptz",
            "list(text)": "text[]",
            "list(integer)": "bigint[]",
        },
        empty="TRUNCATE TABLE",
        open=sessions.postgresql_writer,
        value=lambda value: value,
        schemas=True,
    ),
    "sqlite": Loader(
        types={
            "text": "TEXT",
            "integer": "INTEGER",
            "decimal": "NUMERIC",
            "float": "REAL",
            "boolean": "BOOLEAN",
            "date": "DATE",
            "timestamp": "TIMESTAMP",
            "timestamptz": "TIMESTAMP",
        },
        empty="DELETE FROM",
        open=sessions.sqlite_writer,
        value=_as_text,
        file=True,
    ),
}


class TableElsewhere:
    """A table of another database than DuckDB."""

    def __init__(self, connection: DuckDBPyConnection, address: Address, parts: Sequence[str]) -> None:
        """`connection` has the staged rows. Raises Trouble for a kind of database that is only read."""
        loader = LOADERS.get(address.scheme)
        if loader is None:
            known = ", ".join(f"`{scheme}://`" for scheme in LOADERS)
            raise Trouble("address", f"tables cannot be loaded into {address.shown}", f"there is {known}, and DuckDB")
        self._connection = connection
        self._address = address
        self._loader = loader
        self._parts = tuple(parts)
        self.name = f"`{'.'.join(parts)}` in {address.shown}"

    def exists(self) -> bool:
        """Whether the database has the table, or a view of its name."""
        return self._there() is not None

    def columns(self) -> tuple[str, ...]:
        """The columns of the table."""
        table = self._there()
        return tuple(column.name for column in table.columns) if table else ()

    def shared(self, rows: str, key: str) -> list[object]:
        """Values of a key on both sides; at most a thousand. They are compared as text, here."""
        name = next(column for column in self.columns() if column.lower() == key.lower())
        query = f"SELECT DISTINCT {quoted(name)} FROM {self._path()}"
        self._connection.execute("CREATE OR REPLACE TEMP TABLE keys_there (k VARCHAR)")

        def fetch(session: sessions.Session) -> None:
            for batch in session.rows(query).batches:
                self._connection.execute(
                    "INSERT INTO keys_there SELECT unnest(CAST($1 AS VARCHAR[]))",
                    [[None if value is None else str(value) for (value,) in batch]],
                )

        servers.working(self._address, fetch)
        both = (
            f"SELECT DISTINCT new.{quoted(key)} FROM ({rows}) AS new "
            f"SEMI JOIN keys_there ON CAST(new.{quoted(key)} AS VARCHAR) = k ORDER BY 1 LIMIT 1000"
        )
        with refusals():
            return [value for (value,) in self._connection.execute(both).fetchall()]

    def replace(self, rows: str) -> None:
        """The same table with other rows if it has these columns, so that rights and views stay; else a new one."""
        types = self._types(rows)
        tables = servers.tables(self._address) if self._reachable() else None
        old = tables.find(self._parts) if tables else None
        named = {table.schema for table in tables.every} if tables else set()
        work = []
        if old is None and self._loader.schemas and len(self._parts) > 1 and self._parts[-2] not in named:
            work.append(f"CREATE SCHEMA IF NOT EXISTS {quoted(self._parts[-2])}")
        fits = old is not None and self._fits(old, types)
        if not self._loader.empty:
            self._put_in_its_place(work, rows, types, old is not None, fits)
            return
        if fits:
            work.append(f"{self._loader.empty} {self._path()}")
        else:
            work += [f"DROP TABLE {self._path()}"] if old is not None else []
            work.append(self._made(self._path(), types))
        self._write(work, rows, tuple(types))

    def _put_in_its_place(self, work: list[str], rows: str, types: Mapping[str, str], there: bool, fits: bool) -> None:
        """A new table, filled beside the old one, which it replaces in one step. What is no table is not LIKE one."""
        path, new, gone = self._path(), self._path(f"_{uuid4().hex[:12]}"), self._path(f"_{uuid4().hex[:12]}")
        like = [f"CREATE TABLE {new} LIKE {path}"] if there else []
        if not fits:
            like += [*([f"DROP TABLE {new}"] if there else []), self._made(new, types)]
        swap = [f"RENAME TABLE {path} TO {gone}, {new} TO {path}", f"DROP TABLE {gone}"]
        then = swap if there else [f"RENAME TABLE {new} TO {path}"]
        try:
            self._write([*work, *like], rows, tuple(types), new, then)
        except BaseException:
            with suppress(Trouble):
                servers.writing(self._address, self._loader.open, lambda w: w.run(f"DROP TABLE IF EXISTS {new}"))
            raise

    def _made(self, path: str, types: Mapping[str, str]) -> str:
        columns = ", ".join(f"{quoted(name)} {self._loader.types[type]}" for name, type in types.items())
        return f"CREATE TABLE {path} ({columns}) {self._loader.form}".rstrip()

    def append(self, rows: str) -> None:
        """Columns belong together by name."""
        there = {name.lower(): name for name in self.columns()}
        self._write([], rows, tuple(there.get(name.lower(), name) for name in self._types(rows)))

    def _write(
        self, work: Sequence[str], rows: str, columns: tuple[str, ...], into: str = "", then: Sequence[str] = ()
    ) -> None:
        def write(writer: Writer) -> None:
            for statement in work:
                writer.run(statement)
            writer.insert(into or self._path(), tuple(quoted(name) for name in columns), self._batches(rows))
            writer.commit()
            for statement in then:
                writer.run(statement)

        new = not self._reachable()
        try:
            servers.writing(self._address, self._loader.open, write)
        except BaseException:
            if new and os.path.exists(self._address.database):
                os.unlink(self._address.database)
            raise

    def _batches(self, rows: str) -> Iterator[list[Row]]:
        """The staged rows. An instant with a zone comes as UTC, for Python alone has no other way to read it."""
        staged = self._connection.sql(rows)
        zoned = [str(type) == "TIMESTAMP WITH TIME ZONE" for type in staged.types]
        chosen = ", ".join(
            f"{quoted(name)} AT TIME ZONE 'UTC'" if is_zoned else quoted(name)
            for name, is_zoned in zip(staged.columns, zoned, strict=True)
        )
        found = self._connection.execute(f"SELECT {chosen} FROM ({rows})")
        while batch := found.fetchmany(BATCH):
            yield [
                tuple(
                    self._loader.value(value.replace(tzinfo=dt.UTC) if is_zoned and value is not None else value)
                    for value, is_zoned in zip(row, zoned, strict=True)
                )
                for row in batch
            ]

    def _types(self, rows: str) -> dict[str, str]:
        """The columns of the staged rows with their types. Raises Trouble for one that the engine has none for."""
        staged = self._connection.sql(rows)
        types = {name: type_of(str(type)) for name, type in zip(staged.columns, staged.types, strict=True)}
        for name, type in types.items():
            if type not in self._loader.types:
                why = f"the column `{name}` holds {type or 'values of no type'}, which {self._address.scheme} has not"
                raise Trouble("refused", why)
        return types

    def _fits(self, old: live.Table, types: Mapping[str, str]) -> bool:
        special = drivers.BY_SCHEME[self._address.scheme].types
        kept = {name: self._loader.types[type].removesuffix(" NULL") for name, type in types.items()}
        wanted = {name: live.type_of(type, special) for name, type in kept.items()}
        return {column.name: column.type for column in old.columns} == wanted

    def _there(self) -> live.Table | None:
        return servers.tables(self._address).find(self._parts) if self._reachable() else None

    def _reachable(self) -> bool:
        """Whether there is a database already: a file is made when a table is."""
        return not self._loader.file or os.path.exists(self._address.database)

    def _path(self, more: str = "") -> str:
        """The table's own name, or one with more at its end, which is cut for that if it is long."""
        *schema, name = self._parts
        return ".".join(quoted(part) for part in (*schema, name[:40] + more if more else name))
