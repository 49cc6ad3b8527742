"""What a statement is written for, and what its engine turned out not to have."""

from __future__ import annotations

import datetime as dt

from sqlglot import exp

from segql.node import Value
from segql.sql.dialects import DIALECTS, TITLES, Dialect
from segql.sql.spellings import Unsupported


class Refused(Value):
    """Something that a dialect cannot say exactly, why, and the dialects that can."""

    what: str
    reason: str
    others: tuple[str, ...]


class Target(Value):
    """What a statement is written for: the dialect, a pinned now (or the engine's), and the folder from which files in it are seen.

    `refused` is filled while a statement is made: then its text is worth nothing, and these are the reasons.
    """

    dialect: Dialect
    now: dt.datetime | None
    bind: bool
    root: str
    refused: list[Refused]
    plan: str = ""  # the plan for the sequences of what is asked; else the best that is exact

    def spell(self, column: str, *arguments: object) -> exp.Expr:
        """What the cell of a column builds; where it cannot, the reason is kept and lowering goes on."""
        cell = getattr(self.dialect, column)
        found = cell if isinstance(cell, Unsupported) else cell(*arguments)
        if isinstance(found, Unsupported):
            self._refuse(column, found.reason, arguments)
            return exp.null()
        return found  # type: ignore[no-any-return]

    def _refuse(self, column: str, reason: str, arguments: tuple[object, ...]) -> None:
        others = tuple(d.name for d in DIALECTS if _has(d, column, arguments))
        refused = Refused(what=TITLES[column], reason=reason, others=others)
        if refused not in self.refused:
            self.refused.append(refused)


def _has(dialect: Dialect, column: str, arguments: tuple[object, ...]) -> bool:
    """Whether a dialect can build the same; asked with copies, for a node has one place in one tree."""
    cell = getattr(dialect, column)
    if isinstance(cell, Unsupported):
        return False
    return not isinstance(cell(*(a.copy() if isinstance(a, exp.Expr) else a for a in arguments)), Unsupported)
