"""`segql run`."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from tests.cli.conftest import Segql

NOW = ("--now", "2026-03-31")


def test_a_table_for_people_and_the_count_beside_it(segql: Segql) -> None:
    done = segql("run", "shop.seg", "--name", "lookers", *NOW)
    assert done.exit_code == 0
    assert "│ user_id │" in done.stdout.replace("┃", "│")
    assert "│ caio    │" in done.stdout
    assert done.stderr.startswith("1 key in lookers, ")


def test_csv_json_and_parquet_hold_all_keys(segql: Segql, shop: Path) -> None:
    both = ("run", "shop.seg", "--name", "buyers", *NOW, "--param", "least=1")
    assert segql(*both, "--format", "csv").stdout == "user_id\nana\nbia\n"
    assert json.loads(segql(*both, "--format", "json").stdout) == [{"user_id": "ana"}, {"user_id": "bia"}]
    assert segql(*both, "--output", "keys.parquet").exit_code == 0
    assert duckdb.read_parquet("keys.parquet").fetchall() == [("ana",), ("bia",)]
    assert segql(*both, "--format", "parquet").stdout_bytes[:4] == b"PAR1"


def test_limit_takes_the_first_keys(segql: Segql) -> None:
    done = segql("run", "shop.seg", "--name", "buyers", *NOW, "--param", "least=1", "--limit", "1", "--format", "csv")
    assert done.stdout == "user_id\nana\n"


def test_no_keys_are_still_a_csv_and_a_json(segql: Segql) -> None:
    none = ("run", "shop.seg", "--name", "buyers", "--now", "2020-01-01")
    assert segql(*none, "--format", "csv").stdout == "user_id\n"
    assert json.loads(segql(*none, "--format", "json").stdout) == []


def test_a_table_shows_the_first_hundred(segql: Segql, shop: Path) -> None:
    rows = "".join(f"user{n:04},2026-03-30T10:00:00,buy,50\n" for n in range(250))
    (shop / "events.csv").write_text("user_id,ts,kind,amount\n" + rows, "utf-8")
    done = segql("run", "shop.seg", "--name", "buyers", *NOW)
    assert "user0099" in done.stdout
    assert "user0100" not in done.stdout
    assert "the first 100 of 250" in done.stderr


def test_the_only_segment_needs_no_name(segql: Segql, shop: Path) -> None:
    one = "use 'shop.seg'\nsegment one { key user.id  from events  did buy }\n"
    done = segql("run", "-", *NOW, "--format", "csv", input=one)
    assert done.stdout == "user_id\nana\nbia\n"


def test_one_of_several_segments_needs_its_name(segql: Segql) -> None:
    done = segql("run", "shop.seg")
    assert done.exit_code == 2
    assert "buyers, lookers" in done.stderr


@pytest.mark.parametrize("arguments", [("--output", "keys.txt"), ("--format", "table", "--output", "x.csv")])
def test_a_format_that_cannot_be_is_wrong_usage(segql: Segql, arguments: tuple[str, ...]) -> None:
    assert segql("run", "shop.seg", "--name", "buyers", *arguments).exit_code == 2


def test_tables_come_from_a_database_that_is_only_read(segql: Segql, shop: Path) -> None:
    with duckdb.connect("shop.duckdb") as connection:
        connection.execute("CREATE SCHEMA web; CREATE TABLE web.events AS FROM 'events.csv'")
    text = (shop / "shop.seg").read_text("utf-8").replace("file 'events.csv'", "web.events")
    (shop / "tables.seg").write_text(text, "utf-8")
    (shop / "segql.toml").write_text('connection = "shop.duckdb"\n', "utf-8")
    before = (shop / "shop.duckdb").read_bytes()
    done = segql("run", "tables.seg", "--name", "buyers", *NOW, "--format", "csv")
    assert (done.stdout, done.exit_code) == ("user_id\nana\n", 0)
    assert segql("run", "tables.seg", "--name", "buyers", "--on", "shop.duckdb", *NOW).exit_code == 0
    assert (shop / "shop.duckdb").read_bytes() == before


def test_an_output_is_written_whole_or_not_at_all(segql: Segql, shop: Path) -> None:
    (shop / "keys.csv").write_text("old", "utf-8")
    (shop / "events.csv").write_text("user_id,ts,kind,amount\nana,soon,buy,1\n", "utf-8")
    done = segql("run", "shop.seg", "--name", "buyers", *NOW, "--output", "keys.csv")
    assert done.exit_code == 1
    assert (shop / "keys.csv").read_text("utf-8") == "old"
    assert not list(shop.glob("*.part"))


def test_keys_that_csv_must_quote_survive(segql: Segql, shop: Path) -> None:
    (shop / "events.csv").write_text('user_id,ts,kind,amount\n"a,""b""",2026-03-30T10:00:00,buy,50\n', "utf-8")
    done = segql("run", "shop.seg", "--name", "buyers", *NOW, "--format", "csv")
    assert done.stdout == 'user_id\n"a,""b"""\n'


