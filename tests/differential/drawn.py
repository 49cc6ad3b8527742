"""Random cases for a comparison: so many, and the same ones whenever they start at the same place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import hypothesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

Drawn = TypeVar("Drawn")


def for_each(
    cases: st.SearchStrategy[Drawn],
    count: int,
    start: int,
    ask: Callable[[Drawn], None],
    phases: Iterable[Phase] = tuple(Phase),
) -> None:
    """Asks of each case. What fails is shrunk to a small one, if the phases say so, and raised with its notes."""

    @seed(start)
    @settings(max_examples=count, database=None, deadline=None, phases=phases, suppress_health_check=list(HealthCheck))
    @given(case=cases)
    def run(case: Drawn) -> None:
        ask(case)

    run()


def note(text: str) -> None:
    """Shown beside a random case that fails; a case that was not drawn has no need of it."""
    if hypothesis.currently_in_test_context():
        hypothesis.note(text)
