"""What Snowflake spells in its own way: https://docs.snowflake.com/en/sql-reference

Instants without a zone are TIMESTAMP_NTZ. Nothing depends on what a session may set: formats are said, and so is the first
day of the week. A name in small letters is the one that Snowflake keeps in capitals: `at` is "AT".
"""

from __future__ import annotations

import datetime as dt

from sqlglot import exp

from segql.semantics import model
from segql.sql import spellings as s

ZONES = s.Unsupported(
    reason="Snowflake does not say which instant a local time is that the clocks show twice or never; pin now, or use UTC"
)
LETTERS = s.Unsupported(reason="Snowflake does not say what it does to each letter")
PATTERNS = s.Unsupported(reason="Snowflake looks at the whole of a text: use `like`, `contains` or `starts with`")
DOCUMENTS = s.Unsupported(
    reason="Snowflake casts a value of a VARIANT in ways of its own: keep it in a column of its own"
)
STRUCTS = s.Unsupported(reason="what is in a VARIANT has no type: keep each field in a column of its own")
DECIMALS = s.Unsupported(reason="Snowflake keeps 12 digits after the point of a product, and rounds the others away")
AWARE = s.Unsupported(reason="Snowflake gives an instant the zone of the session; pin now")

TYPES = {
    "text": "VARCHAR",
    "enum": "VARCHAR",
    "integer": "BIGINT",
    "float": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP_NTZ",
    "timestamptz": "TIMESTAMP_TZ",
}


def null(type: model.Type) -> exp.Expr:
    return cast(exp.null(), TYPES[type.name]) if type.name in TYPES else exp.null()


def held(value: exp.Expr, type: model.Type) -> exp.Expr:
    more = {"decimal": "NUMBER(38, 10)", "list": "ARRAY", "any": "VARCHAR"}
    return cast(value, TYPES.get(type.name) or more[type.name])


def listed(items: list[exp.Expr]) -> exp.Expr:
    return s.call("ARRAY_CONSTRUCT", *items)


def cast(value: exp.Expr, type: str) -> exp.Expr:
    """To a type by its own name: what TIMESTAMP alone means is for the session to say."""
    return exp.Cast(this=value, to=exp.DataType(this=exp.DataType.Type.USERDEFINED, kind=type))


# ---------------------------------------------------------------- names: .../identifiers-syntax


def finish(statement: exp.Expr) -> exp.Expr:
    """Every name in quotes; what is a name without them is kept in capitals."""
    for name in statement.find_all(exp.Identifier):
        if name.name.isascii() and name.name.isidentifier() and name.name == name.name.lower():
            name.set("this", name.name.upper())
        name.set("quoted", True)
    return statement


# ---------------------------------------------------------------- instants: .../functions-date-time


def timestamp(at: dt.datetime, zoned: bool) -> exp.Expr:
    written = at.isoformat(sep=" ", timespec="microseconds")
    form = "YYYY-MM-DD HH24:MI:SS.FF6"
    if zoned:
        return s.call("TO_TIMESTAMP_TZ", s.text(f"{written} +00:00"), s.text(f"{form} TZH:TZM"))
    return s.call("TO_TIMESTAMP_NTZ", s.text(written), s.text(form))


def date(at: dt.date) -> exp.Expr:
    return s.call("TO_DATE", s.text(at.isoformat()), s.text("YYYY-MM-DD"))


def now(zoned: bool) -> exp.Expr:
    """One instant for a statement."""
    instant = s.call("CURRENT_TIMESTAMP")
    return instant if zoned else utc(instant)


def ntz(at: exp.Expr) -> exp.Expr:
    return cast(at, "TIMESTAMP_NTZ")


def utc(at: exp.Expr) -> exp.Expr:
    return ntz(s.call("CONVERT_TIMEZONE", s.text("UTC"), at))


def epoch(value: exp.Expr, unit: model.EpochUnit) -> exp.Expr:
    """The scale says how many digits of the number stand after the seconds."""
    scale = {"seconds": 0, "milliseconds": 3, "microseconds": 6}[unit]
    return s.call("TO_TIMESTAMP_NTZ", value, s.number(scale))


def local(at: exp.Expr, zone: str, zoned: bool) -> exp.Expr:
    if zoned:
        return ntz(s.call("CONVERT_TIMEZONE", s.text(zone), at))
    return at if zone == "UTC" else s.call("CONVERT_TIMEZONE", s.text("UTC"), s.text(zone), at)


def instant(local: exp.Expr, zone: str, zoned: bool) -> exp.Expr | s.Unsupported:
    if zone != "UTC":
        return ZONES
    return AWARE if zoned else local


def midnight(day: exp.Expr) -> exp.Expr:
    return ntz(day)


def trunc(local: exp.Expr, unit: model.Unit) -> exp.Expr:
    """A session may let weeks begin on any day (WEEK_START), so they are counted back to Monday."""
    if unit != "week":
        return s.call("DATE_TRUNC", s.text(unit), local)
    day = s.call("DATE_TRUNC", s.text("day"), local)
    since = exp.Sub(this=s.number(1), expression=weekday(local.copy()))
    return s.call("DATEADD", exp.Var(this="DAY"), since, day)


def weekday(local: exp.Expr) -> exp.Expr:
    return s.call("DAYOFWEEKISO", local)


# ---------------------------------------------------------------- the rest


def list_contains(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return s.call("ARRAY_CONTAINS", s.cast(right, "VARIANT"), left)


def least(value: exp.Expr, type: model.Type) -> exp.Expr:
    return s.call("BOOLAND_AGG", value) if type.name == "boolean" else exp.Min(this=value)


def arithmetic(
    op: str, left: exp.Expr, right: exp.Expr, type: model.Type, digits: tuple[int, int] = (0, 0)
) -> exp.Expr | s.Unsupported:
    """https://docs.snowflake.com/en/sql-reference/operators-arithmetic"""
    return DECIMALS if op == "*" and type.name == "decimal" else s.arithmetic(op, left, right, type)
