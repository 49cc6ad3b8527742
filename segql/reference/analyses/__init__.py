"""Analyses: the rows that the contract gives to each, in its order, as tuples in the order of the columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from segql.reference.analyses.explore import explore
from segql.reference.analyses.funnel import funnel
from segql.reference.analyses.paths import paths
from segql.reference.analyses.retention import retention
from segql.reference.world import World
from segql.semantics import model

Result = list[tuple[Any, ...]]


def result(
    program: model.Program, name: str, rows: Mapping[str, Sequence[Mapping[str, object]]], now: dt.datetime
) -> Result:
    """The rows of an analysis, given rows by the name of their source or table, and `now` (UTC, without a zone).

    Integers and decimals come as exact fractions. Raises KeyError if there is no such analysis.
    """
    world = World(program, rows, now, {}, {})
    asked = program.find(name)
    if asked is None or isinstance(asked, model.Segment):
        raise KeyError(name)
    match asked:
        case model.Explore():
            return explore(world, asked)
        case model.Retention():
            return retention(world, asked)
        case model.Paths():
            return paths(world, asked)
        case model.Funnel():
            return funnel(world, asked)
        case _:
            assert_never(asked)
