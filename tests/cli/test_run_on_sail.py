"""`segql run --on sc://…` and `grpc://…`, on Sail's servers of Spark Connect and of Arrow Flight SQL; the clients come from
the environment of the engine."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.cli.conftest import process
from tests.conformance.engines import in_ci
from tests.conformance.remote import ENGINES

PYTHON = ENGINES / "sail" / "bin" / "python"


@pytest.fixture(scope="module", params=("connect", "flight"))
def sail(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a server."""
    if not PYTHON.exists():
        if in_ci():
            pytest.fail("tests/conformance/install.sh installs sail")
        pytest.skip("sail is missing: tests/conformance/install.sh installs it")
    server = Path(__file__).with_name("sail_server.py")
    with subprocess.Popen(
        [PYTHON, server, request.param], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        at = f"127.0.0.1:{running.stdout.readline().strip()}"
        try:
            yield f"sc://{at}" if request.param == "connect" else f"grpc://{at}?dialect=spark"
        finally:
            running.kill()


@pytest.fixture
def there(shop: Path, sail: str) -> dict[str, str]:
    """The shop with its events in a Parquet file that the server reads, and the variables that bring the client."""
    duckdb.sql("SELECT user_id, CAST(ts AS TIMESTAMPTZ) AS ts, kind, amount FROM 'events.csv'").write_parquet(
        "events.parquet"
    )
    text = (shop / "shop.seg").read_text("utf-8").replace("file 'events.csv'", f"parquet.`{shop}/events.parquet`")
    (shop / "shop.seg").write_text(text.replace("time ts", "time ts : timestamptz"), "utf-8")
    (shop / "lost.seg").write_text(text.replace("events.parquet", "evnts.parquet"), "utf-8")
    (packages,) = (ENGINES / "sail" / "lib").glob("python*/site-packages")
    return {"PYTHONPATH": os.pathsep.join((str(packages), os.environ.get("PYTHONPATH", ""))), "TZ": "Asia/Tokyo"}


def test_keys_and_instants_come_from_spark(shop: Path, sail: str, there: dict[str, str]) -> None:
    asked = ("--name", "buyers", "--now", "2026-03-31", "--param", "least=1", "--on", sail, "--format", "csv")
    done = process("run", "shop.seg", *asked, folder=shop, **there)
    assert (done.returncode, done.stdout) == (0, b"user_id\nana\nbia\n"), done.stderr
    assert done.stderr.startswith(b"2 keys in buyers"), done.stderr
    (shop / "times.seg").write_text(
        f"source at {{ from parquet.`{shop}/events.parquet`  time ts : timestamptz  key when = ts  field when : timestamptz = ts }}\n"
        "segment times { key when  from at  where when > 2026-01-01 }\n",
        "utf-8",
    )
    done = process("run", "times.seg", "--now", "2026-03-31", "--on", sail, "--format", "csv", folder=shop, **there)
    assert done.stdout.splitlines()[1:] == [
        b"2026-03-29T09:00:00+00:00",
        b"2026-03-30T10:00:00+00:00",
        b"2026-03-30T11:00:00+00:00",
    ], done.stderr


def test_what_spark_refuses_is_told(shop: Path, sail: str, there: dict[str, str]) -> None:
    asked = ("--name", "buyers", "--now", "2026-03-31", "--output", "keys.csv", "--on", sail)
    done = process("run", "lost.seg", *asked, folder=shop, **there)
    assert done.returncode == 1
    assert b"error[SEG40" in done.stderr
    assert b"Traceback" not in done.stderr
    assert not (shop / "keys.csv").exists()


def test_nobody_is_an_answer_too(shop: Path, sail: str, there: dict[str, str]) -> None:
    asked = ("--name", "buyers", "--now", "2026-03-31", "--param", "least=1000", "--on", sail, "--format", "csv")
    done = process("run", "shop.seg", *asked, folder=shop, **there)
    assert (done.returncode, done.stdout) == (0, b"user_id\n"), done.stderr
    assert done.stderr.startswith(b"0 keys in buyers"), done.stderr


def test_a_limit_holds_there(shop: Path, sail: str, there: dict[str, str]) -> None:
    asked = ("--name", "buyers", "--now", "2026-03-31", "--param", "least=1", "--limit", "1", "--on", sail)
    done = process("run", "shop.seg", *asked, "--format", "csv", folder=shop, **there)
    assert (done.returncode, done.stdout) == (0, b"user_id\nana\n"), done.stderr
