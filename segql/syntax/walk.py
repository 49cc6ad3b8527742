"""Questions about a tree that need no shape: what is inside a node, and what stands at a place of the text.

The nodes come in the order of the text. Nothing here recurses, so that even a tree too deep to use can be measured.
"""

from __future__ import annotations

from collections.abc import Iterator

from segql.node import Node


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly inside a node, in the order of the text."""
    found: list[Node] = []
    for value in vars(node).values():
        if isinstance(value, Node):
            found.append(value)
        elif isinstance(value, tuple):
            found.extend(part for part in value if isinstance(part, Node))
    return tuple(sorted(found, key=lambda child: child.span))


def walk(node: Node) -> Iterator[Node]:
    """The node and everything inside it: each node before what it holds, and before what follows it in the text."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(reversed(children(here)))


def path_at(node: Node, offset: int) -> tuple[Node, ...]:
    """The nodes around an offset, from the outermost to the innermost; empty if the offset is outside.

    A node holds the offset of its end too, since a cursor stands there after the last letter of a word; but where
    two nodes meet, the one that begins wins.
    """
    found: list[Node] = []
    inside: tuple[Node, ...] = (node,)
    while around := [child for child in inside if child.span.start <= offset <= child.span.end]:
        found.append(around[-1])
        inside = children(around[-1])
    return tuple(found)


def node_at(node: Node, offset: int) -> Node | None:
    """The innermost node around an offset, as `path_at` finds it."""
    return next(reversed(path_at(node, offset)), None)


def deeper(node: Node, levels: int) -> Node | None:
    """The first node that stands more than so many levels below this one."""
    waiting = [(node, 0)]
    while waiting:
        here, depth = waiting.pop()
        if depth > levels:
            return here
        waiting.extend((child, depth + 1) for child in reversed(children(here)))
    return None
