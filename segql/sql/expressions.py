"""Expressions on one row: model → sqlglot.

A predicate is true in SQL exactly when it is true by the contract; where the contract says false, SQL may say NULL.
That is enough for WHERE and CASE, and every `not` is built so that it keeps it (R11).
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import assert_never

from sqlglot import exp

from segql.semantics import calendar, model
from segql.sql import spellings as s
from segql.sql.digits import after_point
from segql.sql.target import Target

Read = model.FieldRead | model.TableRead | model.LabelRead
Reads = Callable[[Read], exp.Expr]

INTEGER = model.Type(name="integer")

# Words that some engine keeps for itself; a name among them is quoted, and so is any name that is not plain.
_WORDS = """
add all alter analyse analyze and anti any array as asc asof asymmetric at authorization autoincrement between
binary both by case cast check collate collation column commit concurrently constraint create cross current
current_catalog current_date current_role current_schema current_time current_timestamp current_user date day
default deferrable delete desc describe distinct do drop else end escape except exists extract false fetch
filter first following for foreign freeze from full function glob grant group groups having hour ilike in
index initially inner insert intersect interval into is isnull join key lambda last lateral leading left like
limit localtime localtimestamp map minute month natural not nothing notnull null offset on only or order outer
over overlaps partition pivot pivot_longer pivot_wider placing positional preceding primary qualify raise
range recursive references returning right row rows second select semi session_user set show similar some
struct summarize symmetric system system_user table tablesample then time timestamp to trailing transaction
true union unique unnest unpack unpivot update user using values variadic verbose view when where window with
within year
"""
RESERVED = frozenset(_WORDS.split())


def identifier(name: str) -> exp.Identifier:
    """A name of the user's, or ours: quoted wherever an engine could read it as something else."""
    return exp.Identifier(this=name, quoted=not _is_plain(name))


@lru_cache(maxsize=4096)
def _is_plain(name: str) -> bool:
    return name.isascii() and name.isidentifier() and name == name.lower() and name not in RESERVED


def column(name: str, table: str = "") -> exp.Column:
    """A column, of a table if one is named."""
    return exp.Column(this=identifier(name), table=identifier(table) if table else None)


def table(name: str, alias: str = "") -> exp.Table:
    """A query or table by its name."""
    return exp.Table(this=identifier(name), alias=exp.TableAlias(this=identifier(alias)) if alias else None)


def place(target: Target, kept: model.Column, type: model.Type, table: str) -> exp.Expr:
    """Where a value is kept, read from a row of `table`."""
    if kept.epoch:
        return target.spell("epoch", place(target, kept.replace(epoch=None), INTEGER, table), kept.epoch)
    own = column(kept.name, table)
    if kept.json:
        return target.spell("json", own, kept.path, type)
    found = target.spell("member", own, kept.path) if kept.path else own
    if kept.entry:
        found = target.spell("entry", found, kept.entry.by, kept.entry.value, kept.entry.path)
    return target.spell("kept", found, type)


def relation(target: Target, data: model.Data, alias: str) -> exp.Expr:
    """The rows of a source or table, under a name."""
    source = data.relation
    if source.file:
        types = {f.column.name: f.held for f in (*data.fields, *_times(data)) if f.column.is_whole}
        found = target.spell("file", _path(target, source), types)
        found.set("alias", exp.TableAlias(this=identifier(alias)))
        return found
    parts = [identifier(part) for part in source.parts]
    names = dict(zip(("this", "db", "catalog"), reversed(parts[-3:]), strict=False))
    table = exp.Table(**names, alias=exp.TableAlias(this=identifier(alias)))
    kept = (*(field.column for field in (*data.fields, *_times(data))), *(key.column for key in data.keys))
    table.meta["columns"] = tuple(column.name for column in kept)
    return table


def _times(data: model.Data) -> tuple[model.Field, ...]:
    return (data.time,) if data.time else ()


def _path(target: Target, source: model.Relation) -> str:
    if "://" in source.file or os.path.isabs(source.file):
        return source.file
    found = os.path.normpath(os.path.join(source.directory, source.file))
    return found.removeprefix(target.root).replace(os.sep, "/")


