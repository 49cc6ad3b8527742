"""Every code once, in number order, with its wording: 1xx writing, 2xx names, 3xx types and sense, 4xx engines, 9xx us.

A code is never reused. `segql explain CODE` shows its page, `pages/CODE.md`.
"""

from __future__ import annotations

from collections.abc import Callable

from segql.diagnostics.model import Diagnostic, Fix, Label, Severity
from segql.node import Value


class Entry(Value):
    """A code, its name for people and machines, how bad it is, and its title."""

    code: str
    name: str
    severity: Severity
    title: str


REGISTER: dict[str, Entry] = {}


def _entry(code: str, name: str, title: str, severity: Severity = "error") -> str:
    REGISTER[code] = Entry(code=code, name=name, severity=severity, title=title)
    return code


def say(
    code: str,
    at: Label,
    message: str,
    *,
    related: tuple[Label, ...] = (),
    help: str = "",
    fixes: tuple[Fix, ...] = (),
) -> Diagnostic:
    """A diagnostic of a registered code."""
    entry = REGISTER[code]
    return Diagnostic(
        code=code,
        name=entry.name,
        severity=entry.severity,
        message=message,
        primary=at,
        related=related,
        help=help,
        fixes=fixes,
    )


# ---------------------------------------------------------------- 1xx: writing

_entry("SEG101", "unexpected-word", "A word or mark stands where it cannot")


def unexpected_word(at: Label, related: tuple[Label, ...], word: str, expected: str, hint: str) -> Diagnostic:
    help = hint or (f"here could stand {expected}" if expected else "")
    return say("SEG101", at, f"`{word}` cannot stand here", related=related, help=help)


_entry("SEG102", "unclosed-text", "A text has no closing quote")


def unclosed_text(at: Label, related: tuple[Label, ...], quote: str) -> Diagnostic:
    help = f"close it with {quote} on the same line; {quote}{quote} inside a text stands for one {quote}"
    return say("SEG102", at, "this text has no end on its line", related=related, help=help)


_entry("SEG103", "unclosed-block", "A block is not closed")


def unclosed_block(at: Label, related: tuple[Label, ...], closing: str, expected: str) -> Diagnostic:
    return say("SEG103", at, f"the file ends before `{closing}`", related=related, help=f"close it with `{closing}`")


_entry("SEG104", "unknown-character", "A character has no meaning here")


def unknown_character(at: Label, related: tuple[Label, ...], character: str, instead: str) -> Diagnostic:
    shown = f"`{character}`" if character.isprintable() else f"the character U+{ord(character[0]):04X}"
    return say("SEG104", at, f"{shown} has no meaning here", related=related, help=instead)


_entry("SEG105", "unclosed-name", "A name has no closing backtick")


def unclosed_name(at: Label, related: tuple[Label, ...], quote: str) -> Diagnostic:
    return say("SEG105", at, "this name has no closing backtick on its line", related=related, help="close it with `")


_entry("SEG106", "nested-too-deep", "Things stand too deep within one another")


def nested_too_deep(at: Label, related: tuple[Label, ...], deepest: str) -> Diagnostic:
    help = "give the inner part a name: a segment for conditions, a `define` for expressions"
    return say("SEG106", at, f"this stands more than {deepest} levels deep", related=related, help=help)


_entry("SEG107", "unfinished", "A declaration stops before it is whole")


def unfinished(at: Label, related: tuple[Label, ...], expected: str) -> Diagnostic:
    return say("SEG107", at, "the declaration ends here before it is whole", related=related, help=f"write {expected}")


SYNTAX: dict[str, Callable[..., Diagnostic]] = {
    "SEG101": unexpected_word,
    "SEG102": unclosed_text,
    "SEG103": unclosed_block,
    "SEG104": unknown_character,
    "SEG105": unclosed_name,
    "SEG106": nested_too_deep,
    "SEG107": unfinished,
}
