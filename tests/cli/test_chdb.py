"""`chdb://`: ClickHouse in the process, whose package comes from the environment of the engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance.engines import in_ci
from tests.conformance.remote import ENGINES

ASKING = """
import json, sys
import chdb
from segql.compiler import Statement
from segql.engine import drivers, servers
from segql.engine.troubles import Trouble

folder, = sys.argv[1:]
made = chdb.connect(folder)
made.cursor().execute("CREATE TABLE events (user_id String, ts DateTime64(6), kind LowCardinality(Nullable(String)), "
    "amount Nullable(Decimal(9, 2)), tags Array(String), ok Bool) ENGINE = MergeTree ORDER BY user_id")
made.cursor().execute("INSERT INTO events SELECT 'u' || toString(number), '2026-03-30 10:00:00', 'buy', 12.5, ['a'], true FROM numbers(25000)")
made.close()
address = drivers.located(f"chdb:///{folder}")

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
    "slow": ask("SELECT count() FROM numbers(1000000000000) WHERE number * 7 % 13 = 5", seconds=1),
    "tables": [[t.shown, [[c.name, c.type] for c in t.columns]] for t in servers.tables(address).every],
}
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


def test_rows_columns_and_refusals_come_from_chdb(tmp_path: Path, packages: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASKING, str(tmp_path / "db")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": packages},
    )
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout.splitlines()[-1])
    rows = "[('u0', datetime.datetime(2026, 3, 30, 10, 0), Decimal('12.5'), True)]"
    assert answers["rows"] == [["user_id", "ts", "amount", "ok"], 25000, rows]
    assert answers["limit"][:2] == [["user_id"], 3]
    assert answers["none"] == [["user_id"], 0, "[]"]
    assert answers["nope"][0] == "refused"
    assert "nope" in answers["nope"][1]
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
segment rich { key user.id  from events  did buy where amount > 2 and ok }
"""


def test_sizes_overlaps_and_reasons_come_from_chdb(tmp_path: Path, packages: str) -> None:
    (tmp_path / "quick.seg").write_text(QUICK, "utf-8")
    environment = {**os.environ, "PYTHONPATH": packages}
    folder = tmp_path / "db"
    subprocess.run([sys.executable, "-c", MADE, str(folder)], check=True, env=environment)

    def asked(*arguments: str) -> str:
        command = [sys.executable, "-m", "segql", *arguments, "--now", "2026-03-31", "--on", f"chdb:///{folder}"]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert asked("size", "quick.seg", "quick") == "quick             1    50.0% of 2 keys (user.id)\n"
    assert "quick and rich: 1; 100.0% of quick, 100.0% of rich" in asked("overlap", "quick.seg", "quick", "rich")
    late = "1 hour 30 minutes too late for the whole, within 1 hour is asked: 2026-03-30 12:30  events  kind 'buy'"
    assert late in asked("why", "quick.seg", "--name", "quick", "--key", "bia")
    assert "would count but for ok; the last: 2026-03-30 12:30  events  ok false, amount 3.25" in asked(
        "why", "quick.seg", "--name", "rich", "--key", "bia"
    )
