"""A funnel to one query: running maxima tell which rows end which step; each key counts by the chain that goes deepest.

The levels are those of a sequence of a segment (`sequences`); no table of events is joined with itself.
"""

from __future__ import annotations

from itertools import accumulate

from sqlglot import exp

from segql.node import Value
from segql.semantics import model
from segql.sql import expressions as e
from segql.sql import spellings as s
from segql.sql.analyses.audiences import Carried
from segql.sql.analyses.explore import group_value
from segql.sql.facts import union_all
from segql.sql.lower import Query
from segql.sql.scan import Names, Rows, case, flag, named, terms_of
from segql.sql.sequences import Prefix, prefixes, sought


class Own(Value):
    """The names of our own columns, apart from those of the result."""

    key: str
    reached: str
    started: str
    ended: str
    open: str
    place: str
    audience: str
    first: str
    previous: str


class Plan(Value):
    query: Query
    asked: model.Funnel
    carried: Carried
    own: Own

    def groups(self) -> list[str]:
        return [group.column.name for group in self.asked.groups]

    def segment(self) -> list[str]:
        """The column that names the audience, if there is one."""
        return [self.asked.columns[0].name] if self.asked.several else []

    def add(self, wish: str, part: exp.Expr) -> str:
        return self.query.add(f"{self.asked.name}_{wish}", part)


def funnel_query(query: Query, asked: model.Funnel) -> exp.Expr:
    """The rows of a funnel."""
    names = Names([column.name for column in asked.columns])
    carried = Carried(query, asked, names)
    own = Own(
        key=carried.columns[asked.key],
        reached=names.new("reached"),
        started=names.new("started"),
        ended=names.new("ended"),
        open=names.new("is_open"),
        place=names.new("place"),
        audience=names.new("audience_no"),
        first=names.new("first_keys"),
        previous=names.new("previous_keys"),
    )
    plan = Plan(query=query, asked=asked, carried=carried, own=own)
    reached = plan.add("reached", _reached(plan))
    best = plan.add("best", _best(plan, reached))
    keys = plan.add("deepest", _deepest(plan, best))
    counts = plan.add("counts", union_all([_counts(plan, n, a, keys) for n, a in enumerate(asked.audiences, 1)]))
    return _answer(plan, plan.add("cells", _cells(plan, counts)))


# ---------------------------------------------------------------- chains


def _reached(plan: Plan) -> exp.Expr:
    """Each row that ends a step of a chain: which step, when, where the chain begins, and whether it may go on."""
    of = sought(plan.query.target, plan.asked, plan.asked.sequence, plan.own.key, plan.add)
    elements = prefixes(of)
    items = (item for item in plan.asked.sequence.items if isinstance(item, model.Step))
    lasts = accumulate(item.times for item in items)
    return union_all([_ends(plan, number, elements[last - 1]) for number, last in enumerate(lasts, 1)])


def _ends(plan: Plan, number: int, element: Prefix) -> exp.Select:
    own = plan.own
    columns = [
        e.column(own.key),
        named(s.number(number), own.reached),
        named(e.column(element.start), own.started),
        named(e.column(element.at), own.ended),
        named(_open(plan, element), own.open),
    ]
    found = exp.select(*columns).from_(exp.Table(this=e.identifier(element.rows)), copy=False)
    return found.where(element.ends, copy=False)


def _open(plan: Plan, element: Prefix) -> exp.Expr:
    """1 where the next element has limits, and none of them has passed."""
    if not element.limits or plan.asked.sequence.window.end is not None:
        return s.number(0)
    now = [e.now(plan.query.target) for _ in element.limits]
    return flag(s.all_of(*(e.compared(">=", limit, at) for limit, at in zip(element.limits, now, strict=True))))


def _best(plan: Plan, reached: str) -> exp.Expr:
    """Each of these rows with its place: first the deepest, then the one that ends first, then that which starts last."""
    own = plan.own
    order: list[exp.Expr] = [exp.Ordered(this=e.column(own.reached), desc=True, nulls_first=False)]
    order += [exp.Ordered(this=e.column(own.ended), nulls_first=False)]
    order += [exp.Ordered(this=e.column(own.started), desc=True, nulls_first=False)]
    place = _over(plan, exp.RowNumber(), order)
    still = exp.Window(this=exp.Max(this=e.column(own.open, reached)), partition_by=[e.column(own.key, reached)])
    columns = [e.column(name) for name in (own.key, own.reached, own.started)]
    found = exp.select(*columns, named(still, own.open), named(place, own.place))
    return found.from_(exp.Table(this=e.identifier(reached)), copy=False)


def _over(plan: Plan, value: exp.Expr, order: list[exp.Expr], *more: exp.Expr) -> exp.Expr:
    parts = [e.column(plan.own.key), *more]
    return exp.Window(this=value, partition_by=parts, order=exp.Order(expressions=order))


def _deepest(plan: Plan, best: str) -> exp.Expr:
    """Each key once: how far it came, whether it may come further, and its groups."""
    own = plan.own
    columns = [named(e.column(name, best), name) for name in (own.key, own.reached, own.open)]
    found = exp.select(*columns).from_(exp.Table(this=e.identifier(best)), copy=False)
    where = [_is(own.place, best, 1)]
    if plan.asked.groups:
        starts = plan.add("starts", _starts(plan))
        found = found.select(*(named(e.column(name, starts), name) for name in plan.groups()), copy=False)
        on = [exp.EQ(this=e.column(name, best), expression=e.column(name, starts)) for name in (own.key, own.started)]
        found = found.join(exp.Table(this=e.identifier(starts)), on=s.all_of(*on), join_type="inner", copy=False)
        where.append(_is(own.place, starts, 1))
    return found.where(*where, copy=False)


