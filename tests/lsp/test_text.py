"""The server's copy of a text stays that of the editor, whatever is typed and however the editor counts."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types
from segql_lsp import convert
from segql_lsp.documents import Documents
from segql_lsp.text import Encoding, Place, Text, lines

from segql.ide import names, tokens
from segql.ide.snapshot import Snapshot
from segql.semantics import memory
from segql.source import Source, Span
from segql.syntax import parse
from segql.syntax.scan import scan

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


# ---------------------------------------------------------------- a whole file, in an editor of each kind

ODD = (
    "## 👩‍🚀 rows.\x85\r\nsource rum {\r\n  from t\u2028\n  time at\r  key `u 𝒳`\r\n"
    "  field größe : text\n  event buy : größe = '\U0001f4a9\u2028 𝒳'\n}\r\n\r\n"
    "segment payers {\r\n  key `u 𝒳`\n  from rum # é\x0c\r\n"
    "  steps within 1 hour { buy where größe > '語' as `é 𝒳`\r\n  then buy where größe = `é 𝒳`.größe }\n}\r\n"
)
URI = "untitled:odd.seg"


def typed(texts: Iterable[str]) -> None:
    """Has an editor of each kind make one text of the other: the server has them, and says and knows what it would if it
    had never seen another one.
    """
    was, kept = "", {}
    for encoding in ENCODINGS:
        kept[encoding] = Documents()
        kept[encoding].encoding = encoding
        kept[encoding].open(types.TextDocumentItem(URI, "segql", 1, was))
    for text in texts:
        start, end, new = _difference(was, text)
        for encoding, documents in kept.items():
            first, last = (types.Position(*place(was, offset, encoding)) for offset in (start, end))
            change = types.TextDocumentContentChangePartial(types.Range(first, last), new)
            identifier = types.VersionedTextDocumentIdentifier(uri=URI, version=1)
            documents.change(types.DidChangeTextDocumentParams(identifier, [change]))
            assert documents.opened[URI].text.text == text
        after = [_seen(documents) for documents in kept.values()]
        for forget in (parse.forget, memory.forget, names.forget, tokens.forget, lines.cache_clear):
            forget()
        for encoding, seen in zip(ENCODINGS, after, strict=True):
            fresh = Documents()
            fresh.encoding = encoding
            fresh.open(types.TextDocumentItem(URI, "segql", 1, text))
            assert _seen(fresh) == seen, (encoding, text)
            assert [each[:2] for each in seen] == [
                tuple(types.Position(*place(text, offset, encoding)) for offset in each[2]) for each in seen
            ]
        was = text


def _difference(was: str, now: str) -> tuple[int, int, str]:
    """What stands between the beginning and the end that two texts share: no edit cuts a line's end in two."""
    start = _alike(was, now)
    end = _alike(was[start:][::-1], now[start:][::-1])
    while apart(was, start) or apart(now, start):
        start -= 1
    while end and (apart(was, len(was) - end) or apart(now, len(now) - end)):
        end -= 1
    return start, len(was) - end, now[start : len(now) - end]


def _alike(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _seen(documents: Documents) -> list[tuple[Any, ...]]:
    """The diagnostics, names and colors of the file: each with its place, as a client counts and as the text does."""
    snapshot, encoding = documents.snapshot(URI), documents.encoding
    found: list[tuple[Span, Any]] = [(d.primary.span, (d.code, d.message)) for d in snapshot.diagnostics]
    found += [(o.span, sorted(o.symbols)) for o in snapshot.names.files[URI]]
    found += [(each.span, each.color) for each in tokens.colored(snapshot)]
    ranges = ((convert.range_of(snapshot.source, span, encoding), span, what) for span, what in found)
    return [(range.start, range.end, span, what) for range, span, what in ranges]


def test_every_beginning_of_a_file_in_every_encoding() -> None:
    typed(ODD[:end] for end in range(len(ODD) + 1) if not apart(ODD, end))


def test_every_token_taken_out_and_put_back_in_every_encoding() -> None:
    typed(text for token in scan(ODD).tokens for text in (ODD, ODD[: token.start] + ODD[token.end :]))


def test_random_edits_in_every_encoding() -> None:
    draw = random.Random(5)
    letters = [*"ab{}'`\n\r", "\r\n", "é", "𝒳", "👩‍🚀", "\u2028", "\x85", "\nsegment x {\n", "did buy ", ""]

    def texts() -> Iterator[str]:
        text = ODD
        for _ in range(300):
            start = draw.randrange(len(text) + 1)
            end = min(len(text), start + draw.choice([0, 0, 1, 1, 5, 40]))
            if not apart(text, start) and not apart(text, end):
                text = text[:start] + draw.choice(letters) + text[end:]
                yield text

    typed(texts())


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
