"""The promise itself: DuckDB gives what the reference interpreter gives, on random segments over random data.

The seed is fixed, so that a check says the same twice; `make fuzz` runs the same with ever new seeds. A failing case is
shrunk to a small file and a few rows, and printed with its SQL.

SEGQL_EXAMPLES  how many random segments (default 2,000)
SEGQL_SEED      where they start (default 1)
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import note

from segql.compiler import check
from segql.diagnostics.render import picture
from segql.engine import trial
from segql.engine.duckdb import connected
from segql.reference import members
from segql.source import Source
from segql.sql.dialects import BY_NAME
from segql.sql.plans import fitting

from . import segments
from .drawn import for_each

SHARDS = 4
EXAMPLES = int(os.environ.get("SEGQL_EXAMPLES", "2000"))
SEED = int(os.environ.get("SEGQL_SEED", "1"))

# Nothing but the file, the data, now and the parameters decides (R1): not the zone of a session either.
SESSIONS = ("UTC", "America/New_York")

# What only the checks know: a window that holds nothing, steps that make too many chains.
SENSE = {"SEG303", "SEG309"}


@pytest.mark.hypothesis
@pytest.mark.parametrize("shard", range(SHARDS))
def test_duckdb_is_the_reference(shard: int, record_property: Callable[[str, object], None]) -> None:
    seen: Counter[str] = Counter()
    plans: Counter[str] = Counter()
    with connected() as connection:

        def run(case: segments.Case) -> None:
            seen[compare(connection, *case, SESSIONS[shard % len(SESSIONS)], plans)] += 1

        for_each(segments.cases(), EXAMPLES // SHARDS, SEED * SHARDS + shard, run)
    record_property("random segments", f"seed {SEED}, part {shard}: {dict(sorted(seen.items()))}")
    record_property("plans", f"part {shard}: {dict(sorted(plans.items()))}")
    assert set(plans) == set(BY_NAME["duckdb"].plans)
    assert seen["equal, with members"] >= sum(seen.values()) // 10, "the generator makes too many empty segments"


def compare(
    connection: Any, text: str, rows: dict[str, list[dict[str, Any]]], session: str, plans: Counter[str]
) -> str:
    """Asks both for the members of the last segment of a file, by every plan that fits; says what came of it."""
    checked = check(Source(text))
    errors = [d for d in checked.diagnostics if d.is_error]
    if errors:
        assert {d.code for d in errors} <= SENSE, picture(errors)
        return "refused"
    name = text.rsplit("segment ", 1)[1].split(" ", 1)[0]
    note(text)
    note(str(rows))
    expected = members(checked.program, name, rows, segments.NOW)
    fit = fitting(checked.program.segment(name), "duckdb")
    for plan in fit or ("",):
        made = trial.trial(checked.program, name, segments.NOW, plan=plan)
        note(made.sql)
        assert trial.outcome(connection, made, rows, session) == expected, plan
    plans.update(fit)
    return "equal, with members" if expected else "equal, empty"
