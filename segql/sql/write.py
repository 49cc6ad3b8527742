"""Queries to text that people read."""

from __future__ import annotations

import datetime as dt
from functools import cache

import sqlglot
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect as SqlglotDialect
from sqlglot.generator import Generator

from segql.semantics import model
from segql.sql import spellings as s
from segql.sql.analyses import lower_analysis
from segql.sql.dialects import BY_NAME, DIALECTS, Dialect
from segql.sql.inline import Inline, with_inline
from segql.sql.lower import lower
from segql.sql.spellings import Unsupported
from segql.sql.target import Refused, Target
from segql.sql.together import lower_together
from segql.version import __version__

WIDTH = 100


def statement(
    program: model.Program,
    asked: model.Segment | model.Analysis | tuple[model.Segment, ...],
    dialect: str,
    now: dt.datetime | None = None,
    bind: bool = False,
    root: str = "",
    plan: str = "",
    given: tuple[Inline, ...] = (),
) -> str | tuple[Refused, ...]:
    """The SQL of a segment, an analysis or several segments together, or what the dialect cannot say of it.

    Same input, same text. `plan` is one that fits every sequence of the segment (`plans.fitting`); else the best is chosen for each.
    Files in the folder that names begin with, `root`, are seen from there. `given` are relations that the statement itself brings.
    """
    row = BY_NAME[dialect]
    target = Target(dialect=row, now=now, bind=bind, root=root, refused=[], plan=plan)
    match asked:
        case tuple():
            query = lower_together(target, program, asked)
        case model.Segment():
            query = lower(target, program, asked)
        case _:
            query = lower_analysis(target, program, asked)
    query = with_inline(target, query, given)
    finished = row.finish(query)
    refused = (*target.refused, *_long_names(row, query), *_too_many(row, query))
    if isinstance(finished, Unsupported):
        return (*refused, _strange_name(finished))
    return refused or _generator(row.sqlglot).generate(finished, copy=False)


def text_of(query: exp.Expr, dialect: str) -> str:
    """A query as the text of a dialect, with names and all else as the engine reads them."""
    row = BY_NAME[dialect]
    finished = row.finish(query)
    found = query if isinstance(finished, Unsupported) else finished
    return _generator(row.sqlglot).generate(found, copy=False)


def _long_names(row: Dialect, query: exp.Expr) -> tuple[Refused, ...]:
    """Names that the engine would cut without a word."""
    if not row.longest_name:
        return ()
    names = dict.fromkeys(found.name for found in query.find_all(exp.Identifier))
    others = tuple(other.name for other in DIALECTS if not other.longest_name)
    reason = f"names there are cut after {row.longest_name} bytes"
    return tuple(
        Refused(what=f"the name `{name}`", reason=reason, others=others)
        for name in names
        if len(name.encode()) > row.longest_name
    )


def _too_many(row: Dialect, query: exp.Expr) -> tuple[Refused, ...]:
    """More queries in the WITH than the engine takes."""
    most = row.most_queries
    found = query.args.get("with_")
    if not most or found is None or len(found.expressions) <= most:
        return ()
    others = tuple(other.name for other in DIALECTS if not other.most_queries)
    count = len(found.expressions)
    return (
        Refused(
            what=f"a WITH of {count} queries", reason=f"it takes {most} there: ask for less at once", others=others
        ),
    )


def _strange_name(found: Unsupported) -> Refused:
    """A name that the engine cannot have."""
    others = tuple(other.name for other in DIALECTS if other.finish is s.as_it_is)
    return Refused(what="the name of a column", reason=found.reason, others=others)


@cache
def _generator(dialect: str) -> Generator:
    """What prints a dialect: made once, for making it costs as much as printing a statement."""
    return SqlglotDialect.get_or_raise(dialect).generator(pretty=True, max_text_width=WIDTH, comments=False)


@cache
def versions() -> str:
    """What wrote the SQL: the same everywhere the same versions are installed."""
    return f"segql {__version__}, sqlglot {sqlglot.__version__}"  # type: ignore[attr-defined]
