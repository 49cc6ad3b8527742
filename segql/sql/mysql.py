"""What MySQL and MariaDB spell: https://dev.mysql.com/doc/refman/8.4/en/functions.html, https://mariadb.com/kb/en/built-in-functions/

Texts go by a collation that tells each character apart and sees blanks at the end; literals mean the same in every SQL mode,
and no zone of a session has a say. A value with a zone is read as what UTC's clocks show, and stays that.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

from sqlglot import exp

from segql.semantics import model
from segql.sql import spellings as s
from segql.sql.patterns import for_java

# No padding: 'a' is not 'a '. The two have other names for the same.
MYSQL_BINARY = "utf8mb4_0900_bin"  # since 8.0.17
MARIADB_BINARY = "utf8mb4_nopad_bin"

ZONES = s.Unsupported(reason="MySQL knows only the zones that somebody loaded into its tables; use UTC")
LETTERS = s.Unsupported(reason="what it does to each letter depends on the collation")
STRUCTS = s.Unsupported(reason="MySQL has no structs: keep each field in a column of its own")
LISTS = s.Unsupported(reason="MySQL has no lists")
AWARE = s.Unsupported(reason="MySQL has instants with a zone in the columns of a table only")
MEDIAN = s.Unsupported(reason="MySQL has no aggregate for it")
UNKNOWN = s.Unsupported(reason="texts follow the column's collation: declare it as a field, with its type")
BEYOND = s.Unsupported(reason="it reaches beyond the years that MySQL knows")

DIGITS, AFTER_POINT = 65, 30  # of a decimal
PAST, FUTURE = 1900 * 366 * 86400, 7000 * 366 * 86400  # seconds; an instant that is out of range would be missing
NO_OPTIONS = "(?-imsx)"  # whatever MariaDB's default_regex_flags are; an empty expression would be an error
ESCAPED = frozenset("\\\0\a\b\t\n\v\f\r\x1a")  # what a literal has an escape for, in some modes


def finish(statement: exp.Expr) -> exp.Expr | s.Unsupported:
    """Every name in quotes, and what depends on modes, or on where missing values go, in words that do not."""
    for name in statement.find_all(exp.Identifier):
        if name.name.endswith(" ") or any(ord(char) > 0xFFFF or char == "\0" for char in name.name):
            return s.Unsupported(reason=f"MySQL has no name `{name.name}`, for some of its characters")
    for compared in list(statement.find_all(exp.EQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.In)):
        _say_once(compared)
    for literal in list(statement.find_all(exp.Literal)):
        if literal.is_string and ESCAPED & set(literal.name):
            literal.replace(_by_its_bytes(literal.name))
    for opposite in statement.find_all(exp.Not):  # which binds tighter in a mode of its own
        if not isinstance(opposite.parent, exp.Is) and not isinstance(opposite.this, exp.Paren):
            opposite.set("this", exp.Paren(this=opposite.this))
    return s.quoted(s.missing_last(s.group_by_place(statement)))


def _say_once(compared: exp.Expr) -> None:
    """A literal goes by the collation of what it is compared with, if that says one."""
    if isinstance(compared.this, exp.Collate):
        for side in (compared.expression, *compared.expressions):
            if side is not None and (bare := _bare(side)) is not side:
                side.replace(bare)


def _by_its_bytes(value: str) -> exp.Expr:
    return exp.Introducer(this=exp.Var(this="_utf8mb4"), expression=exp.HexString(this=value.encode().hex()))


# ---------------------------------------------------------------- text


def kept(collation: str) -> Callable[[exp.Expr, model.Type], exp.Expr]:
    """Two texts are the same if their characters are: most databases would not see case.

    A key of an unknown type may be a text, so it is read as one: CONCAT makes one of all but bytes. What is no text in
    utf8mb4 then is an error there.
    """

    def build(value: exp.Expr, type: model.Type) -> exp.Expr:
        match type.name:
            case "text" | "enum":
                return _collated(value, collation)
            case "any":
                return _collated(s.call("CONCAT", value), collation)
            case "timestamptz":
                return _of_unix_time(value)
            case _:
                return value

    return build


def text(collation: str) -> Callable[[str], exp.Expr]:
    """A literal, for comparisons with others too."""

    def build(value: str) -> exp.Expr:
        return _collated(s.text(value), collation)

    return build


def _collated(value: exp.Expr, collation: str) -> exp.Expr:
    return exp.Collate(this=value, expression=exp.Var(this=collation))


def _bare(value: exp.Expr) -> exp.Expr:
    """A literal without its collation, beside a text that has one."""
    known = isinstance(value, exp.Collate) and s.text_of(value.this) is not None
    return value.this if known else value


def held(value: exp.Expr, type: model.Type) -> exp.Expr | s.Unsupported:
    """A text keeps its collation; an instant with its zone is there in columns only, as a TIMESTAMP."""
    match type.name:
        case "text" | "enum" | "any":
            return s.cast(value, "CHAR") if s.is_null(value) else value
        case "timestamptz":
            return value if s.is_null(value) else AWARE
        case "timestamp":
            return _datetime(value)
        case "decimal":
            return _decimal(value, AFTER_POINT)
        case "boolean" | "list":
            return value
        case kind:
            return s.cast(value, {"integer": "BIGINT", "float": "DOUBLE", "date": "DATE"}[kind])


def listed(items: list[exp.Expr]) -> exp.Expr:
    return s.call("JSON_ARRAY", *items)


def tie(value: exp.Expr, type: model.Type | None) -> exp.Expr | s.Unsupported:
    return UNKNOWN if type is None or type.name == "any" else value


def least(value: exp.Expr, type: model.Type) -> exp.Expr | s.Unsupported:
    return s.Unsupported(reason="its type is not known: declare it") if type.name == "any" else exp.Min(this=value)


def like(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return s.escaped_like(left, _bare(right))


def contains(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.GT(this=s.call("LOCATE", _bare(right), left), expression=s.number(0))


def starts_with(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return _end("LEFT", left, right)


def ends_with(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """The end of a text that is shorter is the whole of it, which is another one."""
    return _end("RIGHT", left, right)


def _end(function: str, left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.EQ(this=s.call(function, left, s.call("CHAR_LENGTH", _bare(right.copy()))), expression=_bare(right))


def matches(left: exp.Expr, right: exp.Expr) -> exp.Expr | s.Unsupported:
    """By ICU (MySQL) or PCRE2 (MariaDB), which read the same as Java of what is asked of them."""
    sought = s.text_of(_bare(right))
    if sought is None:
        return s.Unsupported(reason="the expression has to be known when the SQL is written")
    pattern = for_java(sought)
    if pattern is None:
        return s.Unsupported(reason="the expression has parts that ICU and PCRE may read in two ways")
    known = re.sub(r"\\u(\w{4})", r"\\x{\1}", pattern)  # PCRE has no other form of it
    return _regexp(left, f"{NO_OPTIONS}{known}")


def _regexp(left: exp.Expr, pattern: str) -> exp.Expr:
    """By the operator, of which sqlglot knows nothing: MariaDB has no function REGEXP_LIKE."""
    operator = exp.Introducer(this=left, expression=exp.Var(this="REGEXP"))
    return exp.Introducer(this=operator, expression=s.text(pattern))


# ---------------------------------------------------------------- JSON: https://dev.mysql.com/doc/refman/8.4/en/json-functions.html

FLOATS = s.Unsupported(reason="a decimal in a document passes through a float there: declare a float")
NOT_PLAIN = ("NULL", "OBJECT", "ARRAY")
WRITTEN = {"integer": s.JSON_WHOLE, "float": s.JSON_FLOAT, "decimal": s.JSON_DECIMAL, "date": s.JSON_DAY}


def json(collation: str, decimals: bool) -> Callable[[exp.Expr, tuple[str, ...], model.Type], exp.Expr | s.Unsupported]:
    """A value inside a JSON document; missing if it is not there, or is not of the type.

    Unless `decimals` are as they were written, they have passed through a float.
    """

    def build(column: exp.Expr, path: tuple[str, ...], type: model.Type) -> exp.Expr | s.Unsupported:
        if any(c in part for part in path for c in '"\\'):
            return s.Unsupported(reason="MySQL has no path to a name with a quote or a backslash")
        where = s.text(s.json_path(path))
        value = s.call("JSON_EXTRACT", column, where)
        found = _collated(s.call("JSON_UNQUOTE", value.copy()), collation)
        match type.name:
            case "text" | "enum" | "any":
                kind = exp.In(this=s.call("JSON_TYPE", value), expressions=[s.text(name) for name in NOT_PLAIN])
                return exp.Case(ifs=[exp.If(this=exp.Not(this=kind), true=found)])
            case "boolean":
                ways = (exp.If(this=s.text(str(each).lower()), true=s.boolean(each)) for each in (True, False))
                return exp.Case(this=found, ifs=list(ways))
            case "integer" | "float" | "date":
                return _if_written(found, type, _read(found, type))
            case "decimal" if decimals:
                return _if_written(found, type, _read(found, type))
            case "decimal":
                return FLOATS
            case _:
                return s.Unsupported(reason=f"a {type} in a document has no one form there")

    return build


def _if_written(found: exp.Expr, type: model.Type, read: exp.Expr) -> exp.Expr:
    """What is written as JSON writes it, to the very end: `$` would also stand before a line break."""
    written = _regexp(found.copy(), f"(?s-imx)^{WRITTEN[type.name]}(?!.)")
    return exp.Case(ifs=[exp.If(this=written, true=read)])


def _read(found: exp.Expr, type: model.Type) -> exp.Expr:
    match type.name:
        case "integer":  # what is longer than 64 bits is none
            fits = exp.Between(this=_decimal(found, 0), low=s.number(-(2**63)), high=s.number(2**63 - 1))
            return exp.Case(ifs=[exp.If(this=fits, true=s.cast(found.copy(), "BIGINT"))])
        case "decimal":
            return _decimal(found, AFTER_POINT)
        case kind:
            return s.cast(found.copy(), {"float": "DOUBLE", "date": "DATE"}[kind])


def _decimal(value: exp.Expr, after: int) -> exp.Expr:
    sizes = [exp.DataTypeParam(this=s.number(each)) for each in (DIGITS, after)]
    return exp.Cast(this=value.copy(), to=exp.DataType(this=exp.DataType.Type.DECIMAL, expressions=sizes))


# ---------------------------------------------------------------- instants


def timestamp(at: dt.datetime, zoned: bool) -> exp.Expr:
    return _datetime(s.text(at.isoformat(sep=" ")))


def midnight(day: exp.Expr) -> exp.Expr:
    return _datetime(day)


def _datetime(value: exp.Expr) -> exp.Expr:
    micros = exp.DataTypeParam(this=s.number(6))
    return exp.Cast(this=value, to=exp.DataType(this=exp.DataType.Type.DATETIME, expressions=[micros]))


def _of_unix_time(at: exp.Expr) -> exp.Expr:
    """A TIMESTAMP as what UTC's clocks show: its own number is the one thing about it that knows no zone."""
    return _since_1970(s.call("UNIX_TIMESTAMP", at), "second")


