"""`segql run --on URL`, on real databases: the same keys as DuckDB's, and everything that can go wrong on the way."""

from __future__ import annotations

import base64
import json
import re
import signal
import sqlite3
import threading
import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, quote_plus

import duckdb
import pytest

import segql as segql_library
from segql.engine.addresses import address
from tests.cli.conftest import Segql, process, running
from tests.cli.servers import CANARY, MariaDB, Postgres, mariadb, postgres

__all__ = ["mariadb", "postgres"]

Server = Postgres | MariaDB


class File(NamedTuple):
    """A database without a server to ask what it does."""

    url: str

    def running(self) -> list[str]:
        return []

    def wait_for(self, count: int) -> None:
        time.sleep(2.5 if count else 0)


NOW = ("--now", "2026-03-31")
ALL = ("--name", "buyers", *NOW, "--param", "least=1")


@pytest.fixture
def tables(shop: Path) -> Path:
    """The shop, with its events in a table instead of a file, and a database file of SQLite and one of DuckDB."""
    text = (shop / "shop.seg").read_text("utf-8").replace("file 'events.csv'", "events")
    (shop / "shop.seg").write_text(text, "utf-8")
    (shop / "slow.seg").write_text(text.replace("from events\n  time", "from slow\n  time"), "utf-8")
    rows = "SELECT user_id, ts, kind, amount FROM read_csv('events.csv')"
    with duckdb.connect("shop.duckdb") as duck:
        duck.execute(f"CREATE TABLE events AS {rows}")
        duck.execute(
            "CREATE VIEW slow AS SELECT a.range * b.range AS user_id, TIMESTAMP '2026-03-30' AS ts, 'buy' AS kind, 50 AS amount FROM range(1000000) a, range(100000) b"
        )
        found = duck.execute("SELECT user_id, CAST(ts AS VARCHAR), kind, CAST(amount AS DOUBLE) FROM events").fetchall()
    with sqlite3.connect("shop.db") as lite:
        lite.execute("CREATE TABLE events (user_id TEXT, ts TEXT, kind TEXT, amount NUMERIC)")
        lite.executemany("INSERT INTO events VALUES (?, ?, ?, ?)", found)
        lite.execute(
            "CREATE VIEW slow AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
            " SELECT i AS user_id, '2026-03-30 10:00:00' AS ts, 'buy' AS kind, 50 AS amount FROM n"
        )
    lite.close()
    return shop


SERVERS = ("postgres", "mariadb")


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest, tables: Path) -> Server:
    """Each server that has the shop's events."""
    found: Server = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=["duckdb:///shop.duckdb", "sqlite:///shop.db", *SERVERS])
def database(request: pytest.FixtureRequest, tables: Path) -> Server | File:
    """Each database that has the shop's events."""
    found: Server | File = File(request.param) if "://" in request.param else request.getfixturevalue(request.param)
    return found


@pytest.fixture
def url(database: Server | File) -> str:
    """The URL of each of them."""
    return database.url


def test_every_database_gives_the_same_keys_in_every_form(segql: Segql, url: str) -> None:
    assert segql("run", "shop.seg", *ALL, "--on", url, "--format", "csv").stdout == "user_id\nana\nbia\n"
    done = segql("run", "shop.seg", *ALL, "--on", url, "--format", "json")
    assert json.loads(done.stdout) == [{"user_id": "ana"}, {"user_id": "bia"}]
    assert segql("run", "shop.seg", *ALL, "--on", url, "--output", "keys.parquet").exit_code == 0
    assert duckdb.read_parquet("keys.parquet").fetchall() == [("ana",), ("bia",)]
    assert "│ ana " in segql("run", "shop.seg", *ALL, "--on", url).stdout


def test_limits_and_empty_answers(segql: Segql, url: str) -> None:
    done = segql("run", "shop.seg", *ALL, "--on", url, "--limit", "1", "--format", "csv")
    assert (done.stdout, done.stderr[:5]) == ("user_id\nana\n", "1 key")
    none = segql("run", "shop.seg", "--name", "buyers", "--now", "2020-01-01", "--on", url, "--format", "csv")
    assert (none.stdout, none.stderr[:6]) == ("user_id\n", "0 keys")


