"""docs/engines.md says what the table says. `python -m tests.conformance.test_engines_page` writes its lists anew."""

from __future__ import annotations

import re

import pytest

from segql.sql.capabilities import capabilities
from segql.sql.dialects import DIALECTS, TITLES, Dialect
from segql.sql.names import DIALECT_NAMES
from segql.sql.proved import Run, runs

from . import conftest
from .relatives import RELATIVES
from .tally import PAGE, summed, with_table

LISTS = re.compile(r"(?s)(<!-- from the table -->\n).*?(<!-- end -->)")


# Relatives that cannot run all that the engine can, and an engine that reads so many CTEs and no more, and says so.
MAY_LACK = ("Sail", "Hyper", "MariaDB")


def lists() -> str:
    """What each dialect refuses, as Markdown."""
    found = []
    for row in capabilities():
        found.append(f"### {row.name}: {row.proof}, {row.engine}\n")
        found.extend(f"- {what}: {reason}." for what, reason in row.refused)
        found.append("" if row.refused else "Nothing is refused.\n")
    return "\n".join(found)


def with_lists(text: str) -> str:
    return LISTS.sub(lambda found: f"{found[1]}\n{lists()}\n{found[2]}", text)


def test_the_page_says_what_the_table_says() -> None:
    text = PAGE.read_text("utf-8")
    assert with_lists(text) == text


def test_every_column_that_can_be_refused_has_a_title() -> None:
    plain = {
        "name",
        "proof",
        "engine",
        "sqlglot",
        "longest_name",
        "most_queries",
        "once",
        "by_value",
        "frames",
        "rereads",
        "plans",
        "finish",
    }
    assert set(TITLES) == set(Dialect._fields) - plain - {"row", "unfold", "packing"}
    assert tuple(dialect.name for dialect in DIALECTS) == DIALECT_NAMES


def test_the_table_is_that_of_the_last_run() -> None:
    text = PAGE.read_text("utf-8")
    assert with_table(text) == text


def test_every_executed_engine_is_in_the_table() -> None:
    ran = {run.dialect for run in runs()}
    assert ran == {*conftest.DIALECTS, *(name.split()[0] for name in RELATIVES)}
    assert {row.name for row in DIALECTS if row.proof.startswith("executed")} <= ran | {"databricks"}
    assert {(run.dialect, run.engine) for run in runs()} >= {("spark", "Sail"), ("spark", "Spark")}


@pytest.mark.parametrize("run", runs(), ids=lambda run: f"{run.dialect} on {run.engine}")
def test_the_numbers_of_an_engine_are_consistent(run: Run) -> None:
    assert run.cases + run.random == run.equal + run.refused + run.lacking
    assert min(run.cases, run.random, run.seed, run.version.count(".")) > 0
    assert min(run.refused, run.lacking) >= 0
    assert run.equal >= (run.cases + run.random) // 2
    assert run.lacking == 0 or run.engine in MAY_LACK


def test_what_tests_count_is_added_up() -> None:
    known = {"dialect": "spark", "engine": "Sail", "version": "1.0"}
    first = {**known, "random": 5, "equal": 3, "refused": 2, "seed": 7}
    found = summed(
        [("conformance", first), ("else", 1), ("conformance", {**known, "cases": 2, "equal": 1, "lacking": 1})]
    )
    assert found == (Run(**known, cases=2, random=5, equal=4, refused=2, lacking=1, seed=7),)


if __name__ == "__main__":
    PAGE.write_text(with_lists(PAGE.read_text("utf-8")), "utf-8")