def epoch(value: exp.Expr, unit: model.EpochUnit) -> exp.Expr:
    return _since_1970(s.epoch_micros(value, unit), "microsecond")


def _since_1970(count: exp.Expr, unit: str) -> exp.Expr:
    return exp.Paren(this=exp.Add(this=timestamp(s.EPOCH, False), expression=_interval(count, unit)))


def now(zoned: bool) -> exp.Expr:
    """The start of the statement."""
    return s.call("UTC_TIMESTAMP", s.number(6))


def plus(at: exp.Expr, count: int, unit: str) -> exp.Expr | s.Unsupported:
    return s.plus_interval(at, count, unit) if count * s.SECONDS[unit] <= FUTURE else BEYOND


def minus(at: exp.Expr, count: int, unit: str) -> exp.Expr | s.Unsupported:
    return s.minus_interval(at, count, unit) if count * s.SECONDS[unit] <= PAST else BEYOND


def elapsed(start: exp.Expr, end: exp.Expr) -> exp.Expr:
    return s.call("TIMESTAMPDIFF", exp.Var(this="MICROSECOND"), start, end)


def back(local: exp.Expr, count: int, unit: str) -> exp.Expr | s.Unsupported:
    """A step of months ends on the last day of a short one."""
    days = {"month": 31, "quarter": 92, "year": 366}.get(unit)
    seconds = s.SECONDS[unit] if days is None else days * s.SECONDS["day"]
    return s.back_interval(local, count, unit) if count * seconds <= PAST else BEYOND