def test_an_analysis_gives_its_rows(segql: Segql, url: str, tables: Path) -> None:
    (tables / "count.seg").write_text(
        "use 'shop.seg'\nexplore kinds {\n  from events\n  by kind\n  measure n = count()\n}\n", "utf-8"
    )
    done = segql("run", "count.seg", *NOW, "--on", url, "--format", "csv")
    assert done.stdout == "kind,n\nbuy,2\nview,2\n", done.stderr
    assert segql("run", "count.seg", *NOW, "--on", url, "--output", "rows.parquet").exit_code == 0
    assert duckdb.read_parquet("rows.parquet").fetchall() == [("buy", 2), ("view", 2)]


def test_a_query_that_takes_too_long_is_ended_there(segql: Segql, database: Server | File) -> None:
    started = time.monotonic()
    done = segql(
        "run", "slow.seg", "--name", "buyers", *NOW, "--on", database.url, "--timeout", "1", "--output", "keys.csv"
    )
    assert time.monotonic() - started < 15
    assert done.exit_code == 1
    assert "[SEG449]" in done.stderr
    assert "longer than 1 s" in done.stderr
    database.wait_for(0)
    assert not Path("keys.csv").exists()
    assert not list(Path().glob("*.part"))


def test_ctrl_c_ends_the_query_there(database: Server | File, tables: Path) -> None:
    arguments = ["run", "slow.seg", "--name", "buyers", *NOW, "--on", database.url, "--output", "keys.csv"]
    with running(*arguments, folder=tables) as query:
        database.wait_for(1)
        assert query.poll() is None, "the query should still be running"
        query.send_signal(signal.SIGINT)
        _, said = query.communicate(timeout=20)
    assert query.returncode == 130
    assert b"Traceback" not in said
    assert database.running() == []
    assert not (tables / "keys.csv").exists()
    assert not list(tables.glob("*.part"))


def test_a_server_that_goes_away_in_the_middle(segql: Segql, server: Server) -> None:
    def end() -> None:
        server.wait_for(1)
        server.end()

    ending = threading.Thread(target=end)
    ending.start()
    done = segql("run", "slow.seg", "--name", "buyers", *NOW, "--on", server.url, "--output", "keys.csv")
    ending.join()
    assert done.exit_code == 1
    assert "[SEG448]" in done.stderr
    assert not Path("keys.csv").exists()


def test_more_rows_than_a_batch_come_whole_and_in_order(segql: Segql, tables: Path, server: Server) -> None:
    server.run(
        "CREATE TABLE many AS SELECT concat('u', lpad(CAST(n AS char(7)), 7, '0')) AS user_id, timestamp '2026-03-30 00:00:00' AS ts,"
        f" CAST('buy' AS char(3)) AS kind, 50.0 AS amount FROM {server.numbers}"
    )
    text = (tables / "slow.seg").read_text("utf-8").replace("from slow", "from many")
    (tables / "many.seg").write_text(text, "utf-8")
    done = segql("run", "many.seg", "--name", "buyers", *NOW, "--on", server.url, "--output", "keys.parquet")
    assert done.exit_code == 0, done.stderr
    rows = duckdb.sql("SELECT count(*), min(user_id), max(user_id) FROM 'keys.parquet'").fetchall()
    assert rows == [(120000, "u0000001", "u0120000")]
    done = segql("run", "many.seg", "--name", "buyers", *NOW, "--on", server.url, "--output", "keys.csv")
    lines = Path("keys.csv").read_text("utf-8").splitlines()
    assert (len(lines), lines[0], lines[1:]) == (120001, "user_id", sorted(lines[1:]))


