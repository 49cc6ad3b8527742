"""The outline of a file, and what of it can be folded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from segql.ide.snapshot import Snapshot
from segql.ide.world import moved
from segql.node import Node, Value
from segql.source import Span
from segql.syntax import ast
from segql.syntax.format import format_expr
from segql.syntax.parse import Piece
from segql.syntax.scan import scan
from segql.syntax.walk import walk

Sort = Literal[
    "source", "table", "parameter", "define", "segment", "analysis", "test", "field", "event", "key", "column"
]


class Outline(Value):
    """A thing with a name: where the name stands, where all of it stands, and what is inside."""

    name: str
    sort: Sort
    detail: str
    span: Span
    whole: Span
    inside: tuple[Outline, ...] = ()


class Fold(Value):
    """A span of whole lines that can be folded."""

    span: Span
    kind: Literal["block", "comment"]


def outline(snapshot: Snapshot) -> tuple[Outline, ...]:
    """The declarations of a file, in order, with their parts."""
    found = (_declaration(node, piece) for piece, node in snapshot.world.written(snapshot.source))
    return tuple(each for each in found if each is not None)


class Found(Value):
    """A thing of a file, and the thing that it belongs to."""

    name: str
    sort: Sort
    span: Span
    owner: str


def all_parts(snapshot: Snapshot) -> Iterator[Found]:
    """The declarations of a file and their parts, one after the other."""
    for each in outline(snapshot):
        yield Found(name=each.name, sort=each.sort, span=each.span, owner="")
        yield from (Found(name=p.name, sort=p.sort, span=p.span, owner=each.name) for p in each.inside)


def fitness(name: str, query: str) -> int | None:
    """How well a name fits what somebody types to find it, 0 best; None if it lacks one of the letters."""
    low, wanted = name.lower(), query.lower()
    if low == wanted:
        return 0
    if low.startswith(wanted):
        return 1
    if wanted in low:
        return 2
    letters = iter(low)
    return 3 if all(letter in letters for letter in wanted) else None


def _declaration(node: ast.Declaration, piece: Piece) -> Outline | None:
    match node:
        case ast.Source() | ast.Table():
            inside = tuple(_parts(node, piece))
            return _outline(node.name, _SORTS[type(node)], "", node, piece, inside)
        case ast.Param():
            return _outline(node.name, "parameter", _type(node.type), node, piece)
        case ast.Define():
            return _outline(node.name, "define", format_expr(node.expr), node, piece)
        case ast.Segment():
            key = next((item.path.text for item in node.items if isinstance(item, ast.Key)), "")
            return _outline(node.name, "segment", key, node, piece)
        case ast.Explore() | ast.Paths() | ast.Funnel() | ast.Retention():
            kind = type(node).__name__.lower()
            return _outline(node.name, "analysis", kind, node, piece, tuple(_columns(node, piece)))
        case ast.Test():
            return _outline(node.name, "test", "test", node, piece)
        case _:
            return None


_SORTS: dict[type, Sort] = {ast.Source: "source", ast.Table: "table"}


def _parts(node: ast.Data, piece: Piece) -> list[Outline]:
    found: list[Outline | None] = []
    for item in node.items:
        match item:
            case ast.Keys():
                found += [_outline(c.key, "key", "unique" if c.unique else "", c, piece) for c in item.columns]
            case ast.Field():
                found.append(_outline(item.path, "field", _type(item.type), item, piece))
            case ast.Event():
                found.append(_outline(item.name, "event", format_expr(item.predicate), item, piece))
            case _:
                pass
    return [each for each in found if each is not None]


def _columns(node: ast.Analysis, piece: Piece) -> Iterator[Outline]:
    """The columns of an analysis that have a name of their own."""
    for item in walk(node):
        if isinstance(item, ast.MeasureItem | ast.ByItem) and item.name:
            what = item.measure if isinstance(item, ast.MeasureItem) else item.expr
            found = _outline(item.name, "column", piece.text[what.span.start : what.span.end], item, piece)
            if found:
                yield found


def _outline(
    name: ast.Name | ast.Path, sort: Sort, detail: str, node: Node, piece: Piece, inside: tuple[Outline, ...] = ()
) -> Outline | None:
    if not name.text:  # it was filled in where none is written yet
        return None
    return Outline(
        name=name.text,
        sort=sort,
        detail=detail,
        span=moved(name.span, piece),
        whole=moved(node.span, piece),
        inside=inside,
    )


def _type(node: ast.AnyType | ast.EpochType) -> str:
    match node:
        case ast.EnumType():
            return f"enum({', '.join(repr(value.value) for value in node.values)})"
        case ast.ListType():
            return f"list({_type(node.item)})"
        case ast.EpochType():
            return f"epoch({node.unit})"
        case ast.Type():
            return node.name


def folds(snapshot: Snapshot) -> tuple[Fold, ...]:
    """What is in braces over several lines, and runs of comment lines."""
    text = snapshot.source.text
    scanned = scan(text)
    found: list[Fold] = []
    opened: list[int] = []
    for token in scanned.tokens:
        if token.text in ("{", "("):
            opened.append(token.start)
        elif token.text in ("}", ")") and opened:
            found.append(Fold(span=Span(opened.pop(), token.end), kind="block"))
    run: list[Span] = []
    for comment in scanned.comments:
        if comment.alone:
            span = Span(comment.start, comment.start + len(comment.text))
            if run and text[run[-1].end : span.start].strip(" \t\r\f") != "\n":
                found += _run(run)
                run = []
            run.append(span)
    found += _run(run)
    lines = [f for f in found if "\n" in text[f.span.start : f.span.end].replace("\r", "\n")]
    return tuple(sorted(lines, key=lambda fold: fold.span))


def _run(comments: list[Span]) -> list[Fold]:
    return [Fold(span=Span(comments[0].start, comments[-1].end), kind="comment")] if comments else []
