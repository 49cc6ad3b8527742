"""An explorer to one query: the rows with their groups and what each gives to the measures, then one pass for each part.

`NAME_rows` is read once, whatever the number of audiences; the groups, the rest and the totals are all made of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from segql.node import Value
from segql.semantics import model
from segql.sql import expressions as e
from segql.sql import spellings as s
from segql.sql.analyses.audiences import Carried, rows_with_key
from segql.sql.facts import aggregated, nothing
from segql.sql.lower import Query, measure
from segql.sql.scan import Names, Rows, Terms, bounds, case, either, flat, named, terms_of, without

Fact = model.CountRows | model.CountDays | model.Aggregate
PLACE = "place"  # of a group among those of its audience


class Plan(Value):
    """The names of an explorer's CTE of rows: its groups, and what rows give to each fact."""

    query: Query
    asked: model.Explore
    rows: str
    carried: Carried
    facts: dict[Fact, str]


def explore_query(query: Query, asked: model.Explore) -> exp.Expr:
    """The rows of an explorer."""
    names = Names([group.column.name for group in asked.groups])
    carried = Carried(query, asked, names)
    facts = {fact: names.new(_wish(fact)) for fact in _facts(asked)}
    rows = query.add(f"{asked.name}_rows", _rows(query, asked, carried, facts))
    plan = Plan(query=query, asked=asked, rows=rows, carried=carried, facts=facts)
    return _answer(plan, Own(asked))


def _facts(asked: model.Explore) -> tuple[Fact, ...]:
    """The facts that the measures are made of, each once."""
    found: dict[Fact, None] = {}

    def visit(node: model.Measure) -> None:
        match node:
            case model.MeasureArithmetic():
                visit(node.left)
                visit(node.right)
            case model.MeasureNegate():
                visit(node.term)
            case model.CountRows() | model.CountDays() | model.Aggregate():
                found[node] = None

    for each in asked.measures:
        visit(each.measure)
    return tuple(found)


def _wish(fact: Fact) -> str:
    match fact:
        case model.CountRows():
            return "counted"
        case model.CountDays():
            return "day_counted"
        case model.Aggregate():
            return f"{fact.function}_value"


# ---------------------------------------------------------------- rows


def _rows(query: Query, asked: model.Explore, carried: Carried, facts: dict[Fact, str]) -> exp.Expr:
    """Every row that the explorer sees: its groups, its keys, and what it gives to each fact."""
    parts = []
    for at, seen in enumerate(asked.rows.rows):
        rows = Rows(target=query.target, data=seen.data, alias=seen.data.name)
        terms, edges = _terms(asked, seen, facts)
        columns = [named(group_value(rows, group, at), group.column.name) for group in asked.groups]
        columns += carried.of(rows)
        columns += [named(_given(rows, fact, terms), name) for fact, name in facts.items()]
        where = [*rows_with_key(rows, asked.key), *(rows.term(t) for t in terms)]
        if edges:
            where.append(exp.Paren(this=either([part for each in edges if (part := rows.all(each)) is not None])))
        found = exp.select(*(columns or [named(s.number(1), "one")])).from_(rows.relation(), copy=False)
        parts.append(found.where(*where, copy=False) if where else found)
    return s.union_all(parts)


def _terms(asked: model.Explore, seen: model.RowsOf, facts: Iterable[Fact]) -> tuple[Terms, list[Terms]]:
    """What all rows must satisfy; and, if measures have windows of their own, the windows of which one must hold it."""
    windows = dict.fromkeys((asked.rows.window, *(fact.of.window for fact in facts)))
    if len(windows) == 1:
        return terms_of(seen, asked.rows.window), []
    edges: list[Terms] = [bounds(seen.data, window) for window in windows]
    return flat(seen.predicate), edges if all(edges) else []


def _given(rows: Rows, fact: Fact, given: Terms) -> exp.Expr:
    """What a row gives to a fact: a value where it counts, else NULL."""
    for at, part in enumerate(fact.of.rows):
        if part.data == rows.data:
            condition = rows.all(without(terms_of(part, fact.of.window), given))
            match fact:
                case model.CountRows():
                    return case(condition, s.number(1))
                case model.CountDays():
                    raise AssertionError("no measure of an analysis counts days")
                case model.Aggregate():
                    return case(condition, row_value(rows, fact.exprs[at]))
    if isinstance(fact, model.CountRows):
        return rows.target.spell("null", model.Type(name="integer"))
    return nothing(rows.target, fact)


