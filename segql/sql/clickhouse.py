"""What ClickHouse 25.8 and later spell in their own way: https://clickhouse.com/docs/sql-reference/functions

A DateTime64 is an instant; functions of the calendar see it in the zone of its type, else in that of the session. So a
zone is said wherever there is one, and the local time of a zone is kept as the instant at which UTC's clocks show it.
Numbers wrap around in silence, so they are widened first. A column that is not Nullable gives '' or 0 for nothing, so
aggregates are those that give NULL.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import count

from sqlglot import exp

from segql.semantics import model
from segql.sql import spellings as s
from segql.sql.beside import join_besides

HOURS = {"day": 24, "week": 168}
FIRST, LAST = dt.datetime(1900, 1, 1), dt.datetime(2300, 1, 1)
MOST_DIGITS = 38

DIGITS = s.Unsupported(reason=f"integers of ClickHouse have 64 bits here, and decimals {MOST_DIGITS} digits")
WRAPS = s.Unsupported(reason="decimals of ClickHouse run over without a word: keep whole numbers, such as cents")
UPPER = s.Unsupported(reason="ClickHouse makes several letters of one, such as SS of ß: use `lower`")
YEARS = s.Unsupported(reason="dates of ClickHouse lie between 1900 and 2299")


SETTINGS = {"prefer_column_name_to_alias": 1, "enable_extended_results_for_datetime_functions": 1}
# Else a subquery does not find the part of a tuple that is read from the rows around it.
WHOLE_TUPLES = {"optimize_functions_to_subcolumns": 0}


def finish(query: exp.Select) -> exp.Select:
    """What the statement would else take from the session, or from the columns.

    A name is that of a column, not of what the same SELECT makes of it, and starts of months lie before 1970 too. A
    column of one of two relations keeps its name; the row after the last has no value, and the first row may have none.
    Values beside a row are joined.
    """
    for select in list(query.find_all(exp.Select)):
        join_besides(select)
    for select in query.find_all(exp.Select):
        _order_by_what_is_chosen(select)
        select.set("expressions", [_named(each) for each in select.expressions])
    for beside in query.find_all(exp.Lead, exp.Lag):
        beside.set("this", s.call("toNullable", beside.this))
    for first in list(query.find_all(exp.FirstValue)):
        first.replace(exp.RespectNulls(this=first.copy()))
    _relations_apart_from_columns(query)
    wanted = SETTINGS | (WHOLE_TUPLES if any(map(_reads_part, query.find_all(exp.Exists))) else {})
    settings = [exp.EQ(this=exp.Var(this=name), expression=s.number(value)) for name, value in wanted.items()]
    query.set("settings", settings)
    return query


def _relations_apart_from_columns(query: exp.Select) -> None:
    """What stands before a point is a column, if there is one: `user.null` says whether the column `user` is missing."""
    relations = [each for each in query.find_all(exp.Table, exp.Subquery) if each.alias_or_name]
    columns = list(query.find_all(exp.Column))
    declared = (name for each in relations for name in each.meta.get("columns", ()))
    names = {*(each.name for each in columns), *declared}
    taken = names | {each.alias_or_name for each in relations}
    for name in sorted(names & {each.alias_or_name for each in relations}):
        new = exp.to_identifier(next(f"{name}_{n}" for n in count(2) if f"{name}_{n}" not in taken), quoted=True)
        for relation in (each for each in relations if each.alias_or_name == name):
            relation.set("alias", exp.TableAlias(this=new.copy()))
        for column in (each for each in columns if each.table == name):
            column.set("table", new.copy())


def _order_by_what_is_chosen(select: exp.Select) -> None:
    """A name there is a column's too: where it is made of that column, what is chosen is said again."""
    chosen = (each for each in select.expressions if isinstance(each, exp.Alias))
    made = {each.alias: each.this for each in chosen if not isinstance(each.this, exp.Column)}
    for key in select.args["order"].expressions if select.args.get("order") else ():
        name = key.this.name if isinstance(key.this, exp.Column) and not key.this.table else ""
        if name in made and any(column.name == name for column in made[name].find_all(exp.Column)):
            key.set("this", made[name].copy())


def _reads_part(within: exp.Expr) -> bool:
    return any(call.name == "tupleElement" for call in within.find_all(exp.Anonymous))


