"""The server's copy of a text stays that of the editor, whatever is typed and however the editor counts."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from segql_lsp.text import Encoding, Place, Text

from segql.ide.snapshot import Snapshot
from segql.source import Source
from segql.syntax import parse

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")
CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}

LETTERS = st.sampled_from([*"ab{}'\n\r", "\r\n", "é", "語", "𝒳", "👩‍🚀", "\u2028", "\x0c", "\x85", "\nsegment x {\n"])
TEXTS = st.lists(LETTERS, max_size=30).map("".join)
EDITS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), TEXTS), max_size=8)


def place(text: str, offset: int, encoding: Encoding) -> Place:
    """A place, worked out from bytes and not as the server does it."""
    lines = re.split(r"\r\n|\r|\n", text[:offset])
    codec, size = CODECS[encoding]
    return Place(len(lines) - 1, len(lines[-1].encode(codec)) // size)


def apart(text: str, offset: int) -> bool:
    """Whether an offset stands amid a line's end, where no editor's cursor can be."""
    return offset > 0 and text[offset - 1 : offset + 1] == "\r\n"


@given(text=TEXTS, edits=EDITS, encoding=st.sampled_from(ENCODINGS))
def test_edits_lead_to_the_text_of_the_editor(text: str, edits: list[tuple[int, int, str]], encoding: Encoding) -> None:
    kept = Text(text)
    for one, other, new in edits:
        start, end = sorted((min(one, len(text)), min(other, len(text))))
        if apart(text, start) or apart(text, end):
            continue
        kept = kept.edited(place(text, start, encoding), place(text, end, encoding), new, encoding)
        text = text[:start] + new + text[end:]
        assert kept.text == text


@given(text=TEXTS, encoding=st.sampled_from(ENCODINGS))
def test_every_offset_has_its_place_and_every_place_its_offset(text: str, encoding: Encoding) -> None:
    kept = Text(text)
    for offset in range(len(text) + 1):
        if not apart(text, offset):
            assert kept.place(offset, encoding) == place(text, offset, encoding)
            assert kept.offset(place(text, offset, encoding), encoding) == offset


def said(text: str) -> list[tuple[object, ...]]:
    return [(d.code, d.primary.span, d.message) for d in Snapshot(source=Source(text)).diagnostics]


@given(text=TEXTS, edits=EDITS)
def test_an_edited_text_says_what_the_same_text_says_from_scratch(text: str, edits: list[tuple[int, int, str]]) -> None:
    after = said(text)
    for one, other, new in edits:
        start, end = sorted((one, other))
        text = text[:start] + new + text[end:]
        after = said(text)
    parse.forget()
    assert after == said(text)


@pytest.mark.parametrize(
    ("wanted", "offset"),
    [((0, 99), 3), ((0, 3), 3), ((1, 0), 5), ((9, 0), 7), ((-1, 5), 0), ((0, -5), 0), ((1, 1), 6)],
)
def test_a_place_outside_is_the_nearest_one_inside(wanted: tuple[int, int], offset: int) -> None:
    assert Text("abc\r\nde").offset(Place(*wanted), "utf-16") == offset


@pytest.mark.parametrize(("encoding", "amid"), [("utf-16", 1), ("utf-8", 3)])
def test_a_place_amid_a_character_is_its_start(encoding: Encoding, amid: int) -> None:
    assert Text("𝒳a").offset(Place(0, amid), encoding) == 0


def test_what_ends_lines_elsewhere_ends_none_here() -> None:
    text = Text("a\u2028b\x0cc\x85d\ne")
    assert text.offset(Place(1, 0), "utf-16") == 8
    assert text.edited(Place(1, 0), Place(1, 1), "X", "utf-16").text == "a\u2028b\x0cc\x85d\nX"


def test_the_rest_of_the_last_line_can_be_replaced() -> None:
    assert Text("abc").edited(Place(0, 0), Place(0, 99), "x", "utf-16").text == "x"


def test_a_range_may_be_given_backwards() -> None:
    assert Text("abc").edited(Place(0, 2), Place(0, 1), "", "utf-16").text == "ac"
