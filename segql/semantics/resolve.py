"""A scope to a program: every declaration resolved and checked, in the order of the file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import partial

from segql.diagnostics import register
from segql.diagnostics.model import Diagnostic, Label
from segql.semantics import calendar, examples, model
from segql.semantics.analyses import analysis
from segql.semantics.context import Context, Env
from segql.semantics.data import data, type_of
from segql.semantics.expressions import event, event_names, expr, literal
from segql.semantics.memory import Memory
from segql.semantics.scope import Declared, Scope
from segql.semantics.segments import segment
from segql.source import Span
from segql.syntax import ast
from segql.syntax.walk import walk


def resolve(
    scope: Scope, given: Mapping[str, model.Constant] | None = None, only: Iterable[str] | None = None
) -> tuple[model.Program, tuple[Diagnostic, ...]]:
    """The program of a scope, and everything there is to say about it.

    With `only`, resolves just these segments and analyses, and what they need; else all declarations are checked.
    """
    context = Context(scope, given or {})
    memory = Memory(context)
    context.recalled, context.noted = memory.recalled, memory.noted
    wanted = scope.known("segment", "analysis") if only is None else tuple(only)
    analyses: list[model.Analysis] = []
    for name in wanted:
        if scope.find("segment", name):
            segment(context, name)
        elif scope.find("analysis", name):
            asked = analysis(context, name)
            analyses.extend([asked] if asked else [])
    tests: list[model.Test] = []
    if only is not None and scope.known("parameter"):
        read = {n.name for d in _needed(scope, wanted) for n in walk(d.node) if isinstance(n, ast.ParamRef)}
        for name in sorted(read):
            _check_parameter(context, scope.find("parameter", name))
    if only is None:
        _check_declarations(context)
        for declared in scope.tests:
            found = examples.test(context, declared, context.segments)
            tests.extend([found] if found else [])
    memory.keep()
    resolved = {name: s for name, s in context.segments.items() if s is not None}
    program = model.Program(segments=_in_order(resolved), tests=tuple(tests), analyses=tuple(analyses))
    return program, _once(context.said)


def _once(said: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    """One mistake of a kind at a place: what several sources inherit is wrong in each of them, and said of the first."""
    found: dict[tuple[str, str, Span, str], Diagnostic] = {}
    for d in said:
        several = d.message if d.code == "SEG304" else ""  # a declaration may miss several clauses
        found.setdefault((d.code, d.primary.source.name, d.primary.span, several), d)
    return tuple(found.values())


def _in_order(segments: Mapping[str, model.Segment]) -> tuple[model.Segment, ...]:
    """Every segment after those that it needs."""
    done: dict[str, model.Segment] = {}
    seen: set[str] = set()  # a ring is an error, but its segments are still shown

    def place(name: str) -> None:
        if name in seen or name not in segments:
            return
        seen.add(name)
        for needed in segments[name].needs:
            place(needed)
        done[name] = segments[name]

    for name in segments:
        place(name)
    return tuple(done.values())


def _check_declarations(context: Context) -> None:
    """Checks what no segment names: sources, tables, events, defines and parameters."""
    scope = context.scope
    for name in scope.known("source", "table"):
        found = data(context, name)
        declared = scope.find("source", name)
        if found is not None and declared is not None:
            for item in event_names(context, name):
                event(context, found, item, declared, declared.node)
    for name in scope.known("define"):
        unread = scope.find("define", name) if name not in context.used else None
        if unread is not None:
            _check_define(context, unread)
    for name in scope.known("parameter"):
        _check_parameter(context, scope.find("parameter", name))
    if scope.main and not any(p.declarations or p.problem for p in scope.main.parsed.pieces):
        piece = scope.main.parsed.pieces[0]
        context.say(register.nothing_declared(piece.label(Span(0, 0))))


def _check_define(context: Context, declared: Declared) -> None:
    """A define that nothing reads: it has a meaning if it has one on the rows of some source or table."""
    node: ast.Define = declared.node
    least: list[Diagnostic] | None = None
    for name in context.scope.known("source", "table"):
        rows = data(context, name)
        if rows is None:
            continue
        before = len(context.said)
        env = Env(context=context, declared=declared, data=rows)
        context.resolve("define", node.name.text, partial(expr, env, node.expr))
        said = context.said[before:]
        del context.said[before:]
        context.rings.clear()
        least = said if least is None or len(said) < len(least) else least
    context.said.extend(least or ())


def _check_parameter(context: Context, declared: Declared | None) -> None:
    if declared is None:
        return
    node: ast.Param = declared.node
    if isinstance(node.type, ast.ListType):
        wanted, help = "a type of single values", "declare one parameter for each value: `in ($first, $second)`"
        context.say(register.wrong_type(declared.at(node.type), "list", wanted, help))
        return
    if node.default is None:
        return
    found = literal(context, declared, node.default)
    if not _fits(found.value, type_of(node.type)):
        at = declared.at(node.default)
        text = declared.piece.text[node.default.span.start : node.default.span.end]
        context.say(register.wrong_parameter(at, node.name.text, text, str(type_of(node.type))))


def _fits(value: model.Constant | None, type: model.Type) -> bool:
    match type.name:
        case "text":
            return isinstance(value, str)
        case "enum":
            return value in type.values
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "decimal" | "float":
            return isinstance(value, int | Decimal | float) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "date":
            return isinstance(value, dt.date) and not isinstance(value, dt.datetime)
        case "timestamp" | "timestamptz":
            return isinstance(value, dt.date)
        case _:
            return False


# ---------------------------------------------------------------- parameters from outside


def parameters(
    scope: Scope, written: Mapping[str, object], at: Label
) -> tuple[dict[str, model.Constant], tuple[Diagnostic, ...]]:
    """Values for parameters, given from outside as text or as Python values, as constants of their types."""
    found: dict[str, model.Constant] = {}
    said: list[Diagnostic] = []
    for name, value in written.items():
        declared = scope.find("parameter", name)
        if declared is None:
            before = len(scope.said)
            scope.unknown("parameter", at, name)
            said.extend(scope.said[before:])
            continue
        type = type_of(declared.node.type)
        constant = _constant(value, type, declared.file.zone)
        if constant is None or not _fits(constant, type):
            label = declared.at(declared.node.name)
            said.append(register.wrong_parameter(label, name, str(value), str(type)))
        else:
            found[name] = constant
    return found, tuple(said)


def _constant(value: object, type: model.Type, zone: str) -> model.Constant | None:
    try:
        match type.name:
            case "integer":
                return int(str(value)) if not isinstance(value, bool) else None
            case "decimal" | "float":
                number = Decimal(str(value))
                return number if number.is_finite() else None
            case "boolean":
                return {"true": True, "false": False}.get(str(value).lower())
            case "date":
                return dt.date.fromisoformat(str(value))
            case "timestamp" | "timestamptz":
                moment = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value))
                if moment.tzinfo is not None:
                    return moment.astimezone(dt.UTC).replace(tzinfo=None)
                return calendar.to_utc(moment, zone)
            case _:
                return str(value) if "\0" not in str(value) else None  # no engine keeps a NUL in a text
    except (ValueError, InvalidOperation, OverflowError):
        return None


def missing_parameters(
    scope: Scope, names: Iterable[str], given: Mapping[str, object], bind: bool = False
) -> tuple[Diagnostic, ...]:
    """One diagnostic for each parameter that these segments, or what they need, read and that has no value.

    A parameter that is bound when the statement runs needs none, save a date: beside a timestamp it stands for a whole
    day, whose edges are worked out here.
    """
    waiting = {n for n in scope.known("parameter") if _waits(scope.find("parameter", n), bind)} - given.keys()
    if not waiting:
        return ()
    said: dict[str, Diagnostic] = {}
    for declared in _needed(scope, names):
        for node in walk(declared.node):
            if isinstance(node, ast.ParamRef) and node.name in waiting:
                said.setdefault(node.name, register.parameter_without_value(declared.at(node), node.name))
    return tuple(said.values())


def _waits(declared: Declared | None, bind: bool) -> bool:
    if declared is None or declared.node.default is not None:
        return False
    return not bind or type_of(declared.node.type).name == "date"


def _needed(scope: Scope, names: Iterable[str]) -> list[Declared]:
    """The declarations that these are made of: themselves, segments they name, sources, defines."""
    found: dict[int, Declared] = {}
    waiting = [scope.find("segment", name) or scope.find("analysis", name) for name in names]
    while waiting:
        declared = waiting.pop()
        if declared is None or id(declared.node) in found:
            continue
        found[id(declared.node)] = declared
        for node in walk(declared.node):
            if isinstance(node, ast.InSegment | ast.Audience):
                waiting.append(scope.find("segment", node.segment.text))
            elif isinstance(node, ast.OfFunnel):
                waiting.append(scope.find("analysis", node.funnel.text))
            elif isinstance(node, ast.Path):
                waiting.append(scope.find("define", node.text))
            elif isinstance(node, ast.FromSources):
                waiting.extend(scope.find("source", n.text) for n in node.names)
            elif isinstance(node, ast.Source) and node.like:
                waiting.append(scope.find_like(node.like.text))
    return list(found.values())
