"""The tree of a text as people read it: what was written, node by node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from segql.node import Node
from segql.syntax import ast
from segql.syntax.parse import Parsed

WIDTH = 100


def tree(parsed: Parsed, names: Iterable[str] = ()) -> str:
    """The declarations of a text, or those with these names: a node and its fields, and under it the nodes it holds."""
    wanted = tuple(names)
    every = (node for piece in parsed.pieces for node in piece.declarations)
    declarations = (node for node in every if not wanted or _name(node) in wanted)
    return "\n".join(line for node in declarations for line in _lines(node, "", ""))


def _name(node: Node) -> str:
    name = getattr(node, "name", None)
    return name.text if isinstance(name, ast.Name) else ""


def _lines(node: Node, label: str, indent: str) -> Iterator[str]:
    """One line if it fits, else the node's short fields on its line and the rest below."""
    whole = f"{indent}{label}{_inline(node)}"
    if len(whole) <= WIDTH and not _has_block(node):
        yield whole
        return
    fields = [(name, getattr(node, name)) for name in node._fields if name != "span"]
    short = [(name, value) for name, value in fields if not _is_long(value)]
    yield " ".join([f"{indent}{label}{type(node).__name__}", *(f"{n}={_inline(v)}" for n, v in short if _there(v))])
    for name, value in fields:
        if not _is_long(value):
            continue
        if isinstance(value, tuple):
            for item in value:
                yield from _lines(item, "", f"{indent}  ")
        else:
            yield from _lines(value, f"{name}: ", f"{indent}  ")


def _has_block(node: Node) -> bool:
    """Whether a node is a block, with a line for each thing in it."""
    return isinstance(getattr(node, "items", getattr(node, "conditions", None)), tuple) and not isinstance(
        node, ast.By | ast.Sort | ast.InList
    )


def _is_long(value: object) -> bool:
    if isinstance(value, tuple):
        return bool(value) and isinstance(value[0], Node) and not all(_is_atom(item) for item in value)
    return isinstance(value, Node) and not _is_atom(value)


def _is_atom(value: object) -> bool:
    return not isinstance(value, Node) or _atom(value) is not None


def _there(value: object) -> bool:
    return value is not None and value not in ((), "", False)


def _inline(value: object) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(_inline(item) for item in value)})"
    if not isinstance(value, Node):
        return value if isinstance(value, str) and value.isidentifier() else repr(value)
    atom = _atom(value)
    if atom is not None:
        return atom
    fields = ((name, getattr(value, name)) for name in value._fields if name != "span")
    shown = [f"{name}={_inline(part)}" for name, part in fields if _there(part)]
    return f"{type(value).__name__}({', '.join(shown)})"


def _atom(node: Node) -> str | None:
    """A node that is no more than a word of the text, as that word."""
    match node:
        case ast.Name() | ast.Path() | ast.Number() | ast.Date() | ast.Timestamp():
            return node.text
        case ast.String():
            return repr(node.value)
        case ast.Boolean():
            return "true" if node.value else "false"
        case ast.ParamRef():
            return f"${node.name}"
        case ast.Missing():
            return "missing"
        case ast.Type() | ast.Unit():
            return node.name
        case ast.Bound():
            return repr(node.kind)
        case ast.EventRef():
            return node.path.text
        case ast.Duration():
            return f"{node.count.text} {node.unit.name}"
        case _:
            return None
