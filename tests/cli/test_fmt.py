"""`segql fmt`."""

from __future__ import annotations

from pathlib import Path

import segql as library
from tests.cli.conftest import Segql

UGLY = "param   least:integer=3\nparam most : integer\n"


def test_files_are_written_in_their_form(segql: Segql, shop: Path) -> None:
    (shop / "ugly.seg").write_text(UGLY, "utf-8")
    done = segql("fmt", "ugly.seg")
    assert done.exit_code == 0
    assert (shop / "ugly.seg").read_text("utf-8") == library.format(UGLY) != UGLY
    assert segql("fmt", "--check", "ugly.seg").exit_code == 0


def test_check_and_diff_write_nothing(segql: Segql, shop: Path) -> None:
    (shop / "ugly.seg").write_text(UGLY, "utf-8")
    checked, diffed = segql("fmt", "--check", "ugly.seg"), segql("fmt", "--diff", "ugly.seg")
    assert (checked.exit_code, diffed.exit_code) == (1, 1)
    assert "ugly.seg is not in its form" in checked.stderr
    assert "-param   least:integer=3\n" in diffed.stdout
    assert (shop / "ugly.seg").read_text("utf-8") == UGLY


def test_standard_input_goes_to_standard_output(segql: Segql) -> None:
    assert segql("fmt", "-", input=UGLY).stdout == library.format(UGLY)


def test_a_broken_file_stays_as_it_is(segql: Segql, shop: Path) -> None:
    (shop / "broken.seg").write_text(f"{UGLY}segment {{", "utf-8")
    done = segql("fmt", "broken.seg")
    assert done.exit_code == 1
    assert "error[" in done.stderr
    assert (shop / "broken.seg").read_text("utf-8") == f"{UGLY}segment {{"
