"""Segments and conditions: who is in a segment, and what holds for one key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, assert_never

from segql.reference import attempts, numbers, sequences
from segql.reference.expressions import holds, value
from segql.reference.world import Here, Row, World, in_window, is_valid
from segql.semantics import calendar, model


class Candidate(NamedTuple):
    """A value of the segment's key that may or may not be in the segment."""

    world: World
    segment: model.Segment
    key: object


def members(
    program: model.Program, name: str, rows: Mapping[str, Sequence[Mapping[str, object]]], now: dt.datetime
) -> set[object]:
    """R1: the keys in a segment, given rows by the name of their source or table, and `now` (UTC, without a zone)."""
    return members_of(World(program, rows, now, {}, {}), name)


def members_of(world: World, name: str) -> set[object]:
    """R14: a segment is the same wherever it is named: one `now`, and asked only once."""
    if name not in world.members:
        segment = world.program.segment(name)
        found = {key for key in universe(world, segment) if meets(segment.condition, Candidate(world, segment, key))}
        world.members[name] = found
    return world.members[name]


def universe(world: World, segment: model.Segment) -> set[object]:
    """R12: every key that any row of the segment's data carries, whatever its time. A missing key is nobody."""
    keys = (row.get(segment.key) for data in segment.data for row in world.rows(data))
    return {key for key in keys if key is not None}


def meets(condition: model.Condition, one: Candidate) -> bool:
    """Whether a condition holds for one key."""
    match condition:
        case model.AllOf():
            return all(meets(term, one) for term in condition.terms)
        case model.AnyOf():
            return any(meets(term, one) for term in condition.terms)
        case model.Opposite():
            return not meets(condition.term, one)
        case model.CompareMeasures():
            return numbers.compare(measure(condition.left, one), condition.op, measure(condition.right, one))
        case model.FirstIn():
            times = [row.time for _, row in selected(condition.of, one) if row.time is not None]
            return bool(times) and in_window(min(times), condition.window, one.world.now)
        case model.InSegment():
            return in_segment(condition, one)
        case model.OfFunnel():
            return of_funnel(condition, one)
        case model.JoinTable():
            return join_table(condition, one)
        case model.Sequence():
            return sequence(condition, one)
        case _:
            assert_never(condition)


# ---------------------------------------------------------------- rows of one key


def own_rows(data: model.Data, one: Candidate) -> list[Row]:
    """The rows that carry the key."""
    return one.world.rows_with(data, one.segment.key, one.key)


def selected(selection: model.Selection, one: Candidate) -> Iterator[tuple[int, Row]]:
    """The key's rows in a selection, each with the number of its part.

    R3: rows of tables have no time, and no window. R13: if they are versioned, those count that are valid now.
    """
    for part, rows in enumerate(selection.rows):
        for row in own_rows(rows.data, one):
            if selection.window is None:
                in_time = is_valid(row, one.world.now)
            else:
                in_time = in_window(row.time, selection.window, one.world.now)
            if in_time and holds(rows.predicate, Here(one.world, row)):
                yield part, row


# ---------------------------------------------------------------- measures


def measure(of: model.Measure, one: Candidate) -> Any:
    """The value of a measure for one key; None if it is missing."""
    match of:
        case model.CountRows():
            return len(list(selected(of.of, one)))
        case model.CountDays():
            times = (row.time for _, row in selected(of.of, one))
            return len({calendar.to_local(time, of.zone).date() for time in times if time is not None})
        case model.Aggregate():
            read = (value(of.exprs[part], Here(one.world, row)) for part, row in selected(of.of, one))
            values = [numbers.exact(found) for found in read if found is not None]
            return numbers.aggregate(of.function, numbers.distinct(values) if of.distinct else values)
        case model.Const():
            return of.value
        case model.MeasureArithmetic():
            return numbers.arithmetic(measure(of.left, one), of.op, measure(of.right, one))
        case model.MeasureNegate():
            return numbers.negative(measure(of.term, one))
        case _:
            assert_never(of)


# ---------------------------------------------------------------- other segments, and tables


def in_segment(condition: model.InSegment, one: Candidate) -> bool:
    """R14: the key itself, or a key `via` of one of its rows, is a member."""
    others = members_of(one.world, condition.segment)
    if condition.via is None or condition.bridge is None:
        return one.key in others
    return any(row.get(condition.via) in others for _, row in selected(condition.bridge, one))


def of_funnel(condition: model.OfFunnel, one: Candidate) -> bool:
    """R24: the key itself, or a key `via` of one of its rows, counts in the funnel and has come so far."""
    if condition.via is None or condition.bridge is None:
        return came_so_far(condition, one.world, one.key)
    keys = {row.get(condition.via) for _, row in selected(condition.bridge, one)} - {None}
    return any(came_so_far(condition, one.world, key) for key in keys)


def came_so_far(condition: model.OfFunnel, world: World, key: object) -> bool:
    """Whether a key of the funnel is one of an audience, and has come as far as the condition asks."""
    found = progress(condition.funnel, world, key)
    if found is None:
        return False
    chain, pending = found
    if condition.fate == "converted":
        return len(chain.reached) >= condition.step
    return len(chain.reached) == condition.step and pending == (condition.fate == "pending")


def progress(asked: model.Funnel, world: World, key: object) -> tuple[attempts.Attempt, bool] | None:
    """The chain by which a key counts in a funnel, and whether it may come further; None if it does not count in it."""
    if not any(_heard(asked, audience, world, key) for audience in asked.audiences):
        return None
    window, data = asked.sequence.window, sequences.data_of(asked.sequence)
    rows = [row for each in data for row in world.rows_with(each, asked.key, key)]
    return attempts.counts(world, asked, [row for row in rows if in_window(row.time, window, world.now)])


def _heard(asked: model.Funnel, audience: model.Audience, world: World, key: object) -> bool:
    """R18.4: whether a key belongs to an audience."""
    if not audience.segment:
        return True
    members = members_of(world, audience.segment)
    if audience.bridge is None:
        return key in members
    window = audience.bridge.window
    assert window is not None, "a funnel has no tables"
    return any(
        row.get(audience.key) in members
        and in_window(row.time, window, world.now)
        and holds(of.predicate, Here(world, row))
        for of in audience.bridge.rows
        for row in world.rows_with(of.data, asked.key, key)
    )


def join_table(condition: model.JoinTable, one: Candidate) -> bool:
    """R13: some row of the table has the key and satisfies the predicate; of a versioned table, one that is valid now."""
    if condition.bridge is None:
        values = {one.key}
    else:
        values = {row.get(condition.on.name) for _, row in selected(condition.bridge, one)}
    carriers = (row for key in values for row in one.world.rows_with(condition.table, condition.on.name, key))
    return any(is_valid(row, one.world.now) and holds(condition.predicate, Here(one.world, row)) for row in carriers)


def sequence(condition: model.Sequence, one: Candidate) -> bool:
    """R6: some chain of the key's rows. R10: with `same`, within the rows that share a value of that key."""
    data = sequences.data_of(condition)
    rows = [row for each in data for row in own_rows(each, one) if in_window(row.time, condition.window, one.world.now)]
    if condition.same is None:
        return sequences.exists(condition, rows, one.world)
    shared = {row.get(condition.same) for row in rows} - {None}
    groups = ([row for row in rows if row.get(condition.same) == thing] for thing in shared)
    return any(sequences.exists(condition, group, one.world) for group in groups)
