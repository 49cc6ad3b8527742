"""Tests of the editor's questions: the cursor stands in the text as `<|>`, and answers are drawn into the text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from segql.ide.snapshot import Snapshot
from segql.source import Source, Span

CURSOR = "<|>"


def asked(text: str, files: Mapping[str, str] | None = None) -> tuple[Snapshot, int]:
    """A snapshot of a text, and the offset of its cursor. `files` are those that it can use."""
    before, found, after = text.partition(CURSOR)
    assert found, "there is no cursor"
    return snapshot(before + after, files), len(before)


def snapshot(text: str, files: Mapping[str, str] | None = None, name: str = "main.seg") -> Snapshot:
    known = {each: Source(content, each) for each, content in (files or {}).items()}
    return Snapshot(source=Source(text, name), read=lambda file, _: known.get(file, "there is no such file"))


def drawn(text: str, spans: Iterable[Span]) -> str:
    """The text with brackets around spans."""
    for span in sorted(spans, reverse=True):
        text = f"{text[: span.start]}[{text[span.start : span.end]}]{text[span.end :]}"
    return text
