"""Numbers without surprises: integers and decimals are exact fractions, quotients are floats, and a float makes its
company floats.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


def exact(value: Any) -> Any:
    """An integer or decimal as a fraction; anything else as it is."""
    return Fraction(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


def alike(values: Collection[Any]) -> list[Any]:
    """The values, with all numbers of one kind: fractions, or floats if one of them is a float."""
    fair = [exact(value) for value in values]
    if any(isinstance(value, float) for value in fair):
        return [float(value) for value in fair]
    return fair


def compare(left: Any, op: str, right: Any) -> bool:
    """R11: false if a side is missing."""
    return left is not None and right is not None and COMPARISONS[op](*alike((left, right)))


def arithmetic(left: Any, op: str, right: Any) -> Any:
    """Missing if a side is missing, and on division by zero. A quotient is a float: of the two sides as floats."""
    if left is None or right is None or (op == "/" and right == 0):
        return None
    if op == "/":
        return float(left) / float(right)
    return OPERATIONS[op](*alike((left, right)))


def negative(value: Any) -> Any:
    return None if value is None else -exact(value)


def distinct(values: Sequence[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def total(values: Sequence[Any]) -> Any:
    return math.fsum(values) if any(isinstance(value, float) for value in values) else sum(values, Fraction(0))


def mean(values: Sequence[Any]) -> float:
    """A float: the exact total, divided as a float."""
    return float(total(values)) / len(values)


def median(values: Sequence[Any]) -> float:
    """A float: the mean of the two values in the middle, which are one and the same for an odd number."""
    ordered, half = sorted(values), len(values) // 2
    return float(ordered[half] + ordered[-1 - half]) / 2


def aggregate(function: str, values: Sequence[Any]) -> Any:
    """R12: of values that are all present; over none of them `count` and `sum` are 0 and the others are missing."""
    fair = alike(values)
    match function:
        case "count":
            return len(fair)
        case "sum":
            return total(fair)
        case _ if not fair:
            return None
        case "avg":
            return mean(fair)
        case "min":
            return min(fair)
        case "max":
            return max(fair)
        case _:
            return median(fair)
