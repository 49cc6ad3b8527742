"""Generated events for the benchmark of sequences: the same for the same seed, made by the engine that reads them.

There are N / 100 users, of whom few are very busy (Zipf and Mandelbrot, exponent 0.9), sessions of eight events in the
mean, times in whole seconds of 90 days (so that several per cent tie), 20 kinds of events and 50 paths, in order of time.
"""

from __future__ import annotations

from typing import Any

SEED = 7
USERS_EVERY = 100  # rows
KINDS = (
    ("browse", 0.30),
    ("scroll", 0.18),
    ("search", 0.08),
    ("filter", 0.07),
    ("pause", 0.06),
    ("play", 0.05),
    ("add", 0.015),
    ("pay", 0.009),
    ("share", 0.012),
    ("refund", 0.004),
    ("invite", 0.01),
    ("upload", 0.011),
    ("review", 0.013),
    ("login", 0.05),
    ("logout", 0.04),
    ("zoom", 0.03),
    ("print", 0.02),
    ("help", 0.02),
    ("chat", 0.016),
)  # fmt: skip; the rest is "other"


def load(connection: Any, rows: int, seed: int = SEED) -> None:
    """Fills the table `events` with so many rows."""
    connection.execute("DROP TABLE IF EXISTS events")
    connection.execute(f"CREATE TABLE events AS {query(rows, seed)}")


def query(rows: int, seed: int = SEED) -> str:
    """DuckDB's SQL for the rows."""
    users = max(rows // USERS_EVERY, 10)
    kind, least = "CASE", 0.0
    for name, share in KINDS:
        least += share
        kind += f" WHEN v3 < {least:.4f} THEN '{name}'"
    return f"""
        WITH session AS (
          SELECT s, {_even("s", seed)} AS v1, {_even("s", seed + 1)} AS v2, {_even("s", seed + 2)} AS v3
          FROM range({rows // 8}) AS r(s)
        ), visit AS (
          SELECT s,
            CAST(floor(pow(pow(10, 0.1) + v1 * (pow({users} + 10, 0.1) - pow(10, 0.1)), 10) - 10) AS BIGINT) AS u,
            CAST(floor(v2 * 90 * 86400) AS BIGINT) AS start,
            1 + CAST(floor(-ln(1 - v3) / -ln(1 - 1 / 8.0)) AS BIGINT) AS many
          FROM session
        ), event AS (
          SELECT u, start, n, s * 1000 + n AS id
          FROM visit, LATERAL (SELECT unnest(range(many)) AS n)
        ), chance AS (
          SELECT u, start, n, id, {_even("id", seed + 3)} AS v1, {_even("id", seed + 4)} AS v2,
            {_even("id", seed + 5)} AS v3
          FROM event
        )
        SELECT
          u, make_timestamp((1767225600 + start + CAST(floor(n * 15 + v1 * 60) AS BIGINT)) * 1000000) AS ts,
          CAST(floor(v2 * 268435456) AS BIGINT) AS eid,
          {kind} ELSE 'other' END AS kind,
          '/p' || CAST(floor(v2 * v2 * 50) AS BIGINT) AS path
        FROM chance
        ORDER BY ts, eid
        """


def _even(value: str, seed: int) -> str:
    """A number in [0, 1) that looks like chance, and is the same each time. What is over 2^31 is told apart by its rest."""
    low, high = f"{value} % 2147483648 * 2654435761", f"{value} // 2147483648 * 104729"
    return f"(hash({low} + {high} + {seed} * 97) >> 11) / 9007199254740992.0"
