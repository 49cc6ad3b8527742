"""The edges of R19, R21 and R22, one by one: the reference and DuckDB give the rows that the rule says."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from segql import reference
from segql.compiler import check
from segql.engine import trial
from segql.engine.duckdb import connected
from segql.source import Source

NOW = dt.datetime(2026, 3, 31)
SOURCE = """
source app {
  from   app
  time   at
  order  at, seq
  key    usr.id
  field  usr.id : integer
  field  kind   : text
  field  seq    : integer
  event  a : kind = 'a'
  event  b : kind = 'b'
}
"""


def row(day: int, kind: str | None, seq: int = 1, hour: int = 0, user: int = 1) -> dict[str, Any]:
    return {"at": dt.datetime(2026, 3, day, hour), "kind": kind, "seq": seq, "usr.id": user}


def answer(asked: str, rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """The rows on which both agree."""
    checked = check(Source(SOURCE + asked))
    assert checked.ok
    made = trial.trial(checked.program, "q", NOW)
    expected = [trial.plain(each, made.columns) for each in reference.result(checked.program, "q", {"app": rows}, NOW)]
    with connected() as connection:
        assert trial.result(connection, made, {"app": rows}) == expected
    return expected


def kept(clauses: str, rows: list[dict[str, Any]]) -> list[tuple[int, bool]]:
    """The keys of each period, and whether it is complete."""
    found = answer(f"retention q {{ from app  key usr.id  {clauses} }}", rows)
    return [(int(each[-4]), each[-1]) for each in found]


@pytest.mark.parametrize(
    ("clauses", "days", "expected"),
    [
        ("start a  return a  every 1 day for 2", (1, 2), [(0, True), (1, True)]),  # the end of a period is the next one
        ("start a  return a  every 1 day for 1 on or after", (1, 20), [(1, True)]),
        ("start a  return a  every 1 day for 2", (30,), [(0, True), (0, False)]),  # an end at now has come
        ("during last 7 days  start a  return a  every 1 day for 1", (1, 30), [(0, True)]),
        ("during last 7 days  start first a  return a  every 1 day for 1", (1, 30), []),
        ("during before 2026-03-10  start a  return a  every 1 week for 3", (1, 20), [(0, True), (0, True), (1, True)]),
        ("start a  return a  every calendar week for 2", (1, 2), [(0, True), (1, True)]),  # a Sunday, and a Monday
        ("start a  return a  every calendar month for 1", (1, 31), [(0, False)]),  # what is now is the future
    ],
)
def test_a_retention(clauses: str, days: tuple[int, ...], expected: list[tuple[int, bool]]) -> None:
    assert kept(clauses, [row(day, "a") for day in days]) == expected


def test_of_starts_at_one_time_the_first_in_the_sources_order_tells_the_cohort() -> None:
    rows = [row(1, "b", seq=1), row(1, "a", seq=2)]
    asked = "retention q { from app  key usr.id  start app  return app  every 1 week for 1  by kind }"
    assert [each[1] for each in answer(asked, rows)] == ["b"]


def flow(clauses: str, rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(*each[1:5], int(each[5])) for each in answer(f"paths q {{ from app  key usr.id  {clauses} }}", rows)]


NODE, OUT = "node", "drop-off"


@pytest.mark.parametrize(
    ("clauses", "kinds", "expected"),
    [
        ("node kind of app", ["a"], [("a", NODE, None, OUT, 1)]),
        ("node kind of app", [None, None], []),
        ("node kind of app  depth 2", ["a", None, "b", "c"], [("a", NODE, "b", NODE, 1)]),
        ("node kind of app  depth 2", ["a", "a", "b"], [("a", NODE, "a", NODE, 1)]),
        ("node kind of app  depth 2  collapse repeats", ["a", "a", "b"], [("a", NODE, "b", NODE, 1)]),
        ("node kind of app  depth 2  start 'b'", ["a", "b", "c", "b"], [("b", NODE, "c", NODE, 1)]),
        ("node kind of app  depth 2  end 'b'", ["a", "b", "c", "b"], [("a", NODE, "b", NODE, 1)]),
        ("node kind of app  depth 2  end 'a'", ["a", "b"], [(None, "entry", "a", NODE, 1)]),
        ("node kind of app  start 'd'", ["a", "b"], []),
        ("node kind of app  depth 2", ["other", "b"], [("other", NODE, "b", NODE, 1)]),
    ],
)
def test_a_path(clauses: str, kinds: list[str | None], expected: list[tuple[Any, ...]]) -> None:
    assert flow(clauses, [row(day, kind) for day, kind in enumerate(kinds, 1)]) == expected


def test_nodes_that_tie_are_in_the_order_of_their_names() -> None:
    rows = [row(1, "b", seq=1), row(1, "a", seq=1), row(1, "z", seq=0)]
    assert flow("node kind of app  depth 2", rows) == [("z", NODE, "a", NODE, 1)]


def test_what_is_not_among_the_first_is_other() -> None:
    rows = [row(1, "a", user=user) for user in (1, 2, 3)]
    rows += [row(2, kind, user=user) for user, kind in ((1, "b"), (2, "b"), (3, "other"))]
    assert flow("node kind of app  depth 3  top 1", rows) == [
        ("a", NODE, "b", NODE, 2),
        ("a", NODE, None, "other", 1),
        ("b", NODE, None, OUT, 2),
        (None, "other", None, OUT, 1),
    ]


EXPLORED = "explore q { from app  for ones, twos  by kind  measure n = count()  top 1 with other }"
AUDIENCES = "segment ones { key usr.id  from app  did a }  segment twos { key usr.id  from app  did b }"


def test_the_rest_of_an_audience_is_beside_its_own_first_groups() -> None:
    rows = [row(1, "a"), row(2, "a"), row(3, "c"), row(1, "b", user=2), row(2, "b", user=2), row(3, "c", user=2)]
    assert answer(f"{AUDIENCES}\n{EXPLORED}", rows) == [
        ("ones", "group", "a", 2),
        ("ones", "other", None, 1),
        ("twos", "group", "b", 2),
        ("twos", "other", None, 1),
    ]


def test_a_rest_has_groups_that_are_first_elsewhere() -> None:
    rows = [row(1, "a"), row(2, "a"), row(3, "c"), *(row(day, "c", user=2) for day in (1, 2, 3)), row(4, "b", user=2)]
    assert answer(f"{AUDIENCES}\n{EXPLORED}", rows) == [
        ("ones", "group", "a", 2),
        ("ones", "other", None, 1),
        ("twos", "group", "c", 3),
        ("twos", "other", None, 1),
    ]


def test_totals_of_a_retention_are_those_of_cohorts_whose_period_has_ended() -> None:
    rows = [
        row(1, "a"),
        row(2, "a"),
        row(29, "a", user=2),
        row(30, "a", user=2),
        row(3, "a", user=3),
        row(20, "a", user=3),
    ]
    asked = "retention q { from app  key usr.id  start a  return a  every 1 week for 2  by day  totals }"
    assert [each for each in answer(asked, rows) if each[0] == "total"] == [
        ("total", None, 0, 1, 2, 0.5, True),
        ("total", None, 1, 0, 2, 0.0, True),
    ]


def test_totals_of_no_ended_period_are_missing() -> None:
    asked = "retention q { from app  key usr.id  start a  return a  every 1 week for 1  totals }"
    assert [each[0] for each in answer(asked, [])] == []
    assert answer(asked, [row(30, "a")])[-1] == ("total", None, 0, 0, 0, None, False)
