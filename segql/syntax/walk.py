"""Questions to a tree that have no shape: every node, the children of one, the smallest at a place."""

from __future__ import annotations

from collections.abc import Iterator

from segql.node import Node


def children(node: Node) -> Iterator[Node]:
    """The nodes directly under a node, in the order of its fields."""
    for name in node._fields:
        value = getattr(node, name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, Node))


def walk(node: Node) -> Iterator[Node]:
    """A node and everything under it, parents first. Not recursive: a tree may be deep."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(reversed(list(children(found))))


def node_at(node: Node, offset: int) -> Node | None:
    """The smallest node whose span holds an offset; None if the root does not hold it."""
    found = None
    waiting = [node]
    while waiting:
        candidate = waiting.pop()
        if candidate.span.start <= offset <= candidate.span.end:
            found = candidate
            waiting = list(children(candidate))
    return found
