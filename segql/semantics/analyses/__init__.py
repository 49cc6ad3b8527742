"""An analysis: what is asked of which rows and of whom, and the columns that come out."""

from __future__ import annotations

from typing import assert_never

from segql.semantics import model
from segql.semantics.analyses.explore import explore
from segql.semantics.analyses.funnel import funnel
from segql.semantics.analyses.paths import paths
from segql.semantics.analyses.retention import retention
from segql.semantics.context import Context
from segql.semantics.scope import Declared
from segql.syntax import ast


def analysis(context: Context, name: str) -> model.Analysis | None:
    """The analysis of a name that is declared; None if it has a mistake that leaves nothing of it."""
    declared = context.scope.find("analysis", name)
    assert declared is not None, "the caller looks the name up"
    if name not in context.analyses:
        context.analyses[name] = context.resolve("analysis", name, lambda: _analysis(context, declared))
    return context.analyses[name]


def _analysis(context: Context, declared: Declared) -> model.Analysis | None:
    node: ast.Analysis = declared.node
    match node:
        case ast.Explore():
            return explore(context, declared)
        case ast.Paths():
            return paths(context, declared)
        case ast.Retention():
            return retention(context, declared)
        case ast.Funnel():
            return funnel(context, declared)
        case _:
            assert_never(node)
