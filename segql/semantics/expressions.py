"""Expressions on one row: names to fields, and types that fit (R11, R15)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from segql.diagnostics import register
from segql.diagnostics.suggest import nearest
from segql.node import Value
from segql.semantics import model, patterns, windows
from segql.semantics.alike import (
    INSTANTS,
    NUMBERS,
    alike,
    arithmetic_type,
    as_float,
    check_alike,
    check_enum,
    rewritten_in,
    type_name,
    type_of_expr,
)
from segql.semantics.context import (
    ANY,
    BOOLEAN,
    DATE,
    DECIMAL,
    INTEGER,
    TEXT,
    TIMESTAMP,
    UNKNOWN,
    Context,
    Env,
)
from segql.semantics.data import data as resolve_data
from segql.semantics.data import type_of
from segql.semantics.functions import AGGREGATES, FUNCTIONS, result_type
from segql.semantics.scope import Declared
from segql.syntax import ast

OPPOSITE = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def truth(env: Env, node: ast.Expr) -> model.Expr:
    """An expression where a condition is needed; UNKNOWN, said, if it is none."""
    found = expr(env, node)
    if type_name(found) not in ("boolean", "any"):
        env.context.say(register.not_a_condition(env.declared.at(node), str(type_of_expr(found))))
        return UNKNOWN
    return found


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
    if type.name in INSTANTS and isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        value = windows.day_start(value, found.file.zone)
    return model.Const(value=value, type=type, param=node.name)


# ---------------------------------------------------------------- comparisons


def _compare(env: Env, node: ast.Compare) -> model.Expr:
    if _with_missing(env, node):
        return UNKNOWN
    left, right = expr(env, node.left), expr(env, node.right)
    if _is_day(right) and type_name(left) in INSTANTS:
        return _compare_day(env, left, node.op, right)
    if _is_day(left) and type_name(right) in INSTANTS:
        return _compare_day(env, right, OPPOSITE[node.op], left)
    if not check_alike(env, node.left, left, node.right, right):
        return UNKNOWN
    if node.op not in ("=", "!="):
        _check_order(env, (node.left, left), (node.right, right))
    check_enum(env, node.left, left, node.right, right)
    check_enum(env, node.right, right, node.left, left)
    left, right = as_float(left, right), as_float(right, left)
    if node.op == "!=":
        return model.Not(term=model.Compare(left=left, op="=", right=right))
    return model.Compare(left=left, op=node.op, right=right)


def _check_order(env: Env, *sides: tuple[ast.Expr, model.Expr]) -> None:
    """Says so when a side has values without an order: truth, and the values of an enum, whose texts say nothing."""
    for written, side in sides:
        if type_name(side) in ("boolean", "enum"):
            values = "`=`, `!=` or `in (…)`" if type_name(side) == "enum" else "`=` or `!=`"
            at, help = env.declared.at(written), f"compare it with {values}"
            env.context.say(register.wrong_type(at, type_name(side), "something that has an order", help))
            return


def _with_missing(env: Env, node: ast.Compare) -> bool:
    """`x = missing`, `x = null`: says how to ask."""
    for side, other in ((node.right, node.left), (node.left, node.right)):
        if isinstance(side, ast.Path) and side.text.lower() in ("missing", "null") and not _meanings(env, side):
            asked = "is missing" if node.op == "=" else "is not missing"
            instead = f"{env.text(other)} {asked}"
            at, whole = env.declared.at(side), env.declared.at(node)
            env.context.say(register.missing_is_asked(at, side.text, instead, whole))
            return True
    return False


def _is_day(node: model.Expr) -> bool:
    return isinstance(node, model.Const) and node.type.name == "date"


def _compare_day(env: Env, instant: model.Expr, op: str, day: Any) -> model.Expr:
    """A timestamp compared with a date means the whole day in the file's zone."""

    def edge(op: Any, date: dt.date) -> model.Expr:
        at = model.Const(value=windows.day_start(date, env.zone), type=TIMESTAMP)
        return model.Compare(left=instant, op=op, right=at)

    first = day.value
    if not isinstance(first, dt.date):  # a parameter that has no value yet
        return UNKNOWN
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


def _in_list(env: Env, node: ast.InList) -> model.Expr:
    term = expr(env, node.expr)
    items = []
    for written in node.items:
        item = expr(env, written)
        if check_alike(env, node.expr, term, written, item):
            check_enum(env, node.expr, term, written, item)
        items.append(as_float(item, term))
    return _negated(model.InList(term=term, items=tuple(items)), node.negated)


def _match(env: Env, node: ast.MatchText) -> model.Expr:
    term, pattern = expr(env, node.expr), expr(env, node.pattern)
    type = type_of_expr(term)
    if node.op == "contains" and type.name == "list":
        found, wanted = type_of_expr(pattern), type.item or ANY
        if not alike(wanted, found):
            instead = rewritten_in(env, node.pattern, found, wanted)
            at = env.declared.at(node.pattern)
            env.context.say(register.wrong_type(at, str(found), register.a(str(wanted)), instead=instead))
    else:
        for side, written in ((term, node.expr), (pattern, node.pattern)):
            if type_name(side) not in ("text", "enum", "any"):
                _want_text(env, node, written, type_of_expr(side))
        if node.op == "matches":
            _check_pattern(env, node.pattern, pattern)
    return _negated(model.Match(term=term, op=node.op, pattern=pattern), node.negated)


