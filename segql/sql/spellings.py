"""The cells of the dialect table: small builders of sqlglot nodes, never text.

Instants are naive UTC timestamps unless a column says otherwise (`timestamptz`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal

from sqlglot import exp

from segql.node import Value
from segql.semantics import model


class Unsupported(Value):
    """A cell for what an engine cannot do exactly, and why."""

    reason: str


class Packing(Value):
    """How an engine packs a place in the order of events into one number, and looks for steps in order of such numbers.

    `instant` is how many bits an instant takes, `ties` what may break ties, by type; `bits` is how many a number has whose
    distances can be limited, `wide` how many one of which only the order counts. `most` is how many steps it looks for.
    """

    instant: int
    ties: dict[str, int]
    bits: int
    wide: int
    most: int
    place: Callable[[list[tuple[exp.Expr, int]], bool], exp.Expr]  # (parts, each with the bits after it; wide) → number
    moment: Callable[[exp.Expr], exp.Expr]  # (instant) → its microseconds, from 0
    tie: Callable[[exp.Expr, str], exp.Expr]  # (value, type) → a number from 0, the greatest where it is missing
    within: Callable[
        [exp.Expr, list[exp.Expr], int], exp.Expr
    ]  # (place, conditions, distance) → whether they come in order
    ordered: Callable[[exp.Expr, list[exp.Expr]], exp.Expr]  # (place, conditions) → the same without a limit
    adjacent: Callable[
        [exp.Expr, list[exp.Expr], exp.Expr], exp.Expr
    ]  # (place, two conditions, what may not lie between)


NO_PACKING = Unsupported(reason="the engine does not look for steps in order itself")


# ---------------------------------------------------------------- building blocks


def text(value: str) -> exp.Expr:
    """A text literal."""
    return exp.Literal.string(value)


def number(value: object) -> exp.Expr:
    """A number literal, digits only: never in exponent form."""
    shown = format(value, "f") if not isinstance(value, int) else str(value)
    return exp.Neg(this=exp.Literal.number(shown[1:])) if shown.startswith("-") else exp.Literal.number(shown)


def call(name: str, *arguments: exp.Expr) -> exp.Expr:
    """A function by its own name on the engine."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def cast(value: exp.Expr, type: str) -> exp.Expr:
    """A cast to a type of the dialect."""
    return exp.Cast(this=value, to=exp.DataType(this=exp.DataType.Type[type]))


def paren(value: exp.Expr) -> exp.Expr:
    """In parentheses, unless it binds tighter than anything around it."""
    simple = (
        exp.Column
        | exp.Literal
        | exp.Collate
        | exp.National
        | exp.Parameter
        | exp.Anonymous
        | exp.Cast
        | exp.Func
        | exp.Paren
        | exp.Subquery
    )
    return value if isinstance(value, simple) and not isinstance(value, exp.Connector) else exp.Paren(this=value)


def all_of(*terms: exp.Expr) -> exp.Expr:
    """All of the conditions. Built as nodes: sqlglot's own helper looks at each term for text to parse."""
    return _joined(exp.And, terms)


def any_of(*terms: exp.Expr) -> exp.Expr:
    """Any of the conditions."""
    return _joined(exp.Or, terms)


def _joined(kind: type[exp.Connector], terms: tuple[exp.Expr, ...]) -> exp.Expr:
    found = terms[0]
    for term in terms[1:]:
        found = kind(this=found, expression=term)
    return found


def interval(count: int, unit: str) -> exp.Expr:
    """INTERVAL '30' DAY."""
    return exp.Interval(this=exp.Literal.string(str(count)), unit=exp.Var(this=unit.upper()))


def row(values: list[exp.Expr]) -> exp.Expr:
    """ROW(a, b): where structs are ordered field by field, missing ones last."""
    return call("ROW", *values)


def union_all(parts: Sequence[exp.Expr]) -> exp.Expr:
    """All rows of several queries."""
    found: exp.Expr = parts[0]
    for part in parts[1:]:
        found = exp.Union(this=found, expression=part, distinct=False)
    return found


# ---------------------------------------------------------------- what most engines have


def boolean(value: bool) -> exp.Expr:
    return exp.Boolean(this=value)


def timestamp(at: dt.datetime, zoned: bool) -> exp.Expr:
    written = at.isoformat(sep=" ")
    return cast(text(f"{written}+00"), "TIMESTAMPTZ") if zoned else cast(text(written), "TIMESTAMP")


