"""What can go wrong with a database, apart from the text: each kind once, in words without secrets."""

from __future__ import annotations

import re
from typing import Literal, assert_never

from segql.diagnostics import register
from segql.diagnostics.model import Diagnostic, Label

Kind = Literal["address", "driver", "connect", "lost", "time", "denied", "refused"]

# Drivers have classes of their own for these; what servers say is much the same everywhere.
_LOST = re.compile(
    r"closed the connection|lost connection|gone away|connection (?:\w+ )?(?:closed|reset|refused|aborted|lost|killed)"
    r"|broken pipe|terminating connection|connection is (?:closed|lost|bad)|not connected|unexpected eof|end of stream",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"permission denied|access denied|command denied|not authorized|unauthorized|insufficient priv|not enough priv"
    r"|does not have .{0,40}permission|readonly database",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"^(?:[A-Z][A-Za-z]* ?(?:Error|Exception): |ERROR: +)")
_PAIR = re.compile(r"^\((\d+), (['\"])(.*)\2\)$", re.DOTALL)


class Trouble(Exception):
    """A database cannot do what is asked of it: which kind of trouble, in whose words, and the next keystroke."""

    def __init__(self, kind: Kind, why: str, help: str = "") -> None:
        super().__init__(why)
        self.kind = kind
        self.why = why
        self.help = help


class Misdeclared(Exception):
    """A column holds another sort than is declared, which the engine may compare without a word."""

    def __init__(self, said: Diagnostic) -> None:
        super().__init__(said.message)
        self.said = said


def kind_of(error: Exception) -> Kind:
    """What kind of trouble an exception of a driver is, while a query runs."""
    state = str(getattr(error, "sqlstate", None) or "")
    words = str(error)
    if isinstance(error, OSError) or state.startswith(("08", "57P")) or _LOST.search(words):
        return "lost"
    if state == "42501" or _DENIED.search(words):
        return "denied"
    return "refused"


def words_of(error: Exception) -> str:
    """The heart of what a driver says: one line, without the name of its class or a drawing of the query."""
    text = str(error).strip() or type(error).__name__
    pair = _PAIR.match(text)
    text = f"{pair[3]} ({pair[1]})" if pair else text
    first = next((line for line in text.splitlines() if line.strip()), text)
    return re.sub(r"\s+", " ", _BEFORE.sub("", first.strip())).rstrip(".")[:500]


def said(trouble: Trouble, at: Label, database: str) -> Diagnostic:
    """A trouble as a diagnostic. `database` is its address as it may be shown."""
    match trouble.kind:
        case "address":
            return register.wrong_address(at, trouble.why, trouble.help)
        case "driver":
            return register.driver_missing(at, database, trouble.why, trouble.help)
        case "connect":
            return register.no_connection(at, database, trouble.why, trouble.help)
        case "lost":
            return register.connection_lost(at, database, trouble.why)
        case "time":
            return register.out_of_time(at, database, trouble.why)
        case "denied":
            return register.not_allowed(at, database, trouble.why)
        case "refused":
            return register.engine_refused(at, trouble.why)
        case _:
            assert_never(trouble.kind)