def _named(chosen: exp.Expr) -> exp.Expr:
    if isinstance(chosen, exp.Column) and chosen.table and not isinstance(chosen.this, exp.Star):
        return exp.Alias(this=chosen, alias=chosen.this.copy())
    return chosen


# ---------------------------------------------------------------- literals


def timestamp(at: dt.datetime, zoned: bool) -> exp.Expr:
    """An instant; outside the calendar of ClickHouse, by its distance from 1970."""
    if FIRST <= at < LAST:
        return s.call("toDateTime64", s.text(at.isoformat(sep=" ")), s.number(6), s.text("UTC"))
    micros = (at - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=1)
    return s.call("fromUnixTimestamp64Micro", s.number(micros), s.text("UTC"))


def date(at: dt.date) -> exp.Expr | s.Unsupported:
    if not FIRST.date() <= at < LAST.date():
        return YEARS
    return s.call("toDate32", s.text(at.isoformat()))


def number(value: int | Decimal) -> exp.Expr | s.Unsupported:
    """What has a point would be a float: a decimal says that it is one, and is as wide as any that it meets."""
    if isinstance(value, int):
        return s.number(value) if -(2**63) <= value < 2**63 else DIGITS
    shown = format(value, "f")
    scale = len(shown.partition(".")[2])
    if len(shown.replace("-", "").replace(".", "")) > MOST_DIGITS:
        return DIGITS
    return s.call("toDecimal256", s.text(shown), s.number(scale))


def double(value: exp.Expr) -> exp.Expr:
    """The nearest float; of a literal, that which its digits say. Of a decimal it would be rounded twice, but not of a text."""
    if isinstance(value, exp.Anonymous) and value.name == "toDecimal256":
        return s.call("toFloat64", s.number(Decimal(value.expressions[0].name)))
    if isinstance(value.this if isinstance(value, exp.Neg) else value, exp.Literal | exp.Count):
        return s.call("toFloat64", value)
    return s.call("toFloat64", s.call("toString", value))


HELD = {
    "text": "String",
    "enum": "String",
    "any": "String",
    "integer": "Int64",
    "decimal": "Decimal(38, 10)",
    "float": "Float64",
    "boolean": "Bool",
    "date": "Date32",
    "timestamp": "DateTime64(6, 'UTC')",
    "timestamptz": "DateTime64(6, 'UTC')",
}


def held(value: exp.Expr, type: model.Type) -> exp.Expr:
    """A column may hold nothing, but for a list: an empty one stands for one that is missing."""
    if type.name == "list":
        item = HELD[type.item.name if type.item else "text"]
        return s.call("CAST", exp.Array(expressions=[]) if s.is_null(value) else value, s.text(f"Array({item})"))
    return s.call("CAST", value, s.text(f"Nullable({HELD[type.name]})"))


# ---------------------------------------------------------------- instants


def now(zoned: bool) -> exp.Expr:
    """The second that the statement began in: the other clocks are read anew wherever they are named."""
    return s.call("toDateTime64", s.call("initialQueryStartTime"), s.number(6), s.text("UTC"))


def epoch(value: exp.Expr, unit: model.EpochUnit) -> exp.Expr:
    """A product that runs over is an error, and not another instant."""
    micros = s.call("accurateCast", s.epoch_micros(s.call("toInt128", value), unit), s.text("Nullable(Int64)"))
    return s.call("fromUnixTimestamp64Micro", micros, s.text("UTC"))


def plus(at: exp.Expr, count: int, unit: str) -> exp.Expr:
    return exp.Add(this=_instant(at), expression=_elapsed(count, unit))


def minus(at: exp.Expr, count: int, unit: str) -> exp.Expr:
    return exp.Sub(this=_instant(at), expression=_elapsed(count, unit))


def elapsed(start: exp.Expr, end: exp.Expr) -> exp.Expr:
    first, last = (s.call("toUnixTimestamp64Micro", _instant(at)) for at in (start, end))
    return exp.Sub(this=last, expression=first)


def _elapsed(count: int, unit: str) -> exp.Expr:
    """A day of the calendar may have 23 hours."""
    return s.interval(count * HOURS[unit], "hour") if unit in HOURS else s.interval(count, unit)


def _instant(at: exp.Expr) -> exp.Expr:
    """A DateTime ends in 2106, and begins again."""
    return s.call("toDateTime64", at, s.number(6), s.text("UTC"))


