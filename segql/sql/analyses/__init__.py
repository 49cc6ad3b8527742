"""Analyses to queries: rows read once, segments as CTEs, and an order that leaves nothing to the engine."""

from __future__ import annotations

from typing import assert_never

from sqlglot import exp

from segql.semantics import model
from segql.sql.analyses.explore import explore_query
from segql.sql.analyses.funnel import funnel_query
from segql.sql.analyses.paths import paths_query
from segql.sql.analyses.retention import retention_query
from segql.sql.lower import Query
from segql.sql.target import Target


def lower_analysis(target: Target, program: model.Program, asked: model.Analysis) -> exp.Expr:
    """The statement of an analysis: its columns, and its rows in their order."""
    query = Query(target, program, asked)
    return query.with_ctes(_query(query, asked))


def _query(query: Query, asked: model.Analysis) -> exp.Expr:
    match asked:
        case model.Explore():
            return explore_query(query, asked)
        case model.Retention():
            return retention_query(query, asked)
        case model.Paths():
            return paths_query(query, asked)
        case model.Funnel():
            return funnel_query(query, asked)
        case _:
            assert_never(asked)
