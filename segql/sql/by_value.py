"""Facts that differ in the value of one field, found in two groupings: by key and value, and of these few rows by key.

`count(pay)` and `count(share)` of one window are one aggregate then, and each row tests no more than the window. What
a fact is of a key stands in the one row of its value, whatever kind of aggregate it is.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from segql.node import Value
from segql.semantics import model
from segql.sql import expressions as e
from segql.sql import spellings as s
from segql.sql.facts import Fact, Pass, aggregated, terms_in, value, value_of, where
from segql.sql.scan import Names, Rows, case, named

# With fewer facts, a second grouping costs more than it saves (docs/plans.md, "Many facts of one field").
LEAST = 8

# Equal values of these are one group. Floats are left out: 0.0 and -0.0 are equal, and may be two.
GROUPED = {"text", "enum", "integer", "boolean", "date"}


class ByValue(Value):
    """A field, and the facts that each ask for one value of it: that value, and the fact without the term."""

    field: model.FieldRead
    of: dict[Fact, tuple[model.Const, Fact]]


def by_value(scan: Pass) -> ByValue | None:
    """The field by whose values the facts of a pass are found with less; None if there is none, or the engine gains nothing."""
    if not scan.target.dialect.by_value or not scan.inline():
        return None
    (data,) = scan.data()
    found: dict[model.FieldRead, dict[Fact, tuple[model.Const, Fact]]] = {}
    for fact in scan.facts:
        for term in terms_in(fact, data) or ():
            match term:
                case model.Compare(op="=", left=model.FieldRead() as field, right=model.Const(param="") as const):
                    if field.type.name in GROUPED:
                        found.setdefault(field, {}).setdefault(fact, (const, _without(fact, data, term)))
    best = max(
        (ByValue(field=field, of=of) for field, of in found.items()), key=lambda each: len(each.of), default=None
    )
    return best if best is not None and _pays(best.of) else None


def _pays(of: dict[Fact, tuple[model.Const, Fact]]) -> bool:
    """Whether there are many facts, and much fewer without their values."""
    return len(of) >= LEAST and 2 * len({inner for _, inner in of.values()}) <= len(of)


def _without(fact: Fact, data: model.Data, term: model.Expr) -> Fact:
    """The fact of rows that need not satisfy a term."""
    left = [_all_but(rows, term) if rows.data == data else rows for rows in fact.of.rows]
    return fact.replace(of=fact.of.replace(rows=tuple(left)))  # type: ignore[no-any-return]


def _all_but(rows: model.RowsOf, term: model.Expr) -> model.RowsOf:
    terms = rows.predicate.terms if isinstance(rows.predicate, model.And) else (rows.predicate,)
    left = tuple(each for each in terms if each != term)
    return rows.replace(predicate=model.And(terms=left) if len(left) > 1 else left[0] if left else model.Always())  # type: ignore[no-any-return]


class _Columns(Value):
    """The columns of the first grouping."""

    key: str
    value: str
    parts: dict[Fact, str]  # of the facts without their value
    rest: dict[Fact, str]  # of the facts that ask for no value


def grouped_twice(scan: Pass, split: ByValue, key: str, add: Callable[[str, exp.Expr], str]) -> exp.Expr:
    """The facts of every key, from a row for each key and value; `add` makes a query of the WITH of these."""
    names = Names([key])
    own = _Columns(
        key=key,
        value=names.new("value"),
        parts={
            part: names.new(f"part_{n}") for n, part in enumerate(dict.fromkeys(p for _, p in split.of.values()), 1)
        },
        rest={fact: names.new(f"rest_{n}") for n, fact in enumerate((f for f in scan.facts if f not in split.of), 1)},
    )
    rows = [_of_values(scan, split, own)]
    if own.rest or not scan.filtered:
        rows.append(_of_keys(scan, own))
    columns = [named(_picked(scan, split, own, fact), name) for fact, name in zip(scan.facts, scan.names, strict=True)]
    base = e.table(add(f"{scan.segment.name}_values", s.union_all(rows)))
    return exp.select(e.column(key), *columns).from_(base, copy=False).group_by(e.column(key), copy=False)


def _of_values(scan: Pass, split: ByValue, own: _Columns) -> exp.Select:
    """A row for each key and each value that is asked for."""
    rows = _rows(scan)
    parts = scan.replace(facts=tuple(own.parts), names=tuple(own.parts.values()), filtered=True)
    columns = [named(_part(parts, fact, rows), name) for fact, name in own.parts.items()]
    columns += [named(exp.null(), name) for name in own.rest.values()]
    values = dict.fromkeys(const for const, _ in split.of.values())
    asked = scan.target.spell("one_of", rows.value(split.field), [e.constant(scan.target, v) for v in values])
    return (
        exp.select(named(rows.key(scan.segment.key), own.key), named(rows.value(split.field), own.value), *columns)
        .from_(rows.relation(), copy=False)
        .where(*where(scan.replace(facts=tuple(split.of), filtered=True), rows), asked, copy=False)
        .group_by(rows.key(scan.segment.key), rows.value(split.field), copy=False)
    )


def _of_keys(scan: Pass, own: _Columns) -> exp.Select:
    """A row for each key that is needed besides, with the facts that ask for no value."""
    rows = _rows(scan)
    rest = scan.replace(facts=tuple(own.rest), names=tuple(own.rest.values()))
    columns = [named(exp.null(), name) for name in (own.value, *own.parts.values())]
    columns += [
        named(aggregated(scan.target, fact, value_of(rest, fact, rows)), name) for fact, name in own.rest.items()
    ]
    return (
        exp.select(named(rows.key(scan.segment.key), own.key), *columns)
        .from_(rows.relation(), copy=False)
        .where(*where(rest, rows), copy=False)
        .group_by(rows.key(scan.segment.key), copy=False)
    )


def _rows(scan: Pass) -> Rows:
    (data,) = scan.data()
    return Rows(target=scan.target, data=data, alias=data.name)


def _part(scan: Pass, fact: Fact, rows: Rows) -> exp.Expr:
    """A fact of the rows of one value. COUNT keeps 8 bytes for each group, and SUM 16."""
    given = value(scan, fact, rows)
    if isinstance(fact, model.CountRows) and isinstance(given, exp.Case):
        return exp.Count(this=case(given.args["ifs"][0].this, s.number(1)))
    return aggregated(scan.target, fact, value_of(scan, fact, rows))


def _picked(scan: Pass, split: ByValue, own: _Columns, fact: Fact) -> exp.Expr:
    """A fact from the one row in which it stands: over no rows, counts and sums are 0."""
    if fact in split.of:
        const, part = split.of[fact]
        here = e.compared("=", e.column(own.value), e.constant(scan.target, const))
        found: exp.Expr = exp.Max(this=case(here, e.column(own.parts[part])))
    else:
        found = exp.Max(this=e.column(own.rest[fact]))
    counted = isinstance(fact, model.CountRows | model.CountDays) or (
        isinstance(fact, model.Aggregate) and fact.function in ("count", "sum")
    )
    return exp.Coalesce(this=found, expressions=[s.number(0)]) if counted else found
