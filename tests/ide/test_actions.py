"""Quick fixes: those that diagnostics bring, and after one of them its mistake is gone."""

from __future__ import annotations

import pytest

from segql.ide.actions import fixes
from segql.ide.snapshot import Snapshot
from segql.source import Source, Span
from tests.ide.cursor import asked
from tests.ide.world import TEXT


@pytest.mark.parametrize(
    ("right", "wrong"), [("did buy", "did byu"), ("  in payers", "  in payer"), ("tier = 'pro'", "tier = 'prO'")]
)
def test_a_slip_has_a_fix_that_undoes_it(right: str, wrong: str) -> None:
    text = TEXT.replace(right, wrong, 1)
    snapshot = Snapshot(source=Source(text))
    at = text.index(wrong) + len(wrong) - 2
    [(diagnostic, fix)] = fixes(snapshot, Span(at, at))
    assert diagnostic in snapshot.diagnostics
    for edit in fix.edits:
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    assert text == TEXT


def test_there_is_no_fix_where_nothing_is_wrong() -> None:
    snapshot, offset = asked("<|>" + TEXT.replace("did buy", "did byu"))
    assert list(fixes(snapshot, Span(offset, offset))) == []
