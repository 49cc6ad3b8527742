"""Conditions: what must hold of a key."""

from __future__ import annotations

from typing import Any, assert_never

from segql.diagnostics import register
from segql.diagnostics.suggest import nearest
from segql.semantics import model, windows
from segql.semantics.alike import NUMBERS, alike, arithmetic_type, declared_as, type_of_expr
from segql.semantics.context import FLOAT, INTEGER, UNKNOWN, Env, only
from segql.semantics.data import data as resolve_data
from segql.semantics.expressions import (
    OPPOSITE,
    event_declaration,
    event_names,
    expr,
    field_names,
    literal,
    param,
    read_field,
    truth,
)
from segql.semantics.functions import AGGREGATES
from segql.semantics.segments import Frame, at_least_one, for_each, narrowed, rows_of, segment, wrong_key
from segql.semantics.sequences import sequence
from segql.syntax import ast

_OPS: dict[str, Any] = {"at least": ">=", "at most": "<=", "exactly": "="}


def condition(frame: Frame, node: ast.Condition) -> model.Condition:
    """The meaning of a condition. Where it has none, something has been said and the condition is a harmless one."""
    from segql.semantics.fates import fate  # a condition may name a funnel, and a funnel holds conditions

    match node:
        case ast.Did():
            return _did(frame, node)
        case ast.Never():
            selection = _selection(frame, node.event, node)
            return _counted(model.CountRows(of=selection), "=", 0) if selection else at_least_one(frame)
        case ast.FirstDid():
            return _first_did(frame, node)
        case ast.InSegment():
            found = _in_segment(frame, node)
            return model.Opposite(term=found) if node.negated else found
        case ast.OfFunnel():
            return fate(frame, node)
        case ast.Join():
            return _join(frame, node)
        case ast.AnyOf():
            return model.AnyOf(terms=tuple(condition(frame, c) for c in node.conditions))
        case ast.AllOf():
            return model.AllOf(terms=tuple(condition(frame, c) for c in node.conditions))
        case ast.NoneOf():
            return model.Opposite(term=model.AnyOf(terms=tuple(condition(frame, c) for c in node.conditions)))
        case ast.Steps():
            return sequence(frame, node) or at_least_one(frame)
        case ast.CompareMeasures():
            return _compare_measures(frame, node)
        case _:
            assert_never(node)


def _counted(measure: model.Measure, op: Any, count: int) -> model.Condition:
    return model.CompareMeasures(left=measure, op=op, right=model.Const(value=count, type=INTEGER))


# ---------------------------------------------------------------- behaviour


def _did(frame: Frame, node: ast.Did) -> model.Condition:
    times = only(frame.context, frame.declared, node.clauses, ast.Times, "times")
    days = only(frame.context, frame.declared, node.clauses, ast.Days, "days")
    selection = _selection(frame, node.event, node)
    if selection is None:
        return at_least_one(frame)
    terms: list[model.Condition] = []
    if times:
        terms.append(_counted(model.CountRows(of=selection), *_bound(frame, times, "times")))
    if days and selection.window is None:
        context, at = frame.context, frame.declared.at(days)
        context.say(register.no_time(at, selection.rows[0].data.name, "`on … days`"))
    elif days:
        terms.append(_counted(model.CountDays(of=selection, zone=frame.zone), *_bound(frame, days, "days")))
    if not terms:
        return _counted(model.CountRows(of=selection), ">=", 1)
    return terms[0] if len(terms) == 1 else model.AllOf(terms=tuple(terms))


def _bound(frame: Frame, node: ast.Times | ast.Days, what: str) -> tuple[Any, int]:
    count = windows.whole(frame.context, frame.declared, node.count, f"a number of {what}", 0)
    if node.bound.kind == "at least" and count == 0:
        frame.context.say(register.always_or_never(frame.declared.at(node), f"`at least 0 {what}`", always=True))
    return _OPS[node.bound.kind], count


def _selection(frame: Frame, event: ast.EventRef, node: Any) -> model.Selection | None:
    """The rows that a behavioural condition is about: its event, filters and window."""
    where = only(frame.context, frame.declared, node.clauses, ast.Where, "where")
    window = _own_window(frame, node)
    for clause in node.clauses:
        _check_line(frame, node, clause)
    rows = rows_of(frame, event)
    if rows is None:
        if where and len(frame.data) == 1:  # whatever the event is, its rows are those of the one source
            narrowed(frame, frame.all_rows()[0], where)
        return None
    return model.Selection(rows=(narrowed(frame, rows, where),), window=window)


