"""A pattern that is let through finds the same on DuckDB, whose regular expressions are RE2's, as in the reference."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segql.reference.patterns import finds
from segql.semantics.patterns import wrong

PIECES = (
    "a", "b", ".", "*", "+", "?", "{2}", "{,2}", "{1,}", "{0,2}", "(", ")", "(?:", "(?P<n>", "|", "^", "$", "[", "[^", "]", "-",
    r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", r"\b", r"\B", r"\A", r"\n", r"\v", r"\x41", r"\0", r"\.", r"\[", r"\\", r"\z", r"\Q",
    " ", "é", "😀", "\n", "&", "~", "{", "}", "(?s)", "(?i)", "A", "1", "_", ":", "[a-c]", r"[^\S\d]", "#", ",", "=", "!", "<",
)  # fmt: skip
TEXTS = (
    "", "a", "b", "ab", "aab", "A", "a\n", "a\nb", "é", "😀", "1", "_", " ", "\t", "\v", "\n", "\\", "[", "]", "-", "^", "$", ".", "a.b",
    "bbb", "a b", "a\r\n", "\0", "{", "}", "a{,2}", "&", "~", ":", "#", "a1_", "\x85", "\u2028", "ａ", "١",
)  # fmt: skip
UNLIKE = (
    "(?i)k", "(?m)a$", "(?x)a b", "(?a)a", "[[:alpha:]]", "[a&&b]", "a{,3}b", "a{1001}", "((a{10}){10}){11}", r"a\Z", r"\u0041",
    r"[\b]", r"\é", r"\N{DIGIT ONE}", "(?=a)", r"(a)\1", "a++", "(?P<é>a)", "(?#x)a",
)  # fmt: skip


def found(pattern: str) -> list[str]:
    rows = duckdb.execute("SELECT t FROM unnest(?) AS u(t) WHERE regexp_matches(t, ?)", [TEXTS, pattern]).fetchall()
    return sorted(text for (text,) in rows)


@given(st.lists(st.sampled_from(PIECES), max_size=7).map("".join))
def test_a_pattern_that_is_let_through_finds_what_re2_finds(pattern: str) -> None:
    if wrong(pattern) is None:
        assert found(pattern) == sorted(text for text in TEXTS if finds(pattern, text))


@pytest.mark.parametrize("pattern", UNLIKE)
def test_what_is_read_in_two_ways_is_told(pattern: str) -> None:
    assert wrong(pattern) is not None
