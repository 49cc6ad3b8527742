"""R23: a funnel, key by key, by trying every chain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import accumulate
from typing import Any, NamedTuple

from segql.reference import numbers, sequences
from segql.reference.analyses.audiences import belongs
from segql.reference.analyses.explore import unit_of
from segql.reference.analyses.order import last, position
from segql.reference.expressions import value
from segql.reference.world import Here, Row, World, in_window
from segql.semantics import calendar, model


class Attempt(NamedTuple):
    """A chain of whole steps: how many, when it starts and ends, and whether its next step may still come."""

    steps: int
    start: dt.datetime
    end: dt.datetime
    open: bool


class Entrant(NamedTuple):
    """A key that entered: one of its rows, how many steps it reached, and whether it may come further."""

    row: Row
    group: tuple[Any, ...]
    steps: int
    pending: bool


def funnel(world: World, asked: model.Funnel) -> list[tuple[Any, ...]]:
    """The rows of a funnel: audience by audience, group by group, step by step."""
    entrants = list(_entrants(world, asked))
    found: list[tuple[Any, ...]] = []
    for audience in asked.audiences:
        ours = belongs(world, asked, audience)
        groups: dict[tuple[Any, ...], list[Entrant]] = {} if asked.groups else {(): []}
        for entrant in entrants:
            if ours(entrant.row):
                groups.setdefault(entrant.group, []).append(entrant)
        for group in sorted(groups, key=lambda values: tuple(map(last, values))):
            steps = _steps(asked, groups[group])
            found += [(*((audience.name,) if asked.several else ()), *group, *step) for step in steps]
    return found


def _steps(asked: model.Funnel, entrants: list[Entrant]) -> Iterator[tuple[Any, ...]]:
    """R23.6: of each step, who reached it and who went no further."""
    previous = len(entrants)
    for number, name in enumerate(asked.steps, 1):
        keys = sum(entrant.steps >= number for entrant in entrants)
        ended = [entrant for entrant in entrants if entrant.steps == number < len(asked.steps)]
        pending = sum(entrant.pending for entrant in ended)
        shares = (_share(keys, len(entrants)), _share(keys, previous))
        yield (number, name, keys, *shares, pending, len(ended) - pending)
        previous = keys


def _share(keys: int, of: int) -> float | None:
    return keys / of if of else None


# ---------------------------------------------------------------- one key


def _entrants(world: World, asked: model.Funnel) -> Iterator[Entrant]:
    """R23.1: every key with a chain that has the first step."""
    by_key: dict[Any, list[Row]] = {}
    for data in sequences.data_of(asked.sequence):
        for row in world.rows(data):
            if row.get(asked.key) is not None and in_window(row.time, asked.sequence.window, world.now):
                by_key.setdefault(row.get(asked.key), []).append(row)
    for rows in by_key.values():
        attempts = list(_attempts(world, asked, rows))
        if attempts:
            chosen = min(attempts, key=lambda each: (-each.steps, each.end, world.now - each.start))  # R23.3
            group = _group(world, asked, rows, chosen.start)
            yield Entrant(rows[0], group, chosen.steps, any(attempt.open for attempt in attempts))


def _attempts(world: World, asked: model.Funnel, rows: list[Row]) -> Iterator[Attempt]:
    """R23.2: the chains of whole steps; with `same`, among rows that share its value."""
    same = asked.sequence.same
    shared = {row.get(same) for row in rows} - {None} if same else {None}
    items = (item for item in asked.sequence.items if isinstance(item, model.Step))
    steps = {length: number for number, length in enumerate(accumulate(item.times for item in items), 1)}
    for thing in shared:
        group = [row for row in rows if not same or row.get(same) == thing]
        for plan, chain in sequences.prefixes(asked.sequence, group, world):
            if len(chain) in steps:
                times = [row.time for row in chain if row.time is not None]
                yield Attempt(steps[len(chain)], times[0], times[-1], _open(world, asked, plan, times))


def _open(world: World, asked: model.Funnel, plan: list[sequences.Slot], times: list[dt.datetime]) -> bool:
    """R23.5: whether the next step has limits, and none of them has passed."""
    if len(times) == len(plan) or asked.sequence.window.end is not None:
        return False
    slot = plan[len(times)]
    since = times[slot.since] if slot.since is not None else times[-1]
    limits = [(times[0], asked.sequence.within), (since, slot.within)]
    ends = [at + dt.timedelta(microseconds=limit.microseconds) for at, limit in limits if limit is not None]
    return bool(ends) and all(world.now <= end for end in ends)


def _group(world: World, asked: model.Funnel, rows: list[Row], start: dt.datetime) -> tuple[Any, ...]:
    """R23.4: the groups of the key, read on the row that fits the first step at the chain's start."""
    if not asked.groups:
        return ()
    first = next(item for item in asked.sequence.items if isinstance(item, model.Step))
    starts = [row for row in rows if row.time == start and sequences.is_one_of(first.rows, Here(world, row))]
    values = [(position(row), _values(world, asked, row)) for row in starts]
    return min(values, key=lambda each: (each[0], tuple(map(last, each[1]))))[1]


def _values(world: World, asked: model.Funnel, row: Row) -> tuple[Any, ...]:
    found: list[Any] = []
    for group in asked.groups:
        if group.unit is None:
            found.append(numbers.exact(value(group.exprs[0], Here(world, row))))
        else:
            assert row.time is not None, "a row without a time is in no window"
            found.append(unit_of(calendar.to_local(row.time, group.zone), group.unit))
    return tuple(found)