def _own_window(frame: Frame, node: Any) -> model.Window | None:
    during = only(frame.context, frame.declared, node.clauses, ast.During, "during")
    if during is None:
        return frame.window
    if frame.window is None:
        frame.context.say(register.no_time(frame.declared.at(during), frame.data[0].name, "`during`"))
        return None
    return windows.window(frame.context, frame.declared, during.window)


def _check_line(frame: Frame, owner: Any, clause: Any) -> None:
    """A clause that begins a line, no deeper than its condition, looks like the segment's own and is not."""
    if not isinstance(clause, ast.Where | ast.During):
        return
    text = frame.declared.piece.text
    line = text.rfind("\n", 0, clause.span.start) + 1
    if text[line : clause.span.start].strip() or line <= owner.span.start:
        return
    owner_line = text.rfind("\n", 0, owner.span.start) + 1
    if clause.span.start - line <= owner.span.start - owner_line:
        word = "where" if isinstance(clause, ast.Where) else "during"
        end = text.find("\n", owner.span.start)
        first = owner.span._replace(end=owner.span.start + len(text[owner.span.start : end].rstrip()))
        mine = frame.declared.at(first, "the condition that it belongs to")
        frame.context.say(register.clause_of_line_above(frame.declared.at(clause), word, mine))


def _first_did(frame: Frame, node: ast.FirstDid) -> model.Condition:
    selection = _selection(frame, node.event, node)
    if selection is None:
        return at_least_one(frame)
    if selection.window is None:
        at = frame.declared.at(node.span._replace(end=node.event.span.start - 1))
        frame.context.say(register.no_time(at, frame.data[0].name, "`first did`"))
        return at_least_one(frame)
    ever = model.Window(zone=frame.zone)
    return model.FirstIn(of=selection.replace(window=ever), window=selection.window)


# ---------------------------------------------------------------- segments and tables


def _in_segment(frame: Frame, node: ast.InSegment) -> model.Condition:
    context, declared, name = frame.context, frame.declared, node.segment.text
    known = context.scope.find("segment", name)
    if known is None:
        context.scope.unknown("segment", declared.at(node.segment), name)
        return at_least_one(frame)
    if context.in_ring("segment", name, declared.at(node.segment)):
        return at_least_one(frame)
    other = segment(context, name)
    if other is None:
        return at_least_one(frame)
    theirs = node.via.text if node.via else frame.key
    if theirs != other.key:
        key = next((i for i in known.node.items if isinstance(i, ast.Key)), None)
        label = known.at(key, "its key") if key else None
        at = declared.at(node.via) if node.via else declared.at(node.segment)
        written = node.via.text if node.via else None
        context.say(register.needs_via(at, name, other.key, frame.key, label, written))
        return at_least_one(frame)
    if node.via is None or node.via.text == frame.key:
        return model.InSegment(segment=name, via=None, bridge=None)
    bridge = bridged(frame, node.via)
    return model.InSegment(segment=name, via=theirs, bridge=bridge) if bridge else at_least_one(frame)


def bridged(frame: Frame, key: ast.Path) -> model.Selection | None:
    """The segment's rows that carry another key: what leads from one key to the other (R14)."""
    carrying = tuple(d for d in frame.data if d.key(key.text))
    if not carrying:
        wrong_key(frame.context, frame.declared, key, frame.data[0])
        return None
    rows = tuple(model.RowsOf(data=d, predicate=model.Always()) for d in carrying)
    return model.Selection(rows=rows, window=frame.window)


def _join(frame: Frame, node: ast.Join) -> model.Condition:
    context, declared = frame.context, frame.declared
    known = context.scope.find("table", node.table.text)
    if known is None:
        context.scope.unknown("table", declared.at(node.table), node.table.text)
        return at_least_one(frame)
    if node.where:
        _check_line(frame, node, node.where)
    table = resolve_data(context, node.table.text)
    if table is None:
        return at_least_one(frame)
    key = table.key(node.key.text)
    if key is None:
        wrong_key(context, declared, node.key, table)
        return at_least_one(frame)
    env = Env(context=context, declared=declared, data=table)
    predicate = truth(env, node.where.expr) if node.where else model.Always()
    bridge = None if key.name == frame.key else bridged(frame, node.key)
    if key.name != frame.key and bridge is None:
        return at_least_one(frame)
    return model.JoinTable(table=table, on=key, predicate=predicate, bridge=bridge)


