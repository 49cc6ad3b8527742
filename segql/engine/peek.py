"""Small questions about data, for people who are typing: each is given up after some seconds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from segql.compiler import Statement
from segql.engine.duckdb import ask, common, connected
from segql.semantics import model

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")


def count(statement: Statement, database: str, seconds: float) -> int:
    """How many keys a statement gives. Raises Refused."""
    return _asked(database, seconds, lambda connection: ask(connection, statement).count())


def values(relation: model.Relation, column: str, limit: int, seconds: float, database: str) -> tuple[str, ...]:
    """The commonest texts of a column of a file, or of a table of a database. Raises Refused."""
    return _asked(database, seconds, lambda connection: tuple(common(connection, relation, column, limit)))


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
