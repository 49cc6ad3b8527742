"""A segment to one query: sets of keys as CTEs, facts of a key in one pass, and the condition over both.

docs/contract.md says what each condition means; the names in it are those of the model.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from sqlglot import exp

from segql.node import Value
from segql.semantics import model
from segql.semantics.conditions import type_of_measure
from segql.sql import expressions as e
from segql.sql import spellings as s
from segql.sql.attempts import Attempts, attempts, ranked
from segql.sql.by_value import by_value, grouped_twice
from segql.sql.facts import (
    WIDTHS,
    Fact,
    Pass,
    aggregated,
    facts_in,
    may_hold_of_nothing,
    rows_query,
    value,
    value_of,
    where,
)
from segql.sql.plans import choose
from segql.sql.scan import Names, Rows, all_zoned, bounds, named, terms_of
from segql.sql.sequences import sought
from segql.sql.target import Target


class SharedFacts(Value):
    """A CTE with a row of facts for each key, found for several segments at once, and the columns of the facts."""

    driver: str
    columns: dict[Fact, str]


class Query:
    """A statement under construction: its CTEs in order, and the names that are taken."""

    def __init__(self, target: Target, program: model.Program, *asked: model.Segment | model.Question) -> None:
        self.target = target
        self.program = program
        self.asked = asked
        self.ctes: list[tuple[str, exp.Expr]] = []
        self.names = Names(_relation_names(program, asked))
        self.segments: dict[str, str] = {}
        self.shared: dict[str, SharedFacts] = {}
        self.funnels: dict[str, tuple[str, Attempts]] = {}

    def add(self, wish: str, query: exp.Expr) -> str:
        """Adds a CTE under a name like the one wished for."""
        name = self.names.new(wish)
        self.ctes.append((name, query))
        return name

    def segment(self, name: str) -> str:
        """The CTE that holds the keys of a segment."""
        if name not in self.segments:
            segment = self.program.segment(name)
            self.segments[name] = self.add(name, keys_query(self, segment))
        return self.segments[name]

    def funnel(self, asked: model.Funnel) -> tuple[str, Attempts]:
        """The CTE that holds the attempts of a funnel, and its columns."""
        if asked.name not in self.funnels:
            own = attempts(Names([key_name(asked)]), key_name(asked), asked)
            at = ranked(self.target, asked, own, lambda wish, part: self.add(f"{asked.name}_{wish}", part))
            self.funnels[asked.name] = (at, own)
        return self.funnels[asked.name]

    def with_ctes(self, query: exp.Expr) -> exp.Expr:
        """A query with the CTEs above it."""
        for name, cte in self.ctes:
            query = query.with_(e.identifier(name), as_=cte, copy=False)  # type: ignore[attr-defined]
        return query


def _relation_names(program: model.Program, asked: tuple[model.Segment | model.Question, ...]) -> set[str]:
    """Names that a CTE must not take, or it would hide the relation or shadow the alias of rows."""
    found: set[str] = set()
    waiting, done = list(asked), {one.name for one in asked}
    while waiting:
        one = waiting.pop()
        inside = one.condition if isinstance(one, model.Segment) else one
        for data in (*one.data, *_data_in(inside)):
            found.update((data.name, *data.relation.parts[:1], *data.relation.parts[-1:]))
        more = [name for name in one.needs if name not in done]
        done.update(more)
        waiting.extend(program.segment(name) for name in more)
    return found


def _data_in(asked: Value) -> set[model.Data]:
    return {part for part in model.walk(asked) if isinstance(part, model.Data)}


def lower(target: Target, program: model.Program, segment: model.Segment) -> exp.Expr:
    """The statement of a segment: its keys, each once, in order."""
    query = Query(target, program, segment)
    found = keys_query(query, segment)
    key = key_name(segment)
    if isinstance(found, exp.Union):
        name = query.add(f"{segment.name}_steps", found)
        found = exp.select(e.column(key)).from_(e.table(name), copy=False)
    ordered = found.order_by(exp.Ordered(this=e.column(key), nulls_first=False), copy=False)  # type: ignore[attr-defined]
    return query.with_ctes(ordered)


def key_name(segment: model.Segment | model.Question) -> str:
    """The column that holds the key of a segment or analysis: `usr.id` is `usr_id`."""
    return segment.key.replace(".", "_")


# ---------------------------------------------------------------- the keys of one segment


class Sets(Value):
    """The conditions of a segment that are sets of keys, each with the CTE that holds it."""

    of: dict[model.Condition, str]


def keys_query(query: Query, segment: model.Segment) -> exp.Expr:
    """A query for the keys of a segment, each once, with one column."""
    key = key_name(segment)
    found = facts_in(segment.condition)
    if isinstance(segment.condition, model.Sequence):
        return _sequence(query, segment, segment.condition)
    sets = _sets(query, segment)
    shared = query.shared.get(segment.name)
    if shared is not None:
        return _from_driver(query, segment, sets, shared.driver, shared.columns, None)
    filtered = may_hold_of_nothing(segment.condition, query.target.bind) is False
    names = Names([key])
    wishes = tuple(names.new(_fact_name(f)) for f in found)
    scan = Pass(target=query.target, segment=segment, facts=found, filtered=filtered, names=wishes)
    if found and not sets and scan.inline():
        return _grouped(scan, segment, key)
    if found:
        driver = query.add(f"{segment.name}_facts", facts_query(query, scan, key))
        return _from_driver(query, segment, sets, driver, dict(zip(found, scan.names, strict=True)), None)
    leading = _leading(segment, sets)
    if leading is not None:
        return _from_driver(query, segment, sets, sets[leading], {}, leading)
    driver = query.add(f"{segment.name}_universe", _universe(query, segment))
    return _from_driver(query, segment, sets, driver, {}, None)


def asks_for_sets(segment: model.Segment) -> bool:
    """Whether a segment asks for more than facts."""
    sets = model.Sequence | model.InSegment | model.OfFunnel | model.JoinTable
    return any(isinstance(part, sets) for part in model.walk(segment.condition))


def held(target: Target, segment: model.Segment, shared: SharedFacts) -> exp.Expr:
    """The condition of a segment without sets, over the row of facts of a key."""

    def fact(node: Fact) -> exp.Expr:
        return e.column(shared.columns[node], shared.driver)

    return _condition(target, segment.condition, fact, _no_set)


def _fact_name(fact: Fact) -> str:
    match fact:
        case model.CountRows():
            return "rows_counted"
        case model.CountDays():
            return "days_counted"
        case model.FirstIn():
            return "first_time"
        case model.Aggregate():
            return f"{fact.function}_value"


def _universe(query: Query, segment: model.Segment) -> exp.Expr:
    """Every key that the segment's data has (R12)."""
    key = key_name(segment)
    parts = []
    for data in segment.data:
        rows = Rows(target=query.target, data=data, alias=data.name)
        chosen = exp.select(named(rows.key(segment.key), key)).from_(rows.relation(), copy=False)
        parts.append(chosen.where(rows.has_key(segment.key), copy=False))
    if len(parts) == 1:
        return parts[0].distinct(copy=False)
    result: exp.Expr = parts[0]
    for part in parts[1:]:
        result = exp.Union(this=result, expression=part, distinct=True)
    return result


