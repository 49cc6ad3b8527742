"""What a picture says in words: that there is nothing to draw, and what is not drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from segql.semantics import model

NUMBERS = ("integer", "decimal", "float")
TOTAL = "total"

Rows = Sequence[tuple[Any, ...]]


def empty(asked: model.Analysis, rows: Rows) -> str:
    """Why nothing can be drawn of an answer; "" if something can."""
    if isinstance(asked, model.Explore) and not any(column.type.name in NUMBERS for column in measures(asked)):
        return "no measure is a number"
    if any(not is_total(asked, row) for row in rows):
        nobody = isinstance(asked, model.Funnel) and not any(row[_place(asked, "keys")] for row in rows)
        return "no key is at the first step in this window" if nobody else ""
    if isinstance(asked, model.Paths) and asked.anchor is not None:
        return f"no path {'ends' if asked.backwards else 'begins'} there in this window"
    names = [audience.name for audience in asked.audiences if audience.segment]
    whose = f" of {' or '.join(names)}" if len(names) == len(asked.audiences) else ""
    return f"no rows{whose} in this window"


def unsaid(asked: model.Analysis, rows: Rows) -> Iterator[str]:
    """What a picture that is not empty leaves out: audiences without a row, and measures that are no numbers."""
    if asked.several:
        there = {row[0] for row in rows if not is_total(asked, row)}
        absent = [audience.name for audience in asked.audiences if audience.name not in there]
        if absent:
            yield f"no rows of {' or '.join(absent)}"
    if isinstance(asked, model.Explore):
        for column in measures(asked):
            if column.type.name not in NUMBERS:
                yield f"{column.name} is no number, and not drawn"
            elif all(row[_place(asked, column.name)] is None for row in rows):
                yield f"{column.name} is missing throughout"


def measures(asked: model.Explore) -> list[model.ResultColumn]:
    """The columns of an explorer's measures."""
    return [each.column for each in asked.measures]


def _place(asked: model.Analysis, name: str) -> int:
    return [column.name for column in asked.columns].index(name)


def is_total(asked: model.Analysis, row: tuple[Any, ...]) -> bool:
    """Whether a row is about all groups or cohorts of its audience."""
    totals = isinstance(asked, model.Explore | model.Retention) and asked.totals
    return totals and row[1 if asked.several else 0] == TOTAL
