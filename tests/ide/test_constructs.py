"""In every construct of the language, a name has its color, is explained, leads somewhere, and would have been offered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from segql.ide.clauses import CLAUSES
from segql.ide.completion import complete
from segql.ide.hover import hover
from segql.ide.navigation import definitions
from segql.ide.snapshot import Snapshot
from segql.ide.symbols import folds
from segql.ide.tokens import colored
from segql.source import Source
from segql.syntax import ast
from segql.syntax.scan import Token, name_text, scan
from segql.syntax.walk import walk

TEXT = Path(__file__).with_name("constructs.seg").read_text("utf-8")
HERE = Snapshot(source=Source(TEXT, "constructs.seg"))

# What stands in the warehouse has no declaration here; of the language's own names, one has no place.
COLUMNS = {"analytics.app_events", "europe.app_events", "lake.rum", "crm.plans", "event_id", "mail", "payload"}
COLUMNS |= {"payload.meta.page", "email", "valid_from", "valid_to"}
NOWHERE = {"datadog.rum", "everyone", "long_task"}


def names() -> Iterator[Token]:
    """The words of the text that are names; not those of functions, which have no place, but for their meaning."""
    words = {each.span.start for each in colored(HERE) if each.color in ("keyword", "type")}
    for token in scan(TEXT).tokens:
        named = {"NAME", "PATH", "PARAMETER"} & set(token.kinds)
        if named and token.start not in words and token.text not in COLUMNS:
            yield token


def line_of(token: Token) -> str:
    return f"{token.text}: {TEXT[TEXT.rfind(chr(10), 0, token.start) + 1 : TEXT.find(chr(10), token.start)].strip()}"


CALLS = ("lower", "count", "sum", "avg")


def test_the_text_has_no_mistake() -> None:
    assert HERE.diagnostics == ()


def test_every_name_has_a_color_and_is_explained() -> None:
    colors = {each.span.start for each in colored(HERE)}
    assert [line_of(each) for each in names() if each.start not in colors] == []
    assert [line_of(each) for each in names() if hover(HERE, each.end) is None] == []


def test_every_word_of_a_clause_is_explained() -> None:
    """Words inside expressions stand for what they say: they are explained as the clause that holds them."""
    words = [each.span for each in colored(HERE) if each.color == "keyword" and TEXT[each.span.start].isalpha()]
    assert len(words) > 150
    assert [TEXT[span.start - 20 : span.end] for span in words if hover(HERE, span.start) is None] == []


def test_every_clause_that_is_explained_stands_here() -> None:
    there = {
        type(node)
        for piece in HERE.world.files["constructs.seg"].pieces
        for d in piece.declarations
        for node in walk(d)
    }
    assert set(CLAUSES) - there <= {ast.Use}


def test_every_name_leads_to_its_declaration() -> None:
    lost = [each for each in names() if not definitions(HERE, each.end) and each.text not in (*NOWHERE, *CALLS)]
    assert [line_of(each) for each in lost] == []


def test_every_name_that_is_used_would_have_been_offered() -> None:
    """Also where the rest of the declaration is not there yet."""
    starts = [*(piece.start for piece in HERE.world.files["constructs.seg"].pieces), len(TEXT)]
    declared = {o.span.start for found in HERE.names.files.values() for o in found if o.declared}
    used = [each for each in names() if each.start not in declared]
    assert len(used) > 100
    missing = []
    for each in used:
        rest = TEXT[next(start for start in starts if start >= each.end) :]
        begun = Snapshot(source=Source(f"{TEXT[: each.end]}\n{rest}", "constructs.seg"))
        for snapshot in (HERE, begun):
            offered = {item.insert.removesuffix("(").removesuffix(": ") for item in complete(snapshot, each.end).items}
            if each.text not in offered and name_text(each.text) not in offered:
                missing.append(line_of(each))
    assert missing == []


@pytest.mark.parametrize(
    "word", ["source app", "table", "segment payers", "steps", "explore", "paths", "funnel", "retention", "test"]
)
def test_every_block_folds(word: str) -> None:
    start = TEXT.index("{", TEXT.index(f"{word} "))
    assert any(fold.span.start == start for fold in folds(HERE))
