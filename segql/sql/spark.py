"""What Spark 4 and Databricks spell in their own way: https://spark.apache.org/docs/latest/api/sql/

A timestamp without a zone is a TIMESTAMP_NTZ in UTC, one with its zone a TIMESTAMP. Spark turns one into the other by the
session's zone wherever it has to; nothing here lets it.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlglot import exp

from segql.semantics import model
from segql.sql import spellings as s
from segql.sql.patterns import for_java

MOST_DIGITS = 38


def number(value: int | Decimal) -> exp.Expr | s.Unsupported:
    written = format(value, "f") if isinstance(value, Decimal) else str(value)
    if len(written.lstrip("-0.").replace(".", "")) > MOST_DIGITS or len(written.partition(".")[2]) > MOST_DIGITS:
        return s.Unsupported(reason="decimals of Spark have 38 digits")
    return s.number(value)


HELD = {
    "text": "TEXT",
    "enum": "TEXT",
    "any": "TEXT",
    "integer": "BIGINT",
    "float": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMPNTZ",
    "timestamptz": "TIMESTAMPTZ",
}
DIGITS = (19, 9)  # of a decimal, before its point and after it: sums and products of two keep them


def held(value: exp.Expr, type: model.Type) -> exp.Expr | s.Unsupported:
    if type.name == "decimal":
        whole, _, after = value.sql().lstrip("-").partition(".")
        if not s.is_null(value) and (len(whole) > DIGITS[0] or len(after.rstrip("0")) > DIGITS[1]):
            return s.Unsupported(reason="a decimal has 19 digits before its point and 9 after it there")
        return exp.Cast(this=value, to=s.decimal(*DIGITS))
    if type.name == "list":
        item = exp.DataType(this=exp.DataType.Type[HELD.get(type.item.name if type.item else "text", "TEXT")])
        return exp.Cast(this=value, to=exp.DataType(this=exp.DataType.Type.ARRAY, expressions=[item], nested=True))
    return s.cast(value, HELD[type.name])


def parameter(name: str) -> exp.Expr:
    """`:name`."""
    return exp.Placeholder(this=name)


# ---------------------------------------------------------------- instants


def timestamp(at: dt.datetime, zoned: bool) -> exp.Expr:
    written = at.isoformat(sep=" ")
    return s.cast(s.text(f"{written}+00:00"), "TIMESTAMPTZ") if zoned else _naive(s.text(written))


def _naive(value: exp.Expr) -> exp.Expr:
    return s.cast(value, "TIMESTAMPNTZ")


def now(zoned: bool) -> exp.Expr:
    """The start of the statement, the same wherever it is asked."""
    at = s.call("CURRENT_TIMESTAMP")
    return at if zoned else utc(at)


def utc(at: exp.Expr) -> exp.Expr:
    """An instant with a zone as what UTC's clocks show. A cast would ask the session's zone."""
    micros = exp.Mul(this=s.call("UNIX_MICROS", at), expression=s.interval(1, "microsecond"))
    return exp.Paren(this=exp.Add(this=timestamp(s.EPOCH, False), expression=micros))


def epoch(value: exp.Expr, unit: model.EpochUnit) -> exp.Expr:
    each = s.interval(model.MICROSECONDS[unit], "microsecond")
    moved = exp.Mul(this=s.paren(value), expression=each)
    return exp.Paren(this=exp.Add(this=timestamp(s.EPOCH, False), expression=moved))


def aware(at: exp.Expr) -> exp.Expr:
    return s.cast(s.call("CONCAT", s.cast(at, "TEXT"), s.text("Z")), "TIMESTAMPTZ")


def local(at: exp.Expr, zone: str, zoned: bool) -> exp.Expr:
    """What a zone's clocks show at an instant."""
    naive = utc(at) if zoned else at
    return naive if zone == "UTC" else s.call("CONVERT_TIMEZONE", s.text("UTC"), s.text(zone), naive)


def instant(local_time: exp.Expr, zone: str, zoned: bool) -> exp.Expr:
    """The instant at which a zone's clocks show a local time; of two, Spark takes the earlier and we the later.

    The later one is what the next day's offset gives, if the clocks show the local time then.
    """
    if zone == "UTC":
        return aware(local_time) if zoned else local_time
    tomorrow = _to_utc(s.plus_interval(s.paren(local_time.copy()), 1, "day"), zone)
    later = s.minus_interval(tomorrow, 1, "day")
    shown = exp.EQ(this=local(later.copy(), zone, False), expression=s.paren(local_time.copy()))
    found = exp.Case(ifs=[exp.If(this=shown, true=later)], default=_to_utc(local_time, zone))
    return aware(found) if zoned else found


