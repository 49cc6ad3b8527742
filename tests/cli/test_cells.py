"""Cells of a CSV and columns of Parquet: a value of the declared type, or a message; the same wherever a file is read."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import duckdb
import pytest

from tests.cli.conftest import Segql

DECLARED = """source web {{ from file '{file}'  time ts  key user.id  field n : {type} }}
segment some {{ key user.id  from web  did web where n is not missing }}
explore values {{ from web  by n  measure rows = count() }}
"""
TABLE = "table kept {{ from kept  key user.id = user_id  field n : {type} }}\n"
CELLS = [
    ("integer", "2", "2"),
    ("integer", " +2.0 ", "2"),
    ("integer", "1.5", None),
    ("integer", "-0.4", None),
    ("integer", "1e3", None),
    ("integer", "9223372036854775808", None),
    ("decimal", "1.0123456789000", "1.0123456789"),
    ("decimal", "1.01234567891", None),
    ("decimal", "1,5", None),
    ("float", "1e3", "1000"),
    ("float", "nan", None),
    ("float", "1e999", None),
    ("date", "2026-03-01 00:00:00", "2026-03-01"),
    ("date", "2026-03-01 10:00:00", None),
    ("date", "2026-02-30", None),
    ("date", "infinity", None),
    ("timestamp", "2026-03-01T10:00:00+02:00", "2026-03-01T08:00:00"),
    ("timestamp", "2026-03-01 10:00", "2026-03-01T10:00:00"),
    ("timestamp", "2026-03-01 10:00:00.123456789", None),
    ("timestamptz", "2026-03-01 10:00", "2026-03-01T10:00:00"),
    ("timestamptz", "2026-03-01 10:00-03", "2026-03-01T13:00:00"),
]


def declare(shop: Path, type: str, file: str = "web.csv") -> None:
    (shop / "web.seg").write_text(DECLARED.format(file=file, type=type), "utf-8")
    (shop / "kept.seg").write_text(TABLE.format(type=type), "utf-8")


def fill(shop: Path, cell: str) -> None:
    (shop / "web.csv").write_text(f'user_id,ts,n\nana,2026-03-01,\nbia,2026-03-01,"{cell}"\n', "utf-8")


@pytest.mark.parametrize(("type", "cell", "value"), CELLS)
def test_a_cell_is_the_same_wherever_the_file_is_read(
    segql: Segql, shop: Path, type: str, cell: str, value: str | None
) -> None:
    declare(shop, type)
    fill(shop, cell)
    done = segql("run", "web.seg", "--name", "values", "--now", "2026-03-31", "--format", "jsonl")
    size = segql("size", "web.seg", "some", "--now", "2026-03-31")
    looked = segql("check", "--data", "web.seg")
    loaded = segql("table", "load", "web.csv", "--as", "kept", "--on", "kept.duckdb", "--file", "kept.seg")
    if value is None:
        assert [each.exit_code for each in (done, size, looked, loaded)] == [1, 1, 1, 1]
        assert f"`web.csv` cannot be read: line 3, column `n`: '{cell}' is not " in done.stderr
        assert f"line 3, column `n`: '{cell}' is not " in looked.stdout
        assert f"web.csv:3: column `n`: '{cell}': it is not " in loaded.stdout
        assert done.stdout == ""
        return
    assert [each.exit_code for each in (done, size, loaded)] == [0, 0, 0], (done.stderr, loaded.output)
    first = json.loads(done.stdout.splitlines()[0])["n"]
    assert str(first) == value or float(first) == float(value)
    with duckdb.connect("kept.duckdb", read_only=True) as kept:
        kept.execute("SET TimeZone = 'UTC'")
        ((same,),) = kept.execute("SELECT CAST(n AS VARCHAR) FROM kept WHERE n IS NOT NULL").fetchall()
    assert same.removesuffix("+00").replace(" ", "T").rstrip("0.") == value.rstrip("0.")


def test_the_statement_itself_says_so_and_no_session_has_a_say(segql: Segql, shop: Path) -> None:
    declare(shop, "timestamptz")
    fill(shop, "2026-03-01 10:00")
    sql = segql("compile", "web.seg", "--name", "values", "--now", "2026-03-31").stdout
    with duckdb.connect() as other:
        other.execute("SET TimeZone = 'Asia/Tokyo'")
        ((at,),) = other.execute(f"SELECT epoch(n) FROM ({sql}) WHERE n IS NOT NULL").fetchall()
        assert at == 1772359200
        fill(shop, "soon")
        with pytest.raises(duckdb.Error, match="soon is no value of column `n`"):
            other.execute(sql)


def test_a_line_is_that_of_the_file_also_of_one_of_many_that_are_packed(segql: Segql, shop: Path) -> None:
    declare(shop, "integer", "part-*.csv.gz")
    for number, cell in enumerate(("1", "x\ny", "1.5")):
        text = f'user_id,ts,n,note\nana,2026-03-01,2,"two\nlines"\nbia,2026-03-01,"{cell}",\n'
        with gzip.open(f"part-{number}.csv.gz", "wt", encoding="utf-8") as packed:
            packed.write(text.replace("x\ny", "3"))
    done = segql("run", "web.seg", "--name", "some", "--now", "2026-03-31")
    assert done.exit_code == 1
    assert "`part-2.csv.gz` cannot be read: line 4, column `n`: '1.5' is not a whole number" in done.stderr


@pytest.mark.parametrize(
    ("held", "fits"), [("DOUBLE", False), ("DECIMAL(9, 2)", False), ("DECIMAL(9, 0)", True), ("USMALLINT", True)]
)
def test_an_integer_is_not_declared_over_fractions(segql: Segql, shop: Path, held: str, fits: bool) -> None:
    declare(shop, "integer", "web.parquet")
    rows = f"SELECT 'ana' AS user_id, TIMESTAMP '2026-03-01' AS ts, CAST(2 AS {held}) AS n"
    duckdb.sql(rows).write_parquet("web.parquet")
    for command in (("run", "--name", "some"), ("check", "--data")):
        done = segql(command[0], "web.seg", *command[1:])
        assert done.exit_code == (0 if fits else 1), done.output
        said = f"column `n` holds {held.partition('(')[0]}, and is declared integer"
        assert (said in done.output) is not fits


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ('"x', "a quote that opens here is never closed"),
        ('"x"y', "something follows a closing quote"),
        ('"a\\"b"', "something follows"),
    ],
)
def test_an_odd_quote_is_told_and_no_quote_stays_around_the_others(
    segql: Segql, shop: Path, cell: str, why: str
) -> None:
    declare(shop, "text")
    (shop / "web.csv").write_text(
        f'user_id,ts,n\nana,2026-03-01,"v"\nbia,2026-03-01,{cell}\ncem,2026-03-01,v\n', "utf-8"
    )
    for command in (("run", "web.seg", "--name", "some"), ("check", "--data", "web.seg")):
        done = segql(*command)
        assert done.exit_code == 1
        assert f"`web.csv` cannot be read: line 3: {why}" in done.output
    loaded = segql("table", "load", "web.csv", "--as", "kept", "--on", "kept.duckdb", "--file", "kept.seg")
    assert f"web.csv:3: {why}" in loaded.stdout
    (shop / "web.csv").write_text('user_id,ts,n\nana,2026-03-01,"a ""b"", c"\n', "utf-8")
    done = segql("run", "web.seg", "--name", "values", "--format", "jsonl")
    assert json.loads(done.stdout)["n"] == 'a "b", c'


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('"user_id","ts","n","a;b;c;d;e;f"\nana,2026-03-01,x,1\n', "line 2, column `n`: 'x' is not "),
        (f"user_id,ts,n\n{'a' * 200_000},2026-03-01,1\nana,2026-03-01,x\n", "line 3, column `n`: 'x' is not "),
        ("\ufeffn,user_id,ts\nx,ana,2026-03-01\n", "line 2, column `n`: 'x' is not "),
        ('user_id,ts,n\n"ana,2026-03-01,1\nbia,2026-03-01,1\n', "line 2: a quote that opens here is never closed"),
        ("\nana,2026-03-01,1\n", "its first line is empty"),
        ("\n", "it is empty"),
        ("", "it is empty"),
    ],
    ids=["a name in quotes", "a long cell", "a mark of the order of bytes", "a quote", "no names", "a line", "nothing"],
)
def test_what_is_wrong_is_found_in_odd_files(segql: Segql, shop: Path, lines: str, said: str) -> None:
    declare(shop, "integer")
    (shop / "web.csv").write_text(lines, "utf-8")
    done = segql("run", "web.seg", "--name", "some", "--now", "2026-03-31")
    assert done.exit_code == 1
    assert f"`web.csv` cannot be read: {said}" in done.stderr
