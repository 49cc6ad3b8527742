"""R22: paths, key by key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from segql.reference import numbers
from segql.reference.analyses.audiences import belongs, selected
from segql.reference.analyses.order import last, position
from segql.reference.expressions import holds, value
from segql.reference.world import Here, Row, World
from segql.semantics import model

Path = list[Any]
End = tuple[Any, str]  # a node and its kind
Link = tuple[int, End, End]


class Node(NamedTuple):
    """A row that has a node."""

    row: Row
    value: Any


def paths(world: World, asked: model.Paths) -> list[tuple[Any, ...]]:
    """The links of paths: audience by audience, step by step, the greatest first."""
    visits: dict[Any, list[Node]] = {}
    for row in selected(world, asked.of):
        node = numbers.exact(value(asked.node, Here(world, row)))
        if node is not None and row.get(asked.key) is not None:
            visits.setdefault(row.get(asked.key), []).append(Node(row, node))
    found: list[tuple[Any, ...]] = []
    for audience in asked.audiences:
        ours = belongs(world, asked, audience)
        walked = [_path(world, asked, nodes) for nodes in visits.values() if ours(nodes[0].row)]
        links = _links(asked, [path for path in walked if path])
        name = (audience.name,) if asked.several else ()
        found += [(*name, step, *source, *target, keys) for (step, source, target), keys in _ordered(links)]
    return found


def _path(world: World, asked: model.Paths, nodes: Sequence[Node]) -> Path:
    """R22.2 to R22.4: the nodes of a key that are on its path, the anchor first; none if it has no anchor."""
    walked = sorted(nodes, key=lambda node: (*position(node.row), node.value))
    if asked.collapse:
        walked = [node for at, node in enumerate(walked) if at == 0 or node.value != walked[at - 1].value]
    origin = 0
    if asked.anchor is not None:
        anchors = [at for at, node in enumerate(walked) if holds(asked.anchor, Here(world, node.row))]
        if not anchors:
            return []
        origin = anchors[0]
    onwards = walked[: origin + 1][::-1] if asked.backwards else walked[origin:]
    return [node.value for node in onwards[: asked.depth]]


def _links(asked: model.Paths, walked: Sequence[Path]) -> Counter[Link]:
    """R22.5: from each node to the next, or out of the path; R22.6: under the names that they have at their step."""
    names = [_names(asked, [path[at] for path in walked if len(path) > at]) for at in range(asked.depth)]
    found: Counter[Link] = Counter()
    for path in walked:
        for at in range(min(len(path), asked.depth - 1)):
            near = names[at][path[at]]
            gone = (None, "entry" if asked.backwards else "drop-off")
            far = names[at + 1][path[at + 1]] if at + 1 < len(path) else gone
            found[(at + 1, far, near) if asked.backwards else (at + 1, near, far)] += 1
    return found


def _names(asked: model.Paths, nodes: Iterable[Any]) -> dict[Any, End]:
    """R22.6: the nodes of a step with most keys by their own name, the rest as one."""
    counts = Counter(nodes)
    first = sorted(counts, key=lambda node: (-counts[node], node))[: asked.top]
    return {node: (node, "node") if node in first else (None, "other") for node in counts}


def _ordered(links: Counter[Link]) -> list[tuple[Link, int]]:
    """R22.7: by step, then by keys, then by what they lead from and to."""

    def place(item: tuple[Link, int]) -> tuple[Any, ...]:
        (step, source, target), keys = item
        return (step, -keys, source[1], last(source[0]), target[1], last(target[0]))

    return sorted(links.items(), key=place)
