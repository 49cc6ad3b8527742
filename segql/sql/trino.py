"""What Trino, and so Athena, spells in its own way: https://trino.io/docs/current/functions.html

A timestamp is written with six digits, or Trino would round it to three: https://trino.io/docs/current/language/types.html
"""

from __future__ import annotations

import datetime as dt

from sqlglot import exp

from segql.semantics import model
from segql.sql import spellings as s

ZONES = s.Unsupported(
    reason="Trino does not say which instant a local time is that the clocks show twice or never; pin now, or use UTC"
)
LETTERS = s.Unsupported(reason="Trino does not say what it does to each letter")
PATTERNS = s.Unsupported(reason="Trino reads them as Java does: use `like`, `contains` or `starts with`")
DOCUMENTS = s.Unsupported(reason="Trino casts a value of a document in ways of its own: keep it in a column of its own")
MEDIAN = s.Unsupported(reason="Trino has an approximate one only")

TYPES = {
    "text": "VARCHAR",
    "enum": "VARCHAR",
    "integer": "BIGINT",
    "float": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMPTZ",
}


def cast(value: exp.Expr, type: str) -> exp.Expr:
    """To a type that keeps microseconds, if it is one of instants."""
    if not type.startswith("TIMESTAMP"):
        return s.cast(value, type)
    six = exp.DataTypeParam(this=s.number(6))
    return exp.Cast(this=value, to=exp.DataType(this=exp.DataType.Type[type], expressions=[six]))


def null(type: model.Type) -> exp.Expr:
    return cast(exp.null(), TYPES[type.name]) if type.name in TYPES else exp.null()


def held(value: exp.Expr, type: model.Type) -> exp.Expr:
    if type.name == "decimal":
        return exp.Cast(this=value, to=s.decimal(28, 10))
    return value if type.name == "list" else cast(value, TYPES[type.name if type.name in TYPES else "text"])


# ---------------------------------------------------------------- instants: https://trino.io/docs/current/functions/datetime.html


def timestamp(at: dt.datetime, zoned: bool) -> exp.Expr:
    written = at.isoformat(sep=" ")
    return cast(s.text(f"{written}+00:00"), "TIMESTAMPTZ") if zoned else cast(s.text(written), "TIMESTAMP")


def now(zoned: bool) -> exp.Expr:
    """The start of the query."""
    instant = exp.CurrentTimestamp()
    return instant if zoned else utc(instant)


def shown_in(at: exp.Expr, zone: str) -> exp.Expr:
    """What a zone's clocks show at an instant with a zone."""
    return cast(exp.AtTimeZone(this=at, zone=s.text(zone)), "TIMESTAMP")


def utc(at: exp.Expr) -> exp.Expr:
    return shown_in(at, "UTC")


def aware(at: exp.Expr) -> exp.Expr:
    return s.call("WITH_TIMEZONE", at, s.text("UTC"))


def epoch(value: exp.Expr, unit: model.EpochUnit) -> exp.Expr:
    """Of 64 bits, since the product of smaller ones would run over."""
    nanos = exp.Mul(this=cast(value, "BIGINT"), expression=s.number(1_000 * model.MICROSECONDS[unit]))
    return utc(s.call("FROM_UNIXTIME_NANOS", nanos))


def local(at: exp.Expr, zone: str, zoned: bool) -> exp.Expr:
    if zone == "UTC" and not zoned:
        return at
    return shown_in(at if zoned else aware(at), zone)


def instant(local: exp.Expr, zone: str, zoned: bool) -> exp.Expr | s.Unsupported:
    if zone != "UTC":
        return ZONES
    return aware(local) if zoned else local


def interval(count: int, unit: str) -> exp.Expr:
    """Intervals know neither weeks nor quarters; a step of months ends on the last day of a short one."""
    return s.interval(
        count * {"week": 7, "quarter": 3}.get(unit, 1), {"week": "day", "quarter": "month"}.get(unit, unit)
    )


def plus(at: exp.Expr, count: int, unit: str) -> exp.Expr:
    return exp.Add(this=at, expression=interval(count, unit))


def minus(at: exp.Expr, count: int, unit: str) -> exp.Expr:
    return exp.Sub(this=at, expression=interval(count, unit))


def elapsed(start: exp.Expr, end: exp.Expr) -> exp.Expr:
    """Seconds, and the six digits after them: differences there are rounded to milliseconds."""
    first, last = (s.date_trunc(at.copy(), "second") for at in (start, end))
    seconds = s.call("DATE_DIFF", s.text("second"), first, last)
    beyond = exp.Sub(this=_micros(end), expression=_micros(start))
    return exp.Add(this=exp.Mul(this=seconds, expression=s.number(1_000_000)), expression=exp.Paren(this=beyond))


def _micros(at: exp.Expr) -> exp.Expr:
    """The digits after the second of a timestamp with six of them, also where a relative writes none."""
    digits = s.call("SUBSTR", cast(cast(at, "TIMESTAMP"), "VARCHAR"), s.number(21))
    return cast(s.call("RPAD", digits, s.number(6), s.text("0")), "BIGINT")


def midnight(day: exp.Expr) -> exp.Expr:
    return cast(day, "TIMESTAMP")


# ---------------------------------------------------------------- the rest


def member(column: exp.Expr, path: tuple[str, ...]) -> exp.Expr:
    """A field of a ROW."""
    for part in path:
        column = exp.Dot(this=column, expression=exp.Identifier(this=part, quoted=True))
    return column


def entry(column: exp.Expr, by: str, value: str, path: tuple[str, ...]) -> exp.Expr:
    return member(s.call("ELEMENT_AT", s.entries("FILTER", column, by, value, member), s.number(1)), path)


def least(value: exp.Expr, type: model.Type) -> exp.Expr:
    return s.call("BOOL_AND", value) if type.name == "boolean" else exp.Min(this=value)


def trim(value: exp.Expr) -> exp.Expr:
    """A plain TRIM takes tabs and line breaks away, too."""
    return exp.Trim(this=value, expression=s.text(" "), position="BOTH")
