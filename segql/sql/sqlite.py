"""What SQLite spells in its own way: https://www.sqlite.org/lang.html

A timestamp is text in UTC in one form only: `2026-03-10 12:00:00`, with six more digits if it falls between two seconds
(`2026-03-10 12:00:00.250000`). In that form the order of the texts is the order of the instants, and equal instants are
equal texts. A date is text: `2026-03-10`.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlglot import exp

from segql.semantics import model
from segql.sql import spellings as s

SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
MOST_SECONDS = 7000 * 366 * 86400  # what is later than the year 9999 is missing
DIGITS = 15  # a float holds any decimal of so many digits apart from its neighbours

CASE = s.Unsupported(reason="SQLite changes the case of ASCII letters only")
ENTRY = s.Unsupported(reason="SQLite has no lists of structs: keep each field in a column of its own")
ZONES = s.Unsupported(reason="SQLite knows no time zones")


# ---------------------------------------------------------------- literals


def timestamp(at: dt.datetime, zoned: bool) -> exp.Expr:
    return s.text(at.isoformat(sep=" "))


def date(at: dt.date) -> exp.Expr:
    return s.text(at.isoformat())


def number(value: int | Decimal) -> exp.Expr | s.Unsupported:
    if isinstance(value, int):
        if not -(2**63) < value < 2**63:
            return s.Unsupported(reason="integers of SQLite have 64 bits")
    elif len(value.normalize().as_tuple().digits) > DIGITS:
        return s.Unsupported(reason=f"SQLite keeps {DIGITS} digits of a decimal")
    return s.number(value)


def listed(items: list[exp.Expr]) -> exp.Expr:
    return s.call("JSON_ARRAY", *items)


def parameter(name: str) -> exp.Expr:
    """`@name`."""
    return s.parameter(name)


# ---------------------------------------------------------------- instants


def now(zoned: bool) -> exp.Expr:
    """The second that the statement began in: SQLite asks its clock once for each."""
    return s.call("DATETIME", s.text("now"))


def plus(at: exp.Expr, count: int, unit: str) -> exp.Expr | s.Unsupported:
    return _moved(at, count * SECONDS[unit])


def minus(at: exp.Expr, count: int, unit: str) -> exp.Expr | s.Unsupported:
    return _moved(at, -count * SECONDS[unit])


def _moved(at: exp.Expr, seconds: int) -> exp.Expr | s.Unsupported:
    """Later by whole seconds: SQLite reckons with the seconds, and the digits after them stay as they are."""
    if abs(seconds) > MOST_SECONDS:
        return s.Unsupported(reason="it reaches beyond the years that SQLite knows")
    moved = s.call("DATETIME", _seconds_of(at), s.text(f"{seconds:+d} seconds"))
    return exp.Paren(this=exp.DPipe(this=moved, expression=s.call("SUBSTR", at.copy(), s.number(20))))


def _seconds_of(at: exp.Expr) -> exp.Expr:
    return s.call("SUBSTR", at.copy(), s.number(1), s.number(19))


def epoch(value: exp.Expr, unit: model.EpochUnit) -> exp.Expr:
    """In the one form: digits after the seconds are there only where they are not zero. Before 1970 they count forwards, too."""
    value, each = s.paren(value), s.PER_SECOND[unit]
    if each == 1:
        return s.call("DATETIME", value, s.text("unixepoch"))
    within = exp.Add(this=exp.Mod(this=value, expression=s.number(each)), expression=s.number(each))
    rest = exp.Mod(this=exp.Paren(this=within), expression=s.number(each))
    whole = exp.Div(
        this=exp.Paren(this=exp.Sub(this=value.copy(), expression=exp.Paren(this=rest))),
        expression=s.number(each),
        typed=True,
    )
    digits = s.call("PRINTF", s.text(".%06d"), s.epoch_micros(exp.Paren(this=rest.copy()), unit))
    none = exp.EQ(this=rest.copy(), expression=s.number(0))
    shown = exp.Case(ifs=[exp.If(this=none, true=s.text(""))], default=digits)
    return exp.Paren(this=exp.DPipe(this=s.call("DATETIME", whole, s.text("unixepoch")), expression=shown))


def back(local: exp.Expr, count: int, unit: str) -> exp.Expr:
    """A step on the calendar. SQLite runs over the end of a short month; the month's last day is earlier then."""
    if unit in SECONDS:
        return s.call("DATETIME", local, s.text(f"-{count * SECONDS[unit]} seconds"))
    months = count * {"month": 1, "quarter": 3, "year": 12}[unit]
    step = s.text(f"-{months} months")
    there = s.call("DATE", local.copy(), step)
    last = s.call("DATE", local.copy(), s.text("start of month"), step.copy(), s.text("+1 month"), s.text("-1 day"))
    earlier = s.call("MIN", there, last)
    return exp.Paren(this=exp.DPipe(this=earlier, expression=s.call("SUBSTR", local, s.number(11))))


