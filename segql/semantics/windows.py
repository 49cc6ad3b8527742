"""Windows, durations and dates: as written, to instants."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from segql.diagnostics import register
from segql.semantics import calendar, model
from segql.semantics.context import Context
from segql.semantics.scope import Declared
from segql.syntax import ast

EVER = model.Window()
MOST = 1_000_000_000  # of anything that is counted
# A window or gap holds a thousand years at most, so that no engine's calendar ends inside it.
LONGEST: dict[model.Unit, int] = {"minute": 525_600_000, "hour": 8_760_000, "day": 365_000, "week": 52_000}
LONGEST |= {"month": 12_000, "quarter": 4_000, "year": 1_000}


def window(context: Context, declared: Declared, node: ast.Window) -> model.Window:
    """The window as a pair of instants; says so when it can never hold anything."""
    zone = declared.file.zone
    match node:
        case ast.Ever():
            return model.Window(zone=zone)
        case ast.Last():
            count = units(context, declared, node.duration.count, node.duration.unit, 1)
            return model.Window(start=model.Ago(count=count, unit=node.duration.unit.name), zone=zone)
        case ast.This():
            _calendar_unit(context, declared, node.unit)
            return model.Window(start=model.UnitStart(unit=node.unit.name, back=0), zone=zone)
        case ast.Previous():
            _calendar_unit(context, declared, node.unit, node.count)
            count = units(context, declared, node.count, node.unit, 1) if node.count else 1
            start = model.UnitStart(unit=node.unit.name, back=count)
            return model.Window(start=start, end=model.UnitStart(unit=node.unit.name, back=0), zone=zone)
        case ast.Since():
            return model.Window(start=moment(context, declared, node.moment), zone=zone)
        case ast.Before():
            return model.Window(end=moment(context, declared, node.moment), zone=zone)
        case ast.Between():
            return _between(context, declared, node)


def _between(context: Context, declared: Declared, node: ast.Between) -> model.Window:
    said = len(context.said)
    start = moment(context, declared, node.start)
    end = moment(context, declared, node.end, whole_day=True)
    if isinstance(start, model.Fixed) and isinstance(end, model.Fixed) and start.at >= end.at:
        same = node.start == node.end
        why = "it ends where it begins" if same else "it ends before it begins"
        help = "end it later, or write a date for a whole day" if same else "put the earlier date first"
        if len(context.said) == said:  # a date that there is not stands for another one
            context.say(register.impossible_window(declared.at(node), why, help))
    return model.Window(start=start, end=end, zone=declared.file.zone)


def moment(context: Context, declared: Declared, node: ast.Moment, whole_day: bool = False) -> model.Instant:
    """An instant; a date is the start of its day in the file's zone, or with `whole_day` the start of the next."""
    match node:
        case ast.Ago():
            count = units(context, declared, node.duration.count, node.duration.unit, 0)
            return model.Ago(count=count, unit=node.duration.unit.name)
        case ast.Date():
            day = date(context, declared, node)
            if whole_day and day < dt.date.max:
                day += dt.timedelta(days=1)
            return model.Fixed(at=day_start(day, declared.file.zone))
        case ast.Timestamp():
            return model.Fixed(at=timestamp(context, declared, node))


def day_start(day: dt.date, zone: str) -> dt.datetime:
    """The instant at which a day begins in a zone; the ends of the calendar stay where they are."""
    try:
        return calendar.to_utc(dt.datetime.combine(day, dt.time()), zone)
    except OverflowError:
        return dt.datetime.combine(day, dt.time())


def date(context: Context, declared: Declared, node: ast.Date) -> dt.date:
    """The date; says so when the calendar has no such day."""
    try:
        return dt.date.fromisoformat(node.text)
    except ValueError:
        context.say(register.wrong_date(declared.at(node), node.text))
        return dt.date(1970, 1, 1)


def timestamp(context: Context, declared: Declared, node: ast.Timestamp) -> dt.datetime:
    """The instant in UTC; without an offset, the clock of the file's zone."""
    try:
        value = dt.datetime.fromisoformat(node.text)
        if value.tzinfo is not None:
            return value.astimezone(dt.UTC).replace(tzinfo=None)
        return calendar.to_utc(value, declared.file.zone)
    except (ValueError, OverflowError):
        context.say(register.wrong_date(declared.at(node), node.text))
        return dt.datetime(1970, 1, 1)


def duration(context: Context, declared: Declared, node: ast.Duration) -> model.Duration:
    """A gap: elapsed time, so in weeks at most."""
    count = units(context, declared, node.count, node.unit, 0)
    if node.unit.name in calendar.MONTHS:
        context.say(register.calendar_gap(declared.at(node), node.unit.name, count))
        return model.Duration(count=count * {"month": 30, "quarter": 90, "year": 365}[node.unit.name], unit="day")
    return model.Duration(count=count, unit=node.unit.name)


def _calendar_unit(context: Context, declared: Declared, unit: ast.Unit, count: ast.Number | None = None) -> None:
    if unit.name in ("second", "minute", "hour"):
        context.say(register.calendar_unit(declared.at(unit), unit.name, count.text if count else "1"))


def units(context: Context, declared: Declared, node: ast.Number, unit: ast.Unit, least: int) -> int:
    """How many units, a thousand years at most."""
    return whole(context, declared, node, f"a number of {unit.name}s", least, LONGEST.get(unit.name, MOST))


def whole(context: Context, declared: Declared, node: ast.Number, what: str, least: int, greatest: int = MOST) -> int:
    """A whole number that is not too small, and fits the calendars and engines; else `least`, said."""
    value = Decimal(node.text.replace("_", ""))
    if value != int(value) or value < least or value > greatest:
        most = greatest if value > greatest else None
        context.say(register.whole_number(declared.at(node), what, least, most))
        return max(least, 1)
    return int(value)
