"""A retention to one query: the rows of starts and returns, read once; what each key reached; counts by cohort and period.

`NAME_seen` finds the start of each row's key by a window over the rows, so that no table is joined with itself.
"""

from __future__ import annotations

from sqlglot import exp

from segql.node import Value
from segql.semantics import calendar, model
from segql.sql import expressions as e
from segql.sql import spellings as s
from segql.sql.analyses.audiences import Carried
from segql.sql.analyses.explore import row_value
from segql.sql.lower import Query
from segql.sql.scan import Names, Rows, Terms, case, common, either, flag, named, terms_of, without

NEVER = -1  # the period of a row that is no return, or of one after the last period


class Columns(Value):
    """The names of our own columns, apart from those of the result."""

    key: str
    at: str
    starts: str
    returns: str
    ties: tuple[str, ...]
    started: str
    unit: str  # the calendar unit of a row, where periods are such units
    start_unit: str
    audience: str
    latest: str
    part: str
    ended: str


class Plan(Value):
    query: Query
    asked: model.Retention
    carried: Carried
    own: Columns

    def groups(self) -> list[str]:
        return [group.column.name for group in self.asked.groups]

    def cohort(self) -> list[str]:
        """The columns that tell cohorts apart."""
        return [self.asked.cohort.column.name, *self.groups()]

    def column(self, name: str) -> str:
        """The name that the result gives to one of its own columns."""
        return next(c.name for c in self.asked.columns[-5:] if c.name == name)


def retention_query(query: Query, asked: model.Retention) -> exp.Expr:
    """The rows of a retention."""
    names = Names([column.name for column in asked.columns])
    carried = Carried(query, asked, names)
    data = asked.start.rows[0].data
    own = Columns(
        key=carried.columns[asked.key],
        at=names.new("event_time"),
        starts=names.new("starts"),
        returns=names.new("returns"),
        ties=tuple(names.new(c.name) for c in data.order) if asked.groups else (),
        started=names.new("started"),
        unit=names.new("event_unit") if asked.period.calendar else "",
        start_unit=names.new("start_unit") if asked.period.calendar else "",
        audience=names.new("audience_no"),
        latest=names.new("latest"),
        part=names.new("part_no"),
        ended=names.new("ended"),
    )
    plan = Plan(query=query, asked=asked, carried=carried, own=own)
    rows = query.add(f"{asked.name}_rows", _rows(plan))
    seen = query.add(f"{asked.name}_seen", _seen(plan, rows))
    starts = query.add(f"{asked.name}_starts", _starts(plan, seen))
    marks = query.add(f"{asked.name}_marks", _marks(plan, starts))
    parts = [_counts(plan, n, audience, marks) for n, audience in enumerate(asked.audiences, 1)]
    counts = query.add(f"{asked.name}_counts", s.union_all(parts))
    cells = query.add(f"{asked.name}_cells", _cells(plan, counts))
    if asked.totals:
        return _with_totals(plan, query.add(f"{asked.name}_told", _told(plan, cells)))
    return _answer(plan, cells, exp.LT(this=e.column(plan.column("period")), expression=_ended(plan)))


# ---------------------------------------------------------------- the rows


def _rows(plan: Plan) -> exp.Expr:
    """Every row that starts or returns: its key, its time, which of the two it is, and what the groups are on it."""
    asked = plan.asked
    window = model.Window(zone=asked.zone) if asked.first else asked.start.window
    start, back = asked.start.rows[0], asked.returns.rows[0]
    starting, returning = terms_of(start, window), terms_of(back, asked.returns.window)
    if start.data == back.data:
        return _part(plan, start.data, starting, returning)
    return s.union_all([_part(plan, start.data, starting, None), _part(plan, back.data, None, returning)])


def _part(plan: Plan, data: model.Data, starting: Terms | None, returning: Terms | None) -> exp.Select:
    own, asked = plan.own, plan.asked
    rows = Rows(target=plan.query.target, data=data, alias=data.name)
    wanted = [terms for terms in (starting, returning) if terms is not None]
    shared = common(wanted)
    left = [None if terms is None else without(terms, shared) for terms in (starting, returning)]
    columns = [*plan.carried.of(rows), named(rows.utc(), own.at)]
    columns += [named(_flag(rows, terms), name) for terms, name in zip(left, (own.starts, own.returns), strict=True)]
    if own.unit:
        columns.append(named(_unit(plan, rows.utc(), asked.period.unit), own.unit))
    for group in asked.groups:
        nothing = starting is None
        value = rows.target.spell("null", group.column.type) if nothing else row_value(rows, group.exprs[0])
        columns.append(named(value, group.column.name))
    for name, column in zip(own.ties, asked.start.rows[0].data.order, strict=bool(own.ties)):
        kind = model.Type(name="any")
        columns.append(named(rows.target.spell("null", kind) if starting is None else rows.tie(column), name))
    where = [rows.has_key(asked.key), *(rows.term(term) for term in shared)]
    if all(left):
        parts = [part for terms in left if terms and (part := rows.all(terms)) is not None]
        where.append(exp.Paren(this=either(parts)) if len(parts) > 1 else parts[0])
    return exp.select(*columns).from_(rows.relation(), copy=False).where(*where, copy=False)


