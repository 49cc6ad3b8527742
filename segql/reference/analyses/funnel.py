"""R23: a funnel, key by key, by trying every chain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from segql.reference import numbers, sequences
from segql.reference.analyses.audiences import belongs
from segql.reference.analyses.explore import unit_of
from segql.reference.analyses.order import last, position
from segql.reference.attempts import Attempt, counts
from segql.reference.expressions import value
from segql.reference.world import Here, Row, World, in_window
from segql.semantics import calendar, model

MILLION = 1_000_000  # microseconds of a second


class Entrant(NamedTuple):
    """A key that entered: one of its rows, the chain by which it counts, and whether it may come further."""

    row: Row
    group: tuple[Any, ...]
    chain: Attempt
    pending: bool

    @property
    def steps(self) -> int:
        return len(self.chain.reached)


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
        times = _times(number, [e.chain for e in entrants if e.steps >= number]) if asked.timed else ()
        yield (number, name, keys, *shares, pending, len(ended) - pending, *times)
        previous = keys


def _share(keys: int, of: int) -> float | None:
    return keys / of if of else None


def _times(number: int, chains: list[Attempt]) -> tuple[float | None, ...]:
    """R23.9: how long these chains took to a step, since their start and since the step before."""
    since_start = [chain.reached[number - 1] - chain.start for chain in chains]
    since_previous = [chain.reached[number - 1] - chain.reached[number - 2] for chain in chains if number > 1]
    return (*_seconds(since_start), *_seconds(since_previous))


def _seconds(times: list[dt.timedelta]) -> tuple[float | None, ...]:
    """The least, the median, the average, the least that nine tenths do not exceed, and the greatest, in seconds."""
    micros = sorted(time // dt.timedelta(microseconds=1) for time in times)
    if not micros:
        return (None,) * 5
    count = len(micros)
    middle = micros[(count - 1) // 2] + micros[count // 2]
    whole, beyond = sum(each // MILLION for each in micros), sum(each % MILLION for each in micros)
    average = (float(whole) + float(beyond) / MILLION) / count
    p90 = micros[-(-count * 9 // 10) - 1]
    found = (micros[0], p90, micros[-1])
    least, p90_seconds, most = (float(each) / MILLION for each in found)
    return (least, float(middle) / (2 * MILLION), average, p90_seconds, most)


# ---------------------------------------------------------------- one key


def _entrants(world: World, asked: model.Funnel) -> Iterator[Entrant]:
    """R23.1: every key with a chain that has the first step."""
    by_key: dict[Any, list[Row]] = {}
    for data in sequences.data_of(asked.sequence):
        for row in world.rows(data):
            if row.get(asked.key) is not None and in_window(row.time, asked.sequence.window, world.now):
                by_key.setdefault(row.get(asked.key), []).append(row)
    for rows in by_key.values():
        found = counts(world, asked, rows)
        if found is not None:
            chain, pending = found
            yield Entrant(rows[0], _group(world, asked, rows, chain), chain, pending)


def _group(world: World, asked: model.Funnel, rows: list[Row], chain: Attempt) -> tuple[Any, ...]:
    """R23.4: the groups of the key. Those of one step are read on one row."""
    read: dict[Any, tuple[Any, ...]] = {}
    for of in dict.fromkeys(group.of for group in asked.groups):
        groups = [group for group in asked.groups if group.of == of]
        read[of] = _of_step(world, asked, rows, chain, groups)
    return tuple(read[group.of][_place(asked, group)] for group in asked.groups)


def _place(asked: model.Funnel, group: model.Group) -> int:
    """The place of a group among those that are read on the same row."""
    return [each for each in asked.groups if each.of == group.of].index(group)


def _of_step(
    world: World, asked: model.Funnel, rows: list[Row], chain: Attempt, groups: list[model.Group]
) -> tuple[Any, ...]:
    """What is read on the row that fits the step at the instant at which the chain starts, or reaches it."""
    of = groups[0].of
    number = 1 if of == "first" else len(chain.reached) if of == "last" else of
    if number > len(chain.reached):
        return (None,) * len(groups)
    at = chain.start if of == "first" else chain.reached[number - 1]
    step = [item for item in asked.sequence.items if isinstance(item, model.Step)][number - 1]
    fitting = [row for row in rows if row.time == at and sequences.is_one_of(step.rows, Here(world, row))]
    part = number - 1 if of == "last" else 0
    values = [(position(row), _values(world, groups, row, part)) for row in fitting]
    return min(values, key=lambda each: (each[0], tuple(map(last, each[1]))))[1]


def _values(world: World, groups: list[model.Group], row: Row, part: int) -> tuple[Any, ...]:
    found: list[Any] = []
    for group in groups:
        if group.unit is None:
            found.append(numbers.exact(value(group.exprs[part], Here(world, row))))
        else:
            assert row.time is not None, "a row without a time is in no window"
            found.append(unit_of(calendar.to_local(row.time, group.zone), group.unit))
    return tuple(found)
