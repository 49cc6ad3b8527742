"""Selections that grow: each inside the next, from the word to the file."""

from __future__ import annotations

from itertools import pairwise

from segql.ide.selection import around
from tests.ide.cursor import asked
from tests.ide.world import TEXT, at


def test_a_selection_grows_from_the_word_to_the_file() -> None:
    snapshot, offset = asked(at("did buy where big and plans.ti"))
    found = [snapshot.source.text[start:end] for start, end in around(snapshot, offset)]
    assert found[0] == ""
    assert found[1] == "plans.tier"
    assert "plans.tier = 'pro'" in found
    assert "big and plans.tier = 'pro'" in found
    assert "did buy where big and plans.tier = 'pro'" in found
    assert found[-1] == TEXT


def test_each_selection_is_inside_the_next_wherever_one_begins() -> None:
    for offset in range(0, len(TEXT), 3):
        snapshot, here = asked(TEXT[:offset] + "<|>" + TEXT[offset:])
        found = around(snapshot, here)
        for inner, outer in pairwise(found):
            assert outer.start <= inner.start <= inner.end <= outer.end
            assert inner != outer
