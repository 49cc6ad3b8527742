"""A line of text as a terminal shows it: what is printed for each code point, and in which cells it lands.

Nothing in a user's text may steer the terminal: control characters and marks that turn the reading direction
become visible placeholders.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

TAB = 4
ZERO_WIDTH_JOINER = "\u200d"
EMOJI_STYLE = "\ufe0f"


class Cells(NamedTuple):
    """One piece per code point, and the cell where each piece starts; the last start is the width of the whole."""

    pieces: Sequence[str]
    starts: Sequence[int]

    @property
    def width(self) -> int:
        return self.starts[-1]

    def under(self, start: int, end: int) -> tuple[int, int]:
        """The cells under the code points `[start, end)`: at least one, even for a mark without a width."""
        last = len(self.pieces)
        low, high = self.starts[min(start, last)], self.starts[min(end, last)]
        if low == high and start < min(end, last):
            low = max(0, low - 1)
        return low, max(high, low + 1)

    def cut(self, low: int, high: int) -> str:
        """The part that fits into the cells `[low, high)`, with `…` where something is left out."""
        left = "…" if low > 0 else ""
        right = "…" if self.width > high else ""
        first, last = low + len(left), high - len(right)
        inside = [i for i in range(len(self.pieces)) if first <= self.starts[i] and self.starts[i + 1] <= last]
        gap = self.starts[inside[0]] - first if inside else 0
        return left + " " * gap + "".join(self.pieces[i] for i in inside) + right


def cells(text: str) -> Cells:
    """Lay out one line."""
    if text.isascii() and text.isprintable():
        return Cells(text, range(len(text) + 1))
    pieces, starts, at = [], [0], 0
    for piece, width in _pieces(text):
        if piece == "\t":
            width = TAB - at % TAB
            piece = " " * width
        at += width
        pieces.append(piece)
        starts.append(at)
    return Cells(pieces, starts)


def visible(text: str) -> str:
    """The text with nothing in it that could steer a terminal."""
    return "".join(cells(text).pieces)


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    before, before_width = "", 0
    for char in text:
        piece, width = _piece(char)
        if before == ZERO_WIDTH_JOINER or (before_width == 2 and "\U0001f3fb" <= char <= "\U0001f3ff"):
            width = 0  # part of the emoji before it: a family, a tone of skin
        elif char == EMOJI_STYLE and before_width == 1:
            width = 1  # asks for the emoji form of the character before it, which is wide
        yield piece, width
        before, before_width = char, width


def _piece(char: str) -> tuple[str, int]:
    if char == "\t" or " " <= char < "\x7f":
        return char, 1
    from unicodedata import category, combining, east_asian_width

    kind = category(char)
    if char < " ":
        return chr(0x2400 + ord(char)), 1
    if char == "\x7f":
        return "\u2421", 1
    if char in (ZERO_WIDTH_JOINER, "\u200c"):
        return char, 0
    if kind in ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp"):
        named = f"<U+{ord(char):04X}>"
        return named, len(named)
    if combining(char) or kind in ("Mn", "Me"):
        return char, 0
    return char, 2 if east_asian_width(char) in ("W", "F") else 1
