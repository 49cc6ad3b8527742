"""Facts of a key: counts, sums, days and first times, all found in one pass over the rows.

A fact is a model node (CountRows, CountDays, Aggregate, FirstIn). Equal facts are computed once.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlglot import exp

from segql.node import Value
from segql.semantics import calendar, model
from segql.sql import expressions as e
from segql.sql import spellings as s
from segql.sql.scan import Bound, Rows, Terms, all_zoned, case, common, either, flag, named, terms_of, without
from segql.sql.target import Target

Fact = model.CountRows | model.CountDays | model.Aggregate | model.FirstIn

# With more conditions than this, testing all of them to drop a row costs more than keeping it (PLANS: coarse filters).
MOST_IN_FILTER = 4

# Elapsed times compare the same way before any now.
SOME_NOW = dt.datetime(2026, 1, 1)


def facts_in(condition: model.Condition) -> tuple[Fact, ...]:
    """The facts that a condition asks for, each once, in the order in which it names them."""
    found: dict[Fact, None] = {}

    def measure(node: model.Measure) -> None:
        match node:
            case model.MeasureArithmetic():
                measure(node.left)
                measure(node.right)
            case model.MeasureNegate():
                measure(node.term)
            case model.CountRows() | model.CountDays() | model.Aggregate():
                found[node] = None

    def visit(node: model.Condition) -> None:
        match node:
            case model.AllOf() | model.AnyOf():
                for term in node.terms:
                    visit(term)
            case model.Opposite():
                visit(node.term)
            case model.CompareMeasures():
                measure(node.left)
                measure(node.right)
            case model.FirstIn():
                found[node] = None

    visit(condition)
    return tuple(found)


class Pass(Value):
    """One pass over the rows of a segment for its facts.

    With `filtered`, rows that no fact counts are dropped early, and keys without any such row are absent;
    else every key of the universe is there (R12).
    """

    target: Target
    segment: model.Segment
    facts: tuple[Fact, ...]
    filtered: bool
    names: tuple[str, ...]  # of the facts, as columns

    def data(self) -> tuple[model.Data, ...]:
        """The data that must be read."""
        if not self.filtered:
            return self.segment.data
        return tuple(d for d in self.segment.data if any(terms_in(f, d) is not None for f in self.facts))

    def inline(self) -> bool:
        """Whether the facts can be aggregated straight from the rows: one source, no columns of reference tables."""
        return len(self.data()) == 1 and not any(reads_table(f) for f in self.facts)


def terms_in(fact: Fact, data: model.Data) -> Terms | None:
    """What a row of the data must satisfy to count for a fact; None if no row of it ever does."""
    for rows in fact.of.rows:
        if rows.data == data:
            return terms_of(rows, fact.of.window)
    return None


def _filter(scan: Pass, data: model.Data) -> tuple[Terms, list[Terms]]:
    """The terms that all facts share on the data, and what is left of each fact's."""
    if not scan.filtered:
        return (), []
    many = [t for f in scan.facts if (t := terms_in(f, data)) is not None]
    shared = common(many)
    return shared, list(dict.fromkeys(without(t, shared) for t in many))


def where(scan: Pass, rows: Rows) -> list[exp.Expr]:
    """The conditions that rows must pass to be read at all."""
    shared, left = _filter(scan, rows.data)
    conditions = [rows.has_key(scan.segment.key), *(rows.term(t) for t in shared)]
    earliest = _earliest(scan.target, left)
    if earliest is not None:
        conditions.append(rows.term(earliest))
    if 1 < len(left) <= MOST_IN_FILTER and all(left):
        parts = [p for terms in left if (p := rows.all(terms)) is not None]
        conditions.append(exp.Paren(this=either(parts)))
    return conditions


def _earliest(target: Target, left: list[Terms]) -> Bound | None:
    """The earliest start of the facts' windows, if each has one: no row before it counts for anything."""
    starts = [[t for t in terms if isinstance(t, Bound) and t.op == ">=" and t.instant is not None] for terms in left]
    if not all(starts) or not starts:
        return None
    known = [(_known_start(target, b), b) for bounds in starts for b in bounds]
    if any(at is None for at, _ in known):
        return None
    return min(known, key=lambda pair: pair[0] or dt.datetime.min)[1]


def _known_start(target: Target, bound: Bound) -> dt.datetime | None:
    """A start that can be compared with others now: any when now is pinned, else elapsed time before now."""
    assert bound.instant is not None
    if target.now is not None:
        return e.reached(bound.instant, target.now, bound.zone)
    if isinstance(bound.instant, model.Ago) and bound.instant.unit not in calendar.MONTHS:
        return e.reached(bound.instant, SOME_NOW, bound.zone)
    return None


def value(scan: Pass, fact: Fact, rows: Rows) -> exp.Expr | None:
    """What a row gives to a fact: a flag, or a value where the row counts; None if it gives nothing special."""
    terms = terms_in(fact, rows.data)
    if terms is None:
        return exp.Literal.number(0) if isinstance(fact, model.CountRows) else nothing(scan.target, fact)
    condition = rows.all(without(terms, _filter(scan, rows.data)[0]))
    match fact:
        case model.CountRows():
            return None if condition is None else flag(condition)
        case model.CountDays():
            return case(condition, local_day(scan.target, rows, fact.zone))
        case model.FirstIn():
            return case(condition, rows.time_beside(r.data for r in fact.of.rows))
        case model.Aggregate():
            at = next(i for i, r in enumerate(fact.of.rows) if r.data == rows.data)
            return case(condition, rows.value(fact.exprs[at]))


def value_of(scan: Pass, fact: Fact, rows: Rows) -> Callable[[], exp.Expr | None]:
    """The same, made anew each time it is asked."""
    return lambda: value(scan, fact, rows)