def row_reads(target: Target, alias: str, time: Callable[[], exp.Expr] | None) -> Reads:
    """Reads fields from a row of `alias`; columns of reference tables by a subquery that can never multiply rows (R13)."""

    def read(node: Read) -> exp.Expr:
        match node:
            case model.FieldRead():
                return place(target, node.column, node.type, alias)
            case model.TableRead():
                return _table_read(target, node, alias, time)
            case model.LabelRead():
                raise AssertionError("labels are read by the plan that joins steps")

    return read


def _table_read(target: Target, node: model.TableRead, alias: str, time: Callable[[], exp.Expr] | None) -> exp.Expr:
    table = node.table
    same = exp.EQ(
        this=place(target, node.key.column, node.key.type, table.name),
        expression=place(target, node.own.column, node.own.type, alias),
    )
    conditions: list[exp.Expr] = [same]
    if table.valid and time is not None:
        conditions.extend(valid_at(table, table.name, time))
    value = target.spell("least", place(target, node.column, node.type, table.name), node.type)
    query = exp.select(value).from_(relation(target, table, table.name), copy=False).where(*conditions, copy=False)
    return exp.Subquery(this=query)


def valid_at(table: model.Data, alias: str, at: Callable[[], exp.Expr]) -> list[exp.Expr]:
    """The rows of a versioned table that are valid at an instant: no start is since ever, no end is still."""
    assert table.valid is not None
    start, end = (column(c.name, alias) for c in table.valid)
    return [
        exp.Paren(
            this=s.any_of(exp.Is(this=start.copy(), expression=exp.null()), exp.LTE(this=start, expression=at()))
        ),
        exp.Paren(this=s.any_of(exp.Is(this=end.copy(), expression=exp.null()), exp.GT(this=end, expression=at()))),
    ]


# ---------------------------------------------------------------- instants


def zoned(type: model.Type) -> bool:
    """Whether values of a type carry their zone: then literals beside them must too."""
    return type.name == "timestamptz"


def now(target: Target, with_zone: bool = False) -> exp.Expr:
    """The one instant of the statement (R2)."""
    return target.spell("timestamp", target.now, with_zone) if target.now else target.spell("now", with_zone)


def moment(target: Target, node: model.Instant, zone: str, with_zone: bool = False) -> exp.Expr:
    """An instant: a literal when now is pinned or the instant is fixed, else reckoned by the engine from its clock."""
    at = known(target, node, zone)
    if at is not None:
        return target.spell("timestamp", at, with_zone)
    assert not isinstance(node, model.Fixed), "it is known"
    if isinstance(node, model.Ago) and node.unit not in calendar.MONTHS:
        elapsed = target.spell("minus", target.spell("now", False), node.count, node.unit)  # a day is 24 hours there
        return target.spell("aware", elapsed) if with_zone else elapsed
    local = target.spell("local", target.spell("now", with_zone), zone, with_zone)
    if isinstance(node, model.UnitStart):
        start = target.spell("trunc", local, node.unit)
        moved = target.spell("back", start, node.back, node.unit) if node.back else start
    else:
        moved = target.spell("back", local, node.count, node.unit)
    return target.spell("instant", moved, zone, with_zone)


def known(target: Target, node: model.Instant, zone: str) -> dt.datetime | None:
    """The instant, if now is pinned or it does not depend on it."""
    if isinstance(node, model.Fixed):
        return node.at
    return reached(node, target.now, zone) if target.now is not None else None


def reached(node: model.Instant, at: dt.datetime, zone: str) -> dt.datetime:
    """The instant, or the first one that the calendar has: a window that begins before it begins there."""
    try:
        return calendar.instant(node, at, zone)
    except (OverflowError, ValueError):
        return dt.datetime.min


# ---------------------------------------------------------------- expressions


def constant(target: Target, node: model.Const) -> exp.Expr:
    """A literal of its type; with bind parameters, a placeholder for a parameter's value."""
    if target.bind and node.param:
        return target.spell("parameter", node.param)
    match node.value:
        case None:
            raise AssertionError("what resolution could not make sense of is never written")
        case bool():
            return target.spell("boolean", node.value)
        case str():
            return target.spell("text", node.value)
        case dt.datetime():
            return target.spell("timestamp", node.value, zoned(node.type))
        case dt.date():
            return target.spell("date", node.value)
        case float():
            return target.spell("double", target.spell("number", Decimal(repr(node.value))))
        case _:
            return target.spell("number", node.value)