def date(at: dt.date) -> exp.Expr:
    return cast(text(at.isoformat()), "DATE")


def double(value: exp.Expr) -> exp.Expr:
    """The nearest float."""
    return cast(value, "DOUBLE")


def untyped_null(type: model.Type) -> exp.Expr:
    """NULL, where the engine finds its type out."""
    return exp.null()


def held_as(
    cast: Callable[[exp.Expr, model.Type], exp.Expr | Unsupported],
    listed: Callable[[list[exp.Expr]], exp.Expr] | Unsupported,
) -> Callable[[exp.Expr | list[exp.Expr] | None, model.Type], exp.Expr | Unsupported]:
    """A value as a column of its type holds it: a literal, the items of a list, or None where it is missing."""

    def build(value: exp.Expr | list[exp.Expr] | None, type: model.Type) -> exp.Expr | Unsupported:
        if isinstance(value, list):
            return listed if isinstance(listed, Unsupported) else cast(listed(value), type)
        return cast(exp.null() if value is None else value, type)

    return build


def array(items: list[exp.Expr]) -> exp.Expr:
    """A list by its items."""
    return exp.Array(expressions=items)


def decimal(whole: int, after: int) -> exp.DataType:
    """A decimal with so many digits, before its point and after it."""
    sizes = [exp.DataTypeParam(this=number(digits)) for digits in (whole + after, after)]
    return exp.DataType(this=exp.DataType.Type.DECIMAL, expressions=sizes)


def is_null(value: exp.Expr) -> bool:
    """Whether it is NULL, without a type."""
    return isinstance(value, exp.Null)


def parameter(name: str) -> exp.Expr:
    return exp.Parameter(this=exp.Var(this=name))


def as_it_is(value: exp.Expr, *_: object) -> exp.Expr:
    """Nothing to do."""
    return value


def minus_interval(at: exp.Expr, count: int, unit: str) -> exp.Expr:
    """Elapsed time: on a timestamp without a zone, a day has 24 hours."""
    return exp.Sub(this=at, expression=interval(count, unit))


def plus_interval(at: exp.Expr, count: int, unit: str) -> exp.Expr:
    return exp.Add(this=at, expression=interval(count, unit))


def datediff(start: exp.Expr, end: exp.Expr) -> exp.Expr:
    """Microseconds are the smallest unit, so the borders of them that lie between are all there is."""
    return call("DATEDIFF", exp.Var(this="MICROSECOND"), start, end)


def back_interval(local: exp.Expr, count: int, unit: str) -> exp.Expr:
    """A step on the calendar. INTERVAL of months clamps to the month's end."""
    if unit == "quarter":
        return exp.Sub(this=local, expression=interval(3 * count, "month"))
    return exp.Sub(this=local, expression=interval(count, unit))


def timezone_local(at: exp.Expr, zone: str, zoned: bool) -> exp.Expr:
    """What a zone's clocks show at an instant."""
    if zone == "UTC" and not zoned:
        return at
    return call("TIMEZONE", text(zone), at if zoned else call("TIMEZONE", text("UTC"), at))


def timezone_instant(local: exp.Expr, zone: str, zoned: bool) -> exp.Expr:
    """The instant at which a zone's clocks show a local time: the later of two, and past a gap, in both engines."""
    if zone == "UTC" and not zoned:
        return local
    instant = call("TIMEZONE", text(zone), local)
    return instant if zoned else call("TIMEZONE", text("UTC"), instant)


def timezone_utc(at: exp.Expr) -> exp.Expr:
    """An instant with a zone as the timestamp that UTC's clocks show."""
    return call("TIMEZONE", text("UTC"), at)


def timezone_aware(at: exp.Expr) -> exp.Expr:
    return call("TIMEZONE", text("UTC"), at)


def midnight(day: exp.Expr) -> exp.Expr:
    """A bare date as the local time at which it begins."""
    return cast(day, "TIMESTAMP")


def date_trunc(local: exp.Expr, unit: model.Unit) -> exp.Expr:
    """The start of a calendar unit; weeks start on Monday."""
    return call("DATE_TRUNC", text(unit), local)


def day(local: exp.Expr) -> exp.Expr:
    return cast(local, "DATE")


