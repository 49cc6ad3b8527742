"""Engines for the tests: each started once, and a missing one is a skip that is counted, or a failure in CI."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any

import pytest

from .engines import Engine, in_ci, started
from .missing import Missing
from .relatives import RELATIVES, related
from .tally import summed, write

DIALECTS = ("duckdb", "postgres", "sqlite", "clickhouse", "bigquery", "mariadb", "spark")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--write-proved", action="store_true", help="write what was found into segql/sql/proved.json and docs"
    )


def pytest_terminal_summary(terminalreporter: Any, exitstatus: int, config: pytest.Config) -> None:
    reports = [report for many in terminalreporter.stats.values() for report in many if hasattr(report, "when")]
    found = summed(each for report in reports if report.when == "call" for each in report.user_properties)
    for run in found:
        terminalreporter.write_line(
            f"{run.dialect} on {run.engine} {run.version}: {run.cases} cases and {run.random} random ones from seed {run.seed};"
            f" {run.equal} equal, {run.refused} refused, {run.lacking} lacking"
        )
    if config.getoption("--write-proved") and exitstatus == 0:
        write(found)
        terminalreporter.write_line(f"written: what {len(found)} engines gave")


@pytest.fixture(scope="session")
def writing(pytestconfig: pytest.Config) -> bool:
    """Whether this run is the one that is written down, so that no engine may be left out of it."""
    return bool(pytestconfig.getoption("--write-proved"))


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
