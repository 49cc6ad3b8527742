"""DuckDB gives the rows that the reference gives, value by value and in the same order, for random analyses.

SEGQL_ANALYSES  how many of each kind (default 800)
SEGQL_SEED      where they start (default 1)
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import note

from segql import reference
from segql.compiler import check
from segql.diagnostics.render import picture
from segql.engine import trial
from segql.engine.duckdb import connected
from segql.source import Source

from . import analyses, segments
from .drawn import for_each

SHARDS = 2
EXAMPLES = int(os.environ.get("SEGQL_ANALYSES", "800"))
SEED = int(os.environ.get("SEGQL_SEED", "1"))
SESSIONS = ("UTC", "America/New_York")

# What only the checks know: a window that holds nothing, numbers beside what is none.
SENSE = {"SEG301", "SEG302", "SEG303", "SEG309"}


@pytest.mark.hypothesis
@pytest.mark.parametrize("kind", analyses.KINDS)
@pytest.mark.parametrize("shard", range(SHARDS))
def test_duckdb_is_the_reference(kind: str, shard: int, record_property: Callable[[str, object], None]) -> None:
    seen: Counter[str] = Counter()
    with connected() as connection:

        def run(case: segments.Case) -> None:
            seen[compare(connection, *case, SESSIONS[shard % len(SESSIONS)])] += 1

        for_each(analyses.cases(kind), EXAMPLES // SHARDS, SEED * SHARDS + shard, run)
    record_property(f"random {kind}", f"seed {SEED}, part {shard}: {dict(sorted(seen.items()))}")
    assert seen["equal, with rows"] >= sum(seen.values()) // 6, "the generator makes too many empty answers"


def compare(connection: Any, text: str, rows: dict[str, list[dict[str, Any]]], session: str) -> str:
    """Asks both for the rows of the analysis `q` of a file; says what came of it."""
    checked = check(Source(text))
    errors = [d for d in checked.diagnostics if d.is_error]
    if errors:
        assert {d.code for d in errors} <= SENSE, picture(errors)
        return "refused"
    note(text)
    note(str(rows))
    made = trial.trial(checked.program, "q", segments.NOW)
    note(made.sql)
    found = reference.result(checked.program, "q", rows, segments.NOW)
    assert trial.result(connection, made, rows, session) == [trial.plain(row, made.columns) for row in found]
    return "equal, with rows" if found else "equal, empty"