def _flag(rows: Rows, terms: Terms | None) -> exp.Expr:
    return s.number(0) if terms is None else flag(rows.all(terms)) if terms else s.number(1)


def _unit(plan: Plan, at: exp.Expr, unit: model.Unit) -> exp.Expr:
    """The start of the calendar unit that holds an instant in UTC, as a local time."""
    target = plan.query.target
    return target.spell("trunc", target.spell("local", at, plan.asked.zone, False), unit)


# ---------------------------------------------------------------- from rows to keys


def _seen(plan: Plan, rows: str) -> exp.Expr:
    """Each row with the start of its key, and what the groups are there."""
    own = plan.own
    first = exp.Min(this=case(exp.EQ(this=e.column(own.starts, rows), expression=s.number(1)), e.column(own.at, rows)))
    kept = [own.key, own.at, own.returns, *([own.unit] if own.unit else [])]
    columns: list[exp.Expr] = [e.column(name, rows) for name in kept]
    columns.append(named(exp.Window(this=first, partition_by=[e.column(own.key, rows)]), own.started))
    for group in plan.asked.groups:
        value = exp.FirstValue(this=e.column(group.column.name, rows))
        order = exp.Order(expressions=_first_start(plan, rows))
        key = [e.column(own.key, rows)]
        window = exp.Window(this=value, partition_by=key, order=order, spec=_all_rows())  # some engines want the frame
        columns.append(named(window, group.column.name))
    return exp.select(*columns).from_(e.table(rows), copy=False)


def _all_rows() -> exp.Expr:
    both = {"start": "UNBOUNDED", "start_side": "PRECEDING", "end": "UNBOUNDED", "end_side": "FOLLOWING"}
    return exp.WindowSpec(kind="ROWS", **both)


def _first_start(plan: Plan, rows: str) -> list[exp.Expr]:
    """The order in which the start of a key comes first: by its place in the source's order, then by its groups."""
    own, target = plan.own, plan.query.target
    order: list[exp.Expr] = [exp.Ordered(this=e.column(own.starts, rows), desc=True, nulls_first=False)]
    order += [_ordered(e.column(name, rows)) for name in (own.at, *own.ties)]
    for group in plan.asked.groups:
        order.append(_ordered(target.spell("tie", e.column(group.column.name, rows), group.column.type)))
    return order


def _starts(plan: Plan, seen: str) -> exp.Expr:
    """The rows of keys that start within the window, each with the cohort of its key."""
    own, asked, target = plan.own, plan.asked, plan.query.target
    cohort = target.spell("day", _unit(plan, e.column(own.started), asked.cohort.unit))  # type: ignore[arg-type]
    kept = [own.key, own.at, own.returns, *([own.unit] if own.unit else []), own.started]
    columns: list[exp.Expr] = [e.column(name) for name in kept]
    if own.unit:
        start = target.spell("day", _unit(plan, e.column(own.started), asked.period.unit))
        columns.append(named(start, own.start_unit))
    columns += [named(cohort, asked.cohort.column.name), *(e.column(name) for name in plan.groups())]
    found = exp.select(*columns).from_(e.table(seen), copy=False)
    return found.where(*_within(plan), copy=False)


def _within(plan: Plan) -> list[exp.Expr]:
    """That the start lies in the window. Unless it is the first of all time, only such rows start."""
    started, window = plan.own.started, plan.asked.start.window
    found: list[exp.Expr] = [exp.Not(this=exp.Is(this=e.column(started), expression=exp.null()))]
    if not plan.asked.first or window is None:
        return found
    for op, edge in ((">=", window.start), ("<", window.end)):
        if edge is not None:
            at = e.moment(plan.query.target, edge, window.zone)
            found.append(e.compared(op, e.column(started), at))
    return found


