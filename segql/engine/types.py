"""The types that data have, in the words of the language; what structs hold, and which unit a number of time is in."""

from __future__ import annotations

import re
from typing import NamedTuple

from segql.semantics import model

TYPES = {
    "VARCHAR": "text",
    "UUID": "text",
    "ENUM": "text",
    "BOOLEAN": "boolean",
    "DOUBLE": "float",
    "FLOAT": "float",
    "DECIMAL": "decimal",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP_S": "timestamp",
    "TIMESTAMP_MS": "timestamp",
    "TIMESTAMP_NS": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
} | dict.fromkeys(
    ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"),
    "integer",
)


# The years 1973 to 5138, in each unit: a number lies in one of them at most.
_LEAST = {unit: 10**14 // each for unit, each in model.MICROSECONDS.items()}


def unit_of(latest: int) -> model.EpochUnit | None:
    """The unit in which a number of time since 1970 is an instant of our age, by its size alone."""
    return next((unit for unit, least in _LEAST.items() if least <= latest < 1000 * least), None)


def members(type: str) -> dict[str, str] | None:
    """The fields of a struct of DuckDB with their types, `STRUCT(a INTEGER, "b c" STRUCT(d VARCHAR))`; None of another type."""
    if not (type.startswith("STRUCT(") and type.endswith(")")):
        return None
    text = type[len("STRUCT(") : -1]
    parts, depth, quote, start = [], 0, False, 0
    for i, c in enumerate(text):
        quote ^= c == '"'
        depth += 0 if quote else (c == "(") - (c == ")")
        if c == "," and not depth and not quote:
            parts.append(text[start:i])
            start = i + 1
    found = {}
    for part in (*parts, text[start:]):
        match = re.match(r'\s*(?:"((?:[^"]|"")*)"|(\S+))\s+(.*)', part, re.DOTALL)
        if match:
            found[match[1].replace('""', '"') if match[1] is not None else match[2]] = match[3].strip()
    return found


class Astray(NamedTuple):
    """Where a way into a struct leads nowhere: the way as far as that, and the fields that there are; or, where no struct
    is, none, what is held there, and what was wanted."""

    way: tuple[str, ...]
    fields: tuple[str, ...] = ()
    held: str = ""
    wanted: str = ""


def leaf(type: str, column: model.Column) -> str | Astray:
    """The type of a value inside a column of a type: of DuckDB, empty if it is not known."""
    if not type or column.json:
        return type
    found = _followed(type, column.path)
    if column.entry is None or isinstance(found, Astray):
        return found
    if not found.endswith("[]"):
        return Astray(column.path, held=found, wanted="a list of structs")
    by, value = (_followed(found[:-2], way) for way in ((column.entry.by,), column.entry.path))
    astray = next((each for each in (by, value) if isinstance(each, Astray)), None)
    return astray._replace(way=(*column.path, *astray.way)) if astray else value


def _followed(type: str, way: tuple[str, ...]) -> str | Astray:
    for n, part in enumerate(way):
        fields = members(type)
        if fields is None:
            return Astray(way[:n], held=type, wanted="a struct")
        name = next((name for name in fields if name.lower() == part.lower()), None)
        if name is None:
            return Astray(way[: n + 1], tuple(fields))
        type = fields[name]
    return type


def type_of(type: str) -> str:
    """DuckDB's type as one of the language; empty for what it has none for."""
    if type.endswith("[]"):
        inner = type_of(type[:-2])
        return f"list({inner})" if inner else ""
    return TYPES.get(type.partition("(")[0].strip(), "")
