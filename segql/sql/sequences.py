"""Sequences to SQL: one sort, and a running maximum for each step (docs/plans.md says why this is exact).

For every prefix of a chain only the last row that ends it matters: a later end has the smaller gap, the newer start
and fewer excluded rows between. So each step carries, per row, the time of the last end of the prefix before it, the
times of earlier elements that a limit counts from, and how many excluded rows had been seen by then. Ties (R4) stay
out because frames end before the row's own group of equals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, assert_never

from sqlglot import exp

from segql.node import Value
from segql.semantics import model
from segql.sql import expressions as e
from segql.sql import spellings as s
from segql.sql.chains import Chain, Element, RowsSet, chains
from segql.sql.scan import Names, Rows, Terms, common, either, flag, named, terms_of, without
from segql.sql.target import Target
from segql.sql.turns import disjoint, turns

AddCte = Callable[[str, exp.Expr], str]
Ways = list[tuple[int, list[Terms]]]
Numbered = tuple[tuple[int, RowsSet], ...]


class Columns:
    """The columns of the filtered rows: the key, the time, what breaks ties, and a flag for each set of rows."""

    def __init__(self, sequence: model.Sequence, key: str, data: tuple[model.Data, ...]) -> None:
        self.names = Names([key])
        self.key = key
        self.same = self.names.new(sequence.same.replace(".", "_")) if sequence.same else ""
        self.at = self.names.new("event_time")
        ties = data[0].order if len(data) == 1 else ()
        self.ties = tuple((self.names.new(c.name), c) for c in ties)
        self.flags: dict[RowsSet, str] = {}
        self.counts: dict[RowsSet, tuple[str, str]] = {}
        self.values: dict[e.Read, str] = {}
        self.turns: dict[Chain, tuple[str, tuple[RowsSet, ...]]] = {}
        self.turn = ""  # of a row among its equals, where they are told apart: of the chain that is being written
        self.place = ""  # of a row's group of equals in the order of events, where it is numbered
        self.whole = ""  # all that orders events in one value, for plans that compare rows of different queries

    def flag(self, rows: RowsSet, wish: str) -> str:
        """The column that is 1 for these rows."""
        if rows not in self.flags:
            self.flags[rows] = self.names.new(wish)
        return self.flags[rows]

    def count(self, rows: RowsSet) -> tuple[str, str]:
        """The columns that count these rows: up to a row and its equals, and before them; one, if no step is among them."""
        if rows not in self.counts:
            flag = self.flags.get(rows, "excluded")
            until = self.names.new(f"{flag}_until")
            self.counts[rows] = (until, self.names.new(f"{flag}_before") if rows in self.flags else until)
        return self.counts[rows]

    def take_turns(self, chain: Chain) -> None:
        """Tells the rows of a chain apart by their turn, in place of flags; a flag is left to rows that play two parts."""
        order, steps = turns(chain), [el.rows for el in chain]
        self.turns[chain] = (self.names.new("turn"), order)
        for el in chain:
            if el.apart and not all(disjoint(el.apart, step) for step in steps):
                self.flag(el.apart, "excluded")

    def write(self, chain: Chain) -> None:
        """From now on it is this chain that is being written."""
        self.turn = self.turns[chain][0] if chain in self.turns else ""

    def is_one(self, rows: RowsSet, table: str = "") -> exp.Expr:
        """Whether a row is one of these."""
        if rows in self.flags:
            return exp.EQ(this=e.column(self.flags[rows], table), expression=exp.Literal.number(1))
        order = next(order for name, order in self.turns.values() if name == self.turn)
        return exp.EQ(this=e.column(self.turn, table), expression=exp.Literal.number(1 + order.index(rows)))

    def value(self, read: e.Read) -> str:
        """The column that holds what a step's comparison with another step reads."""
        if read not in self.values:
            self.values[read] = self.names.new(
                read.name.replace(".", "_") if not isinstance(read, model.LabelRead) else "v"
            )
        return self.values[read]

    def always(self) -> list[str]:
        """The columns that every level passes on."""
        order = [self.place] if self.place else [name for name, _ in self.ties]
        order = [self.whole] if self.whole else order
        return [self.key, *([self.same] if self.same else []), self.at, *order, *([self.turn] if self.turn else [])]

    def one(self) -> str:
        """The one column that orders the events of a key, where their order is one value."""
        return self.whole or self.at


