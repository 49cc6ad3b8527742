"""The text of an open file: edits by line and character as a client counts them, and offsets in code points.

pygls has such a layer too. Ours is here because lines end only at `\\n`, `\\r\\n` and `\\r`, as the protocol says:
what ends them elsewhere in Python (U+2028, form feed, …) would put an edit on the wrong line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import Literal, NamedTuple

Encoding = Literal["utf-8", "utf-16", "utf-32"]

_BREAK = re.compile(r"\r\n|\n|\r")


class Place(NamedTuple):
    """A line and a character as a client counts them: both from 0, the character in units of its encoding."""

    line: int
    character: int


class Text:
    """A text with the starts of its lines. Places outside of it are taken as the nearest one inside."""

    __slots__ = ("_starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(found.end() for found in _BREAK.finditer(text))]

    @property
    def breaks(self) -> int:
        """How many lines end in it."""
        return len(self._starts) - 1

    def offset(self, place: Place, encoding: Encoding) -> int:
        """The offset of a place; amid the units of one character it is that character's start."""
        if place.line < 0 or place.line >= len(self._starts):
            return 0 if place.line < 0 else len(self.text)
        start, line = self._starts[place.line], self._line(place.line)
        wanted = max(place.character, 0)
        if encoding == "utf-32" or line.isascii():
            return start + min(wanted, len(line))
        for count, character in enumerate(line):
            wanted -= _units(character, encoding)
            if wanted < 0:
                return start + count
        return start + len(line)

    def place(self, offset: int, encoding: Encoding) -> Place:
        """The place of an offset; amid a line's end it is that line's last place."""
        line = bisect_right(self._starts, max(offset, 0)) - 1
        before = self._line(line)[: max(offset, 0) - self._starts[line]]
        if encoding == "utf-32" or before.isascii():
            return Place(line, len(before))
        return Place(line, sum(_units(character, encoding) for character in before))

    def edited(self, start: Place, end: Place, text: str, encoding: Encoding) -> Text:
        """The text with what stands between two places replaced; it does not matter which of them is given first."""
        first, last = sorted((self.offset(start, encoding), self.offset(end, encoding)))
        return Text(self.text[:first] + text + self.text[last:])

    def _line(self, number: int) -> str:
        """A line without its break."""
        end = self._starts[number + 1] if number + 1 < len(self._starts) else len(self.text)
        return self.text[self._starts[number] : end].rstrip("\r\n")


def _units(character: str, encoding: Encoding) -> int:
    code = ord(character)
    if encoding == "utf-16":
        return 1 + (code > 0xFFFF)
    return 1 + (code > 0x7F) + (code > 0x7FF) + (code > 0xFFFF)


@lru_cache(maxsize=256)
def lines(text: str) -> Text:
    """A text with its lines, remembered: many places are asked of one text."""
    return Text(text)
