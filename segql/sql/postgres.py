"""What PostgreSQL 17 and later spell in their own way: https://www.postgresql.org/docs/current/functions.html"""

from __future__ import annotations

from sqlglot import exp

from segql.semantics import model
from segql.sql import spellings as s
from segql.sql.patterns import for_postgres

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


def data_type(type: model.Type) -> exp.DataType:
    if type.name == "list":
        item = data_type(type.item or model.Type(name="text"))
        return exp.DataType(this=exp.DataType.Type.ARRAY, expressions=[item], nested=True)
    return exp.DataType(this=exp.DataType.Type[TYPES[type.name]])


def null(type: model.Type) -> exp.Expr:
    """NULL with its type: the branches of a UNION are matched two by two, and a bare NULL is taken for text."""
    return exp.null() if type.name == "any" else exp.Cast(this=exp.null(), to=data_type(type))


def held(value: exp.Expr, type: model.Type) -> exp.Expr:
    return exp.Cast(this=value, to=data_type(type))


def elapsed(start: exp.Expr, end: exp.Expr) -> exp.Expr:
    """Seconds of an interval of days and less, exact to the microsecond."""
    between = exp.Paren(this=exp.Sub(this=end, expression=start))
    seconds = exp.Extract(this=exp.Var(this="EPOCH"), expression=between)
    return s.cast(exp.Mul(this=seconds, expression=s.number(1_000_000)), "BIGINT")


def weekday(local: exp.Expr) -> exp.Expr:
    return s.extract("isodow", local)


# ---------------------------------------------------------------- text


def collated(value: exp.Expr, name: str) -> exp.Expr:
    """A text under a collation of its own, whatever that of the database is."""
    return exp.Collate(this=s.paren(value), expression=exp.Identifier(this=name, quoted=True))


def in_order(value: exp.Expr) -> exp.Expr:
    return collated(value, "C")


def tie(value: exp.Expr, type: model.Type | None) -> exp.Expr | s.Unsupported:
    """Text is ordered by the collation of the database, unless it is known to be text."""
    if type is None or type.name == "any":
        return s.Unsupported(
            reason="texts follow the database's collation: declare the column as a field, with its type"
        )
    return in_order(value) if type.name in ("text", "enum") else value


def least(value: exp.Expr, type: model.Type) -> exp.Expr | s.Unsupported:
    if type.name in ("text", "enum"):
        return exp.Min(this=in_order(value))
    if type.name == "any":
        return s.Unsupported(reason="its type is not known: declare it")
    return s.call("BOOL_AND", value) if type.name == "boolean" else exp.Min(this=value)


