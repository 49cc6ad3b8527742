"""Expressions on one row: names to fields, and types that fit (R11, R15)."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from segql.diagnostics import register
from segql.diagnostics.suggest import nearest
from segql.node import Value
from segql.semantics import model, windows
from segql.semantics.context import (
    ANY,
    BOOLEAN,
    DATE,
    DECIMAL,
    FLOAT,
    INTEGER,
    TEXT,
    TIMESTAMP,
    UNKNOWN,
    Context,
)
from segql.semantics.data import data as resolve_data
from segql.semantics.data import type_of
from segql.semantics.functions import FUNCTIONS, result_type
from segql.semantics.scope import Declared
from segql.syntax import ast

NUMBERS = ("integer", "decimal", "float")
INSTANTS = ("timestamp", "timestamptz")
_OPPOSITE = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


class Env(Value):
    """Where an expression stands: whose rows it reads, and which earlier steps it may name."""

    context: Context
    declared: Declared
    data: model.Data
    labels: tuple[tuple[str, model.Data], ...] = ()

    @property
    def zone(self) -> str:
        return self.declared.file.zone


def truth(env: Env, node: ast.Expr) -> model.Expr:
    """An expression where a condition is needed."""
    found = expr(env, node)
    if type_name(found) not in ("boolean", "any"):
        env.context.say(register.not_a_condition(env.declared.at(node), str(type_of_expr(found))))
    return found


def type_of_expr(node: model.Expr) -> model.Type:
    """The type of a resolved expression."""
    return getattr(node, "type", BOOLEAN)


def type_name(node: model.Expr) -> str:
    return type_of_expr(node).name


def expr(env: Env, node: ast.Expr) -> model.Expr:
    """The meaning of an expression; UNKNOWN, said, where it has none."""
    match node:
        case ast.AnyTrue():
            return model.Or(terms=tuple(truth(env, term) for term in node.terms))
        case ast.AllTrue():
            return model.And(terms=tuple(truth(env, term) for term in node.terms))
        case ast.NotTrue():
            return model.Not(term=truth(env, node.expr))
        case ast.Compare():
            return _compare(env, node)
        case ast.IsMissing():
            return _negated(model.IsMissing(term=expr(env, node.expr)), node.negated)
        case ast.InList():
            return _in_list(env, node)
        case ast.MatchText():
            return _match(env, node)
        case ast.Arithmetic():
            return _arithmetic(env, node)
        case ast.Negate():
            return _negate(env, node)
        case ast.Call():
            return _call(env, node)
        case ast.Path():
            return _path(env, node)
        case ast.ParamRef():
            return param(env.context, env.declared, node)
        case ast.Ago():
            instant = windows.moment(env.context, env.declared, node)
            return model.InstantOf(instant=instant, zone=env.zone, type=TIMESTAMP)
        case ast.Aggregate():
            raise AssertionError("the grammar keeps aggregates out of row expressions")
        case _:
            return literal(env.context, env.declared, node)


def _negated(node: model.Expr, negated: bool) -> model.Expr:
    return model.Not(term=node) if negated else node


# ---------------------------------------------------------------- literals and parameters


def literal(context: Context, declared: Declared, node: ast.Literal_) -> model.Const:
    """A literal as a constant of its type."""
    match node:
        case ast.String():
            return model.Const(value=node.value, type=TEXT)
        case ast.Number():
            text = node.text.replace("_", "")
            if "." in text:
                return model.Const(value=Decimal(text), type=DECIMAL)
            return model.Const(value=int(text), type=INTEGER)
        case ast.Boolean():
            return model.Const(value=node.value, type=BOOLEAN)
        case ast.Date():
            return model.Const(value=windows.date(context, declared, node), type=DATE)
        case ast.Timestamp():
            return model.Const(value=windows.timestamp(context, declared, node), type=TIMESTAMP)


def param(context: Context, declared: Declared, node: ast.ParamRef) -> model.Const:
    """A parameter: the value that was given, or its default, or none yet."""
    found = context.scope.find("parameter", node.name)
    if found is None:
        context.scope.unknown("parameter", declared.at(node), node.name)
        return UNKNOWN
    type = type_of(found.node.type)
    value = context.given.get(node.name)
    if value is None and found.node.default is not None:
        value = literal(context, found, found.node.default).value
    return model.Const(value=value, type=type, param=node.name)


# ---------------------------------------------------------------- comparisons


def alike(left: model.Type, right: model.Type) -> bool:
    """Whether values of two types can be compared."""
    return "any" in (left.name, right.name) or _family(left) == _family(right)


def _family(type: model.Type) -> str:
    if type.name in NUMBERS:
        return "number"
    if type.name in INSTANTS:
        return "timestamp"
    return "text" if type.name == "enum" else str(type)


def _compare(env: Env, node: ast.Compare) -> model.Expr:
    left, right = expr(env, node.left), expr(env, node.right)
    if _is_day(right) and type_name(left) in INSTANTS:
        return _compare_day(env, left, node.op, right)
    if _is_day(left) and type_name(right) in INSTANTS:
        return _compare_day(env, right, _OPPOSITE[node.op], left)
    _check_alike(env, node, left, right)
    left, right = _as_float(left, right), _as_float(right, left)
    if node.op == "!=":
        return model.Not(term=model.Compare(left=left, op="=", right=right))
    return model.Compare(left=left, op=node.op, right=right)


def _is_day(node: model.Expr) -> bool:
    return isinstance(node, model.Const) and node.type.name == "date" and isinstance(node.value, dt.date)


def _compare_day(env: Env, instant: model.Expr, op: str, day: Any) -> model.Expr:
    """A timestamp compared with a date means the whole day in the file's zone."""

    def edge(op: Any, date: dt.date) -> model.Expr:
        at = model.Const(value=windows.day_start(date, env.zone), type=TIMESTAMP)
        return model.Compare(left=instant, op=op, right=at)

    first = day.value
    after = first + dt.timedelta(days=1) if first < dt.date.max else first
    match op:
        case "<" | ">=":
            return edge(op, first)
        case "<=":
            return edge("<", after)
        case ">":
            return edge(">=", after)
        case _:
            return _negated(model.And(terms=(edge(">=", first), edge("<", after))), op == "!=")