def local(at: exp.Expr, zone: str, zoned: bool) -> exp.Expr | s.Unsupported:
    return at if zone == "UTC" else ZONES


def instant(local: exp.Expr, zone: str, zoned: bool) -> exp.Expr | s.Unsupported:
    return local if zone == "UTC" else ZONES


def midnight(day: exp.Expr) -> exp.Expr:
    return exp.Paren(this=exp.DPipe(this=day, expression=s.text(" 00:00:00")))


def trunc(local: exp.Expr, unit: str) -> exp.Expr:
    """The start of a calendar unit; weeks start on Monday."""
    match unit:
        case "week":
            return s.call("DATETIME", local, s.text("start of day"), s.text("-6 days"), s.text("weekday 1"))
        case "quarter":
            month = exp.Paren(this=exp.Sub(this=part("month", local.copy()), expression=s.number(1)))
            back = exp.DPipe(
                this=exp.DPipe(
                    this=s.text("-"), expression=exp.Paren(this=exp.Mod(this=month, expression=s.number(3)))
                ),
                expression=s.text(" months"),
            )
            return s.call("DATETIME", local, s.text("start of month"), back)
        case "second" | "minute" | "hour":  # SQLite knows no starts of these
            kept = {"second": 19, "minute": 16, "hour": 13}[unit]
            start = s.call("SUBSTR", local, s.number(1), s.number(kept))
            rest = ":00:00"[: 19 - kept]
            return exp.Paren(this=exp.DPipe(this=start, expression=s.text(rest))) if rest else start
        case _:
            return s.call("DATETIME", local, s.text(f"start of {unit}"))


def day(local: exp.Expr) -> exp.Expr:
    return s.call("SUBSTR", local, s.number(1), s.number(10))


PARTS = {"year": (1, 4), "month": (6, 2), "day": (9, 2), "hour": (12, 2)}


def part(name: str, local: exp.Expr) -> exp.Expr:
    """The digits that stand at its place: SQLite's own functions round to milliseconds first."""
    at, length = PARTS[name]
    return s.cast(s.call("SUBSTR", local, s.number(at), s.number(length)), "BIGINT")


def weekday(local: exp.Expr) -> exp.Expr:
    sunday_is_0 = s.cast(s.call("STRFTIME", s.text("%w"), day(local)), "BIGINT")
    shifted = exp.Paren(this=exp.Add(this=sunday_is_0, expression=s.number(6)))
    return exp.Paren(
        this=exp.Add(this=exp.Paren(this=exp.Mod(this=shifted, expression=s.number(7))), expression=s.number(1))
    )


def range_order(at: exp.Expr) -> exp.Expr:
    """An instant as a number of microseconds, for frames know no other distance."""
    seconds = s.cast(s.call("STRFTIME", s.text("%s"), _seconds_of(at)), "BIGINT")
    micros = s.cast(s.call("SUBSTR", at.copy(), s.number(21)), "BIGINT")
    return exp.Add(this=exp.Mul(this=seconds, expression=s.number(1_000_000)), expression=micros)


def elapsed(start: exp.Expr, end: exp.Expr) -> exp.Expr:
    return exp.Sub(this=exp.Paren(this=range_order(end)), expression=exp.Paren(this=range_order(start)))


def range_gap(count: int, unit: str) -> exp.Expr:
    return s.number(count * SECONDS[unit] * 1_000_000)


# ---------------------------------------------------------------- text

GLOBS = (("[", "[[]"), ("*", "[*]"), ("?", "[?]"), ("%", "*"), ("_", "?"))


