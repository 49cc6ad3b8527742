"""How the steps of segments are found: for each sequence, the plan that is chosen, those that would do, and why others not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from segql.semantics import model

if TYPE_CHECKING:
    from segql.sql.plans import Choice


def program(meant: model.Program, dialect: str, names: Iterable[str] = ()) -> str:
    """The plans of the segments; with `names`, only of these."""
    wanted = tuple(names)
    segments = (s for s in meant.segments if not wanted or s.name in wanted)
    return "\n\n".join("\n".join(_segment(segment, dialect)) for segment in segments)


def _segment(segment: model.Segment, dialect: str) -> Iterator[str]:
    from segql.sql.plans import choices  # sqlglot is for those who need it

    yield f"segment {segment.name} on {dialect}"
    found = choices(segment, dialect)
    if not found:
        yield "  it has no steps: its rows are grouped once"
    for number, plans in enumerate(found, start=1):
        if len(found) > 1:
            yield f"  steps, number {number}"
        for choice in plans:
            yield f"  {choice.plan:<9} {_verdict(choice)}"


def _verdict(choice: Choice) -> str:
    if choice.misfit:
        return f"no: {choice.misfit}"
    if choice.dear and not choice.chosen:
        return f"would do, but is dear: {choice.dear}"
    return f"{'chosen' if choice.chosen else 'would do'}: {choice.does}"
