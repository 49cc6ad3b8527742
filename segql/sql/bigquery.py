"""What BigQuery spells in its own way: https://cloud.google.com/bigquery/docs/reference/standard-sql

A timestamp without a zone is a DATETIME in UTC, one with its zone a TIMESTAMP, a decimal a NUMERIC.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlglot import exp

from segql.semantics import model
from segql.sql import spellings as s

TYPES = {
    "text": "TEXT",
    "enum": "TEXT",
    "any": "TEXT",
    "integer": "BIGINT",
    "decimal": "DECIMAL",
    "float": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMPTZ",
}
NUMERIC = (29, 9)  # digits before and after the point
BIGNUMERIC = (38, 38)


NOT_IN_NAMES = frozenset('!"$()*,./;?@[\\]^`{}~')


def finish(query: exp.Expr) -> exp.Expr | s.Unsupported:
    """With groups by their place: a name there would be that of a column or of what is chosen, whichever there is.

    Beside a frame, what is missing comes last by a key of its own: nothing else is printed there.

    No column of BigQuery has a name with some characters (a table may have a star).
    """
    s.group_by_place(query)
    for window in query.find_all(exp.Window):
        _missing_last(window)
    for name in query.find_all(exp.Identifier):
        if not isinstance(name.parent, exp.Table) and NOT_IN_NAMES & set(name.name):
            return s.Unsupported(reason=f"BigQuery has no column `{name.name}`, for some of its characters")
    return query


def _missing_last(window: exp.Window) -> None:
    if window.args.get("spec"):
        for key in list(window.args["order"].expressions):
            if isinstance(key, exp.Ordered):
                kept = exp.Ordered(this=key.this, desc=True, nulls_first=False) if key.args.get("desc") else key.this
                key.replace([exp.Is(this=key.this.copy(), expression=exp.null()), kept])


def null(type: model.Type) -> exp.Expr:
    """NULL with its type, which a column of a CTE has to have; without one where only the other branch of a UNION knows it."""
    if type.name in ("list", "any"):
        return exp.null()
    return exp.Cast(this=exp.null(), to=exp.DataType(this=exp.DataType.Type[TYPES[type.name]]))


def held(value: exp.Expr, type: model.Type) -> exp.Expr:
    """A decimal literal has its type already."""
    if type.name == "decimal" and not s.is_null(value):
        return value
    if type.name == "list":
        item = exp.DataType(this=exp.DataType.Type[TYPES[type.item.name if type.item else "text"]])
        return exp.Cast(this=value, to=exp.DataType(this=exp.DataType.Type.ARRAY, expressions=[item], nested=True))
    return s.cast(value, TYPES[type.name])


def number(value: int | Decimal) -> exp.Expr | s.Unsupported:
    """A plain decimal literal would be a float: the digits are cast as they are written."""
    if isinstance(value, int) and -(2**63) < value < 2**63:
        return s.number(value)
    written = format(value, "f") if isinstance(value, Decimal) else str(value)
    whole, _, part = written.lstrip("-").partition(".")
    for type, (before, after) in (("DECIMAL", NUMERIC), ("BIGDECIMAL", BIGNUMERIC)):
        if len(whole) <= before and len(part) <= after:
            return s.cast(s.text(written), type)
    return s.Unsupported(reason="decimals of BigQuery have 38 digits before and after the point")


# ---------------------------------------------------------------- instants


def now(zoned: bool) -> exp.Expr:
    """The start of the statement, the same wherever it is asked."""
    return s.call("CURRENT_TIMESTAMP") if zoned else s.call("CURRENT_DATETIME", s.text("UTC"))


def minus(at: exp.Expr, count: int, unit: str) -> exp.Expr:
    return s.call("DATETIME_SUB", at, _interval(count, unit))


def plus(at: exp.Expr, count: int, unit: str) -> exp.Expr:
    return s.call("DATETIME_ADD", at, _interval(count, unit))


def elapsed(start: exp.Expr, end: exp.Expr) -> exp.Expr:
    return s.call("DATETIME_DIFF", end, start, exp.Var(this="MICROSECOND"))


def _interval(count: int, unit: str) -> exp.Expr:
    return exp.Interval(this=s.number(count), unit=exp.Var(this=unit.upper()))


def utc(at: exp.Expr) -> exp.Expr:
    """An instant with a zone as the date and time that UTC's clocks show."""
    return s.call("DATETIME", at, s.text("UTC"))