def _grouped(scan: Pass, segment: model.Segment, key: str) -> exp.Expr:
    """Facts alone, of one source: rows, groups, HAVING."""
    rows = Rows(target=scan.target, data=scan.data()[0], alias=scan.data()[0].name)

    def fact(node: Fact) -> exp.Expr:
        return aggregated(scan.target, node, lambda: value(scan, node, rows))

    query = (
        exp.select(named(rows.key(segment.key), key))
        .from_(rows.relation(), copy=False)
        .where(*where(scan, rows), copy=False)
    )
    if _is_any_row(segment.condition) and scan.filtered:
        return query.distinct(copy=False)
    condition = _condition(scan.target, segment.condition, fact, _no_set)
    return query.group_by(rows.key(segment.key), copy=False).having(condition, copy=False)


def _is_any_row(condition: model.Condition) -> bool:
    """At least one row: what is left by WHERE says it."""
    return (
        isinstance(condition, model.CompareMeasures)
        and isinstance(condition.left, model.CountRows)
        and isinstance(condition.right, model.Const)
        and (condition.op, condition.right.value, condition.right.param) in ((">=", 1, ""), (">", 0, ""))
    )


def _no_set(node: model.Condition) -> exp.Expr:
    raise AssertionError("a condition without sets has none")


def facts_query(query: Query, scan: Pass, key: str) -> exp.Expr:
    """The facts of every key: `key` and a column for each fact."""
    split = by_value(scan)
    if split is not None:
        return grouped_twice(scan, split, key, query.add)
    if scan.inline():
        rows = Rows(target=scan.target, data=scan.data()[0], alias=scan.data()[0].name)
        columns = [named(rows.key(scan.segment.key), key)]
        for fact, name in zip(scan.facts, scan.names, strict=True):
            columns.append(named(aggregated(scan.target, fact, value_of(scan, fact, rows)), name))
        found = exp.select(*columns).from_(rows.relation(), copy=False).where(*where(scan, rows), copy=False)
        return found.group_by(rows.key(scan.segment.key), copy=False)
    base = query.add(f"{scan.segment.name}_rows", rows_query(scan, key))
    columns = [e.column(key)]
    for fact, name in zip(scan.facts, scan.names, strict=True):
        columns.append(named(aggregated(scan.target, fact, _column_of(name)), name))
    return exp.select(*columns).from_(e.table(base), copy=False).group_by(e.column(key), copy=False)


