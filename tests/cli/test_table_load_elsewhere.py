"""`segql table load --on URL`: into PostgreSQL, MariaDB and SQLite, all of it or nothing."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.cli.conftest import Segql
from tests.cli.servers import CANARY, MariaDB, Postgres, mariadb, postgres

__all__ = ["mariadb", "postgres"]

Ask = Callable[[str], list[tuple[Any, ...]]]

DECLARED = """table plans {
  from   plans
  key    usr.email = email unique
  field  tier  : text
  field  seats : integer
  field  fee   : decimal
  field  since : date
  field  seen  : timestamptz
  field  ok    : boolean
}

segment pros {
  key    usr.email
  from   plans
  where  tier = 'pro' and seats >= 2 and fee > 1 and ok and since >= 2024-01-01 and seen < 2030-01-01
}
"""
ROWS = "ana@x.org,pro,2,1.50,2024-01-02,2024-01-02T10:00:00+02:00,true\nbia@x.org,free,,,,,\n'caio\",pro,3,2.25,2025-01-02,2024-01-02T10:00:00Z,false\n"
HEAD = "email,tier,seats,fee,since,seen,ok\n"


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def place(request: pytest.FixtureRequest, shop: Path) -> Iterator[tuple[str, Ask]]:
    """The URL of a database, and a way to ask it."""
    Path("plans.seg").write_text(DECLARED, "utf-8")
    Path("plans.csv").write_text(HEAD + ROWS.replace("'caio\"", '"\'caio"""'), "utf-8")

    if request.param != "sqlite":
        server: Postgres | MariaDB = request.getfixturevalue(request.param)
        yield server.url, server.run
        server.run("DROP VIEW IF EXISTS on_plans", "DROP TABLE IF EXISTS plans")
        return

    def ask(query: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect("shop.db", isolation_level=None)) as lite:
            return lite.execute(query).fetchall()

    yield "sqlite:///shop.db", ask


def load(segql: Segql, url: str, *more: str) -> Result:
    return segql("table", "load", "plans.csv", "--as", "plans", "--file", "plans.seg", "--on", url, *more)


def test_a_table_is_made_and_its_segments_run(segql: Segql, place: tuple[str, Ask]) -> None:
    url, ask = place
    done = load(segql, url)
    assert done.exit_code == 0, done.output
    assert ask("SELECT count(*), count(seats) FROM plans") == [(3, 2)]
    assert segql("check", "plans.seg", "--on", url).exit_code == 0
    run = segql("run", "plans.seg", "--now", "2026-01-01", "--on", url, "--format", "csv")
    assert run.stdout == "usr_email\nana@x.org\n", run.output
    assert load(segql, url).exit_code == 2  # there already


def test_rows_are_replaced_or_added_or_left_as_they_are(segql: Segql, place: tuple[str, Ask]) -> None:
    url, ask = place
    assert load(segql, url).exit_code == 0
    ask_views = "CREATE VIEW on_plans AS SELECT email FROM plans"
    if not url.startswith("sqlite"):
        ask(ask_views)  # a view that would keep the table from being dropped
    Path("plans.csv").write_text(HEAD + "dora@x.org,pro,5,2,2024-01-01,2024-01-01T00:00:00Z,true\n", "utf-8")
    assert load(segql, url, "--append").exit_code == 0
    assert ask("SELECT count(*) FROM plans") == [(4,)]
    again = load(segql, url, "--append")
    assert again.exit_code == 1  # the key is there already
    assert "dora@x.org" in again.output
    assert ask("SELECT count(*) FROM plans") == [(4,)]
    assert load(segql, url, "--replace").exit_code == 0
    assert ask("SELECT email FROM plans") == [("dora@x.org",)]
    Path("plans.csv").write_text(HEAD + "eva@x.org,pro,many,2,2024-01-01,2024-01-01T00:00:00Z,true\n", "utf-8")
    assert load(segql, url, "--replace").exit_code == 1
    assert ask("SELECT email FROM plans") == [("dora@x.org",)]


