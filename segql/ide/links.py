"""The files that a text names: where, and how they would be named if files moved."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from typing import Literal

from segql.diagnostics.model import Edit
from segql.ide.snapshot import Snapshot
from segql.node import Value
from segql.source import Span
from segql.syntax import ast
from segql.syntax.parse import Piece
from segql.syntax.walk import walk

_PATTERN = frozenset("*?[")


class Link(Value):
    """A path as it is written, and its span inside the quotes."""

    path: str
    span: Span
    kind: Literal["use", "data"]

    @property
    def one(self) -> bool:
        """Whether it names one file, and no pattern or address."""
        return not (_PATTERN & set(self.path)) and "://" not in self.path


def links(snapshot: Snapshot) -> Iterator[Link]:
    """The paths that a file itself names, in order."""
    for piece, declaration in snapshot.world.written(snapshot.source):
        for node in walk(declaration):
            if isinstance(node, ast.Use | ast.FromFile) and node.file.value:
                kind: Literal["use", "data"] = "use" if isinstance(node, ast.Use) else "data"
                yield Link(path=node.file.value, span=_inside(piece, node.file), kind=kind)


def _inside(piece: Piece, node: ast.String) -> Span:
    return Span(piece.start + node.span.start + 1, piece.start + node.span.end - 1)


def after_move(snapshot: Snapshot, moved: Callable[[str], str]) -> tuple[Edit, ...]:
    """The edits with which a file names the same files as before, when files move: the file itself may be one of them.

    `moved` says where a path will be; paths have `/` between their parts.
    """
    home = snapshot.source.directory
    new_home = posixpath.dirname(moved(snapshot.source.name)) if home else home
    edits: list[Edit] = []
    for link in links(snapshot):
        if "://" in link.path:
            continue
        fixed = posixpath.isabs(link.path)
        was = posixpath.normpath(posixpath.join(home, link.path))
        now = moved(was)
        if now != was or (new_home != home and not fixed):
            written = now if fixed else posixpath.relpath(now, new_home or ".")
            if written != posixpath.normpath(link.path):
                quote = snapshot.source.text[link.span.start - 1]
                edits.append(Edit(source=snapshot.source, span=link.span, text=written.replace(quote, quote * 2)))
    return tuple(edits)
