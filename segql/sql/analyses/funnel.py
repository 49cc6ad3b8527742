"""A funnel to one query: of the attempts of each key (`attempts`) the first counts, in the group of its first step."""

from __future__ import annotations

from sqlglot import exp

from segql.node import Value
from segql.semantics import model
from segql.sql import expressions as e
from segql.sql import spellings as s
from segql.sql.analyses.audiences import Carried
from segql.sql.analyses.elapsed import Asked, summaries
from segql.sql.analyses.explore import group_value
from segql.sql.attempts import Attempts, attempts, ranked
from segql.sql.lower import Query
from segql.sql.scan import Names, Rows, case, named, terms_of


class Own(Attempts):
    """The names of our own columns, apart from those of the result."""

    audience: str
    first: str
    previous: str
    of: str  # the step that a time is of
    since_start: str
    since_previous: str


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

    def times(self) -> list[Asked]:
        """The columns of the result that tell of times, if there are any."""
        if not self.asked.timed:
            return []
        names = [column.name for column in self.asked.columns[-10:]]
        return [
            Asked(micros=micros, least=least, median=median, average=average, p90=p90, most=most)
            for micros, (least, median, average, p90, most) in (
                (self.own.since_start, names[:5]),
                (self.own.since_previous, names[5:]),
            )
        ]

    def add(self, wish: str, part: exp.Expr) -> str:
        return self.query.add(f"{self.asked.name}_{wish}", part)


def funnel_query(query: Query, asked: model.Funnel) -> exp.Expr:
    """The rows of a funnel."""
    names = Names([column.name for column in asked.columns])
    carried = Carried(query, asked, names)
    own = Own(
        **vars(attempts(names, carried.columns[asked.key], asked, asked.timed or any(_named(g) for g in asked.groups))),
        audience=names.new("audience_no"),
        first=names.new("first_keys"),
        previous=names.new("previous_keys"),
        of=names.new("of_step"),
        since_start=names.new("since_start"),
        since_previous=names.new("since_previous"),
    )
    plan = Plan(query=query, asked=asked, carried=carried, own=own)
    keys = plan.add("deepest", _deepest(plan, ranked(query.target, asked, own, plan.add)))
    counted = [_counts(plan, n, a, keys) for n, a in enumerate(asked.audiences, 1)]
    if asked.timed:
        counted.append(_times(plan, keys))
    counts = plan.add("counts", s.union_all(counted))
    return _answer(plan, plan.add("cells", _cells(plan, counts)))


def _named(group: model.Group) -> bool:
    """Whether a group is read on a step that is named."""
    return isinstance(group.of, int)


# ---------------------------------------------------------------- keys


def _deepest(plan: Plan, best: str) -> exp.Expr:
    """Each key once: how far it came, whether it may come further, and its groups.

    The groups of one step after the other are looked for, beside what is known of the key by then.
    """
    own = plan.own
    kept = [own.key, own.reached, own.open, *((own.started, *own.at) if own.at else ())]
    source, known = best, list(kept)
    readings = list(dict.fromkeys(group.of for group in plan.asked.groups))
    for place, of in enumerate(readings):
        later = [_instant(own, each) for each in readings[place + 1 :]]
        told = list(dict.fromkeys((*known, *later)))
        groups = [group for group in plan.asked.groups if group.of == of]
        source = plan.add("starts" if of == "first" else "reads", s.union_all(_read(plan, source, told, groups)))
        known = [*known, *(group.column.name for group in groups)]
    columns = [named(e.column(name, source), name) for name in (*kept, *plan.groups())]
    found = exp.select(*columns).from_(e.table(source), copy=False)
    return found.where(_is(own.place, source, 1), copy=False)


def _instant(own: Own, of: str | int) -> str:
    """The column of the attempts with the instant of a step's row."""
    return own.at[of - 1] if isinstance(of, int) else own.started if of == "first" else own.ended


