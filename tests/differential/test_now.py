"""Unpinned, `now` is the engine's clock: its windows must be those that the reference reckons at the same instant (R2, R3).

Inside a transaction DuckDB's clock stands still, so the reference can be asked about the very same now. The rows lie
at, just before and just after every edge that a window has then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from segql.compiler import check
from segql.engine import trial
from segql.engine.duckdb import connected
from segql.engine.relations import data_of, relocated
from segql.reference import members
from segql.semantics import calendar, model
from segql.source import Source
from segql.sql.write import statement

ZONES = ("UTC", "America/Sao_Paulo", "Asia/Kolkata", "Pacific/Auckland", "America/New_York")
WINDOWS = (
    "ever",
    "last 90 seconds",
    "last 45 minutes",
    "last 36 hours",
    "last 30 days",
    "last 2 weeks",
    "last 1 month",
    "last 13 months",
    "last 1 quarter",
    "last 2 years",
    "this day",
    "this week",
    "this month",
    "this quarter",
    "this year",
    "previous day",
    "previous 3 weeks",
    "previous month",
    "previous 2 quarters",
    "previous year",
    "since 3 days ago",
    "since 2 months ago",
    "since 2020-02-29",
    "before 12 hours ago",
    "before 1 month ago",
    "before 2021-01-01",
    "before 2999-01-01",
    "from 2020-01-01 to 2020-02-29",
    "from 2020-01-01 to 2999-12-31",
)
FILE = """
zone '{zone}'
source web {{
  from web
  time at : {type}
  key usr.id
  field usr.id : integer
}}
segment found {{ key usr.id  from web  during {window} }}
segment first_found {{ key usr.id  from web  first did web during {window} }}
segment on_days {{ key usr.id  from web  did web on exactly 1 days during {window} }}
segment in_steps {{ key usr.id  from web  during {window}  steps {{ web  then after 1 second web }} }}
segment in_row {{ key usr.id  from web  where at > 1 month ago or at < 2 years ago }}
"""


@pytest.fixture
def connection() -> Iterator[Any]:
    with connected() as opened:
        opened.execute("BEGIN")
        yield opened


def edges(program: model.Program, now: dt.datetime) -> list[dt.datetime]:
    """Every instant at which a window of the program begins or ends, and now."""
    found = {now}
    for segment in program.segments:
        for part in model.walk(segment.condition):
            if isinstance(part, model.Window):
                start, end = calendar.bounds(part, now)
                found |= {end, *([start] if start else [])}
    return sorted(found)


@pytest.mark.parametrize("type", ["timestamp", "timestamptz", "epoch(microseconds)"])
@pytest.mark.parametrize("zone", ZONES)
def test_the_engines_clock_makes_the_same_windows(zone: str, type: str, connection: Any) -> None:
    now = connection.execute("SELECT timezone('UTC', now())").fetchone()[0]
    step = dt.timedelta(microseconds=1)
    for window in WINDOWS:
        checked = check(Source(FILE.format(zone=zone, window=window, type=type)))
        assert checked.ok, checked.diagnostics
        moments = [edge + shift for edge in edges(checked.program, now) for shift in (-step, step * 0, step)]
        rows = [{"usr.id": n, "at": at} for n, at in enumerate(moments)]
        rows += [{"usr.id": n, "at": at + dt.timedelta(days=1)} for n, at in enumerate(moments)]
        for name in ("found", "first_found", "on_days", "in_steps", "in_row"):
            data = data_of(checked.program, name)
            moved = relocated(checked.program, {d.name: model.Relation(parts=(d.name,)) for d in data})
            sql = statement(moved, moved.segment(name), "duckdb")
            assert isinstance(sql, str)
            assert "NOW()" in sql
            found = trial.outcome(connection, trial.Trial(sql, data), {"web": rows})
            assert found == members(checked.program, name, {"web": rows}, now), f"{name} during {window}\n{sql}"
