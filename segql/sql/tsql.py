"""What SQL Server 2017 and later, Azure SQL and Fabric spell: https://learn.microsoft.com/sql/t-sql/language-reference

A condition is no value and a value is no condition; texts are compared under a binary collation, in which blanks at the end
still do not count; frames are of ROWS alone. Fabric has texts in UTF-8 only, and no type of instants with a zone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlglot import exp

from segql.semantics import model
from segql.sql import spellings as s

ZONES = s.Unsupported(reason="Windows has time zones of its own; use UTC")
CLOCK = s.Unsupported(reason="SQL Server may read its clock more than once in a statement; pin now with `--now`")
LETTERS = s.Unsupported(reason="what it does to each letter depends on the collation")
PATTERNS = s.Unsupported(reason="SQL Server has no regular expressions: use `like`, `contains` or `starts with`")
DOCUMENTS = s.Unsupported(reason="JSON_VALUE reads texts of 4,000 characters at most: keep it in a column of its own")
STRUCTS = s.Unsupported(reason="SQL Server has no structs: keep each field in a column of its own")
LISTS = s.Unsupported(reason="SQL Server has no lists")
MEDIAN = s.Unsupported(reason="SQL Server has no aggregate for it")
DECIMALS = s.Unsupported(reason="SQL Server keeps 38 digits of a product, and rounds the others away")
ORDER = s.Unsupported(reason="SQL Server orders texts by the halves of characters in UTF-16")
WITHOUT_ZONE = s.Unsupported(reason="Fabric has no type for instants with a zone")
COUNTED = s.Unsupported(reason="Fabric does not say how it counts the characters of a text")
MOST = 2**31 - 1  # of what DATEADD takes
SECONDS = {"second": 1, "minute": 60, "hour": 3600}
LONGEST_PATTERN = 2000  # characters, each of which may be escaped; a pattern holds 4,000

TYPES = {
    "integer": "BIGINT",
    "float": "DOUBLE",
    "boolean": "BIT",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMPTZ",
}


def null(type: model.Type) -> exp.Expr:
    """NULL with its type: a bare one is an integer."""
    return s.cast(exp.null(), TYPES[type.name]) if type.name in TYPES else exp.null()


def held(texts: str) -> Callable[[exp.Expr, model.Type], exp.Expr]:
    """A value as a column holds it, which for a text is one of a type of its own name."""

    def build(value: exp.Expr, type: model.Type) -> exp.Expr:
        if type.name in TYPES:
            return s.cast(value, TYPES[type.name])
        if type.name == "decimal":
            return exp.Cast(this=value, to=s.decimal(28, 10))
        kind = exp.DataType(this=exp.DataType.Type.USERDEFINED, kind=texts)
        return value if type.name == "list" else exp.Cast(this=value, to=kind)

    return build


def finish(statement: exp.Expr) -> exp.Expr:
    """Every name in brackets; what is missing comes last, though SQL Server puts it first."""
    s.quoted(statement)
    s.missing_last(statement)
    for place in list(statement.find_all(exp.Where, exp.Having, exp.If)):
        _as_condition(place.this)
    return statement


def _as_condition(node: exp.Expr) -> None:
    """A value is true if it is 1. sqlglot sees to columns only."""
    match node:
        case exp.And() | exp.Or():
            _as_condition(node.this)
            _as_condition(node.expression)
        case exp.Not() | exp.Paren():
            _as_condition(node.this)
        case exp.Column() | exp.Coalesce() | exp.Subquery() | exp.Cast() | exp.Case():
            node.replace(exp.EQ(this=node.copy(), expression=s.number(1)))


# ---------------------------------------------------------------- text


def text(value: str) -> exp.Expr | s.Unsupported:
    """`N'…'`: without the N, letters that the database's code page has not would be lost."""
    return exp.National(this=value) if not value.endswith(" ") else BLANKS


def fabric_text(value: str) -> exp.Expr | s.Unsupported:
    return s.text(value) if not value.endswith(" ") else BLANKS


BLANKS = s.Unsupported(reason="SQL Server does not see blanks at the end of a text")


def kept(value: exp.Expr, type: model.Type) -> exp.Expr:
    """Two texts are the same if their characters are: most databases would not see case."""
    return _binary(value, "Latin1_General_100_BIN2") if type.name in ("text", "enum") else value


def fabric_kept(value: exp.Expr, type: model.Type) -> exp.Expr:
    return _binary(value, "Latin1_General_100_BIN2_UTF8") if type.name in ("text", "enum") else value