def local(at: exp.Expr, zone: str, zoned: bool) -> exp.Expr | s.Unsupported:
    return at if zone == "UTC" else ZONES


def trunc(local: exp.Expr, unit: str) -> exp.Expr:
    """The start of a calendar unit: midnight, less whole days and months, or plus what has begun since."""
    found = midnight(s.day(local))
    match unit:
        case "day":
            return found
        case "week":
            return _less(found, s.call("WEEKDAY", local.copy()), "day")
        case "month" | "quarter" | "year":
            found = _less(found, _from_0(s.extract("day", local.copy())), "day")
            months = _from_0(s.extract("month", local.copy()))
            if unit == "quarter":
                months = exp.Mod(this=exp.Paren(this=months), expression=s.number(3))
            return found if unit == "month" else _less(found, months, "month")
        case _:
            smaller = ("hour", "minute", "second")
            for each in smaller[: smaller.index(unit) + 1]:
                found = exp.Add(this=found, expression=_interval(s.extract(each, local.copy()), each))
            return found


def _from_0(part: exp.Expr) -> exp.Expr:
    return exp.Sub(this=part, expression=s.number(1))


def _less(at: exp.Expr, count: exp.Expr, unit: str) -> exp.Expr:
    return exp.Sub(this=at, expression=_interval(count, unit))


