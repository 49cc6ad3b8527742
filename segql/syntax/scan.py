"""Text to tokens: one regular expression, made of the grammar's terminals, and no opinion about keywords.

A word is a keyword only where the parser can take it, so a token carries every terminal that it may be.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from segql_grammar import tables

END = "$END"
# What no terminal matches, named so that a message can say what it is.
UNCLOSED_STRING, UNCLOSED_NAME, UNKNOWN = "unclosed string", "unclosed name", "unknown character"

_PATTERNS = dict(tables.PATTERNS)
_SYMBOLS = "|".join(re.escape(s) for s in sorted(tables.SYMBOLS, key=len, reverse=True))
_MASTER = re.compile(
    "|".join(
        f"(?P<{name}>{pattern})"
        for name, pattern in (
            ("SPACE", _PATTERNS["SPACE"]),
            *((name, pattern) for name, pattern in tables.PATTERNS if name != "SPACE"),
            ("symbol", _SYMBOLS),
            ("unclosed_string", r"""'[^'\r\n]*|"[^"\r\n]*"""),
            ("unclosed_name", r"`[^`\r\n]*"),
            ("unknown", r"[^\W\d]|\d+|[^\s]"),
            ("control", r"[\s\S]"),
        )
    )
)
_BAD = {
    "unclosed_string": (UNCLOSED_STRING,),
    "unclosed_name": (UNCLOSED_NAME,),
    "unknown": (UNKNOWN,),
    "control": (UNKNOWN,),
}
_AS_IS = {name: (name,) for name, _ in tables.PATTERNS}
_WORDS = tables.WORDS
_NAME = ("NAME",)
_NAMES = {word: (*terminals, "NAME") for word, terminals in _WORDS.items()}
_CALLS = {word: ("CALL", *terminals, "NAME") for word, terminals in _WORDS.items()}


class Token(NamedTuple):
    """A piece of text and the terminals it may be, the likeliest first."""

    kinds: tuple[str, ...]
    text: str
    start: int
    end: int


class Comment(NamedTuple):
    """A comment with its marks, where it starts, and whether it stands alone on its line."""

    text: str
    start: int
    alone: bool


class Scanned(NamedTuple):
    """The tokens of a text without its end, all comments, and the documentation by the offset of what it documents."""

    tokens: list[Token]
    comments: list[Comment]
    docs: dict[int, str]


def scan(text: str) -> Scanned:
    """Cut a text into tokens. Never fails: what fits no terminal is a token that no rule takes."""
    tokens: list[Token] = []
    comments: list[Comment] = []
    docs: dict[int, str] = {}
    pending: list[str] = []
    alone = True
    for match in _MASTER.finditer(text):
        kind, found, start = match.lastgroup, match.group(), match.start()
        if kind == "SPACE":
            alone = alone or "\n" in found or "\r" in found
            continue
        if kind == "COMMENT":
            comments.append(Comment(found.rstrip(), start, alone))
            if alone and found.startswith("##"):
                pending.append(found[2:].strip())
            continue
        kinds = _NAMES.get(found, _NAME) if kind == "NAME" else _kinds(kind or "", found)
        tokens.append(Token(kinds, found, start, match.end()))
        alone = False
        if pending:
            docs[start] = "\n".join(pending)
            pending = []
    return Scanned(tokens, comments, docs)


def _kinds(group: str, text: str) -> tuple[str, ...]:
    if group == "symbol":
        return tables.SYMBOLS[text]
    if group == "CALL":
        return _CALLS.get(text) or ("CALL", "NAME")
    return _AS_IS.get(group) or _BAD[group]


def name_text(written: str) -> str:
    """The name that a word stands for: backticks taken off."""
    return written[1:-1] if written.startswith("`") else written


PART = re.compile(r"`[^`\r\n]+`|[^\W\d]\w*")


def path_parts(written: str) -> tuple[str, ...]:
    """The parts of a dotted path, each without its backticks: at least one, also where nothing but a mark is written."""
    if "`" not in written:
        return tuple(written.split("."))
    return tuple(name_text(part) for part in PART.findall(written)) or ("",)
