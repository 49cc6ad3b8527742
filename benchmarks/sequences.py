"""Sequences on many events, in DuckDB and ClickHouse: every plan, beside SQL by other means and the floor of sorting the
rows that matter.

python -m benchmarks.sequences [duckdb] [clickhouse] [ROWS ...] [ours]    (both, 1,000,000 and 10,000,000 unless given;
50,000,000 needs 10 GB of disk; `ours` leaves the SQL by other means out, which takes most of the time)

Runs of what is compared are interleaved, a figure is a median, and what is printed are ratios to the floor of the same
run: of the processor's seconds, which a busy machine changes less than those of the clock. What takes longer than TIMEOUT
seconds is interrupted; what takes longer than SLOW is asked once. Counts of users are compared.
"""

from __future__ import annotations

import math
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks import events
from benchmarks.engines import ENGINES, Engine, asked_for
from benchmarks.patterns import NOW, PATTERNS, SOURCE, Pattern
from benchmarks.rivals import EXACT, RIVALS, floor
from segql.compiler import Options, check, compile, pinned
from segql.source import Source
from segql.sql.plans import fitting

ROUNDS = 5
SLOW = 5.0
FLOOR = "floor"
SEGMENTS = 50

Times = dict[str, list[float]]


def main() -> None:
    """Prints for each engine a table for each size and many segments together, then how each pattern grew."""
    alone = "ours" in sys.argv
    names, sizes = asked_for((1_000_000, 10_000_000), "ours")
    for name in names:
        _engine(name, sizes, alone)


def _engine(name: str, sizes: list[int], alone: bool) -> None:
    chosen: dict[str, list[float]] = {pattern.name: [] for pattern in PATTERNS}
    for rows in sizes:
        with tempfile.TemporaryDirectory() as folder, ENGINES[name](rows, Path(folder)) as engine:
            print(f"\n{rows:,} rows, {engine.title}: times the floor (its seconds)", flush=True)
            for pattern in PATTERNS:
                chosen[pattern.name].append(_pattern(engine, pattern, alone))
            _together(engine)
    if len(sizes) > 1:
        print("\nGrowth: the exponent of the chosen plan's seconds over rows (aim: at most 1.05)")
        for pattern_name, seconds in chosen.items():
            exponent = math.log(seconds[-1] / seconds[0]) / math.log(sizes[-1] / sizes[0])
            print(f"  {pattern_name:<4} {exponent:.2f}")


def _pattern(engine: Engine, pattern: Pattern, alone: bool) -> float:
    """Measures and prints one pattern; the seconds of the plan that is chosen."""
    ours, looser = _ours(pattern, engine.dialect), _by_time(pattern, engine.dialect)
    rivals = {} if alone else {name: rival(pattern) for name, rival in RIVALS[engine.dialect].items()}
    asked = {FLOOR: floor(pattern), **ours, **looser, **rivals}
    times, counts, failed = measured(engine, asked)
    least, right = statistics.median(times[FLOOR]), counts[next(iter(ours))]
    parts = []
    for name in asked:
        if name == FLOOR:
            continue
        if name in failed:
            parts.append(f"{name} {failed[name]}")
            continue
        same = counts[name] == right
        if not same and (name in ours or name in EXACT):
            raise SystemExit(f"{pattern.name}: {name} finds {counts[name]} users, and not {right}")
        parts.append(
            f"{name} {statistics.median(times[name]) / least:.2f}" + ("" if same else f" (finds {counts[name]})")
        )
    print(f"  {pattern.name:<4} {least:6.3f} s  {right:>7} users | {' | '.join(parts)}", flush=True)
    return statistics.median(times[next(iter(ours))])


def _ours(pattern: Pattern, dialect: str) -> dict[str, str]:
    """The SQL of every plan that fits, the chosen one first."""
    source = Source(pattern.text)
    plans = fitting(check(source).program.segment("found"), dialect)
    return {plan: f"SELECT count(*) FROM ({_sql(source, dialect, plan)})" for plan in plans}


def _by_time(pattern: Pattern, dialect: str) -> dict[str, str]:
    """The SQL of plans that fit only where nothing breaks ties: rows that tie are then in no order, which is another question."""
    source = Source(pattern.text.replace("  order ts, eid\n", ""))
    plans = fitting(check(source).program.segment("found"), dialect)
    more = [plan for plan in plans if plan not in _ours(pattern, dialect)]
    return {f"{plan} by time alone": f"SELECT count(*) FROM ({_sql(source, dialect, plan)})" for plan in more}


def _sql(source: Source, dialect: str, plan: str) -> str:
    compiled = compile(source, ("found",), Options(now=pinned(NOW, source), dialect=dialect, plan=plan))
    return compiled.statements[0].sql


def measured(
    engine: Engine, asked: dict[str, str], rounds: int = ROUNDS
) -> tuple[Times, dict[str, int], dict[str, str]]:
    """The seconds of each query in rounds, one after the other, what each counts, and why others count nothing."""
    times: Times = {name: [] for name in asked}
    counts: dict[str, int] = {}
    failed: dict[str, str] = {}
    for _ in range(rounds):
        for name in [name for name, known in times.items() if not known or known[0] < SLOW]:
            found = engine.ask(asked[name])
            if found.why:
                failed[name] = found.why
                del times[name]
            else:
                times[name].append(found.seconds)
                counts[name] = found.found
    return times, counts, failed


# ---------------------------------------------------------------- many segments at once


def _together(engine: Engine) -> None:
    """Fifty segments of counts as fifty queries, and as one."""
    source = Source(SOURCE + "".join(_counting(n) for n in range(SEGMENTS)))
    options = Options(now=pinned(NOW, source), dialect=engine.dialect)
    alone = compile(source, (), options)
    (whole,) = compile(source, (), options.replace(together=True)).statements
    each = {statement.name: f"SELECT count(*) FROM ({statement.sql})" for statement in alone.statements}
    times, counts, failed = measured(engine, {**each, "together": f"SELECT count(*) FROM ({whole.sql})"}, 3)
    if failed:
        print(f"  {SEGMENTS} segments of counts: {next(iter(failed.values()))}")
        return
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
