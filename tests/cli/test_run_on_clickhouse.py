"""`chdb://`, ClickHouse in the process, and `clickhouse://`, the same engine behind ClickHouse's HTTP interface; the packages
come from the environment of the engine."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.engines import in_ci
from tests.conformance.remote import ENGINES

TABLE = """
import chdb, sys
made = chdb.connect(sys.argv[1])
made.cursor().execute("CREATE TABLE events (user_id String, ts DateTime64(6), kind LowCardinality(Nullable(String)), "
    "amount Nullable(Decimal(9, 2)), tags Array(String), ok Bool) ENGINE = MergeTree ORDER BY user_id")
made.cursor().execute("INSERT INTO events SELECT 'u' || toString(number), '2026-03-30 10:00:00', 'buy', 12.5, ['a'], true FROM numbers(25000)")
made.close()
"""
ASKING = """
import json, sys
from segql.compiler import Statement
from segql.engine import drivers, servers
from segql.engine.troubles import Trouble

address = drivers.located(sys.argv[1])

def ask(sql, limit=None, seconds=None):
    try:
        with servers.asked(address, Statement(name="x", sql=sql, column="x"), lambda tables: None, limit, seconds) as found:
            rows = [row for batch in found.batches() for row in batch]
            return [found.columns, len(rows), str(rows[:1])]
    except Trouble as trouble:
        return [trouble.kind, trouble.why]

answers = {
    "rows": ask("SELECT user_id, ts, amount, ok FROM events ORDER BY user_id"),
    "limit": ask("SELECT user_id FROM events ORDER BY user_id", 3),
    "none": ask("SELECT user_id FROM events WHERE 0"),
    "nope": ask("SELECT * FROM nope"),
    "tables": [[t.shown, [[c.name, c.type] for c in t.columns]] for t in servers.tables(address).every],
}
if address.scheme == "chdb":
    answers["slow"] = ask("SELECT count() FROM numbers(1000000000000) WHERE number * 7 % 13 = 5", seconds=1)
print(json.dumps(answers))
"""


@pytest.fixture
def packages() -> str:
    """Where the package of chdb is found, before everything else."""
    found = list((ENGINES / "clickhouse" / "lib").glob("python*/site-packages"))
    if not found:
        if in_ci():
            pytest.fail("tests/conformance/install.sh installs clickhouse")
        pytest.skip("clickhouse is missing: tests/conformance/install.sh installs it")
    return os.pathsep.join((str(found[0]), os.environ.get("PYTHONPATH", "")))


@contextlib.contextmanager
def at(scheme: str, folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """The URL of the tables in a folder."""
    if scheme == "chdb":
        yield f"chdb:///{folder}"
        return
    server = [sys.executable, Path(__file__).with_name("clickhouse_server.py"), folder]
    with subprocess.Popen(server, stdout=subprocess.PIPE, text=True, env=environment) as running:
        assert running.stdout is not None
        try:
            yield f"clickhouse://127.0.0.1:{running.stdout.readline().strip()}"
        finally:
            running.kill()


@pytest.mark.parametrize("scheme", ["chdb", "clickhouse"])
def test_rows_columns_and_refusals(tmp_path: Path, packages: str, scheme: str) -> None:
    environment, folder = {**os.environ, "PYTHONPATH": packages}, tmp_path / "db"
    subprocess.run([sys.executable, "-c", TABLE, folder], check=True, env=environment)
    with at(scheme, folder, environment) as url:
        done = subprocess.run(
            [sys.executable, "-c", ASKING, url], capture_output=True, text=True, check=False, env=environment
        )
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout.splitlines()[-1])
    amount = {"chdb": "12.5", "clickhouse": "12.50"}[scheme]  # the same number: one driver drops zeros
    rows = f"[('u0', datetime.datetime(2026, 3, 30, 10, 0), Decimal('{amount}'), True)]"
    assert answers["rows"] == [["user_id", "ts", "amount", "ok"], 25000, rows]
    assert answers["limit"][:2] == [["user_id"], 3]
    assert answers["none"] == [
        ["user_id"] if scheme == "chdb" else [],
        0,
        "[]",
    ]  # HTTP tells of columns with rows alone
    assert answers["nope"][0] == "refused"
    assert "nope" in answers["nope"][1]
    if scheme == "chdb":
        assert answers["slow"] == ["time", "1 s"]  # and the process ends well, because the query did
    columns = ["user_id text", "ts timestamp", "kind text", "amount decimal", "tags list(text)", "ok boolean"]
    assert answers["tables"] == [["events", [column.split(" ") for column in columns]]]


MADE = """
import chdb, sys
made = chdb.connect(sys.argv[1])
made.cursor().execute("CREATE TABLE events (user_id String, ts DateTime64(6), kind LowCardinality(Nullable(String)), "
    "amount Nullable(Decimal(9, 2)), ok Bool) ENGINE = MergeTree ORDER BY user_id")
made.cursor().execute("INSERT INTO events VALUES ('ana', '2026-03-30 10:00:00', 'view', NULL, true), "
    "('ana', '2026-03-30 10:30:00', 'buy', 12.5, true), ('bia', '2026-03-30 10:00:00', 'view', NULL, false), "
    "('bia', '2026-03-30 12:30:00', 'buy', 3.25, false)")
made.close()
"""
QUICK = """
source events {
  from events  time ts  key user.id = user_id
  field kind : text  field amount : decimal  field ok : boolean
  event view : kind = 'view'  event buy : kind = 'buy'
}
segment quick { key user.id  from events  steps within 1 hour { view then buy } }
segment nobody { key user.id  from events  did buy where amount > 1000 }
segment rich { key user.id  from events  did buy where amount > 2 and ok }
"""


@pytest.mark.parametrize("scheme", ["chdb", "clickhouse"])
def test_sizes_overlaps_and_reasons(tmp_path: Path, packages: str, scheme: str) -> None:
    (tmp_path / "quick.seg").write_text(QUICK, "utf-8")
    environment, folder = {**os.environ, "PYTHONPATH": packages}, tmp_path / "db"
    subprocess.run([sys.executable, "-c", MADE, folder], check=True, env=environment)
    with at(scheme, folder, environment) as url:

        def asked(*arguments: str, code: int = 0) -> str:
            command = [sys.executable, "-m", "segql", *arguments, "--now", "2026-03-31", "--on", url]
            done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == code, done.stderr
            return done.stdout + done.stderr

        assert asked("run", "quick.seg", "--name", "quick", "--format", "csv").startswith(
            "user_id\nana\n1 key in quick"
        )
        assert asked("run", "quick.seg", "--name", "nobody", "--format", "csv").startswith("user_id\n0 keys in nobody")
        assert asked("size", "quick.seg", "quick") == "quick             1    50.0% of 2 keys (user.id)\n"
        assert "quick and rich: 1; 100.0% of quick, 100.0% of rich" in asked("overlap", "quick.seg", "quick", "rich")
        late = "1 hour 30 minutes too late for the whole, within 1 hour is asked: 2026-03-30 12:30  events  kind 'buy'"
        assert late in asked("why", "quick.seg", "--name", "quick", "--key", "bia")
        nearly = "would count but for ok; the last: 2026-03-30 12:30  events  ok false, amount 3.25"
        assert nearly in asked("why", "quick.seg", "--name", "rich", "--key", "bia")
        (tmp_path / "lost.seg").write_text(QUICK.replace("from events  time", "from evnts  time"), "utf-8")
        assert "error[SEG403]" in asked("run", "lost.seg", "--name", "rich", code=1)
