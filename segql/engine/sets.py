"""Segments as sets of keys: how many there are, how they overlap, and who came and went between two meanings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from segql.compiler import Statement
from segql.engine.duckdb import refusals
from segql.engine.engines import Engine
from segql.node import Value
from segql.semantics import model

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SAMPLES = 5


class Size(Value):
    """How many keys a segment has, and how many its data have (R12)."""

    name: str
    key: str
    keys: int
    universe: int


class Overlap(Value):
    """How segments of one key overlap.

    `sizes` are those of the segments. `together` counts the keys by the segments that they are in, and in no other:
    the largest group first.
    """

    names: tuple[str, ...]
    sizes: tuple[int, ...]
    together: tuple[tuple[tuple[str, ...], int], ...]

    @property
    def keys(self) -> int:
        """The keys that are in at least one."""
        return sum(count for _, count in self.together)

    def shared(self, one: str, other: str) -> int:
        """The keys that are in both of two segments."""
        return sum(count for names, count in self.together if one in names and other in names)

    def pairs(self) -> Iterable[tuple[str, str, int]]:
        """Each two segments, with the keys that they share."""
        return ((one, other, self.shared(one, other)) for one, other in combinations(self.names, 2))


class Change(Value):
    """The keys of a segment before and after: how many, and all that entered or left, as text."""

    before: int
    after: int
    entered: tuple[str, ...]
    left: tuple[str, ...]


def size(engine: Engine, program: model.Program, segment: model.Segment, now: dt.datetime) -> Size:
    """The size of a segment, counted by the engine. Raises Refused, Trouble and OutOfTime."""
    from segql.sql.questions import size_of  # sqlglot costs ten times a bare Python start

    counts: dict[int, int] = dict(engine.rows(size_of(program, segment, now, engine.dialect)))
    return Size(name=segment.name, key=segment.key, keys=int(counts[1]), universe=int(counts[2]))


def overlap(engine: Engine, statements: Sequence[Statement]) -> Overlap:
    """How segments of one key overlap. Raises what the engine raises."""
    connection = engine.connection
    tables = [engine.keep(statement, f"segql_keys_{n}") for n, statement in enumerate(statements)]
    every = " UNION ALL ".join(f"SELECT key, {n} AS n FROM {table}" for n, table in enumerate(tables))
    query = f"SELECT ns, count(*) FROM (SELECT key, list(n ORDER BY n) AS ns FROM ({every}) GROUP BY key) GROUP BY ns"
    names = tuple(statement.name for statement in statements)
    found = [(tuple(names[n] for n in ns), count) for ns, count in _rows(connection, query)]
    return Overlap(
        names=names,
        sizes=tuple(_number(connection, f"SELECT count(*) FROM {table}") for table in tables),
        together=tuple(sorted(found, key=lambda pair: (-pair[1], pair[0]))),
    )


def change(engine: Engine, before: Statement | None, after: Statement | None) -> Change:
    """Who came and went; a statement that is not there has no keys. Raises what the engine raises."""
    connection = engine.connection
    old, new = engine.keep(before, "segql_before"), engine.keep(after, "segql_after")

    def only(one: str, other: str) -> tuple[str, ...]:
        query = f"SELECT key FROM {one} EXCEPT SELECT key FROM {other} ORDER BY key"
        return tuple(key for (key,) in _rows(connection, query))

    return Change(
        before=_number(connection, f"SELECT count(*) FROM {old}"),
        after=_number(connection, f"SELECT count(*) FROM {new}"),
        entered=only(new, old),
        left=only(old, new),
    )


def _rows(connection: DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    with refusals():
        return connection.execute(query).fetchall()


def _number(connection: DuckDBPyConnection, query: str) -> int:
    ((found,),) = _rows(connection, query)
    return int(found)
