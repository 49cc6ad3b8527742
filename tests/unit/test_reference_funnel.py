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
    """The rows of a funnel, without the shares, on which the reference and DuckDB agree."""
    checked = check(Source(f"{SCHEMA}\nfunnel q {{\nfrom app\nkey usr.id\n{body}\n}}\n"))
    assert checked.ok, checked.diagnostics
    tables = {"app": rows}
    found = reference.result(checked.program, "q", tables, NOW)
    made = trial.trial(checked.program, "q", NOW)
    with connected() as connection:
        assert trial.result(connection, made, tables, "UTC") == [trial.plain(row, made.columns) for row in found]
    return [(*row[:-4], *row[-2:]) for row in found]


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


def test_of_starts_at_one_instant_the_first_in_the_order_is_read() -> None:
    rows = [event("view", 9, country="BR", number=2), event("view", 9, country="CL", number=1), event("buy", 1)]
    assert answer("steps { view then buy } by country", rows)[0][0] == "CL"
    missing = [event("view", 9, number=1), event("buy", 1)]
    assert answer("steps { view then buy } by country", missing)[0][0] is None


def test_same_asks_each_session_by_itself() -> None:
    rows = [event("view", 9, **{"session.id": "s1"}), event("buy", 8, **{"session.id": "s2"})]
    assert answer("steps same session.id { view then buy }", rows)[1] == (2, "buy", 0, 0, 0)