def _check_alike(env: Env, node: ast.Compare | ast.InList, left: model.Expr, right: model.Expr) -> None:
    one, other = type_of_expr(left), type_of_expr(right)
    if not alike(one, other) or "list" in (one.name, other.name):
        context, at = env.context, env.declared.at(node)
        context.say(register.unlike_types(at, str(one), str(other), help=_unlike_help(one, other)))
        return
    if isinstance(node, ast.Compare) and node.op not in ("=", "!=") and one.name == "boolean":
        env.context.say(register.wrong_type(env.declared.at(node), "boolean", "something that has an order"))
    _check_enum(env, node.left if isinstance(node, ast.Compare) else node.expr, left, right, node)
    if isinstance(node, ast.Compare):
        _check_enum(env, node.right, right, left, node)


def _unlike_help(one: model.Type, other: model.Type) -> str:
    names = {one.name, other.name}
    if "list" in names:
        return "ask what a list holds: `tags contains 'a'`"
    if names == {"date", "timestamp"} or names == {"date", "timestamptz"}:
        return "take the day of the timestamp: `date(…)`"
    if names & {"text", "enum"} and names & set(NUMBERS):
        return "a text stands in quotes, a number does not"
    if names & {"text", "enum"} and names & {"date", "timestamp", "timestamptz"}:
        return "a date is written without quotes: 2026-01-31"
    return ""


def _check_enum(env: Env, subject: ast.Expr, enum: model.Expr, value: model.Expr, node: Any) -> None:
    """Says so when an enum is compared with a text that it never holds."""
    type = type_of_expr(enum)
    if type.name != "enum" or not isinstance(value, model.Const) or not isinstance(value.value, str):
        return
    if value.value in type.values or value.param:
        return
    name = subject.text if isinstance(subject, ast.Path) else "it"
    spots = [n for n in _strings(node) if n.value == value.value]
    at = env.declared.at(spots[0] if spots else node)
    env.context.say(register.not_in_enum(at, value.value, name, type.values, nearest(value.value, type.values)))


def _strings(node: ast.Compare | ast.InList) -> list[ast.String]:
    parts = (node.left, node.right) if isinstance(node, ast.Compare) else node.items
    return [part for part in parts if isinstance(part, ast.String)]


def _as_float(node: model.Expr, beside: model.Expr) -> model.Expr:
    """A number written beside a float is that float, on every engine."""
    if type_name(beside) == "float" and isinstance(node, model.Const) and isinstance(node.value, int | Decimal):
        return node.replace(value=float(node.value), type=FLOAT)  # type: ignore[no-any-return]
    return node


def _in_list(env: Env, node: ast.InList) -> model.Expr:
    term = expr(env, node.expr)
    items = []
    for written in node.items:
        item = expr(env, written)
        _check_alike(env, ast.InList(span=written.span, expr=node.expr, items=(written,), negated=False), term, item)
        items.append(_as_float(item, term))
    return _negated(model.InList(term=term, items=tuple(items)), node.negated)


_LOOK = re.compile(r"\(\?(?!:|P<|[aimsux]+[:)])|\\[1-9]|\(\?P=|[*+?}]\+")


