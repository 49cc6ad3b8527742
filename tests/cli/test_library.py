"""The front door of the library: `import segql`."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

import segql
from tests.cli.conftest import SHOP

NOW = dt.date(2026, 3, 31)


def test_importing_it_imports_nothing_else() -> None:
    code = "import sys; before = set(sys.modules); import segql; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert [name for name in done.stdout.split() if name.startswith("segql.")] == ["segql.version"]
    assert {"click", "rich", "sqlglot", "duckdb", "lark"} & set(done.stdout.split()) == set()


def test_every_name_that_it_promises_is_there() -> None:
    assert all(getattr(segql, name) for name in segql.__all__)
    with pytest.raises(AttributeError, match="nope"):
        _ = segql.nope  # type: ignore[attr-defined]


def test_a_text_a_path_and_a_source_are_the_same(shop: Path) -> None:
    answers = [segql.check(what) for what in (SHOP, Path("shop.seg"), segql.Source(SHOP, "shop.seg"))]
    assert all(answer.ok for answer in answers)
    assert {answer.program.segments[0].name for answer in answers} == {"buyers"}


def test_a_text_stands_alone() -> None:
    said = segql.check("use 'shop.seg'\n").diagnostics
    assert [d.code for d in said] == ["SEG213"]


@pytest.mark.parametrize("what", [3, None, b"segment", ["a"]])
def test_anything_else_is_a_type_error(what: object) -> None:
    with pytest.raises(TypeError, match="is needed, not"):
        segql.check(what)  # type: ignore[arg-type]


def test_a_path_that_is_a_str_by_mistake_is_said() -> None:
    with pytest.raises(ValueError, match=r"pass pathlib\.Path\('shop\.seg'\)"):
        segql.check("shop.seg")


def test_what_is_wrong_raises_only_when_asked() -> None:
    checked = segql.check("segment {")
    assert not checked.ok
    with pytest.raises(segql.SegqlError, match=r"error\[SEG1") as caught:
        checked.raise_if_wrong()
    assert caught.value.diagnostics == checked.diagnostics
    assert segql.check(SHOP).raise_if_wrong() is None


def test_a_file_that_cannot_be_read_is_a_diagnostic(tmp_path: Path) -> None:
    path = tmp_path / "nope.seg"
    for answer in (segql.check(path), segql.compile(path), segql.run(path, name="x"), segql.test(path)):
        assert [d.code for d in answer.diagnostics] == ["SEG108"]
    with pytest.raises(segql.SegqlError):
        segql.format(path)


def test_compile_gives_the_segments_that_are_named() -> None:
    assert list(segql.compile(SHOP).sql) == ["buyers", "lookers"]
    assert list(segql.compile(SHOP, name="lookers").sql) == ["lookers"]
    (statement,) = segql.compile(SHOP, name=["buyers"], now=NOW).statements
    assert (statement.name, statement.column, statement.doc) == ("buyers", "user_id", "Bought something big.")
    assert not segql.compile(SHOP, name="nobody").ok
    with pytest.raises(TypeError):
        segql.compile(SHOP, name=3)  # type: ignore[arg-type]


UTC, SUMMER = dt.UTC, dt.timezone(dt.timedelta(hours=2))


@pytest.mark.parametrize(
    ("now", "utc"),
    [
        (dt.datetime(2026, 3, 31, 10), "2026-03-31 10:00:00"),
        (dt.datetime(2026, 3, 31, 10, tzinfo=SUMMER), "2026-03-31 08:00:00"),
        (dt.date(2026, 3, 31), "2026-03-31 03:00:00"),
        ("2026-03-31", "2026-03-31 03:00:00"),
        ("2026-03-31T10:00", "2026-03-31 13:00:00"),
        ("2026-03-31 10:00:00", "2026-03-31 13:00:00"),
        ("2026-03-31T10:00Z", "2026-03-31 10:00:00"),
        ("2026-03-31T10:00:30+02:00", "2026-03-31 08:00:30"),
    ],
)
def test_now_is_read_in_the_zone_of_the_text(now: dt.date | str, utc: str) -> None:
    text = f"zone 'America/Sao_Paulo'\n{SHOP}"
    assert f"-- now is {utc} UTC" in segql.compile(text, name="buyers", now=now).sql["buyers"]


def test_what_is_no_time_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="'soon' is no time"):
        segql.compile(SHOP, now="soon")
    with pytest.raises(TypeError, match="not int"):
        segql.compile(SHOP, now=3)  # type: ignore[arg-type]


def test_run_gives_the_keys_in_order(shop: Path) -> None:
    result = segql.run(Path("shop.seg"), name="buyers", now=NOW, params={"least": 1})
    assert (result.ok, result.column, result.keys) == (True, "user_id", ("ana", "bia"))
    assert segql.run(Path("shop.seg"), name="buyers", now=NOW, params={"least": 1}, limit=1).keys == ("ana",)


def test_run_says_what_is_wrong_with_the_data(shop: Path) -> None:
    (shop / "events.csv").unlink()
    result = segql.run(Path("shop.seg"), name="buyers", now=NOW)
    assert (result.keys, [d.code for d in result.diagnostics]) == ((), ["SEG403"])
    with pytest.raises(segql.SegqlError, match="there is no such file"):
        result.raise_if_wrong()


def test_format_and_explain_give_text() -> None:
    assert segql.format("param  a:text\n") == segql.format("param a : text")
    assert segql.explain("seg201").startswith("# SEG201")
    with pytest.raises(ValueError, match="did you mean `SEG201`"):
        segql.explain("SEG2O1")


def test_test_gives_the_outcome_of_every_case(shop: Path) -> None:
    tested = segql.test(Path("shop_test.seg"))
    assert tested.ok
    assert [(o.key, o.expected, o.by_sql, o.by_contract) for o in tested.outcomes] == [
        ("ana", True, True, True),
        ("bia", False, False, False),
    ]


def test_a_parameter_never_holds_a_nul() -> None:
    text = "param p : text\nsource w { from w time t key u field s : text }\nsegment m { key u from w where s = $p }\n"
    answer = segql.compile(text, name="m", params={"p": "a\0b"})
    assert [d.code for d in answer.diagnostics] == ["SEG323"]
    assert answer.statements == ()
