"""Reading rows: the terms that rows must satisfy, as plain comparisons that a partition can be pruned by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlglot import exp

from segql.node import Value
from segql.semantics import model
from segql.sql import expressions as e
from segql.sql import spellings as s
from segql.sql.expressions import Reads
from segql.sql.target import Target


class Bound(Value):
    """The time of a row on one side of an instant (None: now)."""

    time: model.Field
    op: str
    instant: model.Instant | None
    zone: str


class ValidNow(Value):
    """A row of a versioned table that is valid now."""

    table: model.Data


Term = model.Expr | Bound | ValidNow
Terms = tuple[Term, ...]


class Names:
    """Hands out names that are not taken, by case or otherwise."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {name.lower() for name in taken}

    def new(self, wish: str) -> str:
        """The wish, or the wish with the first number that is free."""
        name, count = wish, 1
        while name.lower() in self._taken:
            count += 1
            name = f"{wish}_{count}"
        self._taken.add(name.lower())
        return name


def terms_of(rows: model.RowsOf, window: model.Window | None) -> Terms:
    """What a row must satisfy to be one of these rows within the window: all of the terms."""
    valid = (ValidNow(table=rows.data),) if rows.data.valid else ()
    return (*flat(rows.predicate), *bounds(rows.data, window), *valid)


def flat(predicate: model.Expr) -> Terms:
    """A predicate as terms that must all hold."""
    if isinstance(predicate, model.Always):
        return ()
    return predicate.terms if isinstance(predicate, model.And) else (predicate,)


def bounds(data: model.Data, window: model.Window | None) -> tuple[Bound, ...]:
    """The edges of a window (R2, R3): from its start, up to its end, never past now."""
    if window is None or data.time is None:
        return ()
    found = []
    if window.start is not None:
        found.append(Bound(time=data.time, op=">=", instant=window.start, zone=window.zone))
    if window.end is not None:
        found.append(Bound(time=data.time, op="<", instant=window.end, zone=window.zone))
    if window.end is None or isinstance(window.end, model.Fixed):
        found.append(Bound(time=data.time, op="<", instant=None, zone=window.zone))
    return tuple(found)


def common(many: list[Terms]) -> Terms:
    """The terms that stand in all of these, in the order of the first."""
    others = [frozenset(terms) for terms in many[1:]]
    return tuple(t for t in many[0] if all(t in other for other in others)) if many else ()


def without(terms: Terms, given: Terms) -> Terms:
    """The terms that are not given already."""
    known = frozenset(given)
    return tuple(t for t in terms if t not in known)


class Rows(Value):
    """The rows of one of the data under an alias: how its parts are read."""

    target: Target
    data: model.Data
    alias: str

    @property
    def reads(self) -> Reads:
        return e.row_reads(self.target, self.alias, self.utc if self.data.time else None)

    def relation(self) -> exp.Expr:
        return e.relation(self.target, self.data, self.alias)

    def time(self) -> exp.Expr:
        """The instant of a row, as it is kept; of a bare date, the start of its day."""
        assert self.data.time is not None
        kept = e.place(self.target, self.data.time.column, self.data.time.type, self.alias)
        if self.data.time.type.name != "date":
            return kept
        return self.target.spell("instant", self.target.spell("midnight", kept), self.data.zone, False)

    def time_beside(self, others: Iterable[model.Data]) -> exp.Expr:
        """The instant of a row, in the form that it shares with the rows of the others."""
        return self.time() if all_zoned(others) else self.utc()

    def utc(self) -> exp.Expr:
        """The instant of a row in UTC, without a zone: what elapsed time is reckoned on.

        On a value with a zone, "plus one day" is a step on the calendar of the session's zone.
        """
        assert self.data.time is not None
        if not e.zoned(self.data.time.type):
            return self.time()
        return self.target.spell("utc", self.time())

    def key(self, name: str) -> exp.Expr:
        """The value of a key that the rows carry."""
        key = self.data.key(name)
        assert key is not None, "resolution saw that the data has the key"
        return e.place(self.target, key.column, key.type, self.alias)

    def tie(self, column: model.Column) -> exp.Expr:
        """A further column of the order of events, of the type that a field or key gives it."""
        declared = (*self.data.fields, *self.data.keys, *((self.data.time,) if self.data.time else ()))
        type = next((field.type for field in declared if field.column == column), None)
        kept = e.place(self.target, column, type or model.Type(name="any"), self.alias)
        return self.target.spell("tie", kept, type)

    def has_key(self, name: str) -> exp.Expr:
        """A row without the key belongs to nobody (R1)."""
        return exp.Not(this=exp.Is(this=self.key(name), expression=exp.null()))

    def value(self, node: model.Expr) -> exp.Expr:
        return e.expression(self.target, node, self.reads)

    def term(self, term: Term) -> exp.Expr:
        """One term as SQL."""
        if isinstance(term, ValidNow):
            return s.all_of(*e.valid_at(term.table, self.alias, lambda: e.now(self.target)))
        if isinstance(term, Bound):
            return self._bound(term)
        found = self.value(term)
        return exp.Paren(this=found) if isinstance(found, exp.Or) else found

    def _bound(self, term: Bound) -> exp.Expr:
        """One edge of a window. A time that is kept as a number is compared as such: by that a partition can be pruned."""
        column, zoned = term.time.column, e.zoned(term.time.type)
        at = e.known(self.target, term.instant, term.zone) if term.instant is not None else self.target.now
        if column.epoch and at is not None:
            kept = e.place(self.target, column.replace(epoch=None), e.INTEGER, self.alias)
            return e.compared(term.op, kept, self.target.spell("number", first_at(at, column.epoch)))
        if term.instant is None:
            return e.compared(term.op, self.time(), e.now(self.target, zoned))
        return e.compared(term.op, self.time(), e.moment(self.target, term.instant, term.zone, zoned))

    def all(self, terms: Terms) -> exp.Expr | None:
        """All of the terms; None if there are none."""
        found = [self.term(t) for t in terms]
        return s.all_of(*found) if found else None


def first_at(at: dt.datetime, unit: model.EpochUnit) -> int:
    """The first whole number of a unit since 1970 that is not before an instant."""
    micros = (at - s.EPOCH) // dt.timedelta(microseconds=1)
    return -(-micros // model.MICROSECONDS[unit])


def all_zoned(many: Iterable[model.Data]) -> bool:
    """Whether the instants of all of the data carry their zone; if only some do, they are all brought to UTC."""
    return all(data.time is not None and e.zoned(data.time.type) for data in many)


def either(parts: list[exp.Expr]) -> exp.Expr:
    """Any of these conditions."""
    grouped = [exp.Paren(this=p) if isinstance(p, exp.And) and len(parts) > 1 else p for p in parts]
    return s.any_of(*grouped)


def case(condition: exp.Expr | None, value: exp.Expr, otherwise: exp.Expr | None = None) -> exp.Expr:
    """The value where the condition holds; the plain value where there is no condition."""
    if condition is None:
        return value
    return exp.Case(ifs=[exp.If(this=condition, true=value)], default=otherwise)


def flag(condition: exp.Expr | None) -> exp.Expr:
    """1 where the condition is true, else 0: what every engine can add up."""
    return case(condition, exp.Literal.number(1), exp.Literal.number(0))


def named(value: exp.Expr, name: str) -> exp.Expr:
    """A value under a name."""
    return exp.Alias(this=value, alias=e.identifier(name))