def like(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Without an escape character."""
    return exp.Escape(this=exp.Like(this=left, expression=right), expression=s.text(""))


def contains(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.GT(this=s.call("STRPOS", left, right), expression=exp.Literal.number(0))


def ends_with(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.EQ(this=s.call("RIGHT", left, s.call("LENGTH", right)), expression=right.copy())


def matches(left: exp.Expr, right: exp.Expr) -> exp.Expr | s.Unsupported:
    if not (isinstance(right, exp.Literal) and right.is_string):
        return s.Unsupported(reason="the expression has to be known when the SQL is written")
    pattern = for_postgres(right.this)
    if pattern is None:
        return s.Unsupported(reason="the expression has parts that PostgreSQL may read in another way")
    return exp.RegexpLike(this=in_order(left), expression=s.text(pattern))


def lower(value: exp.Expr) -> exp.Expr:
    """One letter for one letter, whatever the language of the database is."""
    return exp.Lower(this=collated(value, "pg_c_utf8"))


def upper(value: exp.Expr) -> exp.Expr:
    """As `lower`; PostgreSQL leaves ß alone, whose capital is ẞ (R11.10)."""
    capital = exp.Replace(this=value, expression=s.text("ß"), replacement=s.text("ẞ"))
    return exp.Upper(this=collated(capital, "pg_c_utf8"))


# ---------------------------------------------------------------- structs, lists and documents


def epoch(value: exp.Expr, unit: model.EpochUnit) -> exp.Expr:
    """Whole seconds and the rest apart: a product with an interval is a float, which holds each of them exactly."""
    value, each = s.paren(value), s.PER_SECOND[unit]
    start = s.timestamp(s.EPOCH, False)
    if each == 1:
        return exp.Add(this=start, expression=exp.Mul(this=value, expression=s.interval(1, "second")))
    whole = exp.Div(this=value, expression=s.number(each), typed=True)
    rest = exp.Mul(this=exp.Mod(this=value.copy(), expression=s.number(each)), expression=s.interval(1, unit[:-1]))
    whole_seconds = exp.Mul(this=whole, expression=s.interval(1, "second"))
    return exp.Add(this=exp.Add(this=start, expression=whole_seconds), expression=rest)


def member(column: exp.Expr, path: tuple[str, ...]) -> exp.Expr:
    """A field of a composite type."""
    for part in path:
        column = exp.Dot(this=exp.Paren(this=column), expression=exp.Identifier(this=part, quoted=True))
    return column


ENTRY = s.Unsupported(reason="PostgreSQL has no short form for it: keep it in a column of its own")


def list_contains(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.EQ(this=right, expression=exp.Any(this=exp.Paren(this=left)))


WHOLE = f"^{s.JSON_WHOLE}$"
DAY = f"^{s.JSON_DAY}$"


def json(column: exp.Expr, path: tuple[str, ...], type: model.Type) -> exp.Expr | s.Unsupported:
    """A value inside a JSON document; missing if it is not there, or is not of the type."""
    # A list or an object has no .string(), and a strict path does not look into lists.
    found = s.call("JSON_VALUE", s.cast(column, "JSONB"), s.text(f"strict {s.json_path(path)}.string()"))
    match type.name:
        case "text" | "enum" | "any":
            return found
        case "integer" | "decimal" | "float":
            return _number(found, type)
        case "boolean":
            return exp.Case(ifs=[exp.If(this=_is(found, "^(true|false)$"), true=_cast(found, type))])
        case "date":
            return exp.Case(ifs=[exp.If(this=_valid(found, DAY, "date"), true=_cast(found, type))])
        case "timestamp" | "timestamptz":
            return s.json_moment(found, type, _moment, s.timezone_utc)
        case _:
            return s.Unsupported(reason="PostgreSQL has no list of a declared type in a JSON document")


def _number(found: exp.Expr, type: model.Type) -> exp.Expr:
    if type.name == "integer":  # what is longer than 64 bits is none
        number = s.cast(found.copy(), "DECIMAL")
        fits = exp.Between(this=number.copy(), low=s.number(-(2**63)), high=s.number(2**63 - 1))
        inner = exp.Case(ifs=[exp.If(this=fits, true=_cast(number, type))])
        return exp.Case(ifs=[exp.If(this=_is(found, WHOLE), true=inner)])
    return exp.Case(ifs=[exp.If(this=_is(found, f"^{s.JSON_WRITTEN[type.name]}$"), true=_cast(found, type))])


def _moment(found: exp.Expr, pattern: str, said: exp.Expr) -> exp.If:
    valid = s.call("PG_INPUT_IS_VALID", said.copy(), s.text("timestamptz"))
    return exp.If(this=s.all_of(_is(found, f"^{pattern}$"), valid), true=s.cast(said, "TIMESTAMPTZ"))


def _is(found: exp.Expr, pattern: str) -> exp.Expr:
    return exp.RegexpLike(this=found.copy(), expression=s.text(pattern))


def _valid(found: exp.Expr, pattern: str, type: str) -> exp.Expr:
    return s.all_of(_is(found, pattern), s.call("PG_INPUT_IS_VALID", found.copy(), s.text(type)))


def _cast(value: exp.Expr, type: model.Type) -> exp.Expr:
    return exp.Cast(this=value.copy(), to=data_type(type))


# ---------------------------------------------------------------- aggregates and frames


def median(value: exp.Expr, type: model.Type) -> exp.Expr:
    """The mean of the two middle values, added exactly and halved as a float (they are one for an odd number)."""
    both = exp.Add(this=_middle(value, False), expression=_middle(value, True))
    return exp.Div(this=s.double(both), expression=exp.Literal.number(2))


def _middle(value: exp.Expr, down: bool) -> exp.Expr:
    order = exp.Order(expressions=[exp.Ordered(this=value.copy(), desc=down, nulls_first=down)])
    half = exp.Anonymous(this="PERCENTILE_DISC", expressions=[s.number_half()])
    return exp.WithinGroup(this=half, expression=order)
