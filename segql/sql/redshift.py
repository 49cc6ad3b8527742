"""What Amazon Redshift spells in its own way: https://docs.aws.amazon.com/redshift/latest/dg/c_SQL_reference.html

It is written in the forms that Redshift has in common with PostgreSQL, so that the same text can be run on PostgreSQL.
Redshift has frames of ROWS alone, does not see blanks at the end of a text when it compares, and reads a backslash in a
literal as an escape.
"""

from __future__ import annotations

from sqlglot import exp

from segql.semantics import model
from segql.sql import postgres as pg
from segql.sql import spellings as s

LONGEST_TEXT = 65535  # bytes of a VARCHAR

ZONES = s.Unsupported(
    reason="Redshift does not say which instant a local time is that the clocks show twice or never; pin now, or use UTC"
)
LETTERS = s.Unsupported(reason="Redshift does not say what it does to each letter")
PATTERNS = s.Unsupported(reason="Redshift has regular expressions of its own: use `like`, `contains` or `starts with`")
DOCUMENTS = s.Unsupported(
    reason="Redshift reads a value that is not there as an empty text: keep it in a column of its own"
)
STRUCTS = s.Unsupported(
    reason="Redshift compares the parts of a SUPER in ways of its own: keep each in a column of its own"
)
MEDIAN = s.Unsupported(reason="Redshift rounds the middle of two decimals")
LISTS = s.Unsupported(reason="Redshift has no lists")
DECIMALS = s.Unsupported(reason="Redshift keeps 38 digits of a product, and rounds the others away")


def now(zoned: bool) -> exp.Expr:
    """GETDATE is the start of the statement, as the session's zone shows it; as a value with a zone it is that instant.

    https://docs.aws.amazon.com/redshift/latest/dg/r_GETDATE.html
    """
    instant = s.cast(s.call("GETDATE"), "TIMESTAMPTZ")
    return instant if zoned else s.timezone_utc(instant)


def text(value: str) -> exp.Expr | s.Unsupported:
    """A literal; a backslash by its number, for PostgreSQL and Redshift read it in two ways."""
    if value.endswith(" "):
        return s.Unsupported(reason="Redshift does not see blanks at the end of a text")
    if len(value.encode()) > LONGEST_TEXT:
        return s.Unsupported(reason=f"texts there have {LONGEST_TEXT} bytes at most")
    backslash = s.call("CHR", s.number(92))
    found: exp.Expr | None = None
    for number, part in enumerate(value.split("\\")):
        if number:
            found = exp.DPipe(this=found or s.text(""), expression=backslash.copy())
        found = s.text(part) if found is None else exp.DPipe(this=found, expression=s.text(part)) if part else found
    assert found is not None
    return exp.Paren(this=found) if isinstance(found, exp.DPipe) else found


def held(value: exp.Expr, type: model.Type) -> exp.Expr:
    """A text is not cast: that would cut it after 256 bytes."""
    if type.name in ("text", "enum", "any"):
        return s.cast(value, "VARCHAR") if s.is_null(value) else value
    if type.name == "list":
        return value
    to = s.decimal(28, 10) if type.name == "decimal" else exp.DataType(this=exp.DataType.Type[pg.TYPES[type.name]])
    return exp.Cast(this=value, to=to)


def back(local: exp.Expr, count: int, unit: str) -> exp.Expr:
    """A step on the calendar: from the first of a month to the first of a month, then on by the days, up to its last.

    So it does not matter what the engine makes of the 31st of a short month.
    """
    months = {"month": 1, "quarter": 3, "year": 12}.get(unit)
    if months is None:
        return s.minus_interval(local, count, unit)
    month, day = (s.date_trunc(local.copy(), start) for start in ("month", "day"))
    first = exp.Paren(this=s.minus_interval(month, count * months, "month"))
    next_first = exp.Paren(this=exp.Sub(this=month.copy(), expression=s.interval(count * months - 1, "month")))
    on = exp.Add(this=first, expression=exp.Paren(this=exp.Sub(this=local.copy(), expression=month.copy())))
    last = exp.Add(
        this=exp.Paren(this=s.minus_interval(next_first, 1, "day")),
        expression=exp.Paren(this=exp.Sub(this=local.copy(), expression=day)),
    )
    return s.call("LEAST", on, last)


def instant(local: exp.Expr, zone: str, zoned: bool) -> exp.Expr | s.Unsupported:
    return s.timezone_instant(local, zone, zoned) if zone == "UTC" else ZONES


def weekday(local: exp.Expr) -> exp.Expr:
    """DOW is 0 for Sunday."""
    shifted = exp.Paren(this=exp.Add(this=s.extract("dow", local), expression=s.number(6)))
    return exp.Paren(
        this=exp.Add(this=exp.Paren(this=exp.Mod(this=shifted, expression=s.number(7))), expression=s.number(1))
    )


def least(value: exp.Expr, type: model.Type) -> exp.Expr:
    return s.call("BOOL_AND", value) if type.name == "boolean" else exp.Min(this=value)


def arithmetic(
    op: str, left: exp.Expr, right: exp.Expr, type: model.Type, digits: tuple[int, int] = (0, 0)
) -> exp.Expr | s.Unsupported:
    """https://docs.aws.amazon.com/redshift/latest/dg/r_numeric_computations201.html"""
    return DECIMALS if op == "*" and type.name == "decimal" else s.arithmetic(op, left, right, type)
