"""Sequences: try every way to read the items, and every assignment of rows to it (R6).

A plan is one way to read the items: which optional ones are taken, and in which order the groups run. It is a row of
slots, and a chain fills each slot with one row. What is asked of a row is in `fits`, rule by rule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import permutations, product
from typing import Any, NamedTuple

from segql.reference.expressions import holds
from segql.reference.world import Here, Row, World
from segql.semantics import model

Item = model.Step | model.AnyOrder | model.Without
Rows = tuple[model.RowsOf, ...]


class Slot(NamedTuple):
    """A place for one row. `since` is the slot that gaps are measured from; `between` must not lie before it."""

    rows: Rows
    label: str
    since: int | None
    after: model.Duration | None
    within: model.Duration | None
    between: tuple[Rows, ...]


class Search(NamedTuple):
    """What stays the same while chains are tried: `by_time_only` if nothing breaks ties."""

    world: World
    rows: list[Row]
    plan: list[Slot]
    within: model.Duration | None
    by_time_only: bool


def exists(sequence: model.Sequence, rows: list[Row], world: World) -> bool:
    """R6: whether some chain of these rows satisfies some plan."""
    by_time_only = len(data_of(sequence)) > 1
    return any(
        completes((), Search(world, rows, plan, sequence.within, by_time_only)) for plan in plans(sequence.items)
    )


def prefixes(sequence: model.Sequence, rows: list[Row], world: World) -> Iterator[tuple[list[Slot], tuple[Row, ...]]]:
    """Every way to fill the first slots of some plan, with the plan."""
    by_time_only = len(data_of(sequence)) > 1
    for plan in plans(sequence.items):
        search = Search(world, rows, plan, sequence.within, by_time_only)
        yield from ((plan, chain) for chain in _grown((), search))


def _grown(chain: tuple[Row, ...], search: Search) -> Iterator[tuple[Row, ...]]:
    if chain:
        yield chain
    if len(chain) < len(search.plan):
        for row in search.rows:
            if fits(row, chain, search):
                yield from _grown((*chain, row), search)


def data_of(sequence: model.Sequence) -> list[model.Data]:
    """The sources whose rows the sequence looks at, each once."""
    found = {of.data.name: of.data for item in sequence.items for of in rows_of(item)}
    return list(found.values())


def rows_of(item: Item) -> Iterator[model.RowsOf]:
    match item:
        case model.AnyOrder():
            for step in item.steps:
                yield from rows_of(step)
        case model.Step():
            yield from (*item.rows, *(item.directly or ()))
        case model.Without():
            yield from item.rows


# ---------------------------------------------------------------- plans


def plans(items: Sequence[Item]) -> Iterator[list[Slot]]:
    """Every way to read the items that takes at least one step."""
    for taken in product(*(ways(item) for item in items)):
        if any(taken):
            yield plan(items, taken)


def ways(item: Item) -> list[tuple[model.Step, ...]]:
    """The steps that an item may stand for, in order; none if it is skipped."""
    match item:
        case model.Without():
            return [()]
        case model.Step():
            return [(item,), ()] if item.optional else [(item,)]
        case model.AnyOrder():
            orders = list(permutations(item.steps))
            return [*orders, ()] if item.optional else orders


def plan(items: Sequence[Item], taken: Sequence[tuple[model.Step, ...]]) -> list[Slot]:
    """The slots of one way to read the items. A skipped item leaves no trace: its neighbours become neighbours."""
    slots: list[Slot] = []
    excluded: list[Rows] = []
    for item, steps in zip(items, taken, strict=True):
        if isinstance(item, model.Without):
            excluded.append(item.rows)
        elif steps:
            slots += slots_of(item, steps, excluded, len(slots))
            excluded = []
    return slots


def slots_of(
    item: model.Step | model.AnyOrder, steps: tuple[model.Step, ...], excluded: list[Rows], before: int
) -> list[Slot]:
    """The slots of one item: R5, one for each event. Gaps, `directly` and exclusions need an event before the item."""
    events = [step for step in steps for _ in range(step.times)]
    if before == 0:
        return [Slot(step.rows, step.label, None, None, None, ()) for step in events]
    directly = (item.directly,) if isinstance(item, model.Step) and item.directly is not None else ()
    return [
        Slot(
            rows=step.rows,
            label=step.label,
            since=before - 1,  # R7: the last event before the item, for each of its events
            after=item.after,
            within=item.within,
            between=(*directly, *(excluded if number == 0 else ())),  # R9 for each event, R8 above the item only
        )
        for number, step in enumerate(events)
    ]


# ---------------------------------------------------------------- chains


def completes(chain: tuple[Row, ...], search: Search) -> bool:
    """R6: whether some rows complete a chain. It goes on with every row that fits, never only with the first."""
    if len(chain) == len(search.plan):
        return True
    return any(completes((*chain, row), search) for row in search.rows if fits(row, chain, search))


def fits(row: Row, chain: tuple[Row, ...], search: Search) -> bool:
    """Whether a row may be the next of a chain."""
    slot = search.plan[len(chain)]
    labels = {known.label: taken for known, taken in zip(search.plan, chain, strict=False) if known.label}
    if not is_one_of(slot.rows, Here(search.world, row, labels)):  # R10: all predicates of the step on this one row
        return False
    if not chain:
        return True
    if not later(row, chain[-1], search):  # R4, and R5: a later row is another row
        return False
    if slot.since is not None and not gap_fits(chain[slot.since], row, slot.after, slot.within):  # R7, of the step
        return False
    if not gap_fits(chain[0], row, None, search.within):  # R7, of the whole sequence
        return False
    between = [other for other in search.rows if later(other, chain[-1], search) and later(row, other, search)]
    return not any(  # R8 and R9: nothing that is named lies strictly between
        is_one_of(rows, Here(search.world, other, labels)) for rows in slot.between for other in between
    )


def is_one_of(rows: Rows, here: Here) -> bool:
    return any(of.data.name == here.row.data.name and holds(of.predicate, here) for of in rows)


def gap_fits(first: Row, second: Row, after: model.Duration | None, within: model.Duration | None) -> bool:
    """R7: elapsed time, both ends included."""
    assert first.time is not None  # a row without a time is in no window
    assert second.time is not None
    gap = (second.time - first.time) // dt.timedelta(microseconds=1)
    return (after is None or gap >= after.microseconds) and (within is None or gap <= within.microseconds)


def later(row: Row, than: Row, search: Search) -> bool:
    """R4: strictly later in the order of events. Ties are in no order."""
    return position(row, search) > position(than, search)


def position(row: Row, search: Search) -> tuple[Any, ...]:
    """R4: the time, and within one source what breaks ties; a missing tie-break comes last, beside other missing ones."""
    ties = () if search.by_time_only else row.data.order
    values = (row.get(column.name) for column in ties)
    return (row.time, *((value is None, 0 if value is None else value) for value in values))
