"""The canonical form of a file, as the one edit that leads there."""

from __future__ import annotations

import re

from segql.diagnostics.model import Edit
from segql.ide.snapshot import Snapshot
from segql.source import Source, Span
from segql.syntax.format import format
from segql.syntax.scan import scan


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


def formatted_span(snapshot: Snapshot, span: Span) -> tuple[Edit, ...]:
    """What to replace so that the declarations which a span touches have their form; the others stay as they are."""
    edits: list[Edit] = []
    for piece in snapshot.world.files[snapshot.source.name].pieces:
        start, end = piece.start, piece.start + len(piece.text)
        touched = start <= span.end and span.start < max(end, start + 1) and piece.text.strip() and not piece.problem
        if not touched:
            continue
        body = piece.text.strip(_SPACES)
        first = start + piece.text.index(body)
        edit = formatted(Snapshot(source=Source(body)))
        if edit is not None:
            at = Span(first + edit.span.start, first + edit.span.end)
            text = edit.text.rstrip("\r\n") if edit.span.end == len(body) else edit.text  # what follows stays
            if "\r\n" in snapshot.source.text:
                text = text.replace("\r\n", "\n").replace("\n", "\r\n")
            if snapshot.source.text[at.start : at.end] != text:
                edits.append(Edit(source=snapshot.source, span=at, text=text))
    return tuple(edits)


_SPACES = " \t\f\r\n\ufeff"


def formatted_typing(snapshot: Snapshot, offset: int, typed: str) -> tuple[Edit, ...]:
    """What to replace when something was typed that ends before an offset: a brace that closes a declaration gives it
    its form, and a new line begins where its block does.
    """
    if typed == "}":
        before = snapshot.source.text.rfind("}", 0, offset)
        return formatted_span(snapshot, Span(before, before)) if before >= 0 else ()
    return _indented(snapshot, offset) if typed == "\n" else ()


def _indented(snapshot: Snapshot, offset: int) -> tuple[Edit, ...]:
    text = snapshot.source.text
    line = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    blank = re.compile(r"[ \t]*").match(text, line)
    assert blank is not None
    piece = next(p for p in reversed(snapshot.world.files[snapshot.source.name].pieces) if p.start <= line)
    depth = 0
    for token in scan(piece.text).tokens:
        if token.start >= line - piece.start:
            depth -= token.text == "}" and token.start == blank.end() - piece.start
            break
        depth += (token.text == "{") - (token.text == "}")
    wanted = "  " * max(depth, 0)
    if blank.group() == wanted:
        return ()
    return (Edit(source=snapshot.source, span=Span(*blank.span()), text=wanted),)


def _lines(text: str) -> list[str]:
    """Lines with their ends."""
    return [f"{line}\n" for line in text.split("\n")[:-1]] + [text.rpartition("\n")[2]]


def _alike(one: list[str], other: list[str]) -> int:
    """How many lines are the same from the first on."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))
