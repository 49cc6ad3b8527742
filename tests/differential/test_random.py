"""The promise itself: DuckDB gives what the reference interpreter gives, on random segments over random data.

`make fuzz` runs the same test for as long as asked. A failing case is shrunk to a small file and a few rows.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings

from segql.compiler import check
from segql.diagnostics.render import picture
from segql.engine import trial
from segql.engine.duckdb import connected
from segql.reference import members
from segql.source import Source

from . import segments

EXAMPLES = int(os.environ.get("SEGQL_FUZZ", "2000"))
SEEN: Counter[str] = Counter()


@pytest.fixture(scope="module")
def connection() -> Any:
    with connected() as opened:
        yield opened
    print(f"\nrandom segments: {dict(SEEN)}")


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
    print_blob=True,
)
@given(text=segments.files(), rows=segments.rows())
def test_duckdb_is_the_reference(connection: Any, text: str, rows: dict[str, list[dict[str, Any]]]) -> None:
    checked = check(Source(text))
    errors = [d for d in checked.diagnostics if d.is_error]
    if errors:  # the generator stays within the language, save for sense that only the checks know (SEG3xx)
        codes = {d.code for d in errors}
        assert codes <= {"SEG303", "SEG309"}, picture(errors)
        SEEN["refused by check"] += 1
        return
    name = text.rsplit("segment ", 1)[1].split(" ", 1)[0]
    note(text)
    note(str(rows))
    expected = members(checked.program, name, rows, segments.NOW)
    made = trial.trial(checked.program, name, segments.NOW)
    note(made.sql)
    assert trial.outcome(connection, made, rows) == expected
    SEEN["compared"] += 1
    SEEN["not empty"] += bool(expected)
