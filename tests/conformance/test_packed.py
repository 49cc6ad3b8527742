"""The plan `packed`, where its conditions hold: steps whose rows nothing else is, over rows that tie, repeat and have gaps.

SEGQL_CONFORMANCE  how many random sequences: half of this (default 400)
SEGQL_SEED         where they start (default 1)
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, note
from hypothesis import strategies as st

from segql.compiler import check
from segql.engine.relations import data_of, relocated
from segql.reference import members
from segql.semantics import model
from segql.source import Source
from segql.sql.plans import fitting
from segql.sql.write import statement
from tests.differential.drawn import for_each

from .engines import Engine
from .test_random import EXAMPLES, SEED

NOW = dt.datetime(2026, 3, 10, 12, 0)
SCHEMA = """
source web {{
  from  web
  time  at
  order {order}
  key   usr.id, s.id
  field ok   : boolean
  field good : boolean
  field seq  : integer
  field kind : text
  event a : kind = 'a'
  event b : kind = 'b'
  event c : kind in ('c', 'C')
  event d : kind = 'd' and ok
}}

segment s1 {{
  key usr.id
  from web
  steps{head} {{ {body} }}
}}
"""
ORDERS = ("at", "at", "at, ok", "at, good, ok", "at, seq", "at, seq, ok")
LIMITS = ("1 second", "1 second", "2 seconds", "1 minute", "100 years", "900 years")


@st.composite
def files(draw: st.DrawFn) -> str:
    """Steps within one window, or without any, or two steps with nothing of a kind between them; some that do not fit."""
    names = draw(st.permutations(("a", "b", "c", "d")))[: draw(st.sampled_from((1, 2, 2, 3, 4)))]
    form = draw(st.sampled_from(("window", "window", "last", "plain", "apart", "directly", "optional", "any")))
    head = f" within {draw(st.sampled_from(LIMITS))}" if form == "window" else ""
    head += draw(st.sampled_from(("", "", " same s.id")))
    if form == "any":
        return SCHEMA.format(
            order=draw(st.sampled_from(ORDERS)), head=head, body=f"any order {{ {' '.join((*names, 'a')[:2])} }}"
        )
    if form in ("apart", "directly"):
        first, second, other = draw(st.permutations(("a", "b", "c", "d")))[:3]
        among = draw(st.sampled_from(("", f"among {other} ", f"among {first} ", f"among {other}, {first} ")))
        without = draw(st.sampled_from((other, other, f"{other} without {first}", second, "web")))
        body = (
            f"{first} then directly {among}{second}"
            if form == "directly"
            else f"{first} without {without} then {second}"
        )
    else:
        limits = [""] * len(names)
        limits[-1] = f"within {draw(st.sampled_from(LIMITS))} " if form == "last" else ""
        body = " then ".join(
            f"{'optional ' if form == 'optional' and n == 1 else ''}{limit}{name}"
            for n, (limit, name) in enumerate(zip(limits, names, strict=True))
        ).removeprefix(limits[0])
    return SCHEMA.format(order=draw(st.sampled_from(ORDERS)), head=head, body=body)


@st.composite
def limited(draw: st.DrawFn) -> str:
    """Two or three steps within a short window, which decides."""
    chance = random.Random(draw(st.integers(0, 2**32)))
    names = chance.sample("abcd", chance.choice((2, 2, 3)))
    head = f" within {chance.choice(LIMITS[:4])}"
    return SCHEMA.format(order=chance.choice(ORDERS[:4]), head=head, body=" then ".join(names))


BASE = NOW - dt.timedelta(hours=1)
APART = (
    0,
    0,
    1,
    999_999,
    1_000_000,
    1_000_001,
    2_000_000,
    2_000_001,
    3_000_002,
    60_000_001,
    61_000_001,
)  # microseconds
NEAR = [BASE + dt.timedelta(microseconds=n) for n in APART]
FAR = [dt.datetime(1900, 1, 1), dt.datetime(1969, 12, 31, 23, 59, 59, 999_999), dt.datetime(1926, 3, 10, 11), NOW, None]


def rows() -> st.SearchStrategy[list[dict[str, Any]]]:
    """A few events of each of many users: instants tie, are a microsecond more or less than a limit apart, or far away.

    Drawn evenly: where most keys match by some near pair, no limit would ever decide.
    """
    return st.integers(0, 2**32).map(lambda number: _rows(random.Random(number)))


def _rows(chance: random.Random) -> list[dict[str, Any]]:
    return [
        {
            "usr.id": chance.choice((*range(1, 13), None)),
            "s.id": chance.choice(("x", "x", "x", "y", None)),
            "at": chance.choice(NEAR if chance.random() < 0.85 else FAR),
            "ok": chance.choice((True, True, False, None)),
            "good": chance.choice((True, False, None)),
            "seq": chance.choice((-(2**63), -1, 0, 0, 1, 2**63 - 1, None)),
            "kind": chance.choice(("a", "a", "b", "b", "c", "C", "d", "d", "other", None)),
        }
        for _ in range(chance.randint(30, 60))
    ]


@pytest.mark.hypothesis
@pytest.mark.parametrize("engine", ["clickhouse"], indirect=True)
def test_what_fits_is_the_reference(engine: Engine, record_property: Callable[[str, object], None]) -> None:
    seen: Counter[str] = Counter()

    def run(case: tuple[str, list[dict[str, Any]]]) -> None:
        text, data = case
        seen.update(compare(engine, text, {"web": data}))

    for_each(st.tuples(st.one_of(files(), limited()), rows()), EXAMPLES // 2, SEED, run, [Phase.generate])
    record_property("sequences by the plan packed", dict(sorted(seen.items())))
    assert min(seen[f"packed, {way}"] for way in ("windowFunnel", "sequenceMatch")) >= EXAMPLES // 20
    assert seen["packed, with members"] >= EXAMPLES // 10
    assert seen["running alone"] >= EXAMPLES // 40


def compare(engine: Engine, text: str, rows: dict[str, list[dict[str, Any]]]) -> list[str]:
    """What came of a file: each plan that fits must find the members."""
    checked = check(Source(text))
    if not checked.ok:
        return ["a mistake"]
    data = data_of(checked.program, "s1")
    moved = relocated(checked.program, {each.name: model.Relation(parts=(each.name,)) for each in data})
    expected, fit = members(checked.program, "s1", rows, NOW), fitting(moved.segment("s1"), engine.dialect)
    found = ["running alone"] if "packed" not in fit else ["packed, with members"] if expected else []
    note(text)
    for plan in fit:
        sql = statement(moved, moved.segment("s1"), engine.dialect, NOW, plan=plan)
        assert isinstance(sql, str)
        note(f"{rows}\n{sql}")
        assert engine.keys(sql, data, rows) == expected, plan
        found += [f"packed, {way}" for way in ("windowFunnel", "sequenceMatch") if plan == "packed" and way in sql]
    return found
