"""Engines for the tests: each started once, and a missing one is a skip that is counted, or a failure in CI."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest

from .engines import Engine, in_ci, started
from .missing import Missing
from .relatives import RELATIVES, related

DIALECTS = ("duckdb", "postgres", "sqlite", "clickhouse", "bigquery", "mariadb", "spark")
COUNTED = pytest.StashKey[dict[str, Counter[str]]]()


@pytest.fixture(scope="session")
def engines() -> Iterator[Callable[[str], Engine | Missing]]:
    """Each engine that is asked for, started once, or why it does not run here."""
    with ExitStack() as stack:

        @cache
        def found(dialect: str) -> Engine | Missing:
            try:
                return stack.enter_context(started(dialect))
            except Missing as missing:
                return missing

        yield found


@pytest.fixture(params=DIALECTS)
def engine(request: pytest.FixtureRequest, engines: Callable[[str], Engine | Missing]) -> Engine:
    """One of the engines."""
    found = engines(request.param)
    if not isinstance(found, Missing):
        return found
    if in_ci():
        pytest.fail(f"{request.param} is missing: {found}")
    pytest.skip(f"{request.param} is missing: {found}")


@pytest.fixture(scope="module", params=RELATIVES)
def relative(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An engine that stands in for one that cannot run here."""
    try:
        with related(request.param) as found:
            yield found
    except Missing as missing:
        if in_ci():
            pytest.fail(f"{request.param} is missing: {missing}")
        pytest.skip(f"{request.param} is missing: {missing}")