class Sought(Value):
    """What a plan is asked to write: a sequence, as chains, over the data that play a part in it.

    Helper queries are added as CTEs by `add`, which gives their names.
    """

    target: Target
    segment: model.Segment | model.Question
    sequence: model.Sequence
    key: str
    add: AddCte
    chains: tuple[Chain, ...]
    data: tuple[model.Data, ...]

    def columns(self, one: bool = False) -> Columns:
        """The columns of the filtered rows, with a flag for what each element is; with `one`, their order as one value."""
        columns = Columns(self.sequence, self.key, self.data)
        columns.whole = columns.names.new("place") if one and columns.ties else ""
        for chain in self.chains:
            for el in chain:
                columns.flag(el.rows, f"step_{len(columns.flags) + 1}")
        return columns


def sought(
    target: Target, segment: model.Segment | model.Question, sequence: model.Sequence, key: str, add: AddCte
) -> Sought:
    """A sequence, ready for a plan."""
    return Sought(
        target=target,
        segment=segment,
        sequence=sequence,
        key=key,
        add=add,
        chains=chains(sequence),
        data=_data(segment, sequence),
    )


def running(of: Sought) -> exp.Expr:
    """The keys that match, by a running maximum for each step: a query with one column, each key once."""
    columns, base = _prepared(of)
    base = base if columns.turns else _framed(of.target, columns, base, False, of.add)
    return union([_chain(of.target, columns, chain, base, of.add) for chain in of.chains])


def joined(of: Sought) -> exp.Expr:
    """The keys that match, by joining the filtered rows with themselves: what compares steps needs it."""
    columns, base = _prepared(of, flags=True)
    base = _framed(of.target, columns, base, True, of.add)
    return union([_joined(of.target, columns, chain, base) for chain in of.chains])


class Prefix(Value):
    """The rows that end a prefix of a chain: the query they are in, and which of them they are.

    `times` are the columns with the times of its last element, and of those that were asked for. `limits` are the last instants at which the next element may come, of all chains that end there the latest.
    """

    rows: str
    ends: exp.Expr
    times: dict[int, str]
    limits: tuple[exp.Expr, ...]


def prefixes(of: Sought, kept: tuple[int, ...]) -> list[Prefix]:
    """For each element of the one chain, the rows that end it: running maxima, all in one pass.

    They know the times of the elements in `kept`.
    """
    columns, base = _prepared(of)
    base = base if columns.turns else _framed(of.target, columns, base, False, of.add)
    (chain,) = of.chains
    columns.write(chain)
    found = []
    for i, (level, state) in enumerate(_levels(of.target, columns, chain, base, of.add, kept)):
        times = {**state.anchors, i: columns.at}
        following = chain[i + 1].within if i + 1 < len(chain) else ()
        limits = tuple(later(of.target, e.column(times[gap.since]), gap.limit) for gap in following)
        ends = _valid(of.target, columns, chain, i, state)
        found.append(Prefix(rows=level, ends=ends, times=times, limits=limits))
    return found


def _prepared(of: Sought, flags: bool = False) -> tuple[Columns, str]:
    """The filtered rows, and their columns: in turn where that can be, unless flags are asked for."""
    columns = Columns(of.sequence, of.key, of.data)
    in_turn = not flags and all(turns(chain) for chain in of.chains)
    for chain in of.chains:
        if in_turn:
            columns.take_turns(chain)
        for el in chain:
            if not in_turn:
                columns.flag(el.rows, f"step_{len(columns.flags) + 1}")
            if el.apart and not in_turn:
                columns.flag(el.apart, "excluded")
            if el.apart:
                columns.count(el.apart)
            for read in _reads(el):
                columns.value(read)
    return columns, of.add("rows", rows_query(of, columns))