def expression(target: Target, node: model.Expr, reads: Reads) -> exp.Expr:
    """An expression or predicate, its fields read by `reads`."""
    match node:
        case model.FieldRead() | model.TableRead() | model.LabelRead():
            return reads(node)
        case model.Const():
            return constant(target, node)
        case model.InstantOf():
            return moment(target, node.instant, node.zone, zoned(node.type))
        case model.And():
            return s.all_of(*(_operand(target, t, reads) for t in node.terms))
        case model.Or():
            return s.any_of(*(_operand(target, t, reads) for t in node.terms))
        case model.Not():
            return _not(target, node.term, reads)
        case model.Compare():
            return _compare(target, node, reads)
        case model.IsMissing():
            return exp.Is(this=s.paren(value_of(target, node.term, reads)), expression=exp.null())
        case model.InList() if any(_differ(node.term, item) for item in node.items):
            each = tuple(model.Compare(left=node.term, op="=", right=item) for item in node.items)
            return exp.Paren(this=expression(target, model.Or(terms=each), reads))
        case model.InList():
            items = [value_of(target, item, reads) for item in node.items]
            return target.spell("one_of", s.paren(value_of(target, node.term, reads)), items)
        case model.Match():
            return _match(target, node, reads)
        case model.Arithmetic():
            left = s.paren(expression(target, node.left, reads))
            right = s.paren(expression(target, node.right, reads))
            return arithmetic(target, node, left, right, node.type)
        case model.Negate():
            return target.spell("negate", expression(target, node.term, reads), node.type)
        case model.Call():
            return _call(target, node, reads)
        case model.Always():
            return exp.true()
        case _:
            assert_never(node)


CONDITIONS = (model.And, model.Or, model.Not, model.Compare, model.IsMissing, model.InList, model.Match, model.Always)


def value_of(target: Target, node: model.Expr, reads: Reads) -> exp.Expr:
    """An expression beside another one: a condition is true or false there, and never missing (R11.1)."""
    found = expression(target, node, reads)
    if not isinstance(node, CONDITIONS):
        return found
    yes, no = (target.spell("boolean", value) for value in (True, False))
    return exp.Case(ifs=[exp.If(this=found, true=yes)], default=no)


def _operand(target: Target, node: model.Expr, reads: Reads) -> exp.Expr:
    found = expression(target, node, reads)
    return exp.Paren(this=found) if isinstance(found, exp.Connector) else found


def _not(target: Target, node: model.Expr, reads: Reads) -> exp.Expr:
    """`not`, so that a missing value makes it true. The short forms are the same where they are used."""
    if isinstance(node, model.IsMissing):
        term = s.paren(value_of(target, node.term, reads))
        return exp.Not(this=exp.Is(this=term, expression=exp.null()))
    if isinstance(node, model.Compare) and node.op == "=" and _never_missing(node.right):
        return target.spell("is_distinct", *_sides(target, node, reads))
    return target.spell("is_not_true", expression(target, node, reads))


def _never_missing(node: model.Expr) -> bool:
    return isinstance(node, model.Const) and (node.value is not None or bool(node.param))


_COMPARE = {"=": exp.EQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}


def _compare(target: Target, node: model.Compare, reads: Reads) -> exp.Expr:
    return compared(node.op, *_sides(target, node, reads))


def _sides(target: Target, node: model.Compare, reads: Reads) -> list[exp.Expr]:
    """The two sides of a comparison, of one type: no session's zone has a say in it."""
    left, right = _same_zone(node.left, node.right), _same_zone(node.right, node.left)
    sides = [s.paren(value_of(target, side, reads)) for side in (left, right)]
    if node.op != "=" and TEXTS & {type_of(left).name, type_of(right).name}:
        sides[0] = target.spell("in_order", sides[0])
    if {type_of(left).name, type_of(right).name} == {"timestamp", "timestamptz"}:
        sides = [in_utc(target, side, type_of(of)) for side, of in zip(sides, (left, right), strict=True)]
    return in_floats(target, sides, (type_of(left), type_of(right)))


