"""Whether data have the shape of a schema that the language knows: then `like ga4.events` says most of what there is to say."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from segql import compiler
from segql.engine import mistakes
from segql.node import Value
from segql.semantics import model
from segql.semantics.data import known_data
from segql.semantics.presets import NAMES
from segql.source import Source


class Likeness(Value):
    """The schemas that data have all columns of, and in what they differ from the first of them.

    `time` and `fields` are those whose columns hold another type than the schema says, with that type; `more` are columns
    that the schema does not have.
    """

    names: tuple[str, ...]
    data: model.Data
    time: str
    fields: tuple[tuple[model.Field, str], ...]
    more: tuple[str, ...]


def likeness(columns: Mapping[str, str], held_as: Mapping[str, tuple[str, ...]]) -> Likeness | None:
    """Which schema data are like, by their columns with types of the language (empty: none); None if they are like none.

    `held_as` says what a column may hold besides values of its type's sort.
    """
    types = {name.lower(): type for name, type in columns.items()}
    alike = [name for name in NAMES if _fits(_data(name), types, held_as)]
    if not alike:
        return None
    data = _data(alike[0])
    assert data.time is not None, "each is a source"
    needed = {column.lower() for column in mistakes.needed(data)}
    time = types[data.time.column.name.lower()]
    return Likeness(
        names=tuple(alike),
        data=data,
        time=time if _differs(data.time, time, held_as) else "",
        fields=tuple(
            (field, type)
            for field in data.fields
            if field.column.is_whole and _differs(field, type := types[field.column.name.lower()], held_as)
        ),
        more=tuple(name for name in columns if name.lower() not in needed),
    )


@cache
def _data(name: str) -> model.Data:
    data = known_data(compiler.check(Source(f"source data like {name} {{ from data }}")).scope, "data")
    assert data is not None, "each has its meaning"
    return data


def _fits(data: model.Data, types: Mapping[str, str], held_as: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether all columns are there, with an instant where there is a time."""
    if not all(column.lower() in types for column in mistakes.needed(data)):
        return False
    time = data.time
    assert time is not None, "each is a source"
    type = types[time.column.name.lower()]
    return not _differs(time, type, held_as) or (type in ("timestamp", "timestamptz", "date") and not time.column.epoch)


def _differs(field: model.Field, type: str, held_as: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether a column holds what the declaration does not say."""
    declared, held = mistakes.SORTS.get(field.held.name, ""), mistakes.SORTS.get(type, "")
    if not type or declared in held_as.get(held, ()):
        return False
    mixed = {field.held.name, type} == {"timestamp", "timestamptz"} and "instant" not in held_as.get("instant", ())
    return declared != held or mixed