def _framed(target: Target, columns: Columns, base: str, labelled: bool, add: AddCte) -> str:
    """The rows with all that the frames of the engine need: how many were excluded, and the place of each."""
    match target.dialect.frames:
        case "groups":
            if columns.counts:
                base = add("counted", _counted(target, columns, base))
            return add("ordered", _ordered(columns, base)) if labelled else base
        case "ranked":
            base = add("ordered", _ordered(columns, base))
            return add("counted", _counted(target, columns, base)) if columns.counts else base
        case "rows" if labelled:
            base = add("ordered", _ordered(columns, base))
            return _counted_by_place(columns, base, add) if columns.counts else base
        case "rows":
            base = add("moments", _moments(columns, base))
            return add("counted", _counted(target, columns, base)) if columns.counts else base
        case _:
            assert_never(target.dialect.frames)


def union(parts: list[exp.Select]) -> exp.Expr:
    """The rows of several queries, each once."""
    result: exp.Expr = parts[0]
    for part in parts[1:]:
        result = exp.Union(this=result, expression=part, distinct=True)
    return result


def _data(segment: model.Segment | model.Question, sequence: model.Sequence) -> tuple[model.Data, ...]:
    """The data whose rows play a part. Across several, order is time alone (R4)."""
    used = {rows.data for item in sequence.items for rows in _all_rows(item)}
    return tuple(d for d in segment.data if d in used)


def _all_rows(item: model.Step | model.AnyOrder | model.Without) -> RowsSet:
    match item:
        case model.Without():
            return item.rows
        case model.Step():
            return item.rows + (item.directly or ())
        case model.AnyOrder():
            return tuple(r for step in item.steps for r in step.rows)


# ---------------------------------------------------------------- the filtered rows


def rows_query(of: Sought, columns: Columns) -> exp.Expr:
    """One pass over each of the data: only rows that play a part, with flags that say which."""
    parts = []
    for one in of.data:
        rows = Rows(target=of.target, data=one, alias=one.name)
        many = {name: _terms_in(rows_set, one, of.sequence.window) for rows_set, name in columns.flags.items()}
        ways = {name: _ways(of, chain, order, one) for chain, (name, order) in columns.turns.items()}
        parts.append(_rows_of(rows, of, columns, many, ways))
    return s.union_all(parts)


def _ways(of: Sought, chain: Chain, order: tuple[RowsSet, ...], data: model.Data) -> Ways:
    """The number of each set of rows among those of a chain, steps first: what is a step too has its step's turn."""
    steps = [el.rows for el in chain]
    numbered = sorted(enumerate(order, start=1), key=lambda each: each[1] not in steps)
    return _ways_in(of, numbered, data)


def _ways_in(of: Sought, numbered: Iterable[tuple[int, RowsSet]], data: model.Data) -> Ways:
    ways = ((number, _terms_in(rows, data, of.sequence.window)) for number, rows in numbered)
    return [(number, alternatives) for number, alternatives in ways if alternatives]


def _terms_in(rows_set: RowsSet, data: model.Data, window: model.Window) -> list[Terms]:
    return [terms_of(rows, window) for rows in rows_set if rows.data == data]


def rows_of_one(of: Sought, columns: Columns, rows_set: RowsSet) -> exp.Expr:
    """Only the rows of one set, without a flag."""
    parts = []
    for one in of.data:
        rows = Rows(target=of.target, data=one, alias=one.name)
        alternatives = _terms_in(rows_set, one, of.sequence.window)
        if alternatives:
            parts.append(_rows_of(rows, of, columns, {"": alternatives}))
    return s.union_all(parts)


def rows_in_turn(of: Sought, columns: Columns, name: str, sets: Sequence[tuple[int, RowsSet]]) -> list[exp.Select]:
    """The rows of any of these sets, with the number of the first that a row is in as column `name`: a query for each of
    the data that have such rows."""
    parts = []
    for one in of.data:
        if ways := _ways_in(of, sets, one):
            rows = Rows(target=of.target, data=one, alias=one.name)
            parts.append(_rows_of(rows, of, columns, {}, {name: ways}))
    return parts


