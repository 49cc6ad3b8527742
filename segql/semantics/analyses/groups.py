"""What rows are grouped by: expressions and calendar units, each with the name of its column."""

from __future__ import annotations

from segql.diagnostics import register
from segql.node import Node
from segql.semantics import model
from segql.semantics.alike import INSTANTS, alike, type_of_expr
from segql.semantics.analyses.setting import Columns
from segql.semantics.context import DATE, TEXT, TIMESTAMP, Env
from segql.semantics.expressions import expr
from segql.semantics.segments import Frame, for_each
from segql.syntax import ast

WIDTHS = {"integer": 1, "decimal": 2, "float": 3}


def group(frame: Frame, columns: Columns, item: ast.ByItem) -> model.Group | None:
    """One of the groups; None, said, if it has no meaning."""
    if isinstance(item.expr, ast.Bucket):
        return _bucket(frame, columns, item, item.expr)
    written = item.expr
    exprs = for_each(
        frame.context,
        frame.data,
        lambda data: expr(Env(context=frame.context, declared=frame.declared, data=data), written),
    )
    type = shown_type(frame, item.expr, exprs)
    if type is None:
        return None
    name = item.name.text if item.name else _name(written)
    if not name:
        frame.context.say(register.unnamed_group(frame.declared.at(item)))
        return None
    return model.Group(column=columns.add(name, type, item.name or item.expr), exprs=exprs)


def no_steps(frame: Frame, item: ast.ByItem, kind: str) -> None:
    """Says so if a group is read on a step, where there are none."""
    if item.step is not None:
        frame.context.say(register.no_such_step(frame.declared.at(item.step), kind))


def _bucket(frame: Frame, columns: Columns, item: ast.ByItem, node: ast.Bucket) -> model.Group | None:
    unit = node.unit.name
    for data in frame.data:
        if data.time is None:
            what = f"`by {unit}`"
            frame.context.say(register.no_time(frame.declared.at(node), data.name, what))
            return None
    type = TIMESTAMP if unit in ("second", "minute", "hour") else DATE
    column = columns.add(item.name.text if item.name else unit, type, item.name or node)
    return model.Group(column=column, unit=unit, zone=frame.zone)


def shown_type(frame: Frame, node: Node, exprs: tuple[model.Expr, ...]) -> model.Type | None:
    """The type of a group's values in a result: an instant is shown in UTC, and of two kinds of number the wider counts."""
    types = [type_of_expr(each) for each in exprs]
    at = frame.declared.at(node)
    for type in types:
        if type.name == "list":
            frame.context.say(
                register.wrong_type(at, str(type), "a single value", "group by a field of one value a row")
            )
            return None
        if not alike(types[0], type):
            frame.context.say(register.unlike_types(at, str(types[0]), str(type), (), "group by something of one type"))
            return None
    wide = max(types, key=lambda type: WIDTHS.get(type.name, 0))
    if wide.name in INSTANTS:
        return TIMESTAMP
    return TEXT if wide.name == "enum" and len(set(types)) > 1 else wide


def _name(node: ast.Expr) -> str:
    """The name of a group that is given none: that of what it reads, or of the function."""
    match node:
        case ast.Path():
            return node.text.replace(".", "_")
        case ast.Call():
            return node.function.text
        case _:
            return ""