def back(local: exp.Expr, count: int, unit: str) -> exp.Expr:
    """A step on the calendar of UTC, where every day has 24 hours. Months end where they end."""
    return exp.Sub(this=local, expression=s.interval(count, unit))


def local(at: exp.Expr, zone: str, zoned: bool) -> exp.Expr:
    """What a zone's clocks show at an instant, as if they were those of UTC."""
    utc = s.call("toTimeZone", at, s.text("UTC"))
    return utc if zone == "UTC" else s.call("addSeconds", utc, _offset(at, zone))


def _offset(at: exp.Expr, zone: str) -> exp.Expr:
    return s.call("timeZoneOffset", s.call("toTimeZone", at.copy(), s.text(zone)))


def instant(local: exp.Expr, zone: str, zoned: bool) -> exp.Expr:
    """The later of two readings, and of none: with the smaller of the offsets that the zone has around it (R3.8)."""
    if zone == "UTC":
        return local
    around = [_offset(s.call(name, local.copy(), s.number(1)), zone) for name in ("subtractDays", "addDays")]
    low, high = s.call("least", *around), s.call("greatest", *(each.copy() for each in around))
    later, earlier = s.call("subtractSeconds", local, low), s.call("subtractSeconds", local.copy(), high)
    shown = exp.EQ(this=_offset(later, zone), expression=low.copy())
    not_other = exp.NEQ(this=_offset(earlier, zone), expression=high.copy())
    return s.call("if", s.any_of(shown, not_other), later, earlier)


def midnight(day: exp.Expr) -> exp.Expr:
    return s.call("toDateTime64", day, s.number(6), s.text("UTC"))


def trunc(local: exp.Expr, unit: str) -> exp.Expr:
    """The start of a calendar unit; weeks start on Monday. What ClickHouse gives is a date."""
    start = (
        s.call("toStartOfWeek", local, s.number(1))
        if unit == "week"
        else s.call("toDate32", local)
        if unit == "day"
        else s.call(f"toStartOf{unit.capitalize()}", local)
    )
    return midnight(start)


def day(local: exp.Expr) -> exp.Expr:
    return s.call("toDate32", local)


PARTS = {"hour": "toHour", "day": "toDayOfMonth", "month": "toMonth", "year": "toYear"}


def part(name: str, local: exp.Expr) -> exp.Expr:
    return s.call(PARTS[name], local)


# ---------------------------------------------------------------- text


