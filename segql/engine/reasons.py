"""Why a key is in a segment, or not: each condition with what holds of the key, the rows that show it, and what is near.

The answer is the reference interpreter's, over the key's rows out of the engine's own data (`segql.engine.evidence`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, assert_never

from segql.engine import evidence
from segql.engine.engines import Engine, text
from segql.engine.misses import Chain, Nearly, merit, nearest
from segql.node import Value
from segql.reference import conditions as reference
from segql.reference.conditions import Candidate, meets, selected
from segql.reference.expressions import holds
from segql.reference.sequences import data_of
from segql.reference.world import Here, Row, in_window, is_valid
from segql.semantics import model


class Compared(Value):
    """The two sides of a comparison, the rows that they are about, and those that are nearly."""

    left: Any
    right: Any
    rows: tuple[Row, ...]
    nearly: tuple[Nearly, ...] = ()  # of a comparison that does not hold


class First(Value):
    """The first of some rows; None if there is none."""

    row: Row | None


class Members(Value):
    """Which keys were looked for in another segment, and which are in it; `why` is the answer for the one key."""

    segment: str
    key: str
    keys: tuple[Any, ...]
    found: tuple[Any, ...]
    why: Why | None = None


class TableRows(Value):
    """The rows of a table that have the key, and those of them that count."""

    table: str
    key: str
    rows: tuple[Row, ...]
    found: tuple[Row, ...]
    expired: int  # not valid now


class Progress(Value):
    """How far a key came in a funnel, and when it reached each step: of several, one that counts in it, if any does."""

    funnel: str
    key: str
    keys: tuple[Any, ...]
    counted: Any = None
    reached: tuple[dt.datetime, ...] = ()
    pending: bool = False


Evidence = Compared | First | Members | TableRows | Chain | Progress


class Reason(Value):
    """A condition, whether it holds, and what shows it. Of several conditions: their reasons."""

    condition: model.Condition
    holds: bool
    evidence: Evidence | None = None
    parts: tuple[Reason, ...] = ()


class Why(Value):
    """The answer for one key. `key` is None if no row of the segment's data carries it, and then so is `reason`."""

    segment: str
    key: Any
    member: bool
    reason: Reason | None
    rows: int  # of the segment's data, that carry the key


def why(engine: Engine, program: model.Program, name: str, key: str, now: dt.datetime) -> Why:
    """Why a key, given as text, is in a segment or not at `now` (UTC). Raises what the engine raises."""
    segment = program.segment(name)
    world = evidence.world(engine, program, segment, {key}, now)
    own = next((found for found in reference.universe(world, segment) if text(found) == key), None)
    if own is None:
        return Why(segment=name, key=None, member=False, reason=None, rows=0)
    one = Candidate(world, segment, own)
    asked = _Asked(engine, program, now)
    return Why(
        segment=name,
        key=own,
        member=meets(segment.condition, one),
        reason=asked.reason(segment.condition, one),
        rows=sum(len(reference.own_rows(data, one)) for data in segment.data),
    )


def kept_out(
    engine: Engine,
    program: model.Program,
    name: str,
    conditions: tuple[model.Condition, ...],
    keys: set[str],
    now: dt.datetime,
) -> tuple[int, ...]:
    """How many of some keys (as text) each of a segment's conditions keeps out. Raises what the engine raises."""
    segment = program.segment(name)
    world = evidence.world(engine, program, segment, keys, now)
    known = [key for key in reference.universe(world, segment) if text(key) in keys]
    candidates = [Candidate(world, segment, key) for key in known]
    return tuple(sum(not meets(condition, one) for one in candidates) for condition in conditions)


class _Asked:
    """What stays the same while reasons are looked for."""

    def __init__(self, engine: Engine, program: model.Program, now: dt.datetime) -> None:
        self._engine = engine
        self._program = program
        self._now = now

    def reason(self, condition: model.Condition, one: Candidate) -> Reason:
        match condition:
            case model.AllOf() | model.AnyOf():
                parts = tuple(self.reason(term, one) for term in condition.terms)
                return Reason(condition=condition, holds=meets(condition, one), parts=parts)
            case model.Opposite():
                inner = self.reason(condition.term, one)
                return Reason(condition=condition, holds=not inner.holds, parts=(inner,))
            case model.CompareMeasures():
                shown: Evidence = _compared(condition, one)
            case model.FirstIn():
                shown = First(row=_first(condition.of, one))
            case model.InSegment():
                shown = self._members(condition, one)
            case model.OfFunnel():
                shown = _progress(condition, one)
            case model.JoinTable():
                shown = _table_rows(condition, one)
            case model.Sequence():
                shown = _missing(_chain(condition, one), condition, one)
                return Reason(condition=condition, holds=shown.complete, evidence=shown)
            case _:
                assert_never(condition)
        return Reason(condition=condition, holds=meets(condition, one), evidence=shown)

    def _members(self, condition: model.InSegment, one: Candidate) -> Members:
        other = self._program.segment(condition.segment)
        if condition.via is None or condition.bridge is None:
            keys = [one.key]
        else:
            carried = (row.get(condition.via) for _, row in selected(condition.bridge, one))
            keys = list(dict.fromkeys(key for key in carried if key is not None))
        inside = reference.members_of(one.world, condition.segment)
        found = tuple(key for key in keys if key in inside)
        asked = found[0] if found else keys[0] if len(keys) == 1 else None
        inner = None
        if asked is not None:
            inner = why(self._engine, self._program, other.name, text(asked), self._now)
        return Members(segment=other.name, key=other.key, keys=tuple(keys), found=found, why=inner)