def test_instants_with_a_zone_are_keys_too(segql: Segql, shop: Path) -> None:
    (shop / "events.csv").write_text("user_id,ts,kind,amount\n2026-03-30T12:00+02:00,2026-03-30,buy,50\n", "utf-8")
    done = segql("run", "shop.seg", "--name", "buyers", *NOW, "--format", "csv")
    assert done.stdout == "user_id\n2026-03-30T10:00:00+00:00\n"


def test_several_segments_are_asked_together(segql: Segql) -> None:
    both = ("run", "shop.seg", "--name", "lookers", "--name", "buyers", *NOW, "--format", "csv")
    assert segql(*both).stdout == "segment,user_id\nbuyers,ana\nlookers,caio\n"
    assert (
        segql("run", "shop.seg", "--name", "buyers", "--name", "buyers", *NOW, "--format", "csv").stdout
        == "user_id\nana\n"
    )


def test_what_one_of_several_cannot_read_is_told(segql: Segql, shop: Path) -> None:
    (shop / "events.csv").unlink()
    done = segql("run", "shop.seg", "--name", "lookers", "--name", "buyers", *NOW)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "SEG403" in done.stderr


def wide(segql: Segql, shop: Path, count: int) -> list[str]:
    """The table of an explorer with so many measures, in a terminal of 60 columns."""
    measures = "".join(f"  measure number_{n}_of_rows = count() + {n}\n" for n in range(count))
    (shop / "wide.seg").write_text(
        f"use 'shop.seg'\nexplore kinds {{\n  from events\n  by kind\n{measures}}}\n", "utf-8"
    )
    return segql("run", "wide.seg", *NOW).stdout.splitlines()


def test_names_are_on_several_lines_where_they_would_be_too_wide(
    segql: Segql, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    lines = wide(segql, shop, 4)
    assert [line.split() for line in lines[1:5]] == [
        ["┃", *["┃", "number_"] * 4, "┃"],
        ["┃", *(part for n in range(4) for part in ("┃", f"{n}_")), "┃"],
        ["┃", *["┃", "of_"] * 4, "┃"],
        ["┃", "kind", *["┃", "rows"] * 4, "┃"],
    ]
    assert "│ buy  │       2 │       3 │       4 │       5 │" in lines


def test_a_table_with_more_columns_than_fit_has_a_line_for_each_name(
    segql: Segql, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    lines = wide(segql, shop, 40)
    told = [line.strip("│ ").split() for line in lines if line.startswith("│")]
    values = [["buy", *range(2, 42)], ["view", *range(2, 42)]]
    names = ["kind", *(f"number_{n}_of_rows" for n in range(40))]
    assert told == [[name, "│", str(value)] for row in values for name, value in zip(names, row, strict=True)]
