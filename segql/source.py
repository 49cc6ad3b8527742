"""The ground floor: a text with a name, and spans into it.

A span is a pair of offsets in code points; lines and columns are worked out only when something is shown.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple


class Span(NamedTuple):
    """The half-open range `[start, end)` of a source text, in code points."""

    start: int
    end: int


class Position(NamedTuple):
    """A place for people: both numbers count from 1, columns in code points."""

    line: int
    column: int


class Source:
    """One `.seg` text and the name it is shown under (a path, or `<stdin>`).

    `directory` is where the paths that the text mentions start from; it is empty for a text without a home.
    """

    __slots__ = ("_starts", "directory", "name", "text")

    def __init__(self, text: str, name: str = "<text>", directory: str = "") -> None:
        self.text = text
        self.name = name
        self.directory = directory
        self._starts: list[int] | None = None

    def _line_starts(self) -> list[int]:
        if self._starts is None:
            self._starts = [0, *(i + 1 for i, c in enumerate(self.text) if c == "\n")]
        return self._starts

    def position(self, offset: int) -> Position:
        """The line and column of an offset; offsets past the end are the end."""
        starts = self._line_starts()
        line = bisect_right(starts, min(offset, len(self.text)))
        return Position(line, min(offset, len(self.text)) - starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """The text of a line (counted from 1), without its line break; empty if there is no such line."""
        starts = self._line_starts()
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")
