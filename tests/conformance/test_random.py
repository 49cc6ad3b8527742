"""The same random segments as for DuckDB, on every engine: what is not refused is what the reference says.

SEGQL_CONFORMANCE  how many random segments for each engine (default 400)
SEGQL_SEED         where they start (default 1)
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from hypothesis import note

from segql.compiler import check
from segql.engine.relations import data_of, relocated
from segql.reference import members
from segql.semantics import model
from segql.source import Source
from segql.sql.plans import fitting
from segql.sql.write import statement
from tests.differential import segments
from tests.differential.drawn import for_each

from .engines import Engine
from .remote import Lacking, Rows, as_kept
from .tally import counted_random

EXAMPLES = int(os.environ.get("SEGQL_CONFORMANCE", "400"))
SEED = int(os.environ.get("SEGQL_SEED", "1"))
MOST_REFUSED = 0.3
MOST_LACKING = 0.05
SHARDS = 2


def declared(text: str) -> str:
    """The file with a type for what breaks ties: an engine with collations has to know whether it is text."""
    return text.replace(
        "  field  kind  : enum('a', 'b', 'c')\n", "  field  seq : integer\n  field  kind  : enum('a', 'b', 'c')\n", 1
    )


@pytest.mark.hypothesis
@pytest.mark.parametrize("shard", range(SHARDS))
def test_an_engine_is_the_reference(
    shard: int, engine: Engine, record_property: Callable[[str, object], None], writing: bool
) -> None:
    if engine.dialect == "duckdb" and not writing:
        pytest.skip("tests/differential has five times as many for DuckDB")
    seen: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    ways: Counter[str] = Counter()

    def run(case: segments.Case) -> None:
        seen[compare(engine, declared(case[0]), case[1], reasons, ways)] += 1

    for_each(
        segments.cases(), EXAMPLES // SHARDS // engine.traits.pace, SEED * SHARDS + shard, run, engine.traits.phases
    )
    counted_random(record_property, engine, seen, SEED)
    record_property(f"random segments on {engine.dialect}", f"seed {SEED}, part {shard}: {dict(sorted(seen.items()))}")
    record_property(f"refused by {engine.dialect}", f"part {shard}: {dict(reasons.most_common())}")
    record_property(f"ways on {engine.dialect}", f"part {shard}: {dict(sorted(ways.items()))}")
    if engine.traits.pace > 1:
        record_property(
            f"random segments on {engine.dialect}", f"part {shard}: one in {engine.traits.pace}, for it is slow"
        )
    asked = sum(seen.values()) - seen["a mistake"]
    assert seen["lacking"] <= MOST_LACKING * asked
    assert seen["refused"] <= MOST_REFUSED * asked, "too much is refused"
    assert seen["equal, with members"] >= asked // 12


def compare(engine: Engine, text: str, rows: Rows, reasons: Counter[str], ways: Counter[str]) -> str:
    """Asks the engine and the reference for the members of the last segment of a file.

    The engine is asked by the plan that is chosen for steps, by every other one that fits, and for the segment together
    with those of its key: `ways` counts them.
    """
    checked = check(Source(text))
    if not checked.ok:
        return "a mistake"
    name = text.rsplit("segment ", 1)[1].split(" ", 1)[0]
    data = data_of(checked.program, name)
    moved = relocated(checked.program, {each.name: model.Relation(parts=(each.name,)) for each in data})
    sql = statement(moved, moved.segment(name), engine.dialect, segments.NOW)
    if not isinstance(sql, str):
        reasons.update({refused.what for refused in sql})
        return "refused"
    note(text)
    note(str(rows))
    note(sql)
    rows = as_kept(engine.traits, data, rows)
    expected = members(checked.program, name, rows, segments.NOW)
    try:
        found = engine.keys(sql, data, rows)
    except Lacking as lacking:
        reasons.update({f"lacking: {lacking}"})
        return "lacking"
    assert found == expected
    for way, asked in _other_ways(moved, name, engine.dialect):
        note(asked)
        assert engine.keys(asked, data, rows) == expected, way
        ways[way] += 1
    return "equal, with members" if expected else "equal, empty"


def _other_ways(moved: model.Program, name: str, dialect: str) -> Iterator[tuple[str, str]]:
    """The same question in other words, where the dialect has them."""
    segment = moved.segment(name)
    fit = fitting(segment, dialect)
    for plan in fit[1:]:
        other = statement(moved, segment, dialect, segments.NOW, plan=plan)
        if isinstance(other, str):
            yield f"plan {plan}", other
    loaded = set(data_of(moved, name))
    same_key = (each for each in moved.segments if each.key == segment.key)
    alike = tuple(each for each in same_key if set(data_of(moved, each.name)) <= loaded)
    whole = statement(moved, alike, dialect, segments.NOW) if len(alike) > 1 else ()
    if isinstance(whole, str):
        key = segment.key.replace(".", "_")
        yield "together", f"SELECT {key} FROM (\n{whole}\n) AS found WHERE segment = '{name}'"
