"""R21: a retention, key by key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from segql.reference import numbers
from segql.reference.analyses.audiences import belongs, selected
from segql.reference.analyses.explore import unit_of
from segql.reference.analyses.order import last, position
from segql.reference.expressions import value
from segql.reference.world import Here, Row, World, in_window
from segql.semantics import calendar, model

Cell = tuple[
    int, int, int, float | None, bool
]  # the number of a period, who came back, of how many, the share, complete


class Member(NamedTuple):
    """A key of a cohort: where it starts, what its cohort is told by, and when it came back."""

    start: Row
    at: dt.datetime
    cohort: tuple[Any, ...]
    returns: list[dt.datetime]


def retention(world: World, asked: model.Retention) -> list[tuple[Any, ...]]:
    """The rows of a retention: audience by audience, cohort by cohort, period by period."""
    members = _members(world, asked)
    found: list[tuple[Any, ...]] = []
    for audience in asked.audiences:
        ours = belongs(world, asked, audience)
        cohorts: dict[tuple[Any, ...], list[Member]] = {}
        for member in members:
            if ours(member.start):
                cohorts.setdefault(member.cohort, []).append(member)
        whose = (audience.name,) if asked.several else ()
        every: list[Cell] = []
        for cohort in sorted(cohorts, key=lambda values: tuple(map(last, values))):
            cells = _cells(world, asked, cohorts[cohort])
            part = ("cohort",) if asked.totals else ()
            found += [(*whose, *part, *cohort, *cell) for cell in cells]
            every += cells
        if asked.totals and every:
            nothing = (None,) * (1 + len(asked.groups))
            found += [(*whose, "total", *nothing, *_total(n, every)) for n in range(asked.periods)]
    return found


def _members(world: World, asked: model.Retention) -> list[Member]:
    """R21.1: the start of each key that has one in the window. R21.3: its returns are later, by their time."""
    ever = asked.start.replace(window=model.Window(zone=asked.zone))
    starts: dict[Any, Row] = {}
    for row in selected(world, ever if asked.first else asked.start):
        key = row.get(asked.key)
        if key is not None and (key not in starts or _place(world, asked, row) < _place(world, asked, starts[key])):
            starts[key] = row
    returns: dict[Any, list[dt.datetime]] = {}
    for row in selected(world, asked.returns):
        assert row.time is not None, "a row without a time is in no window"
        returns.setdefault(row.get(asked.key), []).append(row.time)
    found = []
    for key, start in starts.items():
        at = start.time
        assert asked.start.window is not None
        if at is not None and in_window(at, asked.start.window, world.now):
            later = [time for time in returns.get(key, ()) if time > at]
            found.append(Member(start, at, _cohort(world, asked, start, at), later))
    return found


def _place(world: World, asked: model.Retention, row: Row) -> tuple[Any, ...]:
    """R21.1: of starts that tie, the one whose values come first."""
    return (*position(row), *(last(each) for each in _values(world, asked, row)))


def _values(world: World, asked: model.Retention, row: Row) -> tuple[Any, ...]:
    return tuple(numbers.exact(value(group.exprs[0], Here(world, row))) for group in asked.groups)


def _cohort(world: World, asked: model.Retention, row: Row, at: dt.datetime) -> tuple[Any, ...]:
    """R21.2: the calendar unit that holds the start, and what the groups are on it."""
    assert asked.cohort.unit is not None
    return (unit_of(calendar.to_local(at, asked.zone), asked.cohort.unit), *_values(world, asked, row))


def _cells(world: World, asked: model.Retention, cohort: Sequence[Member]) -> list[Cell]:
    """R21.5, R21.6: of each period, how many came back, of how many, and whether it has ended for all of them."""
    found: list[Cell] = []
    for n in range(asked.periods):
        back = sum(any(_counts(asked, member, time, n) for time in member.returns) for member in cohort)
        complete = all(period_of(asked, member.at, world.now) > n for member in cohort)
        found.append((n, back, len(cohort), back / len(cohort), complete))
    return found


def _total(period: int, cells: list[Cell]) -> Cell:
    """R21.8: a period of all cohorts for which it has ended."""
    ended = [cell for cell in cells if cell[0] == period and cell[4]]
    keys, size = sum(cell[1] for cell in ended), sum(cell[2] for cell in ended)
    return period, keys, size, keys / size if size else None, bool(ended)


def _counts(asked: model.Retention, member: Member, time: dt.datetime, n: int) -> bool:
    period = period_of(asked, member.at, time)
    return period >= n if asked.later else period == n


def period_of(asked: model.Retention, start: dt.datetime, at: dt.datetime) -> int:
    """R21.4: the number of the period, counted from a start, in which an instant lies."""
    unit = asked.period.unit
    if not asked.period.calendar:
        length = model.Duration(count=asked.period.count, unit=unit).microseconds
        return (at - start) // dt.timedelta(microseconds=1) // length
    first, then = (calendar.unit_start(calendar.to_local(each, asked.zone), unit) for each in (start, at))
    if unit in calendar.MONTHS:
        months = (then.year - first.year) * 12 + then.month - first.month
        return months // calendar.MONTHS[unit]
    return (then - first).days // (7 if unit == "week" else 1)
