"""Engines that stand in for those that cannot run here.

Redshift's text is in forms that it shares with PostgreSQL, so it runs there, and on Hyper, which has them too, from other hands.
`Retold`: sqlglot reads the text of a dialect, tells it anew for DuckDB, and DuckDB runs it. sqlglot also printed the text, so
this finds what is wrong in our forms, and not what sqlglot has wrong in both directions: it is never the only check.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import sqlglot
from sqlglot import exp

from segql.engine import duckdb as duck
from segql.semantics import model

from .engines import DuckDB, Engine, MariaDB, PostgreSQL, Rows, mariadb, postgres
from .remote import COMMON, Traits, hosted

RELATIVES = (
    "redshift on PostgreSQL",
    "redshift on Hyper",
    "mysql on MariaDB",
    "redshift",
    "trino",
    "snowflake",
    "tsql",
    "fabric",
)


class Retold:
    """A dialect that is read back and run on DuckDB."""

    traits = COMMON

    def __init__(self, dialect: str, duck: DuckDB) -> None:
        self.dialect = dialect
        self.name = "DuckDB, retold by sqlglot"
        self.version = f"{duck.version}, {sqlglot.__version__}"  # type: ignore[attr-defined]
        self._duck = duck

    def keys(self, sql: str, data: tuple[model.Data, ...], rows: Rows) -> set[object]:
        return self._duck.keys(self.retold(sql), data, rows)

    def answer(self, sql: str, data: tuple[model.Data, ...], rows: Rows) -> list[tuple[Any, ...]]:
        return self._duck.answer(self.retold(sql), data, rows)

    def script(self, *statements: str) -> list[tuple[Any, ...]]:
        return self._duck.script(*statements)

    def retold(self, sql: str) -> str:
        (statement,) = sqlglot.parse(sql, read=self.dialect)
        assert isinstance(statement, exp.Expr)
        return statement.transform(_plain).sql("duckdb")


def _plain(node: exp.Expr) -> exp.Expr:
    """What DuckDB has in one way only: texts are Unicode, and their order is binary. What is inside comes first.

    A whole number by a whole number is one there as well, which sqlglot knows only of columns whose type it knows.
    """
    match node:
        case exp.National():
            return exp.Literal.string(node.name)
        case exp.DataType() if node.this == exp.DataType.Type.FLOAT:  # of SQL Server: 64 bits
            return exp.DataType(this=exp.DataType.Type.DOUBLE)
        case exp.Collate():
            return node.this.transform(_plain)  # type: ignore[no-any-return]
        case exp.Anonymous() if node.name.upper() in ("AT_TIMEZONE", "WITH_TIMEZONE"):
            at, zone = (each.transform(_plain) for each in node.expressions)
            return exp.Anonymous(this="TIMEZONE", expressions=[zone, at])
        case exp.Anonymous() if node.name.upper() == "FROM_UNIXTIME_NANOS":
            micros = exp.IntDiv(this=node.expressions[0].transform(_plain), expression=exp.Literal.number(1000))
            return exp.Anonymous(this="MAKE_TIMESTAMPTZ", expressions=[micros])
        case exp.Div() if isinstance(node.expression, exp.Literal) and node.expression.is_int:
            return exp.IntDiv(this=node.this.transform(_plain), expression=node.expression)
        case _:
            return node


@contextlib.contextmanager
def related(name: str) -> Iterator[Engine]:
    """One of the relatives. Raises Missing."""
    if name == "redshift on PostgreSQL":
        with postgres() as connection, _like_redshift(connection) as own:
            yield PostgreSQL(own, "redshift")
    elif name == "mysql on MariaDB":
        with mariadb() as connection:
            yield MariaDB(connection, "mysql")
    elif name == "redshift on Hyper":
        # Hyper has AT TIME ZONE, and no function for it.
        with hosted("redshift", "hyper", name="Hyper", traits=Traits(lacking=('function "timezone"',))) as remote:
            yield remote
    else:
        with duck.connected() as connection:
            yield Retold(name, DuckDB(connection))


@contextlib.contextmanager
def _like_redshift(connection: Any) -> Iterator[Any]:
    """A database whose texts are ordered by their bytes, with Redshift's clock."""
    import psycopg

    connection.autocommit = True
    connection.execute("CREATE DATABASE redshift TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
    with psycopg.connect(connection.info.dsn, dbname="redshift", password=connection.info.password) as own:
        own.execute("CREATE FUNCTION getdate() RETURNS TIMESTAMP LANGUAGE SQL AS 'SELECT CAST(now() AS TIMESTAMP)'")
        own.execute("SET TimeZone = 'America/New_York'")
        own.commit()
        yield own