def _column_of(name: str) -> Callable[[], exp.Expr]:
    return lambda: e.column(name)


# ---------------------------------------------------------------- sets


def _sets(query: Query, segment: model.Segment) -> dict[model.Condition, str]:
    """A CTE for each condition that is a set of keys; joins on the segment's own key stay semi-joins in place."""
    found: dict[model.Condition, str] = {}

    def visit(node: model.Condition) -> None:
        match node:
            case model.AllOf() | model.AnyOf():
                for term in node.terms:
                    visit(term)
            case model.Opposite():
                visit(node.term)
            case model.Sequence() if node not in found:
                found[node] = query.add(f"{segment.name}_steps", _sequence(query, segment, node))
            case model.InSegment() if node not in found:
                other = query.segment(node.segment)
                found[node] = other if node.bridge is None else _bridge_segment(query, segment, node, other)
            case model.OfFunnel() if node not in found:
                found[node] = _of_funnel(query, segment, node)
            case model.JoinTable() if node not in found:
                if node.bridge is None:
                    found[node] = ""
                else:
                    found[node] = query.add(f"{segment.name}_{node.table.name}", _bridge_table(query, segment, node))
            case _:
                pass

    visit(segment.condition)
    return found


def _sequence(query: Query, segment: model.Segment, node: model.Sequence) -> exp.Expr:
    def add(wish: str, part: exp.Expr) -> str:
        return query.add(f"{segment.name}_{wish}", part)

    of = sought(query.target, segment, node, key_name(segment), add)
    plan = choose(of, query.target.plan if segment in query.asked else "")
    return plan.write(of)


def _bridge_segment(query: Query, segment: model.Segment, node: model.InSegment, other: str) -> str:
    """Keys with a row whose other key is in the segment (R14)."""
    assert node.bridge is not None
    assert node.via is not None
    column = key_name(query.program.segment(node.segment))
    return _bridge(query, segment, node.bridge, node.via, (other, column), f"via_{node.segment}")


def _bridge(
    query: Query,
    whose: model.Segment | model.Question,
    bridge: model.Selection,
    via: str,
    keys: tuple[str, str],
    wish: str,
) -> str:
    """Keys with a row whose other key is among those of a CTE, which has them in a column."""
    other, column = keys

    def member(rows: Rows) -> exp.Expr:
        return exists(e.table(other), e.column(column, other), rows.key(via))

    return query.add(f"{whose.name}_{wish}", _bridged(query, whose, bridge, member))


def _of_funnel(query: Query, segment: model.Segment, node: model.OfFunnel) -> str:
    """Keys of a funnel, of its audiences, that have come so far (R24); with a bridge, those that have such a key."""
    asked, (best, own) = node.funnel, query.funnel(node.funnel)
    so_far = exp.GTE if node.fate == "converted" else exp.EQ
    where: list[exp.Expr] = [
        exp.EQ(this=e.column(own.place), expression=s.number(1)),
        so_far(this=e.column(own.reached), expression=s.number(node.step)),
    ]
    if node.fate != "converted":
        where.append(exp.EQ(this=e.column(own.open), expression=s.number(int(node.fate == "pending"))))
    heard = (
        [] if any(not a.segment for a in asked.audiences) else [_heard(query, asked, a, best) for a in asked.audiences]
    )
    if heard:
        where.append(_inner(s.any_of(*heard)))
    found = exp.select(e.column(own.key)).from_(e.table(best), copy=False)
    name = query.add(f"{asked.name}_{node.fate}", found.where(*where, copy=False))
    if node.bridge is None:
        return name
    assert node.via is not None
    return _bridge(query, segment, node.bridge, node.via, (name, own.key), f"via_{asked.name}")


