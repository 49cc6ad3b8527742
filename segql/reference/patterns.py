"""Regular expressions as R11.7 has them, by way of Python's: `$` is the end of the text, and \\s is five blanks."""

from __future__ import annotations

import re

_PARTS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\$", re.DOTALL)
_BLANK = r" \t\n\r\f"
_OTHERS = "\\x00-\\x08\\x0b\\x0e-\\x1f!-\U0010ffff"


def finds(pattern: str, text: str) -> bool:
    """Whether a part of the text has the form of the pattern."""
    return bool(re.search(_PARTS.sub(_as_python, pattern), text, re.ASCII))


def _as_python(part: re.Match[str]) -> str:
    match part[0]:
        case "$":
            return r"\Z"  # Python's own `$` also stands before a last line break
        case r"\B":
            return r"(?!\b)"  # Python's own is not in an empty text
        case r"\s":
            return f"[{_BLANK}]"
        case r"\S":
            return f"[^{_BLANK}]"
        case escape if escape.startswith("\\"):
            return escape
        case classes:
            return re.sub(
                r"(\\\\)|\\([sS])", lambda found: found[1] or (_BLANK if found[2] == "s" else _OTHERS), classes
            )
