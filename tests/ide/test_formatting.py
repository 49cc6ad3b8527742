"""Formatting as an edit: it leads to what `segql fmt` writes, and touches no line that is right already."""

from __future__ import annotations

from pathlib import Path

import pytest

from segql.ide.formatting import formatted
from segql.ide.snapshot import Snapshot
from segql.source import Source
from segql.syntax.format import format

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").rglob("*.seg"))


def applied(text: str) -> str:
    edit = formatted(Snapshot(source=Source(text)))
    return text[: edit.span.start] + edit.text + text[edit.span.end :] if edit else text


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_edit_leads_to_the_form(path: Path) -> None:
    text = path.read_text("utf-8")
    for spoilt in (text, text.replace("  ", " "), text.rstrip("\n"), f"\n\n{text}\n\n", text.replace(" : ", ":")):
        assert applied(spoilt) == format(Source(spoilt))


def test_only_the_lines_that_differ_are_replaced() -> None:
    text = "define a = 1\ndefine b   = 2\ndefine c = 3\n"
    edit = formatted(Snapshot(source=Source(text)))
    assert edit is not None
    assert (text[edit.span.start : edit.span.end], edit.text) == ("define b   = 2\n", "define b = 2\n")


def test_a_file_in_its_form_needs_no_edit() -> None:
    assert formatted(Snapshot(source=Source("define a = 1\n"))) is None
    assert formatted(Snapshot(source=Source("define a = 1\r\ndefine b = 2\r\n"))) is None


def test_a_windows_file_keeps_its_line_ends() -> None:
    assert applied("define a=1\r\ndefine b=2\r\n") == "define a = 1\r\ndefine b = 2\r\n"


def test_a_broken_declaration_stays_and_the_others_are_formatted() -> None:
    assert applied("define a=1\n\nsegment x   {\n") == "define a = 1\n\nsegment x   {\n"
