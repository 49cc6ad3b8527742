"""Colors: names by what they stand for, words by whether the parser took them for words."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from segql.ide.lens import compiled
from segql.ide.snapshot import Snapshot
from segql.ide.tokens import colored
from segql.source import Source
from tests.ide.world import TEXT

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").rglob("*.seg"))


def colors(text: str, wanted: str) -> list[str]:
    """The words and colors of the line that holds something."""
    start = text.index(wanted)
    end = text.index("\n", start)
    found = colored(Snapshot(source=Source(text)))
    return [f"{text[c.span.start : c.span.end]} {c.color}" for c in found if start <= c.span.start < end]


def test_names_have_the_color_of_what_they_stand_for() -> None:
    assert colors(TEXT, "did buy where big") == [
        "did keyword", "buy event", "where keyword", "big variable", "and keyword",
        "plans class", "tier property", "= operator", "'pro' string",
    ]  # fmt: skip
    assert colors(TEXT, "then rum.buy") == [
        "then keyword", "rum class", "buy event", "where keyword", "rum class", "amount property", "> operator",
        "look variable", "amount property",
    ]  # fmt: skip


def test_a_word_of_the_language_is_a_name_where_it_is_one() -> None:
    text = "source s { from t  time at  key u  field key : text  event first : key = 'a' }\n"
    assert "key property" in colors(text, "source")
    assert "first event" in colors(text, "source")
    assert colors(text, "source").count("key keyword") == 1


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_colors_stand_apart_and_in_order(path: Path) -> None:
    text = path.read_text("utf-8")
    for cut in (len(text), len(text) // 2, len(text) // 3):
        found = colored(Snapshot(source=Source(text[:cut])))
        for one, other in pairwise(found):
            assert one.span.end <= other.span.start
        assert all("\n" not in text[c.span.start : c.span.end] for c in found)


def test_every_segment_of_the_file_has_a_lens() -> None:
    assert [d.symbol.name for d in compiled(Snapshot(source=Source(TEXT)))] == ["payers", "lost", "pro"]