def test_what_fails_there_leaves_the_old_rows(segql: Segql, place: tuple[str, Ask]) -> None:
    url, ask = place
    assert load(segql, url).exit_code == 0
    ask_rule = (
        "ALTER TABLE plans ADD CONSTRAINT small CHECK (seats < 100)"
        if not url.startswith("sqlite")
        else "CREATE TRIGGER small BEFORE INSERT ON plans WHEN new.seats > 100 BEGIN SELECT raise(ABORT, 'too many seats'); END"
    )
    ask(ask_rule)
    rows = "".join(
        f"u{n}@x.org,pro,{1 if n < 29999 else 1000},2,2024-01-01,2024-01-01T00:00:00Z,true\n" for n in range(30000)
    )
    Path("plans.csv").write_text(HEAD + rows, "utf-8")
    done = load(segql, url, "--replace")
    assert done.exit_code == 1
    assert "[SEG416]" in done.stderr, done.output
    assert ask("SELECT count(*) FROM plans") == [(3,)]


def test_a_view_is_never_emptied(segql: Segql, place: tuple[str, Ask]) -> None:
    url, ask = place
    assert load(segql, url).exit_code == 0
    for statement in ("ALTER TABLE plans RENAME TO kept", "CREATE VIEW plans AS SELECT * FROM kept"):
        ask(statement)
    done = load(segql, url, "--replace")
    assert (done.exit_code, "[SEG416]" in done.stderr) == (1, True), done.output
    assert ask("SELECT count(*) FROM kept") == [(3,)]
    if not url.startswith("sqlite"):
        ask("DROP VIEW plans")
        ask("DROP TABLE kept")


def test_other_columns_make_another_table(segql: Segql, place: tuple[str, Ask]) -> None:
    url, ask = place
    ask("CREATE TABLE plans (email text, seats text)")
    assert load(segql, url, "--replace").exit_code == 0
    assert ask("SELECT count(fee) FROM plans") == [(2,)]


def test_a_new_table_is_filled_before_it_is_there(segql: Segql, shop: Path, mariadb: MariaDB) -> None:
    """Where each change of a table is a transaction of its own, nothing else is left, and no row is seen too early."""
    Path("plans.seg").write_text(DECLARED, "utf-8")
    Path("plans.csv").write_text(HEAD + "ana@x.org,pro,2,1.5,2024-01-02,2190-01-01T00:00:00Z,true\n", "utf-8")
    before = mariadb.run("SHOW TABLES")
    done = load(segql, mariadb.url)
    assert (done.exit_code, "[SEG416]" in done.stderr) == (1, True), done.output  # a TIMESTAMP ends in 2038, or in 2106
    assert mariadb.run("SHOW TABLES") == before
    Path("plans.csv").write_text(HEAD + "ana@x.org,pro,2,1.5,2024-01-02,2024-01-01T00:00:00+02:00,true\n", "utf-8")
    for more in ((), ("--replace",)):
        assert load(segql, mariadb.url, *more).exit_code == 0
        assert mariadb.run("SHOW TABLES") == sorted([*before, ("plans",)])
        assert mariadb.run("SELECT unix_timestamp(seen), tier = 'PRO' FROM plans") == [(Decimal(1704060000), 0)]
    mariadb.run("DROP TABLE plans")


def test_places_that_cannot_be_written(segql: Segql, shop: Path, postgres: Postgres) -> None:
    Path("plans.csv").write_text("email\nana@x.org\n", "utf-8")
    for url, code, said in (
        (f"postgresql://ana:{CANARY[:10]}@localhost:1/shop", 1, "[SEG447]"),
        ("sqlite:///no/folder/shop.db", 1, "[SEG447]"),
        ("grpc://localhost:1?dialect=duckdb", 1, "[SEG445]"),
    ):
        done = segql("table", "load", "plans.csv", "--as", "plans", "--key", "email", "--on", url)
        assert (done.exit_code, said in done.stderr) == (code, True), done.output
        assert CANARY[:10] not in done.output
    Path("plans.csv").write_text("email\nana\\0@x.org\n".replace("\\0", "\0"), "utf-8")
    segql("table", "load", "plans.csv", "--as", "nul", "--key", "email", "--on", postgres.url)
    assert ("nul",) not in postgres.run("SELECT relname FROM pg_class WHERE relkind = 'r'")