def _heard(query: Query, asked: model.Funnel, audience: model.Audience, best: str) -> exp.Expr:
    """Whether a key of the funnel belongs to an audience (R18.4)."""
    members = query.segment(audience.segment)
    theirs = audience.key.replace(".", "_")
    if audience.bridge is not None:
        members = _bridge(query, asked, audience.bridge, audience.key, (members, theirs), audience.name)
        theirs = key_name(asked)
    return exists(e.table(members), e.column(theirs, members), e.column(key_name(asked), best))


def _bridge_table(query: Query, segment: model.Segment, node: model.JoinTable) -> exp.Expr:
    assert node.bridge is not None

    def member(rows: Rows) -> exp.Expr:
        return _in_table(query.target, node, rows.key(node.on.name), rows.alias)

    return _bridged(query, segment, node.bridge, member)


def _bridged(
    query: Query,
    segment: model.Segment | model.Question,
    bridge: model.Selection,
    member: Callable[[Rows], exp.Expr],
) -> exp.Expr:
    parts = []
    for one in bridge.rows:
        rows = Rows(target=query.target, data=one.data, alias=one.data.name)
        terms = [rows.has_key(segment.key), *(rows.term(t) for t in terms_of(one, bridge.window)), member(rows)]
        chosen = exp.select(named(rows.key(segment.key), key_name(segment))).from_(rows.relation(), copy=False)
        parts.append(chosen.where(*terms, copy=False))
    if len(parts) == 1:
        return parts[0].distinct(copy=False)
    whole = s.union_all(parts)
    name = query.add(f"{segment.name}_bridge", whole)
    return exp.select(e.column(key_name(segment))).distinct(copy=False).from_(e.table(name), copy=False)


def exists(table: exp.Expr, theirs: exp.Expr, ours: exp.Expr, *more: exp.Expr) -> exp.Expr:
    """A semi-join: never multiplies, never sees NULL as a match."""
    condition = exp.EQ(this=theirs, expression=ours)
    return exp.Exists(
        this=exp.select(exp.Literal.number(1)).from_(table, copy=False).where(condition, *more, copy=False)
    )


def _in_table(target: Target, node: model.JoinTable, ours: exp.Expr, around: str) -> exp.Expr:
    """Some row of the table has the key and satisfies the predicate; a versioned row is valid now.

    `around` is the alias of the rows that ask: a table may be joined with itself.
    """
    alias = node.table.name if node.table.name != around else f"other_{around}"
    rows = Rows(target=target, data=node.table, alias=alias)
    more = [] if isinstance(node.predicate, model.Always) else [_grouped_or(rows.value(node.predicate))]
    if node.table.valid:
        more.extend(e.valid_at(node.table, alias, lambda: e.now(target)))
    theirs = e.place(target, node.on.column, node.on.type, alias)
    return exists(rows.relation(), theirs, ours, *more)


def _grouped_or(condition: exp.Expr) -> exp.Expr:
    return exp.Paren(this=condition) if isinstance(condition, exp.Or) else condition


def _leading(segment: model.Segment, sets: dict[model.Condition, str]) -> model.Condition | None:
    """A set that every member is in, and that holds only keys of the universe: then the universe need not be read."""
    condition = segment.condition
    terms = condition.terms if isinstance(condition, model.AllOf) else (condition,)
    for term in terms:
        match term:
            case model.Sequence():
                return term
            case model.InSegment() | model.OfFunnel() | model.JoinTable() if term.bridge is not None:
                return term
    return None


def _from_driver(
    query: Query,
    segment: model.Segment,
    sets: dict[model.Condition, str],
    driver: str,
    columns: dict[Fact, str],
    leading: model.Condition | None,
) -> exp.Expr:
    """The keys of one CTE for which the condition holds; `leading` is the term that the CTE itself stands for."""
    key = key_name(segment)

    def fact(node: Fact) -> exp.Expr:
        return e.column(columns[node], driver)

    def in_set(node: model.Condition) -> exp.Expr:
        own = e.column(key, driver)
        if isinstance(node, model.JoinTable) and node.bridge is None:
            return _in_table(query.target, node, own, driver)
        name = sets[node]
        theirs = (
            key_name(query.program.segment(node.segment))
            if isinstance(node, model.InSegment) and not node.bridge
            else key
        )
        return exists(e.table(name), e.column(theirs, name), own)

    found = exp.select(e.column(key, driver)).from_(e.table(driver), copy=False)
    condition = segment.condition
    terms = condition.terms if isinstance(condition, model.AllOf) else (condition,)
    left = [_condition(query.target, t, fact, in_set) for t in terms if t is not leading]
    return found.where(*(_grouped_or(c) for c in left), copy=False) if left else found


