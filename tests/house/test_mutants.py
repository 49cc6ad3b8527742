"""Each mutant breaks a text that is there: one that went with a change would be caught by nothing, and nobody would know."""

from __future__ import annotations

import pytest

from tests.differential.mutants import MUTANTS, ROOT


@pytest.mark.parametrize(("title", "file", "before", "after"), MUTANTS, ids=[mutant[0] for mutant in MUTANTS])
def test_what_it_breaks_is_there(title: str, file: str, before: str, after: str) -> None:
    assert before in (ROOT / file).read_text("utf-8"), title
    assert before != after
