"""Paths to one query: the rows that have a node, read once; the place of each by a window; links, counted and named.

No table is joined with itself: what comes next, where a path begins, and which nodes are among the first are windows.
"""

from __future__ import annotations

from sqlglot import exp

from segql.node import Value
from segql.semantics import model
from segql.sql import expressions as e
from segql.sql import spellings as s
from segql.sql.analyses.audiences import Carried
from segql.sql.analyses.explore import row_value
from segql.sql.lower import Query
from segql.sql.scan import Names, Rows, case, flag, named, terms_of

RESULT = ("step", "source", "source_kind", "target", "target_kind", "keys")


class Columns(Value):
    """The names of our own columns, apart from those of the result."""

    key: str
    at: str
    ties: tuple[str, ...]
    node: str
    anchor: str
    begins: str
    before: str
    place: str
    next: str
    origin: str
    audience: str
    node_keys: str
    next_keys: str
    node_rank: str
    next_rank: str


class Plan(Value):
    query: Query
    asked: model.Paths
    carried: Carried
    own: Columns

    def add(self, wish: str, part: exp.Expr) -> str:
        return self.query.add(f"{self.asked.name}_{wish}", part)

    def tie(self, name: str, table: str = "") -> exp.Expr:
        """A node as it is ordered where two would be equal; what is missing comes last."""
        value = self.query.target.spell("tie", e.column(name, table), self.asked.type)
        return exp.Ordered(this=value, nulls_first=False)

    def whose(self) -> list[str]:
        """The columns that tell audiences apart."""
        return [self.own.audience, *([self.asked.columns[0].name] if self.asked.several else [])]


def paths_query(query: Query, asked: model.Paths) -> exp.Expr:
    """The rows of paths."""
    names = Names([column.name for column in asked.columns])
    carried = Carried(query, asked, names)
    order = asked.of.rows[0].data.order
    wishes = ["anchor", "begins", "node_before", "place", "next_node", "origin", "audience_no"]
    wishes += ["node_keys", "next_keys", "node_rank", "next_rank"]
    at, ties, node = names.new("event_time"), tuple(names.new(c.name) for c in order), names.new("node")
    rest = {field: names.new(wish) for field, wish in zip(Columns._fields[4:], wishes, strict=True)}
    own = Columns(key=carried.columns[asked.key], at=at, ties=ties, node=node, **rest)
    plan = Plan(query=query, asked=asked, carried=carried, own=own)
    rows = plan.add("rows", _rows(plan))
    if asked.anchor is not None:
        rows = plan.add("begun", _begun(plan, rows))
    if asked.collapse:
        rows = plan.add("runs", _runs(plan, rows))
    places = plan.add("places", _places(plan, rows))
    if asked.anchor is not None:
        places = plan.add("origins", _origins(plan, places))
    parts = [_counts(plan, n, audience, places) for n, audience in enumerate(asked.audiences, 1)]
    counts = plan.add("counts", s.union_all(parts))
    if asked.top is not None:
        counts = plan.add("ranks", _ranks(plan, plan.add("totals", _totals(plan, counts))))
    return _answer(plan, plan.add("links", _links(plan, counts)))


# ---------------------------------------------------------------- the nodes of keys


def _rows(plan: Plan) -> exp.Expr:
    """Every row that has a node, and whether it may begin a path."""
    own, asked = plan.own, plan.asked
    (of,) = asked.of.rows
    rows = Rows(target=plan.query.target, data=of.data, alias=of.data.name)
    columns = [*plan.carried.of(rows), named(rows.utc(), own.at)]
    columns += [named(rows.tie(column), name) for name, column in zip(own.ties, of.data.order, strict=True)]
    columns.append(named(row_value(rows, asked.node), own.node))
    if asked.anchor is not None:
        columns.append(named(flag(rows.value(asked.anchor)), own.anchor))
    where = [rows.has_key(asked.key), *(rows.term(term) for term in terms_of(of, asked.of.window))]
    if not isinstance(asked.node, e.CONDITIONS):
        where.append(exp.Not(this=exp.Is(this=s.paren(rows.value(asked.node)), expression=exp.null())))
    return exp.select(*columns).from_(rows.relation(), copy=False).where(*where, copy=False)


def _begun(plan: Plan, rows: str) -> exp.Expr:
    """Each row with the instant at which the path of its key begins: what lies on its other side is never sorted."""
    own = plan.own
    first = exp.Min(this=case(_is_anchor(plan, rows), e.column(own.at, rows)))
    columns: list[exp.Expr] = [e.column(name, rows) for name in (own.key, own.at, *own.ties, own.node, own.anchor)]
    columns.append(named(exp.Window(this=first, partition_by=[e.column(own.key, rows)]), own.begins))
    return exp.select(*columns).from_(e.table(rows), copy=False)


