"""`segql pull`, and `segql check --on`: declarations from a live schema, and against it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import duckdb
import pytest

import segql as segql_library
from segql.cli import likeness, pull
from segql.engine import live, mistakes
from segql.engine.drivers import INSTANT
from tests.cli.conftest import Segql
from tests.cli.servers import MariaDB, Postgres, mariadb, postgres

__all__ = ["mariadb", "postgres"]

POSTGRES = (
    "DROP SCHEMA IF EXISTS crm CASCADE",
    "CREATE SCHEMA crm",
    "CREATE TYPE crm.mood AS ENUM ('sad', 'glad')",
    "CREATE TABLE crm.people (id bigint PRIMARY KEY, email varchar(100) UNIQUE, feels crm.mood, since date, tags text[])",
    """CREATE TABLE crm.visits (visit_id uuid, person_id bigint, started_at timestamptz, ended_at timestamptz,
    score double precision, ok boolean, fee numeric(10,2), doc jsonb, n int)""",
    """CREATE TABLE crm."odd ""table" ("Odd Name" text, "select" text, "a.b" int, "tick`" text, ts timestamp)""",
    "CREATE MATERIALIZED VIEW crm.daily AS SELECT person_id, started_at FROM crm.visits",
    "CREATE TABLE crm.sums (total numeric)",
)

PULLED = """\
# From the catalogue of a database. What is marked as a guess may be changed; names are as the database has them.

source visits {
  from   crm.visits
  # a guess; it could be `ended_at`
  time   started_at : timestamptz
  # guesses by name: call a key the same wherever it is
  key    person.id
  field  person.id : integer
  field  ended_at  : timestamptz
  field  score     : float
  field  ok        : boolean
  field  fee       : decimal
  field  n         : integer
  # not declared: `visit_id`, which is uuid
  # not declared: `doc`, which is jsonb
}

table people {
  from   crm.people
  # guesses by name: call a key the same wherever it is; the database keeps what is `unique`
  key    people.id = id unique, email unique
  field  people.id : integer = id
  field  email     : text
  field  since     : date
  field  tags      : list(text)
  # not declared: `feels`, which is enum crm.mood
}
"""


def test_declarations_of_named_tables(segql: Segql, postgres: Postgres) -> None:
    postgres.run(*POSTGRES)
    done = segql("pull", postgres.url, "crm.visits", "crm.people")
    assert (done.exit_code, done.stdout) == (0, PULLED), done.output


def test_what_is_pulled_is_right_in_form_and_without_drift(segql: Segql, shop: Path, postgres: Postgres) -> None:
    postgres.run(*POSTGRES)
    done = segql("pull", postgres.url, "-o", "all.seg")
    assert done.exit_code == 0, done.output
    text = Path("all.seg").read_text("utf-8")
    for arguments in (("check", "--strict"), ("fmt", "--check"), ("check", "--on", postgres.url)):
        again = segql(arguments[0], "all.seg", *arguments[1:])
        assert again.exit_code == 0, again.output + text
    assert 'from   crm.`odd "table`' in text
    assert "field  `Odd Name`" in text
    assert "# not declared: `tick``, which is text" in text
    assert "source daily {" in text
    assert "# `sums` is left out" in text
    assert "pg_catalog" not in text


MARIADB = (
    """CREATE TABLE visits (visit_id uuid, person_id bigint unsigned, started_at timestamp NULL, ended_at datetime(3),
    score double, ok boolean, fee decimal(10, 2), kind enum('a', 'b'), doc json, raw blob, n mediumint, KEY (n))""",
    "CREATE TABLE people (id bigint PRIMARY KEY, email varchar(100) UNIQUE, since date)",
)
PULLED_THERE = """\
# From the catalogue of a database. What is marked as a guess may be changed; names are as the database has them.

source visits {
  from   visits
  # a guess; it could be `ended_at`
  time   started_at : timestamptz
  # guesses by name: call a key the same wherever it is
  key    person.id
  field  person.id : integer
  field  ended_at  : timestamp
  field  score     : float
  field  ok        : boolean
  field  fee       : decimal
  field  doc       : text
  field  n         : integer
  # not declared: `visit_id`, which is uuid
  # not declared: `kind`, which is enum('a','b')
  # not declared: `raw`, which is blob
}

