"""ClickHouse in this process (https://clickhouse.com/docs/chdb): one session, with its tables in memory."""

from __future__ import annotations

import json
from typing import Any

import wire
from chdb import session

KINDS = {
    "text": "String",
    "integer": "Int64",
    "decimal": "Decimal(38, 10)",
    "float": "Float64",
    "boolean": "Bool",
    "date": "Date32",
    "timestamp": "DateTime64(6)",
    "timestamptz": "DateTime64(6, 'UTC')",
}


def start() -> tuple[str, wire.Ask]:
    engine = session.Session()
    # In the database that is there, a name with a slash is a file.
    engine.query("CREATE DATABASE tables")
    engine.query("USE tables")
    # A session in a zone that would show wherever it had a say.
    engine.query("SET session_timezone = 'America/New_York', date_time_output_format = 'iso'")
    # Big numbers as numbers: Python's JSON reads all of their digits.
    engine.query("SET output_format_json_quote_64bit_integers = 0, output_format_json_quote_denormals = 1")
    engine.query("SET input_format_json_named_tuples_as_objects = 0")  # a tuple is read as a list
    version = str(engine.query("SELECT version()", "TabSeparated")).strip()

    def ask(sql: str, tables: list[wire.Table]) -> list[list[Any]]:
        try:
            for name, columns, rows in tables:
                load(engine, name, columns, rows)
            return rows_of(engine, sql)
        finally:
            for name, _, _ in tables:
                engine.query(f"DROP TABLE IF EXISTS {quoted(name)}")

    return version, ask


def load(engine: Any, name: str, columns: dict[str, Any], rows: list[list[Any]]) -> None:
    declared = ", ".join(f"{quoted(column)} {kind_of(kind)}" for column, kind in columns.items())
    engine.query(f"CREATE TABLE {quoted(name)} ({declared}) ENGINE = Memory")
    if rows:
        lines = "\n".join(json.dumps([given(k, v) for k, v in zip(columns.values(), row, strict=True)]) for row in rows)
        engine.query(
            f"INSERT INTO {quoted(name)} SETTINGS date_time_input_format = 'best_effort' FORMAT JSONCompactEachRow\n{lines}"
        )


def kind_of(kind: Any) -> str:
    if isinstance(kind, dict):
        return f"Tuple({', '.join(f'{quoted(name)} {kind_of(inner)}' for name, inner in kind.items())})"
    return f"Array({kind_of(kind[0])})" if isinstance(kind, list) else f"Nullable({KINDS[kind]})"


def given(kind: Any, value: Any) -> Any:
    """A value as ClickHouse reads it: instants as seconds of UTC, whatever the zone of the session; no list as an empty one."""
    if isinstance(kind, dict):
        inner = value or [None] * len(kind)
        return [given(each, part) for each, part in zip(kind.values(), inner, strict=True)]
    if isinstance(kind, list):
        return value or []
    if kind in ("timestamp", "timestamptz") and value is not None:
        return f"{value.replace(' ', 'T')}Z"
    return value


def rows_of(engine: Any, sql: str) -> list[list[Any]]:
    """The rows; an instant as UTC has it, for its text is that of the session's zone."""
    lines = str(engine.query(sql, "JSONCompactEachRowWithNamesAndTypes")).splitlines()
    if not lines:
        return []
    kinds = json.loads(lines[1])
    return [
        [utc(v) if "DateTime" in kind else v for kind, v in zip(kinds, json.loads(line), strict=True)]
        for line in lines[2:]
    ]


def utc(text: str | None) -> str | None:
    return text and text.removesuffix("Z").replace("T", " ")


def quoted(name: str) -> str:
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


if __name__ == "__main__":
    wire.serve(start)
