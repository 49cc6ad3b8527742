"""Formatting as an edit: it leads to what `segql fmt` writes, and touches no line that is right already."""

from __future__ import annotations

from pathlib import Path

import pytest

from segql.diagnostics.model import Edit
from segql.ide.formatting import formatted, formatted_span, formatted_typing
from segql.ide.snapshot import Snapshot
from segql.source import Source, Span
from segql.syntax.format import format
from tests.ide.cursor import asked

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


# ---------------------------------------------------------------- parts


def replaced(snapshot: Snapshot, edits: tuple[Edit, ...]) -> str:
    text = snapshot.source.text
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def test_a_range_gives_form_to_the_declarations_that_it_touches() -> None:
    text = "define a   = 1\n\nsegment x {\n key   u\n from s }\n\n# c\nsegment y { key u\nfrom s }\n"
    snapshot = Snapshot(source=Source(text))
    here = text.index("key   u")
    assert replaced(snapshot, formatted_span(snapshot, Span(here, here))) == text.replace(
        "{\n key   u\n from s }", "{\n  key    u\n  from   s\n}", 1
    )
    assert replaced(snapshot, formatted_span(snapshot, Span(0, len(text)))).startswith(
        "define a = 1\n\nsegment x {\n  key"
    )


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_all_ranges_together_are_the_whole(path: Path) -> None:
    text = path.read_text("utf-8").replace("  ", " ")
    snapshot = Snapshot(source=Source(text))
    done = replaced(snapshot, formatted_span(snapshot, Span(0, len(text))))
    assert format(Source(done)) == format(Source(text))
    again = Snapshot(source=Source(done))
    assert formatted_span(again, Span(0, len(done))) == ()


def test_a_range_of_a_windows_file_keeps_its_line_ends() -> None:
    snapshot = Snapshot(source=Source("segment x { key u\r\nfrom s }\r\n"))
    assert (
        replaced(snapshot, formatted_span(snapshot, Span(0, 1))) == "segment x {\r\n  key    u\r\n  from   s\r\n}\r\n"
    )


def test_a_brace_that_closes_a_declaration_gives_it_its_form() -> None:
    snapshot, offset = asked("segment x {\nkey u\nfrom s }<|>\nsegment y {key u}\n")
    done = replaced(snapshot, formatted_typing(snapshot, offset, "}"))
    assert done == "segment x {\n  key    u\n  from   s\n}\nsegment y {key u}\n"
    snapshot, offset = asked("segment x { key u }<|> oops\n")
    assert formatted_typing(snapshot, offset, "}") == ()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("segment x {\n<|>", "segment x {\n  "),
        ("segment x {\n  any {\n <|>\n", "segment x {\n  any {\n    \n"),
        ("segment x {\n      <|>}\n", "segment x {\n}\n"),
        ("segment x { key u }\n    <|>\n", "segment x { key u }\n\n"),
        ("segment x {\n  <|>key u", "segment x {\n  key u"),
    ],
)
def test_a_new_line_begins_where_its_block_does(text: str, wanted: str) -> None:
    snapshot, offset = asked(text)
    assert replaced(snapshot, formatted_typing(snapshot, offset, "\n")) == wanted


def test_a_page_of_comments_takes_no_longer_than_its_lines() -> None:
    """Each line is looked at once: fifty thousand would else take minutes."""
    text = "# a line\n" * 20_000
    assert formatted(Snapshot(source=Source(text))) is None
