"""Several segments in one statement have the members that each has alone, on random segments over random data.

SEGQL_TOGETHER  how many files (default 300)
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
from segql.engine.relations import data_of, relocated
from segql.reference import members
from segql.semantics import model
from segql.source import Source
from segql.sql.write import statement

from . import segments
from .drawn import for_each
from .test_random import SENSE

SHARDS = 2
EXAMPLES = int(os.environ.get("SEGQL_TOGETHER", "300"))
SEED = int(os.environ.get("SEGQL_SEED", "1"))


@pytest.mark.hypothesis
@pytest.mark.parametrize("shard", range(SHARDS))
def test_each_has_the_members_that_it_has_alone(shard: int, record_property: Callable[[str, object], None]) -> None:
    seen: Counter[str] = Counter()
    with connected() as connection:

        def run(case: segments.Case) -> None:
            seen[compare(connection, *case)] += 1

        for_each(segments.together(), EXAMPLES // SHARDS, SEED * SHARDS + shard, run)
    record_property("random segments together", f"seed {SEED}, part {shard}: {dict(sorted(seen.items()))}")
    assert seen["equal, one pass"] >= sum(seen.values()) // 4
    assert seen["equal, empty"] <= sum(seen.values()) // 2


def compare(connection: Any, text: str, rows: dict[str, list[dict[str, Any]]]) -> str:
    """Asks for all segments of a file at once, and the reference for each."""
    checked = check(Source(text))
    errors = [d for d in checked.diagnostics if d.is_error]
    if errors:
        assert {d.code for d in errors} <= SENSE, picture(errors)
        return "refused"
    note(text)
    note(str(rows))
    names = [segment.name for segment in checked.program.segments]
    data = data_of(checked.program, *names)
    moved = relocated(checked.program, {each.name: model.Relation(parts=(each.name,)) for each in data})
    sql = statement(moved, moved.segments, "duckdb", segments.NOW)
    assert isinstance(sql, str)
    note(sql)
    made = trial.Trial(sql, data, (_text("segment"), _text("key")))
    found = trial.result(connection, made, rows)
    expected = {(name, key) for name in names for key in members(checked.program, name, rows, segments.NOW)}
    assert set(found) == expected
    assert len(found) == len(expected)
    return ("equal, one pass" if "all_facts" in sql else "equal, each alone") if expected else "equal, empty"


def _text(name: str) -> model.ResultColumn:
    return model.ResultColumn(name=name, type=model.Type(name="any"))
