"""The rows that decide whether a key is in a segment, out of the engine's own data: as plain as the reference reads them.

They are the key's own rows, and the rows of tables and segments that lead on from them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from segql.engine.engines import Engine, text
from segql.reference.conditions import members_of
from segql.reference.world import World
from segql.semantics import model

MOST_ROUNDS = 4  # a table's rows may lead to rows of another table, and a predicate nests no deeper than this

Needs = dict[str, dict[str, set[str]]]  # by the name of data and of a key: the values whose rows are wanted


def world(engine: Engine, program: model.Program, segment: model.Segment, keys: set[str], now: dt.datetime) -> World:
    """All that decides about some keys (as text) of a segment. Raises what the engine raises.

    Segments that it names are decided already, for the keys that rows of these keys carry.
    """
    tables = _rows(engine, segment, keys)
    found = World(program, tables, now, {}, {})
    for part in model.walk(segment.condition):
        if isinstance(part, model.InSegment | model.Audience) and part.segment and part.segment not in found.members:
            other = program.segment(part.segment)
            found.members[other.name] = members(engine, program, other, _theirs(segment, found, other.key), now)
    return found


def members(
    engine: Engine, program: model.Program, segment: model.Segment, keys: set[str], now: dt.datetime
) -> set[object]:
    """Those of some keys that are in a segment. Raises what the engine raises."""
    if not keys:
        return set()
    found = members_of(world(engine, program, segment, keys, now), segment.name)
    return {key for key in found if text(key) in keys}  # of others, not all rows are here


def _theirs(segment: model.Segment, found: World, key: str) -> set[str]:
    """The values of a key on the rows of a segment, and of the funnels that it names."""
    every = {data.name: data for data in segment.data}
    for part in model.walk(segment.condition):
        if isinstance(part, model.OfFunnel):
            every |= {data.name: data for data in part.funnel.data}
    rows = (row for data in every.values() if data.key(key) for row in found.rows(data))
    return {text(row.get(key)) for row in rows if row.get(key) is not None}


# ---------------------------------------------------------------- rows


def _rows(engine: Engine, segment: model.Segment, keys: set[str]) -> dict[str, list[dict[str, Any]]]:
    data = {part.name: part for part in (*segment.data, *_data_in(segment))}
    needs: Needs = {each.name: {segment.key: set(keys)} for each in segment.data}
    fetched: dict[str, tuple[int, list[dict[str, Any]]]] = {}
    rows: dict[str, list[dict[str, Any]]] = {}
    for _ in range(MOST_ROUNDS):
        for name, having in needs.items():
            wanted = sum(map(len, having.values()))
            if fetched.get(name, (0, []))[0] != wanted:
                fetched[name] = (wanted, _fetched(engine, data[name], having))
        rows = {name: found for name, (_, found) in fetched.items()}
        before = sum(len(values) for having in needs.values() for values in having.values())
        for name, key, value in _leads(segment, rows, keys):
            needs.setdefault(name, {}).setdefault(key, set()).add(value)
        if before == sum(len(values) for having in needs.values() for values in having.values()):
            break
    return rows


def _data_in(segment: model.Segment) -> Iterator[model.Data]:
    for part in model.walk(segment.condition):
        if isinstance(part, model.Data):
            yield part


def _leads(
    segment: model.Segment, rows: dict[str, list[dict[str, Any]]], keys: set[str]
) -> Iterator[tuple[str, str, str]]:
    """The rows that these rows lead to: data, key, and its value."""
    every = [row for found in rows.values() for row in found]
    for part in model.walk(segment.condition):
        match part:
            case model.TableRead():
                table, theirs, ours = part.table, part.key.name, part.own.name
            case model.OfFunnel():
                via = part.via
                whose = {text(row[via]) for row in every if row.get(via) is not None} if via else keys
                yield from ((data.name, part.funnel.key, key) for data in part.funnel.data for key in whose)
                continue
            case model.JoinTable():
                table, theirs, ours = part.table, part.on.name, part.on.name
                if part.bridge is None:
                    yield from ((table.name, theirs, key) for key in keys)
                    continue
            case _:
                continue
        yield from ((table.name, theirs, text(row[ours])) for row in every if row.get(ours) is not None)


def _fetched(engine: Engine, data: model.Data, having: dict[str, set[str]]) -> list[dict[str, Any]]:
    from segql.sql.questions import types_of, values_of  # sqlglot costs ten times a bare Python start

    wanted = {key: sorted(values) for key, values in having.items() if values}
    if not wanted:
        return []
    return engine.values(values_of(data, wanted, engine.dialect), types_of(data))