def _to_utc(local_time: exp.Expr, zone: str) -> exp.Expr:
    return s.call("CONVERT_TIMEZONE", s.text(zone), s.text("UTC"), local_time)


def elapsed(start: exp.Expr, end: exp.Expr) -> exp.Expr:
    first, last = (s.call("UNIX_MICROS", aware(at)) for at in (start, end))
    return exp.Sub(this=last, expression=first)


def midnight(day: exp.Expr) -> exp.Expr:
    return _naive(day)


def trunc(local_time: exp.Expr, unit: str) -> exp.Expr:
    """The start of a calendar unit. By days, for DATE_TRUNC asks the session's zone; weeks start on Monday."""
    day = s.day(local_time)
    if unit in CLOCK:
        return exp.Add(this=_naive(day), expression=_since_midnight(local_time, unit))
    return _naive(day if unit == "day" else s.call("TRUNC", day, s.text(unit.upper())))


CLOCK = ("hour", "minute", "second")


def _since_midnight(local_time: exp.Expr, unit: str) -> exp.Expr:
    """What the clocks show, down to a unit."""
    kept = CLOCK[: CLOCK.index(unit) + 1]
    parts = [s.call(name.upper(), local_time.copy()) if name in kept else s.number(0) for name in CLOCK]
    return s.call("MAKE_DT_INTERVAL", s.number(0), *parts)


def weekday(local_time: exp.Expr) -> exp.Expr:
    """Sunday is 1 there. Relatives of Spark have another WEEKDAY."""
    return s.from_sunday(s.call("DAYOFWEEK", s.day(local_time)))


def is_not_true(condition: exp.Expr) -> exp.Expr:
    """True unless the condition is true, in a form that relatives of Spark reckon with as well."""
    return exp.Not(this=exp.Coalesce(this=condition, expressions=[exp.false()]))


# ---------------------------------------------------------------- text


