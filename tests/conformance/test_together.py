"""Several segments in one statement, on every engine: each has the members that the reference gives it, in order.

SEGQL_TOGETHER  how many random files for each engine (default 120)
SEGQL_SEED      where they start (default 1)
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Callable

import pytest

from segql.compiler import check
from segql.engine.relations import data_of, relocated
from segql.reference import members
from segql.semantics import model
from segql.source import Source
from segql.sql import by_value
from segql.sql.dialects import BY_NAME
from segql.sql.write import statement
from tests.differential import segments
from tests.differential.drawn import for_each, note

from .engines import Engine
from .remote import Lacking, as_kept
from .test_injection import NAMES
from .test_random import declared

EXAMPLES = int(os.environ.get("SEGQL_TOGETHER", "120"))
SEED = int(os.environ.get("SEGQL_SEED", "1"))
MANY = 60


@pytest.mark.hypothesis
def test_each_has_its_members(
    engine: Engine, record_property: Callable[[str, object], None], writing: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two facts of one field are enough here for the form that many have."""
    monkeypatch.setattr(by_value, "_pays", lambda of: len(of) > 1)
    if engine.dialect == "duckdb" and not writing:
        pytest.skip("tests/differential has more for DuckDB")
    seen: Counter[str] = Counter()

    def run(case: segments.Case) -> None:
        seen[compare(engine, *case)] += 1

    for_each(segments.together(("UTC",)), EXAMPLES // engine.traits.pace, SEED, run, engine.traits.phases)
    record_property(f"segments together on {engine.dialect}", f"seed {SEED}: {dict(sorted(seen.items()))}")
    asked = sum(seen.values()) - seen["a mistake"]
    assert seen["equal, one pass"] + seen["equal, by value"] >= asked // 8
    assert (seen["equal, by value"] > 0) == BY_NAME[engine.dialect].by_value
    assert seen["refused"] + seen["lacking"] <= 2 * asked // 3


COUNTS = (
    "did a at least {n} times during last 40 days",
    "did a at least 2 times during last {days} days  did c during last {days} days  never b during last {days} days",
    "never b",
    "count(web) < {n}",
    "sum(n of web) >= {n}  did c",
    "count(distinct mail of web) = 1",
    "first did a during last 20 days",
)
OTHERS = (
    "count(web) > {n}  in `{other}`",
    "did b  not in `{other}`",
    "steps {{ a then b }}",
    "steps {{ a then b then c }}  did c at least {n} times",
)


def test_many_of_any_name(engine: Engine) -> None:
    """More than fifty, with names that hold anything; a few of them ask for steps, and for others of them."""
    odd = [name for name in NAMES if 0 < len(name) <= 20]
    odder = [*odd, *(f"{name} A" for name in odd), *(f"{name} a" for name in odd)][:MANY]
    names = [f"plain_{n}" if n % 15 > 12 else name for n, name in enumerate(odder)]  # of queries: not all take any name
    text = segments.SCHEMA.format(layout="flat", zone="UTC", time_type="")
    for n, name in enumerate(names):
        forms = OTHERS if n % 15 == 14 else COUNTS
        line = forms[n // 15 % len(OTHERS) if forms is OTHERS else n % len(COUNTS)]
        text += f"\nsegment `{name}` {{ key usr.id  from web  {line.format(n=n % 4, days=10 + n % 30, other=names[n - 1])} }}\n"
    rows: list[dict[str, object]] = [
        {"usr.id": n % 11, "at": segments.NOW - dt.timedelta(hours=7 * n, minutes=1), "seq": n % 3, "n": n % 5}
        | {"kind": "abc"[n * n % 7 % 3], "mail": f"m{n % 2}"}
        for n in range(200)
    ]
    how = "equal, by value" if BY_NAME[engine.dialect].by_value else "equal, one pass"
    assert compare(engine, text, {"web": rows}) == how


def compare(engine: Engine, text: str, rows: dict[str, list[dict[str, object]]]) -> str:
    """Asks the engine for all segments of a file at once, and the reference for each."""
    checked = check(Source(declared(text)))
    if not checked.ok:
        return "a mistake"
    note(text)
    note(str(rows))
    names = [segment.name for segment in checked.program.segments]
    data = data_of(checked.program, *names)
    moved = relocated(checked.program, {each.name: model.Relation(parts=(each.name,)) for each in data})
    sql = statement(moved, moved.segments, engine.dialect, segments.NOW)
    if not isinstance(sql, str):
        note(str(sql))
        return "refused"
    note(sql)
    kept = as_kept(engine.traits, data, rows)
    expected = sorted((name, str(key)) for name in names for key in members(checked.program, name, kept, segments.NOW))
    try:
        found = engine.answer(sql, data, kept)
    except Lacking:
        return "lacking"
    assert (
        sorted((name, str(key)) for name, key in found) == expected
    )  # as text: MariaDB keeps a key without a type as such
    assert [name for name, _ in found] == [name for name, _ in expected]
    if not expected:
        return "equal, empty"
    return (
        "equal, by value" if "all_values" in sql else "equal, one pass" if "all_facts" in sql else "equal, each alone"
    )
