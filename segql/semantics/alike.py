"""Which types fit together (R15), and what could be written where they do not."""

from __future__ import annotations

import re
from decimal import Decimal

from segql.diagnostics import register
from segql.diagnostics.model import Edit, Fix
from segql.diagnostics.suggest import nearest
from segql.semantics import model
from segql.semantics.context import BOOLEAN, DECIMAL, FLOAT, INTEGER, Env
from segql.syntax import ast

NUMBERS = ("integer", "decimal", "float")
INSTANTS = ("timestamp", "timestamptz")


def type_of_expr(node: model.Expr) -> model.Type:
    """The type of a resolved expression."""
    return getattr(node, "type", BOOLEAN)


def type_name(node: model.Expr) -> str:
    return type_of_expr(node).name


def alike(left: model.Type, right: model.Type) -> bool:
    """Whether values of two types can be compared."""
    return "any" in (left.name, right.name) or family(left) == family(right)


def family(type: model.Type) -> str:
    if type.name in NUMBERS:
        return "number"
    if type.name in INSTANTS:
        return "timestamp"
    return "text" if type.name == "enum" else str(type)


def arithmetic_type(left: model.Type, op: str, right: model.Type) -> model.Type:
    """The type of a sum, difference or product is the wider of the two; a quotient is a float."""
    names = {left.name, right.name}
    if op == "/" or "float" in names:
        return FLOAT
    return INTEGER if names == {"integer"} else DECIMAL


def as_float(node: model.Expr, beside: model.Expr) -> model.Expr:
    """A number written beside a float is that float, on every engine."""
    if type_name(beside) == "float" and isinstance(node, model.Const) and isinstance(node.value, int | Decimal):
        return node.replace(value=float(node.value), type=FLOAT)  # type: ignore[no-any-return]
    return node


def check_alike(env: Env, left: ast.Expr, one: model.Expr, right: ast.Expr, other: model.Expr) -> bool:
    """Whether two sides can be compared; says so if not, with what would make them alike."""
    types = type_of_expr(one), type_of_expr(other)
    at, beside = env.declared.at(right), env.declared.at(left)
    if {"enum"} == {types[0].name, types[1].name} and not {*types[0].values} & {*types[1].values}:
        help = "they have no value in common"
        env.context.say(register.unlike_types(at, str(types[0]), str(types[1]), (beside,), help))
        return False
    if alike(*types) and "list" not in (types[0].name, types[1].name):
        return True
    edits = (rewritten_in(env, right, *types[::-1]), rewritten_in(env, left, *types))
    fixes = tuple(_fix(env, node, text) for node, text in zip((right, left), edits, strict=True) if text)[:1]
    help = f"write `{edits[0] or edits[1]}`" if fixes else _unlike_help(env, left, right, *types)
    env.context.say(register.unlike_types(at, str(types[0]), str(types[1]), (beside,), help, fixes))
    return False


def _fix(env: Env, node: ast.Expr, text: str) -> Fix:
    at = env.declared.at(node)
    return Fix(title=f"Write `{text}`", edits=(Edit(source=at.source, span=at.span, text=text),))


def rewritten_in(env: Env, node: ast.Expr, type: model.Type, wanted: model.Type) -> str:
    if type.name in INSTANTS and wanted.name == "date":
        return f"date({env.text(node)})"
    return rewritten(node, type, wanted)


def rewritten(node: ast.Expr, type: model.Type, wanted: model.Type) -> str:
    """A literal as one of another type, as it would be written; empty if it cannot be."""
    if isinstance(node, ast.Timestamp) and wanted.name == "date":
        return node.text[:10]
    if isinstance(node, ast.Number) and wanted.name == "text":
        return f"'{node.text}'"
    if not isinstance(node, ast.String):
        return ""
    pattern = _BARE.get(wanted.name if wanted.name not in NUMBERS else "number")
    return node.value if pattern and re.fullmatch(pattern, node.value) else ""


_BARE = {
    "number": r"[0-9]+(\.[0-9]+)?",
    "boolean": r"true|false",
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "timestamp": r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?)?",
    "timestamptz": r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?)?",
}


def _unlike_help(env: Env, left: ast.Expr, right: ast.Expr, one: model.Type, other: model.Type) -> str:
    names = {one.name, other.name}
    for side, wanted in ((right, one), (left, other)):
        if isinstance(side, ast.ParamRef):
            return declared_as(side, wanted)
    if names == {"list"}:
        return "ask for a member: `… contains …`"
    if "list" in names:
        which, member = (left, right) if one.name == "list" else (right, left)
        return f"ask for a member: `{env.text(which)} contains {env.text(member)}`"
    if names & {"date", *INSTANTS} and any(isinstance(side, ast.String) for side in (left, right)):
        return "a date is written without quotes: 2026-01-31"
    if one.name == "enum":
        return f"it is one of {', '.join(repr(v) for v in one.values)}"
    return ""


def declared_as(node: ast.ParamRef, wanted: model.Type) -> str:
    """How a parameter would be of the type that it is compared with."""
    return f"declare `param {node.name} : {wanted}`"


def check_enum(env: Env, subject: ast.Expr, enum: model.Expr, written: ast.Expr, value: model.Expr) -> None:
    """Says so when an enum is compared with a text that it never holds."""
    type = type_of_expr(enum)
    if type.name != "enum" or not isinstance(value, model.Const) or not isinstance(value.value, str):
        return
    if value.value in type.values or value.param:
        return
    at, near = env.declared.at(written), nearest(value.value, type.values)
    env.context.say(register.not_in_enum(at, value.value, env.text(subject), type.values, near))
