"""`segql test --on URL`: the tests of a file on real databases, which are as they were afterwards."""

from __future__ import annotations

import signal
import socket
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_plus

import duckdb
import pytest

from segql.engine import drivers
from segql.engine.servers import Ending
from tests.cli.conftest import TEST, Segql, process, running
from tests.cli.servers import CANARY, MariaDB, Postgres, mariadb, postgres
from tests.cli.test_run_on_clickhouse import packages
from tests.cli.test_run_on_sail import sail, there

__all__ = ["mariadb", "packages", "postgres", "sail", "there"]

TWO = "shop_test.seg\n  ok    ana in buyers\n  ok    bia out of buyers\n"


@pytest.fixture
def lite(shop: Path) -> Path:
    """A database file of SQLite, with a table that has the name of the source."""
    with sqlite3.connect("shop.db") as made:
        made.execute("CREATE TABLE events (user_id TEXT, ts TEXT, kind TEXT, amount NUMERIC)")
        made.execute("INSERT INTO events VALUES ('bia', '2026-03-30 10:00:00', 'buy', 99)")
    made.close()
    return shop / "shop.db"


@pytest.fixture(params=["duckdb", "sqlite", "postgres", "mariadb"])
def url(request: pytest.FixtureRequest, shop: Path) -> str:
    """A database, and a user there who may read nothing."""
    match request.param:
        case "duckdb":
            with duckdb.connect("shop.duckdb") as made:
                made.execute("CREATE TABLE events AS SELECT 'bia' AS user_id")
            return "shop.duckdb"
        case "sqlite":
            request.getfixturevalue("lite")
            return "sqlite:///shop.db"
        case name:
            server: Postgres | MariaDB = request.getfixturevalue(name)
            return _guest(server)


def _guest(server: Postgres | MariaDB) -> str:
    if isinstance(server, Postgres):
        server.run("DROP ROLE IF EXISTS guest")
    else:
        server.run("DROP USER IF EXISTS guest")
    return server.guest()


def test_a_database_answers_from_the_rows_of_the_tests_alone(segql: Segql, url: str) -> None:
    done = segql("test", "shop_test.seg", "--on", url)
    assert (done.stdout, done.exit_code) == (TWO, 0), done.stderr
    assert done.stderr == "2 cases: 2 as expected, 0 not\n"


def test_a_failure_reads_the_same_wherever_it_is_found(segql: Segql, shop: Path, url: str) -> None:
    (shop / "shop_test.seg").write_text(TEST.replace("amount = 9", "amount = 11"), "utf-8")
    here, there = segql("test", "shop_test.seg"), segql("test", "shop_test.seg", "--on", url)
    assert there.exit_code == 1
    assert "  WRONG bia out of buyers" in there.stdout
    assert (there.stdout, there.stderr) == (here.stdout, here.stderr)


def test_a_database_is_as_it_was(segql: Segql, lite: Path, postgres: Postgres, mariadb: MariaDB) -> None:
    before = lite.read_bytes()
    relations = "SELECT count(*), max(oid::bigint) FROM pg_class"
    tables = "SELECT count(*) FROM information_schema.tables"
    there = postgres.run(relations), mariadb.run(tables)
    for url in ("sqlite:///shop.db", postgres.url, mariadb.url):
        assert segql("test", "shop_test.seg", "--on", url).exit_code == 0
    assert (postgres.run(relations), mariadb.run(tables)) == there
    assert lite.read_bytes() == before


def test_chdb_answers(shop: Path, packages: str) -> None:
    done = process("test", "shop_test.seg", "--on", "chdb://", folder=shop, PYTHONPATH=packages)
    assert (done.stdout.decode(), done.returncode) == (TWO, 0), done.stderr


def test_spark_answers(shop: Path, sail: str, there: dict[str, str]) -> None:
    done = process("test", "shop_test.seg", "--on", sail, folder=shop, **there)
    assert (done.stdout.decode(), done.returncode) == (TWO, 0), done.stderr


