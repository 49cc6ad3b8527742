"""A value in a JSON document that is not of its declared type is missing; no engine's cast rounds or guesses it."""

from __future__ import annotations

import pytest

from segql.compiler import Options, compile
from segql.engine.duckdb import connected
from segql.source import Source

FILE = """
source web {{
  from   web
  time   happened
  key    usr.id = usr_id
  layout json(doc)
  field  v : {type}
}}
segment there {{ key usr.id  from web  did web where v is not missing }}
"""
VALUES = {"1": 1, "1.5": 2, "true": 3, '"yes"': 4, '"7"': 5, "null": 6, "[1]": 7, '"2026-01-31"': 8, '"x"': 9, "-3": 10}


@pytest.mark.parametrize(
    ("type", "expected"),
    [
        ("integer", {1, 5, 10}),
        ("decimal", {1, 2, 5, 10}),
        ("boolean", {3}),
        ("date", {8}),
        ("text", {1, 2, 3, 4, 5, 8, 9, 10}),
    ],
)
def test_a_value_of_another_type_is_missing(type: str, expected: set[int]) -> None:
    made = compile(Source(FILE.format(type=type)), ("there",), Options())
    assert made.ok, made.diagnostics
    with connected() as connection:
        connection.execute("CREATE TABLE web (usr_id INTEGER, happened TIMESTAMP, doc VARCHAR)")
        rows = [[key, f'{{"v": {value}}}'] for value, key in VALUES.items()]
        connection.executemany("INSERT INTO web VALUES (?, TIMESTAMP '2026-01-01', ?)", rows)
        assert {row[0] for row in connection.execute(made.statements[0].sql).fetchall()} == expected
