"""The conditions of a segment beside the text that asks for them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from segql.cli import meaning
from segql.compiler import Checked
from segql.diagnostics.cells import visible
from segql.semantics import model
from segql.syntax import ast

WIDTH = 100

Clause = ast.Condition | None  # None: a segment without conditions asks for any row


def clauses(checked: Checked, segment: model.Segment) -> list[tuple[Clause, model.Condition]]:
    """What a segment asks for, each with its text. All must hold."""
    declared = checked.scope.find("segment", segment.name)
    assert declared is not None, "a segment with a meaning is declared"
    node: ast.Segment = declared.node
    items = [i for i in node.items if not isinstance(i, ast.Key | ast.FromSources | ast.During | ast.Where)]
    if len(items) <= 1:
        return [(items[0] if items else None, segment.condition)]
    assert isinstance(segment.condition, model.AllOf)
    return list(zip(items, segment.condition.terms, strict=True))


def text_of(checked: Checked, clause: Clause, condition: model.Condition) -> str:
    """A condition as its text has it, in a line."""
    match clause:
        case None:
            selections = (part for part in model.walk(condition) if isinstance(part, model.Selection))
            return f"a row of {' or '.join(meaning.rows(s.rows) for s in selections)}"
        case ast.AnyOf():
            return "any of"
        case ast.AllOf():
            return "all of"
        case ast.NoneOf():
            return "none of"
        case _:
            text = _owner(checked, clause)
            written = " ".join(text[clause.span.start : clause.span.end].split())
            return textwrap.shorten(visible(written), WIDTH, placeholder=" …")


def _owner(checked: Checked, clause: Any) -> str:
    """The text of the declaration that a clause stands in."""
    declared = checked.scope.names["segment"].values()
    return next(d.piece.text for d in declared if any(part is clause for part in _conditions(d.node)))


def _conditions(node: Any) -> Iterator[Any]:
    for item in getattr(node, "items", getattr(node, "conditions", ())):
        yield item
        if isinstance(item, ast.AnyOf | ast.AllOf | ast.NoneOf):
            yield from _conditions(item)