def _read(plan: Plan, source: str, told: list[str], groups: list[model.Group]) -> list[exp.Select]:
    """What is told of each key, and its groups by the rows of a step; missing where the key has not reached it."""
    own, target, of = plan.own, plan.query.target, groups[0].of
    if of == "first":
        return [_placed(plan, source, told, 1, groups)]
    if of == "last":
        return [_placed(plan, source, told, number, groups) for number, _ in enumerate(plan.asked.steps, 1)]
    missing = [named(target.spell("null", group.column.type), group.column.name) for group in groups]
    rest = exp.select(*map(e.column, told), *missing, named(s.number(1), own.place))
    not_yet = exp.LT(this=e.column(own.reached, source), expression=s.number(of))
    rest = rest.from_(e.table(source), copy=False)
    return [_placed(plan, source, told, of, groups), rest.where(_is(own.place, source, 1), not_yet, copy=False)]


def _placed(plan: Plan, source: str, told: list[str], number: int, groups: list[model.Group]) -> exp.Select:
    """For each key the rows that may be the one of a step, with the groups and the place of each among them."""
    own, asked, target, of = plan.own, plan.asked, plan.query.target, groups[0].of
    steps = [item for item in asked.sequence.items if isinstance(item, model.Step)]
    fitting, shown = steps[number - 1].rows[0], [group.column.name for group in groups]
    rows = Rows(target=target, data=fitting.data, alias=fitting.data.name)
    names = Names([*told, own.started, own.place, *plan.groups()])
    ties = [(names.new(column.name), column) for column in fitting.data.order]
    columns = [named(rows.key(asked.key), own.key), named(rows.utc(), own.started)]
    columns += [named(rows.tie(column), name) for name, column in ties]
    part = number - 1 if of == "last" else 0
    columns += [named(group_value(rows, group, part), group.column.name) for group in groups]
    terms = [rows.has_key(asked.key), *(rows.term(term) for term in terms_of(fitting, asked.sequence.window))]
    chosen = exp.select(*columns).from_(rows.relation(), copy=False).where(*terms, copy=False)
    entries = plan.add("entries", chosen)
    order: list[exp.Expr] = [exp.Ordered(this=e.column(name, entries), nulls_first=False) for name, _ in ties]
    order += [_ordered(plan, group, entries) for group in groups]
    by = exp.Order(expressions=order)
    place = exp.Window(this=exp.RowNumber(), partition_by=[e.column(own.key, source)], order=by)
    columns = [*(e.column(name, source) for name in told), *(e.column(name, entries) for name in shown)]
    found = exp.select(*columns, named(place, own.place)).from_(e.table(entries), copy=False)
    same = {own.key: own.key, _instant(own, of): own.started}
    on = [exp.EQ(this=e.column(ours, source), expression=e.column(theirs, entries)) for ours, theirs in same.items()]
    found = found.join(e.table(source), on=s.all_of(*on), join_type="inner", copy=False)
    where = [_is(own.place, source, 1), *([_is(own.reached, source, number)] if of == "last" else [])]
    return found.where(*where, copy=False)


# ---------------------------------------------------------------- counts


def _counts(plan: Plan, n: int, audience: model.Audience, keys: str) -> exp.Select:
    """The keys of an audience by group, by how far they came, and by whether they may come further."""
    own = plan.own
    by = [*plan.groups(), own.reached, own.open]
    counted = named(exp.Count(this=exp.Star()), "keys")
    found = exp.select(named(s.number(n), own.audience), *(e.column(name) for name in by), counted)
    if plan.asked.timed:
        missing = plan.query.target.spell("null", model.Type(name="float"))
        told = [named(missing.copy(), name) for each in plan.times() for name in each.columns()]
        found = found.select(named(s.number(0), own.of), *told, copy=False)
    found = found.from_(e.table(keys), copy=False)
    where = plan.carried.belongs(audience, keys)
    found = found.where(*where, copy=False) if where else found
    return found.group_by(*(e.column(name) for name in by), copy=False)