def aware(at: exp.Expr) -> exp.Expr:
    return s.call("TIMESTAMP", at, s.text("UTC"))


def epoch(value: exp.Expr, unit: model.EpochUnit) -> exp.Expr:
    names = {"seconds": "TIMESTAMP_SECONDS", "milliseconds": "TIMESTAMP_MILLIS", "microseconds": "TIMESTAMP_MICROS"}
    return utc(s.call(names[unit], value))


def local(at: exp.Expr, zone: str, zoned: bool) -> exp.Expr:
    """What a zone's clocks show at an instant."""
    if zone == "UTC" and not zoned:
        return at
    return s.call("DATETIME", at if zoned else aware(at), s.text(zone))


def instant(local_time: exp.Expr, zone: str, zoned: bool) -> exp.Expr:
    """The instant at which a zone's clocks show a local time; of two, BigQuery takes the earlier and we the later.

    The later one is what the next day's offset gives, if the clocks show the local time then.
    """
    if zone == "UTC":
        return aware(local_time) if zoned else local_time
    first = s.call("TIMESTAMP", local_time, s.text(zone))
    tomorrow = s.call("TIMESTAMP", plus(local_time.copy(), 1, "day"), s.text(zone))
    later = s.call("TIMESTAMP_SUB", tomorrow, _interval(24, "hour"))
    shown = exp.EQ(this=local(later.copy(), zone, True), expression=local_time.copy())
    found = exp.Case(ifs=[exp.If(this=shown, true=later)], default=first)
    return found if zoned else utc(found)


def midnight(day: exp.Expr) -> exp.Expr:
    return s.cast(day, "TIMESTAMP")


def trunc(local_time: exp.Expr, unit: str) -> exp.Expr:
    """The start of a calendar unit; a WEEK begins on Sunday, an ISOWEEK on Monday."""
    name = "ISOWEEK" if unit == "week" else unit.upper()
    return s.call("DATETIME_TRUNC", local_time, exp.Var(this=name))


def back(local_time: exp.Expr, count: int, unit: str) -> exp.Expr:
    """A step on the calendar, no further than the month's end."""
    return minus(local_time, count, unit)


def weekday(local_time: exp.Expr) -> exp.Expr:
    """Sunday is 1 there."""
    return s.from_sunday(s.extract("dayofweek", local_time))


def range_order(at: exp.Expr) -> exp.Expr:
    """An instant as a number of microseconds: frames know no other distance."""
    epoch = s.timestamp(dt.datetime(1970, 1, 1), False)
    return s.call("DATETIME_DIFF", at, epoch, exp.Var(this="MICROSECOND"))


# ---------------------------------------------------------------- text


