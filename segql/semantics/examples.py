"""Tests inside the file: the examples of a `test` block, as rows of plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from segql.diagnostics import register
from segql.diagnostics.suggest import nearest
from segql.semantics import model, windows
from segql.semantics.alike import alike, rewritten
from segql.semantics.context import Context
from segql.semantics.data import data as resolve_data
from segql.semantics.data import type_of
from segql.semantics.expressions import field_names, literal, read_field
from segql.semantics.scope import Declared
from segql.syntax import ast

Values = dict[str, model.Constant | None]


def test(context: Context, declared: Declared, segments: Mapping[str, model.Segment | None]) -> model.Test | None:
    """A `test` block as cases; None, said, where it tests nothing that there is."""
    node: ast.Test = declared.node
    known = context.scope.find("segment", node.name.text)
    if known is None:
        context.scope.unknown("segment", declared.at(node.name), node.name.text)
        return None
    segment = segments.get(node.name.text)
    if segment is None:
        return None
    data = _data_needed(context, segment, segments)
    given = [a for item in node.items if isinstance(item, ast.Given) for a in item.assignments]
    _check_given(context, declared, given, data)
    cases = tuple(_case(context, declared, c, segment, data, given) for c in node.items if isinstance(c, ast.Case))
    return model.Test(
        segment=segment.name,
        now=_instant(context, declared, node.at),
        params=_params(context, declared, node.params),
        cases=cases,
        doc=node.doc,
    )


def _instant(context: Context, declared: Declared, node: ast.Date | ast.Timestamp) -> dt.datetime:
    if isinstance(node, ast.Timestamp):
        return windows.timestamp(context, declared, node)
    return windows.day_start(windows.date(context, declared, node), declared.file.zone)


def _data_needed(
    context: Context, segment: model.Segment, segments: Mapping[str, model.Segment | None]
) -> dict[str, model.Data]:
    """All sources and tables that can play a part in a segment, its own first."""
    found = {data.name: data for data in segment.data}
    waiting, seen = list(segment.needs), {segment.name}
    while waiting:
        name = waiting.pop(0)
        other = segments.get(name)
        if other is not None and name not in seen:
            seen.add(name)
            waiting.extend(other.needs)
            found.update({data.name: data for data in other.data} | found)
    for name in context.scope.known("table"):
        table = resolve_data(context, name)
        if table is not None:
            found.setdefault(name, table)
    return found


def _params(
    context: Context, declared: Declared, assignments: tuple[ast.Assignment, ...]
) -> tuple[tuple[str, model.Constant], ...]:
    found: dict[str, model.Constant] = {}
    for node in assignments:
        param = context.scope.find("parameter", node.path.text)
        if param is None:
            context.scope.unknown("parameter", declared.at(node.path), node.path.text)
            continue
        value = _value(context, declared, node, type_of(param.node.type), node.path.text)
        if value is not None:
            found[node.path.text] = value
    return tuple(found.items())


def _check_given(
    context: Context, declared: Declared, given: list[ast.Assignment], data: Mapping[str, model.Data]
) -> None:
    """What is given goes to all rows that have such a field: says so if none has, or if it is given twice."""
    names = tuple(dict.fromkeys(name for each in data.values() for name in _names(each)))
    for node in given:
        if node.path.text not in names:
            at = declared.at(node.path)
            context.say(register.unknown("field", at, node.path.text, nearest(node.path.text, names), names))
    _check_twice(context, declared, given)


def _check_twice(context: Context, declared: Declared, assignments: Iterable[ast.Assignment]) -> None:
    found: dict[str, ast.Assignment] = {}
    for node in assignments:
        if found.setdefault(node.path.text, node) is not node:
            first = declared.at(found[node.path.text].path, "first written here")
            context.say(register.duplicate_clause(declared.at(node.path), first, node.path.text))


def _names(data: model.Data) -> tuple[str, ...]:
    return (*field_names(data), *(c.name for c in data.order), *(c.name for c in data.valid or ()))


def _case(
    context: Context,
    declared: Declared,
    node: ast.Case,
    segment: model.Segment,
    data: Mapping[str, model.Data],
    given: list[ast.Assignment],
) -> model.Case:
    key = literal(context, declared, node.key).value
    assert key is not None
    rows = tuple(r for row in node.rows if (r := _row(context, declared, row, segment, data, given, key)))
    return model.Case(key=key, expected=node.expected == "in", rows=rows)


def _row(
    context: Context,
    declared: Declared,
    node: ast.Row,
    segment: model.Segment,
    data: Mapping[str, model.Data],
    given: list[ast.Assignment],
    key: model.Constant,
) -> model.Row | None:
    of = segment.data[0] if node.of is None else data.get(node.of.text)
    if of is None:
        assert node.of is not None
        near = nearest(node.of.text, data)
        context.say(register.unknown("source", declared.at(node.of), node.of.text, near, tuple(data)))
        return None
    values: Values = {segment.key: key} if of.key(segment.key) else {}
    _check_twice(context, declared, node.assignments)
    if node.at is not None:
        if of.time is None:
            said = register.no_time(declared.at(node.at), of.name, "a row that begins with a date", "take the date out")
            context.say(said)
        else:
            values[of.time.name] = _instant(context, declared, node.at)
            _check_whole(context, declared, node.at, values[of.time.name], of.time.column)
    names = _names(of)
    for assignment in given:
        if assignment.path.text in names:
            _assign(context, declared, assignment, of, names, values)
    for assignment in node.assignments:
        _assign(context, declared, assignment, of, names, values)
    return model.Row(of=of.name, values=tuple(values.items()))


def _assign(
    context: Context,
    declared: Declared,
    node: ast.Assignment,
    data: model.Data,
    names: tuple[str, ...],
    values: Values,
) -> None:
    name = node.path.text
    read = read_field(data, name)
    if read is None and name not in names:
        at = declared.at(node.path)
        context.say(register.unknown("field", at, name, nearest(name, names), names, f"`{data.name}`"))
    elif isinstance(node.value, ast.Missing):
        values[name] = None
    elif read is None:  # a column that only orders or versions the rows: any value
        values[name] = _plain(context, declared, node)
    else:
        values[name] = _value(context, declared, node, read.type, name)
        _check_whole(context, declared, node.value, values[name], read.column)


def _check_whole(
    context: Context, declared: Declared, node: ast.Timestamp | ast.Literal_, value: object, column: model.Column
) -> None:
    """Says so if an instant is not one of those that a column holds, which counts whole units."""
    if column.epoch and isinstance(value, dt.datetime) and value.microsecond % model.MICROSECONDS[column.epoch]:
        found, wanted = f"timestamp between two {column.epoch}", f"an instant of whole {column.epoch}"
        context.say(register.wrong_type(declared.at(node), found, wanted))


def _plain(context: Context, declared: Declared, node: ast.Assignment) -> model.Constant | None:
    value = literal(context, declared, node.value).value  # type: ignore[arg-type]
    is_day = isinstance(value, dt.date) and not isinstance(value, dt.datetime)
    return windows.day_start(value, declared.file.zone) if is_day else value  # type: ignore[arg-type]


def _value(
    context: Context, declared: Declared, node: ast.Assignment, type: model.Type, name: str
) -> model.Constant | None:
    """The value of an assignment, as the type that it is for; None, said, where it does not fit."""
    assert not isinstance(node.value, ast.Missing)
    found = literal(context, declared, node.value)
    value: Any = found.value
    if type.name == "list" or (type.name in ("timestamp", "timestamptz") and found.type.name == "date"):
        return (value,) if type.name == "list" else windows.day_start(value, declared.file.zone)  # type: ignore[return-value]
    whole = type.name != "integer" or value == int(value) if isinstance(value, Decimal) else True
    if not alike(found.type, type) or not whole:
        instead = rewritten(node.value, found.type, type)
        at = declared.at(node.value)
        context.say(register.wrong_type(at, str(found.type), register.a(str(type)), instead=instead))
        return None
    if type.name == "enum" and value not in type.values:
        near = nearest(value, type.values)
        context.say(register.not_in_enum(declared.at(node.value), value, name, type.values, near))
    if type.name == "float":
        return float(value)  # type: ignore[return-value]
    return Decimal(value) if type.name == "decimal" else value