def group_value(rows: Rows, group: model.Group, at: int) -> exp.Expr:
    """What a row is grouped by; `at` is the place of its data."""
    if group.unit is None:
        return row_value(rows, group.exprs[at])
    assert rows.data.time is not None
    target = rows.target
    start = target.spell("trunc", local_time(rows, group.zone), group.unit)
    return start if group.unit in ("hour", "minute", "second") else target.spell("day", start)


def local_time(rows: Rows, zone: str) -> exp.Expr:
    """What a zone's clocks show at the time of a row."""
    assert rows.data.time is not None
    return rows.target.spell("local", rows.time(), zone, e.zoned(rows.data.time.type))


def row_value(rows: Rows, node: model.Expr) -> exp.Expr:
    """An expression as a value: a condition is true or false (R11.1), and an instant is shown in UTC."""
    return e.in_utc(rows.target, e.value_of(rows.target, node, rows.reads), e.type_of(node))


# ---------------------------------------------------------------- parts


class Own:
    """The names of our own columns, apart from those of the result."""

    def __init__(self, asked: model.Explore) -> None:
        names = Names([column.name for column in asked.columns])
        self.audience = names.new("audience_no") if asked.several else ""
        self.part = names.new("part_no")
        self.place = names.new("place")


def _answer(plan: Plan, own: Own) -> exp.Expr:
    """The groups, the rest of them and the totals of every audience, as one query in order."""
    query, asked = plan.query, plan.asked
    groups = [_head(plan, own, n, audience, _part(plan, audience)) for n, audience in enumerate(asked.audiences, 1)]
    table = query.add(f"{asked.name}_groups", s.union_all(groups))
    if asked.top is not None:
        table = query.add(f"{asked.name}_places", _placed(plan, own, table))
    parts = [_kept(plan, own, table)]
    for n, audience in enumerate(asked.audiences, 1):
        if asked.other:
            parts.append(_head(plan, own, n, audience, _rest(plan, own, n, audience, table), (2, "other")))
        if asked.totals:
            parts.append(_head(plan, own, n, audience, _whole(plan, audience), (3, "total")))
    by: list[exp.Expr] = [e.column(own.audience)] if asked.several else []
    if len(parts) > 1:
        table = query.add(f"{asked.name}_parts", s.union_all(parts))
        parts = [exp.select().from_(e.table(table), copy=False)]
        by.append(e.column(own.part))
    found = parts[0].select(*(e.column(column.name) for column in asked.columns), append=False, copy=False)
    by += _order(plan)
    return found.order_by(*by, copy=False) if by else found


def _head(
    plan: Plan, own: Own, n: int, audience: model.Audience, of: exp.Select, part: tuple[int, str] = (1, "group")
) -> exp.Select:
    """A part of the answer, with whose it is and which part before its columns."""
    before: list[exp.Expr] = []
    if plan.asked.several:
        before += [named(s.number(n), own.audience), named(s.text(audience.name), plan.asked.columns[0].name)]
    if _has_parts(plan.asked):
        before += [named(s.number(part[0]), own.part), named(s.text(part[1]), _part_column(plan.asked))]
    return of.select(*before, *of.expressions, append=False, copy=False)


def _has_parts(asked: model.Explore) -> bool:
    return asked.other or asked.totals


def _part_column(asked: model.Explore) -> str:
    return asked.columns[1 if asked.several else 0].name


def _part(plan: Plan, audience: model.Audience) -> exp.Select:
    """The measures of an audience's rows, in groups."""
    columns = [e.column(group.column.name, plan.rows) for group in plan.asked.groups]
    found = _measured(
        plan, audience, [named(c, g.column.name) for c, g in zip(columns, plan.asked.groups, strict=True)]
    )
    return found.group_by(*(column.copy() for column in columns), copy=False) if columns else found


