"""Diagnostics as a picture for a terminal: the text as it was written, with marks under the words that matter.

A diagnostic is a header, one block per file (the file of the primary label first), and notes. A block is the marked
lines with their numbers; under a line stand its marks, and under the marks their words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from segql.diagnostics.cells import Cells, cells, visible
from segql.diagnostics.model import Diagnostic, Label
from segql.source import Source

NARROWEST = 40

ANSI = {
    "error": "\x1b[1;31m",
    "warning": "\x1b[1;33m",
    "gutter": "\x1b[1;34m",
    "related": "\x1b[1;34m",
    "strong": "\x1b[1m",
}

Paint = Callable[[str, str], str]


class Mark(NamedTuple):
    """The part of a label that falls on one line: code points in the text, later cells on the screen."""

    line: int
    start: int
    end: int
    text: str
    style: str


def picture(diagnostics: Sequence[Diagnostic], color: bool = False, width: int = 100) -> str:
    """All diagnostics in the given order, and a closing line that counts them; empty if there are none."""
    if not diagnostics:
        return ""
    paint = _in_color if color else _plain
    shown = ("\n".join(_diagnostic(d, paint, max(width, NARROWEST))) for d in diagnostics)
    return "\n\n".join([*shown, summary(diagnostics)])


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """`2 errors, 1 warning`; empty if there is nothing to count."""
    errors = sum(d.is_error for d in diagnostics)
    counts = ((errors, "error"), (len(diagnostics) - errors, "warning"))
    return ", ".join(f"{n} {word}{'s' if n > 1 else ''}" for n, word in counts if n)


def _in_color(style: str, text: str) -> str:
    return f"{ANSI[style]}{text}\x1b[0m" if style and text.strip() else text


def _plain(style: str, text: str) -> str:
    return text


def _diagnostic(d: Diagnostic, paint: Paint, width: int) -> Iterator[str]:
    blocks = _blocks(d)
    gutter = len(str(max(mark.line for _, marks in blocks for mark in marks)))
    bar = paint("gutter", " " * gutter + " |")
    yield paint(d.severity, f"{d.severity}[{d.code}]") + paint("strong", f": {visible(d.message)}")
    for number, (label, marks) in enumerate(blocks):
        arrow = paint("gutter", " " * gutter + (" :::" if number else " -->"))
        if not label.source.text:  # a file as a whole, or a database: there is no line to show
            yield f"{arrow} {visible(label.source.name)}"
            continue
        at = label.source.position(label.span.start)
        yield f"{arrow} {visible(label.source.name)}:{at.line}:{at.column}"
        yield bar
        yield from _block(label.source, marks, gutter, paint, width)
        yield bar
    for name, text in (("help", d.help), ("explain", f"segql explain {d.code}")):
        yield from _note(name, text, gutter, paint)


def _note(name: str, text: str, gutter: int, paint: Paint) -> Iterator[str]:
    first, *more = text.splitlines() or [""]
    if text:
        yield f"{paint('gutter', ' ' * gutter + ' =')} {paint('strong', name + ':')} {visible(first)}"
    for line in more:
        yield " " * (gutter + len(name) + 5) + visible(line)


def _blocks(d: Diagnostic) -> list[tuple[Label, list[Mark]]]:
    """The first label of each file and the marks of all its labels."""
    blocks: dict[str, tuple[Label, list[Mark]]] = {}
    for label, style in ((d.primary, d.severity), *((label, "related") for label in d.related)):
        blocks.setdefault(label.source.name, (label, []))[1].extend(_marks(label, style))
    return list(blocks.values())


def _marks(label: Label, style: str) -> Iterator[Mark]:
    """One mark, or for a span over several lines one on its first and one on its last line."""
    source, (start, end) = label.source, label.span
    first, last = source.position(start), source.position(max(start, end - 1))
    if first.line == last.line:
        yield Mark(first.line, first.column - 1, first.column - 1 + max(0, end - start), label.text, style)
        return
    yield Mark(first.line, first.column - 1, max(first.column, len(source.line(first.line).rstrip())), "", style)
    closing = source.line(last.line)
    indent = min(len(closing) - len(closing.lstrip()), last.column - 1)
    yield Mark(last.line, indent, last.column, label.text, style)


def _block(source: Source, marks: list[Mark], gutter: int, paint: Paint, width: int) -> Iterator[str]:
    before = 0
    for line in sorted({mark.line for mark in marks}):
        if before and line == before + 2:
            yield from _line(source, before + 1, [], gutter, paint, width)
        elif before and line > before + 2:
            yield paint("gutter", "...")
        yield from _line(source, line, [mark for mark in marks if mark.line == line], gutter, paint, width)
        before = line


def _line(source: Source, line: int, marks: list[Mark], gutter: int, paint: Paint, width: int) -> Iterator[str]:
    laid = cells(source.line(line))
    room = width - gutter - 3
    placed = [mark._replace(start=low, end=high) for mark in marks for low, high in [laid.under(mark.start, mark.end)]]
    low = _scroll(laid, placed, room)
    placed = [_clip(mark, low, room) for mark in placed]
    yield _row(paint("gutter", f"{line:<{gutter}} |"), laid.cut(low, low + room))
    bar = paint("gutter", " " * gutter + " |")
    yield from (_row(bar, row) for row in _under(placed, room, paint))


def _row(bar: str, text: str) -> str:
    return f"{bar} {text}".rstrip() if text.strip() else bar


def _scroll(line: Cells, marks: Iterable[Mark], room: int) -> int:
    """The first cell to show of a line that may be too long: the first mark must be in sight."""
    if line.width <= room:
        return 0
    first = next(iter(marks), None)
    if first is None or first.end < room:
        return 0
    return min(max(1, first.start - room // 4), max(1, line.width - room + 1))


def _clip(mark: Mark, low: int, room: int) -> Mark:
    start = min(max(mark.start - low, 0), room - 1)
    return mark._replace(start=start, end=max(start + 1, min(mark.end - low, room)))


def _under(marks: list[Mark], room: int, paint: Paint) -> Iterator[str]:
    """The row of carets, then the words of every mark that has none beside it, from right to left."""
    if not marks:
        return
    last = max(marks, key=lambda mark: (mark.end, mark.start))
    fits = last.end + 1 + cells(last.text).width <= room or len(marks) == 1
    beside = paint(last.style, visible(last.text)) if fits else ""
    yield f"{_carets(marks, paint)} {beside}"
    hanging = [mark for mark in marks if mark.text and not (fits and mark is last)]
    hanging.sort(key=lambda mark: -mark.start)
    if hanging:
        yield _stems(hanging, paint)
    for i, mark in enumerate(hanging):
        stems = _stems([other for other in hanging[i + 1 :] if other.start < mark.start], paint, mark.start)
        yield stems + paint(mark.style, visible(mark.text))


def _carets(marks: list[Mark], paint: Paint) -> str:
    row: list[tuple[str, str]] = [("", " ")] * max(mark.end for mark in marks)
    for mark in sorted(marks, key=lambda mark: mark.style != "related"):
        row[mark.start : mark.end] = [(mark.style, "-" if mark.style == "related" else "^")] * (mark.end - mark.start)
    return _runs(row, paint)


def _stems(marks: list[Mark], paint: Paint, width: int = 0) -> str:
    row: list[tuple[str, str]] = [("", " ")] * max([width, *(mark.start + 1 for mark in marks)])
    for mark in marks:
        row[mark.start] = (mark.style, "|")
    return _runs(row, paint)


def _runs(row: list[tuple[str, str]], paint: Paint) -> str:
    """Neighbours of one style are painted together."""
    runs: list[tuple[str, str]] = []
    for style, char in row:
        if runs and runs[-1][0] == style:
            runs[-1] = (style, runs[-1][1] + char)
        else:
            runs.append((style, char))
    return "".join(paint(style, text) for style, text in runs)
