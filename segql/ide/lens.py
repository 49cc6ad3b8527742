"""What stands above a segment, an analysis or a test: an offer to show its SQL, or to run it."""

from __future__ import annotations

from collections.abc import Iterator

from segql.ide.snapshot import Snapshot
from segql.ide.world import Declared, moved
from segql.source import Span
from segql.syntax import ast


def compiled(snapshot: Snapshot) -> Iterator[Declared]:
    """The segments and analyses of a file that have a name."""
    for symbol, declared in snapshot.world.named.items():
        if symbol.kind in ("segment", "analysis") and symbol.name and declared.source is snapshot.source:
            yield declared


def tests(snapshot: Snapshot) -> Iterator[tuple[str, Span]]:
    """The tests of a file: the segment that each is about, and where its name stands."""
    for piece, node in snapshot.world.written(snapshot.source):
        if isinstance(node, ast.Test) and node.name.text:
            yield node.name.text, moved(node.name.span, piece)