def _marks(plan: Plan, starts: str) -> exp.Expr:
    """What each key reached: each period in which it came back, or only the last; and NEVER for the key itself."""
    own, asked = plan.own, plan.asked
    later = exp.GT(this=e.column(own.at), expression=e.column(own.started))
    period = case(s.all_of(_is(own.returns), later), _period(plan), s.number(NEVER))
    name = plan.column("period")
    columns = [own.key, *plan.cohort(), own.start_unit or own.started]
    found = exp.select(*(e.column(c) for c in columns)).from_(e.table(starts), copy=False)
    if not asked.later:
        return found.select(named(period, name), copy=False).distinct(copy=False)
    found = found.select(named(exp.Max(this=period), name), copy=False)
    return found.group_by(*(e.column(c) for c in columns), copy=False)


def _period(plan: Plan) -> exp.Expr:
    """The period of a row after the start; with `later`, the last that it counts for."""
    own, asked, target = plan.own, plan.asked, plan.query.target
    count, unit = asked.period.count, asked.period.unit
    ifs = []
    if not asked.period.calendar:
        last = asked.periods - 1 if asked.later else NEVER
        for n in range(asked.periods - asked.later):
            end = target.spell("plus", e.column(own.started), (n + 1) * count, unit)
            ifs.append(exp.If(this=e.compared("<", e.column(own.at), end), true=s.number(n)))
        return exp.Case(ifs=ifs, default=s.number(last)) if ifs else s.number(last)
    for n in reversed(range(asked.periods)) if asked.later else range(asked.periods):
        back = target.spell("back", e.column(own.unit), n, unit) if n else e.column(own.unit)
        condition = e.compared(">=" if asked.later else "=", target.spell("day", back), e.column(own.start_unit))
        ifs.append(exp.If(this=condition, true=s.number(n)))
    return exp.Case(ifs=ifs, default=s.number(NEVER))


# ---------------------------------------------------------------- counts


def _counts(plan: Plan, n: int, audience: model.Audience, marks: str) -> exp.Select:
    """The keys of an audience by cohort and by what they reached, and the latest start among them."""
    own, asked = plan.own, plan.asked
    by = [*plan.cohort(), plan.column("period")]
    whose = [named(s.number(n), own.audience)]
    whose += [named(s.text(audience.name), asked.columns[0].name)] if asked.several else []
    latest = exp.Max(this=e.column(own.start_unit or own.started))
    counted = [named(exp.Count(this=exp.Star()), plan.column("keys")), named(latest, own.latest)]
    found = exp.select(*whose, *(e.column(c) for c in by), *counted)
    found = found.from_(e.table(marks), copy=False)
    where = plan.carried.belongs(audience, marks)
    found = found.where(*where, copy=False) if where else found
    return found.group_by(*(e.column(c) for c in by), copy=False)


def _cells(plan: Plan, counts: str) -> exp.Expr:
    """A row for each cohort and period: how many of the cohort reached it."""
    own, asked = plan.own, plan.asked
    keys, period = plan.column("keys"), plan.column("period")
    numbers = [exp.select(named(s.number(n), period)) for n in range(asked.periods)]
    periods = plan.query.add(f"{asked.name}_periods", s.union_all(numbers))
    by = [own.audience, *([asked.columns[0].name] if asked.several else []), *plan.cohort()]
    reached, wanted = e.column(period, counts), e.column(period, periods)
    kind = exp.GTE if asked.later else exp.EQ
    there = kind(this=reached, expression=wanted)
    # Without `later`, every key has one mark NEVER; with it, every key has one mark.
    all_keys = None if asked.later else exp.EQ(this=reached.copy(), expression=s.number(NEVER))
    back = exp.Sum(this=case(there, e.column(keys, counts), s.number(0)))
    size = exp.Sum(this=case(all_keys, e.column(keys, counts), s.number(0)))
    columns = [*(e.column(c, counts) for c in by), e.column(period, periods)]
    names = (*by, period)
    found = exp.select(
        *(named(column, name) for column, name in zip(columns, names, strict=True)),
        named(back, keys),
        named(size, plan.column("size")),
        named(exp.Max(this=e.column(own.latest, counts)), own.latest),
    )
    found = found.from_(e.table(counts), copy=False)
    found = found.join(e.table(periods), join_type="cross", copy=False)
    return found.group_by(*(column.copy() for column in columns), copy=False)


def _told(plan: Plan, cells: str) -> exp.Expr:
    """Each cell with whether its period has ended."""
    ended = exp.LT(this=e.column(plan.column("period"), cells), expression=_ended(plan))
    kept = [*_of_cells(plan), plan.column("keys"), plan.column("size")]
    found = exp.select(*(e.column(name, cells) for name in kept), named(flag(ended), plan.own.ended))
    return found.from_(e.table(cells), copy=False)