def local_day(target: Target, rows: Rows, zone: str) -> exp.Expr:
    """The calendar day of a row in a zone."""
    assert rows.data.time is not None
    return target.spell("day", target.spell("local", rows.time(), zone, e.zoned(rows.data.time.type)))


def nothing(target: Target, fact: model.CountDays | model.FirstIn | model.Aggregate) -> exp.Expr:
    """What a row gives to a fact that it has no part in."""
    match fact:
        case model.CountDays():
            return target.spell("null", model.Type(name="date"))
        case model.FirstIn():
            zoned = all_zoned(r.data for r in fact.of.rows)
            return target.spell("null", model.Type(name="timestamptz" if zoned else "timestamp"))
        case model.Aggregate():
            return target.spell("null", value_type(fact))


def value_type(fact: model.Aggregate) -> model.Type:
    """The type of the values that are aggregated: the widest, if sources differ."""
    types = [e.type_of(value) for value in fact.exprs]
    return max(types, key=lambda type: WIDTHS.get(type.name, 0))


WIDTHS = {"integer": 1, "decimal": 2, "float": 3}


def aggregated(target: Target, fact: Fact, of: Callable[[], exp.Expr | None]) -> exp.Expr:
    """The fact from what its rows give; `of` makes that expression anew each time it is asked."""
    found = of()
    match fact:
        case model.CountRows():
            return exp.Count(this=exp.Star()) if found is None else exp.Sum(this=found)
        case model.CountDays():
            return exp.Count(this=exp.Distinct(expressions=[found]))
        case model.FirstIn():
            return exp.Min(this=found)
        case model.Aggregate():
            return _aggregate(target, fact, of)


def _aggregate(target: Target, fact: model.Aggregate, of: Callable[[], exp.Expr | None]) -> exp.Expr:
    def values() -> exp.Expr | None:
        return exp.Distinct(expressions=[of()]) if fact.distinct else of()

    match fact.function:
        case "count":
            return exp.Count(this=values())
        case "sum":
            total = target.spell("total", values(), value_type(fact))
            return exp.Coalesce(this=total, expressions=[exp.Literal.number(0)])
        case "avg":
            some = exp.Nullif(this=exp.Count(this=values()), expression=exp.Literal.number(0))
            total = target.spell("total", values(), value_type(fact))
            return exp.Div(this=target.spell("double", total), expression=some)
        case "min":
            return exp.Min(this=of())
        case "max":
            return exp.Max(this=of())
        case "median":
            return target.spell("median", of(), value_type(fact))


def rows_query(scan: Pass, key: str) -> exp.Expr:
    """What every row gives to every fact, of all data together: columns `key` and the names of the facts."""
    parts = []
    for data in scan.data():
        rows = Rows(target=scan.target, data=data, alias=data.name)
        columns = [named(rows.key(scan.segment.key), key)]
        for fact, name in zip(scan.facts, scan.names, strict=True):
            given = value(scan, fact, rows)
            columns.append(named(exp.Literal.number(1) if given is None else given, name))
        parts.append(exp.select(*columns).from_(rows.relation(), copy=False).where(*where(scan, rows), copy=False))
    return s.union_all(parts)


def reads_table(node: Value) -> bool:
    """Whether something reads a column of a reference table."""
    return any(isinstance(part, model.TableRead) for part in model.walk(node))


# ---------------------------------------------------------------- what holds of a key without any row


def may_hold_of_nothing(condition: model.Condition, bind: bool = False) -> bool | None:
    """Whether a condition holds of a key for which every fact is empty: yes, no, or None for "it depends"."""
    match condition:
        case model.AllOf():
            found = [may_hold_of_nothing(t, bind) for t in condition.terms]
            return False if False in found else None if None in found else True
        case model.AnyOf():
            found = [may_hold_of_nothing(t, bind) for t in condition.terms]
            return True if True in found else None if None in found else False
        case model.Opposite():
            inner = may_hold_of_nothing(condition.term, bind)
            return None if inner is None else not inner
        case model.FirstIn():
            return False
        case model.CompareMeasures():
            return _compare_of_nothing(condition, bind)
        case _:
            return None


def _compare_of_nothing(condition: model.CompareMeasures, bind: bool) -> bool | None:
    left, right = _of_nothing(condition.left, bind), _of_nothing(condition.right, bind)
    if left == "unknown" or right == "unknown":
        return None
    if left is None or right is None:
        return False
    try:
        return bool(_OPERATORS[condition.op](left, right))
    except TypeError:
        return None


_OPERATORS: dict[str, Callable[[Any, Any], object]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _of_nothing(measure: model.Measure, bind: bool) -> object:
    """The value of a measure over no rows: a number, None for missing, or "unknown"."""
    match measure:
        case model.CountRows() | model.CountDays():
            return 0
        case model.Aggregate():
            return 0 if measure.function in ("count", "sum") else None
        case model.Const():
            return "unknown" if (measure.param and bind) or isinstance(measure.value, str | bool) else measure.value
        case model.MeasureNegate():
            return _calculated("-", 0, _of_nothing(measure.term, bind))
        case model.MeasureArithmetic():
            return _calculated(measure.op, _of_nothing(measure.left, bind), _of_nothing(measure.right, bind))


def _calculated(op: str, left: object, right: object) -> object:
    """Arithmetic where it needs no engine: on whole numbers and decimals, without division."""
    if left is None or right is None:
        return None
    exact = isinstance(left, int | Decimal) and isinstance(right, int | Decimal)
    return _ARITHMETIC[op](left, right) if exact and op in _ARITHMETIC else "unknown"


_ARITHMETIC: dict[str, Callable[[Any, Any], object]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
