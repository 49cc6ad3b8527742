"""The schema of a database as it is now: tables with their columns, and their types in the words of the language."""

from __future__ import annotations

import re
from collections.abc import Mapping

from segql.engine.drivers import Driver
from segql.engine.sessions import Session
from segql.node import Value

TYPES = {
    **dict.fromkeys(
        [
            "TEXT",
            "VARCHAR",
            "CHAR",
            "CHARACTER",
            "BPCHAR",
            "STRING",
            "NVARCHAR",
            "NCHAR",
            "TINYTEXT",
            "MEDIUMTEXT",
            "LONGTEXT",
            "FIXEDSTRING",
            "NAME",
            "CLOB",
        ],
        "text",
    ),
    "CHARACTER VARYING": "text",
    **dict.fromkeys(
        [
            "TINYINT",
            "SMALLINT",
            "MEDIUMINT",
            "INT",
            "INTEGER",
            "BIGINT",
            "HUGEINT",
            "UTINYINT",
            "USMALLINT",
            "UINTEGER",
            "UBIGINT",
            "UHUGEINT",
            "BYTE",
            "SHORT",
            "LONG",
            "INT2",
            "INT4",
            "INT8",
            "INT16",
            "INT32",
            "INT64",
            "INT128",
            "INT256",
            "UINT8",
            "UINT16",
            "UINT32",
            "UINT64",
            "UINT128",
            "UINT256",
        ],
        "integer",
    ),
    **dict.fromkeys(["REAL", "FLOAT", "DOUBLE", "FLOAT4", "FLOAT8", "FLOAT32", "FLOAT64"], "float"),
    "DOUBLE PRECISION": "float",
    **dict.fromkeys(["NUMERIC", "DECIMAL", "NUMBER", "BIGNUMERIC", "DEC"], "decimal"),
    **dict.fromkeys(["BOOLEAN", "BOOL"], "boolean"),
    **dict.fromkeys(["DATE", "DATE32"], "date"),
    **dict.fromkeys(
        ["TIMESTAMP", "DATETIME", "DATETIME64", "TIMESTAMP_NTZ", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"],
        "timestamp",
    ),
    "TIMESTAMP WITHOUT TIME ZONE": "timestamp",
    **dict.fromkeys(["TIMESTAMPTZ", "TIMESTAMP_TZ", "TIMESTAMP_LTZ"], "timestamptz"),
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
}

_DAY = re.compile(r"(.*_)\d{8}")
_WRAPPED = re.compile(r"(?:NULLABLE|LOWCARDINALITY)\((.*)\)", re.DOTALL)
_LIST = re.compile(r"(?:ARRAY|LIST)[(<](.*)[)>]|(.*)\[\]", re.DOTALL)


class Column(Value):
    """A column: its name, its type as the engine has it, and in the language (empty: it has none for it)."""

    name: str
    held: str
    type: str
    unique: bool = False


class Table(Value):
    """A table or view. `here` says that its name finds it without that of its schema."""

    schema: str
    name: str
    columns: tuple[Column, ...]
    here: bool

    @property
    def shown(self) -> str:
        """Its name as a `from` would have it."""
        return self.name if self.here else f"{self.schema}.{self.name}"


class Tables(Value):
    """All tables that the user can see, and what a column may hold besides values of its type's sort.

    `sharded` says that `events_*` stands for all tables that begin so, such as one for each day.
    """

    every: tuple[Table, ...]
    kept: Mapping[str, tuple[str, ...]]
    sharded: bool = False

    def find(self, parts: tuple[str, ...]) -> Table | None:
        """The table of a dotted name: as it is written, else without regard to case."""
        for same in (str, str.lower):
            wanted = tuple(same(part) for part in parts[-2:])
            for table in (*self.every, *self.together()):
                found = (same(table.schema), same(table.name))
                if found == wanted or (len(wanted) == 1 and table.here and found[1:] == wanted):
                    return table
        return None

    def together(self) -> tuple[Table, ...]:
        """The tables, with those that differ by a day at the end of their names as one, which has the columns of the last."""
        if not self.sharded:
            return self.every
        found: dict[tuple[str, str], Table] = {}
        for table in self.every:
            day = _DAY.fullmatch(table.name)
            name = f"{day[1]}*" if day else table.name
            found[table.schema, name] = table.replace(name=name)
        return tuple(found.values())


def tables(driver: Driver, session: Session) -> Tables:
    """What the catalogue of a database has. Raises what the driver raises."""
    found: dict[tuple[str, str], tuple[bool, list[Column]]] = {}
    for schema, table, column, held, here, unique in driver.catalogue(session):
        _, columns = found.setdefault((schema, table), (bool(here), []))
        columns.append(Column(name=column, held=held, type=type_of(held, driver.types), unique=bool(unique)))
    every = tuple(
        Table(schema=schema, name=name, columns=tuple(columns), here=here)
        for (schema, name), (here, columns) in found.items()
    )
    return Tables(every=every, kept=driver.kept, sharded=driver.sharded)


def type_of(held: str, special: Mapping[str, str]) -> str:
    """An engine's type as one of the language; empty for what it has none for."""
    text = held.strip().upper()
    if wrapped := _WRAPPED.fullmatch(text):
        return type_of(wrapped[1], special)
    if listed := _LIST.fullmatch(text):
        inner = type_of(listed[1] or listed[2] or "", special)
        return f"list({inner})" if inner else ""
    if text.startswith("TINYINT(1)"):
        return "boolean"  # as MySQL writes it
    if whole := re.fullmatch(r"(?:NUMBER|NUMERIC|DECIMAL)\(\d+, ?0\)", text):
        return special.get(whole[0], "integer")
    base = re.sub(r"\s+", " ", re.sub(r"\(.*?\)", "", text)).strip()
    base = base.removesuffix(" UNSIGNED").removesuffix(" ZEROFILL").removesuffix(" UNSIGNED")
    return special.get(base) or TYPES.get(base, "")
