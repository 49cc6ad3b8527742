"""What a funnel of a few known events gives: rule R23, by its parts. DuckDB is asked for the same."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from segql import reference
from segql.compiler import check
from segql.engine import trial
from segql.engine.duckdb import connected
from segql.source import Source

NOW = dt.datetime(2026, 3, 31, 12)
SCHEMA = """
source app {
  from   app.events
  time   at
  order  at, number
  key    usr.id, session.id
  field  kind    : text
  field  number  : integer
  field  country : text
  event  view   : kind = 'view'
  event  refund : kind = 'refund'
  event  buy    : kind = 'buy'
}
"""


def answer(body: str, rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """The rows of a funnel, without the shares."""
    return [(*row[:-4], *row[-2:]) for row in answered(body, rows)]


def answered(body: str, rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """The rows of a funnel, on which the reference and DuckDB agree."""
    checked = check(Source(f"{SCHEMA}\nfunnel q {{\nfrom app\nkey usr.id\n{body}\n}}\n"))
    assert checked.ok, checked.diagnostics
    tables = {"app": rows}
    found = reference.result(checked.program, "q", tables, NOW)
    made = trial.trial(checked.program, "q", NOW)
    with connected() as connection:
        assert trial.result(connection, made, tables, "UTC") == [trial.plain(row, made.columns) for row in found]
    return found


def event(kind: str, ago: float, **more: Any) -> dict[str, Any]:
    """A row of one user, some hours before now."""
    return {"usr.id": "ana", "kind": kind, "at": NOW - dt.timedelta(hours=ago), **more}


def test_without_groups_there_are_rows_without_keys() -> None:
    assert answer("steps { view then buy }", []) == [(1, "view", 0, 0, 0), (2, "buy", 0, 0, 0)]


def test_a_later_start_that_works_counts() -> None:
    rows = [event("view", 50), event("view", 3), event("buy", 2)]
    assert answer("steps within 2 hours { view then buy }", rows) == [(1, "view", 1, 0, 0), (2, "buy", 1, 0, 0)]


@pytest.mark.parametrize(("ago", "pending"), [(1, 1), (2, 1), (2.01, 0)])
def test_a_key_is_pending_up_to_the_last_instant(ago: float, pending: int) -> None:
    found = answer("steps within 2 hours { view then buy }", [event("view", ago)])
    assert found == [(1, "view", 1, pending, 1 - pending), (2, "buy", 0, 0, 0)]


def test_the_tighter_limit_ends_an_attempt() -> None:
    found = answer("steps within 9 hours { view then within 1 hour buy }", [event("view", 2)])
    assert found[0] == (1, "view", 1, 0, 1)


def test_another_attempt_keeps_a_key_pending_where_it_came_furthest() -> None:
    rows = [event("view", 60), event("buy", 59), event("view", 1)]
    found = answer("steps within 2 hours { view then buy then refund }", rows)
    assert found == [(1, "view", 1, 0, 0), (2, "buy", 1, 1, 0), (3, "refund", 0, 0, 0)]


@pytest.mark.parametrize(
    "clause", ["steps { view then buy }", "during from 2026-03-01 to 2026-03-31 steps within 9 days { view then buy }"]
)
def test_nobody_is_pending_without_a_limit_or_in_a_window_that_ends(clause: str) -> None:
    assert answer(clause, [event("view", 1)])[0] == (1, "view", 1, 0, 1)


def test_an_exclusion_breaks_the_step_below_it_alone() -> None:
    rows = [event("view", 3), event("refund", 2), event("buy", 1)]
    found = answer("steps { view without refund then buy }", rows)
    assert found == [(1, "view", 1, 0, 1), (2, "buy", 0, 0, 0)]


def test_a_repeated_step_is_reached_with_its_last_event() -> None:
    rows = [event("view", 3), event("buy", 2)]
    assert answer("steps { view then buy 2 times }", rows)[1] == (2, "buy", 0, 0, 0)
    assert answer("steps { view then buy 2 times }", [*rows, event("buy", 1)])[1] == (2, "buy", 1, 0, 0)


def test_a_key_is_in_the_group_of_the_chain_that_goes_deepest_and_ends_first() -> None:
    rows = [event("view", 9, country="CL"), event("view", 6, country="BR"), event("buy", 5), event("buy", 4)]
    found = answer("steps { view then buy } by country of first step", rows)
    assert found == [("BR", 1, "view", 1, 0, 0), ("BR", 2, "buy", 1, 0, 0)]
    assert answer("steps { view then refund } by country", rows)[0] == ("CL", 1, "view", 1, 0, 1)


def test_a_group_is_read_on_the_last_step_that_was_reached() -> None:
    rows = [event("view", 9, country="CL"), event("buy", 5, country="BR"), {**event("view", 3), "usr.id": "bia"}]
    found = answer("steps { view then buy } by country of last step", rows)
    assert found == [
        ("BR", 1, "view", 1, 0, 0),
        ("BR", 2, "buy", 1, 0, 0),
        (None, 1, "view", 1, 0, 1),
        (None, 2, "buy", 0, 0, 0),
    ]


@pytest.mark.parametrize("named", ["2", "paid"])
def test_a_group_of_a_step_is_missing_for_who_has_not_reached_it(named: str) -> None:
    rows = [event("view", 9, country="CL"), event("buy", 5, country="BR"), event("buy", 4, country="AR")]
    rows.append({**event("view", 3, country="PE"), "usr.id": "bia"})
    found = answer(f"steps {{ view then buy 2 times as paid }} by country of step {named}, country as start", rows)
    assert found == [
        ("AR", "CL", 1, "view", 1, 0, 0),
        ("AR", "CL", 2, "paid", 1, 0, 0),
        (None, "PE", 1, "view", 1, 0, 1),
        (None, "PE", 2, "paid", 0, 0, 0),
    ]


def test_of_rows_at_the_instant_of_a_step_the_first_in_the_order_is_read() -> None:
    rows = [event("view", 9), event("buy", 5, country="BR", number=2), event("buy", 5, country="CL", number=1)]
    assert answer("steps { view then buy } by country of last step", rows)[0][0] == "CL"


def test_of_starts_at_one_instant_the_first_in_the_order_is_read() -> None:
    rows = [event("view", 9, country="BR", number=2), event("view", 9, country="CL", number=1), event("buy", 1)]
    assert answer("steps { view then buy } by country", rows)[0][0] == "CL"
    missing = [event("view", 9, number=1), event("buy", 1)]
    assert answer("steps { view then buy } by country", missing)[0][0] is None


def times(body: str, rows: list[dict[str, Any]]) -> list[list[float | None]]:
    """What a funnel tells of its steps' times, by step, in hours."""
    found = answered(f"{body}\ntime to convert", rows)
    return [[None if value is None else round(value / 3600, 6) for value in row[-10:]] for row in found]