table people {
  from   people
  # guesses by name: call a key the same wherever it is; the database keeps what is `unique`
  key    people.id = id unique, email unique
  field  people.id : integer = id
  field  email     : text
  field  since     : date
}
"""


def test_what_mariadb_has_is_pulled_and_fits(segql: Segql, shop: Path, mariadb: MariaDB) -> None:
    mariadb.run(*MARIADB)
    done = segql("pull", mariadb.url, "visits", "people")
    assert (done.exit_code, done.stdout) == (0, PULLED_THERE), done.output
    Path("there.seg").write_text(done.stdout, "utf-8")
    again = segql("check", "there.seg", "--on", mariadb.url)
    assert again.exit_code == 0, again.output
    Path("there.seg").write_text(done.stdout.replace("timestamptz", "timestamp"), "utf-8")
    assert "holds timestamp, and is declared timestamp" in segql("check", "there.seg", "--on", mariadb.url).stdout


def test_a_file_is_never_overwritten_without_a_word(segql: Segql, shop: Path, postgres: Postgres) -> None:
    Path("there.seg").write_text("mine", "utf-8")
    done = segql("pull", postgres.url, "events", "-o", "there.seg")
    assert (done.exit_code, Path("there.seg").read_text("utf-8")) == (2, "mine")
    assert segql("pull", postgres.url, "events", "-o", "there.seg", "--force").exit_code == 0
    assert "source events {" in Path("there.seg").read_text("utf-8")
    assert segql("pull", postgres.url, "events", "-o", "no/such\0place").exit_code != 0
    assert segql("pull", "postgresql://ana@localhost:1/shop", "-o", "new.seg").exit_code == 1
    assert not Path("new.seg").exists()


def test_a_table_that_is_not_there_has_a_nearest_name(segql: Segql, postgres: Postgres) -> None:
    done = segql("pull", postgres.url, "evnts")
    assert done.exit_code == 1
    assert "did you mean `events`?" in done.stderr


def test_files_are_databases_too(segql: Segql, shop: Path) -> None:
    with sqlite3.connect("shop.db") as lite:
        lite.execute("CREATE TABLE plans (email TEXT PRIMARY KEY, tier TEXT, valid_from TEXT, valid_to TEXT, raw BLOB)")
        lite.execute(
            "CREATE TABLE clicks (id INTEGER PRIMARY KEY, userId TEXT, created_at TEXT, ok BOOLEAN, price DECIMAL(9,0))"
        )
    lite.close()
    with duckdb.connect("shop.duckdb") as duck:
        duck.execute(
            "CREATE TABLE plans (email VARCHAR PRIMARY KEY, tier VARCHAR, valid_from TIMESTAMP, valid_to TIMESTAMP)"
        )
    for url, key in (
        ("sqlite:///shop.db", "email unique"),
        ("duckdb:///shop.duckdb", "email unique"),
        ("shop.duckdb", "email unique"),
    ):
        text = segql("pull", url, "plans").stdout
        assert f"key    {key}\n" in text
        assert "valid  from valid_from to valid_to\n" in text
    clicks = segql("pull", "sqlite:///shop.db", "clicks").stdout
    assert "time   created_at\n" in clicks
    assert "key    userId\n" in clicks
    assert "field  price  : integer\n" in clicks


# ---------------------------------------------------------------- drift


DRIFTED = """source events {
  from   events
  time   ts
  key    user.id
  field  kind   : integer
  field  amonut : decimal
}