def _binary(value: exp.Expr, collation: str) -> exp.Expr:
    return exp.Paren(this=exp.Collate(this=value, expression=exp.Var(this=collation)))


def tie(value: exp.Expr, type: model.Type | None) -> exp.Expr | s.Unsupported:
    if type is None or type.name == "any":
        return s.Unsupported(reason="texts follow the column's collation: declare it as a field, with its type")
    return ORDER if type.name in ("text", "enum") else value


def fabric_tie(value: exp.Expr, type: model.Type | None) -> exp.Expr | s.Unsupported:
    found = tie(value, type)
    return value if found is ORDER else found


def least(value: exp.Expr, type: model.Type) -> exp.Expr | s.Unsupported:
    match type.name:
        case "text" | "enum":
            return ORDER
        case "any":
            return s.Unsupported(reason="its type is not known: declare it")
        case "boolean":
            return s.cast(exp.Min(this=s.cast(value, "INT")), "BIT")
        case _:
            return exp.Min(this=value)


def fabric_least(value: exp.Expr, type: model.Type) -> exp.Expr | s.Unsupported:
    return exp.Min(this=value) if type.name in ("text", "enum") else least(value, type)


def length(value: exp.Expr) -> exp.Expr:
    """LEN does not count blanks at the end, and counts some characters twice without a collation that knows them (SC)."""
    ended = exp.Add(this=value, expression=exp.National(this="."))
    counted = exp.Collate(this=exp.Paren(this=ended), expression=exp.Var(this="Latin1_General_100_CI_AS_SC"))
    return exp.Paren(this=exp.Sub(this=s.call("LEN", counted), expression=s.number(1)))


def trim(value: exp.Expr) -> exp.Expr:
    return s.call("LTRIM", s.call("RTRIM", value))


def like(left: exp.Expr, right: exp.Expr) -> exp.Expr | s.Unsupported:
    """`_` would stand for half of a character, where that takes two places in UTF-16; brackets are no wild cards here."""
    pattern = s.text_of(right)
    if pattern is None:
        return s.Unsupported(reason="the pattern has to be known when the SQL is written")
    if "_" in pattern:
        return s.Unsupported(reason="`_` would stand for half of a character there")
    return _fitting(pattern, s.escaped_like(left, right, "["))


def contains(left: exp.Expr, right: exp.Expr) -> exp.Expr | s.Unsupported:
    return _literally(left, right, "%", "%")


def starts_with(left: exp.Expr, right: exp.Expr) -> exp.Expr | s.Unsupported:
    return _literally(left, right, "", "%")


def ends_with(left: exp.Expr, right: exp.Expr) -> exp.Expr | s.Unsupported:
    return _literally(left, right, "%", "")


def _literally(left: exp.Expr, right: exp.Expr, before: str, after: str) -> exp.Expr | s.Unsupported:
    found = s.text_of(right)
    if found is None:
        return s.Unsupported(reason="the text has to be known when the SQL is written")
    return _fitting(found, s.literal_like(left, right, before, after, "["))


def _fitting(pattern: str, made: exp.Expr) -> exp.Expr | s.Unsupported:
    if len(pattern) > LONGEST_PATTERN:
        return s.Unsupported(reason=f"a pattern of more than {LONGEST_PATTERN} characters may be too long there")
    return made


# ---------------------------------------------------------------- instants


def timestamp(at: dt.datetime, zoned: bool) -> exp.Expr:
    written = at.isoformat()
    return s.cast(s.text(f"{written}+00:00"), "TIMESTAMPTZ") if zoned else s.cast(s.text(written), "TIMESTAMP")


def fabric_timestamp(at: dt.datetime, zoned: bool) -> exp.Expr | s.Unsupported:
    return WITHOUT_ZONE if zoned else timestamp(at, False)


