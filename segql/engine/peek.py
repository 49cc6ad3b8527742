"""Small questions about data, for people who are typing: each is given up after some seconds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from segql.compiler import Statement
from segql.engine.duckdb import ask, connected, refusals
from segql.semantics import model
from segql.sql.questions import commonest

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")


def count(statement: Statement, database: str, seconds: float) -> int:
    """How many keys a statement gives. Raises Refused."""
    return _asked(database, seconds, lambda connection: ask(connection, statement).count())


def values(
    data: model.Data, field: model.Field | model.Key, limit: int, seconds: float, database: str
) -> tuple[str, ...]:
    """The commonest texts of a field, also of one that lies in a struct, a document or lists. Raises Refused."""

    def work(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
        with refusals():
            return tuple(value for (value,) in connection.execute(commonest(data, field, limit)).fetchall())

    return _asked(database, seconds, work)


def _asked(database: str, seconds: float, work: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
    with connected(database) as connection, _in_time(connection, seconds):
        return work(connection)


@contextmanager
def _in_time(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
