"""`segql table load`: a table is loaded whole, or it stays as it was; every bad row is told with its line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import duckdb
import pytest
from click.testing import Result

from tests.cli.conftest import Segql

PLANS = """table plans {
  from  crm.plans
  key   usr.email = email unique
  field tier  : enum('free', 'pro')
  field arr   : decimal
  field seats : integer
  field since : date
  field live  : boolean
}
"""
GOOD = "email,tier,arr,seats,since,live\nana@x,pro,12.50,3,2026-01-31,true\nbia@x,free,,,,no\n"
VERSIONS = """table versions {
  from  versions
  key   usr.email = email unique
  field tier : text
  valid from start to end
}
"""


@pytest.fixture
def plans(shop: Path) -> Path:
    (shop / "plans.seg").write_text(PLANS, "utf-8")
    (shop / "good.csv").write_text(GOOD, "utf-8")
    return shop


def load(segql: Segql, file: str, *options: str) -> Result:
    return segql("table", "load", file, "--as", "plans", "--file", "plans.seg", "--on", "shop.duckdb", *options)


def rows(table: str = "crm.plans", database: str = "shop.duckdb") -> list[tuple[object, ...]]:
    with duckdb.connect(database, read_only=True) as connection:
        return connection.execute(f"FROM {table} ORDER BY ALL").fetchall()


def wrong(done: Result) -> list[tuple[int, str, str]]:
    """The bad rows of a JSON answer: line, column and why."""
    assert done.exit_code == 1, done.output
    return [(w["line"], w["column"], w["why"]) for w in json.loads(done.stdout)["wrong_rows"]]


def test_a_declared_table_has_the_declared_types(segql: Segql, plans: Path) -> None:
    done = load(segql, "good.csv")
    assert done.exit_code == 0, done.output
    assert "2 rows loaded into `crm.plans` in shop.duckdb" in done.stderr
    with duckdb.connect("shop.duckdb", read_only=True) as connection:
        types = dict(row[:2] for row in connection.execute("DESCRIBE crm.plans").fetchall())
        values = connection.execute("SELECT arr, seats, CAST(since AS VARCHAR), live FROM crm.plans").fetchall()
    assert types == {
        "email": "VARCHAR",
        "tier": "VARCHAR",
        "arr": "DECIMAL(38,10)",
        "seats": "BIGINT",
        "since": "DATE",
        "live": "BOOLEAN",
    }
    assert [str(v) for v in values[0]] == ["12.5000000000", "3", "2026-01-31", "True"]
    assert values[1] == (None, None, None, False)


BAD = [
    ("ana@x,gold,,,,", (2, "tier", "it is not one of 'free', 'pro'")),
    ("ana@x,fre,,,,", (2, "tier", "it is not one of 'free', 'pro': did you mean 'free'?")),
    ("ana@x,,1.5.5,,,", (2, "arr", "it is not a decimal with at most 28 digits before the point and 10 after it")),
    (
        "ana@x,,0.12345678901,,,",
        (2, "arr", "it is not a decimal with at most 28 digits before the point and 10 after it"),
    ),
    ("ana@x,,,1.5,,", (2, "seats", "it is not a whole number from -2^63 to 2^63 - 1")),
    ("ana@x,,,9223372036854775808,,", (2, "seats", "it is not a whole number from -2^63 to 2^63 - 1")),
    ("ana@x,,,,2026-02-30,", (2, "since", "it is not a date: 2026-01-31")),
    ("ana@x,,,,31/01/2026,", (2, "since", "it is not a date: 2026-01-31")),
    ("ana@x,,,,,maybe", (2, "live", "it is not true or false")),
    ("ana@x,pro", (2, "", "it has 2 columns, and the first line has 6")),
    ("ana@x,,,,,,,", (2, "", "it has 8 columns, and the first line has 6")),
    (",pro,,,,", (2, "email", "it has no key")),
    ("  ,pro,,,,", (2, "email", "it has no key")),
    ('"ana"@x,,,,,', (2, "", "something follows a closing quote: a quote inside quotes is written twice")),
    ('"ana@x,,,,,', (2, "", "a quote that opens here is never closed")),
    ("an\0a@x,,,,,", (2, "email", "it holds a control character")),
    ('"ana\n\n@x",,,,,\nbia@x,x,,,,', (5, "tier", "it is not one of 'free', 'pro'")),
    ("ana@x,,,,,\nbia@x,,,,,\nana@x,,,,,", (4, "email", "line 2 has this key, which is unique, too")),
]


@pytest.mark.parametrize(("text", "said"), BAD)
def test_a_bad_row_is_told_with_its_line(segql: Segql, plans: Path, text: str, said: tuple[int, str, str]) -> None:
    load(segql, "good.csv")
    before = rows()
    (plans / "bad.csv").write_text(f"email,tier,arr,seats,since,live\n{text}\n", "utf-8")
    assert wrong(load(segql, "bad.csv", "--replace", "--format", "json")) == [said]
    assert rows() == before


def test_bad_rows_of_all_kinds_come_in_order_of_lines_and_only_so_many(segql: Segql, plans: Path) -> None:
    (plans / "bad.csv").write_text("email,tier,arr,seats,since,live\na,x,,,,\nb\n,,,,,\nc,,,x,,\n", "utf-8")
    done = load(segql, "bad.csv")
    assert [line.split(": ")[0] for line in done.stdout.splitlines()] == [f"bad.csv:{n}" for n in (2, 3, 4, 5)]
    assert "error[SEG415]: `bad.csv` is not loaded into `plans`: it has 4 faults" in done.stderr
    some = load(segql, "bad.csv", "--max-errors", "1")
    assert some.stdout.splitlines()[1] == "bad.csv: and 3 more: `--max-errors 0` tells all of them"
    assert len(load(segql, "bad.csv", "--max-errors", "0").stdout.splitlines()) == 4
    assert not (plans / "shop.duckdb").exists()


ENCODED = {
    "utf-8": (),
    "utf-8-sig": (),
    "utf-16": (),
    "utf-16-le": (),
    "utf-16-be": (),
    "latin-1": ("--encoding", "latin-1"),
    "cp1252": ("--encoding", "cp1252"),
}


@pytest.mark.parametrize("encoding", ENCODED)
def test_encodings(segql: Segql, plans: Path, encoding: str) -> None:
    (plans / "text.csv").write_bytes("name,city\r\nana,São Paulo\r\nzoë,Køln\r\n".encode(encoding))
    done = segql("table", "load", "text.csv", "--as", "t", "--on", "t.duckdb", *ENCODED[encoding])
    assert done.exit_code == 0, done.output
    assert rows("t", "t.duckdb") == [("ana", "São Paulo"), ("zoë", "Køln")]


def test_latin_1_is_not_guessed(segql: Segql, plans: Path) -> None:
    (plans / "text.csv").write_bytes("name,city\nana,x\nzoë,y\n".encode("latin-1"))
    done = segql("table", "load", "text.csv", "--as", "t", "--on", "t.duckdb")
    assert "line 3 is not UTF-8: it has the byte 0xEB" in done.stderr
    assert "--encoding latin-1" in done.stderr


FILES = {
    "empty.csv": (b"", "it is empty"),
    "header.csv": (b"a,b\n", "it has no rows"),
    "nameless.csv": (b"a,,c\n1,2,3\n", "column 2 has no name"),
    "twice.csv": (b"a,b,A\n1,2,3\n", "columns 1 and 3 are both named `A`"),
    "quote.csv": (b'a,"b\n1,2\n', "line 1: a quote that opens here is never closed"),
    "blank.csv": (b"\na\n", "its first line is empty"),
    "half.csv": (b"\xff\xfea\x00,", "it is not UTF-16 throughout"),
    "broken.csv.gz": (gzip.compress(b"a,b\n1,2\n" * 999)[:-9], "it cannot be unpacked"),
    "list.json": (b'[{"a": 1}]', "it is one list"),
    "odd.xlsx": (b"PK", "its ending does not say what it is"),
    "fake.parquet": (b"no parquet", "cannot be"),
    "packed.csv.zst": (b"", "it is packed with Zstandard"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_table(segql: Segql, plans: Path, name: str) -> None:
    (plans / name).write_bytes(FILES[name][0])
    done = segql("table", "load", name, "--as", "t", "--on", "t.duckdb")
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert "SEG901" not in done.output
    assert FILES[name][1] in done.stderr
    assert not (plans / "t.duckdb").exists()


def test_missing_files_columns_and_places(segql: Segql, plans: Path) -> None:
    assert "there is no such file" in segql("table", "load", "nope.csv", "--as", "t", "--on", "t.duckdb").stderr
    assert "this is a folder" in segql("table", "load", ".", "--as", "t", "--on", "t.duckdb").stderr
    (plans / "few.csv").write_text("mail,tier\na,pro\n", "utf-8")
    done = load(segql, "few.csv")
    assert "error[SEG404]: the data of `few.csv` has no column `email`" in done.stderr
    assert "--> plans.seg:3:21" in done.stderr
    assert "did you mean `mail`?" in done.stderr
    nowhere = segql("table", "load", "good.csv", "--as", "new")
    assert nowhere.exit_code == 2
    assert "say where the table is to be kept" in nowhere.stderr
    assert segql("table", "load", "good.csv", "--as", "new", "--on", "oracle://db").exit_code == 2
    assert segql("table", "load", "good.csv", "--as", "new", "--on", "t.duckdb", "--delimiter", "::").exit_code == 2
    assert "no encoding" in segql("table", "load", "good.csv", "--as", "n", "--on", "t.db", "--encoding", "x").stderr
    key = segql("table", "load", "good.csv", "--as", "new", "--on", "t.duckdb", "--key", "usr.email=emial")
    assert "did you mean `email`?" in key.stderr


def test_a_database_that_is_none(segql: Segql, plans: Path) -> None:
    (plans / "no.duckdb").write_text("this is not a database, and long enough to be looked at" * 100, "utf-8")
    done = segql("table", "load", "good.csv", "--as", "new", "--on", "no.duckdb")
    assert done.exit_code == 1
    assert "error[SEG416]: `no.duckdb` cannot be written" in done.stderr
    assert (plans / "no.duckdb").read_text("utf-8").startswith("this is not")


def test_a_table_is_replaced_or_appended_to_when_that_is_said(segql: Segql, plans: Path) -> None:
    load(segql, "good.csv")
    again = load(segql, "good.csv")
    assert again.exit_code == 2
    both = segql("table", "load", "good.csv", "--as", "new", "--on", "t.duckdb", "--append", "--replace")
    assert (both.exit_code, "say `--append` or `--replace`, not both" in both.stderr) == (2, True)
    assert "say `--replace` or `--append`" in again.stderr
    (plans / "more.csv").write_text("live,email,tier,arr,seats,since\n,caio@x,free,,,\n", "utf-8")
    assert load(segql, "more.csv", "--append", "--dry-run").exit_code == 0
    assert len(rows()) == 2
    assert load(segql, "more.csv", "--append").exit_code == 0
    assert [row[0] for row in rows()] == ["ana@x", "bia@x", "caio@x"]
    clash = wrong(load(segql, "more.csv", "--append", "--format", "json"))
    assert clash == [(2, "email", "the table has this key, which is unique")]
    (plans / "wide.csv").write_text("email,tier,arr,seats,since,live,new\nd,,,,,,1\n", "utf-8")
    assert "columns that the table has not: `new`" in load(segql, "wide.csv", "--append").stderr
    assert load(segql, "more.csv", "--replace").exit_code == 0
    assert rows() == [(None, "caio@x", "free", None, None, None)]


def test_a_table_that_is_a_file_is_replaced_in_one_step(segql: Segql, plans: Path) -> None:
    (plans / "plans.seg").write_text(PLANS.replace("crm.plans", "file 'kept.csv'"), "utf-8")
    once = ("table", "load", "good.csv", "--as", "plans", "--file", "plans.seg")
    assert segql(*once).exit_code == 0
    assert (plans / "kept.csv").read_text("utf-8").splitlines()[0] == "email,tier,arr,seats,since,live"
    before = (plans / "kept.csv").read_bytes()
    (plans / "bad.csv").write_text("email,tier,arr,seats,since,live\nana@x,gold,,,,\n", "utf-8")
    assert segql("table", "load", "bad.csv", "--as", "plans", "--file", "plans.seg", "--replace").exit_code == 1
    assert (plans / "kept.csv").read_bytes() == before
    assert segql(*once).exit_code == 2
    (plans / "more.csv").write_text(GOOD.replace("@x", "@y"), "utf-8")
    assert segql("table", "load", "more.csv", "--as", "plans", "--file", "plans.seg", "--append").exit_code == 0
    assert len((plans / "kept.csv").read_text("utf-8").splitlines()) == 5
    assert [f.name for f in plans.iterdir() if "part" in f.name] == []


@pytest.mark.parametrize("ending", ["csv", "tsv", "csv.gz", "jsonl", "parquet"])
def test_every_form_can_be_written_and_read_again(segql: Segql, plans: Path, ending: str) -> None:
    options = ("--file", "plans.seg")
    assert segql("table", "load", "good.csv", "--as", "plans", "--on", f"kept.{ending}", *options).exit_code == 0
    done = segql("table", "load", f"kept.{ending}", "--as", "plans", "--on", "t.duckdb", *options)
    assert done.exit_code == 0, done.output
    load(segql, "good.csv")
    assert rows("crm.plans", "t.duckdb") == rows()


def test_types_that_nobody_declared_are_those_that_all_values_have(segql: Segql, plans: Path) -> None:
    (plans / "new.csv").write_text(
        "id;zip;n;d;f;b;day;at;zoned;mixed;none\n"
        "7;01234;12;1.50;1e3;TRUE;2026-01-31;2026-01-31 10:00:00;2026-01-31T10:00:00Z;1;\n"
        "8;99999;-3;2;2.5;false;2026-02-28;2026-01-31T10:00;2026-01-31T10:00:00+02:00;x;\n",
        "utf-8",
    )
    done = segql("table", "load", "new.csv", "--as", "new", "--on", "t.duckdb", "--format", "json")
    assert {c["name"]: c["type"] for c in json.loads(done.stdout)["columns"]} == {
        "id": "integer",
        "zip": "text",
        "n": "integer",
        "d": "decimal",
        "f": "float",
        "b": "boolean",
        "day": "date",
        "at": "timestamp",
        "zoned": "timestamptz",
        "mixed": "text",
        "none": "text",
    }
    assert json.loads(done.stdout)["delimiter"] == ";"


def test_json_lines_say_what_is_text(segql: Segql, plans: Path) -> None:
    lines = [
        '{"id": "7", "n": 1, "empty": "", "tags": ["a", "b"]}',
        "",
        '{"id": "8", "late": true, "n": null, "at": "2026-01-31 10:00:00"}',
    ]
    (plans / "new.jsonl").write_text("\n".join(lines), "utf-8")
    done = segql("table", "load", "new.jsonl", "--as", "new", "--on", "t.duckdb", "--format", "json")
    types = {c["name"]: c["type"] for c in json.loads(done.stdout)["columns"]}
    assert types == {
        "id": "text",
        "n": "integer",
        "empty": "text",
        "tags": "text",
        "late": "boolean",
        "at": "timestamp",
    }
    assert [row[:3] for row in rows("new", "t.duckdb")] == [("7", 1, ""), ("8", None, None)]


def test_bad_lines_of_json(segql: Segql, plans: Path) -> None:
    lines = ['{"id": "1"}', "{oops}", "3", '{"id": NaN}', '{"id": "\\u0000"}', "[" * 100_000]
    (plans / "bad.jsonl").write_text("\n".join(lines), "utf-8")
    done = segql("table", "load", "bad.jsonl", "--as", "new", "--on", "t.duckdb", "--format", "json")
    assert [line for line, _, _ in wrong(done)] == [2, 3, 4, 5, 6]


def test_parquet_has_rows_and_types_of_its_own(segql: Segql, plans: Path) -> None:
    duckdb.sql(
        "SELECT 'ana@x' AS email, 'pro' AS tier, 12.5::DOUBLE AS arr, 3::DOUBLE AS seats, DATE '2026-01-31' AS since, "
        "true AS live UNION ALL SELECT 'bia@x', 'free', 0.1, 2.5, NULL, NULL"
    ).write_parquet("new.parquet")
    done = load(segql, "new.parquet", "--format", "json")
    assert wrong(done) == [(2, "seats", "it is not a whole number from -2^63 to 2^63 - 1")]
    duckdb.sql("SELECT 'a' AS email, {'b': 1} AS deep").write_parquet("deep.parquet")
    deep = segql("table", "load", "deep.parquet", "--as", "new", "--on", "t.duckdb")
    assert "column `deep` holds STRUCT" in deep.stderr


def test_versions_of_a_unique_key_do_not_overlap(segql: Segql, plans: Path) -> None:
    (plans / "versions.seg").write_text(VERSIONS, "utf-8")
    (plans / "v.csv").write_text(
        "email,tier,start,end\n"
        "ana,free,,2026-01-01\n"
        "ana,pro,2026-01-01,2026-03-01\n"
        "bia,pro,2026-01-01,\n"
        "bia,free,2026-02-01,\n"
        "caio,free,2026-02-01,2026-03-01\n"
        "caio,free,2026-01-01,2026-02-02\n"
        "ana,max,2026-03-01,\n",
        "utf-8",
    )
    options = ("--as", "versions", "--file", "versions.seg", "--on", "t.duckdb")
    done = segql("table", "load", "v.csv", *options, "--format", "json")
    assert wrong(done) == [
        (5, "email", "line 4 is valid at the same time"),
        (6, "email", "line 7 is valid at the same time"),
    ]
    (plans / "v.csv").write_text("email,tier,start,end\nana,pro,2026-03-01,2026-03-01\n", "utf-8")
    done = segql("table", "load", "v.csv", *options, "--format", "json")
    assert wrong(done) == [(2, "end", "it ends before it begins")]


def test_a_declaration_is_added_and_never_written_over(segql: Segql, plans: Path) -> None:
    (plans / "own.seg").write_text("# mine\nzone 'Europe/Berlin'", "utf-8")
    (plans / "new.csv").write_text(
        "order id,user_email,when,segment\n1,a@x,2026-01-31,x\n2,a@x,2026-02-01,y\n", "utf-8"
    )
    once = ("table", "load", "new.csv", "--as", "crm.orders", "--on", "t.duckdb", "--declare", "own.seg")
    done = segql(*once, "--key", "usr.email=user_email", "--key", "order.id=order id")
    assert done.exit_code == 0, done.output
    text = (plans / "own.seg").read_text("utf-8")
    assert text == (
        "# mine\nzone 'Europe/Berlin'\n\n"
        "table orders {\n"
        "  from   crm.orders\n"
        "  key    usr.email = user_email, order.id = `order id` unique\n"
        "  field  when    : date\n"
        "  field  segment : text\n"
        "}\n"
    )
    assert segql("check", "own.seg").exit_code == 0
    assert segql(*once, "--replace").exit_code == 2
    assert (plans / "own.seg").read_text("utf-8") == text
    (plans / "own.seg").write_text("table {", "utf-8")
    assert segql(*once, "--replace").exit_code == 1
    assert (plans / "own.seg").read_text("utf-8") == "table {"


def test_a_declaration_has_the_path_as_it_is_seen_from_its_file(segql: Segql, plans: Path) -> None:
    done = segql("table", "load", "good.csv", "--as", "new", "--on", "data/new.parquet", "--declare", "seg/new.seg")
    assert done.exit_code == 0, done.output
    assert "from   file '../data/new.parquet'" in (plans / "seg" / "new.seg").read_text("utf-8")


def test_the_project_says_where_a_table_is_and_what_it_is(segql: Segql, plans: Path) -> None:
    (plans / "segql.toml").write_text("connection = 'own.duckdb'\n", "utf-8")
    assert segql("table", "load", "good.csv", "--as", "plans").exit_code == 0
    assert len(rows("crm.plans", "own.duckdb")) == 2
    (plans / "other.seg").write_text(PLANS, "utf-8")
    several = segql("table", "load", "good.csv", "--as", "plans")
    assert several.exit_code == 2
    assert "declared in other.seg, plans.seg" in several.stderr
    assert "did you mean `plans`?" in segql("table", "load", "good.csv", "--as", "plan", "--file", "plans.seg").stderr
    (plans / "broken.seg").write_text("table plans { from crm.plans }\n", "utf-8")
    assert "SEG304" in segql("table", "load", "good.csv", "--as", "plans", "--file", "broken.seg").stderr


def test_a_key_with_blanks_is_noted(segql: Segql, plans: Path) -> None:
    (plans / "new.csv").write_text("email\nana@x \nbia@x\nbia@x\n", "utf-8")
    done = segql("table", "load", "new.csv", "--as", "new", "--on", "t.duckdb")
    assert "note: 1 value of `email` with blanks" in done.stderr
    assert "note: 1 value of `email` on several rows, so it is not `unique`" in done.stderr