def _match(env: Env, node: ast.MatchText) -> model.Expr:
    term, pattern = expr(env, node.expr), expr(env, node.pattern)
    type = type_of_expr(term)
    if node.op == "contains" and type.name == "list":
        if not alike(type.item or ANY, type_of_expr(pattern)):
            at = env.declared.at(node)
            env.context.say(register.unlike_types(at, str(type.item), str(type_of_expr(pattern))))
    else:
        for side, written in ((term, node.expr), (pattern, node.pattern)):
            if type_name(side) not in ("text", "enum", "any"):
                env.context.say(register.wrong_type(env.declared.at(written), str(type_of_expr(side)), "a text"))
        if node.op == "matches":
            _check_pattern(env, node.pattern, pattern)
    return _negated(model.Match(term=term, op=node.op, pattern=pattern), node.negated)


def _check_pattern(env: Env, node: ast.Expr, pattern: model.Expr) -> None:
    if not isinstance(pattern, model.Const):
        why = "it is not a text or a parameter"
    elif not isinstance(pattern.value, str):
        return
    elif _LOOK.search(pattern.value):
        why = "look-around, back-references and possessive repeats are not known to every engine"
    else:
        try:
            re.compile(pattern.value)
            return
        except re.error as error:
            why = str(error)
    env.context.say(register.regular_expression(env.declared.at(node), why))


# ---------------------------------------------------------------- arithmetic and functions


def _arithmetic(env: Env, node: ast.Arithmetic) -> model.Expr:
    left, right = expr(env, node.left), expr(env, node.right)
    fits = True
    for side, written in ((left, node.left), (right, node.right)):
        if type_name(side) not in (*NUMBERS, "any"):
            env.context.say(register.wrong_type(env.declared.at(written), str(type_of_expr(side)), "a number"))
            fits = False
    if not fits:
        return UNKNOWN
    left, right = _as_float(left, right), _as_float(right, left)
    type = arithmetic_type(type_of_expr(left), node.op, type_of_expr(right))
    return model.Arithmetic(left=left, op=node.op, right=right, type=type)


def arithmetic_type(left: model.Type, op: str, right: model.Type) -> model.Type:
    """The type of a sum, difference or product is the wider of the two; a quotient is a float."""
    names = {left.name, right.name}
    if op == "/" or "float" in names:
        return FLOAT
    return INTEGER if names == {"integer"} else DECIMAL


def _negate(env: Env, node: ast.Negate) -> model.Expr:
    term = expr(env, node.expr)
    if type_name(term) not in (*NUMBERS, "any"):
        env.context.say(register.wrong_type(env.declared.at(node.expr), str(type_of_expr(term)), "a number"))
        return UNKNOWN
    if isinstance(term, model.Const) and isinstance(term.value, int | Decimal) and not term.param:
        return term.replace(value=-term.value)  # type: ignore[no-any-return]
    return model.Negate(term=term, type=type_of_expr(term))


def _call(env: Env, node: ast.Call) -> model.Expr:
    name = node.function.text
    arguments = tuple(expr(env, argument) for argument in node.arguments)
    function = FUNCTIONS.get(name)
    if function is None:
        known = tuple(FUNCTIONS)
        at = env.declared.at(node.function)
        env.context.say(register.unknown("function", at, name, nearest(name, known), known))
        return UNKNOWN
    types = tuple(type_of_expr(argument) for argument in arguments)
    type = result_type(function, types)
    if type is None:
        env.context.say(register.wrong_arguments(env.declared.at(node), name, function.usage))
        return UNKNOWN
    return model.Call(function=name, arguments=arguments, type=type, zone=env.zone)


# ---------------------------------------------------------------- names


def _path(env: Env, node: ast.Path) -> model.Expr:
    found = _meanings(env, node)
    if len(found) > 1:
        env.context.say(register.ambiguous_name(env.declared.at(node), node.text, tuple(found)))
        return UNKNOWN
    if found:
        return next(iter(found.values()))()  # type: ignore[no-any-return]
    if not env.context.scope.broken.isdisjoint((node.text, node.parts[0])):
        return UNKNOWN
    if len(node.parts) > 1 and env.context.scope.find("table", node.parts[0]):
        return _unknown_column(env, node)
    known = field_names(env.data)
    at = env.declared.at(node)
    near = nearest(node.text, (*known, *env.context.scope.known("define")))
    env.context.say(register.unknown("field", at, node.text, near, known, f"`{env.data.name}`"))
    return UNKNOWN


def field_names(data: model.Data) -> tuple[str, ...]:
    """The names that an expression on a row of the data can read."""
    own = (*(f.name for f in data.fields), *(k.name for k in data.keys), *((data.time.name,) if data.time else ()))
    return tuple(dict.fromkeys(own))


def read_field(data: model.Data, name: str) -> model.FieldRead | None:
    """A field, key or time of the data by its name."""
    for field in (*data.fields, *data.keys, *((data.time,) if data.time else ())):
        if field.name == name:
            return model.FieldRead(name=field.name, type=field.type, column=field.column)
    return None


