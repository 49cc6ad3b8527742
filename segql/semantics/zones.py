"""What in a file is read on the clocks of its zone. A file keeps its own, whoever uses it: so it means the same everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable

from segql.diagnostics.model import Label
from segql.node import Node
from segql.semantics.calendar import MONTHS
from segql.syntax import ast
from segql.syntax.parse import Piece
from segql.syntax.walk import walk

PARTS = ("date", "hour", "weekday", "day", "month", "year")
_OFFSET = re.compile(r"T.*(?:Z|[+-]\d{2}:?\d{2})$")


def first_on_clocks(pieces: Iterable[Piece], tests: bool) -> Label | None:
    """The first place that means another thing in another zone; in tests only where they are asked for."""
    for piece in pieces:
        for declared in piece.declarations:
            if isinstance(declared, ast.Test) and not tests:
                continue
            for node in walk(declared):
                if _on_clocks(node):
                    return piece.label(node.span, "such as here")
    return None


def _on_clocks(node: Node) -> bool:
    match node:
        case ast.Date() | ast.This() | ast.Previous() | ast.Days() | ast.Bucket() | ast.Calendar() | ast.Retention():
            return True
        case ast.Timestamp():
            return _OFFSET.search(node.text) is None
        case ast.Duration():
            return node.unit.name in MONTHS
        case ast.Call():
            return node.function.text in PARTS
        case ast.Time():
            return isinstance(node.type, ast.Type) and node.type.name == "date"
        case _:
            return False