def _runs(plan: Plan, rows: str) -> exp.Expr:
    """Each row with the node before it."""
    own = plan.own
    before = _over(plan, rows, exp.Lag(this=e.column(own.node, rows)))
    kept = [own.key, own.at, *own.ties, own.node, *([own.anchor] if plan.asked.anchor else [])]
    columns = [*(e.column(name, rows) for name in kept), named(before, own.before)]
    return _from_begun(plan, rows, columns)


def _from_begun(plan: Plan, rows: str, columns: list[exp.Expr]) -> exp.Select:
    """Columns of the rows from the instant at which a path begins; going back, of those until then.

    Where repeats are collapsed this changes nothing: what stands before the first node that is an anchor is no anchor.
    """
    found = exp.select(*columns).from_(e.table(rows), copy=False)
    if plan.asked.anchor is None:
        return found
    side = exp.LTE if plan.asked.backwards else exp.GTE
    return found.where(side(this=e.column(plan.own.at, rows), expression=e.column(plan.own.begins, rows)), copy=False)


def _places(plan: Plan, rows: str) -> exp.Expr:
    """Each node of a key with its place, and the node after it; going back, the node before it."""
    own, asked = plan.own, plan.asked
    beside = exp.Lag if asked.backwards else exp.Lead
    kept = [own.key, own.node, *([own.anchor] if asked.anchor else [])]
    columns: list[exp.Expr] = [e.column(name, rows) for name in kept]
    columns.append(named(_over(plan, rows, exp.RowNumber()), own.place))
    columns.append(named(_over(plan, rows, beside(this=e.column(own.node, rows))), own.next))
    if not asked.collapse:
        return _from_begun(plan, rows, columns)
    first = exp.Is(this=e.column(own.before, rows), expression=exp.null())
    other = exp.NEQ(this=e.column(own.before, rows), expression=e.column(own.node, rows))
    found = exp.select(*columns).from_(e.table(rows), copy=False)
    return found.where(s.any_of(first, other), copy=False)


def _is_anchor(plan: Plan, rows: str) -> exp.Expr:
    return exp.EQ(this=e.column(plan.own.anchor, rows), expression=s.number(1))


def _over(plan: Plan, rows: str, value: exp.Expr) -> exp.Expr:
    """A window over the nodes of a key in their order; of those that tie, by the node itself."""
    own = plan.own
    order = [exp.Ordered(this=e.column(name, rows), nulls_first=False) for name in (own.at, *own.ties)]
    by = exp.Order(expressions=[*order, plan.tie(own.node, rows)])
    return exp.Window(this=value, partition_by=[e.column(own.key, rows)], order=by)


def _origins(plan: Plan, places: str) -> exp.Expr:
    """Each node with the place at which the path of its key begins."""
    own = plan.own
    first = exp.Min(this=case(_is_anchor(plan, places), e.column(own.place, places)))
    columns: list[exp.Expr] = [e.column(name, places) for name in (own.key, own.node, own.place, own.next)]
    columns.append(named(exp.Window(this=first, partition_by=[e.column(own.key, places)]), own.origin))
    return exp.select(*columns).from_(e.table(places), copy=False)


# ---------------------------------------------------------------- links


def _counts(plan: Plan, n: int, audience: model.Audience, places: str) -> exp.Select:
    """How many keys of an audience are at a node at a step, and go on to another."""
    own, asked = plan.own, plan.asked
    whose = [named(s.number(n), own.audience)]
    whose += [named(s.text(audience.name), asked.columns[0].name)] if asked.several else []
    by = [_step(plan, places), e.column(own.node, places), e.column(own.next, places)]
    step = named(by[0].copy(), "step")
    found = exp.select(*whose, step, by[1].copy(), by[2].copy(), named(exp.Count(this=exp.Star()), "keys"))
    shown = exp.Between(this=s.paren(by[0].copy()), low=s.number(1), high=s.number(asked.depth - 1))
    found = found.from_(e.table(places), copy=False)
    return found.where(shown, *plan.carried.belongs(audience, places), copy=False).group_by(*by, copy=False)


def _step(plan: Plan, places: str) -> exp.Expr:
    """The place of a node on its path, counted from 1."""
    place = e.column(plan.own.place, places)
    if plan.asked.anchor is None:
        return place
    origin = e.column(plan.own.origin, places)
    left, right = (origin, place) if plan.asked.backwards else (place, origin)
    return exp.Add(this=exp.Sub(this=left, expression=right), expression=s.number(1))