def _want_text(env: Env, node: ast.MatchText, written: ast.Expr, type: model.Type) -> None:
    help, instead = "", rewritten_in(env, written, type, TEXT)
    if type.name == "list" and written is node.expr:
        help = f"ask for a member: `{env.text(written)} contains {env.text(node.pattern)}`"
    elif written is node.expr:
        help = f"`{node.op}` is asked of texts: compare this with `=`, `<` or `>`"
    env.context.say(register.wrong_type(env.declared.at(written), str(type), "a text", help, instead))


def _check_pattern(env: Env, node: ast.Expr, pattern: model.Expr) -> None:
    if type_name(pattern) not in ("text", "enum", "any"):
        return
    if not isinstance(pattern, model.Const):
        why, help = "it is not written out", "write a text or a parameter, or ask with `contains` or `like`"
    elif not isinstance(pattern.value, str):
        return
    elif found := patterns.wrong(pattern.value):
        why, help = found
    else:
        return
    env.context.say(register.regular_expression(env.declared.at(node), why, help))


# ---------------------------------------------------------------- arithmetic and functions


def _arithmetic(env: Env, node: ast.Arithmetic) -> model.Expr:
    left, right = expr(env, node.left), expr(env, node.right)
    fits = True
    for side, written in ((left, node.left), (right, node.right)):
        if type_name(side) not in (*NUMBERS, "any"):
            type = type_of_expr(side)
            instead = rewritten_in(env, written, type, DECIMAL)
            env.context.say(register.wrong_type(env.declared.at(written), str(type), "a number", instead=instead))
            fits = False
    if not fits:
        return UNKNOWN
    left, right = as_float(left, right), as_float(right, left)
    result = arithmetic_type(type_of_expr(left), node.op, type_of_expr(right))
    return model.Arithmetic(left=left, op=node.op, right=right, type=result)


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
    function = FUNCTIONS.get(name)
    if function is None:
        known = tuple(FUNCTIONS)
        at = env.declared.at(node.function)
        if name in AGGREGATES:
            env.context.say(register.aggregate_of_one_row(at, name))
        else:
            env.context.say(register.unknown("function", at, name, nearest(name, known), known))
        return UNKNOWN
    arguments = tuple(expr(env, argument) for argument in node.arguments)
    types = tuple(type_of_expr(argument) for argument in arguments)
    type = result_type(function, types)
    if type is None:
        given = tuple(str(t) for t in types)
        env.context.say(register.wrong_arguments(env.declared.at(node), name, function.usage, given))
        return UNKNOWN
    return model.Call(function=name, arguments=arguments, type=type, zone=env.zone)


# ---------------------------------------------------------------- names


def _path(env: Env, node: ast.Path) -> model.Expr:
    found = _meanings(env, node)
    if len(found) > 1:
        _say_ambiguous(env, node, found)
        return UNKNOWN
    if found:
        return found[0].make()
    if not env.context.scope.broken.isdisjoint((node.text, node.parts[0], env.data.name)):
        return UNKNOWN
    if len(node.parts) > 1 and env.context.scope.find("table", node.parts[0]):
        return _unknown_column(env, node)
    if _say_unknown_label(env, node):
        return UNKNOWN
    known = field_names(env.data)
    at = env.declared.at(node)
    near = nearest(node.text, (*known, *env.context.scope.known("define")))
    env.context.say(register.unknown("field", at, node.text, near, known, f"`{env.data.name}`"))
    return UNKNOWN


def _say_unknown_label(env: Env, node: ast.Path) -> bool:
    """In steps, `a.amount` names an earlier step: says so if there is no such step, or no such field of it."""
    first, rest = node.parts[0], ".".join(node.parts[1:])
    if env.labels is None or not rest or any(f.startswith(f"{first}.") for f in field_names(env.data)):
        return False
    at = env.declared.at(node)
    for label, data in env.labels:
        if label == first:
            known = tuple(f"{label}.{name}" for name in field_names(data))
            near = nearest(node.text, known)
            env.context.say(register.unknown("field", at, node.text, near, known, f"`{data.name}`"))
            return True
    if read_field(env.data, rest) is None:
        return False
    labels = tuple(label for label, _ in env.labels)
    start = at.span.start
    at = at.replace(span=at.span._replace(end=start + len(env.text(node).partition(".")[0])))
    where = "the steps above" if labels else ""
    env.context.say(register.unknown("label", at, first, nearest(first, labels), labels, where))
    return True