# ---------------------------------------------------------------- measures


def _compare_measures(frame: Frame, node: ast.CompareMeasures) -> model.Condition:
    left, right = measure(frame, node.left), measure(frame, node.right)
    one, other = type_of_measure(left), type_of_measure(right)
    if not alike(one, other):
        at, beside = frame.declared.at(node.right), frame.declared.at(node.left)
        help = declared_as(node.right, one) if isinstance(node.right, ast.ParamRef) else ""
        frame.context.say(register.unlike_types(at, str(one), str(other), (beside,), help))
        return at_least_one(frame)
    _check_sense(frame, node, left, right)
    left, right = _as_float(left, other), _as_float(right, one)
    if node.op == "!=":
        return model.Opposite(term=model.CompareMeasures(left=left, op="=", right=right))
    return model.CompareMeasures(left=left, op=node.op, right=right)


def _check_sense(frame: Frame, node: ast.CompareMeasures, left: model.Measure, right: model.Measure) -> None:
    """A count is never negative: says so where that alone decides a comparison."""
    op: str = node.op
    if isinstance(left, model.Const):
        left, right, op = right, left, OPPOSITE[op]
    if isinstance(right, model.MeasureNegate) and isinstance(right.term, model.Const):
        right = right.term.replace(value=-right.term.value)  # type: ignore[operator]
    if not _is_count(left) or not isinstance(right, model.Const) or right.param or right.value is None:
        return
    number: Any = right.value
    never = number < 0 if op in ("<=", "=") else number <= 0 if op == "<" else False
    always = number <= 0 if op == ">=" else number < 0 if op in (">", "!=") else False
    if never or always:
        at = frame.declared.at(node)
        what = f"`{frame.declared.piece.text[node.span.start : node.span.end]}`"
        frame.context.say(register.always_or_never(at, what if what.isprintable() else "this", always))


def _is_count(node: model.Measure) -> bool:
    return isinstance(node, model.CountRows) or (isinstance(node, model.Aggregate) and node.function == "count")


def _as_float(node: model.Measure, beside: model.Type) -> model.Measure:
    if (
        beside.name == "float"
        and isinstance(node, model.Const)
        and node.value is not None
        and node.type.name in NUMBERS
    ):
        return node.replace(value=float(node.value), type=FLOAT)  # type: ignore[no-any-return,arg-type]
    return node


def type_of_measure(node: model.Measure) -> model.Type:
    """The type of a resolved measure."""
    match node:
        case model.CountRows() | model.CountDays():
            return INTEGER
        case model.MeasureArithmetic():
            return arithmetic_type(type_of_measure(node.left), node.op, type_of_measure(node.right))
        case model.MeasureNegate():
            return type_of_measure(node.term)
        case _:
            return node.type


def measure(frame: Frame, node: ast.Measure) -> model.Measure:
    """The meaning of a measure; UNKNOWN, said, where it has none."""
    match node:
        case ast.Number():
            return literal(frame.context, frame.declared, node)
        case ast.ParamRef():
            return param(frame.context, frame.declared, node)
        case ast.Negate():
            term = _number(frame, node.expr)
            return UNKNOWN if term is UNKNOWN else model.MeasureNegate(term=term)
        case ast.Arithmetic():
            left, right = _number(frame, node.left), _number(frame, node.right)
            if left is UNKNOWN or right is UNKNOWN:
                return UNKNOWN
            return model.MeasureArithmetic(left=left, op=node.op, right=right)
        case ast.Aggregate():
            return _aggregate(frame, node)
        case _:
            assert_never(node)


def _number(frame: Frame, node: Any) -> model.Measure:
    found = measure(frame, node)
    type = type_of_measure(found)
    if type.name not in (*NUMBERS, "any"):
        frame.context.say(register.wrong_type(frame.declared.at(node), str(type), "a number"))
        return UNKNOWN
    return found


