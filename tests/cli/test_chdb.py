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


def test_rows_columns_and_refusals_come_from_chdb(tmp_path: Path) -> None:
    found = list((ENGINES / "clickhouse" / "lib").glob("python*/site-packages"))
    if not found:
        if in_ci():
            pytest.fail("tests/conformance/install.sh installs clickhouse")
        pytest.skip("clickhouse is missing: tests/conformance/install.sh installs it")
    packages = os.pathsep.join((str(found[0]), os.environ.get("PYTHONPATH", "")))
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
