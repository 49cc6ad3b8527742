"""Queries about data themselves: which keys they carry, when, and what stands in the rows of some of them.

Segments are asked in `lower`; these are the questions around them, built of the same nodes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from sqlglot import exp

from segql.semantics import model
from segql.sql import expressions as e
from segql.sql import spellings as s
from segql.sql.dialects import BY_NAME
from segql.sql.lower import Query
from segql.sql.scan import Rows, named
from segql.sql.target import Target
from segql.sql.write import text_of

KEY, AT, START, END = "key_value", "at", "valid_start", "valid_end"


def keys_of(data: model.Data, key: str, dialect: str = "duckdb") -> str:
    """The value of a key on every row that has one: with the row's time (UTC), or the interval of its version."""
    rows = _rows(data, dialect)
    chosen = [named(rows.key(key), KEY)]
    if data.time is not None:
        chosen.append(named(rows.utc(), AT))
    if data.valid is not None:
        both = zip(data.valid, (START, END), strict=True)
        chosen += [named(s.cast(e.column(c.name, rows.alias), "TIMESTAMP"), name) for c, name in both]
    query = exp.select(*chosen).from_(rows.relation(), copy=False).where(rows.has_key(key), copy=False)
    return text_of(query, dialect)


def size_of(program: model.Program, segment: model.Segment, now: dt.datetime, dialect: str) -> str:
    """How many keys a segment has, and how many its data have: rows of a part, 1 or 2, and its number."""
    target = Target(dialect=BY_NAME[dialect], now=now, bind=False, root="", refused=[])
    query = Query(target, program, segment)
    keys = query.segment(segment.name)
    parts = []
    for data in segment.data:
        rows = Rows(target=target, data=data, alias=data.name)
        chosen = exp.select(named(rows.key(segment.key), KEY)).from_(rows.relation(), copy=False)
        parts.append(chosen.where(rows.has_key(segment.key), copy=False))
    every = query.add("every_key", s.union_all(parts))
    each = exp.Distinct(expressions=[e.column(KEY, every)])
    counts = [(1, keys, exp.Count(this=exp.Star())), (2, every, exp.Count(this=each))]
    found = [
        exp.select(named(s.number(part), "part"), named(count, "keys")).from_(e.table(of), copy=False)
        for part, of, count in counts
    ]
    sizes = query.add("sizes", s.union_all(found))
    both = exp.select(e.column("part", sizes), e.column("keys", sizes))
    return text_of(query.with_ctes(both.from_(e.table(sizes), copy=False)), dialect)


def values_of(data: model.Data, having: Mapping[str, Iterable[str]], dialect: str = "duckdb") -> str:
    """Everything that a declaration names on rows, each under its name: on rows that have one of the values of a key.

    `having` holds the values by key, as text, whatever the key holds. Instants are in UTC without a zone.
    """
    rows = _rows(data, dialect)
    chosen = [named(value, name) for name, value in _named_values(data, rows)]
    any_of = [
        exp.In(this=s.cast(rows.key(key), "TEXT"), expressions=[s.text(value) for value in values])
        for key, values in having.items()
    ]
    query = exp.select(*chosen).from_(rows.relation(), copy=False).where(s.any_of(*any_of), copy=False)
    return text_of(query, dialect)


def latest_of(data: model.Data, field: model.Field, dialect: str = "duckdb") -> str:
    """The greatest number of an instant that is kept as one."""
    rows = _rows(data, dialect)
    number = e.place(rows.target, field.column.replace(epoch=None), e.INTEGER, rows.alias)
    return text_of(exp.select(exp.Max(this=number)).from_(rows.relation(), copy=False), dialect)


def counts_of(data: model.Data, dialect: str = "duckdb") -> str:
    """How many rows there are, and how many values each name has: every value of the rows is read."""
    rows = _rows(data, dialect)
    counts = [exp.Count(this=value) for _, value in _named_values(data, rows)]
    return text_of(exp.select(exp.Count(this=exp.Star()), *counts).from_(rows.relation(), copy=False), dialect)


def strange_values(data: model.Data, field: model.Field, dialect: str = "duckdb") -> str:
    """Values of an enum's field that the enum has not, each with its rows, the commonest first."""
    rows = _rows(data, dialect)
    value = e.place(rows.target, field.column, field.type, rows.alias)
    listed = exp.In(this=value.copy(), expressions=[s.text(each) for each in field.type.values])
    count = exp.Count(this=exp.Star())
    query = (
        exp.select(named(value.copy(), KEY), named(count, "n"))
        .from_(rows.relation(), copy=False)
        .where(exp.Not(this=listed), copy=False)
        .group_by(value.copy(), copy=False)
        .order_by(exp.Ordered(this=e.column("n"), desc=True), e.column(KEY), copy=False)
    )
    return text_of(query, dialect)


def commonest(data: model.Data, field: model.Field | model.Key, limit: int) -> str:
    """The texts that DuckDB finds most often in a field, or in the lists that it holds, the commonest first."""
    rows = _rows(data, "duckdb")
    kept = e.place(rows.target, field.column, field.type, rows.alias)
    each = exp.Explode(this=kept) if field.type.name == "list" else kept
    values = exp.select(named(each, KEY)).from_(rows.relation(), copy=False)
    count = exp.Count(this=exp.Star())
    query = (
        exp.select(e.column(KEY))
        .from_(exp.Subquery(this=values, alias=e.identifier("kept")), copy=False)
        .where(exp.NEQ(this=e.column(KEY), expression=s.text("")), copy=False)
        .group_by(e.column(KEY), copy=False)
        .order_by(exp.Ordered(this=count, desc=True), e.column(KEY), copy=False)
        .limit(limit, copy=False)
    )
    return text_of(query, "duckdb")


def _rows(data: model.Data, dialect: str) -> Rows:
    target = Target(dialect=BY_NAME[dialect], now=None, bind=False, root="", refused=[])
    return Rows(target=target, data=data, alias=data.name)


def types_of(data: model.Data) -> dict[str, model.Type]:
    """What a declaration names on rows, in the order of `values_of`, with the type of each."""
    return {name: type for name, (_, type) in _named(data).items()}


def _named_values(data: model.Data, rows: Rows) -> Iterator[tuple[str, exp.Expr]]:
    """The value of each name; an instant with a zone in UTC."""
    for name, (column, type) in _named(data).items():
        value = e.place(rows.target, column, type, rows.alias)
        yield name, rows.target.spell("utc", value) if e.zoned(type) else value


def _named(data: model.Data) -> dict[str, tuple[model.Column, model.Type]]:
    """Each name once: the time, the fields, the keys, and the columns that only order or date rows."""
    found: dict[str, tuple[model.Column, model.Type]] = {}
    for field in (*((data.time,) if data.time else ()), *data.fields, *data.keys):
        found.setdefault(field.name, (field.column, field.type))
    for column in data.order:
        found.setdefault(column.name, (column, model.Type(name="any")))
    for column in data.valid or ():
        found.setdefault(column.name, (column, model.Type(name="timestamp")))
    return found
