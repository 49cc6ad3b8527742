"""What can be wrong with what people hand over: each time one clear answer and the right exit code, never a traceback."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest
from click.testing import Result

from tests.cli.conftest import EVENTS, SHOP, Segql

COMMANDS = ("check", "compile", "run", "fmt", "test", "show tree", "show meaning", "show sql")
NOW = ("--now", "2026-03-31")


def codes(done: Result) -> list[str]:
    """The codes that were said, in order."""
    return [part.partition("]")[0] for part in done.output.split("[SEG")[1:]]


def quiet(done: Result) -> None:
    """Whatever was wrong, it was said: no exception came out, and no mistake of ours is among it."""
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert done.exit_code in (0, 1, 2)
    assert "Traceback" not in done.output
    assert "SEG901" not in done.output


TEXTS = {
    "empty": b"",
    "only comments": b"# nothing\n## here\n",
    "only blanks": b" \t\r\n\n",
    "byte-order mark": b"\xef\xbb\xbf" + SHOP.encode(),
    "carriage returns": SHOP.replace("\n", "\r\n").encode(),
    "tabs": SHOP.replace("  ", "\t").encode(),
    "emoji": SHOP.replace("buyers", "`🛒 buyers`").replace("'buy'", "'🛍️ buy'").encode(),
    "unclosed string": b"source a { from file 'x.csv\n time ts }\n",
    "unclosed name": b"segment `a { }\n",
    "unclosed block": b"segment a {\n  key b\n",
    "only a brace": b"}",
    "nesting of 200": b"segment a { key k  from s " + b"any { " * 200 + b"did b" + b"}" * 200 + b"}\n",
    "parentheses of 200": b"define a = " + b"(" * 200 + b"1" + b")" * 200 + b"\n",
    "parentheses of 100,000": b"define a = " + b"(" * 100_000 + b"\n",
    "NUL": b"segment a\x00b { key k }\n",
    "not UTF-8": b"# caf\xe9\nsegment a { key k }\n",
    "UTF-16": SHOP.encode("utf-16"),
    "surrogates": b"# \xed\xa0\x80\n",
    "a binary": bytes(range(256)) * 20,
    "one long line": b"# " + b"x" * 1_000_000,
    "an odd number": b"param a : integer = 99999999999999999999999999999999999999999999\n",
    "an odd date": SHOP.encode() + b"segment z { key user.id  from events  during since 2026-02-30  did buy }\n",
    "uses itself": b"use 'text.seg'\n",
    "uses what is not there": b"use 'nope.seg'\n",
    "uses a folder": b"use '.'\n",
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("what", TEXTS)
def test_any_text_has_an_answer(segql: Segql, shop: Path, what: str, command: str) -> None:
    (shop / "text.seg").write_bytes(TEXTS[what])
    quiet(segql(*command.split(), "text.seg"))


@pytest.mark.parametrize("what", TEXTS)
def test_any_text_can_come_through_standard_input(segql: Segql, what: str) -> None:
    quiet(segql("check", "-", input=TEXTS[what]))


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("empty", "324"),
        ("only comments", "324"),
        ("unclosed string", "102"),
        ("unclosed name", "105"),
        ("unclosed block", "103"),
        ("nesting of 200", "106"),
        ("NUL", "104"),
        ("not UTF-8", "109"),
        ("UTF-16", "109"),
        ("an odd date", "320"),
        ("uses itself", "212"),
        ("uses what is not there", "213"),
        ("uses a folder", "213"),
    ],
)
def test_the_answer_says_what_it_is(segql: Segql, shop: Path, what: str, code: str) -> None:
    (shop / "text.seg").write_bytes(TEXTS[what])
    assert codes(segql("check", "text.seg"))[:1] == [code]


@pytest.mark.parametrize("what", ["byte-order mark", "carriage returns", "tabs", "emoji"])
def test_odd_but_right_texts_work(segql: Segql, shop: Path, what: str) -> None:
    (shop / "text.seg").write_bytes(TEXTS[what])
    (shop / "events.csv").write_text(EVENTS.replace("buy", "🛍️ buy") if what == "emoji" else EVENTS, "utf-8")
    assert segql("check", "text.seg", "--strict").exit_code == 0
    name = "🛒 buyers" if what == "emoji" else "buyers"
    done = segql("run", "text.seg", "--name", name, *NOW, "--format", "csv")
    assert done.stdout == "user_id\nana\n"


def test_ten_thousand_lines_are_checked(segql: Segql, shop: Path) -> None:
    many = "".join(f"segment s{n} {{\n  key user.id\n  from events\n  did buy\n}}\n\n" for n in range(1_670))
    (shop / "long.seg").write_text(f"use 'shop.seg'\n{many}", "utf-8")
    assert many.count("\n") > 10_000
    assert segql("check", "long.seg").exit_code == 0


# ---------------------------------------------------------------- files


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_is_not_there(segql: Segql, command: str) -> None:
    done = segql(*command.split(), "nope.seg")
    assert (codes(done), done.exit_code) == (["108"], 1)
    assert "there is no such file" in done.output


@pytest.mark.parametrize("command", ["compile", "run", "show tree"])
def test_a_folder_is_no_file(segql: Segql, shop: Path, command: str) -> None:
    done = segql(*command.split(), ".")
    assert (codes(done), done.exit_code) == (["108"], 1)
    assert "this is a folder" in done.output


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="nothing is kept from the superuser")
def test_a_file_that_may_not_be_read(segql: Segql, shop: Path) -> None:
    (shop / "shop.seg").chmod(0)
    assert codes(segql("check", "shop.seg")) == ["108"]


def test_a_folder_that_cannot_be_written(segql: Segql, shop: Path) -> None:
    (shop / "taken").write_text("", "utf-8")
    for arguments in (("compile", "shop.seg", "--out", "taken"), ("init", "--output", "taken/x.seg")):
        done = segql(*arguments)
        assert (codes(done), done.exit_code) == (["111"], 1)
    done = segql("run", "shop.seg", "--name", "lookers", "--output", "taken/x.csv")
    assert (codes(done), done.exit_code) == (["111"], 1)


# ---------------------------------------------------------------- data

DATA = {
    "missing": (None, "403", "there is no such file"),
    "empty": ("", "403", "it is empty"),
    "ragged": ("user_id,ts,kind,amount\na,2026-03-30,buy,1\nb,2026-03-30,buy\nc,2026-03-30,buy,2,3\n", "403", "line 3"),
    "ragged far below": (
        "user_id,ts,kind,amount\n" + "a,2026-03-30,buy,1\n" * 50_000 + "b,2026-03-30\n",
        "403",
        "line 50002 has 2 columns, and the first line has 4",
    ),
    "a number that is none": (
        "user_id,ts,kind,amount\na,2026-03-30,buy,lots\n",
        "403",
        "'lots' is not a decimal",
    ),
    "a time that is none": ("user_id,ts,kind,amount\na,soon,buy,1\n", "403", "'soon' is not a timestamp"),
    "another column": ("user_id,ts,kinds,amount\na,2026-03-30,buy,1\n", "404", "did you mean `kinds`"),
    "no such key": ("user,ts,kind,amount\na,2026-03-30,buy,1\n", "404", "no column `user_id`"),
}


@pytest.mark.parametrize("what", DATA)
def test_data_that_cannot_be_read_are_said_where_they_are_named(segql: Segql, shop: Path, what: str) -> None:
    text, code, words = DATA[what]
    if text is None:
        (shop / "events.csv").unlink()
    else:
        (shop / "events.csv").write_text(text, "utf-8")
    done = segql("run", "shop.seg", "--name", "buyers", *NOW, "--format", "csv")
    assert (done.exit_code, done.stdout, codes(done)) == (1, "", [code])
    assert words in done.stderr
    assert "--> shop.seg:" in done.stderr


@pytest.mark.parametrize(
    ("amount", "ts", "words"),
    [
        ("'lots'", "TIMESTAMP '2026-03-30'", "column `amount` holds VARCHAR, and is declared decimal"),
        ("3", "'soon'", "column `ts` holds VARCHAR, and is declared timestamp"),
    ],
)
def test_columns_of_another_type_are_said(segql: Segql, shop: Path, amount: str, ts: str, words: str) -> None:
    duckdb.sql(f"SELECT 'a' AS user_id, {ts} AS ts, 'buy' AS kind, {amount} AS amount").write_parquet("events.parquet")
    (shop / "shop.seg").write_text(SHOP.replace("events.csv", "events.parquet"), "utf-8")
    done = segql("run", "shop.seg", "--name", "buyers", *NOW)
    assert (done.exit_code, codes(done)) == (1, ["403"])
    assert words in done.stderr


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("file 'nope/*.parquet'", "no file matches it"),
        ("file 'folder.csv'", "this is a folder"),
        ("file 'shop.seg'", "cannot be read"),
        ("file 's3://bucket/x.parquet'", "httpfs"),
        ("web.events", "there is no such table"),
        ("file 'events.csv.gz'", "cannot be read"),
    ],
)
def test_places_that_hold_no_data(segql: Segql, shop: Path, place: str, words: str) -> None:
    (shop / "folder.csv").mkdir()
    (shop / "events.csv.gz").write_bytes(b"no gzip")
    (shop / "shop.seg").write_text(SHOP.replace("file 'events.csv'", place), "utf-8")
    done = segql("run", "shop.seg", "--name", "lookers", *NOW)
    quiet(done)
    assert (done.exit_code, codes(done)) == (1, ["403"])
    assert words in done.stderr


def test_a_database_that_is_none(segql: Segql, shop: Path) -> None:
    for database, words in (("nope.duckdb", "there is no such file"), ("events.csv", "this is not a DuckDB database")):
        done = segql("run", "shop.seg", "--name", "lookers", "--on", database)
        assert (done.exit_code, codes(done)) == (1, ["403"])
        assert words in done.stderr
    assert not (shop / "nope.duckdb").exists()


# ---------------------------------------------------------------- options


@pytest.mark.parametrize("now", ["", "soon", "2026-02-30", "2026-13-01", "31.3.2026", "0001-01-01T00:00+14:00", "now"])
@pytest.mark.parametrize("command", ["compile", "run"])
def test_a_time_that_is_none_is_wrong_usage(segql: Segql, command: str, now: str) -> None:
    done = segql(command, "shop.seg", "--name", "buyers", "--now", now)
    quiet(done)
    assert done.exit_code == 2
    assert "Invalid value for --now" in done.stderr


@pytest.mark.parametrize("now", ["0001-01-01", "9999-12-31T23:59"])
def test_the_edges_of_the_calendar_are_times(segql: Segql, now: str) -> None:
    for command in ("compile", "run"):
        quiet(segql(command, "shop.seg", "--name", "buyers", "--now", now))


def test_a_parameter_without_a_value_is_wrong_usage(segql: Segql) -> None:
    for written in ("least", "=3", ""):
        assert segql("compile", "shop.seg", "--param", written).exit_code == 2


@pytest.mark.parametrize(("written", "code"), [("most=3", "207"), ("least=lots", "323"), ("least=NaN", "323")])
@pytest.mark.parametrize("command", ["compile", "run"])
def test_a_parameter_that_does_not_fit(segql: Segql, command: str, written: str, code: str) -> None:
    done = segql(command, "shop.seg", "--name", "buyers", "--param", written)
    assert (done.exit_code, codes(done)) == (1, [code])


@pytest.mark.parametrize("command", ["compile", "run", "show sql"])
def test_a_segment_that_is_not_there(segql: Segql, command: str) -> None:
    done = segql(*command.split(), "shop.seg", "--name", "buyer")
    assert (done.exit_code, codes(done)) == (1, ["406"])
    assert "did you mean `buyers`" in done.stderr


def test_a_dialect_that_is_not_there(segql: Segql) -> None:
    done = segql("compile", "shop.seg", "--dialect", "duckbd")
    assert (done.exit_code, codes(done)) == (1, ["402"])
    assert "did you mean `duckdb`" in done.stderr
