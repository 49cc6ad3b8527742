"""`segql test`."""

from __future__ import annotations

from pathlib import Path

import pytest

from segql.engine import trial
from tests.cli.conftest import TEST, Segql


def test_every_case_has_a_line(segql: Segql) -> None:
    done = segql("test", "shop_test.seg")
    assert done.exit_code == 0
    assert done.stdout == "shop_test.seg\n  ok    ana in buyers\n  ok    bia out of buyers\n"
    assert done.stderr == "2 cases: 2 as expected, 0 not\n"


def test_a_case_that_is_not_as_it_says_is_drawn(segql: Segql, shop: Path) -> None:
    (shop / "shop_test.seg").write_text(TEST.replace("amount = 9", "amount = 11"), "utf-8")
    done = segql("test", ".")
    assert done.exit_code == 1
    assert "  WRONG bia out of buyers" in done.stdout
    assert "error[SEG407]: 'bia' is in `buyers`, and should be out of it" in done.stderr
    assert "--> shop_test.seg:7:3" in done.stderr


def test_where_the_sql_and_the_contract_differ_it_is_our_mistake(segql: Segql, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "outcome", lambda *_: {"bia"})
    done = segql("test", "shop_test.seg")
    assert done.exit_code == 1
    assert "error[SEG901]" in done.stderr
    assert "DuckDB finds 'bia' in `buyers`, and the contract reads out of" in done.stderr


def test_parameters_of_a_test_are_its_own(segql: Segql, shop: Path) -> None:
    text = TEST.replace("at 2026-03-31 {", "at 2026-03-31 with least = 13 {").replace("'ana' in", "'ana' out")
    (shop / "shop_test.seg").write_text(text, "utf-8")
    assert segql("test", "shop_test.seg").exit_code == 0


def test_a_file_without_tests_says_so(segql: Segql) -> None:
    done = segql("test", "shop.seg")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "shop.seg has no tests" in done.stderr


def test_a_file_with_a_mistake_is_not_tested(segql: Segql, shop: Path) -> None:
    (shop / "shop_test.seg").write_text(TEST.replace("kind =", "kinds ="), "utf-8")
    done = segql("test", "shop_test.seg")
    assert done.exit_code == 1
    assert "SEG204" in done.stderr
