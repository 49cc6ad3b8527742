"""The types that data have, in the words of the language."""

from __future__ import annotations

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


def type_of(type: str) -> str:
    """DuckDB's type as one of the language; empty for what it has none for."""
    if type.endswith("[]"):
        inner = type_of(type[:-2])
        return f"list({inner})" if inner else ""
    return TYPES.get(type.partition("(")[0].strip(), "")
