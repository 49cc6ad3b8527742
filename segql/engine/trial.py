"""Plain rows to keys through DuckDB: the same question that `segql.reference` answers, asked of the compiled SQL."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from segql.engine.duckdb import Refused, connected, quoted, refusals, without_zone
from segql.engine.relations import data_of, relocated
from segql.semantics import model

if TYPE_CHECKING:
    import duckdb

Rows = Sequence[Mapping[str, object]]

TYPES = {
    "text": "VARCHAR",
    "enum": "VARCHAR",
    "integer": "BIGINT",
    "decimal": "DECIMAL(38, 10)",
    "float": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMPTZ",
}


class Trial(NamedTuple):
    """The SQL of a segment or analysis over tables that have the names of its sources and tables.

    `columns` are those of an analysis.
    """

    sql: str
    data: tuple[model.Data, ...]
    columns: tuple[model.ResultColumn, ...] = ()


def members(
    program: model.Program, name: str, rows: Mapping[str, Rows], now: dt.datetime, dialect: str = "duckdb"
) -> set[object]:
    """The keys in a segment, given rows by the name of their source or table, and `now` (UTC, without a zone).

    Raises Refused if it cannot be written for DuckDB, or DuckDB cannot run it.
    """
    with connected() as connection:
        return outcome(connection, trial(program, name, now, dialect), rows)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def trial(program: model.Program, name: str, now: dt.datetime, dialect: str = "duckdb", plan: str = "") -> Trial:
    """The SQL of a segment or analysis over tables to be loaded, by one plan for its sequences or the best. Raises Refused."""
    from segql.sql.write import statement

    data = data_of(program, name)
    moved = relocated(program, {each.name: model.Relation(parts=(each.name,)) for each in data})
    asked = moved.find(name)
    if asked is None:
        raise Refused(f"there is no `{name}`")
    written = statement(moved, asked, dialect, now, plan=plan)
    if not isinstance(written, str):
        raise Refused("; ".join(f"{each.what}: {each.reason}" for each in written))
    if not isinstance(asked, model.Segment):
        return Trial(written, data, asked.columns)
    keys = (each.key(asked.key) for each in asked.data)
    zoned = any(key is not None and key.type.name == "timestamptz" for key in keys)
    return Trial(without_zone(written) if zoned else written, data)


def outcome(
    connection: duckdb.DuckDBPyConnection, of: Trial, rows: Mapping[str, Rows], session: str = "UTC"
) -> set[object]:
    """The keys that a trial gives over these rows, asked in a session of a time zone (R1: which must not matter)."""
    return {row[0] for row in fetched(connection, of, rows, session)}


def result(
    connection: duckdb.DuckDBPyConnection, of: Trial, rows: Mapping[str, Rows], session: str = "UTC"
) -> list[tuple[Any, ...]]:
    """The rows that the trial of an analysis gives, in order, in the form of `plain`."""
    return [plain(row, of.columns) for row in fetched(connection, of, rows, session)]


def fetched(
    connection: duckdb.DuckDBPyConnection, of: Trial, rows: Mapping[str, Rows], session: str
) -> list[tuple[Any, ...]]:
    """The rows that a trial gives, in order, as the engine has them."""
    known = key_types(of.data, rows)
    connection.execute("SET TimeZone = 'UTC'")
    for data in of.data:
        load(connection, data, rows.get(data.name, ()), known)
    with refusals():
        connection.execute(f"SET TimeZone = {_text(session)}")
        return connection.execute(of.sql).fetchall()


def plain(row: Sequence[Any], columns: tuple[model.ResultColumn, ...]) -> tuple[Any, ...]:
    """A row as engines and the reference give it, in one form: exact numbers as fractions, days and instants as such."""
    return tuple(_plain(value, column.type) for value, column in zip(row, columns, strict=True))


def _plain(value: Any, type: model.Type) -> Any:
    if value is None:
        return None
    match type.name:
        case "boolean":
            return bool(value)
        case "integer" | "decimal":
            return Fraction(value)
        case "float":
            return float(value)
        case "date" if isinstance(value, str):
            return dt.date.fromisoformat(value)
        case "timestamp" if isinstance(value, str):
            return dt.datetime.fromisoformat(value)
        case _:
            return value


def key_types(many: Iterable[model.Data], rows: Mapping[str, Rows]) -> dict[str, str]:
    """A type for every key, the same in all data: the declared one, else integers if all values are, else text."""
    found: dict[str, str] = {}
    values: dict[str, list[object]] = {}
    for data in many:
        for key in data.keys:
            if key.type.name != "any":
                found[key.name] = type_name(key.type)
            values.setdefault(key.name, []).extend(row.get(key.name) for row in rows.get(data.name, ()))
    return {name: guessed(values[name]) for name in values} | found


# ---------------------------------------------------------------- one table


class Slot(NamedTuple):
    """A place in the rows of a table: its type, and the names under which plain rows may hold its value."""

    type: str
    names: list[str]
    epoch: model.EpochUnit | None = None

    def value(self, row: Mapping[str, object]) -> Any:
        """The first value that a plain row has under one of the names, as it is kept."""
        return kept(next((row[name] for name in self.names if row.get(name) is not None), None), self.epoch)


Tree = dict[str, Any]  # the columns or fields by name: a Slot, or the Tree of a struct


class Document(NamedTuple):
    """A column of JSON documents: the names of plain rows, and where in the document each value goes."""

    places: list[tuple[str, model.Column]]


class Entries(NamedTuple):
    """A column of lists: the shape of their structs, and the names of plain rows with where in a struct each value goes."""

    shape: Tree
    places: list[tuple[str, model.Column]]

    def structs(self, row: Mapping[str, object]) -> list[dict[str, Any]]:
        """The list of a row: a struct for each of its keys that have a value."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for name, column in self.places:
            if column.entry is None or row.get(name) is None:
                continue
            by, value = column.entry.by, column.entry.value
            inside = found.setdefault((by, value), {**_empty(self.shape), by: value})
            for part in column.entry.path[:-1]:
                inside = inside[part]
            inside[column.entry.path[-1]] = kept(row[name], column.epoch)
        return list(found.values())