def _of_cells(plan: Plan) -> list[str]:
    """The columns that tell cells apart."""
    return [*_whose(plan), *plan.cohort(), plan.column("period")]


def _whose(plan: Plan) -> list[str]:
    return [plan.own.audience, *([plan.asked.columns[0].name] if plan.asked.several else [])]


def _with_totals(plan: Plan, told: str) -> exp.Expr:
    """The cells, and for each audience and period that of all cohorts for which it has ended."""
    own, asked, target = plan.own, plan.asked, plan.query.target
    part, period = asked.columns[1 if asked.several else 0].name, plan.column("period")
    counted = [plan.column("keys"), plan.column("size")]

    def select(number: int, name: str, middle: list[exp.Expr], last: list[exp.Expr]) -> exp.Select:
        which = [named(s.number(number), own.part), named(s.text(name), part)]
        whose = [e.column(each, told) for each in _whose(plan)]
        found = exp.select(*whose, *which, *middle, e.column(period, told), *last)
        return found.from_(e.table(told), copy=False)

    def summed(name: str) -> exp.Expr:
        return named(exp.Sum(this=case(_is(own.ended, told), e.column(name, told), s.number(0))), name)

    nothing = [
        named(target.spell("null", c.type), c.name) for c in (asked.cohort.column, *(g.column for g in asked.groups))
    ]
    ended = named(exp.Max(this=e.column(own.ended, told)), own.ended)
    cells = select(
        1, "cohort", [e.column(c, told) for c in plan.cohort()], [e.column(c, told) for c in (*counted, own.ended)]
    )
    totals = select(2, "total", nothing, [*(summed(name) for name in counted), ended])
    totals = totals.group_by(*(e.column(name, told) for name in (*_whose(plan), period)), copy=False)
    parts = plan.query.add(f"{asked.name}_parts", s.union_all([cells, totals]))
    return _answer(plan, parts, _is(own.ended), own.part)


def _answer(plan: Plan, cells: str, ended: exp.Expr, part: str = "") -> exp.Expr:
    """The rows of the result, in an order that leaves nothing to the engine."""
    own, asked, target = plan.own, plan.asked, plan.query.target
    keys, size, period = plan.column("keys"), plan.column("size"), plan.column("period")
    whole = target.spell("double", e.column(size))
    whole = exp.Nullif(this=whole, expression=s.number(0)) if part else whole  # no cohort may have come so far
    share = exp.Div(this=target.spell("double", e.column(keys)), expression=whole)
    complete = case(ended, target.spell("boolean", True), target.spell("boolean", False))
    given = {"share": share, "complete": complete}
    columns = [named(given[c.name], c.name) if c.name in given else e.column(c.name) for c in asked.columns]
    order: list[exp.Expr] = [e.column(own.audience)] if asked.several else []
    order += [e.column(part)] if part else []
    order.append(_ordered(e.column(asked.cohort.column.name)))
    order += [_ordered(target.spell("tie", e.column(g.column.name), g.column.type)) for g in asked.groups]
    order.append(e.column(period))
    found = exp.select(*columns).from_(e.table(cells), copy=False)
    return found.order_by(*order, copy=False)


def _ended(plan: Plan) -> exp.Expr:
    """How many periods have ended at now for the latest start of a cohort, and so for all."""
    asked, target = plan.asked, plan.query.target
    ifs = []
    for n in range(asked.periods, 0, -1):
        latest = e.column(plan.own.latest)
        if asked.period.calendar:
            edge = _unit_before_now(plan, n)
        else:
            ago = model.Ago(count=n * asked.period.count, unit=asked.period.unit)
            edge = e.moment(target, ago, asked.zone)
        ifs.append(exp.If(this=e.compared("<=", latest, edge), true=s.number(n)))
    return exp.Case(ifs=ifs, default=s.number(0))


def _unit_before_now(plan: Plan, count: int) -> exp.Expr:
    """The day on which the calendar unit begins that lies some units before that of now."""
    target, zone, unit = plan.query.target, plan.asked.zone, plan.asked.period.unit
    if target.now is not None:
        start = calendar.unit_start(calendar.to_local(target.now, zone), unit)
        return target.spell("date", calendar.units_before(start, count, unit).date())
    now = _unit(plan, e.now(target), unit)
    return target.spell("day", target.spell("back", now, count, unit))


def _is(name: str, table: str = "") -> exp.Expr:
    return exp.EQ(this=e.column(name, table), expression=s.number(1))


def _ordered(value: exp.Expr) -> exp.Expr:
    return exp.Ordered(this=value, nulls_first=False)