def _starts(plan: Plan) -> exp.Expr:
    """The rows that fit the first step, with the groups and the place of each among those of its key and instant."""
    own, asked, target = plan.own, plan.asked, plan.query.target
    first = next(item for item in asked.sequence.items if isinstance(item, model.Step)).rows[0]
    rows = Rows(target=target, data=first.data, alias=first.data.name)
    names = Names([own.key, own.started, *plan.groups()])
    ties = [(names.new(column.name), column) for column in first.data.order]
    columns = [named(rows.key(asked.key), own.key), named(rows.utc(), own.started)]
    columns += [named(rows.tie(column), name) for name, column in ties]
    columns += [named(group_value(rows, group, 0), group.column.name) for group in asked.groups]
    terms = [rows.has_key(asked.key), *(rows.term(term) for term in terms_of(first, asked.sequence.window))]
    chosen = exp.select(*columns).from_(rows.relation(), copy=False).where(*terms, copy=False)
    source = plan.add("entries", chosen)
    order: list[exp.Expr] = [exp.Ordered(this=e.column(name), nulls_first=False) for name, _ in ties]
    order += [_ordered(plan, group) for group in asked.groups]
    place = _over(plan, exp.RowNumber(), order, e.column(own.started))
    kept = [e.column(name) for name in (own.key, own.started, *plan.groups())]
    return exp.select(*kept, named(place, own.place)).from_(exp.Table(this=e.identifier(source)), copy=False)


# ---------------------------------------------------------------- counts


def _counts(plan: Plan, n: int, audience: model.Audience, keys: str) -> exp.Select:
    """The keys of an audience by group, by how far they came, and by whether they may come further."""
    own = plan.own
    by = [*plan.groups(), own.reached, own.open]
    counted = named(exp.Count(this=exp.Star()), "keys")
    found = exp.select(named(s.number(n), own.audience), *(e.column(name) for name in by), counted)
    found = found.from_(exp.Table(this=e.identifier(keys)), copy=False)
    where = plan.carried.belongs(audience, keys)
    found = found.where(*where, copy=False) if where else found
    return found.group_by(*(e.column(name) for name in by), copy=False)


def _cells(plan: Plan, counts: str) -> exp.Expr:
    """A row for each group and step; without groups, also where no key is."""
    own, asked = plan.own, plan.asked
    steps = plan.add("steps", union_all(_numbered(plan)))
    step, reached = e.column("step", steps), e.column(own.reached, counts)
    more = exp.LT(this=step.copy(), expression=s.number(len(asked.steps)))
    here = [exp.EQ(this=reached.copy(), expression=step.copy()), more]

    def keys(*conditions: exp.Expr) -> exp.Expr:
        met = s.all_of(*(condition.copy() for condition in conditions))
        return exp.Sum(this=case(met, e.column("keys", counts), s.number(0)))

    before = exp.Sub(this=step.copy(), expression=s.number(1))
    of = dict.fromkeys((own.audience, *plan.segment(), "step", "event"), steps) | dict.fromkeys(plan.groups(), counts)
    by = {name: e.column(name, table) for name, table in of.items()}
    found = exp.select(
        *(named(column, name) for name, column in by.items()),
        named(keys(exp.GTE(this=reached.copy(), expression=step.copy())), "keys"),
        named(keys(exp.GTE(this=reached.copy(), expression=s.number(1))), own.first),
        named(keys(exp.GTE(this=reached.copy(), expression=before)), own.previous),
        named(keys(*here, _is(own.open, counts, 1)), "pending"),
        named(keys(*here, _is(own.open, counts, 0)), "dropped"),
    ).from_(exp.Table(this=e.identifier(steps)), copy=False)
    on = exp.EQ(this=e.column(own.audience, counts), expression=e.column(own.audience, steps))
    kind = "inner" if asked.groups else "left"
    found = found.join(exp.Table(this=e.identifier(counts)), on=on, join_type=kind, copy=False)
    return found.group_by(*(column.copy() for column in by.values()), copy=False)


def _numbered(plan: Plan) -> list[exp.Select]:
    found = []
    for n, audience in enumerate(plan.asked.audiences, 1):
        whose = [named(s.text(audience.name), name) for name in plan.segment()]
        for number, name in enumerate(plan.asked.steps, 1):
            step = [named(s.number(number), "step"), named(s.text(name), "event")]
            found.append(exp.select(named(s.number(n), plan.own.audience), *(w.copy() for w in whose), *step))
    return found


def _answer(plan: Plan, cells: str) -> exp.Expr:
    own, asked = plan.own, plan.asked
    shares = {"conversion_from_start": own.first, "conversion_from_previous": own.previous}
    columns = [
        named(_share(plan, shares[c.name]), c.name) if c.name in shares else e.column(c.name) for c in asked.columns
    ]
    order: list[exp.Expr] = [e.column(own.audience)] if asked.several else []
    order += [_ordered(plan, group) for group in asked.groups]
    found = exp.select(*columns).from_(exp.Table(this=e.identifier(cells)), copy=False)
    return found.order_by(*order, e.column("step"), copy=False)


def _share(plan: Plan, of: str) -> exp.Expr:
    target = plan.query.target
    whole = exp.Nullif(this=target.spell("double", e.column(of)), expression=s.number(0))
    return exp.Div(this=target.spell("double", e.column("keys")), expression=whole)


def _is(name: str, table: str, value: int) -> exp.Expr:
    return exp.EQ(this=e.column(name, table), expression=s.number(value))


def _ordered(plan: Plan, group: model.Group) -> exp.Expr:
    value = plan.query.target.spell("tie", e.column(group.column.name), group.column.type)
    return exp.Ordered(this=value, nulls_first=False)
