"""A session's own time zone must not matter (R1): a day is 24 hours where the session's clocks change, too."""

from __future__ import annotations

import datetime as dt

import pytest

from segql.compiler import check
from segql.engine import trial
from segql.engine.duckdb import connected
from segql.reference import members
from segql.source import Source

FILE = """
source web {{
  from web
  time at : {type}
  key usr.id
  field usr.id : integer
  field kind : text
  event a : kind = 'a'
  event b : kind = 'b'
}}
segment gap {{ key usr.id  from web  steps {{ a  then within 1 day b }} }}
segment least {{ key usr.id  from web  steps {{ a  then after 1 day b }} }}
segment recent {{ key usr.id  from web  did web where kind = 'd' during last 1 day }}
segment days {{ key usr.id  from web  did web on exactly 2 days }}
segment hours {{ key usr.id  from web where hour(at) = 7 and date(at) = 2026-03-08 }}
"""
# The clocks of New York go forward at 07:00 UTC.
CHANGE = dt.datetime(2026, 3, 8, 7, 0)
NOW = CHANGE + dt.timedelta(hours=15)


@pytest.mark.parametrize("session", ["UTC", "America/New_York", "Asia/Kolkata"])
@pytest.mark.parametrize("type", ["timestamp", "timestamptz", "epoch(microseconds)"])
@pytest.mark.parametrize("name", ["gap", "least", "recent", "days", "hours"])
def test_elapsed_time_is_the_same_in_every_session(name: str, type: str, session: str) -> None:
    checked = check(Source(FILE.format(type=type)))
    assert checked.ok
    gaps = [dt.timedelta(hours=h, minutes=m) for h in (22, 23, 24, 25) for m in (-1, 0, 1)]
    rows = [row for n, gap in enumerate(gaps) for row in _pair(n, gap)]
    with connected() as connection:
        found = trial.outcome(connection, trial.trial(checked.program, name, NOW), {"web": rows}, session)
    expected = members(checked.program, name, {"web": rows}, NOW)
    assert expected, "the rows are there to tell"
    assert found == expected


def _pair(user: int, gap: dt.timedelta) -> list[dict[str, object]]:
    start = CHANGE - dt.timedelta(hours=11, minutes=user)
    near_the_edge = NOW - dt.timedelta(hours=24) + dt.timedelta(minutes=user - 6)
    moments = {"a": start, "b": start + gap, "c": CHANGE + dt.timedelta(minutes=user), "d": near_the_edge}
    return [{"usr.id": user, "at": at, "kind": kind} for kind, at in moments.items()]
