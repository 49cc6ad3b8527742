"""Every question has an answer, or none, but never an exception: for every prefix of every example, and with parts
taken out."""

from __future__ import annotations

import datetime as dt
import random
from contextlib import suppress
from pathlib import Path

import pytest

from segql.ide import (
    actions,
    completion,
    formatting,
    hierarchy,
    hints,
    hover,
    lens,
    links,
    navigation,
    rename,
    selection,
    signature,
    symbols,
    tokens,
)
from segql.ide.snapshot import Snapshot
from segql.source import Source, Span
from segql.syntax.scan import scan

NOW = dt.datetime(2026, 3, 31)
EXAMPLES = sorted((Path(__file__).parents[2] / "examples").rglob("*.seg"))


def ask(text: str, offset: int, all: bool = True) -> None:
    """Asks everything, or what is asked at every keystroke, and looks whether what is said of the text stands in it."""
    snapshot = Snapshot(source=Source(text))
    if not all:
        completion.complete(snapshot, offset)
        symbols.outline(snapshot)
        return
    spans = [o.span for found in snapshot.names.files.values() for o in found]
    spans += [each.whole for each in symbols.outline(snapshot)] + [fold.span for fold in symbols.folds(snapshot)]
    spans += [each.span for each in tokens.colored(snapshot)] + [each.span for each in lens.compiled(snapshot)]
    spans.append(completion.complete(snapshot, offset).span)
    spans += [d.span for d in navigation.definitions(snapshot, offset)]
    spans += [o.span for o in navigation.references(snapshot, offset)]
    spans += [d.span for d in navigation.type_definitions(snapshot, offset)]
    spans += [link.span for link in links.links(snapshot)]
    spans += selection.around(snapshot, offset)
    spans += [Span(hint.offset, hint.offset) for hint in hints.hints(snapshot, Span(0, len(text)), NOW)]
    spans += [edit.span for edit in formatting.formatted_typing(snapshot, offset, "\n")]
    signature.signature(snapshot, offset)
    for declared in hierarchy.reusable(snapshot, offset):
        found_in = (*hierarchy.used_by(snapshot, declared.symbol), *hierarchy.uses(snapshot, declared.symbol))
        spans += [span for link in found_in for span in link.spans]
    spans += [edit.span for _, fix in actions.fixes(snapshot, Span(0, len(text))) for edit in fix.edits]
    found = snapshot.names.at(snapshot.source, offset)
    if found and not any(symbol.kind == "segment" for symbol in found.symbols):
        hover.hover(snapshot, offset)
    with suppress(rename.RenameError):
        rename.prepared(snapshot, offset)
    for span in spans:
        assert 0 <= span.start <= span.end <= len(text), (span, text[-80:])


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_prefix_of_an_example_can_be_asked(path: Path) -> None:
    """A prefix is what stands there while somebody types. To be done in time, what comes long before it is left out, and
    the questions that are not asked at every keystroke are asked of every twelfth.
    """
    text = path.read_text("utf-8")
    starts = [0, *(i + 1 for i in range(len(text)) if text.startswith(("\nsegment ", "\ntest ", "\ntable "), i))]
    for offset in range(len(text) + 1):
        start = starts[max(0, sum(s <= offset for s in starts) - 2)]
        head = text[: starts[1]] if start and offset % 23 == 0 and len(starts) > 1 else ""
        ask(head + text[start:offset], len(head) + offset - start, all=offset % 12 == 0)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_without_one_of_its_words_can_be_asked(path: Path) -> None:
    text = path.read_text("utf-8")
    tokens = scan(text).tokens
    for token in random.Random(7).sample(tokens, min(len(tokens), 60)):
        ask(text[: token.start] + text[token.end :], token.start)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_formatting_any_prefix_raises_nothing(path: Path) -> None:
    text = path.read_text("utf-8")
    for offset in range(0, len(text), 97):
        formatting.formatted(Snapshot(source=Source(text[:offset])))


@pytest.mark.parametrize(
    "text", ["", "\n", "\r", "'", "`", "$", ".", "\ufeff", "\x00", "}", "segment", "#", "𝒳", "\ud800"]
)
def test_odd_texts_can_be_asked(text: str) -> None:
    for offset in range(len(text) + 1):
        ask(text, offset)
        formatting.formatted(Snapshot(source=Source(text)))