def _totals(plan: Plan, counts: str) -> exp.Expr:
    """How many keys are at each node of a step, and at each node of the next."""
    own = plan.own

    def total(node: str) -> exp.Expr:
        by = [e.column(name, counts) for name in (own.audience, "step", node)]
        return exp.Window(this=exp.Sum(this=e.column("keys", counts)), partition_by=by)

    columns: list[exp.Expr] = [e.column(name, counts) for name in (*plan.whose(), "step", own.node, own.next, "keys")]
    columns += [named(total(own.node), own.node_keys), named(total(own.next), own.next_keys)]
    return exp.select(*columns).from_(e.table(counts), copy=False)


def _ranks(plan: Plan, totals: str) -> exp.Expr:
    """The rank of each node among those of its step: by keys, then by itself. No node comes after all of them."""
    own = plan.own

    def rank(node: str, keys: str) -> exp.Expr:
        gone = exp.Is(this=e.column(node, totals), expression=exp.null())
        last = exp.Ordered(this=case(gone, s.number(1), s.number(0)), nulls_first=False)
        most = exp.Ordered(this=e.column(keys, totals), desc=True, nulls_first=False)
        order = exp.Order(expressions=[last, most, plan.tie(node, totals)])
        by = [e.column(name, totals) for name in (own.audience, "step")]
        return exp.Window(this=exp.DenseRank(), partition_by=by, order=order)

    columns: list[exp.Expr] = [e.column(name, totals) for name in (*plan.whose(), "step", own.node, own.next, "keys")]
    columns += [
        named(rank(own.node, own.node_keys), own.node_rank),
        named(rank(own.next, own.next_keys), own.next_rank),
    ]
    return exp.select(*columns).from_(e.table(totals), copy=False)


def _links(plan: Plan, counts: str) -> exp.Expr:
    """The links under the names that their ends have in the result."""
    own, asked = plan.own, plan.asked
    near, far = ("target", "source") if asked.backwards else ("source", "target")
    gone = exp.Is(this=e.column(own.next, counts), expression=exp.null())
    left = [exp.If(this=gone, true=s.text("entry" if asked.backwards else "drop-off"))]
    ends: dict[str, exp.Expr] = {
        near: _named(plan, own.node, own.node_rank, counts),
        f"{near}_kind": _kind(plan, own.node_rank, counts, []),
        far: _named(plan, own.next, own.next_rank, counts),
        f"{far}_kind": _kind(plan, own.next_rank, counts, left),
    }
    columns: list[exp.Expr] = [e.column(name, counts) for name in (*plan.whose(), "step")]
    columns += [named(ends[name], name) for name in RESULT if name in ends]
    columns.append(e.column("keys", counts))
    return exp.select(*columns).from_(e.table(counts), copy=False)


def _named(plan: Plan, node: str, rank: str, counts: str) -> exp.Expr:
    return case(_first(plan, rank, counts), e.column(node, counts))


def _kind(plan: Plan, rank: str, counts: str, ifs: list[exp.If]) -> exp.Expr:
    first = _first(plan, rank, counts)
    if first is None:
        return exp.Case(ifs=ifs, default=s.text("node")) if ifs else s.text("node")
    return exp.Case(ifs=[*ifs, exp.If(this=first, true=s.text("node"))], default=s.text("other"))


def _first(plan: Plan, rank: str, counts: str) -> exp.Expr | None:
    """That a node keeps its name; None if all do."""
    if plan.asked.top is None:
        return None
    return exp.LTE(this=e.column(rank, counts), expression=s.number(plan.asked.top))


def _answer(plan: Plan, links: str) -> exp.Expr:
    """The links, those of equal names together, in an order that leaves nothing to the engine."""
    asked = plan.asked
    by = [*plan.whose(), *RESULT[:-1]]
    keys = exp.Sum(this=e.column("keys", links))
    summed = exp.select(*(e.column(name, links) for name in by), named(keys, "keys"))
    summed = summed.from_(e.table(links), copy=False)
    flows = plan.add("flows", summed.group_by(*(e.column(name, links) for name in by), copy=False))
    order: list[exp.Expr] = [e.column(plan.own.audience)] if asked.several else []
    order += [e.column("step"), exp.Ordered(this=e.column("keys"), desc=True, nulls_first=False)]
    order += [e.column("source_kind"), plan.tie("source"), e.column("target_kind"), plan.tie("target")]
    found = exp.select(*(e.column(c.name) for c in asked.columns))
    return found.from_(e.table(flows), copy=False).order_by(*order, copy=False)