def _progress(condition: model.OfFunnel, one: Candidate) -> Progress:
    asked = condition.funnel
    keys = [one.key]
    if condition.via is not None and condition.bridge is not None:
        carried = (row.get(condition.via) for _, row in selected(condition.bridge, one))
        keys = list(dict.fromkeys(key for key in carried if key is not None))
    found = Progress(funnel=asked.name, key=asked.key, keys=tuple(keys))
    for key in sorted(keys, key=lambda key: reference.came_so_far(condition, one.world, key)):  # one that fits is last
        counted = reference.progress(asked, one.world, key)
        if counted is not None:
            chain, pending = counted
            found = Progress(
                funnel=asked.name,
                key=asked.key,
                keys=tuple(keys),
                counted=key,
                reached=chain.reached,
                pending=pending and len(chain.reached) < len(asked.steps),
            )
    return found


# ---------------------------------------------------------------- rows that count, and rows that nearly do


def _compared(condition: model.CompareMeasures, one: Candidate) -> Compared:
    selections = list(dict.fromkeys(s for s in model.walk(condition) if isinstance(s, model.Selection)))
    rows = [row for selection in selections for _, row in selected(selection, one)]
    unique = {id(row.values): row for row in rows}.values()
    holds_now = meets(condition, one)
    return Compared(
        left=reference.measure(condition.left, one),
        right=reference.measure(condition.right, one),
        rows=tuple(_in_time(unique)),
        nearly=() if holds_now else tuple(near for selection in selections for near in _nearly(selection, one)),
    )


def _in_time(rows: Any) -> list[Row]:
    return sorted(rows, key=lambda row: row.time or dt.datetime.min)


def _nearly(selection: model.Selection, one: Candidate) -> Iterator[Nearly]:
    """The key's rows that miss a selection by one term, or by the window alone."""
    rows: dict[model.Expr | None, list[Row]] = {}
    for part in selection.rows:
        terms = part.predicate.terms if isinstance(part.predicate, model.And) else (part.predicate,)
        for row in reference.own_rows(part.data, one):
            here = Here(one.world, row)
            fails: list[model.Expr | None] = [term for term in terms if not holds(term, here)]
            if selection.window is not None and not in_window(row.time, selection.window, one.world.now):
                fails.append(None)
            # Of a source, a row that is not the event at all is no near miss: every other row would be one.
            if len(fails) == 1 and (fails[0] is None or len(terms) > 1 or selection.window is None):
                rows.setdefault(fails[0], []).append(row)
    terms_missed = [term for term in rows if term is not None]
    closest = min(terms_missed, key=lambda term: len(rows[term]), default=None)  # the rarest miss tells most
    for missed in dict.fromkeys((None, closest)):
        if missed in rows:
            yield Nearly(term=missed, rows=tuple(_in_time(rows[missed])))


def _first(selection: model.Selection, one: Candidate) -> Row | None:
    return next(iter(_in_time(row for _, row in selected(selection, one))), None)


def _table_rows(condition: model.JoinTable, one: Candidate) -> TableRows:
    if condition.bridge is None:
        keys = [one.key]
    else:
        keys = list(dict.fromkeys(row.get(condition.on.name) for _, row in selected(condition.bridge, one)))
    rows = [row for key in keys for row in one.world.rows_with(condition.table, condition.on.name, key)]
    valid = [row for row in rows if is_valid(row, one.world.now)]
    found = tuple(row for row in valid if holds(condition.predicate, Here(one.world, row)))
    return TableRows(
        table=condition.table.name,
        key=condition.on.name,
        rows=tuple(rows),
        found=found,
        expired=len(rows) - len(valid),
    )


# ---------------------------------------------------------------- sequences


def _chain(condition: model.Sequence, one: Candidate) -> Chain:
    """R10: with `same`, the best of the groups that share a value."""
    data = data_of(condition)
    rows = [
        row
        for each in data
        for row in reference.own_rows(each, one)
        if in_window(row.time, condition.window, one.world.now)
    ]
    if condition.same is None:
        return nearest(condition, rows, one.world)
    best = nearest(condition, [], one.world)
    for thing in dict.fromkeys(row.get(condition.same) for row in rows if row.get(condition.same) is not None):
        found = nearest(condition, [row for row in rows if row.get(condition.same) == thing], one.world)
        if found.complete:
            return found
        best = max(best, found, key=merit)
    return best


def _missing(chain: Chain, condition: model.Sequence, one: Candidate) -> Chain:
    """A chain with what is nearly its next event, where nothing is."""
    if chain.complete or chain.missed is not None:
        return chain
    found: Chain = chain.replace(nearly=tuple(_nearly(model.Selection(rows=chain.step, window=condition.window), one)))
    return found
