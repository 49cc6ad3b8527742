"""Who answers questions about segments: DuckDB here, or the database that a URL names. In: SQL; out: rows, and kept keys.

What is compared is compared here: keys of any engine are kept, as text, in a table of a DuckDB connection.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from segql.compiler import Checked, Statement
from segql.engine import duckdb
from segql.engine.duckdb import listening, refusals
from segql.engine.spool import plain
from segql.engine.troubles import Trouble
from segql.semantics import model

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from segql.engine import live
    from segql.engine.addresses import Address
    from segql.engine.running import Place

Row = tuple[Any, ...]
NO_KEYS = "SELECT NULL::VARCHAR AS key WHERE false"


class Engine(Protocol):
    """Answers in one dialect. `connection` is the DuckDB connection that keeps keys."""

    @property
    def connection(self) -> DuckDBPyConnection:
        """Where keys are kept."""

    @property
    def dialect(self) -> str:
        """The dialect that is understood."""

    def look(self, name: str) -> None:
        """Sees that tables are as the data of a segment or analysis are declared. Raises Misdeclared and Trouble."""

    def rows(self, sql: str) -> list[Row]:
        """The rows that a query gives. Raises Refused, Trouble and OutOfTime."""

    def values(self, sql: str, types: Mapping[str, model.Type]) -> list[dict[str, Any]]:
        """The rows that a query gives, as the reference has them: names and types in the order of columns. Raises the same."""

    def keep(self, statement: Statement | None, table: str) -> str:
        """Keeps the keys of a statement, as text, in a table of this name. Raises the same, and Misdeclared."""


@contextmanager
def opened(place: Place, *checked: Checked) -> Iterator[Engine]:
    """The engine of a place; what is declared is known from the texts. Raises Refused."""
    if isinstance(place, str):
        with duckdb.connected(place) as connection:
            yield Here(connection)
    else:
        with duckdb.connected() as connection:
            yield There(connection, place, checked)


class Here:
    """DuckDB: what is asked and what is kept are in one connection."""

    dialect = "duckdb"

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self.connection = connection

    def look(self, name: str) -> None:
        """DuckDB refuses to compare what is of another sort."""

    def rows(self, sql: str) -> list[Row]:
        """As the connection gives them."""
        found: list[Row] = []
        listening(self.connection, lambda: found.extend(self.connection.execute(sql).fetchall()))
        return found

    def values(self, sql: str, types: Mapping[str, model.Type]) -> list[dict[str, Any]]:
        """DuckDB's values are those of the reference."""
        return [dict(zip(types, row, strict=True)) for row in self.rows(sql)]

    def keep(self, statement: Statement | None, table: str) -> str:
        """The statement fills the table itself."""
        keys = NO_KEYS
        if statement is not None:
            keys = f"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (\n{statement.sql}\n) AS keys(key)"
        make = f"CREATE OR REPLACE TEMP TABLE {table} AS {keys}"
        listening(self.connection, lambda: self.connection.execute(make))
        return table


class There:
    """Another database: each question is a session of its own, and keys are fetched."""

    def __init__(self, connection: DuckDBPyConnection, address: Address, checked: tuple[Checked, ...]) -> None:
        from segql.engine import drivers

        self.connection = connection
        self.dialect = drivers.dialect_of(address)
        self._address = address
        self._checked = checked

    def look(self, name: str) -> None:
        """By the catalogue; without one, the queries tell what is not there."""
        from segql.engine import servers

        try:
            found = servers.tables(self._address)
        except Trouble as trouble:
            if trouble.kind not in ("refused", "denied"):
                raise
        else:
            self._fits(name)(found)

    def rows(self, sql: str) -> list[Row]:
        """All rows, fetched."""
        from segql.engine import servers

        return servers.working(self._address, lambda s: [row for batch in s.rows(sql).batches for row in batch])

    def values(self, sql: str, types: Mapping[str, model.Type]) -> list[dict[str, Any]]:
        """Drivers have values of their own for instants, decimals and truth."""
        readers = [READERS.get(type.name, plain) for type in types.values()]
        rows = (
            [None if v is None else read(v) for v, read in zip(row, readers, strict=True)] for row in self.rows(sql)
        )
        return [dict(zip(types, row, strict=True)) for row in rows]

    def keep(self, statement: Statement | None, table: str) -> str:
        """The keys are fetched, some at a time."""
        from segql.engine import servers

        with refusals():
            self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {NO_KEYS}")
        if statement is None:
            return table
        with servers.asked(self._address, statement, self._fits(statement.name)) as found:
            for batch in found.batches():
                with refusals():
                    keys = [text(row[0]) for row in batch]
                    self.connection.execute(f"INSERT INTO {table} SELECT unnest(CAST($1 AS VARCHAR[]))", [keys])
        return table

    def _fits(self, name: str) -> Callable[[live.Tables], None]:
        """Whether the tables are as a segment's data are declared."""
        from segql.engine import drift

        looks = [drift.fitting(each, name) for each in self._checked if each.program.find(name) is not None]

        def fits(tables: live.Tables) -> None:
            for look in looks:
                look(tables)

        return fits


def text(value: object) -> str:
    """The value of a key as DuckDB writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat(sep=" ") if isinstance(value, dt.datetime) else str(value)


# ---------------------------------------------------------------- values of drivers


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes | bytearray) else str(value)


def _instant(value: Any) -> dt.datetime:
    """An instant in UTC without a zone."""
    found = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(_text(value))
    return found.astimezone(dt.UTC).replace(tzinfo=None) if found.tzinfo else found


def _date(value: Any) -> dt.date:
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(_text(value)[:10])


def _decimal(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(_text(value))


READERS: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "enum": _text,
    "boolean": bool,
    "integer": int,
    "decimal": _decimal,
    "float": float,
    "date": _date,
    "timestamp": _instant,
    "timestamptz": _instant,
}
