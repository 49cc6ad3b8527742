"""The command as a process of its own: pipes, colors, signals, and what is imported at the start."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import process, running

NOW = ("--now", "2026-03-31")


def test_keys_and_sql_go_to_stdout_and_the_rest_to_stderr(shop: Path) -> None:
    ran = process("run", "shop.seg", "--name", "buyers", *NOW, "--format", "csv", folder=shop)
    assert (ran.returncode, ran.stdout) == (0, b"user_id\nana\n")
    assert ran.stderr.startswith(b"1 key in buyers")
    compiled = process("compile", "shop.seg", "--name", "buyers", *NOW, folder=shop)
    assert (compiled.returncode, compiled.stderr) == (0, b"")


def test_the_sql_runs_as_it_is_printed(shop: Path) -> None:
    import duckdb

    printed = process("compile", "shop.seg", *NOW, folder=shop).stdout.decode()
    with duckdb.connect() as connection:
        assert connection.execute(printed).fetchall() == [("caio",)]


@pytest.mark.parametrize("arguments", [("--help",), ("check", "-"), ("compile", "shop.seg"), ("explain",)])
def test_a_start_is_cheap(shop: Path, arguments: tuple[str, ...]) -> None:
    """Nothing slow is imported that the command does not need."""
    slow = {"lark", "sqlglot", "duckdb", "rich", "json", "dataclasses", "tomllib", "tempfile", "pygls"}
    allowed = {"sqlglot", "json", "dataclasses", "tempfile"} if arguments[0] == "compile" else set()
    code = f"""
import sys
from segql.cli.main import main
sys.argv = ["segql", *{arguments!r}]
try:
    main()
except SystemExit:
    print(*sorted({slow - allowed!r} & set(sys.modules)), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=shop, capture_output=True, input=b"", check=True)
    assert done.stderr.decode().splitlines()[-1] == "", done.stderr


def test_color_is_for_terminals_and_for_those_who_ask(shop: Path) -> None:
    assert b"\x1b[" not in process("check", "nope.seg", folder=shop).stdout
    assert b"\x1b[" in process("check", "nope.seg", folder=shop, FORCE_COLOR="1").stdout
    assert b"\x1b[" not in process("check", "nope.seg", folder=shop, FORCE_COLOR="1", NO_COLOR="1").stdout


def test_a_terminal_gets_color(shop: Path) -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    done = subprocess.run(
        [sys.executable, "-m", "segql", "check", "nope.seg"], cwd=shop, stdout=theirs, check=False, env=environment
    )
    os.close(theirs)
    assert done.returncode == 1
    assert b"\x1b[1;31merror[SEG108]" in os.read(ours, 10_000)
    os.close(ours)


def test_a_reader_that_goes_away_is_no_mistake(shop: Path) -> None:
    rows = "".join(f"user{n:06},2026-03-30T10:00:00,buy,50\n" for n in range(100_000))
    (shop / "events.csv").write_text("user_id,ts,kind,amount\n" + rows, "utf-8")
    command = f"{sys.executable} -m segql run shop.seg --name buyers --now 2026-03-31 --format csv | head -n 2"
    done = subprocess.run(["sh", "-c", command], cwd=shop, capture_output=True, check=False)
    assert done.stdout == b"user_id\nuser000000\n"
    assert b"Traceback" not in done.stderr
    assert b"Broken" not in done.stderr


def test_text_of_any_language_leaves_as_utf_8(shop: Path) -> None:
    text = "## Comprou: ção 🛒\nsegment x { key user.id  from events  did buy }\n"
    (shop / "pt.seg").write_text(f"use 'shop.seg'\n{text}", "utf-8")
    done = process("compile", "pt.seg", folder=shop, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert done.returncode == 0
    assert "-- Comprou: ção 🛒\n" in done.stdout.decode()


def test_ctrl_c_ends_a_query_with_130_and_leaves_no_file(shop: Path) -> None:
    import duckdb

    with duckdb.connect("slow.duckdb") as connection:
        query = "SELECT a.range * b.range AS user_id, TIMESTAMP '2026-03-30' AS ts, 'buy' AS kind, 50 AS amount"
        connection.execute(f"CREATE VIEW slow AS {query} FROM range(1000000) a, range(100000) b")
    text = (shop / "shop.seg").read_text("utf-8").replace("file 'events.csv'", "slow")
    (shop / "slow.seg").write_text(text, "utf-8")
    arguments = ["run", "slow.seg", "--name", "buyers", "--on", "slow.duckdb", *NOW, "--output", "keys.csv"]
    with running(*arguments, folder=shop) as query:
        time.sleep(2.5)
        assert query.poll() is None, "the query should still be running"
        query.send_signal(signal.SIGINT)
        _, said = query.communicate(timeout=20)
    assert query.returncode == 130
    assert b"Traceback" not in said
    assert not (shop / "keys.csv").exists()
    assert not list(shop.glob("*.part"))


def test_completion_knows_commands_and_options(shop: Path) -> None:
    asked = {"_SEGQL_COMPLETE": "bash_complete", "COMP_CWORD": "1"}
    assert b"compile" in process(folder=shop, COMP_WORDS="segql comp", **asked).stdout
    asked["COMP_CWORD"] = "2"
    assert b"--name" in process(folder=shop, COMP_WORDS="segql compile --", **asked).stdout