def _aggregate(frame: Frame, node: ast.Aggregate) -> model.Measure:
    name = node.function.text
    if name not in AGGREGATES:
        at, known = frame.declared.at(node.function), tuple(AGGREGATES)
        frame.context.say(register.unknown("function", at, name, nearest(name, known), known))
        return UNKNOWN
    window = _own_window(frame, node)
    where = only(frame.context, frame.declared, node.clauses, ast.Where, "where")
    counted = _counted_event(frame, node)
    if name == "count" and (counted or node.expr is None) and not node.distinct:
        event = counted or node.event
        found = rows_of(frame, event) if event else None
        rows = (found,) if found else () if event else frame.all_rows()
        selected = tuple(narrowed(frame, r, where) for r in rows)
        return model.CountRows(of=model.Selection(rows=selected, window=window)) if selected else UNKNOWN
    usage = AGGREGATES[name]
    if node.expr is None:
        usage = usage if name != "count" else "count(distinct session.id)"
        frame.context.say(register.wrong_arguments(frame.declared.at(node), name, usage))
        return UNKNOWN
    if node.distinct and name in ("min", "max", "median"):
        frame.context.say(register.distinct_without_sense(frame.declared.at(node), name, usage))
        return UNKNOWN
    if name == "count" and not node.distinct and not node.event and _say_unknown_counted(frame, node.expr):
        return UNKNOWN
    return _aggregate_of(frame, node, node.expr, where, window)


def _counted_event(frame: Frame, node: ast.Aggregate) -> ast.EventRef | None:
    """`count(view)` counts the rows of an event, if there is one of that name."""
    if node.event or node.distinct or not isinstance(node.expr, ast.Path) or node.function.text != "count":
        return None
    path = node.expr
    for data in frame.data:
        own = path.text.removeprefix(f"{data.name}.")
        if path.text == data.name or event_declaration(frame.context, data.name, own):
            return ast.EventRef(span=path.span, path=path)
    return None


def _say_unknown_counted(frame: Frame, value: ast.Expr) -> bool:
    """`count(viw)` is a slip in the name of an event as much as in that of a field: looks among both."""
    if not isinstance(value, ast.Path) or any(read_field(d, value.text) for d in frame.data):
        return False
    events = tuple(name for d in frame.data for name in event_names(frame.context, d.name))
    near = nearest(value.text, events)
    if near is None or nearest(value.text, [n for d in frame.data for n in field_names(d)]):
        return False
    at, where = frame.declared.at(value), " or ".join(f"`{d.name}`" for d in frame.data)
    frame.context.say(register.unknown("event", at, value.text, near, events, where))
    return True


def _aggregate_of(
    frame: Frame, node: ast.Aggregate, value: ast.Expr, where: ast.Where | None, window: model.Window | None
) -> model.Measure:
    found = rows_of(frame, node.event) if node.event else None
    if node.event and found is None:
        return UNKNOWN
    rows = tuple(narrowed(frame, r, where) for r in ((found,) if found else frame.all_rows()))
    exprs = for_each(
        frame.context,
        tuple(r.data for r in rows),
        lambda data: expr(Env(context=frame.context, declared=frame.declared, data=data), value),
    )
    name: Any = node.function.text
    for read in exprs:
        type = type_of_expr(read)
        if not _fits(name, type):
            wanted, help = _wanted(name)
            frame.context.say(register.wrong_type(frame.declared.at(value), str(type), wanted, help))
            return UNKNOWN
    type = _aggregate_type(name, type_of_expr(exprs[0]))
    selection = model.Selection(rows=rows, window=window)
    return model.Aggregate(function=name, of=selection, exprs=exprs, distinct=node.distinct, type=type)


def _wanted(function: str) -> tuple[str, str]:
    if function == "count":
        return "a single value", "count a field that holds one value a row"
    if function in ("min", "max"):
        return "something that has an order", "name a number, a text, a date or a timestamp"
    return "a number", "count it instead: `count(distinct …)`"


def _fits(function: str, type: model.Type) -> bool:
    if function == "count":
        return type.name != "list"
    if function in ("min", "max"):
        return type.name not in ("boolean", "list", "enum")
    return type.name in (*NUMBERS, "any")


def _aggregate_type(function: str, type: model.Type) -> model.Type:
    if function == "count":
        return INTEGER
    if function in ("avg", "median"):
        return FLOAT
    return type
