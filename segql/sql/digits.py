"""How many digits a decimal may have after its point, for engines whose decimals have room for so many and no more."""

from __future__ import annotations

from decimal import Decimal

from segql.semantics import model

DECIMALS = 9  # of a column: what docs/engines.md asks of those engines' tables


def after_point(node: model.Expr | model.Measure) -> int:
    """The most digits after the point that a value can have without being rounded."""
    match node:
        case model.Const():
            return DECIMALS if node.param else _of_number(node.value)
        case model.Arithmetic() | model.MeasureArithmetic():
            left, right = after_point(node.left), after_point(node.right)
            return {"*": left + right, "/": 0}.get(node.op, max(left, right))
        case model.Negate() | model.MeasureNegate():
            return after_point(node.term)
        case model.Call() if node.function in ("abs", "coalesce"):
            return max(after_point(argument) for argument in node.arguments)
        case model.Aggregate() if node.function in ("sum", "min", "max"):
            return max(after_point(value) for value in node.exprs)
        case model.FieldRead() | model.TableRead() | model.LabelRead():
            return DECIMALS if node.type.name == "decimal" else 0
        case _:
            return 0


def _of_number(value: object) -> int:
    if not isinstance(value, Decimal):
        return 0
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
