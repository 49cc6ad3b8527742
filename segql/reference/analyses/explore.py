"""R19: an explorer, row by row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, assert_never

from segql.reference import numbers
from segql.reference.analyses.audiences import belongs, in_time
from segql.reference.expressions import holds, value
from segql.reference.world import Here, Row, World
from segql.semantics import calendar, model

Groups = dict[tuple[Any, ...], list[Row]]


def explore(world: World, asked: model.Explore) -> list[tuple[Any, ...]]:
    """The rows of an explorer: audience by audience."""
    windows = {asked.rows.window, *(part.window for part in _selections(asked))}
    found: list[tuple[Any, ...]] = []
    for audience in asked.audiences:
        ours = belongs(world, asked, audience)
        seen = [row for row in _seen(world, asked, windows) if ours(row)]
        found += [(audience.name, *row) if asked.several else row for row in _parts(world, asked, seen)]
    return found


def _selections(asked: model.Explore) -> list[model.Selection]:
    parts = (part for each in asked.measures for part in model.walk(each.measure))
    return [part for part in parts if isinstance(part, model.Selection)]


def _seen(world: World, asked: model.Explore, windows: set[model.Window | None]) -> list[Row]:
    """R19.1: the rows for which the `where` holds, within the window of the analysis or of one of its measures."""
    return [
        row
        for rows in asked.rows.rows
        for row in world.rows(rows.data)
        if any(in_time(world, row, window) for window in windows) and holds(rows.predicate, Here(world, row))
    ]


def _parts(world: World, asked: model.Explore, seen: list[Row]) -> list[tuple[Any, ...]]:
    """R19.5: the groups, in order; what `top` leaves out, as one row; all of them, as one row."""
    groups: Groups = {} if asked.groups else {(): []}
    places = {data.name: at for at, data in enumerate(asked.data)}
    for row in seen:
        key = tuple(_group(world, places[row.data.name], row, group) for group in asked.groups)
        groups.setdefault(key, []).append(row)
    ordered = _ordered(asked, [(key, _measures(world, asked, rows)) for key, rows in groups.items()])
    first, rest = (ordered, []) if asked.top is None else (ordered[: asked.top], ordered[asked.top :])
    none = (None,) * len(asked.groups)
    named = asked.totals or asked.other
    found = [(*(("group",) if named else ()), *key, *measured) for key, measured in first]
    if asked.other and rest:
        left = [row for key, _ in rest for row in groups[key]]
        found.append(("other", *none, *_measures(world, asked, left)))
    if asked.totals:
        found.append(("total", *none, *_measures(world, asked, seen)))
    return found


def _group(world: World, at: int, row: Row, group: model.Group) -> Any:
    """R19.2: the value of what is grouped by, or the calendar unit that holds the row's time."""
    if group.unit is not None:
        assert row.time is not None, "a row without a time is in no window"
        return unit_of(calendar.to_local(row.time, group.zone), group.unit)
    return numbers.exact(value(group.exprs[at], Here(world, row)))


def unit_of(local: dt.datetime, unit: model.Unit) -> Any:
    """The day on which a calendar unit begins; the local time, for hours and shorter ones."""
    if unit == "hour":
        return local.replace(minute=0, second=0, microsecond=0)
    if unit == "minute":
        return local.replace(second=0, microsecond=0)
    if unit == "second":
        return local.replace(microsecond=0)
    return calendar.unit_start(local, unit).date()


def _ordered(asked: model.Explore, found: list[Any]) -> list[Any]:
    """R19.4: by what `sort` says, then by the groups; what is missing comes last either way."""
    names = [*(each.column for each in asked.groups), *(each.column for each in asked.measures)]
    order = [*asked.order, *(model.Sorted(column=group.column) for group in asked.groups)]
    for each in reversed(order):
        found = _by(found, names.index(each.column), each.descending)
    return found


def _by(found: list[Any], at: int, descending: bool) -> list[Any]:
    def read(row: Any) -> Any:
        return (*row[0], *row[1])[at]

    there = [row for row in found if read(row) is not None]
    return [*sorted(there, key=read, reverse=descending), *(row for row in found if read(row) is None)]


# ---------------------------------------------------------------- measures


def _measures(world: World, asked: model.Explore, rows: Sequence[Row]) -> tuple[Any, ...]:
    return tuple(numbers.exact(measure(world, each.measure, rows)) for each in asked.measures)


def measure(world: World, of: model.Measure, rows: Sequence[Row]) -> Any:
    """R19.3: a measure of some rows, each of which counts as it would for a key that has just these."""
    match of:
        case model.CountRows():
            return Fraction(len(_counted(world, of.of, rows)))
        case model.CountDays():
            times = (row.time for _, row in _counted(world, of.of, rows))
            return len({calendar.to_local(time, of.zone).date() for time in times if time is not None})
        case model.Aggregate():
            read = (value(of.exprs[part], Here(world, row)) for part, row in _counted(world, of.of, rows))
            values = [numbers.exact(found) for found in read if found is not None]
            return numbers.aggregate(of.function, numbers.distinct(values) if of.distinct else values)
        case model.Const():
            return of.value
        case model.MeasureArithmetic():
            return numbers.arithmetic(measure(world, of.left, rows), of.op, measure(world, of.right, rows))
        case model.MeasureNegate():
            return numbers.negative(measure(world, of.term, rows))
        case _:
            assert_never(of)


def _counted(world: World, of: model.Selection, rows: Sequence[Row]) -> list[tuple[int, Row]]:
    """The rows that a measure counts, each with the number of its part."""
    parts = {part.data.name: (at, part.predicate) for at, part in enumerate(of.rows)}
    found = []
    for row in rows:
        if row.data.name in parts and in_time(world, row, of.window):
            at, predicate = parts[row.data.name]
            if holds(predicate, Here(world, row)):
                found.append((at, row))
    return found
