"""How the keys of a reference table meet those of a source: on both sides, on one, or nearly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segql.engine.duckdb import listening, refusals
from segql.node import Value
from segql.semantics import model

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SAMPLES = 5
# Blanks that people do not see: what is trimmed before two keys are compared without regard to case.
BLANKS = " \t\n\r\u00a0\u200b\ufeff"


class Unlike(Exception):
    """The key holds values of one sort in the table, and of another in the source."""

    def __init__(self, table: str, source: str) -> None:
        super().__init__(f"{table}, {source}")
        self.table = table
        self.source = source


class Match(Value):
    """Counts of keys, each value once, and of rows.

    `shared` keys stand on several rows of the table (of a versioned one: on rows that are valid at one time). `near`
    keys of the table are not in the source, but another spelling of them is: by case, or by blanks around it. `alone`
    are keys of the table that the source has not, `unknown` keys of the source that the table has not. `rows_met` are
    the source's rows with a key whose key the table has; in a versioned table, at the time of the row.
    """

    key: str
    table_rows: int
    table_keys: int
    source_keys: int
    both: int
    shared: int
    shared_samples: tuple[tuple[str, int], ...]
    near: int
    near_samples: tuple[tuple[str, str], ...]
    alone_samples: tuple[str, ...]
    unknown_samples: tuple[str, ...]
    source_rows: int
    rows_met: int


def match(connection: DuckDBPyConnection, table: model.Data, source: model.Data, key: str) -> Match:
    """How a key of a table meets that of a source. Raises Refused and Unlike."""
    from segql.sql import questions as q  # sqlglot costs ten times a bare Python start

    def make(name: str, query: str) -> None:
        listening(connection, lambda: connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}"))

    def all_of(query: str) -> list[tuple[Any, ...]]:
        with refusals():
            return connection.execute(query).fetchall()

    make("table_rows", q.keys_of(table, key))
    make("source_rows", q.keys_of(source, key))
    kinds = [all_of(f"SELECT typeof({q.KEY}) FROM {name} LIMIT 1") for name in ("table_rows", "source_rows")]
    if all(kinds) and _sort(kinds[0][0][0]) != _sort(kinds[1][0][0]):
        raise Unlike(kinds[0][0][0], kinds[1][0][0])
    make("table_keys", f"SELECT {q.KEY} AS k, count(*) AS n FROM table_rows GROUP BY 1")
    make("source_keys", f"SELECT {q.KEY} AS k, count(*) AS n FROM source_rows GROUP BY 1")
    make("alone", "SELECT k FROM table_keys ANTI JOIN source_keys USING (k)")
    make("unknown", "SELECT k, n FROM source_keys ANTI JOIN table_keys USING (k)")
    make(
        "near",
        f"SELECT alone.k, min(unknown.k) AS other FROM alone JOIN unknown ON {_plain('alone.k')} = {_plain('unknown.k')} "
        f"GROUP BY 1",
    )
    make("shared", overlapping(q.KEY, q.START, q.END) if table.valid else "SELECT k, n FROM table_keys WHERE n > 1")
    ((table_rows,),) = all_of("SELECT count(*) FROM table_rows")
    ((table_keys,),) = all_of("SELECT count(*) FROM table_keys")
    ((source_keys, source_rows),) = all_of("SELECT count(*), coalesce(sum(n), 0) FROM source_keys")
    ((unknown, unknown_rows),) = all_of("SELECT count(*), coalesce(sum(n), 0) FROM unknown")
    ((near,),) = all_of("SELECT count(*) FROM near")
    ((shared,),) = all_of("SELECT count(*) FROM shared")
    met = source_rows - unknown_rows
    if table.valid and source.time:
        met = all_of(_as_of(q.KEY, q.AT, q.START, q.END))[0][0]
    return Match(
        key=key,
        table_rows=table_rows,
        table_keys=table_keys,
        source_keys=source_keys,
        both=source_keys - unknown,
        shared=shared,
        shared_samples=tuple(all_of(f"SELECT CAST(k AS VARCHAR), n FROM shared ORDER BY n DESC, k LIMIT {SAMPLES}")),
        near=near,
        near_samples=tuple(
            all_of(f"SELECT CAST(k AS VARCHAR), CAST(other AS VARCHAR) FROM near ORDER BY ALL LIMIT {SAMPLES}")
        ),
        alone_samples=tuple(k for (k,) in all_of(f"SELECT CAST(k AS VARCHAR) FROM alone ORDER BY k LIMIT {SAMPLES}")),
        unknown_samples=tuple(
            k for (k,) in all_of(f"SELECT CAST(k AS VARCHAR) FROM unknown ORDER BY n DESC, k LIMIT {SAMPLES}")
        ),
        source_rows=int(source_rows),
        rows_met=int(met),
    )


def _plain(column: str) -> str:
    blanks = "".join(f"chr({ord(c)}) || " for c in BLANKS).removesuffix(" || ")
    return f"lower(trim(CAST({column} AS VARCHAR), {blanks}))"


def overlapping(key: str, start: str, end: str) -> str:
    """Keys with rows that are valid at one time, and the number of those rows."""
    far = f"coalesce({end}, TIMESTAMP 'infinity')"
    until = f"max({far}) OVER (PARTITION BY {key} ORDER BY {start} NULLS FIRST ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    rows = f"SELECT {key} AS k, {start} AS s, {until} AS until FROM table_rows"
    return f"SELECT k, count(*) + 1 AS n FROM ({rows}) WHERE until > coalesce(s, TIMESTAMP '-infinity') GROUP BY 1"


def _as_of(key: str, at: str, start: str, end: str) -> str:
    """How many rows of the source find a version that is valid at their time."""
    return (
        f"SELECT count(*) FROM source_rows AS s WHERE EXISTS (SELECT 1 FROM table_rows AS t WHERE t.{key} = s.{key} "
        f"AND (t.{start} IS NULL OR t.{start} <= s.{at}) AND (t.{end} IS NULL OR s.{at} < t.{end}))"
    )


def _sort(kind: str) -> str:
    from segql.engine.types import type_of

    found = type_of(kind)
    return "number" if found in ("integer", "decimal", "float") else found
