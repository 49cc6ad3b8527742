"""Layouts: words, and the places where a line may end, to lines of a given width.

This is the pretty printer of Oppen and of Wadler ("A prettier printer") with comments added: a group stays on its line
if it fits, or all its breaks end lines.
"""

from __future__ import annotations

from typing import Any, NamedTuple

WIDTH = 100
INDENT = 2


class Break(NamedTuple):
    """A place where a line may end; `flat` is what stands there if it does not."""

    flat: str


class Remark(NamedTuple):
    """A comment: what holds it is broken, so that nothing follows it on its line."""

    text: str


class Nest(NamedTuple):
    """Lines that begin inside stand further to the right."""

    inside: Doc


class Group(NamedTuple):
    """Either none of its breaks ends a line, or all do."""

    inside: Doc
    broken: bool


class Raw(NamedTuple):
    """Lines that stay as they are."""

    lines: list[str]


Doc = str | Break | Remark | Nest | Group | Raw | list[Any]
LINE, SOFT = Break(" "), Break("")


def group(*inside: Doc) -> Group:
    """A group that a comment inside has already broken, if there is one."""
    parts = list(inside)
    return Group(parts, _remarked(parts))


def _remarked(doc: Doc) -> bool:
    match doc:
        case Remark():
            return True
        case Group():
            return doc.broken
        case Nest():
            return _remarked(doc.inside)
        case list():
            return any(_remarked(part) for part in doc)
        case _:
            return False


_Todo = list[tuple[int, bool, Doc]]  # indentation, flat or not, and what is to be written; the next thing stands last


def rendered(doc: Doc, indent: int = 0, width: float = WIDTH) -> list[str]:
    """The lines of a layout: a group that fits on its line stays on it."""
    lines = [" " * indent]
    todo: _Todo = [(indent, False, doc)]
    while todo:
        at, flat, part = todo.pop()
        match part:
            case str():
                lines[-1] += part
            case list():
                todo += [(at, flat, each) for each in reversed(part)]
            case Nest():
                todo.append((at + INDENT, flat, part.inside))
            case Group():
                todo.append((at, flat or (not part.broken and _fits(part, todo, width - len(lines[-1]))), part.inside))
            case Remark():
                lines[-1] += part.text
            case Break() if flat:
                lines[-1] += part.flat
            case Break():
                lines.append(" " * at)
            case Raw():
                lines[-1] += part.lines[0]
                lines += part.lines[1:]
    return [line if line.strip(" ") else "" for line in lines]


def _fits(doc: Group, after: _Todo, room: float) -> bool:
    """Whether a group fits flat into what is left of the line, with what follows it up to the next place to break."""
    todo: _Todo = [(0, True, doc.inside)]
    below = len(after)
    while room >= 0:
        if not todo:
            if not below:
                return True
            below -= 1
            todo.append(after[below])
        _, flat, part = todo.pop()
        match part:
            case str():
                room -= len(part)
            case list():
                todo += [(0, flat, each) for each in reversed(part)]
            case Nest() | Group():
                todo.append((0, flat, part.inside))
            case Break() if flat:
                room -= len(part.flat)
            case _:
                return True
    return False


def one_line(doc: Doc) -> str:
    """A layout without comments on one line, however long."""
    [line] = rendered(group(doc), width=float("inf"))
    return line