def _meanings(env: Env, node: ast.Path) -> dict[str, Any]:
    """Everything that a path could mean here, each under the words that say it without doubt."""
    found: dict[str, Any] = {}
    name, first, rest = node.text, node.parts[0], ".".join(node.parts[1:])
    read = read_field(env.data, name)
    if read is not None:
        found[f"{env.data.name}.{name}"] = lambda: read
    elif first == env.data.name and read_field(env.data, rest) is not None:
        own = read_field(env.data, rest)
        found[name] = lambda: own
    for label, data in env.labels:
        earlier = read_field(data, rest) if label == first else None
        if earlier is not None:
            found[f"{rest} of the step {label}"] = lambda read=earlier: model.LabelRead(label=first, read=read)
    if env.context.scope.find("define", name):
        found[f"the define {name}"] = lambda: _define(env, node)
    if event_declaration(env.context, env.data.name, name.removeprefix(f"{env.data.name}.")):
        short = name.removeprefix(f"{env.data.name}.")
        found[f"the event {short}"] = lambda: event(env.context, env.data, short, env.declared, node)
    table = env.context.scope.find("table", first)
    if table and rest and first != env.data.name:
        target = resolve_data(env.context, first)
        if target is not None and read_field(target, rest) is not None:
            found[f"the table's {name}"] = lambda: _table_read(env, node, target)
    return found


def _define(env: Env, node: ast.Path) -> model.Expr:
    found = env.context.scope.find("define", node.text)
    assert found is not None
    if env.context.in_ring("define", node.text, env.declared.at(node)):
        return UNKNOWN
    inner = Env(context=env.context, declared=found, data=env.data, labels=env.labels)
    return env.context.resolve("define", node.text, lambda: expr(inner, found.node.expr))  # type: ignore[no-any-return]


def _table_read(env: Env, node: ast.Path, table: model.Data) -> model.Expr:
    pairs = [(key, env.data.key(key.name)) for key in table.keys if key.unique or table.valid]
    shared = [(key, own) for key, own in pairs if own is not None]
    if not shared or (table.valid and env.data.time is None):
        at = env.declared.at(node)
        env.context.say(register.needs_unique(at, table.name, tuple(k.name for k in table.keys)))
        return UNKNOWN
    key, own = shared[0]
    read = read_field(table, ".".join(node.parts[1:]))
    assert read is not None
    return model.TableRead(table=table, key=key, own=own, name=read.name, type=read.type, column=read.column)


def _unknown_column(env: Env, node: ast.Path) -> model.Expr:
    table = resolve_data(env.context, node.parts[0])
    if table is not None:
        rest = ".".join(node.parts[1:])
        known = tuple(f"{table.name}.{name}" for name in field_names(table))
        near = nearest(f"{table.name}.{rest}", known)
        at = env.declared.at(node)
        env.context.say(register.unknown("field", at, node.text, near, known, f"`{table.name}`"))
    return UNKNOWN


# ---------------------------------------------------------------- events


def event_declaration(context: Context, source: str, name: str) -> tuple[Declared, ast.Event] | None:
    """Where an event of a source is declared: in the source, or in one that it is like."""
    declared = context.scope.find("source", source)
    seen: set[str] = set()
    while declared is not None and declared.node.name.text not in seen:
        for item in declared.node.items:
            if isinstance(item, ast.Event) and item.name.text == name:
                return declared, item
        seen.add(declared.node.name.text)
        declared = context.scope.find("source", declared.node.like.text) if declared.node.like else None
    return None


def event_names(context: Context, source: str) -> tuple[str, ...]:
    """The names of a source's events."""
    names: dict[str, None] = {}
    declared = context.scope.find("source", source)
    seen: set[str] = set()
    while declared is not None and declared.node.name.text not in seen:
        names.update((i.name.text, None) for i in declared.node.items if isinstance(i, ast.Event))
        seen.add(declared.node.name.text)
        declared = context.scope.find("source", declared.node.like.text) if declared.node.like else None
    return tuple(names)


def event(context: Context, data: model.Data, name: str, asking: Declared, node: Any) -> model.Expr:
    """The predicate of an event that is declared."""
    found = event_declaration(context, data.name, name)
    assert found is not None, "the caller looks the event up"
    declared, item = found
    memo = (data.name, name)
    if memo not in context.events:
        if context.in_ring("event", f"{data.name}.{name}", asking.at(node)):
            return UNKNOWN
        env = Env(context=context, declared=declared, data=data)
        predicate = context.resolve("event", f"{data.name}.{name}", lambda: truth(env, item.predicate))
        context.events[memo] = model.Event(name=name, source=data.name, predicate=predicate, doc=item.doc)
    known = context.events[memo]
    assert known is not None
    return known.predicate
