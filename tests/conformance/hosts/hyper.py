"""Hyper, the engine of Tableau (https://tableau.github.io/hyper-db), which speaks PostgreSQL's SQL: a server of its own beside this process."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from importlib.metadata import version
from typing import Any

import tableauhyperapi as hyper
import wire

KINDS = {
    "text": "TEXT",
    "integer": "BIGINT",
    "decimal": "NUMERIC(38, 10)",
    "float": "DOUBLE PRECISION",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMPTZ",
}


def start() -> tuple[str, wire.Ask]:
    os.chdir(tempfile.mkdtemp(prefix="segql-"))  # it leaves a log where it runs
    settings = {"default_database_version": "4"}  # numbers of 38 digits
    process = hyper.HyperProcess(hyper.Telemetry.DO_NOT_SEND_USAGE_DATA_TO_TABLEAU, parameters=settings)
    connection = hyper.Connection(process.endpoint, "tables.hyper", hyper.CreateMode.CREATE)

    def ask(sql: str, tables: list[wire.Table]) -> list[list[Any]]:
        assert process, "it ends when nobody holds it any more"
        try:
            for name, columns, rows in tables:
                load(connection, name, columns, rows)
            if not sql.startswith(("SELECT", "WITH")):
                connection.execute_command(sql)
                return []
            return [[plain(value) for value in row] for row in connection.execute_list_query(sql)]
        finally:
            for name, _, _ in tables:
                connection.execute_command(f"DROP TABLE IF EXISTS {hyper.escape_name(name)}")

    return version("tableauhyperapi"), ask


def load(connection: Any, name: str, columns: dict[str, Any], rows: list[list[Any]]) -> None:
    kinds = [
        kind if isinstance(kind, str) else "text" for kind in columns.values()
    ]  # lists and structs: nothing reads them
    declared = ", ".join(
        f"{hyper.escape_name(column)} {KINDS[kind]}" for column, kind in zip(columns, kinds, strict=True)
    )
    connection.execute_command(f"CREATE TABLE {hyper.escape_name(name)} ({declared})")
    if rows:
        lines = ", ".join(f"({', '.join(map(given, kinds, row))})" for row in rows)
        connection.execute_command(f"INSERT INTO {hyper.escape_name(name)} VALUES {lines}")


def given(kind: str, value: Any) -> str:
    """A value as it stands in a statement; an instant in UTC."""
    if value is None or isinstance(value, list | dict):
        return f"CAST(NULL AS {KINDS[kind]})"
    if kind in ("integer", "decimal", "boolean"):
        return f"CAST({str(value).lower()} AS {KINDS[kind]})"
    if kind == "float":
        return f"CAST('{value}' AS {KINDS[kind]})"
    text = hyper.escape_string_literal(f"{value}+00" if kind == "timestamptz" else value)
    return f"CAST({text} AS {KINDS[kind]})"


def plain(value: Any) -> Any:
    """Times and days as Python has them."""
    if isinstance(value, hyper.Timestamp):
        at = value.to_datetime()
        return at if at.tzinfo is None else at.astimezone(dt.UTC)
    return value.to_date() if isinstance(value, hyper.Date) else value


if __name__ == "__main__":
    wire.serve(start)