def _rows_of(
    rows: Rows, of: Sought, columns: Columns, many: dict[str, list[Terms]], ways: dict[str, Ways] | None = None
) -> exp.Select:
    """The rows that are in any of many sets, with a flag for each set that has a name, and their turn for each chain."""
    turns = ways or {}
    sought = [*many.values(), *(alternatives for numbered in turns.values() for _, alternatives in numbered)]
    shared = common([terms for alternatives in sought for terms in alternatives])
    key, same = of.segment.key, of.sequence.same
    chosen = [named(rows.key(key), columns.key)]
    conditions = [rows.has_key(key)]
    if same:
        chosen.append(named(rows.key(same), columns.same))
        if same != key:
            conditions.append(rows.has_key(same))
    chosen.append(named(rows.utc(), columns.at))
    ties = [(rows.tie(column), name) for name, column in columns.ties]
    if columns.whole:
        chosen.append(named(rows.target.spell("row", [rows.utc(), *(tie for tie, _ in ties)]), columns.whole))
    else:
        chosen.extend(named(tie, name) for tie, name in ties)
    for name, alternatives in many.items():
        if name:
            chosen.append(named(_any_flag(rows, alternatives, shared), name))
    chosen.extend(named(_turn(rows, numbered, shared, len(turns) == 1), name) for name, numbered in turns.items())
    for read, name in columns.values.items():
        own = _own_read(read, rows.data)
        chosen.append(named(rows.value(own) if own is not None else rows.target.spell("null", read.type), name))
    conditions.extend(rows.term(t) for t in shared)
    kept = list(dict.fromkeys(without(t, shared) for alternatives in sought for t in alternatives))
    if all(kept) and kept:
        parts = [p for terms in kept if (p := rows.all(terms)) is not None]
        conditions.append(exp.Paren(this=either(parts)) if len(parts) > 1 else parts[0])
    return exp.select(*chosen).from_(rows.relation(), copy=False).where(*conditions, copy=False)


def _any_flag(rows: Rows, alternatives: list[Terms], shared: Terms) -> exp.Expr:
    if not alternatives:
        return exp.Literal.number(0)
    condition = _any(rows, alternatives, shared)
    return exp.Literal.number(1) if condition is None else flag(condition)


def _any(rows: Rows, alternatives: list[Terms], shared: Terms) -> exp.Expr | None:
    """Whether a row is in any of the sets; None if all are."""
    left = [without(terms, shared) for terms in alternatives]
    return either([p for terms in left if (p := rows.all(terms)) is not None]) if all(left) else None


def _turn(rows: Rows, ways: Ways, shared: Terms, closed: bool) -> exp.Expr:
    """The number of the first set that a row is in; closed: of rows that are in one of them."""
    default, ifs = 0, []
    for n, (number, alternatives) in enumerate(ways, start=1):
        condition = None if closed and n == len(ways) else _any(rows, alternatives, shared)
        if condition is None:
            default = number
            break
        ifs.append(exp.If(this=condition, true=exp.Literal.number(number)))
    value = exp.Literal.number(default)
    return exp.Case(ifs=ifs, default=value) if ifs else value


# ---------------------------------------------------------------- windows over the rows


def over(columns: Columns, value: exp.Expr, spec: exp.Expr | None, *by: exp.Expr) -> exp.Expr:
    """An aggregate over the rows of a key (and of what steps must share), in the order of events."""
    parts = [e.column(columns.key), *([e.column(columns.same)] if columns.same else [])]
    if by or columns.place:  # never missing: some frames refuse to be told where missing ones go
        keys = by or (e.column(columns.place),)
    else:  # a missing tie-break sorts last and ties with other missing ones (contract, R4); nothing else is missing
        ties = tuple(exp.Ordered(this=e.column(name), nulls_first=False) for name, _ in columns.ties)
        keys = (e.column(columns.at), *ties, *([e.column(columns.turn)] if columns.turn else []))
    order = exp.Order(expressions=list(keys))
    return exp.Window(this=value, partition_by=parts, order=order, spec=spec)