def like(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """A backslash is the escape character: each one is doubled, and so is none."""
    return exp.Like(this=left, expression=s.doubled_backslashes(right))


def contains(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.GT(this=s.call("STRPOS", left, right), expression=s.number(0))


def list_contains(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.In(this=right, unnest=exp.Unnest(expressions=[left]))


# ---------------------------------------------------------------- numbers


def arithmetic(
    op: str, left: exp.Expr, right: exp.Expr, type: model.Type, digits: tuple[int, int] = (0, 0)
) -> exp.Expr | s.Unsupported:
    """A product of decimals has more digits than a NUMERIC keeps: it is reckoned with twice and more of them."""
    if op != "*" or type.name != "decimal":
        return s.arithmetic(op, left, right, type)
    if sum(digits) > BIGNUMERIC[1]:
        return s.Unsupported(reason="the product has more than 38 digits after its point")
    return exp.Mul(this=s.cast(left, "BIGDECIMAL"), expression=s.cast(right, "BIGDECIMAL"))


def median(value: exp.Expr, type: model.Type) -> exp.Expr:
    """The mean of the two middle values, added exactly and halved as a float (they are one for an odd number)."""
    both = exp.Add(this=_middle(value, -1), expression=_middle(value, 0))
    return exp.Div(this=s.double(both), expression=s.number(2))


def _middle(value: exp.Expr, shift: int) -> exp.Expr:
    ordered = exp.Order(this=exp.IgnoreNulls(this=value.copy()), expressions=[value.copy()])
    count: exp.Expr = exp.Count(this=value.copy())
    if shift:
        count = exp.Sub(this=count, expression=s.number(-shift))
    place = s.call("DIV", count, s.number(2))
    return exp.Bracket(this=exp.ArrayAgg(this=ordered), expressions=[place], offset=0, safe=True)


# ---------------------------------------------------------------- structs and documents


def member(column: exp.Expr, path: tuple[str, ...]) -> exp.Expr:
    """A field of a STRUCT."""
    return s.dotted(column, path)


WHOLE = f"^{s.JSON_WHOLE}$"
DAY = f"^{s.JSON_DAY}$"


def entry(column: exp.Expr, by: str, value: str, path: tuple[str, ...]) -> exp.Expr:
    """A subquery on the list, whose structs are in the order of their offsets."""
    one, place = exp.to_identifier("entry"), exp.to_identifier("place")
    found = exp.select(s.dotted(one, path)).from_(
        exp.Unnest(expressions=[column], alias=exp.TableAlias(columns=[one.copy()]), offset=place), copy=False
    )
    found = found.where(exp.EQ(this=s.dotted(one.copy(), (by,)), expression=s.text(value)), copy=False)
    first = found.order_by(exp.Ordered(this=exp.Column(this=place.copy()), nulls_first=True), copy=False)
    return exp.Subquery(this=first.limit(1, copy=False))


def json(column: exp.Expr, path: tuple[str, ...], type: model.Type) -> exp.Expr | s.Unsupported:
    """A value inside a JSON document, kept as JSON or as text; missing if it is not there, or is not of the type."""
    if any(c in part for part in path for c in '"\\'):
        return s.Unsupported(reason="BigQuery has no path to a name with a quote or a backslash")
    if any(part.isdecimal() for part in path):
        return s.Unsupported(reason="BigQuery would take a name that is a number for a place in a list")
    where = s.text(s.json_path(path))
    if type.name == "list":
        if type.item is None or type.item.name not in ("text", "enum"):
            return s.Unsupported(reason="BigQuery reads lists of text from a JSON document, and no others")
        return s.call("JSON_VALUE_ARRAY", column, where)
    found = s.call("JSON_VALUE", column, where)
    match type.name:
        case "text" | "enum" | "any":
            return found
        case "integer":
            return _if(found, WHOLE, _read(found, "BIGINT"))
        case "decimal" | "float":
            return _if(found, f"^{s.JSON_WRITTEN[type.name]}$", _read(found, TYPES[type.name]))
        case "boolean":
            return _if(found, "^(true|false)$", _read(found, "BOOLEAN"))
        case "date":
            return _if(found, DAY, _read(found, "DATE"))
        case _:
            return s.json_moment(found, type, _moment, utc)


def _moment(found: exp.Expr, pattern: str, said: exp.Expr) -> exp.If:
    return exp.If(this=matches(found.copy(), s.text(f"^{pattern}$")), true=_read(said, "TIMESTAMPTZ"))


def matches(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return s.call("REGEXP_CONTAINS", left, right)


def _if(found: exp.Expr, pattern: str, read: exp.Expr) -> exp.Expr:
    return exp.Case(ifs=[exp.If(this=matches(found.copy(), s.text(pattern)), true=read)])


def _read(value: exp.Expr, type: str) -> exp.Expr:
    return exp.TryCast(this=value.copy(), to=exp.DataType(this=exp.DataType.Type[type]))
