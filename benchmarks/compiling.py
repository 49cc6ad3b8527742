"""How long it takes to start, parse, check and compile, as multiples of a bare `python -c pass` of the same run.

Every figure is a median; runs of the things compared are interleaved, so that a noisy machine is noisy for all.
"""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from segql import compiler
from segql.semantics.scope import collect
from segql.source import Source
from segql.syntax import parse as parser

ROUNDS = 15
SHOP = Path(__file__).parents[1] / "examples" / "shop" / "shop.seg"

SOURCE = """source rum {
  from  analytics.rum_events
  time  timestamp
  order timestamp, event_id
  key   usr.id, usr.email, session.id
  field type          : text
  field view.url_path : text
  field action.name   : text
  field geo.country   : text
  field amount        : decimal
  event view     : type = 'view'
  event click    : type = 'action' and action.name != 'scroll'
  event purchase : type = 'action' and action.name = 'purchase'
}
"""
SEGMENT = """
## Saw page {n}, then bought within the hour, from one country; and came often.
segment s{n} {{
  key    usr.id
  from   rum
  during last {days} days
  where  geo.country = 'Brazil'
  did    view on at least 5 days
  sum(amount of purchase where amount > {n}) >= 100
  steps within 1 hour {{
    view where view.url_path = '/page/{n}'
    then click where action.name = 'checkout'
    without click where action.name = 'remove'
    then purchase
  }}
}}
"""
SMALL = """
segment s{n} {{
  key    usr.id
  from   rum
  during last {days} days
  steps within 1 hour {{
    view where view.url_path = '/page/{n}'
    then click where action.name = 'checkout'
  }}
}}
"""


def text_of(segments: int) -> str:
    """A file with so many segments, each with counts, a sum and a sequence of three steps."""
    return SOURCE + "".join(SEGMENT.format(n=n, days=7 + n % 83) for n in range(segments))


def seconds(work: Callable[[], object]) -> float:
    """How long one run takes, with the collector out of the way."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def process(*command: str) -> float:
    """How long a whole process takes, from start to end."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - start


def cold() -> tuple[float, dict[str, float]]:
    """The floor (a bare Python) in seconds, and what starts from nothing."""
    python, shop = sys.executable, str(SHOP)
    commands = {
        "python -c pass": (python, "-c", "pass"),
        "import click": (python, "-c", "import click"),
        "segql --help": (python, "-m", "segql", "--help"),
        "segql check shop.seg": (python, "-m", "segql", "check", shop),
        "segql compile shop.seg --name premium": (python, "-m", "segql", "compile", shop, "--name", "premium"),
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for command in commands.values():
        process(*command)  # writes the byte code that later runs read
    for _ in range(ROUNDS):
        for name, command in commands.items():
            times[name].append(process(*command))
    found = {name: statistics.median(values) for name, values in times.items()}
    return found["python -c pass"], found


def warm(segments: int) -> dict[str, float]:
    """Parse, check and compile a file of so many segments, nothing remembered."""
    text = text_of(segments)
    rounds = 9 if segments <= 100 else 3
    found: dict[str, list[float]] = {"parse": [], "check": [], "compile": []}
    for _ in range(rounds):
        work: Callable[[], object]
        for name, work in (
            ("parse", lambda: parser.parse(Source(text))),
            ("check", lambda: compiler.check(Source(text))),
            ("compile", lambda: compiler.compile(Source(text))),
        ):
            parser.forget()
            found[name].append(seconds(work))
    return {name: statistics.median(values) for name, values in found.items()}


def files_per_second(segment: str, count: int = 300) -> float:
    """Files of one segment each, compiled one after the other in one process."""
    texts = [SOURCE + segment.format(n=n, days=30) for n in range(count)]

    def work() -> None:
        for text in texts:
            assert compiler.compile(Source(text)).ok

    parser.forget()
    with compiler.collector_paused():  # as the command does: the process ends before garbage counts
        return count / seconds(work)


def one_edit() -> float:
    """A file of 1,000 lines in which one declaration changes, to the new SQL of that declaration, in seconds."""
    text = text_of(65)
    assert len(text.splitlines()) >= 1000
    compiler.compile(Source(text), ("s40",))
    times = []
    for n in range(40):
        edited = text.replace("'/page/40'", f"'/page/40-{n}'")
        times.append(seconds(lambda edited=edited: compiler.compile(Source(edited), ("s40",))))
    return statistics.median(times)


def names_only() -> float:
    """The same file, cut into declarations and collected, nothing changed: the floor of an edit, in seconds."""
    text = text_of(65)
    collect(Source(text), compiler.no_files)
    return statistics.median(seconds(lambda: collect(Source(text), compiler.no_files)) for _ in range(40))


def main() -> None:
    """Prints the tables."""
    floor, started = cold()
    print(f"\nStarting (1.0 = python -c pass, {floor * 1000:.1f} ms here)")
    for name, value in started.items():
        print(f"  {name:<40} {value / floor:6.1f}")
    print("\nOne process, nothing remembered (in multiples of the same floor; lines a second)")
    print(
        f"  {'segments':>8} {'lines':>7} {'parse':>9} {'check':>9} {'compile':>9} {'parsed l/s':>12} {'checked l/s':>12}"
    )
    for segments in (1, 100, 1000):
        found, lines = warm(segments), text_of(segments).count("\n")
        shown = "".join(f"{found[name] / floor:10.2f}" for name in ("parse", "check", "compile"))
        print(f"  {segments:>8} {lines:>7}{shown} {lines / found['parse']:12.0f} {lines / found['check']:12.0f}")
    print("\n  files of one segment compiled in a second (aim: 500)")
    for segment in (SMALL, SEGMENT):
        text = SOURCE + segment.format(n=1, days=30)
        size = len(compiler.compile(Source(text)).statements[0].sql)
        lines, rate = text.count("\n"), files_per_second(segment)
        print(f"    of {lines} lines, {size} characters of SQL: {rate:.0f}")
    edit, nothing = one_edit(), names_only()
    print(f"  one declaration of 1,000 lines edited, to its new SQL: {edit * 1000:.2f} ms (aim: 5 ms),")
    print(f"    of which the file is cut and its names collected in {nothing * 1000:.2f} ms")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ten_thousand.seg"
        path.write_text(text_of(650), "utf-8")
        print(
            f"  segql check of {path.read_text().count(chr(10))} lines, cold: {process(sys.executable, '-m', 'segql', 'check', str(path)) / floor:.1f}"
        )


if __name__ == "__main__":
    main()
