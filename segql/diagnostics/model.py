"""A diagnostic as a value: one thing we say about a text, before anyone decides how to show it.

The same value becomes the picture in a terminal, JSON, an annotation in CI, a message in an editor and a quick fix.
"""

from __future__ import annotations

from typing import Literal

from segql.node import Value
from segql.source import Source, Span

Severity = Literal["error", "warning"]


class Label(Value):
    """A span of a text, and a few words to write under it (may be empty)."""

    source: Source
    span: Span
    text: str = ""


class Edit(Value):
    """Replace `span` of `source` with `text`."""

    source: Source
    span: Span
    text: str


class Fix(Value):
    """A change that would answer the diagnostic: a title for a menu, and the edits."""

    title: str
    edits: tuple[Edit, ...]


class Diagnostic(Value):
    """One thing to say: `code` and `name` are stable, `message` is true of the program, `help` is the next keystroke."""

    code: str
    name: str
    severity: Severity
    message: str
    primary: Label
    related: tuple[Label, ...] = ()
    help: str = ""
    fixes: tuple[Fix, ...] = ()

    @property
    def is_error(self) -> bool:
        return self.severity == "error"


def in_order(diagnostics: list[Diagnostic] | tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """The diagnostics by file and place, each said once."""
    seen: dict[tuple[str, str, Span, str], Diagnostic] = {}
    for d in diagnostics:
        seen.setdefault((d.primary.source.name, d.code, d.primary.span, d.message), d)
    return tuple(sorted(seen.values(), key=lambda d: (d.primary.source.name, d.primary.span, d.code)))
