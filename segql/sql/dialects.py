"""THE TABLE: a row for each dialect, a column for each thing that engines spell in their own way.

A cell builds sqlglot nodes, or is Unsupported with a reason; none is empty. `lower` says what, the row says how.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from segql.node import Value
from segql.sql import spellings as s

Cell = Callable[..., exp.Expr] | s.Unsupported


class Dialect(Value):
    """How one engine spells what the compiler needs. `sqlglot` is the name that prints it."""

    name: str
    sqlglot: str
    now: Any  # (zoned) → the current instant, one for the statement
    timestamp: Any  # (datetime in UTC, zoned) → literal
    minus: Any  # (instant, count, unit) → earlier by elapsed time, or by calendar units on local time
    plus: Any  # (instant, count, unit) → later by elapsed time
    local: Any  # (instant, zone, zoned) → local time
    instant: Any  # (local time, zone, zoned) → instant
    trunc: Any  # (local time, unit) → start of the calendar unit
    is_not_true: Any  # (condition) → two-valued not
    is_distinct: Any  # (left, right) → not equal, where missing differs from everything but missing
    member: Any  # (column, path) → value inside a struct
    json: Any  # (column, path, type) → value inside a JSON document
    type: Any  # (type) → sqlglot DataType
    like: Any  # (text, pattern)
    contains: Any  # (text, part)
    starts_with: Any
    ends_with: Any
    matches: Any  # (text, regular expression)
    list_contains: Any  # (list, item)
    length: Any  # (text) → characters
    weekday: Any  # (local time) → 1 Monday … 7
    median: Any  # (value) → aggregate
    file: Any  # (path, types by column) → relation
    groups_frame: bool  # frames in GROUPS: strictly earlier rows, ties left out


def _one(name: str) -> Callable[[exp.Expr], exp.Expr]:
    return lambda value: s.call(name, value)


DIALECTS = (
    Dialect(
        name="duckdb",
        sqlglot="duckdb",
        now=s.duckdb_now,
        timestamp=s.duckdb_timestamp,
        minus=s.minus_interval,
        plus=s.plus_interval,
        local=s.duckdb_local,
        instant=s.duckdb_instant,
        trunc=s.date_trunc,
        is_not_true=s.is_not_true,
        is_distinct=s.is_distinct,
        member=s.duckdb_member,
        json=s.duckdb_json,
        type=s.duckdb_type,
        like=s.like,
        contains=s.function("CONTAINS"),
        starts_with=s.function("STARTS_WITH"),
        ends_with=s.function("ENDS_WITH"),
        matches=s.function("REGEXP_MATCHES"),
        list_contains=s.function("LIST_CONTAINS"),
        length=_one("LENGTH"),
        weekday=_one("ISODOW"),
        median=s.median,
        file=s.duckdb_file,
        groups_frame=True,
    ),
)

BY_NAME = {dialect.name: dialect for dialect in DIALECTS}
