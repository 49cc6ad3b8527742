"""Several segments in one statement have the members that each has alone, on random segments over random data.

SEGQL_TOGETHER  how many files (default 300)
SEGQL_SEED      where they start (default 1)
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from segql.compiler import check
from segql.diagnostics.render import picture
from segql.engine import trial
from segql.engine.duckdb import connected
from segql.engine.relations import data_of, relocated
from segql.reference import members
from segql.semantics import model
from segql.source import Source
from segql.sql import by_value
from segql.sql.write import statement

from . import segments
from .drawn import for_each, note
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


@pytest.mark.hypothesis
def test_facts_by_value_are_what_they_are(
    monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    """The form for many facts of one field, wherever it can be written."""
    monkeypatch.setattr(by_value, "_pays", lambda of: True)
    seen: Counter[str] = Counter()
    with connected() as connection:

        def run(case: segments.Case) -> None:
            seen[compare(connection, *case)] += 1

        for_each(segments.together(), EXAMPLES // SHARDS, SEED * SHARDS, run)
    record_property("random segments together, by value", f"seed {SEED}: {dict(sorted(seen.items()))}")
    assert seen["equal, by value"] >= sum(seen.values()) // 8


def test_many_facts_of_one_field_are_found_by_value() -> None:
    """Nine in three windows are; of eight, two that ask for no value stand beside, and the universe is kept."""
    schema = segments.SCHEMA.format(layout="flat", zone="UTC", time_type="")
    lines = [f"did {kind} at least 2 times during last {days} days" for days in (5, 10, 20) for kind in "abc"]
    lines += ["never a during last 5 days", "count(web) < 9", "max(n of web) = 4", "sum(n of a) >= -3"]
    text = schema + "".join(f"segment s{n} {{ key usr.id  from web  {line} }}\n" for n, line in enumerate(lines))
    rows = [
        {"usr.id": n % 11, "at": segments.NOW - dt.timedelta(hours=5 * n, minutes=1), "kind": "abc"[n * n % 7 % 3]}
        | {"n": n % 5 - 1 if n % 9 else None}
        for n in range(120)
    ]
    with connected() as connection:
        assert compare(connection, text, {"web": rows}) == "equal, by value"
        assert compare(connection, text.split("segment s7 ")[0], {"web": rows}) == "equal, one pass"
        assert compare(connection, text.split("segment s10 ")[0], {"web": [*rows, NOTHING]}) == "equal, by value"


def test_two_zeros_are_one_value() -> None:
    schema = segments.SCHEMA.format(layout="flat", zone="UTC", time_type="")
    lines = [f"did web where f = {f} at least 2 times during last {d} days" for f in (0, 1, 2) for d in (5, 10, 20)]
    text = schema + "".join(f"segment s{n} {{ key usr.id  from web  {line} }}\n" for n, line in enumerate(lines))
    rows = [NOTHING | {"usr.id": 1, "f": f} for f in (0.0, -0.0, 1.0, 2.0, 2.0)]
    with connected() as connection:
        assert compare(connection, text, {"web": rows}) == "equal, one pass"


NOTHING: dict[str, Any] = {"usr.id": 99, "at": segments.NOW - dt.timedelta(days=1)}


def test_a_segment_that_is_named_keeps_its_universe() -> None:
    """Its condition stands for it only where both are of the same data: a key of bills alone is in no segment of the web."""
    schema = segments.SCHEMA.format(layout="flat", zone="UTC", time_type="")
    bodies = (
        "from web  never a",
        "from web  count(web) >= 1  not in s0",
        "from web, bill  count(bill) >= 1  in s0",
        "from web, bill  count(bill) >= 1",
    )
    text = schema + "".join(f"segment s{n} {{ key usr.id  {body} }}\n" for n, body in enumerate(bodies))
    visit = {"at": segments.NOW - dt.timedelta(days=1), "kind": "a"}
    web = [visit | {"usr.id": 1}, NOTHING | {"usr.id": 2}, NOTHING]
    bill = [{"usr.id": key, "day": dt.date(2026, 3, 1)} for key in (1, 2, 3)]
    with connected() as connection:
        assert compare(connection, text, {"web": web, "bill": bill}) == "equal, one pass"


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
    if not expected:
        return "equal, empty"
    return "equal, by value" if "_values" in sql else "equal, one pass" if "all_facts" in sql else "equal, each alone"


def _text(name: str) -> model.ResultColumn:
    return model.ResultColumn(name=name, type=model.Type(name="any"))