def _whole(plan: Plan, audience: model.Audience, *more: exp.Expr) -> exp.Select:
    """The measures of all rows of an audience together."""
    target = plan.query.target
    nothing = [named(target.spell("null", group.column.type), group.column.name) for group in plan.asked.groups]
    return _measured(plan, audience, nothing, *more)


def _rest(plan: Plan, own: Own, n: int, audience: model.Audience, places: str) -> exp.Select:
    """The measures of the rows whose groups are not among the first; no row if there are none."""
    first = exp.LTE(this=e.column(own.place, places), expression=s.number(plan.asked.top))
    ours = [exp.EQ(this=e.column(own.audience, places), expression=s.number(n))] if plan.asked.several else []
    same = [
        exp.Paren(
            this=plan.query.target.spell("same", e.column(g.column.name, places), e.column(g.column.name, plan.rows))
        )
        for g in plan.asked.groups
    ]
    among = exp.select(s.number(1)).from_(e.table(places), copy=False)
    left = exp.Not(this=exp.Exists(this=among.where(first, *ours, *same, copy=False)))
    some = exp.GT(this=exp.Count(this=exp.Star()), expression=s.number(0))
    return _whole(plan, audience, left).having(some, copy=False)


def _measured(plan: Plan, audience: model.Audience, before: list[exp.Expr], *more: exp.Expr) -> exp.Select:
    target, table = plan.query.target, plan.rows

    def fact(node: Fact | model.FirstIn) -> exp.Expr:
        assert not isinstance(node, model.FirstIn), "a measure is made of no such fact"
        if isinstance(node, model.CountRows):
            return exp.Count(this=e.column(plan.facts[node], table))
        return aggregated(target, node, lambda: e.column(plan.facts[node], table))

    def value(each: model.Measured) -> exp.Expr:
        found = measure(target, each.measure, fact)
        if plan.facts:
            return found
        some = exp.GTE(this=exp.Count(this=exp.Star()), expression=s.number(0))
        return case(some, found)  # without an aggregate it would be a row for each row

    measures = [named(value(each), each.column.name) for each in plan.asked.measures]
    found = exp.select(*before, *measures).from_(e.table(table), copy=False)
    where = [*plan.carried.belongs(audience, table), *more]
    return found.where(*where, copy=False) if where else found


def _placed(plan: Plan, own: Own, groups: str) -> exp.Select:
    """The groups with the place of each among those of its audience."""
    ours = [e.column(own.audience)] if plan.asked.several else []
    order = exp.Order(expressions=_order(plan, strictly=True))
    place = exp.Window(this=exp.RowNumber(), partition_by=ours, order=order)
    columns = [e.column(c.name) for c in plan.asked.columns]
    if plan.asked.several:
        columns.insert(0, e.column(own.audience))
    if _has_parts(plan.asked):
        columns.insert(0, e.column(own.part))
    found = exp.select(*columns, named(place, own.place))
    return found.from_(e.table(groups), copy=False)


def _kept(plan: Plan, own: Own, table: str) -> exp.Select:
    """The groups that are rows of their own."""
    columns = [e.column(column.name) for column in plan.asked.columns]
    if _has_parts(plan.asked):
        columns.insert(1 if plan.asked.several else 0, e.column(own.part))
    if plan.asked.several:
        columns.insert(0, e.column(own.audience))
    found = exp.select(*columns).from_(e.table(table), copy=False)
    if plan.asked.top is None:
        return found
    return found.where(exp.LTE(this=e.column(own.place), expression=s.number(plan.asked.top)), copy=False)


def _order(plan: Plan, strictly: bool = False) -> list[exp.Expr]:
    """What `sort` says, then the groups, so that no two groups tie; what is missing comes last.

    A key whose type nobody declared is ordered as the engine does, unless it decides which rows there are.
    """
    order = [*plan.asked.order, *(model.Sorted(column=group.column) for group in plan.asked.groups)]
    found: dict[str, exp.Expr] = {}
    for each in order:
        name, type = each.column.name, each.column.type
        if name not in found:
            free = type.name == "any" and not strictly
            value = e.column(name) if free else plan.query.target.spell("tie", e.column(name), type)
            found[name] = exp.Ordered(this=value, desc=each.descending, nulls_first=False)
    return list(found.values())