def plus(at: exp.Expr, count: int, unit: str) -> exp.Expr:
    """DATEADD takes 31 bits: more seconds than that are days and what is left of them."""
    if abs(count) <= MOST:
        return _added(at, count, unit)
    days, left = divmod(count, 86400 // SECONDS[unit])
    return _added(_added(at, left, unit), days, "day")


def epoch(value: exp.Expr, unit: model.EpochUnit) -> exp.Expr:
    """DATEADD takes 31 bits: days, the seconds of the last day, and what is left of a second."""
    value, each = s.paren(value), s.PER_SECOND[unit]
    days = exp.Div(this=value, expression=s.number(86400 * each), typed=True)
    seconds = value.copy() if each == 1 else exp.Div(this=value.copy(), expression=s.number(each), typed=True)
    at = _later(_later(timestamp(s.EPOCH, False), days, "DAY"), _left(seconds, 86400), "SECOND")
    return at if each == 1 else _later(at, _left(value.copy(), each), unit[:-1].upper())


def _later(at: exp.Expr, count: exp.Expr, unit: str) -> exp.Expr:
    return s.call("DATEADD", exp.Var(this=unit), count, at)


def _left(value: exp.Expr, each: int) -> exp.Expr:
    return exp.Mod(this=s.paren(value), expression=s.number(each))


def minus(at: exp.Expr, count: int, unit: str) -> exp.Expr:
    return plus(at, -count, unit)


def elapsed(start: exp.Expr, end: exp.Expr) -> exp.Expr:
    return s.call("DATEDIFF_BIG", exp.Var(this="MICROSECOND"), start, end)


def back(local: exp.Expr, count: int, unit: str) -> exp.Expr:
    """A step of months ends on the last day of a short one."""
    return minus(local, count, unit)


def _added(at: exp.Expr, count: int, unit: str) -> exp.Expr:
    return _later(at, s.number(count), unit.upper())


def utc(at: exp.Expr) -> exp.Expr:
    return s.cast(exp.AtTimeZone(this=at, zone=s.text("UTC")), "TIMESTAMP")


def aware(at: exp.Expr) -> exp.Expr:
    return exp.AtTimeZone(this=at, zone=s.text("UTC"))


def local(at: exp.Expr, zone: str, zoned: bool) -> exp.Expr | s.Unsupported:
    if zone != "UTC":
        return ZONES
    return utc(at) if zoned else at


def instant(local: exp.Expr, zone: str, zoned: bool) -> exp.Expr | s.Unsupported:
    if zone != "UTC":
        return ZONES
    return aware(local) if zoned else local


def midnight(day: exp.Expr) -> exp.Expr:
    return s.cast(day, "TIMESTAMP")


def trunc(local: exp.Expr, unit: str) -> exp.Expr:
    """The start of a calendar unit. Weeks start on Monday, whatever the session has set with DATEFIRST."""
    day = midnight(s.day(local))
    match unit:
        case "day":
            return day
        case "week":
            since = exp.Sub(this=s.number(1), expression=weekday(local.copy()))
            return s.call("DATEADD", exp.Var(this="DAY"), since, day)
        case "month" | "quarter" | "year":
            year, month = part("year", local.copy()), part("month", local.copy())
            if unit == "quarter":
                quarter = part("quarter", local.copy())
                month = exp.Sub(this=exp.Mul(this=s.number(3), expression=quarter), expression=s.number(2))
            first = s.call("DATEFROMPARTS", year, s.number(1) if unit == "year" else month, s.number(1))
            return midnight(first)
        case _:
            smaller = ("hour", "minute", "second")
            for each in smaller[: smaller.index(unit) + 1]:
                day = s.call("DATEADD", exp.Var(this=each.upper()), part(each, local.copy()), day)
            return day


def part(name: str, local: exp.Expr) -> exp.Expr:
    return s.call("DATEPART", exp.Var(this=name.upper()), local)


def weekday(local: exp.Expr) -> exp.Expr:
    """Days since a Monday, modulo 7; before it they are negative, and so is what % leaves."""
    since = s.call("DATEDIFF", exp.Var(this="DAY"), s.date(dt.date(1900, 1, 1)), local)
    within = exp.Paren(this=exp.Mod(this=since, expression=s.number(7)))
    shifted = exp.Paren(this=exp.Add(this=within, expression=s.number(7)))
    return exp.Paren(
        this=exp.Add(this=exp.Paren(this=exp.Mod(this=shifted, expression=s.number(7))), expression=s.number(1))
    )


# ---------------------------------------------------------------- numbers and conditions


def boolean(value: bool) -> exp.Expr:
    return s.cast(s.number(int(value)), "BIT")


def arithmetic(
    op: str, left: exp.Expr, right: exp.Expr, type: model.Type, digits: tuple[int, int] = (0, 0)
) -> exp.Expr | s.Unsupported:
    """https://learn.microsoft.com/sql/t-sql/data-types/precision-scale-and-length-transact-sql"""
    return DECIMALS if op == "*" and type.name == "decimal" else s.arithmetic(op, left, right, type)


def total(value: exp.Expr, type: model.Type) -> exp.Expr:
    """The sum of integers of 32 bits would have 32 bits."""
    if type.name != "integer":
        return exp.Sum(this=value)
    if isinstance(value, exp.Distinct):
        return exp.Sum(this=exp.Distinct(expressions=[s.cast(value.expressions[0], "BIGINT")]))
    return exp.Sum(this=s.cast(value, "BIGINT"))