# ---------------------------------------------------------------- conditions over facts and sets

FLIPPED = {"=": exp.NEQ, "<": exp.GTE, "<=": exp.GT, ">": exp.LTE, ">=": exp.LT}


def _condition(
    target: Target,
    node: model.Condition,
    fact: Callable[[Fact], exp.Expr],
    in_set: Callable[[model.Condition], exp.Expr],
) -> exp.Expr:
    """A condition as SQL, true exactly when it holds."""

    def below(term: model.Condition) -> exp.Expr:
        return _condition(target, term, fact, in_set)

    match node:
        case model.CompareMeasures():
            sides = [measure(target, side, fact) for side in (node.left, node.right)]
            types = (type_of_measure(node.left), type_of_measure(node.right))
            return e.compared(node.op, *e.in_floats(target, sides, types))
        case model.FirstIn():
            return _first_in(target, node, fact)
        case model.InSegment() | model.OfFunnel() | model.JoinTable() | model.Sequence():
            return in_set(node)
        case model.AllOf():
            return s.all_of(*(_inner(below(t)) for t in node.terms))
        case model.AnyOf():
            return s.any_of(*(_inner(below(t)) for t in node.terms))
        case model.Opposite():
            return _opposite(target, node.term, below, fact)
        case _:
            assert_never(node)


def _inner(condition: exp.Expr) -> exp.Expr:
    return exp.Paren(this=condition) if isinstance(condition, exp.Connector) else condition


def _opposite(
    target: Target,
    term: model.Condition,
    below: Callable[[model.Condition], exp.Expr],
    fact: Callable[[Fact], exp.Expr],
) -> exp.Expr:
    match term:
        case model.Opposite():
            return below(term.term)
        case model.AnyOf() if len(term.terms) == 1:
            return _opposite(target, term.terms[0], below, fact)
        case model.CompareMeasures() if never_missing(term.left) and never_missing(term.right):
            left, right = measure(target, term.left, fact), measure(target, term.right, fact)
            return FLIPPED[term.op](this=_operand(left), expression=_operand(right))
        case model.InSegment() | model.OfFunnel() | model.JoinTable() | model.Sequence():
            return exp.Not(this=below(term))
        case _:
            return target.spell("is_not_true", below(term))


def _operand(value: exp.Expr) -> exp.Expr:
    return exp.Paren(this=value) if isinstance(value, exp.Binary) else value


def never_missing(node: model.Measure) -> bool:
    """Whether a measure has a value for every key, even without rows."""
    match node:
        case model.CountRows() | model.CountDays():
            return True
        case model.Aggregate():
            return node.function in ("count", "sum")
        case model.Const():
            return node.value is not None or bool(node.param)
        case model.MeasureNegate():
            return never_missing(node.term)
        case model.MeasureArithmetic():
            return node.op != "/" and never_missing(node.left) and never_missing(node.right)


def _first_in(target: Target, node: model.FirstIn, fact: Callable[[Fact], exp.Expr]) -> exp.Expr:
    data = node.of.rows[0].data
    found = []
    zoned = all_zoned(rows.data for rows in node.of.rows)
    for bound in bounds(data, node.window):
        at = e.now(target, zoned) if bound.instant is None else e.moment(target, bound.instant, bound.zone, zoned)
        found.append(e.compared(bound.op, fact(node), at))
    return s.all_of(*found)


def measure(target: Target, node: model.Measure, fact: Callable[[Fact], exp.Expr]) -> exp.Expr:
    """A measure over the facts of a key."""
    match node:
        case model.CountRows() | model.CountDays() | model.Aggregate():
            return fact(node)
        case model.Const():
            return e.constant(target, node)
        case model.MeasureNegate():
            return target.spell("negate", measure(target, node.term, fact), measure_type(node))
        case model.MeasureArithmetic():
            left, right = measure(target, node.left, fact), measure(target, node.right, fact)
            return e.arithmetic(target, node, _operand(left), _operand(right), measure_type(node))


def measure_type(node: model.Measure) -> model.Type:
    """The type of a measure: a quotient is a float, and of two the wider one counts."""
    match node:
        case model.CountRows() | model.CountDays():
            return model.Type(name="integer")
        case model.Aggregate() | model.Const():
            return node.type
        case model.MeasureNegate():
            return measure_type(node.term)
        case model.MeasureArithmetic():
            if node.op == "/":
                return model.Type(name="float")
            sides = (measure_type(node.left), measure_type(node.right))
            return max(sides, key=lambda type: WIDTHS.get(type.name, 0))
