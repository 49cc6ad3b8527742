"""Upper and lower case, one letter for one letter (R11.10): Unicode's simple case mappings, and ß with its capital ẞ."""

from __future__ import annotations


def lower(text: str) -> str:
    """The text in lower case, as long as it was: İ is i, and Σ is σ at the end of a word too."""
    return "".join(letter.lower()[0] for letter in text)


def upper(text: str) -> str:
    """The text in upper case, as long as it was: letters without one capital stay, but for ß, which is ẞ."""
    return "".join(_capital(letter) for letter in text)


def _capital(letter: str) -> str:
    if letter == "ß":
        return "ẞ"
    # Where Python writes out several letters, the title case is the one counterpart, if there is one: ᾳ is ᾼ.
    return next((found for found in (letter.upper(), letter.title()) if len(found) == 1), letter)
