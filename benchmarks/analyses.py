"""Analyses on many events, in DuckDB: explorers, paths, funnels and retentions, beside two floors of the same rows.

python -m benchmarks.analyses [ROWS ...]    (10,000,000 unless given)

The floors are those of `benchmarks.sequences`: the rows that play a part sorted by user and time, and these rows scanned
and counted by user. Runs are interleaved, a figure is a median, and what is printed are ratios to the floors of the same
run, of the processor's seconds.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import NamedTuple

from benchmarks.engines import Engine, asked_for, duckdb_with
from benchmarks.patterns import NOW, SOURCE, WHERE
from benchmarks.sequences import measured
from segql.compiler import Options, compile, pinned
from segql.source import Source

ROUNDS = 5
SORT, SCAN, OURS = "sort", "scan", "ours"
PAYERS = "\nsegment payers { key u  from app  did pay at least 3 times }\n"


class Asked(NamedTuple):
    """An analysis as SegQL says it, and the rows that play a part in it."""

    name: str
    says: str
    rows: str

    @property
    def text(self) -> str:
        """A file with the analysis."""
        return f"{SOURCE}{PAYERS}\n{self.says}\n"


def _any(*names: str) -> str:
    return " OR ".join(f"({WHERE[name]})" for name in names)


ANALYSES = (
    Asked("explore: counts by kind", "explore found { from app by kind measure n = count() }", "TRUE"),
    Asked("explore: users and pays by day", """explore found {
        from app  by day
        measure users = count(distinct u)  measure pays = count(pay)
    }""", "TRUE"),
    Asked("explore: payers and all by path, top, other, totals", """explore found {
        from app  for payers, everyone  by path
        measure users = count(distinct u)  measure n = count()
        top 10 with other totals
    }""", "TRUE"),
    Asked("paths: from the first node", "paths found { from app key u node path of browse }", "kind = 'browse'"),
    Asked("paths: from a start, repeats collapsed, top", """paths found {
        from app  for payers, everyone  key u  node path of browse
        start '/p1'  collapse repeats  depth 5  top 8
    }""", "kind = 'browse'"),
    Asked("paths: from a start that few reach", "paths found { from app key u node path of browse start '/p49' }",
          "kind = 'browse'"),
    Asked("funnel: three narrow steps", """funnel found {
        from app key u  steps within 1 day { landing then pay then share }
    }""", _any("landing", "pay", "share")),
    Asked("funnel: three broad steps, by path", """funnel found {
        from app  for payers, everyone  key u  steps within 1 day { browse then search then narrow }  by path of first step
    }""", _any("browse", "search", "narrow")),
    Asked("retention: weeks", "retention found { from app key u start first landing return browse every 1 week for 8 }",
          _any("browse")),
    Asked("retention: calendar days, on or after, by path", """retention found {
        from app  for payers, everyone  key u  start landing  return share  every calendar day for 14 on or after  by path
    }""", _any("landing", "share")),
)  # fmt: skip


def main() -> None:
    """Prints a line for each analysis of each size."""
    _, sizes = asked_for((10_000_000,))
    for rows in sizes:
        with tempfile.TemporaryDirectory() as folder, duckdb_with(rows, Path(folder)) as engine:
            print(f"\n{rows:,} rows, {engine.title}: times the filtered sort, and the filtered scan")
            for asked in ANALYSES:
                _one(engine, asked)


def _one(engine: Engine, asked: Asked) -> None:
    queries = {SORT: _sort(asked), SCAN: _scan(asked), OURS: f"SELECT count(*) FROM ({_sql(asked)})"}
    times, counts, failed = measured(engine, queries, ROUNDS)
    if failed:
        print(f"  {asked.name}: {', '.join(f'{name} {why}' for name, why in failed.items())}", flush=True)
        return
    middle = {name: statistics.median(seconds) for name, seconds in times.items()}
    sort, scan = (f"{middle[OURS] / middle[floor]:.2f}" for floor in (SORT, SCAN))
    print(f"  {asked.name:<52} {sort:>6} {scan:>6}  {middle[OURS]:.2f} s, {counts[OURS]:,} rows", flush=True)


def _sql(asked: Asked) -> str:
    source = Source(asked.text)
    return compile(source, ("found",), Options(now=pinned(NOW, source))).statements[0].sql


def _sort(asked: Asked) -> str:
    inner = f"SELECT row_number() OVER (PARTITION BY u ORDER BY ts, eid) AS n FROM events WHERE {asked.rows}"
    return f"SELECT sum(n) FROM ({inner})"


def _scan(asked: Asked) -> str:
    inner = f"SELECT u, count(*) AS n, min(ts) AS first FROM events WHERE {asked.rows} GROUP BY u"
    return f"SELECT sum(n) FROM ({inner} HAVING min(ts) IS NOT NULL)"


if __name__ == "__main__":
    main()
