"""Queries to text that people read."""

from __future__ import annotations

import datetime as dt
from functools import cache

import sqlglot
from sqlglot.dialects.dialect import Dialect as SqlglotDialect
from sqlglot.generator import Generator

from segql.node import Value
from segql.semantics import model
from segql.sql.dialects import BY_NAME
from segql.sql.expressions import Target
from segql.sql.lower import lower
from segql.version import __version__

WIDTH = 100


class Refused(Value):
    """Something that a dialect cannot say exactly, why, and the dialects that can."""

    what: str
    reason: str
    others: tuple[str, ...]


def statement(
    program: model.Program,
    segment: model.Segment,
    dialect: str,
    now: dt.datetime | None = None,
    bind: bool = False,
    directory: str = "",
) -> str | tuple[Refused, ...]:
    """The SQL of a segment, or what the dialect cannot say of it. Same input, same text."""
    row = BY_NAME[dialect]
    target = Target(dialect=row, now=now, bind=bind, directory=directory)
    return _generator(row.sqlglot).generate(lower(target, program, segment), copy=False)


@cache
def _generator(dialect: str) -> Generator:
    """What prints a dialect: made once, for making it costs as much as printing a statement."""
    return SqlglotDialect.get_or_raise(dialect).generator(pretty=True, max_text_width=WIDTH, comments=False)


@cache
def versions() -> str:
    """What wrote the SQL: the same everywhere the same versions are installed."""
    return f"segql {__version__}, sqlglot {sqlglot.__version__}"  # type: ignore[attr-defined]
