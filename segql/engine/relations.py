"""The data that a segment is made of: found in its meaning, and put somewhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from segql.node import Value
from segql.semantics import model


def data_of(program: model.Program, *names: str) -> tuple[model.Data, ...]:
    """Every source and table that segments or analyses, or segments that they need, read; in the order of the text."""
    found: dict[str, model.Data] = {}
    for asked in _with_needs(program, names):
        for value in values_in(asked):
            if isinstance(value, model.Data):
                found.setdefault(value.name, value)
    return tuple(found.values())


def _with_needs(program: model.Program, names: tuple[str, ...]) -> list[model.Segment | model.Analysis]:
    found: dict[str, model.Segment | model.Analysis] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        asked = program.find(name)
        if asked is None:
            raise KeyError(name)
        if name not in found:
            found[name] = asked
            waiting.extend(asked.needs)
    return list(found.values())


def values_in(value: object) -> Iterator[Value]:
    """A value and all values under it, each once. Not recursive: a tree may be deep."""
    seen: set[int] = set()
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if id(found) in seen:
            continue
        if isinstance(found, tuple):
            seen.add(id(found))
            waiting.extend(reversed(found))
        elif isinstance(found, Value):
            seen.add(id(found))
            yield found
            waiting.extend(getattr(found, name) for name in reversed(found._fields))


def relocated(program: model.Program, relations: Mapping[str, model.Relation]) -> model.Program:
    """The program with its sources and tables, by their names, in other places."""

    def move(value: Value) -> Value:
        if isinstance(value, model.Data) and value.name in relations:
            moved: Value = value.replace(relation=relations[value.name])
            return moved
        return value

    result: model.Program = rebuilt(program, move, {})
    return result


def rebuilt(value: Any, change: Callable[[Value], Value], done: dict[int, Any]) -> Any:
    """A value with `change` made to every value in it, from the leaves up. `done` keeps shared parts shared."""
    if not isinstance(value, Value | tuple):
        return value
    if id(value) not in done:
        if isinstance(value, tuple):
            done[id(value)] = tuple(rebuilt(item, change, done) for item in value)
        else:
            parts = {name: rebuilt(getattr(value, name), change, done) for name in value._fields}
            same = all(parts[name] is getattr(value, name) for name in value._fields)
            done[id(value)] = change(value if same else type(value)(**parts))
    return done[id(value)]
