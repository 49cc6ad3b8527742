"""Plain rows in DuckDB: every layout and type, and the same members as the reference interpreter finds."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

import segql
from segql import reference
from segql.engine import trial
from segql.engine.duckdb import connected
from segql.engine.relations import data_of, rebuilt, relocated, values_in
from segql.semantics import model

NOW = dt.datetime(2026, 3, 31)
LAYOUTS = ("flat", "nested", "json(payload)")

TEXT = """
source events {{
  from   a.b
  time   at
  order  at, n
  key    user.id, user.email, session.id
  layout {layout}

  field  kind     : text
  field  geo.land : text
  field  amount   : decimal
  field  share    : float
  field  big      : boolean
  field  day      : date
  field  seen     : timestamp
  field  tags     : list(text)
  field  count    : integer

  event  buy : kind = 'buy'
}}

table plans {{
  from  c.d
  key   user.email unique
  field tier : text
  valid from since to until
}}

segment all_of_it {{
  key    user.id
  from   events
  during last 30 days

  did buy where amount = 0.1 and share = 0.5 and big and day = 2026-03-30 and seen = 2026-03-30T10:00
  did buy where tags contains 'x' and count = 3 and geo.land = 'Brazil'
}}

segment paying {{
  key  user.id
  from events

  did  buy where plans.tier = 'pro'
  join plans on user.email where tier = 'pro'
}}
"""

ROW = {
    "user.id": "ana",
    "user.email": "ana@example.com",
    "at": dt.datetime(2026, 3, 30, 10),
    "n": 1,
    "kind": "buy",
    "geo.land": "Brazil",
    "amount": Decimal("0.1"),
    "share": 0.5,
    "big": True,
    "day": dt.date(2026, 3, 30),
    "seen": dt.datetime(2026, 3, 30, 10),
    "tags": ["x", "y"],
    "count": 3,
}
PLAN = {"user.email": "ana@example.com", "tier": "pro", "since": dt.datetime(2026, 1, 1)}


def program(layout: str) -> model.Program:
    checked = segql.check(TEXT.format(layout=layout))
    checked.raise_if_wrong()
    return checked.program


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("segment", ["all_of_it", "paying"])
@pytest.mark.parametrize("missing", [None, *(name for name in ROW if name not in ("at", "n"))])
def test_a_row_is_in_as_the_contract_reads_it(layout: str, segment: str, missing: str | None) -> None:
    row = {name: value for name, value in ROW.items() if name != missing}
    rows = {"events": [row], "plans": [PLAN]}
    expected = reference.members(program(layout), segment, rows, NOW)
    assert trial.members(program(layout), segment, rows, NOW) == expected
    assert bool(expected) == (missing is None) or segment == "paying" or missing == "user.email"


@pytest.mark.parametrize("keys", [(1, 2), ("1", "2"), (1, None)])
def test_keys_without_a_type_are_what_they_hold(keys: tuple[object, object]) -> None:
    rows = {"events": [ROW | {"user.id": key} for key in keys], "plans": [PLAN]}
    assert trial.members(program("flat"), "paying", rows, NOW) == set(keys) - {None}


def test_no_rows_have_no_members() -> None:
    assert trial.members(program("flat"), "paying", {}, NOW) == set()


def test_names_of_one_column_share_their_value() -> None:
    text = "table t { from a.b  key org = org_id  field org_id : text  field other : text = org_id }\n"
    text += "segment s { key org  from t  where other = 'x' }"
    found = segql.check(text).program
    (data,) = data_of(found, "s")
    row = trial.shared(data, {"org": "x"})
    assert row == {"org": "x", "org_id": "x", "other": "x"}
    assert trial.members(found, "s", {"t": [row]}, NOW) == reference.members(found, "s", {"t": [row]}, NOW) == {"x"}


def test_instants_come_back_in_utc_without_a_zone() -> None:
    text = "source t { from a.b  time at : timestamptz  key at  field at : timestamptz  event e : at is not missing }\n"
    found = segql.check(text + "segment s { key at  from t  did e }").program
    at = dt.datetime(2026, 3, 30, 10)
    assert trial.members(found, "s", {"t": [{"at": at}]}, NOW) == {at}


def test_data_move_wherever_they_are_named() -> None:
    before = program("flat")
    place = model.Relation(parts=("elsewhere",))
    after = relocated(before, {"plans": place})
    found = {data.name: data.relation for data in data_of(after, "paying")}
    assert found == {"events": model.Relation(parts=("a", "b")), "plans": place}
    assert all(v.relation == place for v in values_in(after) if isinstance(v, model.Data) and v.name == "plans")
    assert relocated(after, {"plans": model.Relation(parts=("c", "d"))}) == before


def test_what_does_not_change_stays_the_same_value() -> None:
    before = program("flat")
    assert rebuilt(before, lambda value: value, {}) is before or rebuilt(before, lambda value: value, {}) == before


def test_a_connection_reaches_no_network_and_no_variables() -> None:
    secret = [("a",)]  # noqa: F841  # a query must not find it
    with connected() as connection:
        settings = "autoinstall_known_extensions", "autoload_known_extensions", "python_enable_replacements"
        for name in settings:
            assert connection.execute(f"SELECT current_setting('{name}')").fetchall() == [(False,)]
        assert connection.execute("SELECT current_setting('TimeZone')").fetchall() == [("UTC",)]
        local = "SELECT TIMESTAMPTZ '2026-01-01 00:00:00+00' AT TIME ZONE 'America/Sao_Paulo'"
        assert connection.execute(local).fetchall() == [(dt.datetime(2025, 12, 31, 21),)]