def extract(part: str, local: exp.Expr) -> exp.Expr:
    return exp.Extract(this=exp.Var(this=part.upper()), expression=local)


def is_not_true(condition: exp.Expr) -> exp.Expr:
    """True unless the condition is true: the two-valued `not` (R11)."""
    return exp.Is(this=paren(condition), expression=exp.Not(this=exp.true()))


def is_distinct(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.NullSafeNEQ(this=left, expression=right)


def is_not_true_by_case(condition: exp.Expr) -> exp.Expr:
    """The same where a condition is no value."""
    found = exp.Case(ifs=[exp.If(this=condition, true=number(0))], default=number(1))
    return exp.EQ(this=found, expression=number(1))


def differs_or_missing(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """`is_distinct` in words that every engine has."""
    missing = exp.Is(this=left.copy(), expression=exp.null())
    return exp.Paren(this=any_of(exp.NEQ(this=left, expression=right), missing))


def quoted(statement: exp.Expr) -> exp.Expr:
    """Every name in quotes: none can be a word of the engine."""
    for name in statement.find_all(exp.Identifier):
        name.set("quoted", True)
    return statement


def group_by_place(statement: exp.Expr) -> exp.Expr:
    """The statement with groups by their place among what is chosen: a name could be that of a column or of what is chosen."""
    for select in statement.find_all(exp.Select):
        places = {chosen.unalias(): count for count, chosen in enumerate(select.selects, 1)}
        for key in select.args["group"].expressions if select.args.get("group") else ():
            if key in places:
                key.replace(number(places[key]))
    return statement


def missing_last(statement: exp.Expr) -> exp.Expr:
    """The statement with orders in which what is missing comes last, for engines that put it first."""
    for order in list(statement.find_all(exp.Order)):
        select = order.parent if isinstance(order.parent, exp.Select) else exp.Select()
        order.set("expressions", [part for term in order.expressions for part in _missing_last(term, select)])
    return statement


def _missing_last(term: exp.Expr, select: exp.Select) -> list[exp.Expr]:
    """A term, after whether it is missing. Inside an expression, the name of a chosen column would be that of a column below."""
    if not isinstance(term, exp.Ordered):
        return [term]
    plain = _as_the_engine_orders(term.this, bool(term.args.get("desc")))
    chosen = {each.alias: each.this for each in select.expressions if isinstance(each, exp.Alias)}
    value = chosen.get(term.this.name, term.this) if isinstance(term.this, exp.Column) else term.this
    missing = exp.Is(this=value.copy(), expression=exp.null())
    if _never(missing, select):
        return [plain]
    last = exp.Case(ifs=[exp.If(this=missing, true=number(1))], default=number(0))
    return [_as_the_engine_orders(last, False), plain]


def _never(missing: exp.Expr, select: exp.Select) -> bool:
    """The keys of a segment are never missing; beside DISTINCT, an order may name nothing but what is chosen."""
    where = select.args.get("where")
    kept = [each.this.unnest() for each in where.find_all(exp.Not)] if where else []
    return bool(select.args.get("distinct")) or missing in kept


def _as_the_engine_orders(value: exp.Expr, descending: bool) -> exp.Expr:
    """Then nothing is printed about what is missing."""
    return exp.Ordered(this=value, desc=descending, nulls_first=not descending)


def number_of_38_digits(value: int | Decimal) -> exp.Expr | Unsupported:
    """Integers of 64 bits, and decimals of 38 digits."""
    if isinstance(value, int):
        return number(value) if -(2**63) < value < 2**63 else Unsupported(reason="integers there have 64 bits")
    _, digits, exponent = value.as_tuple()
    whole, after = len(digits) + int(exponent), max(0, -int(exponent))
    return number(value) if max(whole, 1) + after <= 38 else Unsupported(reason="decimals there have 38 digits")


def same(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    none = [exp.Is(this=side.copy(), expression=exp.null()) for side in (left, right)]
    return any_of(exp.EQ(this=left, expression=right), exp.Paren(this=all_of(*none)))


def one_of(value: exp.Expr, items: list[exp.Expr]) -> exp.Expr:
    return exp.In(this=value, expressions=items)


def function(name: str) -> object:
    """What the engine has as a function."""

    def build(*arguments: exp.Expr) -> exp.Expr:
        return call(name, *arguments)

    return build


def like(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Like(this=left, expression=right)


ESCAPE = "^"


def text_of(value: exp.Expr) -> str | None:
    """The text of a literal."""
    known = isinstance(value, exp.National) or (isinstance(value, exp.Literal) and value.is_string)
    return str(value.this) if known else None


def escaped_like(left: exp.Expr, right: exp.Expr, special: str = "") -> exp.Expr:
    """LIKE in which nothing but `%` and `_` is special: the engine has an escape character by itself, so it is given one."""
    return _with_escape(left, _escaped(right, ESCAPE + special))


def literal_like(left: exp.Expr, right: exp.Expr, before: str, after: str, special: str = "") -> exp.Expr:
    """Whether a text stands in another, with anything before or after it (`%`)."""
    pattern = _escaped(right, f"{ESCAPE}%_{special}")
    known = text_of(pattern)
    if known is not None:
        return _with_escape(left, type(pattern)(**{**pattern.args, "this": f"{before}{known}{after}"}))
    for end, found in ((before, True), (after, False)):
        if end:
            pattern = (
                exp.DPipe(this=text(end), expression=pattern)
                if found
                else exp.DPipe(this=pattern, expression=text(end))
            )
    return _with_escape(left, pattern)


def like_contains(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return literal_like(left, right, "%", "%")


def like_starts_with(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return literal_like(left, right, "", "%")


def like_ends_with(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return literal_like(left, right, "%", "")


def _escaped(pattern: exp.Expr, special: str) -> exp.Expr:
    """The pattern with the escape character before each of these; that itself comes first."""
    known = text_of(pattern)
    for char in special:
        if known is not None:
            known = known.replace(char, ESCAPE + char)
        else:
            pattern = exp.Replace(this=pattern, expression=text(char), replacement=text(ESCAPE + char))
    return pattern if known is None else type(pattern)(**{**pattern.args, "this": known})


def _with_escape(left: exp.Expr, pattern: exp.Expr) -> exp.Expr:
    return exp.Escape(this=exp.Like(this=left, expression=pattern), expression=text(ESCAPE))


def lower(value: exp.Expr) -> exp.Expr:
    return exp.Lower(this=value)


def upper(value: exp.Expr) -> exp.Expr:
    return exp.Upper(this=value)


def lower_one_by_one(value: exp.Expr) -> exp.Expr:
    """Engines with the whole of Unicode's rules make two letters of İ, and look around a Σ: both are changed before."""
    for capital, small in (("İ", "i"), ("Σ", "σ")):
        value = call("REPLACE", value, text(capital), text(small))
    return exp.Lower(this=value)


def doubled_backslashes(pattern: exp.Expr) -> exp.Expr:
    """A pattern of LIKE for an engine where a backslash takes a wild card's meaning away: there is none in ours."""
    if isinstance(pattern, exp.Literal) and pattern.is_string:
        return text(pattern.this.replace("\\", "\\\\"))
    return call("REPLACE", pattern, text("\\"), text("\\\\"))


def dotted(column: exp.Expr, path: tuple[str, ...]) -> exp.Expr:
    """A field inside a struct, by dots."""
    for part in path:
        column = exp.Dot(this=column, expression=exp.Identifier(this=part, quoted=True))
    return column


def from_sunday(day: exp.Expr) -> exp.Expr:
    """The day of a week that begins on Sunday, by 1, as that of one that begins on Monday."""
    days = call("MOD", exp.Add(this=day, expression=number(5)), number(7))
    return exp.Paren(this=exp.Add(this=days, expression=number(1)))


def trim(value: exp.Expr) -> exp.Expr:
    """Where TRIM takes blanks away, and nothing else."""
    return exp.Trim(this=value)


def trim_blanks(value: exp.Expr) -> exp.Expr:
    """Where TRIM without a second argument takes other white space, too."""
    return exp.Trim(this=value, expression=text(" "))


_ARITHMETIC = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}


def arithmetic(
    op: str, left: exp.Expr, right: exp.Expr, type: model.Type, digits: tuple[int, int] = (0, 0)
) -> exp.Expr:
    """`digits` is how many each side has after its point, for engines where the result has no room for any number."""
    return _ARITHMETIC[op](this=left, expression=right)


def total(value: exp.Expr, type: model.Type) -> exp.Expr:
    return exp.Sum(this=value)


def least(value: exp.Expr, type: model.Type) -> exp.Expr:
    return exp.Min(this=value)


def groups_before() -> exp.Expr:
    """All rows before the row's group of equals."""
    one = exp.Literal.number(1)
    return exp.WindowSpec(kind="GROUPS", start="UNBOUNDED", start_side="PRECEDING", end=one, end_side="PRECEDING")


def range_before() -> exp.Expr:
    """The same where groups of equals have been numbered: all rows with a smaller number."""
    one = exp.Literal.number(1)
    return exp.WindowSpec(kind="RANGE", start="UNBOUNDED", start_side="PRECEDING", end=one, end_side="PRECEDING")


def rows_before() -> exp.Expr:
    """The same where each group of equals is one row."""
    one = exp.Literal.number(1)
    return exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end=one, end_side="PRECEDING")


def greatest(value: exp.Expr) -> exp.Expr:
    """Of values that never fall along a frame, the last is the greatest."""
    return exp.Max(this=value)


def last_value(value: exp.Expr) -> exp.Expr:
    """The last value of a frame that is there: it is looked up, where a maximum is kept up to date for each row."""
    return exp.IgnoreNulls(this=exp.LastValue(this=value))


def lag(value: exp.Expr) -> exp.Expr:
    """The value of the row before; missing in the first."""
    return exp.Lag(this=value)


SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}


def micros(count: int, unit: str) -> exp.Expr:
    """A gap of elapsed time as a number of microseconds."""
    return number(count * SECONDS[unit] * 1_000_000)


EPOCH = dt.datetime(1970, 1, 1)
PER_SECOND = {unit: 1_000_000 // each for unit, each in model.MICROSECONDS.items()}


def epoch_micros(value: exp.Expr, unit: model.EpochUnit) -> exp.Expr:
    """The microseconds in a whole number of a unit."""
    each = model.MICROSECONDS[unit]
    return exp.Mul(this=paren(value), expression=number(each)) if each > 1 else value


# ---------------------------------------------------------------- DuckDB: https://duckdb.org/docs/stable/sql/introduction


def utc_now(zoned: bool) -> exp.Expr:
    """now() is the start of the transaction, so one instant for a statement; the other form is the same in UTC."""
    now = call("NOW")
    return now if zoned else call("TIMEZONE", text("UTC"), now)


def duckdb_epoch(value: exp.Expr, unit: model.EpochUnit) -> exp.Expr:
    """Of 64 bits, since the product of smaller ones would run over."""
    return call("MAKE_TIMESTAMP", epoch_micros(cast(value, "BIGINT"), unit))


def duckdb_elapsed(start: exp.Expr, end: exp.Expr) -> exp.Expr:
    return call("DATE_DIFF", text("microsecond"), start, end)


def duckdb_member(column: exp.Expr, path: tuple[str, ...]) -> exp.Expr:
    """A field inside a struct."""
    for part in path:
        column = call("STRUCT_EXTRACT", column, text(part))
    return column


def entries(name: str, column: exp.Expr, by: str, value: str, member: Callable[..., exp.Expr]) -> exp.Expr:
    """The structs of a list whose field `by` has a value."""
    one = exp.to_identifier("entry")
    has = exp.EQ(this=member(one, (by,)), expression=text(value))
    return call(name, column, exp.Lambda(this=has, expressions=[one.copy()]))


def duckdb_entry(column: exp.Expr, by: str, value: str, path: tuple[str, ...]) -> exp.Expr:
    first = call("LIST_EXTRACT", entries("LIST_FILTER", column, by, value, duckdb_member), number(1))
    return duckdb_member(first, path)


DUCKDB_TYPES = {
    "text": "VARCHAR",
    "enum": "VARCHAR",
    "integer": "BIGINT",
    "decimal": "DECIMAL",
    "float": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMPTZ",
    "any": "VARCHAR",
}


def duckdb_type(type: model.Type) -> exp.DataType:
    """A type of ours as DuckDB has it; decimals hold 28 digits before the point and 10 after it."""
    if type.name == "list":
        return exp.DataType(this=exp.DataType.Type.ARRAY, expressions=[duckdb_type(type.item or type)], nested=True)
    if type.name == "decimal":
        return decimal(28, 10)
    return exp.DataType(this=exp.DataType.Type[DUCKDB_TYPES[type.name]])


def duckdb_cast(value: exp.Expr, type: model.Type) -> exp.Expr:
    """A value of a type of ours."""
    return exp.Cast(this=value, to=duckdb_type(type))


def duckdb_json(column: exp.Expr, path: tuple[str, ...], type: model.Type) -> exp.Expr:
    """A value inside a JSON document; missing if it is not there, or is not of the type."""
    where = text(_duckdb_path(path))
    if type.name == "list":
        return _duckdb_list(call("JSON_EXTRACT", column, where), type.item or model.Type(name="text"))
    found = call("JSON_EXTRACT_STRING", column, where)
    match type.name:
        case "text" | "enum" | "any":  # a list or an object is no JSON_VALUE, but has a text
            return call("JSON_EXTRACT_STRING", call("JSON_VALUE", column, where), text("$"))
        case "timestamp" | "timestamptz":
            return json_moment(found, type, _duckdb_moment, timezone_utc)
        case _:
            # A cast alone would round 1.5 to the integer 2, and read `yes` as true, `+7` as a number and `today` as a date.
            written = _duckdb_written(found, JSON_WRITTEN[type.name])
            return exp.Case(ifs=[exp.If(this=written, true=exp.TryCast(this=found, to=duckdb_type(type)))])


def _duckdb_moment(found: exp.Expr, pattern: str, said: exp.Expr) -> exp.If:
    read = exp.TryCast(this=said, to=duckdb_type(model.Type(name="timestamptz")))
    return exp.If(this=_duckdb_written(found, pattern), true=read)


def _duckdb_path(path: tuple[str, ...]) -> str:
    """A pointer; one with a number in it would lead into lists, too."""
    if any(part.isdecimal() for part in path):
        return json_path(path)
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path)


def _duckdb_list(found: exp.Expr, item: model.Type) -> exp.Expr:
    """A list whose items are all of the type, or missing."""
    read = exp.TryCast(this=found, to=duckdb_type(model.Type(name="list", item=item)))
    if item.name in JSON_WRITTEN:
        one = f"""{JSON_WRITTEN[item.name]}|"({JSON_WRITTEN[item.name]})"|null"""
        written = _duckdb_written(cast(found.copy(), "TEXT"), rf"\[(({one})(,({one}))*)?\]")
        return exp.Case(ifs=[exp.If(this=written, true=read)])
    inner = exp.Array(expressions=[text("ARRAY"), text("OBJECT")])
    deep = call("LIST_HAS_ANY", call("JSON_TYPE", found.copy(), text("$[*]")), inner)
    return exp.Case(ifs=[exp.If(this=exp.Not(this=deep), true=read)])


def _duckdb_written(found: exp.Expr, pattern: str) -> exp.Expr:
    return call("REGEXP_FULL_MATCH", found.copy(), text(pattern))


# How a document writes a value (R11.9); the same in each dialect that has such patterns.
JSON_WHOLE = "-?[0-9]+"
JSON_DECIMAL = "-?[0-9]{1,28}([.][0-9]{1,9}0*)?"  # what decimals of all engines hold without rounding
JSON_FLOAT = "-?[0-9]{1,200}([.][0-9]{1,200})?([eE][-+]?[0-9]{1,2})?"  # no float overflows by that
JSON_DAY = "[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
JSON_MOMENT = f"{JSON_DAY}[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{{1,6}})?"
JSON_OFFSET = "(Z|[-+](0[0-9]|1[0-3]):[0-5][0-9])"
JSON_WRITTEN = {
    "integer": JSON_WHOLE,
    "decimal": JSON_DECIMAL,
    "float": JSON_FLOAT,
    "boolean": "true|false",
    "date": JSON_DAY,
    "timestamp": f"{JSON_MOMENT}{JSON_OFFSET}?",
    "timestamptz": f"{JSON_MOMENT}{JSON_OFFSET}?",
}


def json_moment(
    found: exp.Expr,
    type: model.Type,
    read: Callable[
        [exp.Expr, str, exp.Expr], exp.If
    ],  # what is there, its pattern, the same with its offset → an instant
    utc: Callable[[exp.Expr], exp.Expr],
) -> exp.Expr:
    """An instant in a document: with an offset it is that one, without it is UTC."""
    ways = []
    for pattern, said in (
        (f"{JSON_MOMENT}{JSON_OFFSET}", found.copy()),
        (JSON_MOMENT, call("CONCAT", found.copy(), text("Z"))),
    ):
        way = read(found, pattern, said)
        if type.name == "timestamp":
            way.set("true", utc(way.args["true"]))
        ways.append(way)
    return exp.Case(ifs=ways)


def json_path(path: tuple[str, ...]) -> str:
    """The way to a value by names alone, in quotes."""
    return "$" + "".join('."' + part.replace("\\", "\\\\").replace('"', '\\"') + '"' for part in path)


# ---------------------------------------------------------------- which of several conditions hold of a row

HELD = "held"
Held = list[tuple[exp.Expr, exp.Expr]]


def in_turn(source: exp.Table, key: exp.Column, name: exp.Identifier, held: Held) -> exp.Expr:
    """A query of the rows for each condition: where they are kept, that is all it takes."""
    return union_all(
        [
            exp.select(exp.Alias(this=text, alias=name.copy()), key.copy())
            .from_(source.copy(), copy=False)
            .where(condition, copy=False)
            for text, condition in held
        ]
    )


def unnested(source: exp.Table, key: exp.Column, name: exp.Identifier, held: Held) -> exp.Expr:
    """Each row beside a list of the texts that hold of it, and of nothing for the others."""
    alias = exp.TableAlias(this=exp.Identifier(this=HELD), columns=[name.copy()])
    each = exp.Unnest(expressions=[_list_of(held)], alias=alias)
    found = exp.select(exp.Column(this=name), key).from_(source, copy=False).join(each, join_type="cross", copy=False)
    return found.where(_is_there(name), copy=False)


def exploded(source: exp.Table, key: exp.Column, name: exp.Identifier, held: Held) -> exp.Expr:
    """The same where a list becomes rows in a SELECT."""
    each = exp.select(exp.Alias(this=exp.Explode(this=_list_of(held)), alias=name), key).from_(source, copy=False)
    inner = exp.Subquery(this=each, alias=exp.TableAlias(this=exp.Identifier(this=HELD)))
    chosen = exp.select(exp.Column(this=name.copy()), exp.Column(this=key.this.copy()))
    return chosen.from_(inner, copy=False).where(_is_there(name), copy=False)


def _list_of(held: Held) -> exp.Expr:
    return exp.Array(expressions=[exp.Case(ifs=[exp.If(this=condition, true=text)]) for text, condition in held])


def _is_there(name: exp.Identifier) -> exp.Expr:
    return exp.Not(this=exp.Is(this=exp.Column(this=name.copy()), expression=exp.null()))


def crossed(source: exp.Table, key: exp.Column, name: exp.Identifier, held: Held) -> exp.Expr:
    """Each row beside all texts, which are told apart by numbers: what needs neither lists nor LATERAL."""
    place = exp.Identifier(this="place")
    texts, conditions = [], []
    for at, (text, condition) in enumerate(held, start=1):
        texts.append(
            exp.select(exp.Alias(this=number(at), alias=place.copy()), exp.Alias(this=text, alias=name.copy()))
        )
        own = exp.EQ(this=exp.Column(this=place.copy(), table=exp.Identifier(this=HELD)), expression=number(at))
        either = exp.Paren(this=condition) if isinstance(condition, exp.Or) else condition
        conditions.append(exp.Paren(this=exp.And(this=own, expression=either)))
    every = exp.Subquery(this=union_all(texts), alias=exp.TableAlias(this=exp.Identifier(this=HELD)))
    return (
        exp.select(exp.Column(this=name, table=exp.Identifier(this=HELD)), key)
        .from_(source, copy=False)
        .join(every, join_type="cross", copy=False)
        .where(any_of(*conditions), copy=False)
    )


def negate(value: exp.Expr, type: model.Type) -> exp.Expr:
    return exp.Neg(this=paren(value))


def duckdb_median(value: exp.Expr, type: model.Type) -> exp.Expr:
    """The mean of the two middle values, added exactly and halved as a float (they are one for an odd number)."""
    low = call("QUANTILE_DISC", value, number_half())
    high = call("QUANTILE_DISC", exp.Neg(this=paren(value.copy())), number_half())
    both = cast(exp.Sub(this=low, expression=high), "DOUBLE")
    return exp.Div(this=both, expression=exp.Literal.number(2))


def number_half() -> exp.Expr:
    return exp.Literal.number("0.5")