# ---------------------------------------------------------------- what is not as it is declared


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("from events\n  time", "from evnts\n  time", "error[SEG403]: `evnts` cannot be read: there is no such table"),
        ("field amount", "field amont", "error[SEG404]: the data of `events` has no column `amont`"),
        ("field amount : decimal", "field amount : text", "error[SEG451]: the column `amount` of `events` holds"),
    ],
)
def test_data_that_are_not_as_declared(
    segql: Segql, tables: Path, server: Server, old: str, new: str, said: str
) -> None:
    text = (tables / "shop.seg").read_text("utf-8").replace(old, new)
    text = text.replace(
        "amount >= $least",
        "amount is not missing" if "text" in new else "amont >= $least" if "amont" in new else "amount >= $least",
    )
    (tables / "wrong.seg").write_text(text, "utf-8")
    for url in ("sqlite:///shop.db", server.url):
        done = segql("run", "wrong.seg", "--name", "buyers", *NOW, "--on", url)
        assert (done.exit_code, said in done.stderr) == (1, True), done.stderr
        assert "wrong.seg:" in done.stderr


def test_a_local_time_is_no_instant(segql: Segql, tables: Path, server: Server) -> None:
    text = (tables / "shop.seg").read_text("utf-8").replace("time ts", "time ts : timestamptz")
    (tables / "zoned.seg").write_text(text, "utf-8")
    done = segql("run", "zoned.seg", "--name", "buyers", *NOW, "--on", server.url)
    assert done.exit_code == 1
    assert "[SEG451]" in done.stderr
    assert f"holds {server.local}, and is declared timestamptz" in done.stderr


def test_a_user_who_may_not_read(segql: Segql, tables: Path, server: Server) -> None:
    done = segql("run", "shop.seg", *ALL, "--on", server.guest())
    assert done.exit_code == 1
    assert "[SEG450]" in done.stderr
    assert re.search("permission denied for table events|SELECT command denied to user", done.stderr)


# ---------------------------------------------------------------- the way there


@pytest.mark.parametrize(
    ("url", "code", "said"),
    [
        ("sqlit:///shop.db", 2, "did you mean `sqlite://`?"),
        ("oracle://host/db", 2, "there is no database `oracle://`"),
        ("sqlite://shop.db", 2, "write three slashes"),
        ("sqlite:///shop#1.db", 2, "`%23`"),
        ("env:NOWHERE_URL", 2, "there is no variable `NOWHERE_URL`"),
        ("postgresql://${NOBODY_KNOWS}@host/db", 2, "there is no variable `NOBODY_KNOWS`"),
        ("grpc://localhost:1/", 2, "add `?dialect=`"),
        ("grpc://localhost:1/?dialect=duckdb", 1, "pip install 'segql[flight]'"),
        ("sqlite:///nope.db", 1, "there is no such file"),
        ("sqlite:///shop.seg", 1, "file is not a database"),
        ("postgresql://ana@localhost:1/shop", 1, "cannot be reached"),
        ("mariadb://ana@localhost:1/shop", 1, "cannot be reached"),
    ],
)
def test_a_url_that_leads_nowhere(segql: Segql, tables: Path, url: str, code: int, said: str) -> None:
    done = segql("run", "shop.seg", *ALL, "--on", url)
    assert (done.exit_code, said in done.stderr) == (code, True), done.stderr


def test_a_server_of_the_other_kind_is_told(segql: Segql, tables: Path, mariadb: MariaDB) -> None:
    done = segql("run", "shop.seg", *ALL, "--on", mariadb.url.replace("mariadb:", "mysql:"))
    assert (done.exit_code, "the server is MariaDB" in done.stderr) == (1, True), done.stderr
    assert "write `mariadb://`" in done.stderr


def test_the_project_says_where(segql: Segql, tables: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tables / "segql.toml").write_text('connection = "env:SHOP_URL"\n', "utf-8")
    (tables / "below").mkdir()
    (tables / "below" / "shop.seg").write_text((tables / "shop.seg").read_text("utf-8"), "utf-8")
    monkeypatch.setenv("SHOP_URL", "sqlite:///shop.db")
    monkeypatch.chdir(tables / "below")
    assert segql("run", "shop.seg", *ALL, "--format", "csv").stdout == "user_id\nana\nbia\n"