def like(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """LIKE does not see case, GLOB does: its pattern has other wild cards."""
    if isinstance(right, exp.Literal) and right.is_string:
        pattern = right.this
        for one, other in GLOBS:
            pattern = pattern.replace(one, other)
        return exp.Glob(this=left, expression=s.text(pattern))
    for one, other in GLOBS:
        right = s.call("REPLACE", right, s.text(one), s.text(other))
    return exp.Glob(this=left, expression=right)


def contains(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.GT(this=s.call("INSTR", left, right), expression=s.number(0))


def starts_with(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    start = s.call("SUBSTR", left, s.number(1), s.call("LENGTH", right))
    return exp.EQ(this=start, expression=right.copy())


def ends_with(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """From where the end would have to begin: never the whole of a text that is shorter."""
    before = exp.Sub(this=s.call("LENGTH", left.copy()), expression=s.call("LENGTH", right))
    end = s.call("SUBSTR", left, exp.Add(this=before, expression=s.number(1)))
    return exp.EQ(this=end, expression=right.copy())


# ---------------------------------------------------------------- numbers

FLOATS = s.Unsupported(reason="SQLite keeps decimals as floats: keep whole numbers, such as cents")


def arithmetic(
    op: str, left: exp.Expr, right: exp.Expr, type: model.Type, digits: tuple[int, int] = (0, 0)
) -> exp.Expr | s.Unsupported:
    return FLOATS if type.name == "decimal" else s.arithmetic(op, left, right, type)


def total(value: exp.Expr, type: model.Type) -> exp.Expr | s.Unsupported:
    return FLOATS if type.name == "decimal" else s.total(value, type)


# ---------------------------------------------------------------- JSON: https://www.sqlite.org/json1.html


def json(column: exp.Expr, path: tuple[str, ...], type: model.Type) -> exp.Expr | s.Unsupported:
    """A value inside a JSON document; missing if it is not there, or is not of the type."""
    if any(c in part for part in path for c in '"\\'):
        return s.Unsupported(reason="SQLite has no path to a name with a quote or a backslash")
    where = s.text(s.json_path(path))
    value, kind = s.call("JSON_EXTRACT", column, where), s.call("JSON_TYPE", column.copy(), where.copy())
    match type.name:
        case "text" | "enum" | "any":
            as_text = s.cast(value.copy(), "TEXT")
            ways = {
                "text": value,
                "integer": as_text,
                "real": as_text,
                "true": s.text("true"),
                "false": s.text("false"),
            }
        case "integer":
            ways = {"integer": _whole(value), "text": _digits(value)}
        case "boolean":
            said = [exp.If(this=s.text(str(each).lower()), true=s.boolean(each)) for each in (True, False)]
            ways = {"true": exp.true(), "false": exp.false(), "text": exp.Case(this=value, ifs=said)}
        case _:
            return s.Unsupported(reason=f"a {type} in a document has no one form there")
    return exp.Case(this=kind, ifs=[exp.If(this=s.text(name), true=way.copy()) for name, way in ways.items()])


def _whole(value: exp.Expr) -> exp.Expr:
    """What is longer than 64 bits is read as a float."""
    kept = exp.EQ(this=s.call("TYPEOF", value.copy()), expression=s.text("integer"))
    return exp.Case(ifs=[exp.If(this=kept, true=value.copy())])


def _digits(value: exp.Expr) -> exp.Expr:
    """The number that a text is: digits, and perhaps a minus before them. What is longer than 64 bits becomes another one."""
    unsigned = s.call("LTRIM", value.copy(), s.text("-"))
    minus = exp.Sub(this=s.call("LENGTH", value.copy()), expression=s.call("LENGTH", unsigned.copy()))
    read = s.cast(value.copy(), "BIGINT")
    back, kept = (s.call("LTRIM", each, s.text("-0")) for each in (s.cast(read.copy(), "TEXT"), value.copy()))
    digits = exp.Not(this=exp.Glob(this=unsigned, expression=s.text("*[^0-9]*")))
    some = exp.NEQ(this=unsigned.copy(), expression=s.text(""))
    one = exp.LTE(this=minus, expression=s.number(1))
    fits = exp.EQ(this=back, expression=kept)
    return exp.Case(ifs=[exp.If(this=s.all_of(one, some, digits, fits), true=read)])
