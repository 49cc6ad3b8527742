"""What `segql why` says of a key is what the reference says, clause by clause, on random segments over random data.

The rows come out of DuckDB, only those that lead on from the key; and sequences are searched in another way. So both
must give what the reference gives that sees all rows and tries all chains.

SEGQL_WHY   how many random segments (default 700)
SEGQL_SEED  where they start (default 1)
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import note

from segql.compiler import check
from segql.engine import engines, trial
from segql.engine.duckdb import connected
from segql.engine.reasons import Reason, why
from segql.engine.relations import data_of, relocated
from segql.reference import conditions as reference
from segql.reference.conditions import Candidate
from segql.reference.world import World
from segql.semantics import model
from segql.source import Source

from . import segments
from .drawn import for_each

EXAMPLES = int(os.environ.get("SEGQL_WHY", "700"))
SEED = int(os.environ.get("SEGQL_SEED", "1"))


@pytest.mark.hypothesis
def test_why_is_the_reference(record_property: Callable[[str, object], None]) -> None:
    seen: Counter[str] = Counter()
    with connected() as connection:

        def run(case: segments.Case) -> None:
            seen.update(compare(connection, *case))

        for_each(segments.cases(), EXAMPLES, SEED, run)
    record_property("reasons", f"seed {SEED}: {dict(sorted(seen.items()))}")
    assert min(seen[kind] for kind in ("in", "out", "Sequence", "CompareMeasures")) >= 100
    assert min(seen[kind] for kind in ("FirstIn", "InSegment", "JoinTable", "Opposite", "AnyOf")) > 0


def compare(connection: Any, text: str, rows: dict[str, list[dict[str, Any]]]) -> Counter[str]:
    """Asks why of every key of the last segment; the conditions that were compared, by kind."""
    checked = check(Source(text))
    if not checked.ok:
        return Counter()
    name = text.rsplit("segment ", 1)[1].split(" ", 1)[0]
    data = data_of(checked.program, name)
    moved = relocated(checked.program, {each.name: model.Relation(parts=(each.name,)) for each in data})
    known = trial.key_types(data, rows)
    for each in data:
        trial.load(connection, each, rows.get(each.name, ()), known)
    note(text)
    note(str(rows))
    world = World(checked.program, rows, segments.NOW, {}, {})
    segment = checked.program.segment(name)
    seen: Counter[str] = Counter()
    members = reference.members_of(world, name)
    for key in reference.universe(world, segment):
        note(f"{key!r}")
        found = why(engines.Here(connection), moved, name, engines.text(key), segments.NOW)
        assert found.member == (key in members)
        assert found.reason is not None
        assert found.reason.holds == found.member
        seen["in" if found.member else "out"] += 1
        one = Candidate(world, segment, key)
        for reason, condition in zip(conditions(found.reason), written(segment.condition), strict=True):
            assert reason.holds == reference.meets(condition, one), condition
            seen[type(condition).__name__] += 1
    return seen


def conditions(reason: Reason) -> list[Reason]:
    return [reason, *(inner for part in reason.parts for inner in conditions(part))]


def written(condition: model.Condition) -> list[model.Condition]:
    match condition:
        case model.AllOf() | model.AnyOf():
            return [condition, *(inner for term in condition.terms for inner in written(term))]
        case model.Opposite():
            return [condition, *written(condition.term)]
        case _:
            return [condition]