def _times(plan: Plan, keys: str) -> exp.Select:
    """How long keys took to each step, by audience and group: rows beside those of the counts, and of no key."""
    own, groups = plan.own, plan.groups()
    members = []
    for n, audience in enumerate(plan.asked.audiences, 1):
        columns = [named(s.number(n), own.audience), *map(e.column, (*groups, own.reached, own.started, *own.at))]
        found = exp.select(*columns).from_(e.table(keys), copy=False)
        where = plan.carried.belongs(audience, keys)
        members.append(found.where(*where, copy=False) if where else found)
    timed = plan.add("timed", s.union_all(members))
    spans = plan.add("spans", s.union_all([_span(plan, timed, number) for number, _ in enumerate(own.at, 1)]))
    by = (own.audience, *groups, own.of)
    told = plan.add("times", summaries(plan.query.target, spans, by, plan.times(), plan.add))
    nobody = [named(s.number(0), name) for name in (own.reached, own.open, "keys")]
    names = [name for each in plan.times() for name in each.columns()]
    columns = [*map(e.column, (own.audience, *groups)), *nobody, *map(e.column, (own.of, *names))]
    return exp.select(*columns).from_(e.table(told), copy=False)


def _span(plan: Plan, timed: str, number: int) -> exp.Select:
    """The times of one step, of those who have reached it."""
    own, target = plan.own, plan.query.target
    at = own.at[number - 1]
    start = target.spell("elapsed", e.column(own.started), e.column(at))
    if number == 1:
        previous = target.spell("null", model.Type(name="integer"))
    else:
        previous = target.spell("elapsed", e.column(own.at[number - 2]), e.column(at))
    kept = [e.column(name) for name in (own.audience, *plan.groups())]
    spans = [named(s.number(number), own.of), named(start, own.since_start), named(previous, own.since_previous)]
    found = exp.select(*kept, *spans).from_(e.table(timed), copy=False)
    return found.where(exp.GTE(this=e.column(own.reached), expression=s.number(number)), copy=False)


def _cells(plan: Plan, counts: str) -> exp.Expr:
    """A row for each group and step; without groups, also where no key is."""
    own, asked = plan.own, plan.asked
    steps = plan.add("steps", s.union_all(_numbered(plan)))
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
        *_told(plan, counts, steps),
    ).from_(e.table(steps), copy=False)
    on = exp.EQ(this=e.column(own.audience, counts), expression=e.column(own.audience, steps))
    kind = "inner" if asked.groups else "left"
    found = found.join(e.table(counts), on=on, join_type=kind, copy=False)
    return found.group_by(*(column.copy() for column in by.values()), copy=False)


def _told(plan: Plan, counts: str, steps: str) -> list[exp.Expr]:
    """What is told of the times of a step: one row at most says it."""
    ours = exp.EQ(this=e.column(plan.own.of, counts), expression=e.column("step", steps))
    names = [name for each in plan.times() for name in each.columns()]
    return [named(exp.Max(this=case(ours.copy(), e.column(name, counts))), name) for name in names]


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
    found = exp.select(*columns).from_(e.table(cells), copy=False)
    return found.order_by(*order, e.column("step"), copy=False)


def _share(plan: Plan, of: str) -> exp.Expr:
    target = plan.query.target
    whole = exp.Nullif(this=target.spell("double", e.column(of)), expression=s.number(0))
    return exp.Div(this=target.spell("double", e.column("keys")), expression=whole)


def _is(name: str, table: str, value: int) -> exp.Expr:
    return exp.EQ(this=e.column(name, table), expression=s.number(value))


def _ordered(plan: Plan, group: model.Group, table: str = "") -> exp.Expr:
    value = plan.query.target.spell("tie", e.column(group.column.name, table), group.column.type)
    return exp.Ordered(this=value, nulls_first=False)