def _empty(shape: Tree) -> dict[str, Any]:
    return {name: _empty(part) if isinstance(part, dict) else None for name, part in shape.items()}


def load(
    connection: duckdb.DuckDBPyConnection, data: model.Data, rows: Rows, known: Mapping[str, str] | None = None
) -> None:
    """Creates the table of a source or table, with these rows. `known` holds types of keys that have none declared."""
    tree = layout(data, rows, known or {})
    columns = ", ".join(f"{quoted(name)} {_declared(part)}" for name, part in tree.items())
    values = ", ".join(_expression(part) for part in tree.values())
    with refusals():
        connection.execute(f"CREATE OR REPLACE TABLE {quoted(data.name)} ({columns})")
        if rows:
            given = [[value for part in tree.values() for value in _values(part, row)] for row in rows]
            connection.executemany(f"INSERT INTO {quoted(data.name)} VALUES ({values})", given)


def layout(data: model.Data, rows: Rows, known: Mapping[str, str]) -> Tree:
    """The columns that a source or table promises to have. Names that share a column share its slot."""
    tree: Tree = {}
    for name, column, type in _promised(data, rows, known):
        _place(tree, name, column, type)
    return tree


def _promised(data: model.Data, rows: Rows, known: Mapping[str, str]) -> Iterator[tuple[str, model.Column, str]]:
    """The names, columns and types of everything that rows hold; those with a declared type come first."""
    for field in (*data.fields, *((data.time,) if data.time else ())):
        yield field.name, field.column, type_name(field.held)
    for key in data.keys:
        declared = "" if key.type.name == "any" else type_name(key.type)
        yield key.name, key.column, declared or known.get(key.name) or guessed(row.get(key.name) for row in rows)
    for column in data.valid or ():
        yield column.name, column, "TIMESTAMP"
    for column in data.order:
        yield column.name, column, guessed(row.get(column.name) for row in rows)


