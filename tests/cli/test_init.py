"""`segql init`: what it writes passes `segql check --strict`, is in its form, and runs."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from tests.cli.conftest import Segql

FILES = {
    "plain.csv": "user_id,ts,kind\nana,2026-03-30T10:00:00,buy\n",
    "plans.csv": "email,tier,valid_from,valid_to\na@b.c,pro,2026-01-01,2026-02-01\n",
    "no-time.csv": "email,tier\na@b.c,pro\n",
    "only a key.csv": "email\na@b.c\n",
    "2026.csv": "when,who\n2026-01-01,ana\n",
    "odd.csv": "user id,from,Segment,é,ts,where.x\n1,a,b,c,2026-01-01 10:00:00,y\n",
    "zoned.csv": "uid,at\n1,2026-01-01 10:00:00+02\n",
    "kinds.csv": "id,ts,type\n1,2026-01-01 10:00:00,it's\n2,2026-01-01 10:00:00,IT S\n3,2026-01-01 10:00:00,segment\n",
    "camel.csv": "userId,eventTime,eventName\nana,2026-01-01 10:00:00,Add To Cart\n",
    "numbered.csv": "user,ts,n\nana,1774864800000,3\n",
    "clock.csv": "user id,createdAt\nana,1774864800\n",
    "no clock.csv": "user,at\nana,3\n",
    "deep.jsonl": json.dumps(
        {"user": {"id": 1, "geo": {"country name": "BR"}}, "at": "2026-01-01 10:00:00", "tags": ["a"], "m": {}}
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_first_file_is_right_in_form_and_runs(segql: Segql, shop: Path, name: str) -> None:
    (shop / name).write_text(FILES[name], "utf-8")
    done = segql("init", name, "--output", "sub/first.seg")
    assert (done.exit_code, done.stdout) == (0, ""), done.output
    for arguments in (("check", "--strict"), ("fmt", "--check"), ("run", "--now", "2026-01-02", "--format", "csv")):
        again = segql(arguments[0], "sub/first.seg", *arguments[1:])
        assert again.exit_code == 0, again.output + (shop / "sub/first.seg").read_text("utf-8")


def test_without_data_there_is_an_example(segql: Segql) -> None:
    text = segql("init").stdout
    assert segql("check", "-", "--strict", input=text).exit_code == 0
    assert segql("fmt", "-", input=text).stdout == text


def test_a_table_of_a_database(segql: Segql, shop: Path) -> None:
    with duckdb.connect("shop.duckdb") as connection:
        connection.execute("CREATE SCHEMA web; CREATE TABLE web.\"My Events\" AS FROM 'events.csv'")
    done = segql("init", "web.My Events", "--on", "shop.duckdb")
    assert done.exit_code == 0, done.output
    assert "from   web.`My Events`\n" in done.stdout
    assert segql("check", "-", "--strict", input=done.stdout).exit_code == 0


def test_events_are_the_commonest_kinds(segql: Segql, shop: Path) -> None:
    done = segql("init", "events.csv")
    assert "  event  buy  : kind = 'buy'\n" in done.stdout
    assert "did buy at least 3 times" in done.stdout
    assert "  time   ts\n  key    user.id\n" in done.stdout


@pytest.mark.parametrize(
    ("number", "unit"),
    [
        (1774864800, "seconds"),
        (1774864800000, "milliseconds"),
        (1774864800000000, "microseconds"),
        (86400, ""),
        (10**17, ""),
    ],
)
def test_a_time_that_is_kept_as_a_number_is_known_by_its_size(segql: Segql, shop: Path, number: int, unit: str) -> None:
    (shop / "clicks.csv").write_text(f"user_id,event_ts,page\nana,{number},/\nbia,{number - 5},/\n", "utf-8")
    text = segql("init", "clicks.csv").stdout
    assert (f"time   event_ts : epoch({unit})\n" in text) == bool(unit)
    assert ("source clicks {" in text) == bool(unit)


def test_keys_are_what_is_called_by_a_word_for_people_before_the_id_of_a_row(segql: Segql, shop: Path) -> None:
    (shop / "a.csv").write_text("id,customer,ts\n1,ana,2026-01-01 10:00:00\n", "utf-8")
    (shop / "b.csv").write_text("id,user id,ts\n1,ana,2026-01-01 10:00:00\n", "utf-8")
    assert "  key    customer\n" in segql("init", "a.csv").stdout
    assert "  key    user.id = `user id`\n" in segql("init", "b.csv").stdout


def test_nothing_is_overwritten(segql: Segql, shop: Path) -> None:
    before = (shop / "shop.seg").read_text("utf-8")
    assert segql("init", "events.csv", "--output", "shop.seg").exit_code == 2
    assert (shop / "shop.seg").read_text("utf-8") == before


@pytest.mark.parametrize("data", ["nope.csv", "nope", ".", "shop.seg", "empty.csv"])
def test_what_is_no_data_is_said(segql: Segql, shop: Path, data: str) -> None:
    (shop / "empty.csv").write_text("", "utf-8")
    done = segql("init", data)
    assert done.exit_code == 1, done.output
    assert "error[SEG403]" in done.stderr
    assert "SEG901" not in done.stderr


def test_a_csv_whose_columns_are_parted_otherwise_is_told_how_it_can_be_read(segql: Segql, shop: Path) -> None:
    (shop / "odd.csv").write_text("user;ts\nana;2026-01-01\n", "utf-8")
    why = "`odd.csv` cannot be read: its columns are parted by semicolons, and those of a `.csv` by commas"
    done = segql("init", "odd.csv")
    assert (done.exit_code, done.stdout) == (1, "")
    assert why in done.stderr
    assert "help: `segql table load odd.csv --as TABLE` reads it" in done.stderr
    (shop / "odd.seg").write_text(
        "source odd { from file 'odd.csv'  time ts  key user }\nsegment s { key user  from odd }\n", "utf-8"
    )
    for command in (("run", "odd.seg"), ("check", "--data", "odd.seg")):
        done = segql(*command)
        assert done.exit_code == 1
        assert why in done.output
    assert segql("table", "load", "odd.csv", "--as", "odd", "--on", "odd.duckdb", "--key", "user").exit_code == 0


def test_what_is_not_declared_is_told_with_a_way_into_lists(segql: Segql, shop: Path) -> None:
    params = "[{'key': 'page', 'value': {'text': '/a'}}] AS params, MAP {'a': 1} AS more"
    duckdb.sql(f"SELECT 'ana' AS user_id, TIMESTAMP '2026-01-01' AS ts, {params}").write_parquet("deep.parquet")
    text = segql("init", "deep.parquet").stdout
    assert "  # not declared: `params`, which is STRUCT(" in text
    assert "; read from it with `params[key = '…'].value`\n" in text
    assert "  # not declared: `more`, which is MAP(" in text
    assert segql("check", "-", "--strict", input=text).exit_code == 0
    assert segql("fmt", "-", input=text).stdout == text


def test_a_birthday_is_no_time_of_an_event(segql: Segql, shop: Path) -> None:
    (shop / "people.csv").write_text("id,email,born\n1,a@b.c,1990-01-01\n", "utf-8")
    assert "\ntable people {" in segql("init", "people.csv").stdout
    (shop / "days.csv").write_text("user,day\nana,2026-01-01\n", "utf-8")
    assert "\nsource days {" in segql("init", "days.csv").stdout


def test_what_is_written_from_a_database_goes_on_with_it(segql: Segql, shop: Path) -> None:
    with duckdb.connect("shop.duckdb") as connection:
        connection.execute("CREATE TABLE events AS FROM 'events.csv'")
    done = segql("init", "events", "--on", "shop.duckdb", "--output", "first.seg")
    assert done.stderr.endswith("go on with `segql check first.seg --on shop.duckdb`\n")
    assert segql("check", "first.seg", "--on", "shop.duckdb").exit_code == 0
    done = segql("init", "events.csv", "--on", "shop.duckdb", "--output", "second.seg")
    assert done.stderr.endswith("go on with `segql check second.seg`\n")
