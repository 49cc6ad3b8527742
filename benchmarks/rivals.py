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


def house_arrays(pattern: Pattern) -> str:
    """The same in ClickHouse, where the least of nothing is the start of 1970. Inexact."""
    lists = ", ".join(f"groupArrayIf(ts, {WHERE[step]}) AS s{i}" for i, step in enumerate(pattern.steps))
    query = f"SELECT {_first('s0')} AS t0, * FROM (SELECT u, {lists} FROM events WHERE {pattern.rows()} GROUP BY u)"
    for i in range(1, len(pattern.steps)):
        limits = " AND ".join([f"x > t{i - 1}", *(limit.replace(f"e{i}.ts", "x") for limit in _limits(pattern, i))])
        limits = limits.replace("e0.ts", "t0").replace(f"e{i - 1}.ts", f"t{i - 1}")
        query = f"SELECT {_first(f'arrayFilter(x -> {limits}, s{i})')} AS t{i}, * FROM ({query})"
    return f"SELECT count(*) FROM ({query}) WHERE t{len(pattern.steps) - 1} < {NEVER}"


NEVER = "toDateTime64('2200-01-01', 6, 'UTC')"


def _first(times: str) -> str:
    return f"if(empty({times}), {NEVER}, arrayMin({times}))"


def built_in(pattern: Pattern) -> str:
    """windowFunnel, or sequenceMatch where each gap has a limit or the very next row is asked for, on the time alone, as
    their pages show. Inexact: rows that tie are in no order of their own, one row may fill two steps, and exclusions do not exist.
    """
    conditions = ", ".join(WHERE[step] for step in pattern.steps)
    if pattern.total:
        asked = f"windowFunnel({pattern.total})(toDateTime(ts), {conditions}) = {len(pattern.steps)}"
    else:
        parts = ["(?1)"]
        for i in range(1, len(pattern.steps)):
            gap = f"(?t<={pattern.limit(i)})" if pattern.limit(i) else ""
            parts.append(f"{gap}{'' if pattern.next else '.*'}(?{i + 1})")
        every = ", 1" if pattern.next else ""
        asked = f"sequenceMatch('{''.join(parts)}')(toDateTime(ts), {conditions}{every})"
    return f"SELECT count() FROM (SELECT u FROM events WHERE {pattern.rows()} GROUP BY u HAVING {asked})"


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


RIVALS: dict[str, dict[str, Rival]] = {
    "duckdb": {"self-join": self_join, "`<=` joins": at_or_after, "arrays": arrays},
    "clickhouse": {
        "self-join": self_join,
        "`<=` joins": at_or_after,
        "arrays": house_arrays,
        "built in": built_in,
    },
}
EXACT = {"self-join"}
