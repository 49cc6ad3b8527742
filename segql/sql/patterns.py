"""Regular expressions that mean the same to RE2, to Python, to PostgreSQL and to Java, written as one of the latter writes them.

https://www.postgresql.org/docs/current/functions-matching.html#POSIX-SYNTAX-DETAILS
https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/regex/Pattern.html
"""

from __future__ import annotations

import re

from segql.semantics.patterns import TOKEN

CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": " \\t\\n\\r\\f"}
LETTERS = {"n": "\\n", "t": "\\t", "r": "\\r", "f": "\\f"}
MOST_REPEATS = 255


def for_postgres(pattern: str) -> str | None:
    """The pattern as an advanced regular expression of PostgreSQL, or None if it has a part that may differ there."""
    return _translated(pattern, "$")


def for_java(pattern: str) -> str | None:
    """The pattern as a regular expression of Java, whose `$` also stands before a line break at the end."""
    return _translated(pattern, "\\z")


def _translated(pattern: str, end: str) -> str | None:
    made, at, repeatable = [], 0, False
    while at < len(pattern):
        token = TOKEN.match(pattern, at)
        if token is None:
            return None
        kind, text = token.lastgroup or "", token[0]
        if kind == "repeat" and not repeatable:
            return None
        written = _written(kind, text)
        if written is None:
            return None
        made.append(end if text == "$" and kind == "mark" else written)
        repeatable = kind in ("escape", "set", "close", "any", "plain")
        at = token.end()
    return "".join(made)


def _written(kind: str, text: str) -> str | None:
    match kind:
        case "plain":
            return _literal(text)
        case "any":
            return "[^\\n]"
        case "escape":
            return _escape(text[1])
        case "set":
            return _set(text[1:-1])
        case "repeat":
            return _repeat(text)
        case "group":
            return "(?:"
        case "dots" | "brace":
            return None
        case _:
            return text


def _literal(char: str) -> str:
    return char if char.isalnum() or char in " _<>" or not char.isascii() else _code(char)


def _code(char: str) -> str:
    return f"\\{char}" if char.isprintable() else f"\\u{ord(char):04x}"


def _escape(char: str) -> str | None:
    if char.lower() in CLASSES:
        return f"[{'^' if char.isupper() else ''}{CLASSES[char.lower()]}]"
    return LETTERS.get(char) or (None if char.isalnum() else _literal(char))


def _repeat(text: str) -> str | None:
    """Lazy or greedy makes no difference to whether there is a match."""
    counts = [int(n) for n in re.findall(r"\d+", text)]
    if any(n > MOST_REPEATS for n in counts):
        return None
    return text[:-1] if len(text) > 1 and text.endswith("?") else text


def _set(inside: str) -> str | None:
    """A bracket expression, with every character that could be special behind a backslash."""
    negated, rest = inside.startswith("^"), inside.removeprefix("^")
    if "[" in rest.replace("\\[", "") or re.search(r"--|&&|\|\||~~", rest):
        return None  # POSIX classes, and what Python keeps for set operations
    parts = re.findall(r"\\.|.", rest, re.DOTALL)
    made = []
    for i, part in enumerate(parts):
        range_mark = part == "-" and 0 < i < len(parts) - 1
        written = "-" if range_mark else _in_set(part)
        if written is None or (range_mark and {parts[i - 1], parts[i + 1]} & {"\\d", "\\w", "\\s"}):
            return None
        made.append(written)
    return f"[{'^' if negated else ''}{''.join(made)}]" if made else None


def _in_set(part: str) -> str | None:
    if len(part) == 1:
        return _literal(part)
    char = part[1]
    if char in CLASSES:
        return CLASSES[char]
    return LETTERS.get(char) or (None if char.isalnum() else _literal(char))
