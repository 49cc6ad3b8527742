"""R23: the chains by which a key tries to get through a funnel, and the one by which it counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from segql.reference import sequences
from segql.reference.world import Row, World
from segql.semantics import model


class Attempt(NamedTuple):
    """A chain of whole steps: when it starts, when it has reached each, and whether its next step may still come."""

    start: dt.datetime
    reached: tuple[dt.datetime, ...]
    open: bool


def counts(world: World, asked: model.Funnel, rows: Sequence[Row]) -> tuple[Attempt, bool] | None:
    """The chain by which a key counts, given its rows in the window, and whether it may come further; None without one."""
    attempts = list(_attempts(world, asked, list(rows)))
    if not attempts:
        return None
    chosen = min(attempts, key=lambda each: _rank(each, world.now))
    return chosen, any(attempt.open for attempt in attempts)


def _rank(chain: Attempt, now: dt.datetime) -> tuple[Any, ...]:
    """R23.3: the deepest, which ends first, which starts last, whose other steps come last, the later ones first."""
    *between, end = chain.reached
    return (-len(chain.reached), end, now - chain.start, *(now - at for at in reversed(between)))


def _attempts(world: World, asked: model.Funnel, rows: list[Row]) -> Iterator[Attempt]:
    """R23.2: the chains of whole steps; with `same`, among rows that share its value."""
    same = asked.sequence.same
    shared = {row.get(same) for row in rows} - {None} if same else {None}
    items = (item for item in asked.sequence.items if isinstance(item, model.Step))
    lasts = list(accumulate(item.times for item in items))
    for thing in shared:
        group = [row for row in rows if not same or row.get(same) == thing]
        for plan, chain in sequences.prefixes(asked.sequence, group, world):
            if len(chain) in lasts:
                times = [row.time for row in chain if row.time is not None]
                reached = tuple(times[last - 1] for last in lasts if last <= len(chain))
                yield Attempt(times[0], reached, _open(world, asked, plan, times))


def _open(world: World, asked: model.Funnel, plan: list[sequences.Slot], times: list[dt.datetime]) -> bool:
    """R23.5: whether the next step has limits, and none of them has passed."""
    if len(times) == len(plan) or asked.sequence.window.end is not None:
        return False
    slot = plan[len(times)]
    since = times[slot.since] if slot.since is not None else times[-1]
    limits = [(times[0], asked.sequence.within), (since, slot.within)]
    ends = [at + dt.timedelta(microseconds=limit.microseconds) for at, limit in limits if limit is not None]
    return bool(ends) and all(world.now <= end for end in ends)
