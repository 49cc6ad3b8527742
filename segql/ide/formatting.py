"""The canonical form of a file, as the one edit that leads there."""

from __future__ import annotations

from segql.diagnostics.model import Edit
from segql.ide.snapshot import Snapshot
from segql.source import Span
from segql.syntax.format import format


def formatted(snapshot: Snapshot) -> Edit | None:
    """What to replace so that a file has its form; None if it has. Broken declarations stay as they are.

    The edit covers whole lines from the first to the last that differ, and keeps the line ends of a Windows file.
    """
    was, new = snapshot.source.text, format(snapshot.source)
    if "\r\n" in was and was.count("\r\n") == was.count("\n") == was.count("\r"):
        new = new.replace("\n", "\r\n")
    if was == new:
        return None
    old_lines, new_lines = _lines(was), _lines(new)
    above = _alike(old_lines, new_lines)
    below = _alike(old_lines[above:][::-1], new_lines[above:][::-1])
    start = sum(map(len, old_lines[:above]))
    end = len(was) - sum(map(len, old_lines[len(old_lines) - below :]))
    return Edit(source=snapshot.source, span=Span(start, end), text="".join(new_lines[above : len(new_lines) - below]))


def _lines(text: str) -> list[str]:
    """Lines with their ends."""
    return [f"{line}\n" for line in text.split("\n")[:-1]] + [text.rpartition("\n")[2]]


def _alike(one: list[str], other: list[str]) -> int:
    """How many lines are the same from the first on."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))
