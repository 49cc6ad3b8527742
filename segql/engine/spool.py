"""Rows that a server gave, kept here until all are there: in memory while they are few, then on disk.

So nothing is printed before everything that can go wrong has gone well, however many rows there are.
"""

from __future__ import annotations

import datetime as dt
import pickle
import tempfile
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from segql.engine import duckdb

SMALL = 8 * 1024 * 1024  # bytes that are kept in memory

Row = tuple[Any, ...]


class Kept:
    """Rows in order, under the names of their columns, to count, fetch and write once `fill` is done."""

    def __init__(self) -> None:
        self.columns: tuple[str, ...] = ()
        self._file = tempfile.SpooledTemporaryFile(SMALL)  # noqa: SIM115  # closed by `close`
        self._count = 0
        self._sorts: tuple[Sort, ...] = ()

    def close(self) -> None:
        """Lets go of the rows."""
        self._file.close()

    def fill(self, columns: tuple[str, ...], batches: Iterable[list[Row]], limit: int | None = None) -> None:
        """Takes rows, the first `limit` of them."""
        self.columns = columns
        self._sorts = tuple(Sort() for _ in columns)
        for batch in batches:
            rows = [tuple(map(plain, row)) for row in (batch if limit is None else batch[: limit - self._count])]
            for sort, values in zip(self._sorts, zip(*rows, strict=True), strict=bool(rows)):
                sort.note(values)
            pickle.dump(rows, self._file, pickle.HIGHEST_PROTOCOL)
            self._count += len(rows)
            if limit is not None and self._count >= limit:
                return

    def count(self) -> int:
        """How many there are."""
        return self._count

    def batches(self) -> Iterator[list[Row]]:
        """The rows, some at a time."""
        self._file.seek(0)
        while True:
            try:
                rows = pickle.load(self._file)
            except EOFError:
                return
            yield rows

    def write_parquet(self, path: str) -> None:
        """Writes a Parquet file. Raises Refused and OSError."""
        types = [sort.sql() for sort in self._sorts]
        columns = ", ".join(f"{duckdb.quoted(name)} {type}" for name, type in zip(self.columns, types, strict=True))
        given = ", ".join(f"CAST(unnest(CAST(${n} AS VARCHAR[])) AS {type})" for n, type in enumerate(types, 1))
        with (
            tempfile.TemporaryDirectory(prefix="segql-") as folder,
            duckdb.connected(f"{folder}/rows.duckdb", write=True) as connection,
            duckdb.refusals(),
        ):
            connection.execute(f"CREATE TABLE kept ({columns})")
            for batch in self.batches():
                lists = [[_text(value) for value in values] for values in zip(*batch, strict=True)]
                if lists:
                    connection.execute(f"INSERT INTO kept SELECT {given}", lists)
            duckdb.listening(connection, lambda: connection.table("kept").write_parquet(path))


class Sort:
    """What the values of a column have in common."""

    def __init__(self) -> None:
        self._types: set[type] = set()
        self._digits = 0  # before the point
        self._scale = 0

    def note(self, values: Iterable[Any]) -> None:
        """Takes notice of some values."""
        for value in values:
            self._types.add(_Zoned if isinstance(value, dt.datetime) and value.tzinfo else type(value))
            if isinstance(value, int | Decimal) and not isinstance(value, bool):
                number = Decimal(value)
                if number.is_finite():
                    exponent = int(number.as_tuple().exponent)
                    self._scale = max(self._scale, -exponent)
                    self._digits = max(self._digits, number.adjusted() + 1)

    def sql(self) -> str:
        """DuckDB's type for them; text where they have no other in common."""
        types = self._types - {type(None)}
        if types == {int}:
            return "BIGINT" if self._digits <= 18 else "HUGEINT" if self._digits <= 38 else "VARCHAR"
        if types and types <= {int, Decimal}:
            return f"DECIMAL(38, {self._scale})" if self._digits + self._scale <= 38 else "VARCHAR"
        if types and types <= {int, float}:
            return "DOUBLE"
        one = next(iter(types)) if len(types) == 1 else str
        return _SQL.get(one, "VARCHAR")


class _Zoned:
    """An instant with a zone."""


_SQL = {bool: "BOOLEAN", dt.date: "DATE", dt.datetime: "TIMESTAMP", _Zoned: "TIMESTAMPTZ"}


def plain(value: Any) -> Any:
    """A driver's value as one that is written the same for every engine: instants in UTC, ids as text."""
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(dt.UTC)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "backslashreplace")
    return value


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
