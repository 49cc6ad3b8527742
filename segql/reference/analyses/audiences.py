"""Who an analysis is asked for: which rows, or which keys, belong to an audience (R18)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from segql.reference.conditions import members_of
from segql.reference.expressions import holds
from segql.reference.world import Here, Row, World, in_window, is_valid
from segql.semantics import model

Belongs = Callable[[Row], bool]


def belongs(world: World, asked: model.Question, audience: model.Audience) -> Belongs:
    """Whether a row of the analysis is one of an audience: by its key, if the analysis has one, else by itself."""
    if not audience.segment:
        return lambda row: not asked.key or row.get(asked.key) is not None
    members = members_of(world, audience.segment)
    if audience.bridge is None:
        return lambda row: row.get(audience.key) in members
    bridge = selected(world, audience.bridge)
    keys = {row.get(asked.key) for row in bridge if row.get(audience.key) in members} - {None}
    return lambda row: row.get(asked.key) in keys


def selected(world: World, of: model.Selection) -> Iterator[Row]:
    """The rows of a selection, whoever they belong to."""
    for rows in of.rows:
        for row in world.rows(rows.data):
            if in_time(world, row, of.window) and holds(rows.predicate, Here(world, row)):
                yield row


def in_time(world: World, row: Row, window: model.Window | None) -> bool:
    """R3: rows of tables have no time, and no window. R13: if they are versioned, those count that are valid now."""
    return is_valid(row, world.now) if window is None else in_window(row.time, window, world.now)
