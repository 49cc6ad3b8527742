"""Parsers of engines that cannot run here: each says what is wrong with a text, and whether it is one statement."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Protocol

from segql.engine.duckdb import Refused

from .missing import Missing
from .remote import Remote, hosted

PARSERS = ("fluff", "sqltools", "trino_grammar")  # hosts that run nothing
GATES = ("mysql", "redshift", "trino", "snowflake", "tsql", "fabric")


class Gate(Protocol):
    """A parser of a dialect."""

    version: str
    slow: bool  # half a second a statement

    def wrong(self, statements: Sequence[str]) -> list[str]:
        """What is wrong with each of these, in their order; "" if it is one statement of the dialect."""
        ...


class One:
    """A parser that is given a statement at a time."""

    slow = True

    def __init__(self, host: Remote) -> None:
        self.version = host.version
        self._host = host

    def wrong(self, statements: Sequence[str]) -> list[str]:
        return [self._wrong(statement) for statement in statements]

    def _wrong(self, statement: str) -> str:
        try:
            found = self._host.ask(statement)
        except Refused as refused:
            return str(refused)
        return "" if len(found) <= 1 else f"{len(found)} statements"


class Batches:
    """Microsoft's parser. Each statement is the body of a view, which can be no more than one, in a batch of its own."""

    slow = False

    def __init__(self, host: Remote) -> None:
        self.version = host.version
        self._host = host

    def wrong(self, statements: Sequence[str]) -> list[str]:
        found, document, starts = [""] * len(statements), "", []
        for statement in statements:
            starts.append(document.count("\n"))
            document += f"CREATE VIEW [v] AS\n{statement}\nGO\n"
        for line, message in self._host.ask(document):
            at = max(number for number, start in enumerate(starts) if start <= line)
            found[at] = found[at] or f"{message} (line {line - starts[at]})"
        return found


@contextlib.contextmanager
def gate(dialect: str) -> Iterator[Gate]:
    """The parser of a dialect. Raises Missing."""
    match dialect:
        case "redshift" | "snowflake" | "mysql":
            with hosted(dialect, "fluff", dialect) as host:
                yield One(host)
        case "trino":
            with hosted(dialect, "trino_grammar") as host:
                yield One(host)
        case "tsql" | "fabric":
            with hosted(dialect, "sqltools") as host:
                yield Batches(host)
        case _:
            raise Missing(f"nothing parses {dialect} here")
