"""A column of another sort than declared is told before DuckDB compares it in its own way."""

from __future__ import annotations

from pathlib import Path

import pytest

import segql
from segql.engine.duckdb import connected

FILE = """
source web {{
  from  file 'web.{ending}'
  time  happened
  key   usr.id
  field kind : {type}
  event buy : kind {test}
}}
segment buyers {{ key usr.id  from web  did buy }}
"""


@pytest.mark.parametrize("ending", ["parquet", "json"])
@pytest.mark.parametrize(
    ("type", "test", "code"),
    [
        ("text", "= 'buy'", "SEG403"),
        ("integer", "= 5", ""),
        ("boolean", "= true", "SEG403"),
        ("date", "is missing", "SEG403"),
    ],
)
def test_a_column_holds_what_is_declared(tmp_path: Path, ending: str, type: str, test: str, code: str) -> None:
    with connected() as connection:
        rows = "SELECT 1 AS usr_id, 5 AS kind, TIMESTAMP '2026-01-01' AS happened"
        connection.execute(f"COPY ({rows}) TO '{tmp_path / f'web.{ending}'}'")
    path = tmp_path / "web.seg"
    path.write_text(FILE.format(ending=ending, type=type, test=test), "utf-8")
    result = segql.run(path, name="buyers", now="2026-02-01")
    assert [d.code for d in result.diagnostics] == ([code] if code else [])
    assert result.keys == (() if code else (1,))
