"""Redshift's text on PostgreSQL, with which it shares its forms; and every dialect without an engine, retold for DuckDB.

SEGQL_CONFORMANCE  how many random segments for each are asked: an eighth of this (default 400)
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable

import pytest

from segql.compiler import check
from segql.engine import trial
from segql.reference import members, result
from segql.semantics import model
from segql.source import Source
from segql.sql.mysql import FLOATS, MARIADB_BINARY, MYSQL_BINARY
from segql.sql.write import statement
from tests.differential import segments
from tests.differential.drawn import for_each

from .engines import Engine
from .tally import counted, counted_random
from .test_contract import examples_hold
from .test_gates import programs
from .test_injection import NASTY, seg
from .test_random import EXAMPLES, SEED, compare, declared

MOST_REFUSED = 0.35  # documents, structs, medians
MOST_LACKING = 0.05
ZONED = {"active_in_march"}  # days of a zone
NOW = dt.datetime(2026, 3, 10, 12, 0)


@pytest.mark.hypothesis
def test_a_relative_finds_what_the_reference_finds(
    relative: Engine, record_property: Callable[[str, object], None]
) -> None:
    seen, reasons = Counter[str](), Counter[str]()

    def run(case: segments.Case) -> None:
        seen[compare(relative, declared(case[0]), case[1], reasons, Counter())] += 1

    for_each(segments.cases(), EXAMPLES // 8, SEED, run)
    asked = sum(seen.values()) - seen["a mistake"]
    assert seen["refused"] <= MOST_REFUSED * asked, reasons
    assert seen["lacking"] <= MOST_LACKING * asked
    assert seen["equal, with members"] >= asked // 12
    counted_random(record_property, relative, seen, SEED)


TIMED = """
source web { from web time at key who field kind : text }
funnel q {
  from web  key who  time to convert
  steps { web where kind = 'a'  then web where kind = 'b' 2 times  then web where kind = 'c' }
}
"""


def test_a_relative_knows_how_long_steps_take(relative: Engine) -> None:
    if relative.name in ("PostgreSQL", "Hyper"):
        pytest.skip(f"{relative.name} has no DATEDIFF: Redshift's is told anew for DuckDB")
    program = check(Source(TIMED)).program
    at = [NOW + dt.timedelta(days=n - 9, microseconds=1 + n * 10**n) for n in range(8)]
    kinds = {"ana": "abbc", "bia": "aabbbcc", "cem": "abb", "dan": "ab"}
    rows = [
        {"who": who, "kind": k, "at": each} for who, word in kinds.items() for k, each in zip(word, at, strict=False)
    ]
    asked = program.find("q")
    assert isinstance(asked, model.Funnel)
    sql = statement(program, asked, relative.dialect, NOW)
    assert isinstance(sql, str), sql
    found, expected = relative.answer(sql, asked.data, {"web": rows}), result(program, "q", {"web": rows}, NOW)
    assert [trial.plain(row, asked.columns) for row in found] == [trial.plain(row, asked.columns) for row in expected]


def test_mysql_and_mariadb_differ_in_the_name_of_a_collation_and_in_what_is_refused() -> None:
    seen = 0
    for program in programs():
        for asked in (*program.segments, *program.analyses):
            one, other = (statement(program, asked, dialect, NOW) for dialect in ("mysql", "mariadb"))
            if isinstance(one, str) and isinstance(other, str):  # lines end elsewhere, for it is longer
                one, other, seen = (
                    "".join(one.replace(MYSQL_BINARY, MARIADB_BINARY).split()),
                    "".join(other.split()),
                    seen + 1,
                )
            if not isinstance(one, str) and isinstance(other, str):
                assert {refused.reason for refused in one} == {FLOATS.reason}
                continue
            assert one == other
    assert seen > 100


def test_mariadb_is_asked_for_no_more_than_it_takes() -> None:
    source = "source web { from web time at key who field who : text field n : integer }\n"
    steps = "steps {{ web where n = {n} then web where n = 99 }}"  # two queries for each, and one for the members
    text = source + "".join(f"segment s{n} {{ key who from web " + steps.format(n=n) + " }\n" for n in range(32))
    program = check(Source(text)).program
    for many, dialect, taken in ((31, "mariadb", True), (32, "mariadb", False), (32, "mysql", True)):
        found = statement(program, program.segments[:many], dialect, NOW)
        assert isinstance(found, str) == taken, found


def test_the_examples_of_the_contract_hold(relative: Engine, record_property: Callable[[str, object], None]) -> None:
    held = examples_hold(relative)
    record_property(f"refused by {relative.dialect} of the contract", held.refused)
    counted(record_property, relative, **held.counts)
    assert held.counts["equal"] >= 30
    assert held.lacking == (ZONED if relative.name == "Hyper" else set())


def test_texts_come_back_as_they_went_in(relative: Engine) -> None:
    rows = [{"who": text, "at": dt.datetime(2026, 3, 9), "word": text} for text in NASTY]
    asked = 0
    for text in NASTY:
        for form in ("word = {}", "word contains {} or word ends with {}", "word starts with {} and word like {}"):
            file = f"""
source web {{ from web time at key who field word : text field who : text }}
segment s {{ key who from web did web where {form.replace("{}", seg(text))} }}
"""
            checked = check(Source(file))
            segment = checked.program.segment("s")
            sql = statement(checked.program, segment, relative.dialect, NOW)
            if isinstance(sql, str):
                found = relative.keys(sql, segment.data, {"web": rows})
                assert found == members(checked.program, "s", {"web": rows}, NOW), (form, text, sql)
                asked += 1
    assert asked >= len(NASTY) * 3 * 0.9