def _place(tree: Tree, name: str, column: model.Column, type: str) -> None:
    top = _spelled(tree, column.name)
    if column.json:
        tree.setdefault(top, Document([])).places.append((name, column))
        return
    path = (top, *column.path)
    for part in path[:-1]:
        tree = tree.setdefault(_spelled(tree, part), {})
    if column.entry:
        entries = tree.setdefault(_spelled(tree, path[-1]), Entries({}, []))
        entries.places.append((name, column))
        entries.shape.setdefault(column.entry.by, Slot("VARCHAR", []))
        _place(entries.shape, name, model.Column(name=column.entry.path[0], path=column.entry.path[1:]), type)
        return
    slot = tree.setdefault(_spelled(tree, path[-1]), Slot(type, [], column.epoch))
    if name not in slot.names:
        slot.names.append(name)


def _spelled(tree: Tree, name: str) -> str:
    """The name as the tree has it already: case makes no difference to a column."""
    return next((known for known in tree if known.lower() == name.lower()), name)


def type_name(type: model.Type) -> str:
    """A declared type as DuckDB has it."""
    if type.name == "list":
        return f"{type_name(type.item or model.Type(name='text'))}[]"
    return TYPES.get(type.name, "VARCHAR")


def guessed(values: Iterable[object]) -> str:
    """A type for values that nobody declared: whole numbers, instants, or text."""
    there = [value for value in values if value is not None]
    if there and all(isinstance(value, int) for value in there):
        return "BIGINT"
    if there and all(isinstance(value, dt.datetime) for value in there):
        return "TIMESTAMP"
    return "VARCHAR"


def _declared(part: Any) -> str:
    match part:
        case Document():
            return "VARCHAR"
        case Slot():
            return part.type
        case Entries():
            return f"{_declared(part.shape)}[]"
        case _:
            return f"STRUCT({', '.join(f'{quoted(name)} {_declared(inner)}' for name, inner in part.items())})"


def _expression(part: Any) -> str:
    match part:
        case Document() | Slot():
            return f"CAST(? AS {_declared(part)})"
        case Entries():
            return f"CAST(CAST(? AS JSON) AS {_declared(part)})"
        case _:
            fields = (f"{quoted(name)} := {_expression(inner)}" for name, inner in part.items())
            return f"struct_pack({', '.join(fields)})"


def _values(part: Any, row: Mapping[str, object]) -> Iterator[object]:
    match part:
        case Document():
            yield json.dumps(_document(part, row), default=str)
        case Slot():
            yield part.value(row)
        case Entries():
            yield json.dumps(part.structs(row), default=str)
        case _:
            for inner in part.values():
                yield from _values(inner, row)


def _document(part: Document, row: Mapping[str, object]) -> Tree:
    document: Tree = {}
    for name, column in part.places:
        inside = document
        for key in column.path[:-1]:
            inside = inside.setdefault(key, {})
        if row.get(name) is not None:
            inside[column.path[-1]] = kept(row[name], column.epoch)
    return document


def kept(value: object, epoch: model.EpochUnit | None) -> object:
    """A value as the data hold it: an instant as the whole number of a unit since 1970, where it is kept so."""
    if epoch is None or not isinstance(value, dt.datetime):
        return value
    return (value - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=model.MICROSECONDS[epoch])


def shared(data: model.Data, row: Mapping[str, object]) -> dict[str, object]:
    """A row in which names of one column have one value: the reference reads by name, and SQL by column."""
    columns = [
        *((field.name, field.column) for field in (*data.fields, *((data.time,) if data.time else ()))),
        *((key.name, key.column) for key in data.keys),
        *((column.name, column) for column in (*data.order, *(data.valid or ()))),
    ]
    values: dict[model.Column, object] = {}
    for name, column in columns:
        if row.get(name) is not None:
            values.setdefault(column, row[name])
    return {**row, **{name: values[column] for name, column in columns if column in values}}
