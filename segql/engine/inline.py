"""A segment over rows that its own statement brings: on a database that is only read, where nothing is made or left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from segql.engine import trial
from segql.engine.engines import READERS
from segql.engine.relations import data_of, rebuilt, relocated, values_in
from segql.engine.spool import plain
from segql.node import Value
from segql.semantics import model
from segql.sql.inline import Cell, Inline
from segql.sql.scan import Names
from segql.sql.target import Refused

TYPES: dict[str, model.TypeName] = {
    "VARCHAR": "text",
    "BIGINT": "integer",
    "DECIMAL(38, 10)": "decimal",
    "DOUBLE": "float",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "TIMESTAMPTZ": "timestamptz",
}


class Question(Value):
    """SQL that gives keys of a type."""

    sql: str
    type: model.Type

    def key(self, value: object) -> object:
        """A key as a driver gives it, as the reference has it."""
        return READERS.get(self.type.name, plain)(value)


def question(
    program: model.Program, name: str, rows: Mapping[str, trial.Rows], now: dt.datetime, dialect: str
) -> Question | tuple[Refused, ...]:
    """The SQL of a segment over rows by the name of their source or table, or what the dialect cannot say of it."""
    from segql.sql.write import statement

    flat = flattened(program)
    data = data_of(flat, name)
    moved = relocated(flat, {each.name: model.Relation(parts=(each.name,)) for each in data})
    segment = moved.segment(name)
    known = trial.key_types(data, rows)
    given = tuple(_inline(each, rows.get(each.name, ()), known) for each in data)
    written = statement(moved, segment, dialect, now, given=given)
    return Question(sql=written, type=_type(known.get(segment.key, ""))) if isinstance(written, str) else written


def flattened(program: model.Program) -> model.Program:
    """The program with each value in a column of its own, also those that are kept inside of structs and documents."""
    columns = list(dict.fromkeys(each for each in values_in(program) if isinstance(each, model.Column)))
    names = Names(column.name for column in columns if column.is_whole)
    flat = {column: _flat(column, names) for column in columns if not column.is_whole}
    found: model.Program = rebuilt(
        program, lambda value: flat.get(value, value) if isinstance(value, model.Column) else value, {}
    )
    return found


def _flat(column: model.Column, names: Names) -> model.Column:
    path = (*column.path, *(column.entry.path if column.entry else ()))
    return model.Column(name=names.new("_".join((column.name, *path))), epoch=column.epoch)


def _inline(data: model.Data, rows: trial.Rows, known: Mapping[str, str]) -> Inline:
    slots: dict[str, trial.Slot] = trial.layout(data, rows, known)
    types = {name: _type(slot.type) for name, slot in slots.items()}
    return Inline(
        name=data.name,
        columns=tuple(types.items()),
        rows=tuple(tuple(_cell(slot.value(row), types[name]) for name, slot in slots.items()) for row in rows),
    )


def _cell(value: Any, type: model.Type) -> Cell:
    """A value as it is kept: of an instant where a bare date is, the day."""
    if isinstance(value, list):
        return tuple(value)
    return value.date() if type.name == "date" and isinstance(value, dt.datetime) else value


def _type(held: str) -> model.Type:
    """The type of a column that a trial makes."""
    if held.endswith("[]"):
        return model.Type(name="list", item=_type(held.removesuffix("[]")))
    return model.Type(name=TYPES.get(held, "text"))


def rows_of(data: Sequence[model.Data], case: model.Case) -> dict[str, list[dict[str, object]]]:
    """The rows of a case by the name of their source or table; those of others play no part."""
    by_name = {each.name: each for each in data}
    rows: dict[str, list[dict[str, object]]] = {}
    for row in case.rows:
        if row.of in by_name:
            rows.setdefault(row.of, []).append(trial.shared(by_name[row.of], dict(row.values)))
    return rows
