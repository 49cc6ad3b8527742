"""`explore`: measures of rows, in groups, in an order."""

from __future__ import annotations

from functools import partial
from typing import Any

from segql.diagnostics import register
from segql.diagnostics.suggest import nearest
from segql.semantics import model, windows
from segql.semantics.alike import NUMBERS
from segql.semantics.analyses.groups import group, no_steps
from segql.semantics.analyses.setting import Columns, Setting, setting
from segql.semantics.conditions import measure, type_of_measure
from segql.semantics.context import UNKNOWN, Context, only
from segql.semantics.scope import Declared
from segql.syntax import ast

PART = "part"  # the column that tells groups, the rest of them, and all of them apart


def explore(context: Context, declared: Declared) -> model.Explore | None:
    """The meaning of an `explore`; None, said, if there is a mistake that leaves nothing of it."""
    node: ast.Explore = declared.node
    found = setting(context, declared)
    if found is None:
        return None
    columns = Columns(found)
    top = only(context, declared, node.items, ast.Top, "top")
    totals = only(context, declared, node.items, ast.Totals, "totals")
    if totals or (top and top.other):
        columns.own(PART)
    by = only(context, declared, node.items, ast.By, "by")
    for item in by.items if by else ():
        no_steps(found.frame, item, "explore")
    groups = tuple(g for item in (by.items if by else ()) if (g := group(found.frame, columns, item)))
    measures = _measures(found, columns)
    if not measures:
        what, example = f"`explore {node.name.text}`", f"measure events = count({found.frame.data[0].name})"
        context.say(register.missing_clause(declared.at(node.name), what, "measure", example))
        return None
    return model.Explore(
        **found.fields(),
        columns=tuple(columns.columns),
        groups=groups,
        measures=measures,
        order=_order(found, (*(g.column for g in groups), *(m.column for m in measures)), measures, top),
        top=windows.whole(context, declared, top.count, "a number of groups", 1) if top else None,
        other=top is not None and top.other,
        totals=totals is not None,
    )


# ---------------------------------------------------------------- measures


def _measures(of: Setting, columns: Columns) -> tuple[model.Measured, ...]:
    found: dict[str, model.Measure] = {}
    made = []
    for item in of.frame.declared.node.items:
        if isinstance(item, ast.MeasureItem):
            meant = _measure(of, found, item.measure)
            column = columns.add(item.name.text, type_of_measure(meant), item.name)
            found.setdefault(item.name.text, meant)
            made.append(model.Measured(column=column, measure=meant))
    return tuple(made)


def _measure(of: Setting, above: dict[str, model.Measure], node: Any) -> model.Measure:
    """The meaning of a measure, in which those above it may be named; UNKNOWN, said, where it has none."""
    frame = of.frame
    number = partial(_number, of, above)
    match node:
        case ast.MeasureRef():
            if node.name.text in above:
                return above[node.name.text]
            at, known = frame.declared.at(node), tuple(above)
            near = nearest(node.name.text, known)
            frame.context.say(register.unknown_column(at, node.name.text, near, known, "measure"))
            return UNKNOWN
        case ast.Negate():
            term = number(node.expr)
            return UNKNOWN if term is UNKNOWN else model.MeasureNegate(term=term)
        case ast.Arithmetic():
            left, right = number(node.left), number(node.right)
            if left is UNKNOWN or right is UNKNOWN:
                return UNKNOWN
            return model.MeasureArithmetic(left=left, op=node.op, right=right)
        case _:
            return measure(frame, node)


def _number(of: Setting, above: dict[str, model.Measure], node: Any) -> model.Measure:
    found = _measure(of, above, node)
    type = type_of_measure(found)
    if type.name not in (*NUMBERS, "any"):
        of.frame.context.say(register.wrong_type(of.frame.declared.at(node), str(type), "a number"))
        return UNKNOWN
    return found


# ---------------------------------------------------------------- order


def _order(
    of: Setting, columns: tuple[model.ResultColumn, ...], measures: tuple[model.Measured, ...], top: ast.Top | None
) -> tuple[model.Sorted, ...]:
    """The order that is written; without one, `top` takes the groups that are greatest by the first measure."""
    context, declared = of.frame.context, of.frame.declared
    clause = only(context, declared, declared.node.items, ast.Sort, "sort")
    if clause is None:
        return (model.Sorted(column=measures[0].column, descending=True),) if top else ()
    by_name = {column.name: column for column in columns}
    found = []
    for item in clause.items:
        name = item.name.text
        column = by_name.get(name) or by_name.get(name.replace(".", "_"))
        if column is None:
            near = nearest(name, by_name)
            context.say(register.unknown_column(declared.at(item.name), name, near, tuple(by_name)))
            continue
        found.append(model.Sorted(column=column, descending=item.direction == "desc"))
    return tuple(found)
