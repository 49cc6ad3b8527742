"""Instants and calendars: when a window begins, given `now` and a zone (R2, R3).

Instants are datetimes in UTC without a zone in the value. A local time that the clocks skip, or show twice, means the
later of its two readings.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from segql.semantics import model

MONTHS = {"month": 1, "quarter": 3, "year": 12}


@lru_cache(maxsize=64)
def _zone(name: str) -> dt.tzinfo:
    from zoneinfo import ZoneInfo  # most files live in UTC and never need it

    return ZoneInfo(name)


def to_utc(local: dt.datetime, zone: str) -> dt.datetime:
    """The instant that a zone's clocks show as `local`; the later one if there are two readings."""
    if zone == "UTC":
        return local
    readings = (local.replace(tzinfo=_zone(zone), fold=fold).astimezone(dt.UTC) for fold in (0, 1))
    return max(readings).replace(tzinfo=None)


def to_local(instant: dt.datetime, zone: str) -> dt.datetime:
    """What a zone's clocks show at an instant."""
    if zone == "UTC":
        return instant
    return instant.replace(tzinfo=dt.UTC).astimezone(_zone(zone)).replace(tzinfo=None)


def months_before(local: dt.datetime, months: int) -> dt.datetime:
    """The same day and time some months earlier, or the last day of that month if it has no such day."""
    year, month = divmod(local.year * 12 + local.month - 1 - months, 12)
    after = dt.date(year + (month == 11), (month + 1) % 12 + 1, 1) if (year, month) < (9999, 11) else dt.date.max
    last = (after - dt.timedelta(days=1)).day if after != dt.date.max else 31
    return local.replace(year=year, month=month + 1, day=min(local.day, last))


def unit_start(local: dt.datetime, unit: model.Unit) -> dt.datetime:
    """The start of the day, week (Monday), month, quarter or year that holds a local time."""
    day = local.replace(hour=0, minute=0, second=0, microsecond=0)
    match unit:
        case "week":
            return day - dt.timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(day=1, month=day.month - (day.month - 1) % 3)
        case "year":
            return day.replace(day=1, month=1)
        case _:
            return day


def units_before(local: dt.datetime, count: int, unit: model.Unit) -> dt.datetime:
    """A local time some calendar units earlier."""
    if unit in MONTHS:
        return months_before(local, count * MONTHS[unit])
    return local - dt.timedelta(microseconds=model.Duration(count=count, unit=unit).microseconds)


def instant(moment: model.Instant, now: dt.datetime, zone: str) -> dt.datetime:
    """The instant, in UTC, that a moment means at `now`. Raises OverflowError or ValueError outside the years 1-9999."""
    match moment:
        case model.Fixed():
            return moment.at
        case model.Ago() if moment.unit in MONTHS:
            return to_utc(units_before(to_local(now, zone), moment.count, moment.unit), zone)
        case model.Ago():
            return units_before(now, moment.count, moment.unit)
        case model.UnitStart():
            start = unit_start(to_local(now, zone), moment.unit)
            return to_utc(units_before(start, moment.back, moment.unit), zone)


def bounds(window: model.Window, now: dt.datetime) -> tuple[dt.datetime | None, dt.datetime]:
    """`[start, end)` of a window at `now`, never past now."""
    start = instant(window.start, now, window.zone) if window.start else None
    end = min(instant(window.end, now, window.zone), now) if window.end else now
    return start, end
