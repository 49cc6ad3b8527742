"""Sequences on many events, in DuckDB: every plan, beside SQL by other means and the floor of sorting the rows that matter.

python -m benchmarks.sequences [ROWS ...]    (1,000,000 and 10,000,000 unless given; 50,000,000 needs 10 GB of disk)

Runs of what is compared are interleaved, a figure is a median, and what is printed are ratios to the floor of the same
run: of the processor's seconds, which a busy machine changes less than those of the clock. What takes longer than TIMEOUT
seconds is interrupted; what takes longer than SLOW is asked once. Counts of users are compared.
"""

from __future__ import annotations

import math
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks import events
from benchmarks.patterns import NOW, PATTERNS, SOURCE, Pattern
from benchmarks.rivals import EXACT, RIVALS, floor
from segql.compiler import Options, check, compile, pinned
from segql.source import Source
from segql.sql.plans import fitting

ROUNDS = 5
SLOW = 5.0
TIMEOUT = 30.0
FLOOR = "floor"
SEGMENTS = 50

Times = dict[str, list[float]]


def main() -> None:
    """Prints a table for each size, then how each pattern grew, then many segments together."""
    import duckdb

    sizes = [int(size.replace(",", "").replace("_", "")) for size in sys.argv[1:]] or [1_000_000, 10_000_000]
    chosen: dict[str, list[float]] = {pattern.name: [] for pattern in PATTERNS}
    with tempfile.TemporaryDirectory() as folder:
        for rows in sizes:
            with duckdb.connect(str(Path(folder) / f"{rows}.duckdb")) as connection:
                connection.execute("SET enable_progress_bar = false")
                events.load(connection, rows)
                print(f"\n{rows:,} rows, DuckDB {duckdb.__version__}: times the floor (its seconds)", flush=True)
                for pattern in PATTERNS:
                    chosen[pattern.name].append(_pattern(connection, pattern))
                _together(connection)
    if len(sizes) > 1:
        print("\nGrowth: the exponent of the chosen plan's seconds over rows (aim: at most 1.05)")
        for name, seconds in chosen.items():
            exponent = math.log(seconds[-1] / seconds[0]) / math.log(sizes[-1] / sizes[0])
            print(f"  {name:<4} {exponent:.2f}")


def _pattern(connection: Any, pattern: Pattern) -> float:
    """Measures and prints one pattern; the seconds of the plan that is chosen."""
    ours = _ours(pattern)
    asked = {FLOOR: floor(pattern), **ours, **{name: rival(pattern) for name, rival in RIVALS.items()}}
    times, counts = measured(connection, asked)
    least, right = statistics.median(times[FLOOR]), counts[next(iter(ours))]
    parts = []
    for name in asked:
        if name == FLOOR:
            continue
        if name not in times:
            parts.append(f"{name} over {TIMEOUT:.0f} s")
            continue
        same = counts[name] == right
        if not same and (name in ours or name in EXACT):
            raise SystemExit(f"{pattern.name}: {name} finds {counts[name]} users, and not {right}")
        parts.append(
            f"{name} {statistics.median(times[name]) / least:.2f}" + ("" if same else f" (finds {counts[name]})")
        )
    print(f"  {pattern.name:<4} {least:6.3f} s  {right:>7} users | {' | '.join(parts)}", flush=True)
    return statistics.median(times[next(iter(ours))])


def _ours(pattern: Pattern) -> dict[str, str]:
    """The SQL of every plan that fits, the chosen one first."""
    source = Source(pattern.text)
    plans = fitting(check(source).program.segment("found"), "duckdb")
    return {plan: f"SELECT count(*) FROM ({_sql(source, plan)})" for plan in plans}


def _sql(source: Source, plan: str = "") -> str:
    compiled = compile(source, ("found",), Options(now=pinned(NOW, source), plan=plan))
    return compiled.statements[0].sql


def measured(connection: Any, asked: dict[str, str], rounds: int = ROUNDS) -> tuple[Times, dict[str, int]]:
    """The seconds of each query in rounds, one after the other, and what each counts; without those that take too long."""
    times: Times = {name: [] for name in asked}
    counts: dict[str, int] = {}
    for _ in range(rounds):
        for name in [name for name, known in times.items() if not known or known[0] < SLOW]:
            start = time.process_time()
            found = _count(connection, asked[name])
            if found is None:
                del times[name]
            else:
                times[name].append(time.process_time() - start)
                counts[name] = found
    return times, counts


def _count(connection: Any, sql: str) -> int | None:
    import duckdb

    timer = threading.Timer(TIMEOUT, connection.interrupt)
    timer.start()
    try:
        return int(connection.execute(sql).fetchone()[0])
    except duckdb.InterruptException:
        return None
    finally:
        timer.cancel()


# ---------------------------------------------------------------- many segments at once


def _together(connection: Any) -> None:
    """Fifty segments of counts as fifty queries, and as one."""
    source = Source(SOURCE + "".join(_counting(n) for n in range(SEGMENTS)))
    alone = compile(source, (), Options(now=pinned(NOW, source)))
    (whole,) = compile(source, (), Options(now=pinned(NOW, source), together=True)).statements
    each = {statement.name: f"SELECT count(*) FROM ({statement.sql})" for statement in alone.statements}
    times, counts = measured(connection, {**each, "together": f"SELECT count(*) FROM ({whole.sql})"}, 3)
    if sum(counts[name] for name in each) != counts["together"]:
        raise SystemExit("segments together have other members than alone")
    apart = sum(statistics.median(times[name]) for name in each)
    together = statistics.median(times["together"])
    print(
        f"  {SEGMENTS} segments of counts: {apart:.2f} s alone, together {together / apart:.2f} of that (aim: at most 0.40)"
    )


def _counting(n: int) -> str:
    """A segment of one to three counts, out of 45 that are different."""
    kinds = [name for name, _ in events.KINDS[:15]]
    lines = []
    for i in range(1 + n % 3):
        at = (n * 7 + i * 11) % 45
        lines.append(
            f"did app where kind = '{kinds[at % 15]}' at least {1 + n % 4} times during last {40 + at // 15 * 30} days"
        )
    return f"\nsegment s{n} {{ key u  from app  {'  '.join(lines)} }}\n"


if __name__ == "__main__":
    main()
