"""Instants that an engine reckons from its own clock are those that the reference reckons, around every edge of a calendar."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlglot import exp

from segql.semantics import calendar, model
from segql.sql import expressions as e
from segql.sql.dialects import BY_NAME
from segql.sql.spellings import Unsupported
from segql.sql.target import Target

from .engines import Engine

CLOCKS = (
    dt.datetime(2026, 3, 31, 10, 0),
    dt.datetime(2024, 2, 29, 0, 0),
    dt.datetime(2026, 1, 1, 0, 0),
    dt.datetime(2025, 12, 31, 23, 59, 59),
    dt.datetime(2026, 3, 8, 7, 30),  # New York's clocks have just gone forward
    dt.datetime(2026, 11, 1, 5, 30),  # and go back: 01:30 comes twice
    dt.datetime(2026, 4, 8, 6, 30),
    dt.datetime(2026, 5, 31, 12, 0),
    dt.datetime(2026, 7, 5, 3, 0),
)
UTC_ALONE = ("sqlite", "mariadb")  # they know no other zones
INSTANTS = (
    *(
        model.Ago(count=n, unit=u)
        for n in (1, 3)
        for u in ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
    ),
    *(model.UnitStart(unit=u, back=n) for n in (0, 1, 2) for u in ("day", "week", "month", "quarter", "year")),
)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata"])
def test_the_engine_reckons_like_the_reference(zone: str, engine: Engine) -> None:
    row = BY_NAME[engine.dialect]
    compared = 0
    for clock in CLOCKS:
        stopped = row.replace(now=lambda zoned, clock=clock: row.timestamp(clock, zoned))
        asked = {}
        for instant in INSTANTS:
            target = Target(dialect=stopped, now=None, bind=False, root="", refused=[])
            written = e.moment(target, instant, zone)
            if target.refused:
                assert {r.what for r in target.refused} == {"a time zone other than UTC"}
                continue
            expected = row.timestamp(calendar.instant(instant, clock, zone), False)
            asked[instant] = f"CASE WHEN {written.sql(row.sqlglot)} = {expected.sql(row.sqlglot)} THEN 1 ELSE 0 END"
        if not asked:
            continue
        columns = ", ".join(f"{sql} AS x{number}" for number, sql in enumerate(asked.values()))
        (found,) = engine.script(f"SELECT {columns}")
        wrong = [(instant, sql) for (instant, sql), equal in zip(asked.items(), found, strict=True) if equal != 1]
        assert not wrong, (clock, zone, wrong)
        compared += len(found)
    assert compared == len(CLOCKS) * len(INSTANTS) or engine.dialect in UTC_ALONE


# Midnights and hours that clocks skip or show twice, one of them for half an hour, and a day that never was.
TURNS = {
    "America/New_York": ("2026-03-08 02:30:00", "2026-11-01 01:30:00", "2026-10-31 01:30:00", "2026-11-01 02:00:00"),
    "America/Sao_Paulo": ("2018-11-04 00:00:00", "2018-02-17 23:30:00", "2018-11-03 00:00:00", "2018-02-16 23:30:00"),
    "Australia/Lord_Howe": ("2026-10-04 02:15:00", "2026-04-05 01:45:00", "2026-04-05 02:00:00"),
    "Pacific/Apia": ("2011-12-30 12:00:00", "2011-12-29 12:00:00", "2011-12-31 00:00:00"),
}


def test_a_local_time_is_the_later_of_its_readings(engine: Engine) -> None:
    row = BY_NAME[engine.dialect]
    if engine.dialect in UTC_ALONE:
        assert all(isinstance(row.instant(exp.column("x"), zone, False), Unsupported) for zone in TURNS)
        return
    asked = [(dt.datetime.fromisoformat(text), zone) for zone, texts in TURNS.items() for text in texts]
    columns = []
    for number, (local, zone) in enumerate(asked):
        found = row.instant(row.timestamp(local, False), zone, False).sql(row.sqlglot)
        expected = row.timestamp(calendar.to_utc(local, zone), False).sql(row.sqlglot)
        columns.append(f"CASE WHEN {found} = {expected} THEN 1 ELSE 0 END AS x{number}")
    (equal,) = engine.script(f"SELECT {', '.join(columns)}")
    assert [each for each, one in zip(asked, equal, strict=True) if one != 1] == []