def like(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Like(this=left, expression=s.doubled_backslashes(right))


def lower(value: exp.Expr) -> exp.Expr:
    return s.call("lowerUTF8", s.lower_one_by_one(value).this)


def contains(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.GT(this=s.call("position", left, right), expression=s.number(0))


def matches(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """RE2, where a point is any character but the end of a line."""
    plain = s.text("(?-s)")
    if isinstance(right, exp.Literal):
        return s.call("match", left, s.text(f"{plain.name}{right.name}"))
    return s.call("match", left, s.call("concat", plain, right))


def one_of(value: exp.Expr, items: list[exp.Expr]) -> exp.Expr:
    """IN takes values of the left side's type only, and no subquery of a row, or is an error."""
    if isinstance(value, exp.Column) and all(isinstance(item, exp.Literal) and item.is_string for item in items):
        return s.one_of(value, items)
    return exp.Paren(this=s.any_of(*(exp.EQ(this=value.copy(), expression=s.paren(item)) for item in items)))


def kept(value: exp.Expr, type: model.Type) -> exp.Expr:
    """-0.0 is told from 0.0 where values are counted or grouped: their sum with 0.0 is one."""
    return exp.Paren(this=exp.Add(this=value, expression=s.number(0))) if type.name == "float" else value


# ---------------------------------------------------------------- tuples, arrays and documents


def member(column: exp.Expr, path: tuple[str, ...]) -> exp.Expr:
    """A field of a named tuple."""
    for part in path:
        column = s.call("tupleElement", column, s.text(part))
    return column


def entry(column: exp.Expr, by: str, value: str, path: tuple[str, ...]) -> exp.Expr:
    """The values of all, and then the first: a tuple that is not there would be an empty one."""
    one = exp.to_identifier("entry")
    values = exp.Lambda(this=member(one.copy(), path), expressions=[one])
    has = exp.Lambda(this=exp.EQ(this=member(one.copy(), (by,)), expression=s.text(value)), expressions=[one.copy()])
    return s.call("arrayElementOrNull", s.call("arrayMap", values, s.call("arrayFilter", has, column)), s.number(1))


def list_contains(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """An array finds NULL in itself."""
    found = s.call("has", left, right)
    if isinstance(right, exp.Literal):
        return found
    return exp.Paren(this=s.all_of(found, exp.Not(this=exp.Is(this=right.copy(), expression=exp.null()))))


def json(column: exp.Expr, path: tuple[str, ...], type: model.Type) -> exp.Expr | s.Unsupported:
    """A value inside a JSON document; missing if it is not there, or is not of the type."""
    where = [s.text(part) for part in path]
    if type.name == "list":
        return s.Unsupported(reason="ClickHouse has no list that is missing: an empty one stands for it")
    found = _scalar(column, where, type)
    match type.name:
        case "text" | "enum" | "any":
            return found
        case "integer":
            return _if(_is(found, f"^{s.JSON_WHOLE}$"), s.call("toInt64OrNull", found.copy()))
        case "decimal":
            return _if(_is(found, f"^{s.JSON_DECIMAL}$"), s.call("toDecimal128OrNull", found.copy(), s.number(10)))
        case "float":
            return _if(_is(found, f"^{s.JSON_FLOAT}$"), kept(s.call("toFloat64OrNull", found.copy()), type))
        case "boolean":
            ways = [exp.If(this=s.text(str(v).lower()), true=exp.Boolean(this=v)) for v in (True, False)]
            return exp.Case(this=found, ifs=ways)
        case "date":
            # A day that the month has not would be one of the next.
            there = s.call("parseDateTime64BestEffortOrNull", found.copy(), s.number(6), s.text("UTC"))
            return _if(_is(found, f"^{s.JSON_DAY}$"), s.call("toDate32", there))
        case _:
            there = s.call("parseDateTime64BestEffortOrNull", found.copy(), s.number(6), s.text("UTC"))
            return _if(_is(found, f"^{s.JSON_WRITTEN[type.name]}$"), there)


def _scalar(column: exp.Expr, where: list[exp.Expr], type: model.Type) -> exp.Expr:
    """What stands there, as text; a list or an object is none. That of 7.0 is `7`, which is no integer."""
    kind = s.call("JSONType", column, *where)
    plain = s.call("JSONExtractString", column.copy(), *(part.copy() for part in where))
    raw = s.call("JSONExtractRaw", column.copy(), *(part.copy() for part in where))
    others = ("Null", "Array", "Object", *(("Double",) if type.name == "integer" else ()))
    none = [exp.If(this=s.text(each), true=exp.null()) for each in others]
    return exp.Case(this=kind, ifs=[exp.If(this=s.text("String"), true=plain), *none], default=raw)


def _if(condition: exp.Expr, value: exp.Expr) -> exp.Expr:
    return exp.Case(ifs=[exp.If(this=condition, true=value)])


def _is(found: exp.Expr, pattern: str) -> exp.Expr:
    return s.call("match", found.copy(), s.text(pattern))


# ---------------------------------------------------------------- numbers and aggregates


def arithmetic(
    op: str, left: exp.Expr, right: exp.Expr, type: model.Type, digits: tuple[int, int] = (0, 0)
) -> exp.Expr | s.Unsupported:
    """Whole numbers of 128 bits have sums and products of less than 256; what is longer is an error."""
    if type.name == "decimal":
        return WRAPS
    if type.name == "float":
        return s.arithmetic(op, double(left), double(right), type)
    return s.arithmetic(op, _checked(left), _checked(right), type)


def negate(value: exp.Expr, type: model.Type) -> exp.Expr:
    """The least of 64 bits is its own opposite in 64 bits, without a word."""
    return exp.Neg(this=_checked(value) if type.name == "integer" else s.paren(value))


def _checked(value: exp.Expr) -> exp.Expr:
    return s.call("toInt256", s.call("accurateCast", value, s.text("Nullable(Int128)")))


def total(value: exp.Expr, type: model.Type) -> exp.Expr:
    """A sum wraps around where its column would, so the values are widened.

    Not by a constant: ClickHouse would multiply the sum by it instead.
    """
    if isinstance(value, exp.Distinct):
        return exp.Sum(this=exp.Distinct(expressions=[_wide(value.expressions[0], type)]))
    return exp.Sum(this=_wide(value, type))


def _wide(value: exp.Expr, type: model.Type) -> exp.Expr:
    match type.name:
        case "integer":
            return _checked(value)
        case "decimal":
            one = s.call("materialize", s.call("toDecimal256", s.text("1"), s.number(0)))
            return exp.Mul(this=s.paren(value), expression=one)
        case _:
            return value


def least(value: exp.Expr, type: model.Type) -> exp.Expr:
    return s.call("minOrNull", value)


def median(value: exp.Expr, type: model.Type) -> exp.Expr:
    """The mean of the two middle values, added exactly and halved as a float (they are one for an odd number)."""
    low, high = s.call("quantileExactLow", value), s.call("quantileExactHigh", value.copy())
    both = exp.Add(this=_wide(low, type), expression=_wide(high, type))
    return exp.Div(this=double(both), expression=s.number(2))


def unfold(source: exp.Table, key: exp.Column, name: exp.Identifier, held: s.Held) -> exp.Expr:
    """A list of the texts that hold of a row, of which each becomes a row."""
    texts, conditions = (exp.Array(expressions=list(each)) for each in zip(*held, strict=True))
    one, holds = exp.to_identifier("one"), exp.to_identifier("holds")
    chosen = exp.Lambda(this=exp.Column(this=holds.copy()), expressions=[one, holds])
    each = s.call("arrayJoin", s.call("arrayFilter", chosen, texts, conditions))
    return exp.select(exp.Alias(this=each, alias=name), key).from_(source, copy=False)


# ---------------------------------------------------------------- steps in order, by one number for each row

SINCE_1900 = 2_208_988_800_000_000  # microseconds up to 1970: instants lie between 1900 and 2299


def lag(value: exp.Expr) -> exp.Expr:
    """The value of the row before: older versions have no LAG."""
    return s.call("lagInFrame", value)


def _place(parts: list[tuple[exp.Expr, int]], wide: bool) -> exp.Expr:
    type = "toUInt128" if wide else "toUInt64"
    shifted = [s.call("bitShiftLeft", s.call(type, value), s.number(by)) if by else value for value, by in parts]
    place = shifted[0]
    for each in shifted[1:]:
        place = exp.Add(this=place, expression=each)
    return place


def _moment(at: exp.Expr) -> exp.Expr:
    """It is there: rows without a time are in no window."""
    micros = s.call("toUnixTimestamp64Micro", s.call("assumeNotNull", _instant(at)))
    return exp.Paren(this=exp.Add(this=micros, expression=s.number(SINCE_1900)))


def _tie(value: exp.Expr, type: str) -> exp.Expr:
    if type == "boolean":
        return s.call("ifNull", s.call("toUInt8", value), s.number(2))
    least, last = s.number(2**63), s.call("bitShiftLeft", s.call("toUInt128", s.number(1)), s.number(65))
    return s.call("ifNull", s.call("toUInt128", exp.Add(this=s.call("toInt128", value), expression=least)), last)


def _within(place: exp.Expr, conditions: list[exp.Expr], distance: int) -> exp.Expr:
    """Of the places of a step, the function keeps the last one that is near enough: docs/plans.md says why that is exact."""
    found = exp.ParameterizedAgg(
        this=exp.Identifier(this="windowFunnel"), expressions=[s.number(distance)], params=[place, *conditions]
    )
    return exp.GTE(this=found, expression=s.number(len(conditions)))


def _ordered(place: exp.Expr, conditions: list[exp.Expr]) -> exp.Expr:
    return _sequence(".*".join(f"(?{n})" for n in range(1, len(conditions) + 1)), place, conditions)


def _adjacent(place: exp.Expr, conditions: list[exp.Expr], between: exp.Expr) -> exp.Expr:
    return _sequence("(?1)(?2)", place, [*conditions, between])


def _sequence(pattern: str, place: exp.Expr, conditions: list[exp.Expr]) -> exp.Expr:
    """Never with a limit on time in the pattern: then the function tries choices, and gives up after a million."""
    return exp.ParameterizedAgg(
        this=exp.Identifier(this="sequenceMatch"), expressions=[s.text(pattern)], params=[place, *conditions]
    )


PACKING = s.Packing(
    instant=54,
    ties={"boolean": 2, "integer": 66},
    bits=63,
    wide=128,
    most=31,
    place=_place,
    moment=_moment,
    tie=_tie,
    within=_within,
    ordered=_ordered,
    adjacent=_adjacent,
)
