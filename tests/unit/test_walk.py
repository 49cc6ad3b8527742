"""Walking a tree: every node once, in the order of the text, and the node at a place."""

from __future__ import annotations

from typing import Any

from segql.node import Node
from segql.source import Source, Span
from segql.syntax import ast
from segql.syntax.parse import parse
from segql.syntax.walk import children, deeper, node_at, path_at, walk

TEXT = """segment premium {
  key usr.id
  did purchase where amount > 20 at least 3 times
}"""


def tree(text: str = TEXT) -> Any:
    return parse(Source(text)).pieces[0].declarations[0]


def names(nodes: tuple[Node, ...]) -> list[str]:
    return [type(node).__name__ for node in nodes]


def test_children_are_the_nodes_directly_inside_also_those_in_tuples() -> None:
    assert names(children(tree())) == ["Name", "Key", "Did"]
    assert names(children(tree().items[1])) == ["EventRef", "Where", "Times"]


def test_children_come_in_the_order_of_the_text_not_of_the_fields() -> None:
    assert names(children(tree("source web like ga4.events { from a }"))) == ["Name", "Path", "FromRelation"]


def test_walk_names_each_node_once_and_parents_first() -> None:
    nodes = list(walk(tree()))
    assert [node.span.start for node in nodes] == sorted(node.span.start for node in nodes)
    assert len({id(node) for node in nodes}) == len(nodes) == 14
    assert type(nodes[-1]) is ast.Number


def test_walk_does_not_recurse() -> None:
    node: Any = ast.Missing(span=Span(0, 0))
    for _ in range(50_000):
        node = ast.NotTrue(span=Span(0, 0), expr=node)
    assert sum(1 for _ in walk(node)) == 50_001
    assert deeper(node, 49_999) == ast.Missing(span=Span(0, 0))
    assert deeper(node, 50_000) is None


def test_the_node_at_a_place_is_the_smallest_one() -> None:
    at = TEXT.index("amount")
    assert node_at(tree(), at) == ast.Path(span=Span(0, 0), parts=("amount",))
    assert node_at(tree(), at + len("amount")) == ast.Path(span=Span(0, 0), parts=("amount",))
    assert type(node_at(tree(), TEXT.index("where"))) is ast.Where
    assert type(node_at(tree(), TEXT.index(">"))) is ast.Compare
    assert node_at(tree(), len(TEXT) + 1) is None


def test_where_two_nodes_meet_the_one_that_begins_wins() -> None:
    text = "define x = -a"
    assert type(node_at(tree(text), text.index("a", 7))) is ast.Path


def test_the_path_to_a_place_leads_from_the_outside_in() -> None:
    assert names(path_at(tree(), TEXT.index("20"))) == ["Segment", "Did", "Where", "Compare", "Number"]
    assert path_at(tree(), 1_000) == ()
