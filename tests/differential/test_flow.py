"""What enters a node of paths leaves it: to another node, or out of the path. Asked of DuckDB's answers to random paths.

SEGQL_ANALYSES  how many (default 800, of which this takes a quarter)
SEGQL_SEED      where they start (default 1)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import note

from segql.compiler import check
from segql.engine import trial
from segql.engine.duckdb import connected
from segql.semantics import model
from segql.source import Source

from . import analyses, segments
from .drawn import for_each
from .test_analyses import EXAMPLES, SEED


@pytest.mark.hypothesis
def test_what_enters_a_node_leaves_it(record_property: Callable[[str, object], None]) -> None:
    seen: Counter[str] = Counter()
    with connected() as connection:

        def run(case: segments.Case) -> None:
            seen[conserved(connection, *case)] += 1

        for_each(analyses.cases("paths"), EXAMPLES // 4, SEED, run)
    record_property("flow of random paths", dict(sorted(seen.items())))
    assert seen["conserved"] >= EXAMPLES // 40


def conserved(connection: Any, text: str, rows: dict[str, list[dict[str, Any]]]) -> str:
    """Compares what enters each node between two steps with what leaves it."""
    checked = check(Source(text))
    if not checked.ok:
        return "a mistake"
    asked = checked.program.find("q")
    assert isinstance(asked, model.Paths)
    note(text)
    note(str(rows))
    found = trial.result(connection, trial.trial(checked.program, "q", segments.NOW), rows)
    enters: Counter[Any] = Counter()  # by audience, the step that it goes on with, and the node
    leaves: Counter[Any] = Counter()
    for row in found:
        *audience, step, source, source_kind, target, target_kind, keys = row
        near, far = ((target, target_kind), (source, source_kind))[:: 1 if asked.backwards else -1]
        leaves[(*audience, step, near)] += keys
        enters[(*audience, step + 1, far)] += keys
    inner = {place for place in enters if 1 < place[-2] < asked.depth and place[-1][1] in ("node", "other")}
    assert {place: enters[place] for place in inner} == {p: n for p, n in leaves.items() if p[-2] > 1}
    return "conserved" if inner else "no step has another after it"
