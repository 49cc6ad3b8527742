"""Segments of those who came so far in a funnel: DuckDB gives the members that the reference gives, and says why.

SEGQL_FATES  how many (default 300)
SEGQL_SEED   where they start (default 1)
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable

import pytest

from segql.compiler import check
from segql.engine.duckdb import connected
from segql.source import Source

from . import analyses, segments, test_analyses, test_random, test_why
from .drawn import for_each

EXAMPLES = int(os.environ.get("SEGQL_FATES", "300"))
SEED = int(os.environ.get("SEGQL_SEED", "1"))


@pytest.mark.hypothesis
def test_duckdb_is_the_reference(record_property: Callable[[str, object], None]) -> None:
    seen: Counter[str] = Counter()
    with connected() as connection:

        def run(case: segments.Case) -> None:
            codes = {d.code for d in check(Source(case[0])).diagnostics if d.is_error}
            assert codes <= test_analyses.SENSE
            seen["refused" if codes else test_random.compare(connection, *case, "UTC", Counter())] += 1

        for_each(analyses.fates(), EXAMPLES, SEED, run)
    record_property("random segments of funnels", f"seed {SEED}: {dict(sorted(seen.items()))}")
    assert seen["equal, with members"] >= sum(seen.values()) // 10


@pytest.mark.hypothesis
def test_why_is_the_reference(record_property: Callable[[str, object], None]) -> None:
    seen: Counter[str] = Counter()
    with connected() as connection:

        def run(case: segments.Case) -> None:
            seen.update(test_why.compare(connection, *case))

        for_each(analyses.fates(), EXAMPLES // 3, SEED, run)
    record_property("reasons of funnels", f"seed {SEED}: {dict(sorted(seen.items()))}")
    assert min(seen[kind] for kind in ("in", "out", "OfFunnel")) >= EXAMPLES // 15