def test_commands_that_read_duckdb_say_so(segql: Segql, tables: Path) -> None:
    assert segql("size", "shop.seg", "buyers", *NOW, "--on", "duckdb:///shop.duckdb").exit_code == 0
    done = segql("init", "new.seg", "--on", f"postgresql://u:{quote(CANARY, safe='')}@localhost/shop")
    assert done.exit_code == 2
    assert "`segql init` reads DuckDB" in done.stderr
    assert "k4nari" not in done.output


# ---------------------------------------------------------------- secrets


@pytest.mark.parametrize(
    "place",
    [
        "postgresql://ana:{quoted}@localhost:1/shop",  # nobody there
        "postgresql://{quoted}:{quoted}@/nowhere?{server}",  # the server's own words have it
        "postgresql://postgres:{quoted}@/{quoted}?{server}",
        "postgresql://ana@localhost:1/shop?sslpassword={quoted}&sslmode=require",
        "postgresql://ana:${{CANARY}}@localhost:1/shop",
        "postgresql://ana:{raw}@localhost:1/shop",  # signs that should have been escaped
        "postgresql://ana@/shop?unknown_token={quoted}&{server}",
        "postgrsql://ana:{quoted}@localhost/shop",
        "env:CANARY",
        "trino://ana:{quoted}@localhost:1/shop",
        "mariadb://ana:{quoted}@localhost:1/shop",
        "mariadb://reader:{quoted}@{there}/shop",
        "mariadb://{quoted}:{quoted}@{there}/{quoted}",
        "mariadb://reader@{there}/shop",  # with MYSQL_PWD
        "mariadb://reader@{there}/shop?unknown_token={quoted}",
    ],
)
def test_a_secret_is_shown_nowhere(tables: Path, postgres: Postgres, mariadb: MariaDB, place: str) -> None:
    server, there = postgres.url.partition("?")[2], mariadb.url.partition("@")[2].partition("/")[0]
    url = place.format(quoted=quote(CANARY, safe=""), raw=CANARY, server=server, there=there)
    variables = {"CANARY": CANARY, "PGPASSWORD": CANARY, "MYSQL_PWD": CANARY, "SEGQL_DEBUG": "1"}
    done = process("run", "shop.seg", *ALL, "--on", url, folder=tables, **variables)
    assert done.returncode in (1, 2), done.stderr
    assert b"SEG44" in done.stderr, done.stderr
    assert b"k4nari" not in (done.stdout + done.stderr).lower(), done.stderr
    assert b"Traceback" not in done.stderr, done.stderr


def test_the_library_goes_there_too(tables: Path, url: str) -> None:
    found = segql_library.run(tables / "shop.seg", name="buyers", now="2026-03-31", params={"least": 1}, connection=url)
    assert (found.keys, found.column, found.ok) == (("ana", "bia"), "user_id", True)
    slow = segql_library.run(tables / "slow.seg", name="buyers", now="2026-03-31", connection=url, timeout=0.5)
    assert [d.code for d in slow.diagnostics] == ["SEG449"]


def test_the_library_shows_no_secret(tables: Path) -> None:
    for url in (f"postgresql://ana:{quote(CANARY, safe='')}@localhost:1/x", f"postgresql://ana:{CANARY}@localhost:1/x"):
        lost = segql_library.run(tables / "shop.seg", name="buyers", connection=url)
        assert (lost.ok, lost.keys) == (False, ())
        assert "k4nari" not in repr(lost)


def test_a_secret_is_found_in_every_form() -> None:
    found = address(f"postgresql://ana:{quote(CANARY, safe='')}@host/shop")
    secrets = [
        CANARY,
        quote(CANARY),
        quote_plus(CANARY),
        quote(CANARY, safe="").lower(),
        json.dumps(CANARY),
        repr(CANARY.encode()),
    ]
    secrets += [base64.b64encode(text.encode()).decode() for text in (CANARY, f"ana:{CANARY}")]
    for text in secrets:
        assert re.fullmatch(r"b?[\"']?\*\*\*[\"']?", found.scrubbed(text)), found.scrubbed(text)
    assert "k4nari" not in f"{found!r} {found.password} {found.options}"
