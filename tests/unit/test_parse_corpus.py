"""The project's own texts, whole and cut: each is read, every cut of it is answered, and Lark's own parser agrees."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import assume, given
from lark import Lark
from lark.exceptions import LarkError
from segql_grammar import build, tables

from segql.source import Source
from segql.syntax.parse import Parsed, choices, parse
from segql.syntax.scan import scan
from tests.unit.test_parse_any import texts

HERE = Path(__file__).parent
FILES = [*sorted((HERE / "corpus").glob("*.seg")), *sorted((HERE.parents[1] / "examples").glob("**/*.seg"))]
over_files = pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")


def answered(text: str) -> Parsed:
    """Every piece has its declarations or one diagnostic, and nothing is lost between the pieces."""
    parsed = parse(Source(text))
    assert "".join(piece.text for piece in parsed.pieces) == text
    assert len(parsed.diagnostics) == sum(piece.problem is not None for piece in parsed.pieces)
    for diagnostic in parsed.diagnostics:
        assert 0 <= diagnostic.primary.span.start <= diagnostic.primary.span.end <= len(text)
    return parsed


def deletions(text: str) -> Iterator[str]:
    for token in scan(text).tokens:
        yield text[: token.start] + text[token.end :]


@cache
def lark() -> Lark:
    return build.lark()


def lark_reads(text: str) -> bool:
    try:
        lark().parse(text)
    except LarkError:
        return False
    return True


def names_a_keyword(text: str) -> bool:
    """Whether a name in the text is a word of the language: Lark's scanner looks less far and may not see that."""
    return any(
        token.text in tables.WORDS and next((kind for kind in token.kinds if kind in row), "") == "NAME"
        for token, row in choices(text)
    )


@over_files
def test_our_own_texts_are_read(path: Path) -> None:
    assert not answered(path.read_text("utf-8")).diagnostics


@over_files
def test_every_beginning_of_a_text_is_answered(path: Path) -> None:
    text = path.read_text("utf-8")
    for end in range(len(text)):
        assert len(answered(text[:end]).diagnostics) <= 1


@over_files
def test_a_text_without_one_of_its_words_is_answered(path: Path) -> None:
    text = path.read_text("utf-8")
    whole = len(answered(text).pieces)
    for shorter in deletions(text):
        parsed = answered(shorter)
        assert len(parsed.diagnostics) <= 1
        assert len(parsed.pieces) >= whole - 1


@over_files
def test_lark_reads_the_same_texts(path: Path) -> None:
    text = path.read_text("utf-8")
    assert lark_reads(text)
    for piece in parse(Source(text)).pieces:
        for shorter in deletions(piece.text):
            ours = not parse(Source(f" {shorter}")).diagnostics
            assert ours == lark_reads(shorter) or (ours and names_a_keyword(shorter)), shorter


@given(texts)
def test_lark_reads_the_texts_of_the_grammar(text: str) -> None:
    assume(not names_a_keyword(text))
    assert lark_reads(text) == (not parse(Source(text)).diagnostics)
