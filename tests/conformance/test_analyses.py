"""Random analyses on every engine: what is not refused gives the rows that the reference gives, in the same order.

SEGQL_CONFORMANCE  how many random analyses of each kind for each engine (default 400, of which this takes a quarter)
SEGQL_SEED         where they start (default 1)
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import currently_in_test_context, note
from hypothesis import strategies as st

from segql import reference
from segql.compiler import check
from segql.engine import trial
from segql.engine.relations import data_of, relocated
from segql.semantics import model
from segql.source import Source
from segql.sql.write import statement
from tests.differential import analyses, segments
from tests.differential.drawn import for_each

from .engines import Engine
from .remote import Lacking, Rows, as_kept
from .tally import counted_random
from .test_random import EXAMPLES, SEED, declared
from .test_random import compare as compare_members

SLOW = 8  # times fewer analyses, at least, of an engine that is slow


@pytest.mark.hypothesis
@pytest.mark.parametrize("kind", analyses.KINDS)
def test_an_engine_answers_like_the_reference(
    kind: str, engine: Engine, record_property: Callable[[str, object], None], writing: bool
) -> None:
    if engine.dialect == "duckdb" and not writing:
        pytest.skip("tests/differential has eight times as many for DuckDB")
    seen: Counter[str] = Counter()
    reasons: Counter[str] = Counter()

    def run(case: segments.Case) -> None:
        seen[compare(engine, declared(case[0]), case[1], reasons)] += 1

    for_each(
        st.one_of(analyses.cases(kind), analyses.cases(kind, plain=True)),
        count_for(engine, EXAMPLES // 4),
        SEED,
        run,
        engine.traits.phases,
    )
    counted_random(record_property, engine, seen, SEED)
    record_property(f"random {kind} on {engine.dialect}", f"seed {SEED}: {dict(sorted(seen.items()))}")
    record_property(f"refused by {engine.dialect} of {kind}", dict(reasons.most_common()))
    assert seen["equal, with rows"] >= sum(seen.values()) // 20


@pytest.mark.hypothesis
def test_an_engine_knows_who_came_so_far(
    engine: Engine, record_property: Callable[[str, object], None], writing: bool
) -> None:
    if engine.dialect == "duckdb" and not writing:
        pytest.skip("tests/differential has more for DuckDB")
    seen, reasons = Counter[str](), Counter[str]()

    def run(case: segments.Case) -> None:
        seen[compare_members(engine, declared(case[0]), case[1], reasons, Counter())] += 1

    for_each(
        analyses.fates(),
        count_for(engine, EXAMPLES // 8),
        SEED,
        run,
        engine.traits.phases,
    )
    counted_random(record_property, engine, seen, SEED)
    record_property(f"random segments of funnels on {engine.dialect}", f"seed {SEED}: {dict(sorted(seen.items()))}")
    assert seen["equal, with members"] + seen["equal, empty"] > 0


def count_for(engine: Engine, count: int) -> int:
    """How many an engine is asked: fewer of one that is slow."""
    return count // (max(engine.traits.pace, SLOW) if engine.traits.pace > 1 else 1)


def compare(engine: Engine, text: str, rows: Rows, reasons: Counter[str]) -> str:
    """Asks the engine and the reference for the rows of the analysis `q` of a file."""
    checked = check(Source(text))
    if not checked.ok:
        return "a mistake"
    data = data_of(checked.program, "q")
    moved = relocated(checked.program, {each.name: model.Relation(parts=(each.name,)) for each in data})
    asked = moved.find("q")
    assert asked is not None
    assert not isinstance(asked, model.Segment)
    sql = statement(moved, asked, engine.dialect, segments.NOW)
    if not isinstance(sql, str):
        reasons.update({refused.what for refused in sql})
        return "refused"
    if currently_in_test_context():
        note(f"{text}\n{rows}\n{sql}")
    rows = as_kept(engine.traits, data, rows)
    expected = [trial.plain(row, asked.columns) for row in reference.result(checked.program, "q", rows, segments.NOW)]
    try:
        found = [plain(row, asked.columns) for row in engine.answer(sql, data, rows)]
    except Lacking as lacking:
        reasons.update({f"lacking: {lacking}"})
        return "lacking"
    assert found == expected
    return "equal, with rows" if expected else "equal, empty"


def plain(row: tuple[Any, ...], columns: tuple[model.ResultColumn, ...]) -> tuple[Any, ...]:
    """A row as the reference gives it; an engine that keeps decimals as floats shows them with the digits they had."""
    exact = (
        Decimal(repr(value)) if isinstance(value, float) and column.type.name == "decimal" else value
        for value, column in zip(row, columns, strict=True)
    )
    return trial.plain(tuple(exact), columns)


LARGE = (
    "retention q { from web  key usr.id  start web  return web  every 1 day for {most} }",
    "retention q { from web  key usr.id  start web  return web  every calendar day for {most} on or after  by week }",
    "paths q { from web  key usr.id  node n of web  depth {deep} }",
    "paths q { from web  key usr.id  node n of web  end 900  depth {deep}  top 1000 }",
)


@pytest.mark.parametrize("asked", LARGE)
def test_a_year_of_days_and_more_than_a_thousand_nodes(asked: str, engine: Engine) -> None:
    most = engine.traits.largest
    asked = asked.replace("{most}", str(most)).replace("{deep}", str(min(100, most)))
    text = segments.SCHEMA.format(layout="flat", zone="UTC", time_type="") + asked
    rows = [
        {"usr.id": n % 7, "at": segments.NOW - dt.timedelta(hours=7 * n, minutes=1), "seq": n % 3, "n": n}
        for n in range(1100)
    ]
    assert compare(engine, declared(text), {"web": rows}, Counter()) == "equal, with rows"