def test_what_the_dialect_has_not_is_told_once_and_the_others_are_asked(segql: Segql, shop: Path, lite: Path) -> None:
    more = "\nsegment typical { key user.id  from events  median(amount of buy) > 1 }\n"
    cases = "'ana' in { 2026-03-30T10:00  kind = 'buy', amount = 12 } 'bia' out { 2026-03-30T10:00  kind = 'buy' }"
    text = TEST + more + f"\ntest typical at 2026-03-31 {{ {cases} }}\n"
    (shop / "shop_test.seg").write_text(text, "utf-8")
    assert segql("test", "shop_test.seg").exit_code == 0
    done = segql("test", "shop_test.seg", "--on", "sqlite:///shop.db")
    assert (done.stdout, done.exit_code) == (TWO, 1)
    assert done.stderr.count("SEG401]") == 1, done.stderr
    assert "SQLite has no aggregate for it" in done.stderr
    assert done.stderr.endswith("4 cases: 2 as expected, 0 not, 2 not asked\n")


def test_values_in_structs_have_columns_of_their_own(segql: Segql, shop: Path, lite: Path) -> None:
    text = (
        "source web { from web  time at : epoch(milliseconds)  key user.id  layout nested  field geo.country : text\n"
        "  field page : text = params[key = 'page'].value.text  field day : date  field ok : boolean }\n"
        "segment far { key user.id  from web  did web where geo.country = 'br' and page = 'a''b' and day = 2026-03-29 and not ok }\n"
        "test far at 2026-03-31 { given geo.country = 'br', day = 2026-03-29, ok = false\n"
        "  'ana' in { 2026-03-30T10:00:00.250  page = 'a''b' }\n"
        "  'bia' out { 2026-03-30T10:00  page = 'a' \n 2026-03-30T10:00  page = 'a''b', ok = true }\n"
        "  'eva' out { } }\n"
    )
    (shop / "far.seg").write_text(text, "utf-8")
    done = segql("test", "far.seg", "--on", "sqlite:///shop.db")
    assert done.exit_code == 0, done.output
    assert done.stderr == "3 cases: 3 as expected, 0 not\n"


def test_a_wrong_address_is_wrong_usage(segql: Segql) -> None:
    done = segql("test", "shop_test.seg", "--on", "oracle://db/shop")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "[SEG445]" in done.stderr
    assert segql("test", "shop_test.seg", "--timeout", "1").exit_code == 2


def test_a_server_that_cannot_be_reached_is_told_once_without_its_password(segql: Segql, shop: Path) -> None:
    (shop / "tests_too.seg").write_text(TEST, "utf-8")
    done = segql(
        "test", "shop_test.seg", "tests_too.seg", "--on", f"postgresql://ana:{quote_plus(CANARY)}@127.0.0.1:1/shop"
    )
    assert done.exit_code == 1
    assert done.stderr.count("error[SEG447]") == 1
    assert CANARY not in done.output
    assert quote_plus(CANARY) not in done.output
    assert done.stderr.endswith("2 cases: 0 as expected, 0 not, 2 not asked\n")


@pytest.fixture
def silent() -> Iterator[str]:
    """The URL of a server that takes calls and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"postgresql://ana@127.0.0.1:{listening.getsockname()[1]}/shop"


def test_time_is_over(segql: Segql, silent: str) -> None:
    started = time.monotonic()
    done = segql("test", "shop_test.seg", "--on", silent, "--timeout", "0.5")
    assert time.monotonic() - started < 8
    assert done.exit_code == 1
    assert "longer than 0.5 s" in done.stderr


def test_ctrl_c_is_heard(shop: Path, silent: str) -> None:
    with running("test", "shop_test.seg", "--on", silent, folder=shop) as asking:
        time.sleep(2)
        assert asking.poll() is None
        asking.send_signal(signal.SIGINT)
        _, said = asking.communicate(timeout=20)
    assert asking.returncode == 130
    assert b"Traceback" not in said


def test_no_query_follows_one_that_was_cancelled(lite: Path) -> None:
    address = drivers.located("sqlite:///shop.db")
    session = Ending(drivers.opened(address))
    assert next(session.rows("SELECT 1").batches) == [(1,)]
    session.cancel()
    with pytest.raises(InterruptedError):
        session.rows("SELECT 1")
    session.close()


def test_the_library_answers_with_a_diagnostic(shop: Path) -> None:
    import segql as library

    found = library.test(Path("shop_test.seg"), connection="sqlite:///nowhere.db")
    assert (found.outcomes, found.unasked, found.ok) == ((), 2, False)