def test_a_time_counts_from_the_first_event_and_from_the_step_before() -> None:
    rows = [event("view", 9), event("buy", 7), event("buy", 6), event("refund", 2)]
    found = times("steps { view then buy 2 times then refund }", rows)
    assert found == [[0] * 5 + [None] * 5, [3] * 10, [7] * 5 + [4] * 5]


def test_a_first_step_of_several_events_takes_time() -> None:
    assert times("steps { view 2 times then buy }", [event("view", 9), event("view", 7)])[0] == [2] * 5 + [None] * 5


def test_of_chains_that_start_and_end_alike_the_one_with_the_latest_steps_tells_the_times() -> None:
    rows = [event("view", 9), event("buy", 8), event("buy", 4), event("refund", 3)]
    found = times("steps { view then buy then refund }", rows)
    assert (found[1][0], found[2][5]) == (5, 1)


@pytest.mark.parametrize("numbers", [(1, 2, 3), (1, 4, 5), (7, 8, 9)])
def test_of_chains_that_end_at_one_instant_the_one_with_the_latest_steps_tells_the_times(
    numbers: tuple[int, int, int],
) -> None:
    one, two, three = numbers
    rows = [event("view", 9, number=1), event("buy", 8, number=1)]
    rows += [event("refund", 3, number=one), event("buy", 3, number=two), event("refund", 3, number=three)]
    assert times("steps { view then buy then refund }", rows)[2] == [6] * 5 + [0] * 5


def test_a_key_that_went_no_further_has_the_times_of_the_chain_that_ended_first() -> None:
    rows = [event("view", 9), event("buy", 8), event("view", 3), event("buy", 2.5)]
    assert times("steps { view then buy then refund }", rows)[1] == [1] * 10


def test_percentiles_are_times_that_are_there_and_the_median_lies_between_two() -> None:
    def took(*hours: float) -> list[float | None]:
        rows = [e for n, each in enumerate(hours) for e in (event("view", 99), event("buy", 99 - each))]
        for n, row in enumerate(rows):
            row["usr.id"] = f"u{n // 2}"
        return times("steps { view then buy }", rows)[1][:5]

    assert took(5) == [5, 5, 5, 5, 5]
    assert took(1, 2, 4, 9) == [1, 3, 4, 9, 9]
    assert took(*range(1, 11)) == [1, 5.5, 5.5, 9, 10]
    assert took(*range(1, 12)) == [1, 6, 6, 10, 11]


def test_over_nobody_times_are_missing() -> None:
    assert times("steps { view then buy }", [event("view", 9)])[1] == [None] * 10
    assert times("steps { view then buy }", []) == [[None] * 10] * 2


def test_a_time_is_exact_to_the_microsecond() -> None:
    at = NOW - dt.timedelta(days=9)
    later = at + dt.timedelta(days=5, microseconds=1)
    rows = [{**event("view", 0), "at": at}, {**event("buy", 0), "at": later}]
    assert answered("steps { view then buy } time to convert", rows)[1][-10:] == (432000.000001,) * 10


def test_same_asks_each_session_by_itself() -> None:
    rows = [event("view", 9, **{"session.id": "s1"}), event("buy", 8, **{"session.id": "s2"})]
    assert answer("steps same session.id { view then buy }", rows)[1] == (2, "buy", 0, 0, 0)


def test_of_chains_that_start_and_end_alike_the_one_counts_whose_other_steps_come_last() -> None:
    rows = [event("view", 9), event("refund", 8), event("buy", 6, number=1), event("refund", 6, number=2)]
    rows.append(event("buy", 6, number=3))
    assert times("steps { view then refund then buy }", rows)[2] == [3] * 5 + [0] * 5