def in_floats(target: Target, sides: Sequence[exp.Expr], types: tuple[model.Type, model.Type]) -> list[exp.Expr]:
    """Two sides, and both as floats if one is: some engines would compare the other one exactly, or as a decimal."""
    if not _unlike(*types):
        return list(sides)
    floats = (type.name == "float" for type in types)
    return [side if is_one else target.spell("double", side) for side, is_one in zip(sides, floats, strict=True)]


def _unlike(one: model.Type, other: model.Type) -> bool:
    names = {one.name, other.name}
    return "float" in names and bool(names & {"integer", "decimal"})


def _differ(left: model.Expr, right: model.Expr) -> bool:
    """Whether two sides are compared as something that one of them is not: then not in a list, which has one type."""
    types = (type_of(left), type_of(right))
    return _unlike(*types) or {type.name for type in types} == {"timestamp", "timestamptz"}


TEXTS = {"text", "enum"}


def type_of(node: model.Expr) -> model.Type:
    """The type of an expression; a condition is a boolean."""
    return getattr(node, "type", model.Type(name="boolean"))


def in_utc(target: Target, at: exp.Expr, type: model.Type) -> exp.Expr:
    """An instant without a zone, in UTC: beside one that has none, so that no session's zone has a say."""
    return target.spell("utc", at) if zoned(type) else at


def compared(op: str, left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """A comparison of two values."""
    return _COMPARE[op](this=s.paren(left), expression=s.paren(right))


def _same_zone(node: model.Expr, beside: model.Expr) -> model.Expr:
    """A literal instant beside a column with zones is written with one, so that no session's zone has a say."""
    type = getattr(beside, "type", None)
    if isinstance(node, model.Const | model.InstantOf) and type is not None and zoned(type):
        return node.replace(type=type)  # type: ignore[no-any-return]
    return node


def _match(target: Target, node: model.Match, reads: Reads) -> exp.Expr:
    left, right = s.paren(expression(target, node.term, reads)), s.paren(expression(target, node.pattern, reads))
    if node.op == "contains" and type_of(node.term).name == "list":
        return target.spell("list_contains", left, right)
    return target.spell(node.op.replace(" ", "_"), left, right)


def arithmetic(
    target: Target,
    node: model.Arithmetic | model.MeasureArithmetic,
    left: exp.Expr,
    right: exp.Expr,
    type: model.Type,
) -> exp.Expr:
    """A sum, difference or product; a quotient is a float, and missing on division by zero."""
    if node.op != "/":
        digits = (after_point(node.left), after_point(node.right))
        return target.spell("arithmetic", node.op, left, right, type, digits)
    divisor = exp.Nullif(this=target.spell("double", right), expression=exp.Literal.number(0))
    return exp.Div(this=target.spell("double", left), expression=divisor)


def _call(target: Target, node: model.Call, reads: Reads) -> exp.Expr:
    arguments = [_argument(target, node, a, reads) for a in node.arguments]
    first = arguments[0]
    local = _local_of(target, node, first)
    if node.function == "date" and type_of(node.arguments[0]).name == "date":
        return first
    match node.function:
        case "lower" | "upper" | "trim" | "length":
            return target.spell(node.function, first)
        case "abs":
            return exp.Abs(this=first)
        case "coalesce":
            return exp.Coalesce(this=first, expressions=arguments[1:])
        case "date":
            return target.spell("day", local)
        case "weekday":
            return target.spell("weekday", local)
        case part:
            return target.spell("part", part, local)


def _argument(target: Target, node: model.Call, argument: model.Expr, reads: Reads) -> exp.Expr:
    """An argument; of several instants, those with a zone and those without become what the result is."""
    if node.function != "coalesce" or type_of(argument).name not in ("timestamp", "timestamptz"):
        return value_of(target, argument, reads)
    found = value_of(target, _same_zone(argument, node), reads)
    if not zoned(node.type):
        return in_utc(target, found, type_of(argument))
    literal = isinstance(argument, model.Const | model.InstantOf)
    return found if literal or zoned(type_of(argument)) else target.spell("aware", found)


PARTS = {"hour", "weekday", "day", "month", "year"}


def _local_of(target: Target, node: model.Call, value: exp.Expr) -> exp.Expr:
    type = type_of(node.arguments[0])
    if node.function in PARTS and type.name == "date":
        return target.spell("midnight", value)
    if type.name not in ("timestamp", "timestamptz"):
        return value
    return target.spell("local", value, node.zone, zoned(type))