def _up_to(kind: Literal["RANGE", "ROWS"]) -> exp.WindowSpec:
    """All rows up to the row; with RANGE, and up to its equals."""
    return exp.WindowSpec(kind=kind, start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW")


def _earlier_by(target: Target, least: model.Duration) -> exp.Expr:
    """All rows that are at least so much earlier."""
    gap = target.spell("range_gap", least.count, least.unit)
    return exp.WindowSpec(kind="RANGE", start="UNBOUNDED", start_side="PRECEDING", end=gap, end_side="PRECEDING")


def later(target: Target, at: exp.Expr, by: model.Duration) -> exp.Expr:
    """A time of the rows, moved by elapsed time."""
    return target.spell("plus", at, by.count, by.unit)


def _counted(target: Target, columns: Columns, base: str) -> exp.Expr:
    """How many excluded rows there are up to each row, and before it."""
    chosen: list[exp.Expr] = [exp.Star()]
    kind: Literal["RANGE", "ROWS"] = "ROWS" if target.dialect.frames == "rows" else "RANGE"
    for rows, (until, before) in columns.counts.items():
        total = exp.Sum(this=e.column(columns.flags[rows]))
        chosen.append(named(over(columns, total, _up_to(kind)), until))
        earlier = over(columns, total.copy(), target.spell("before_ties"))
        chosen.append(named(exp.Coalesce(this=earlier, expressions=[exp.Literal.number(0)]), before))
    return exp.select(*chosen).from_(e.table(base), copy=False)


def _counted_in_turn(columns: Columns, chain: Chain, base: str) -> exp.Expr:
    """As `_counted`, where equals are told apart by their turn."""
    chosen: list[exp.Expr] = [exp.Star()]
    for rows in dict.fromkeys(el.apart for el in chain if el.apart):
        until, before = columns.counts[rows]
        own = e.column(columns.flags[rows]) if rows in columns.flags else flag(columns.is_one(rows))
        total = over(columns, exp.Sum(this=own), _up_to("ROWS"))
        chosen.append(named(total, until))
        if before != until:
            chosen.append(named(exp.Sub(this=total.copy(), expression=own.copy()), before))
    return exp.select(*chosen).from_(e.table(base), copy=False)


def _moments(columns: Columns, base: str) -> exp.Expr:
    """One row for each group of equals, with the flags of all its rows: frames of ROWS then end before the equals.

    No chain takes two rows of a group (R4), so which of them has a flag makes no difference.
    """
    chosen = [e.column(name) for name in columns.always()]
    flags = [named(exp.Max(this=e.column(name)), name) for name in columns.flags.values()]
    query = exp.select(*chosen, *flags).from_(e.table(base), copy=False)
    return query.group_by(*(c.copy() for c in chosen), copy=False)


def _counted_by_place(columns: Columns, base: str, add: AddCte) -> str:
    """As `_counted`, where each row stays by itself: the greatest running count of a place is the count up to it."""
    running = {rows: columns.names.new(f"{until}_row") for rows, (until, _) in columns.counts.items()}
    sums = [
        named(over(columns, exp.Sum(this=e.column(columns.flags[rows])), _up_to("ROWS")), name)
        for rows, name in running.items()
    ]
    level = add("running", exp.select(exp.Star(), *sums).from_(e.table(base), copy=False))
    chosen: list[exp.Expr] = [exp.Star()]
    for rows, (until, before) in columns.counts.items():
        most = _of_place(columns, exp.Max(this=e.column(running[rows])))
        own = _of_place(columns, exp.Sum(this=e.column(columns.flags[rows])))
        chosen.append(named(most, until))
        chosen.append(named(exp.Sub(this=most.copy(), expression=own), before))
    return add("counted", exp.select(*chosen).from_(e.table(level), copy=False))


def _of_place(columns: Columns, value: exp.Expr) -> exp.Expr:
    """An aggregate over the row and its equals."""
    parts = [columns.key, *([columns.same] if columns.same else []), columns.place]
    return exp.Window(this=value, partition_by=[e.column(name) for name in parts])


class _State(Value):
    """What a row knows of the prefix before an element: the times of its end and of earlier elements, and exclusions.

    All of them are there, or none: `there` is a column that says it. Of the first element there is nothing to know.
    """

    anchors: dict[int, str]
    until: str
    there: str


def _chain(target: Target, columns: Columns, chain: Chain, base: str, add: AddCte) -> exp.Select:
    """One chain: the rows that end its last element."""
    columns.write(chain)
    level, state = _levels(target, columns, chain, base, add)[-1]
    found = _valid(target, columns, chain, len(chain) - 1, state)
    distinct = exp.select(e.column(columns.key)).distinct(copy=False)
    return distinct.from_(e.table(level), copy=False).where(found, copy=False)


def _levels(
    target: Target, columns: Columns, chain: Chain, base: str, add: AddCte, kept: tuple[int, ...] = ()
) -> list[tuple[str, _State]]:
    """For each element, the rows among which it is, and what they know of the prefix before it.

    The times of the elements in `kept` are carried on, also where no limit counts from them.
    """
    if columns.turn and any(el.apart for el in chain):
        base = add("counted", _counted_in_turn(columns, chain, base))
    levels = [(base, _State(anchors={}, until="", there=""))]
    for i in range(1, len(chain)):
        level, before = levels[-1]
        carried = sorted({*anchors(chain, i), *(a for a in kept if a < i)}, reverse=True) or [i - 1]
        known = {a: columns.names.new(f"end_{i}" if a == i - 1 else f"end_{a + 1}_of_{i}") for a in carried}
        until = columns.names.new(f"seen_{i}") if chain[i].apart else ""
        state = _State(anchors=known, until=until, there=known[carried[0]])
        least = chain[i].after
        if target.dialect.frames == "rows" and least is not None and least.count:
            query = _marked_level(target, columns, chain, i, before, state, level, least, add)
        else:
            query = _level(target, columns, chain, i, before, state, level)
        levels.append((add(f"step_{i + 1}", query), state))
    return levels


def anchors(chain: Chain, i: int) -> list[int]:
    """The earlier elements from which element i or a later one counts a limit."""
    return sorted({gap.since for el in chain[i:] for gap in el.within if gap.since < i})


def _level(
    target: Target,
    columns: Columns,
    chain: Chain,
    i: int,
    before: _State,
    state: _State,
    base: str,
) -> exp.Expr:
    """Adds, to each row, the state of the prefix that ends before element i, and drops what is of no more use."""

    def carried(value: str) -> exp.Expr:
        condition = _valid(target, columns, chain, i - 1, before)
        latest = target.spell("latest", exp.Case(ifs=[exp.If(this=condition, true=e.column(value))]))
        least = chain[i].after
        if least is not None and least.count:
            by = target.spell("range_order", e.column(columns.at))
            return over(columns, latest, _earlier_by(target, least), by)
        return over(columns, latest, s.rows_before() if columns.turn else target.spell("before_ties"))

    chosen: list[exp.Expr] = [e.column(name) for name in _needed(columns, chain, i)]
    carries = _carries(columns, chain, i, before, state)
    chosen.extend(named(carried(source), name) for source, name in carries)
    query = exp.select(*chosen).from_(e.table(base), copy=False)
    return query.where(_useful(target, columns, chain, i, before), copy=False) if i > 1 else query


def _carries(columns: Columns, chain: Chain, i: int, before: _State, state: _State) -> list[tuple[str, str]]:
    """What is carried on to element i: a column of the rows that end the prefix before it, and its name from then on."""
    times = {**before.anchors, i - 1: columns.at}
    found = [(times[anchor], name) for anchor, name in state.anchors.items()]
    if state.until:
        found.append((columns.counts[chain[i].apart][0], state.until))
    return found


def _marked_level(
    target: Target,
    columns: Columns,
    chain: Chain,
    i: int,
    before: _State,
    state: _State,
    base: str,
    least: model.Duration,
    add: AddCte,
) -> exp.Expr:
    """A level of `after`, for engines whose frames know no distance: each end sets a mark where the gap is over.

    A mark is a row without flags, so that it can be no element itself and is dropped with what is of no more use.
    """
    needed, carries = _needed(columns, chain, i), _carries(columns, chain, i, before, state)
    shown, flags = columns.names.new("is_row"), set(columns.flags.values())
    table = e.table(base)
    moment, count = model.Type(name="timestamp"), model.Type(name="integer")
    rows = exp.select(
        *(e.column(name) for name in needed),
        *(named(target.spell("null", count if name == state.until else moment), name) for _, name in carries),
        named(exp.Literal.number(1), shown),
    ).from_(table, copy=False)
    if i > 1:
        rows = rows.where(_useful(target, columns, chain, i, before), copy=False)

    def of_mark(name: str) -> exp.Expr:
        if name in flags or name == columns.turn:
            return named(exp.Literal.number(0), name)
        return named(later(target, e.column(name), least), name) if name == columns.at else e.column(name)

    marks = exp.select(
        *(of_mark(name) for name in needed),
        *(named(e.column(source), name) for source, name in carries),
        named(exp.Literal.number(0), shown),
    ).from_(table.copy(), copy=False)
    marks = marks.where(_valid(target, columns, chain, i - 1, before), copy=False)
    level = add(f"marked_{i + 1}", s.union_all([rows, marks]))
    chosen: list[exp.Expr] = [e.column(name) for name in needed]
    for _, name in carries:
        order = (e.column(columns.at), e.column(shown))  # marks first: a gap that is over to the second is long enough
        latest = target.spell("latest", e.column(name))
        chosen.append(named(over(columns, latest, _up_to("ROWS"), *order), name))
    return exp.select(*chosen).from_(e.table(level), copy=False)


def _needed(columns: Columns, chain: Chain, i: int) -> list[str]:
    """The columns of a row that element i and those after it look at."""
    flags = [columns.flags[el.rows] for el in chain[i:] if el.rows in columns.flags]
    before = [columns.counts[el.apart][1] for el in chain[i:] if el.apart]
    until = [columns.counts[el.apart][0] for el in chain[i + 1 :] if el.apart]
    return list(dict.fromkeys((*columns.always(), *flags, *before, *until)))


def _useful(target: Target, columns: Columns, chain: Chain, i: int, before: _State) -> exp.Expr:
    """Rows that end the prefix before element i, or may be a later element of it: the rest is dropped early."""
    ends = _valid(target, columns, chain, i - 1, before)
    started = exp.Not(this=exp.Is(this=e.column(before.there), expression=exp.null()))
    later = either([columns.is_one(rows) for rows in dict.fromkeys(el.rows for el in chain[i:])])
    later = exp.Paren(this=later) if isinstance(later, exp.Or) else later
    return either([ends, s.all_of(later, started)])


def _valid(target: Target, columns: Columns, chain: Chain, i: int, state: _State) -> exp.Expr:
    """Whether a row can be element i, given the state of the prefix before it."""
    flagged = columns.is_one(chain[i].rows)
    if i == 0:
        return flagged
    conditions: list[exp.Expr] = [flagged, exp.Not(this=exp.Is(this=e.column(state.there), expression=exp.null()))]
    for gap in chain[i].within:
        latest = later(target, e.column(state.anchors[gap.since]), gap.limit)
        conditions.append(exp.LTE(this=e.column(columns.at), expression=latest))
    if len(conditions) > 2:  # a limit on one of its times says that there is a prefix
        conditions = [c for n, c in enumerate(conditions) if n != 1]
    if chain[i].apart:
        seen, so_far = columns.counts[chain[i].apart][1], state.until
        conditions.append(exp.EQ(this=e.column(seen), expression=e.column(so_far)))
    return s.all_of(*conditions)


# ---------------------------------------------------------------- steps that are compared with earlier ones


def _reads(el: Element) -> list[e.Read]:
    """What the comparisons of an element read: its own fields, and those of labelled steps."""
    found: dict[e.Read, None] = {}
    for term in el.compares:
        for part in model.walk(term):
            if isinstance(part, model.FieldRead | model.TableRead):
                found[part] = None
    return list(found)


def _own_read(read: e.Read, data: model.Data) -> e.Read | None:
    """The read on rows of this data; None if they have no such field."""
    if isinstance(read, model.FieldRead):
        known = (*data.fields, *data.keys, *((data.time,) if data.time else ()))
        return read if any(f.name == read.name and f.column == read.column for f in known) else None
    return read


def _ordered(columns: Columns, base: str) -> exp.Expr:
    """The rows with their place in the order of events; equals share a place."""
    window = over(columns, exp.Anonymous(this="DENSE_RANK", expressions=[]), None)
    columns.place = columns.names.new("place")
    return exp.select(exp.Star(), named(window, columns.place)).from_(e.table(base), copy=False)


def _joined(target: Target, columns: Columns, chain: Chain, base: str) -> exp.Select:
    """One chain by joining the filtered rows of a key with themselves, step by step.

    Only comparisons between steps need this: the state of a prefix is then more than its last row.
    """
    place = columns.place
    names = [f"step_{i + 1}" for i in range(len(chain))]
    query = exp.select(named(e.column(columns.key, names[0]), columns.key)).distinct(copy=False)
    query = query.from_(e.table(base, names[0]), copy=False)
    for i in range(1, len(chain)):
        on: list[exp.Expr] = [
            exp.EQ(this=e.column(c, names[i]), expression=e.column(c, names[i - 1]))
            for c in columns.always()[: 1 + bool(columns.same)]
        ]
        on.append(exp.GT(this=e.column(place, names[i]), expression=e.column(place, names[i - 1])))
        on.append(_flagged(columns, chain[i], names[i]))
        on.extend(_gaps(target, columns, chain[i], i, names))
        on.extend(_label_terms(target, columns, chain, i, names))
        joined = e.table(base, names[i])
        query = query.join(joined, on=s.all_of(*on), join_type="inner", copy=False)
    first = [_flagged(columns, chain[0], names[0]), *_label_terms(target, columns, chain, 0, names)]
    return query.where(*first, copy=False)


def _flagged(columns: Columns, el: Element, name: str) -> exp.Expr:
    return exp.EQ(this=e.column(columns.flags[el.rows], name), expression=exp.Literal.number(1))


def _gaps(target: Target, columns: Columns, el: Element, i: int, names: list[str]) -> list[exp.Expr]:
    at = columns.at
    found: list[exp.Expr] = []
    if el.after is not None:
        least = later(target, e.column(at, names[i - 1]), el.after)
        found.append(exp.GTE(this=e.column(at, names[i]), expression=least))
    for gap in el.within:
        latest = later(target, e.column(at, names[gap.since]), gap.limit)
        found.append(exp.LTE(this=e.column(at, names[i]), expression=latest))
    if el.apart:
        until, before = columns.counts[el.apart]
        found.append(exp.EQ(this=e.column(before, names[i]), expression=e.column(until, names[i - 1])))
    return found


def _label_terms(target: Target, columns: Columns, chain: Chain, i: int, names: list[str]) -> list[exp.Expr]:
    labels = {el.label: names[n] for n, el in enumerate(chain[:i]) if el.label}

    def read(node: e.Read) -> exp.Expr:
        if isinstance(node, model.LabelRead):
            if node.label not in labels:  # the optional step was left out: its values are missing
                return exp.null()
            return e.column(columns.values[node.read], labels[node.label])
        return e.column(columns.values[node], names[i])

    found = (e.expression(target, term, read) for term in chain[i].compares)
    return [exp.Paren(this=f) if isinstance(f, exp.Or) else f for f in found]
