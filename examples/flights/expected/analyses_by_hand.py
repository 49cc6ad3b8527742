"""The rows of retention and paths of `analyses.seg`, worked out by hand with plain loops, none of it from the compiler.

    python analyses_by_hand.py            # write analyses/<name>.csv beside this file
    python analyses_by_hand.py --check    # only compare; exit code 1 when a file differs

For `--now 2013-04-01T04:00:00Z`. They need `duckdb` to read the events, and nothing else.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import sys
from collections import Counter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

HERE = Path(__file__).parent
NOW = dt.datetime(2013, 4, 1, 4)
MARCH = dt.datetime(2013, 3, 1, 5)


def events() -> dict[str, list[tuple[Any, ...]]]:
    """The events of each aircraft before now, in order: time, kind, delay, origin, destination."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    query = f"select tailnum, \"at\", kind, delay, origin, dest from '{HERE}/../data/flights.parquet'"
    for tail, *event in duckdb.sql(query).fetchall():
        if tail is not None and event[0] < NOW:
            found.setdefault(tail, []).append(tuple(event))
    return {tail: sorted(many, key=lambda event: event[0]) for tail, many in sorted(found.items())}


def week(at: dt.datetime) -> dt.date:
    """The Monday of New York's week."""
    day = at.replace(tzinfo=dt.UTC).astimezone(ZoneInfo("America/New_York")).date()
    return day - dt.timedelta(days=day.weekday())


def late_again(of: dict[str, list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    cohorts: dict[
        Any, list[int]
    ] = {}  # by week and origin: how many weeks after the first the last one came; -1: never
    for many in of.values():
        late = [(at, origin) for at, kind, delay, origin, _ in many if kind == "departure" and (delay or 0) > 60]
        if late:
            first, origin = min(late)
            again = [(week(at) - week(first)).days // 7 for at, _ in late if at > first]
            cohorts.setdefault((week(first), origin), []).append(max(again, default=-1))
    rows = []
    for (monday, origin), last in sorted(cohorts.items()):
        for n in range(6):
            keys, size = sum(reached >= n for reached in last), len(last)
            complete = week(NOW) > monday + dt.timedelta(days=7 * n)
            rows.append((monday, origin, n, keys, size, keys / size, complete))
    return rows


def after_san_francisco(of: dict[str, list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    walks = []
    for many in of.values():
        nodes = [(at, dest) for at, kind, _, _, dest in many if kind == "departure" and at >= MARCH and dest]
        names = collapsed([dest for _, dest in sorted(nodes)])
        if "SFO" in names:
            walks.append(names[names.index("SFO") :][:4])
    return links(walks, depth=4, top=6)


def before_cancellation(of: dict[str, list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    late = set((HERE / "chronically_late.csv").read_text("utf-8").split()[1:])
    rows: list[tuple[Any, ...]] = []
    for audience in ("chronically_late", "everyone"):
        walks = []
        for tail, many in of.items():
            names = [kind for _, kind in sorted((at, kind) for at, kind, *_ in many)]
            if "cancellation" in names and (audience == "everyone" or tail in late):
                walks.append(names[: names.index("cancellation") + 1][::-1][:4])
        rows += [(audience, *row) for row in links(walks, depth=4, top=99, back=True)]
    return rows


def from_bad_to_worse(of: dict[str, list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    day = dt.timedelta(days=1)
    groups: dict[str, list[tuple[int, bool]]] = {}  # how far each aircraft came, and whether it may still go on
    for many in of.values():
        late = [(at, origin) for at, kind, delay, origin, _ in many if kind == "departure" and (delay or 0) > 60]
        ends = [at for at, kind, *_ in many if kind == "cancellation"]
        tries = [(1, a, a, a + day >= NOW) for a, _ in late]
        pairs = [(a, b) for a, _ in late for b, _ in late if a < b <= a + day]
        tries += [(2, b, a, a + 2 * day >= NOW) for a, b in pairs]
        tries += [(3, c, a, False) for a, b in pairs for c in ends if b < c <= a + 2 * day]
        if tries:
            deepest, _, start, _ = min(tries, key=lambda each: (-each[0], each[1], NOW - each[2]))
            origin = min(origin for at, origin in late if at == start)
            groups.setdefault(origin, []).append((deepest, any(still for *_, still in tries)))
    rows: list[tuple[Any, ...]] = []
    for origin, reached in sorted(groups.items()):
        counts = [sum(deepest >= n for deepest, _ in reached) for n in (1, 2, 3)]
        for n, name in enumerate(("late", "late_again", "cancellation")):
            pending = sum(deepest == n + 1 < 3 and still for deepest, still in reached)
            dropped = sum(deepest == n + 1 < 3 for deepest, _ in reached) - pending
            shares = (counts[n] / counts[0], counts[n] / counts[max(n - 1, 0)])
            rows.append((origin, n + 1, name, counts[n], *shares, pending, dropped))
    return rows


def collapsed(names: list[str]) -> list[str]:
    return [name for n, name in enumerate(names) if n == 0 or name != names[n - 1]]


def links(walks: list[list[str]], depth: int, top: int, back: bool = False) -> list[tuple[Any, ...]]:
    """How many walks take each link; of each step, the `top` nodes by name."""
    named = []
    for n in range(depth):
        counts = Counter(walk[n] for walk in walks if len(walk) > n)
        named.append({name for name, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:top]})

    def end(walk: list[str], n: int) -> tuple[str, str]:
        if len(walk) <= n:
            return ("", "entry" if back else "drop-off")
        return (walk[n], "node") if walk[n] in named[n] else ("", "other")

    flows: Counter[Any] = Counter()
    for walk in walks:
        for n in range(min(len(walk), depth - 1)):
            near, far = end(walk, n), end(walk, n + 1)
            flows[(n + 1, *far, *near) if back else (n + 1, *near, *far)] += 1

    def place(item: tuple[Any, int]) -> tuple[Any, ...]:
        (step, source, source_kind, target, target_kind), keys = item
        return (step, -keys, source_kind, source, target_kind, target)

    return [(*link, keys) for link, keys in sorted(flows.items(), key=place)]


LINK = ("step", "source", "source_kind", "target", "target_kind", "keys")
FUNNEL = ("step", "event", "keys", "conversion_from_start", "conversion_from_previous", "pending", "dropped")
ANSWERS = {
    late_again: ("cohort", "origin", "period", "keys", "size", "share", "complete"),
    after_san_francisco: LINK,
    before_cancellation: ("segment", *LINK),
    from_bad_to_worse: ("origin", *FUNNEL),
}


def main(check: bool) -> int:
    """Write or compare the rows; returns the exit code."""
    of, different = events(), 0
    for answer, columns in ANSWERS.items():
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        rows = answer(of)
        for row in rows:
            writer.writerow([str(value).lower() if isinstance(value, bool) else value for value in row])
        path = HERE / "analyses" / f"{answer.__name__}.csv"
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(out.getvalue(), "utf-8")
        elif path.read_text("utf-8") != out.getvalue():
            different += 1
            print(f"{path.name} differs")
            continue
        print(f"{len(rows):6} {answer.__name__}")
    return min(different, 1)


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