def _interval(count: exp.Expr, unit: str) -> exp.Expr:
    return exp.Interval(this=s.paren(count), unit=exp.Var(this=unit.upper()))


def weekday(local: exp.Expr) -> exp.Expr:
    return exp.Paren(this=exp.Add(this=s.call("WEEKDAY", local), expression=s.number(1)))


def range_order(at: exp.Expr) -> exp.Expr:
    """An instant as a number of microseconds: frames of MariaDB know no other distance."""
    return elapsed(timestamp(s.EPOCH, False), at)


# ---------------------------------------------------------------- numbers and conditions


def number(value: int | Decimal) -> exp.Expr | s.Unsupported:
    whole, _, after = format(abs(value), "f").partition(".")
    if len(whole) + len(after) > DIGITS or len(after) > AFTER_POINT:
        return s.Unsupported(reason=f"decimals there have {DIGITS} digits, {AFTER_POINT} of them after the point")
    return s.number(value)


def arithmetic(
    op: str, left: exp.Expr, right: exp.Expr, type: model.Type, digits: tuple[int, int] = (0, 0)
) -> exp.Expr | s.Unsupported:
    """What grows beyond its type is an error there; what is after the point would be rounded."""
    if op == "*" and type.name == "decimal" and sum(digits) > AFTER_POINT:
        return s.Unsupported(reason=f"the product has more than {AFTER_POINT} digits after its point")
    return s.arithmetic(op, left, right, type)


def is_distinct(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Paren(this=exp.NullSafeEQ(this=left, expression=right)))
