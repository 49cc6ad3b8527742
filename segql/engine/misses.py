"""A sequence in the rows of one key: the chain that proves it, or the chain that comes nearest and what it misses.

The rules are those of `segql.reference.sequences`; the search differs in that it remembers what it has tried, so that
it answers for a key with thousands of rows.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from segql.node import Value
from segql.reference.sequences import Search, Slot, data_of, is_one_of, plans, position
from segql.reference.world import Here, Row, World
from segql.semantics import model

MOST_TRIED = 200_000  # rows tried for one plan; beyond that, what was found so far has to do
MOST_ENDS = 200  # of the deepest chains, those that end last: a later end misses by less

Kind = Literal["nothing", "not later", "too late", "too early", "whole too long", "between"]


class Problem(Value):
    """What keeps a row from being the next of a chain; `by` how much, and `row` what lies between."""

    kind: Kind
    by: dt.timedelta = dt.timedelta()
    limit: model.Duration | None = None
    row: Row | None = None


class Nearly(Value):
    """Rows that would count, but for one thing: a term that does not hold of them, or (None) the window."""

    term: model.Expr | None
    rows: tuple[Row, ...]


class Chain(Value):
    """The rows that fill the first steps of a sequence, in order. `complete` if these are all."""

    rows: tuple[Row, ...]
    of: int  # the number of events that a whole chain has
    complete: bool
    missed: Row | None = None  # the row that would have been next, but for the problems
    problems: tuple[Problem, ...] = ()
    step: tuple[model.RowsOf, ...] = ()  # what the next event would have to be
    tried_all: bool = True
    nearly: tuple[Nearly, ...] = ()  # where nothing is what the next event would have to be


def nearest(sequence: model.Sequence, rows: Sequence[Row], world: World) -> Chain:
    """The chain that satisfies a sequence, or else the longest beginning of one, and why it does not go on."""
    by_time_only = len(data_of(sequence)) > 1
    best: Chain | None = None
    for plan in plans(sequence.items):
        search = Search(world, list(rows), plan, sequence.within, by_time_only)
        found = _Walk(search).nearest()
        if found.complete:
            return found
        if best is None or merit(found) > merit(best):
            best = found
    assert best is not None, "a sequence has a plan with at least one step"
    return best


def merit(chain: Chain) -> tuple[float, ...]:
    """What makes one chain come nearer than another.

    More events, a shorter way to go, a row that would be next, one that is later at least, fewer problems, and a
    smaller distance.
    """
    distance = sum((p.by for p in chain.problems), dt.timedelta()).total_seconds()
    later = all(p.kind != "not later" for p in chain.problems)
    return len(chain.rows), -chain.of, chain.missed is not None, later, -len(chain.problems), -distance


class _Place(NamedTuple):
    at: tuple[object, ...]  # where a row stands in the order of events
    row: Row


class _Walk:
    """One plan over the rows of one key."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._places = sorted(
            (_Place(position(row, search), row) for row in search.rows if row.time is not None), key=lambda p: p.at
        )
        self._ats = [place.at for place in self._places]
        self._labelled = any(_reads_labels(slot.rows) for slot in search.plan)
        self._fitting = {} if self._labelled else {i: self._of(slot.rows) for i, slot in enumerate(search.plan)}
        self._between = {rows: self._of(rows) for slot in search.plan for rows in slot.between}
        self._failed: set[tuple[int, ...]] = set()
        self._tried = 0
        self._deepest: list[tuple[int, ...]] = [()]

    def nearest(self) -> Chain:
        """The whole chain, or the best of the longest beginnings."""
        found = self._complete(())
        if found is not None:
            return self._chain(found)
        level = len(self._deepest[0])
        slot = self._search.plan[level]
        best: Chain = self._chain(self._deepest[-1]).replace(step=slot.rows, problems=(Problem(kind="nothing"),))
        for chain in self._deepest[-MOST_ENDS:]:
            for number in self._next(level, chain):
                problems = tuple(self._problems(chain, number, slot))
                tried: Chain = self._chain(chain).replace(
                    missed=self._places[number].row, problems=problems, step=slot.rows
                )
                if problems and merit(tried) > merit(best):
                    best = tried
        return best

    def _chain(self, numbers: tuple[int, ...]) -> Chain:
        plan = self._search.plan
        return Chain(
            rows=tuple(self._places[n].row for n in numbers),
            of=len(plan),
            complete=len(numbers) == len(plan),
            tried_all=self._tried <= MOST_TRIED,
        )

    # ------------------------------------------------------------ the search

    def _complete(self, chain: tuple[int, ...]) -> tuple[int, ...] | None:
        """A whole chain that begins like this. Not recursive in rows: a chain is as deep as the plan."""
        level = len(chain)
        if level == len(self._search.plan):
            return chain
        self._remember(chain)
        state = self._state(chain)
        if state in self._failed or self._tried > MOST_TRIED:
            return None
        slot = self._search.plan[level]
        for number in self._next(level, chain):
            self._tried += 1
            if chain and next(self._problems(chain, number, slot), None) is not None:
                continue
            found = self._complete((*chain, number))
            if found is not None:
                return found
        self._failed.add(state)
        return None

    def _remember(self, chain: tuple[int, ...]) -> None:
        if len(chain) > len(self._deepest[0]):
            self._deepest = []
        if not self._deepest or len(chain) == len(self._deepest[0]):
            self._deepest.append(chain)

    def _state(self, chain: tuple[int, ...]) -> tuple[int, ...]:
        """All of a beginning that what follows can depend on."""
        if self._labelled:
            return (len(chain), *chain)
        plan, level = self._search.plan, len(chain)
        looked_at = {slot.since for slot in plan[level:] if slot.since is not None and slot.since < level}
        looked_at |= {0} if self._search.within and chain else set()
        looked_at |= {level - 1} if chain else set()
        return (level, *(chain[i] for i in sorted(looked_at)))

    def _next(self, level: int, chain: tuple[int, ...]) -> Iterator[int]:
        """The rows that are what the next event has to be, whenever they are."""
        if not self._labelled:
            yield from self._fitting[level]
            return
        here_labels = self._labels(chain)
        for number, place in enumerate(self._places):
            if is_one_of(self._search.plan[level].rows, Here(self._search.world, place.row, here_labels)):
                yield number

    def _labels(self, chain: tuple[int, ...]) -> dict[str, Row]:
        plan = self._search.plan
        return {plan[i].label: self._places[n].row for i, n in enumerate(chain) if plan[i].label}

    def _of(self, rows: tuple[model.RowsOf, ...]) -> list[int]:
        world = self._search.world
        return [n for n, place in enumerate(self._places) if is_one_of(rows, Here(world, place.row))]

    # ------------------------------------------------------------ what is asked of the next row

    def _problems(self, chain: tuple[int, ...], number: int, slot: Slot) -> Iterator[Problem]:
        """R4, R7, R8, R9: everything that keeps a row from following a chain."""
        if not chain:
            return
        last, one = self._places[chain[-1]], self._places[number]
        if not one.at > last.at:
            yield Problem(kind="not later", by=_time(last.row) - _time(one.row))
            return
        if slot.since is not None:
            gap = _time(one.row) - _time(self._places[chain[slot.since]].row)
            if slot.within is not None and gap > _length(slot.within):
                yield Problem(kind="too late", by=gap - _length(slot.within), limit=slot.within)
            if slot.after is not None and gap < _length(slot.after):
                yield Problem(kind="too early", by=_length(slot.after) - gap, limit=slot.after)
        whole, limit = _time(one.row) - _time(self._places[chain[0]].row), self._search.within
        if limit is not None and whole > _length(limit):
            yield Problem(kind="whole too long", by=whole - _length(limit), limit=limit)
        for rows in slot.between:
            there = self._first_between(self._between[rows], last.at, one.at)
            if there is not None:
                yield Problem(kind="between", row=self._places[there].row)

    def _first_between(self, numbers: list[int], after: tuple[object, ...], before: tuple[object, ...]) -> int | None:
        """The first of some rows strictly between two places in the order."""
        start = bisect_right(self._ats, after)
        end = bisect_left(self._ats, before)
        found = bisect_left(numbers, start)
        return numbers[found] if found < len(numbers) and numbers[found] < end else None


def _reads_labels(rows: tuple[model.RowsOf, ...]) -> bool:
    return any(isinstance(part, model.LabelRead) for one in rows for part in model.walk(one.predicate))


def _time(row: Row) -> dt.datetime:
    assert row.time is not None, "a row without a time is in no window"
    return row.time


def _length(duration: model.Duration) -> dt.timedelta:
    return dt.timedelta(microseconds=duration.microseconds)
