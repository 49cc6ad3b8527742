"""What the benchmarks ask: DuckDB in this process, and ClickHouse in one of its own, as the conformance tests start it."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from benchmarks import events

TIMEOUT = 30.0  # seconds
ROOT = Path(__file__).parents[1]
HOST = ROOT / "tests" / "conformance" / "hosts" / "clickhouse.py"
PYTHON = ROOT / ".engines" / "clickhouse" / "bin" / "python"


class Answer(NamedTuple):
    """What a query found and the processor's seconds that it took; or why it found nothing."""

    seconds: float = 0.0
    found: int = 0
    why: str = ""


LATE = Answer(why=f"over {TIMEOUT:.0f} s")


class Engine(Protocol):
    """An engine with a table `events`."""

    dialect: str
    title: str

    def ask(self, sql: str) -> Answer:
        """Runs a query that gives one number. A query that takes longer than TIMEOUT is interrupted."""
        ...


class DuckDB:
    """A connection of this process."""

    dialect = "duckdb"

    def __init__(self, connection: Any) -> None:
        import duckdb

        self.title = f"DuckDB {duckdb.__version__}"
        self._connection = connection

    def ask(self, sql: str) -> Answer:
        import duckdb

        timer = threading.Timer(TIMEOUT, self._connection.interrupt)
        timer.start()
        start = time.process_time()
        try:
            count = int(self._connection.execute(sql).fetchone()[0])
            return Answer(time.process_time() - start, count)
        except duckdb.InterruptException:
            return LATE
        finally:
            timer.cancel()


class ClickHouse:
    """A process that is asked a line at a time (tests/conformance/hosts/wire.py says how)."""

    dialect = "clickhouse"

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.title = f"ClickHouse {self._read()['version']}"

    def run(self, sql: str) -> dict[str, Any]:
        """The rows of a statement, or its error."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"sql": sql, "tables": []}) + "\n")
        self._process.stdin.flush()
        return self._read()

    def ask(self, sql: str) -> Answer:
        start = self._seconds()
        answer = self.run(sql)
        if "error" in answer:
            late = "TIMEOUT_EXCEEDED" in answer["error"]
            return LATE if late else Answer(why=f"fails ({answer['error'].partition('. ')[0][:60]})")
        seconds = self._seconds() - start
        return Answer(seconds, int(answer["rows"][-1][0]))  # before it may stand what an interrupted query left

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found

    def _seconds(self) -> float:
        """The processor's seconds that the process has taken, all its threads together: Linux's clock_getcpuclockid(3)."""
        return time.clock_gettime(~self._process.pid << 3 | 2)


@contextlib.contextmanager
def duckdb_with(rows: int, folder: Path) -> Iterator[DuckDB]:
    """DuckDB with so many events, in a file below a folder."""
    import duckdb

    with duckdb.connect(str(folder / f"{rows}.duckdb")) as connection:
        connection.execute("SET enable_progress_bar = false")
        events.load(connection, rows)
        yield DuckDB(connection)


@contextlib.contextmanager
def clickhouse_with(rows: int, folder: Path) -> Iterator[ClickHouse]:
    """ClickHouse with the same events, in a MergeTree ordered by time. Ends the program where it is not installed."""
    import duckdb

    if not PYTHON.exists():
        raise SystemExit("tests/conformance/install.sh installs ClickHouse")
    parquet = folder / f"{rows}.parquet"
    duckdb.connect().execute(f"COPY ({events.query(rows)}) TO '{parquet}'")
    command = [str(PYTHON), str(HOST)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        engine = ClickHouse(process)
        try:
            columns = "u Int64, ts DateTime64(6, 'UTC'), eid Int64, kind String, path String"
            for statement in (
                f"CREATE TABLE events ({columns}) ENGINE = MergeTree ORDER BY ts",
                f"INSERT INTO events SELECT * FROM file('{parquet}', Parquet)",
                f"SET max_execution_time = {TIMEOUT:.0f}",
            ):
                answer = engine.run(statement)
                if "error" in answer:
                    raise SystemExit(answer["error"])
            yield engine
        finally:
            process.kill()


ENGINES: dict[str, Callable[[int, Path], AbstractContextManager[Engine]]] = {
    "duckdb": duckdb_with,
    "clickhouse": clickhouse_with,
}


def asked_for(sizes: tuple[int, ...], *others: str) -> tuple[list[str], list[int]]:
    """The engines and the numbers of rows that the command line names beside other words; all engines, and `sizes`, where
    it names none."""
    words = [word.replace(",", "").replace("_", "") for word in sys.argv[1:] if word not in others]
    return [w for w in words if w in ENGINES] or list(ENGINES), [int(w) for w in words if w not in ENGINES] or [*sizes]