def like(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """A backslash is the escape character: each one is doubled, and so is none."""
    return exp.Like(this=left, expression=s.doubled_backslashes(right))


def matches(left: exp.Expr, right: exp.Expr) -> exp.Expr | s.Unsupported:
    """By the regular expressions of Java."""
    if not (isinstance(right, exp.Literal) and right.is_string):
        return s.Unsupported(reason="the expression has to be known when the SQL is written")
    pattern = for_java(right.this)
    if pattern is None:
        return s.Unsupported(reason="the expression has parts that Java may read in another way")
    return exp.RegexpLike(this=left, expression=s.text(pattern))


# ---------------------------------------------------------------- numbers: decimals have 38 digits, and are rounded to fit

WHOLE = 19  # digits before the point, so that with 18 after it there is room for one more
PARTS = 18


def arithmetic(
    op: str, left: exp.Expr, right: exp.Expr, type: model.Type, digits: tuple[int, int] = (0, 0)
) -> exp.Expr | s.Unsupported:
    """Of operands that are made small enough for the result to keep every digit; what is too large for that is an error."""
    if type.name != "decimal":
        return s.arithmetic(op, left, right, type)
    if op != "*":
        most = max(digits)
        return s.arithmetic(op, decimal(left, WHOLE, most), decimal(right, WHOLE, most), type)
    if sum(digits) > PARTS:
        return s.Unsupported(reason=f"the product has more than {PARTS} digits after its point")
    first, second = _shares(left, right)
    return s.arithmetic(op, decimal(left, first, digits[0]), decimal(right, second, digits[1]), type)


def _shares(left: exp.Expr, right: exp.Expr) -> tuple[int, int]:
    """How many digits before the point each factor may have: a number takes what it needs, else both have half."""
    if isinstance(left, exp.Literal):
        need = len(left.this.partition(".")[0])
        return need, WHOLE - need
    need = len(right.this.partition(".")[0]) if isinstance(right, exp.Literal) else WHOLE // 2
    return WHOLE - need, need


def decimal(value: exp.Expr, whole: int, after: int) -> exp.Expr:
    """A cast to a decimal of so many digits before and after the point."""
    sizes = [exp.DataTypeParam(this=s.number(n)) for n in (whole + after, after)]
    return exp.Cast(this=value, to=exp.DataType(this=exp.DataType.Type.DECIMAL, expressions=sizes))


def median(value: exp.Expr, type: model.Type) -> exp.Expr:
    """The mean of the two middle values, added exactly and halved as a float (they are one for an odd number).

    PERCENTILE makes floats of the values before it takes the middle ones.
    """
    middle = [_middle(value, -1), _middle(value, 0)]
    if type.name == "decimal":
        middle = [decimal(each, WHOLE, PARTS) for each in middle]
    return exp.Div(this=s.double(exp.Add(this=middle[0], expression=middle[1])), expression=s.number(2))


def _middle(value: exp.Expr, shift: int) -> exp.Expr:
    count: exp.Expr = exp.Count(this=value.copy())
    if shift:
        count = exp.Paren(this=exp.Sub(this=count, expression=s.number(-shift)))
    place = exp.Cast(this=exp.IntDiv(this=count, expression=s.number(2)), to=exp.DataType(this=exp.DataType.Type.INT))
    return s.call("GET", s.call("SORT_ARRAY", s.call("COLLECT_LIST", value.copy())), place)


# ---------------------------------------------------------------- structs, lists and documents


def member(column: exp.Expr, path: tuple[str, ...]) -> exp.Expr:
    """A field of a STRUCT."""
    return s.dotted(column, path)


WRITTEN = {
    "integer": ("BIGINT", rf"^{s.JSON_WHOLE}\z"),
    "float": ("DOUBLE", rf"^{s.JSON_FLOAT}\z"),
    "boolean": ("BOOLEAN", r"^(true|false)\z"),
    "date": ("DATE", rf"^{s.JSON_DAY}\z"),
}
# A list without lists and objects in it, which would be items with a text of their own.
FLAT = r"""^\[[^\[\]{}"]*("[^"\\]*(\\.[^"\\]*)*"[^\[\]{}"]*)*\]\z"""


def entry(column: exp.Expr, by: str, value: str, path: tuple[str, ...]) -> exp.Expr:
    """What is not there is missing; ELEMENT_AT would stop the statement."""
    return s.dotted(s.call("TRY_ELEMENT_AT", s.entries("FILTER", column, by, value, s.dotted), s.number(1)), path)


def json(column: exp.Expr, path: tuple[str, ...], type: model.Type) -> exp.Expr | s.Unsupported:
    """A value inside a JSON document; missing if it is not there, or is not of the type."""
    if any(c in part for part in path for c in "'\\[]"):
        return s.Unsupported(reason="Spark has no path to a name with a quote, a bracket or a backslash")
    where = s.text("$" + "".join(f"['{part}']" for part in path))
    found = s.call("GET_JSON_OBJECT", column, where)
    match type.name:
        case "text" | "enum" | "any":
            return _scalar(found, column, path)
        case "list" if type.item is not None and type.item.name in ("text", "enum"):
            return _texts(found, column, path)
        case "timestamp" | "timestamptz":
            return s.json_moment(found, type, _moment, utc)
        case kind if kind in WRITTEN:
            name, pattern = WRITTEN[kind]
            return exp.Case(ifs=[exp.If(this=_is(found, pattern), true=_read(found, name))])
        case _:
            return s.Unsupported(reason=f"a {type} in a document passes through a float there: declare a float")


def _scalar(found: exp.Expr, column: exp.Expr, path: tuple[str, ...]) -> exp.Expr:
    """A list or an object has a text like any other value, so what looks like one is read as one."""
    first = s.call("LEFT", found.copy(), s.number(1))
    looks = exp.In(this=first, expressions=[s.text("["), s.text("{")])
    read = (_as(column, path, schema) for schema in ("ARRAY<STRING>", "MAP<STRING, STRING>"))
    there = s.any_of(*(exp.Not(this=exp.Is(this=each, expression=exp.null())) for each in read))
    plain = exp.Not(this=exp.Paren(this=s.all_of(looks, s.paren(there))))
    return exp.Case(ifs=[exp.If(this=plain, true=found)])


def _texts(found: exp.Expr, column: exp.Expr, path: tuple[str, ...]) -> exp.Expr:
    return exp.Case(ifs=[exp.If(this=_is(found, FLAT), true=_as(column, path, "ARRAY<STRING>"))])


def _as(column: exp.Expr, path: tuple[str, ...], schema: str) -> exp.Expr:
    """A value of a document by its type; missing if it is of another one."""
    for part in reversed(path):
        schema = f"STRUCT<{exp.to_identifier(part, quoted=True).sql('spark')}: {schema}>"
    return s.dotted(s.call("FROM_JSON", column.copy(), s.text(schema)), path)


def _moment(found: exp.Expr, pattern: str, said: exp.Expr) -> exp.If:
    return exp.If(this=_is(found, rf"^{pattern}\z"), true=_read(said, "TIMESTAMPTZ"))


def _is(found: exp.Expr, pattern: str) -> exp.Expr:
    return exp.RegexpLike(this=found.copy(), expression=s.text(pattern))


def _read(value: exp.Expr, type: str) -> exp.Expr:
    # sqlglot prints a plain cast, which ANSI mode stops at, unless it is told that this one is written.
    return exp.TryCast(this=value.copy(), to=exp.DataType(this=exp.DataType.Type[type]), safe=True)
