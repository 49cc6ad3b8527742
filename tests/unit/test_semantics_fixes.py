"""A fix answers its diagnostic: applied to the text, what it was said of is gone, and nothing else is broken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import segql
from segql.diagnostics.model import Diagnostic, Fix
from tests import markdown

CASES = Path(__file__).parents[1] / "cases"


def fixes() -> Iterator[tuple[str, str, Diagnostic, Fix]]:
    """Every fix that is offered for the text of a case."""
    for path in sorted(CASES.rglob("*.md")):
        text = markdown.read(path.read_text("utf-8")).block("seg").text
        for number, said in enumerate(segql.check(text).diagnostics, 1):
            for fix in said.fixes:
                yield f"{path.relative_to(CASES).with_suffix('')}-{number}-{fix.title}", text, said, fix


FIXES = list(fixes())


def fixed(text: str, fix: Fix) -> str:
    for edit in sorted(fix.edits, key=lambda edit: edit.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


@pytest.mark.parametrize(("text", "said", "fix"), [each[1:] for each in FIXES], ids=[each[0] for each in FIXES])
def test_a_fix_answers_its_diagnostic(text: str, said: Diagnostic, fix: Fix) -> None:
    before = [(d.code, d.message) for d in segql.check(text).diagnostics]
    after = [(d.code, d.message) for d in segql.check(fixed(text, fix)).diagnostics]
    assert after.count((said.code, said.message)) < before.count((said.code, said.message))
    assert not [code for code, _ in after if code.startswith("SEG1") and (code, _) not in before]
