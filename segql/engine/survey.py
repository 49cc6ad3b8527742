"""Is what a text promises of its data so? Columns, types, values of enums, `unique` keys; and do tables meet anybody?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from segql.compiler import Checked
from segql.diagnostics import register
from segql.diagnostics.model import Diagnostic
from segql.engine import duckdb, mistakes
from segql.engine.duckdb import Refused, listening
from segql.engine.matching import overlapping
from segql.engine.relations import data_of, values_in
from segql.engine.types import unit_of
from segql.semantics import model
from segql.semantics.data import known_data

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


YEAR = 31_556_952_000_000  # microseconds, in the mean


def survey(checked: Checked, database: str = "") -> tuple[Diagnostic, ...]:
    """What is not so in the data that a text declares, or that its segments read."""
    many = own_data(checked)
    if not many:
        return ()
    said = [*mistakes.unreadable_data(checked, many, database)]
    if said:
        return tuple(said)
    with duckdb.connected(database) as connection:
        filled = []
        for data in many:
            found = list(_of_data(connection, checked, data))
            said += found
            if not any(d.is_error or d.code == "SEG420" for d in found):
                filled.append(data.name)
        said += _of_segments(connection, checked, set(filled))
    return tuple(said)


def own_data(checked: Checked) -> tuple[model.Data, ...]:
    """The sources and tables that a text declares, or that its segments read."""
    scope = checked.scope
    found: dict[str, model.Data] = {}
    for name in scope.known("source", "table"):
        declared = scope.find("source", name) or scope.find("table", name)
        data = known_data(scope, name) if declared and declared.file is scope.main else None
        if data is not None:
            found[name] = data
    for segment in checked.program.segments:
        for data in data_of(checked.program, segment.name):
            found.setdefault(data.name, data)
    return tuple(found.values())


def _all(connection: DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    listening(connection, lambda: rows.extend(connection.execute(query).fetchall()))
    return rows


def _of_data(connection: DuckDBPyConnection, checked: Checked, data: model.Data) -> Iterator[Diagnostic]:
    from segql.sql import questions as q

    units: list[Diagnostic] = []
    try:
        units += _of_units(connection, checked, data)
        yield from units
        ((rows, *_),) = _all(connection, q.counts_of(data))
        if not rows:
            yield register.no_rows(mistakes.place(checked, data), data.name)
            return
        for field in data.fields:
            if field.type.name == "enum":
                strange = _all(connection, q.strange_values(data, field))
                if strange:
                    at = mistakes.place(checked, data, field.column.name)
                    yield register.value_not_declared(at, field.name, str(strange[0][0]), strange[0][1], len(strange))
        for key in data.keys:
            if key.unique:
                yield from _of_promise(connection, checked, data, key)
    except Refused as refused:
        if not units:  # instants of another unit may be beyond the engine's calendar
            yield mistakes.explained_data(refused, checked, (data,))


def _of_units(connection: DuckDBPyConnection, checked: Checked, data: model.Data) -> Iterator[Diagnostic]:
    """Instants that are kept as numbers, and are of our age in another unit only."""
    from segql.sql import questions as q

    times = (data.time,) if data.time else ()
    for field in {each.column: each for each in (*data.fields, *times)}.values():
        unit = field.column.epoch
        if unit is None:
            continue
        ((latest,),) = _all(connection, q.latest_of(data, field))
        likely = unit_of(latest) if latest is not None else None
        if likely is not None and likely != unit:
            year = 1970 + latest * model.MICROSECONDS[unit] // YEAR
            yield register.other_unit(mistakes.place(checked, data, field.column), field.name, year, unit, likely)


def _of_promise(
    connection: DuckDBPyConnection, checked: Checked, data: model.Data, key: model.Key
) -> Iterator[Diagnostic]:
    """The generated test of `unique`."""
    from segql.sql import questions as q

    listening(
        connection,
        lambda: connection.execute(f"CREATE OR REPLACE TEMP TABLE table_rows AS {q.keys_of(data, key.name)}"),
    )
    double = f"SELECT {q.KEY} AS k, count(*) AS n FROM table_rows GROUP BY 1 HAVING count(*) > 1"
    broken = overlapping(q.KEY, q.START, q.END) if data.valid else double
    found = _all(
        connection, f"SELECT CAST(k AS VARCHAR), n, count(*) OVER () FROM ({broken}) ORDER BY n DESC, k LIMIT 1"
    )
    for value, rows, count in found:
        at = mistakes.place(checked, data, key.column.name)
        yield register.broken_promise(at, key.name, data.name, value, rows, count, bool(data.valid))


# ---------------------------------------------------------------- tables that meet nobody


def _of_segments(connection: DuckDBPyConnection, checked: Checked, filled: set[str]) -> Iterator[Diagnostic]:
    met: dict[tuple[str, str, str], bool] = {}
    for segment in checked.program.segments:
        declared = checked.scope.find("segment", segment.name)
        if declared is None or declared.file is not checked.scope.main:
            continue
        for table, key, sources in _joins(segment):
            pairs = [s for s in sources if s.name in filled and s.key(key) and table.name in filled]
            for source in pairs:
                asked = (table.name, source.name, key)
                if asked not in met:
                    met[asked] = _meet(connection, table, source, key)
            if pairs and not any(met[table.name, s.name, key] for s in pairs):
                at = declared.at(declared.node.name)
                yield register.table_matches_nothing(at, table.name, key, pairs[0].name)


def _joins(segment: model.Segment) -> Iterator[tuple[model.Data, str, tuple[model.Data, ...]]]:
    """The tables that a segment asks, by which key, and the data whose keys ask."""
    seen: set[tuple[str, str]] = set()
    for value in values_in(segment.condition):
        match value:
            case model.JoinTable():
                asking = tuple(rows.data for rows in value.bridge.rows) if value.bridge else segment.data
                table, key = value.table, value.on.name
            case model.TableRead():
                asking = tuple(d for d in values_in(segment.condition) if isinstance(d, model.Data) and d.time)
                table, key = value.table, value.key.name
            case _:
                continue
        if (table.name, key) not in seen:
            seen.add((table.name, key))
            yield table, key, tuple(dict.fromkeys((*asking, *segment.data)))


def _meet(connection: DuckDBPyConnection, table: model.Data, source: model.Data, key: str) -> bool:
    from segql.sql import questions as q

    query = f"SELECT 1 FROM ({q.keys_of(source, key)}) SEMI JOIN ({q.keys_of(table, key)}) USING ({q.KEY}) LIMIT 1"
    try:
        return bool(_all(connection, query))
    except Refused:
        return True  # of unlike types: the engine says so when the segment is run
