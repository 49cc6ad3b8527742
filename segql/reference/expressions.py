"""Expressions on one row: `holds` for those that stand as a condition, `value` for all of them.

None is the missing value. It comes out of reads and arithmetic only: a condition is true or false (R11).
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, assert_never

from segql.reference import letters, numbers, patterns
from segql.reference.world import Here, is_valid
from segql.semantics import calendar, model


def holds(expr: model.Expr, here: Here) -> bool:
    """Whether a condition is true of a row. R11: `not` flips, and a boolean that is missing is not true."""
    match expr:
        case model.Always():
            return True
        case model.And():
            return all(holds(term, here) for term in expr.terms)
        case model.Or():
            return any(holds(term, here) for term in expr.terms)
        case model.Not():
            return not holds(expr.term, here)
        case model.Compare():
            return numbers.compare(value(expr.left, here), expr.op, value(expr.right, here))
        case model.IsMissing():
            return value(expr.term, here) is None
        case model.InList():
            term = value(expr.term, here)
            return any(numbers.compare(term, "=", value(item, here)) for item in expr.items)
        case model.Match():
            return match_text(value(expr.term, here), expr.op, value(expr.pattern, here))
        case _:
            return value(expr, here) is True


def value(expr: model.Expr, here: Here) -> Any:
    """The value of an expression on a row; None if it is missing."""
    match expr:
        case model.FieldRead():
            return here.row.get(expr.name)
        case model.TableRead():
            return table_read(expr, here)
        case model.LabelRead():
            return here.labels[expr.label].get(expr.read.name) if expr.label in here.labels else None
        case model.Const():
            return expr.value
        case model.InstantOf():
            at = calendar.instant(expr.instant, here.world.now, expr.zone)
            return calendar.to_local(at, expr.zone).date() if expr.type.name == "date" else at
        case model.Arithmetic():
            return numbers.arithmetic(value(expr.left, here), expr.op, value(expr.right, here))
        case model.Negate():
            return numbers.negative(value(expr.term, here))
        case model.Call():
            return call(expr.function, [value(argument, here) for argument in expr.arguments], expr.zone)
        case (
            model.Always()
            | model.And()
            | model.Or()
            | model.Not()
            | model.Compare()
            | model.IsMissing()
            | model.InList()
            | model.Match()
        ):
            return holds(expr, here)
        case _:
            assert_never(expr)


def table_read(expr: model.TableRead, here: Here) -> Any:
    """R13: the table's row with the row's key, valid at the row's time (a table's own rows have none: now).

    Where a `unique` promise is broken the least value is read, so that no row ever becomes two.
    """
    at = here.row.time if here.row.data.time else here.world.now
    carriers = here.world.rows_with(expr.table, expr.key.name, here.row.get(expr.own.name))
    read = [row.get(expr.name) for row in carriers if is_valid(row, at)]
    return min((found for found in read if found is not None), default=None)


def match_text(text: Any, op: str, pattern: Any) -> bool:
    """R11: false if a side is missing. Case counts, and line breaks are characters like any other."""
    if text is None or pattern is None:
        return False
    match op:
        case "contains" if isinstance(text, list | tuple):
            return any(numbers.compare(item, "=", pattern) for item in text)
        case "contains":
            return pattern in text
        case "starts with":
            return bool(text.startswith(pattern))
        case "ends with":
            return bool(text.endswith(pattern))
        case "like":
            wild = {"%": ".*", "_": "."}
            return bool(re.fullmatch("".join(wild.get(c) or re.escape(c) for c in pattern), text, re.DOTALL))
        case _:
            return patterns.finds(pattern, text)


def call(function: str, arguments: list[Any], zone: str) -> Any:
    """A function of values. All but `coalesce` are missing when an argument is."""
    if function == "coalesce":
        return next((argument for argument in arguments if argument is not None), None)
    if any(argument is None for argument in arguments):
        return None
    (argument,) = arguments
    match function:
        case "lower":
            return letters.lower(argument)
        case "upper":
            return letters.upper(argument)
        case "trim":
            return argument.strip(" ")
        case "length":
            return len(argument)
        case "abs":
            return abs(numbers.exact(argument))
        case _:
            return part_of_time(function, argument, zone)


def part_of_time(function: str, at: Any, zone: str) -> Any:
    """What the zone's calendar and clocks show; a date is one already."""
    local = calendar.to_local(at, zone) if isinstance(at, dt.datetime) else at
    match function:
        case "date":
            return local.date() if isinstance(local, dt.datetime) else local
        case "weekday":
            return local.isoweekday()
        case "hour" | "day" | "month" | "year":
            return getattr(local, function)
        case _:
            raise ValueError(f"the reference interpreter has no function `{function}`")