table members {
  from   memberz
  key    user.id
}
"""


BIRTHS = "CREATE TABLE IF NOT EXISTS births (user_id text, born double precision, seen decimal(20, 3), counted bigint)"


@pytest.fixture(params=["sqlite", "postgres", "mariadb", "duckdb"])
def url(request: pytest.FixtureRequest, shop: Path) -> str:
    """A database with events and members."""
    if request.param in ("postgres", "mariadb"):
        server: Postgres | MariaDB = request.getfixturevalue(request.param)
        server.run("CREATE TABLE IF NOT EXISTS members (user_id text)", BIRTHS)
        return server.url
    tables = (
        "CREATE TABLE events (user_id text, ts timestamp, kind text, amount decimal(9, 2))",
        "CREATE TABLE members (user_id text)",
        BIRTHS,
    )
    with sqlite3.connect("shop.db") as lite, duckdb.connect("shop.duckdb") as duck:
        for table in tables:
            lite.execute(table)
            duck.execute(table)
    lite.close()
    return {"sqlite": "sqlite:///shop.db", "duckdb": "duckdb:///shop.duckdb"}[request.param]


def test_drift_is_told_at_the_declaration(segql: Segql, shop: Path, url: str) -> None:
    Path("drifted.seg").write_text(DRIFTED, "utf-8")
    done = segql("check", "drifted.seg", "--on", url)
    assert done.exit_code == 1, done.output
    assert "drifted.seg:5:10" in done.stdout  # the field of another type
    assert "is declared integer" in done.stdout
    assert "the data of `events` has no column `amonut`" in done.stdout
    assert "did you mean `amount`?" in done.stdout
    assert "`memberz` cannot be read: there is no such table" in done.stdout
    assert "did you mean `members`?" in done.stdout
    assert "3 errors" in done.stdout
    right = DRIFTED.replace("integer", "text").replace("amonut", "amount").replace("memberz", "members")
    Path("drifted.seg").write_text(right, "utf-8")
    assert segql("check", "drifted.seg", "--on", url).output == "nothing wrong in 1 file\n"


def test_an_epoch_is_kept_in_whole_numbers(segql: Segql, shop: Path, url: str) -> None:
    text = "source births {{ from births  time {} : epoch(seconds)  key user.id }}\nsegment all {{ key user.id  from births }}\n"
    for column, right in (("born", False), ("seen", False), ("counted", True)):
        Path("births.seg").write_text(text.format(column), "utf-8")
        for command in (("check", "births.seg"), ("run", "births.seg", "--now", "2026-03-31")):
            done = segql(*command, "--on", url)
            assert done.exit_code == (0 if right else 1), done.output
            assert ("and is declared epoch(seconds)" in done.output) is not right


def test_a_database_that_is_not_there_is_told_once(segql: Segql, shop: Path) -> None:
    Path("drifted.seg").write_text(DRIFTED, "utf-8")
    done = segql("check", "drifted.seg", "--on", "postgresql://ana@localhost:1/shop")
    assert done.exit_code == 1
    assert done.stdout.count("[SEG447]") == 1
    assert segql("check", "drifted.seg", "--data", "--on", "postgresql://ana@localhost:1/shop").exit_code == 2


GA4 = (
    ("event_date", "STRING"), ("event_timestamp", "INT64"), ("event_name", "STRING"), ("event_params", "ARRAY<STRUCT<key STRING>>"),
    ("event_bundle_sequence_id", "INT64"), ("user_id", "STRING"), ("user_pseudo_id", "STRING"), ("privacy_info", "STRUCT<x STRING>"),
    ("user_first_touch_timestamp", "INT64"), ("device", "STRUCT<category STRING>"), ("geo", "STRUCT<city STRING>"),
    ("traffic_source", "STRUCT<name STRING>"), ("stream_id", "STRING"), ("platform", "STRING"), ("ecommerce", "STRUCT<x STRING>"),
    ("event_value_in_usd", "FLOAT64"),
)  # fmt: skip
EXPORTED = """\
# It has all columns of `ga4.events`, a schema that the language knows.
source events like ga4.events {
  from   `events_*`
  field  event_value_in_usd : float
  # not declared: `privacy_info`, which is STRUCT<x STRING>
}
"""


def exported(name: str, *left_out: str) -> live.Table:
    columns = (live.Column(name=n, held=held, type=live.type_of(held, INSTANT)) for n, held in GA4 if n not in left_out)
    return live.Table(schema="analytics", name=name, columns=tuple(columns), here=True)


def test_the_days_of_an_export_are_one_source_like_the_schema_that_it_has() -> None:
    days = tuple(exported(f"events_202601{day:02}") for day in range(1, 4))
    found = live.Tables(every=(exported("events_20251231", "event_value_in_usd"), *days), kept={}, sharded=True)
    assert list(pull._declared(list(found.together()), found)) == [EXPORTED]
    whole = found.find(("analytics", "events_*"))
    assert whole is not None
    assert whole.columns == days[0].columns
    assert found.find(("events_20260102",)) == days[1]
    assert segql_library.check(EXPORTED).diagnostics == ()


def test_a_table_that_lacks_a_column_of_a_schema_is_declared_by_itself() -> None:
    found = live.Tables(every=(exported("events", "ecommerce"),), kept={})
    (text,) = pull._declared(list(found.together()), found)
    assert "like" not in text
    assert text.startswith("table events {")


def test_a_table_like_a_schema_says_in_what_it_differs(segql: Segql, shop: Path) -> None:
    columns = mistakes.needed(likeness._data("segment.tracks"))
    made = ", ".join(f'"{name}" {"timestamptz" if name == "timestamp" else "text"}' for name in columns)
    with duckdb.connect("tracks.duckdb") as there:
        there.execute(f"CREATE TABLE tracks ({made}, plan text, received_at timestamp)")
    done = segql("pull", "tracks.duckdb", "-o", "tracks.seg")
    assert done.exit_code == 0, done.output
    text = Path("tracks.seg").read_text("utf-8")
    assert "# It has all columns of `rudderstack.tracks` and of `segment.tracks`, which are alike.\n" in text
    assert "source tracks like rudderstack.tracks {\n  from   tracks\n  time   timestamp : timestamptz\n" in text
    assert "  field  plan        : text\n  field  received_at : timestamp\n" in text
    for arguments in (("check", "--strict"), ("fmt", "--check"), ("check", "--on", "duckdb:///tracks.duckdb")):
        assert segql(arguments[0], "tracks.seg", *arguments[1:]).exit_code == 0


def test_a_data_file_of_a_known_shape_begins_with_its_schema(segql: Segql, shop: Path) -> None:
    columns = mistakes.needed(likeness._data("segment.tracks"))
    (shop / "tracks.csv").write_text(
        ",".join(columns) + "\n" + ",".join("2026-03-01" if n == "timestamp" else f"x{n}" for n in columns) + "\n",
        "utf-8",
    )
    text = segql("init", "tracks.csv").stdout
    assert "source tracks like rudderstack.tracks {\n  from  file 'tracks.csv'\n" in text.replace(
        "from   file", "from  file"
    )
    Path("tracks.seg").write_text(text, "utf-8")
    assert segql("check", "--strict", "tracks.seg").exit_code == 0
    assert segql("size", "tracks.seg", "--now", "2026-03-15").exit_code == 0
