"""Each way to end a frame before the equals of a row, tried on the engines that run here, whatever their own way is.

Engines without GROUPS, or without RANGE of a distance, rely on it: their text is the same but for the spelling.

SEGQL_CONFORMANCE  how many random sequences for each way and engine are asked: a sixth of this (default 400)
SEGQL_SEED         where they start (default 1)
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Literal

import pytest
from hypothesis import note
from hypothesis import strategies as st

from segql.compiler import check
from segql.engine.relations import data_of, relocated
from segql.reference import members
from segql.semantics import model
from segql.source import Source
from segql.sql import spellings as s
from segql.sql.dialects import BY_NAME, Dialect
from segql.sql.lower import lower
from segql.sql.target import Target
from tests.differential import segments
from tests.differential.drawn import for_each

from .engines import Engine
from .remote import Lacking
from .test_random import EXAMPLES, MOST_REFUSED, SEED, declared

Way = Literal["ranked", "rows"]
NO_FRAME = "`after` in a sequence"  # an engine of ROWS alone, asked for frames of a distance
FRAMES = {"ranked": s.range_before, "rows": s.rows_before}


def forced(dialect: str, way: Way) -> Dialect:
    """The dialect of an engine, as if it had no better frames."""
    row = BY_NAME[dialect].replace(frames=way, before_ties=FRAMES[way])
    if way == "rows":
        none = s.Unsupported(reason="not asked for")
        row = row.replace(range_order=none, range_gap=none)
    return row


@st.composite
def tight_files(draw: st.DrawFn) -> str:
    """Two or three steps with what frames decide: least gaps, exclusions, and comparisons of one step with another."""
    names = st.sampled_from(("a", "b", "c", "some"))
    text = f"{draw(names)} as l0"
    for number in range(1, draw(st.sampled_from((2, 2, 3)))):
        text += f"\nwithout {draw(names)}" if draw(st.booleans()) else ""
        text += "\nthen "
        text += f"after {draw(st.sampled_from(segments.GAPS[:4]))} " if draw(st.booleans()) else ""
        text += f"within {draw(st.sampled_from(segments.GAPS))} " if draw(st.booleans()) else ""
        text += draw(names)
        text += f" where n >= l{number - 1}.n" if draw(st.integers(0, 3)) == 0 else ""
        text += f" as l{number}"
    schema = segments.SCHEMA.format(layout="flat", zone="UTC", time_type="")
    return f"{schema}\nsegment s1 {{\nkey usr.id\nfrom web\nsteps {{ {text} }}\n}}\n"


@pytest.mark.hypothesis
@pytest.mark.parametrize("way", ["ranked", "rows"])
def test_every_way_finds_what_the_reference_finds(way: Way, engine: Engine) -> None:
    row, seen = forced(engine.dialect, way), Counter[str]()

    def run(case: segments.Case) -> None:
        seen[compare(engine, row, declared(case[0]), case[1])] += 1

    for_each(
        st.tuples(st.one_of(segments.sequence_files(), tight_files()), segments.crowded()),
        EXAMPLES // 6 // engine.traits.pace,
        SEED,
        run,
        engine.traits.phases,
    )
    asked = sum(seen.values()) - seen["a mistake"]
    assert seen["refused"] <= MOST_REFUSED * asked
    assert seen["equal, with members"] >= asked // 12


def compare(engine: Engine, row: Dialect, text: str, rows: dict[str, list[dict[str, Any]]]) -> str:
    checked = check(Source(text))
    if not checked.ok:
        return "a mistake"
    data = data_of(checked.program, "s1")
    moved = relocated(checked.program, {each.name: model.Relation(parts=(each.name,)) for each in data})
    target = Target(dialect=row, now=segments.NOW, bind=False, root="", refused=[])
    found = row.finish(lower(target, moved, moved.segment("s1")))
    if target.refused:
        return "no frame" if {r.what for r in target.refused} == {NO_FRAME} else "refused"
    sql = found.sql(row.sqlglot, pretty=True)
    note(text)
    note(str(rows))
    note(sql)
    expected = members(checked.program, "s1", rows, segments.NOW)
    try:
        found_keys = engine.keys(sql, data, rows)
    except Lacking:
        return "lacking"
    assert found_keys == expected
    return "equal, with members" if expected else "equal, empty"
