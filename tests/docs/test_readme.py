"""What the README says about the repository is true."""

from __future__ import annotations

import re

from segql.sql.names import DIALECT_NAMES
from tests import markdown
from tests.docs.pages import ROOT

TEXT = (ROOT / "README.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


def test_its_segment_is_the_shops() -> None:
    assert markdown.read(TEXT).block("seg").text in (ROOT / "examples" / "shop" / "shop.seg").read_text("utf-8")


def test_its_commands_are_targets_of_make() -> None:
    for target in re.findall(r"(?m)^(?:\$ )?make (\w+)", TEXT):
        assert re.search(rf"(?m)^{target}:.*##", MAKEFILE), target


def test_ci_runs_its_test_command() -> None:
    assert "make check" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_it_says_which_engines_there_are() -> None:
    run = ("duckdb", "postgres", "sqlite", "clickhouse", "bigquery", "mysql", "mariadb", "spark", "databricks")
    read = ("redshift", "trino", "athena", "snowflake", "tsql", "fabric")
    names = (*run, *read)
    assert names == DIALECT_NAMES, "move the engine from what there is not to what there is"
