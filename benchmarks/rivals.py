"""What a pattern costs by other means, in SQL that people write by hand or tools write for them: each gives a count of users.

Each says for which patterns it means the same; where it does not, its count may differ, and the table marks it.
"""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.patterns import WHERE, Pattern

Rival = Callable[[Pattern], str]


def floor(pattern: Pattern) -> str:
    """The floor: the rows that play a part, sorted by user and time. Any plan that sorts costs at least this."""
    inner = f"SELECT row_number() OVER (PARTITION BY u ORDER BY ts, eid) AS n FROM events WHERE {pattern.rows()}"
    return f"SELECT sum(n) FROM ({inner})"


def self_join(pattern: Pattern) -> str:
    """The events of each step joined with those of the step before: what one writes first. Exact."""
    joins = [f"(SELECT u, ts, eid FROM events WHERE {WHERE[pattern.steps[0]]}) AS e0"]
    for i, step in enumerate(pattern.steps[1:], start=1):
        on = [f"e{i}.u = e0.u", f"(e{i}.ts > e{i - 1}.ts OR (e{i}.ts = e{i - 1}.ts AND e{i}.eid > e{i - 1}.eid))"]
        on += _limits(pattern, i)
        joins.append(f"JOIN (SELECT u, ts, eid FROM events WHERE {WHERE[step]}) AS e{i} ON {' AND '.join(on)}")
    return f"SELECT count(DISTINCT e0.u) FROM {' '.join(joins)} {_apart(pattern)}"


def at_or_after(pattern: Pattern) -> str:
    """The joins of dbt_product_analytics, with the limits added: `<=` on time, so ties count as in order. Inexact."""
    joins = [f"(SELECT u, ts FROM events WHERE {WHERE[pattern.steps[0]]}) AS e0"]
    for i, step in enumerate(pattern.steps[1:], start=1):
        on = [f"e{i}.u = e0.u", f"e{i - 1}.ts <= e{i}.ts", *_limits(pattern, i)]
        joins.append(f"JOIN (SELECT u, ts FROM events WHERE {WHERE[step]}) AS e{i} ON {' AND '.join(on)}")
    return f"SELECT count(DISTINCT e0.u) FROM {' '.join(joins)}"


def arrays(pattern: Pattern) -> str:
    """Arrays of times for each user, and in each the first after the last found: early SQL of PostHog. Inexact."""
    lists = ", ".join(f"list(ts) FILTER ({WHERE[step]}) AS s{i}" for i, step in enumerate(pattern.steps))
    query = f"SELECT list_min(s0) AS t0, * FROM (SELECT u, {lists} FROM events WHERE {pattern.rows()} GROUP BY u)"
    for i in range(1, len(pattern.steps)):
        limits = " AND ".join([f"x > t{i - 1}", *(limit.replace(f"e{i}.ts", "x") for limit in _limits(pattern, i))])
        limits = limits.replace("e0.ts", "t0").replace(f"e{i - 1}.ts", f"t{i - 1}")
        query = f"SELECT list_min(list_filter(s{i}, lambda x: {limits})) AS t{i}, * FROM ({query})"
    return f"SELECT count(*) FROM ({query}) WHERE t{len(pattern.steps) - 1} IS NOT NULL"


def _limits(pattern: Pattern, i: int) -> list[str]:
    found = []
    if pattern.limit(i):
        found.append(f"e{i}.ts <= e{i - 1}.ts + INTERVAL {pattern.limit(i)} SECOND")
    if pattern.total:
        found.append(f"e{i}.ts <= e0.ts + INTERVAL {pattern.total} SECOND")
    return found


def _apart(pattern: Pattern) -> str:
    if not (pattern.apart or pattern.next):
        return ""
    last = len(pattern.steps) - 1
    what = "TRUE" if pattern.next else WHERE[pattern.apart]
    return (
        f"WHERE NOT EXISTS (SELECT 1 FROM events AS x WHERE {what} AND x.u = e0.u"
        f" AND (x.ts > e{last - 1}.ts OR (x.ts = e{last - 1}.ts AND x.eid > e{last - 1}.eid))"
        f" AND (x.ts < e{last}.ts OR (x.ts = e{last}.ts AND x.eid < e{last}.eid)))"
    )


RIVALS: dict[str, Rival] = {"self-join": self_join, "`<=` joins": at_or_after, "arrays": arrays}
EXACT = {"self-join"}