def _say_ambiguous(env: Env, node: ast.Path, found: list[_Meaning]) -> None:
    """Once for each name: the declarations that share it are one mistake, however often it is read."""
    name = node.text
    if (env.data.name, name) in env.context.ambiguous:
        return
    env.context.ambiguous.add((env.data.name, name))
    ways = [f"write `{m.write}` for {m.what}" for m in found if m.write]
    ways += [f"rename {m.what}" for m in found if not m.write][:1]
    meanings = tuple(m.what for m in found)
    env.context.say(register.ambiguous_name(env.declared.at(node), name, (), meanings, ", or ".join(ways)))


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


class _Meaning(Value):
    """What a name could mean here: in words, as it is written without doubt (empty if it cannot be), and how to get it."""

    what: str
    write: str
    make: Callable[[], model.Expr]


def _meanings(env: Env, node: ast.Path) -> list[_Meaning]:
    """Everything that a path could mean here. `source.name` is the field, if there is one of that name."""
    found: list[_Meaning] = []
    source, name, first, rest = env.data.name, node.text, node.parts[0], ".".join(node.parts[1:])
    qualified = rest if first == source else ""
    read = read_field(env.data, name) or (read_field(env.data, qualified) if qualified else None)
    if read is not None:
        write = f"{source}.{read.name}"
        found.append(
            _Meaning(what=f"the field `{read.name}`", write="" if write == name else write, make=partial(_itself, read))
        )
    for label, data in env.labels or ():
        earlier = read_field(data, rest) if label == first else None
        if earlier is not None:
            step = model.LabelRead(label=first, read=earlier)
            found.append(_Meaning(what=f"the label `{label}`", write="", make=partial(_itself, step)))
    if env.context.scope.find("define", name):
        found.append(_Meaning(what=f"the define `{name}`", write="", make=partial(_define, env, node)))
    short = qualified if qualified and read is None else name
    if event_declaration(env.context, source, short):
        make = partial(event, env.context, env.data, short, env.declared, node)
        found.append(_Meaning(what=f"the event `{short}`", write="", make=make))
    table = env.context.scope.find("table", first)
    if table and rest and first != source:
        target = resolve_data(env.context, first)
        if target is not None and read_field(target, rest) is not None:
            make = partial(_table_read, env, node, target)
            found.append(_Meaning(what=f"the table `{first}`", write="", make=make))
    return found


def _itself(read: model.Expr) -> model.Expr:
    return read


def _define(env: Env, node: ast.Path) -> model.Expr:
    env.context.used.add(node.text)
    found = env.context.scope.find("define", node.text)
    assert found is not None
    if env.context.in_ring("define", node.text, env.declared.at(node)):
        return UNKNOWN
    inner = Env(context=env.context, declared=found, data=env.data, labels=env.labels)
    return env.context.resolve("define", node.text, lambda: expr(inner, found.node.expr))  # type: ignore[no-any-return]


def _table_read(env: Env, node: ast.Path, table: model.Data) -> model.Expr:
    pairs = [(key, env.data.key(key.name)) for key in table.keys]
    shared = [(key, own) for key, own in pairs if own is not None]
    unique = [(key, own) for key, own in shared if key.unique or table.valid]
    if not unique or (table.valid and env.data.time is None):
        _say_no_one_row(env, node, table, shared[0][0] if shared else None)
        return UNKNOWN
    key, own = unique[0]
    read = read_field(table, ".".join(node.parts[1:]))
    assert read is not None
    return model.TableRead(table=table, key=key, own=own, name=read.name, type=read.type, column=read.column)


def _say_no_one_row(env: Env, node: ast.Path, table: model.Data, shared: model.Key | None) -> None:
    """Once for each table: that its key is not unique is one mistake, however often it is read."""
    at, data = env.declared.at(node), env.data.name
    if (data, f"{table.name}.") in env.context.ambiguous:
        return
    env.context.ambiguous.add((data, f"{table.name}."))
    if shared is not None and table.valid:
        env.context.say(register.versions_without_time(at, table.name, data))
        return
    keys, key = tuple(k.name for k in table.keys), shared.name if shared else ""
    declared = env.context.scope.find("table", table.name)
    columns = (
        (c for item in declared.node.items if isinstance(item, ast.Keys) for c in item.columns) if declared else ()
    )
    column = next((c for c in columns if c.key.text == key), None)
    label = declared.at(column, "its key") if declared and column else None
    env.context.say(register.needs_unique(at, table.name, keys, key, data, label))


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
        declared = context.scope.find_like(declared.node.like.text) if declared.node.like else None
    return None


def event_names(context: Context, source: str) -> tuple[str, ...]:
    """The names of a source's events."""
    names: dict[str, None] = {}
    declared = context.scope.find("source", source)
    seen: set[str] = set()
    while declared is not None and declared.node.name.text not in seen:
        names.update((i.name.text, None) for i in declared.node.items if isinstance(i, ast.Event))
        seen.add(declared.node.name.text)
        declared = context.scope.find_like(declared.node.like.text) if declared.node.like else None
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
