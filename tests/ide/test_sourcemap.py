"""The map between a segment and its SQL: every line that a clause claims is there because of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from segql import files
from segql.ide.snapshot import Snapshot
from segql.ide.sourcemap import SourceMap, source_map
from segql.source import Source
from tests.ide.cursor import snapshot
from tests.ide.world import TEXT

SHOP = Path(__file__).parents[2] / "examples" / "shop" / "shop.seg"


@pytest.fixture(scope="module")
def loyal() -> tuple[str, SourceMap]:
    text = SHOP.read_text("utf-8")
    found = source_map(Snapshot(source=Source(text, str(SHOP), str(SHOP.parent)), read=files.reader()), "loyal")
    assert found is not None
    return text, found


def of(text: str, found: SourceMap, clause: str) -> list[str]:
    lines = found.sql.split("\n")
    return [lines[n].strip() for n in found.lines(text.index(clause) + 1)]


def test_a_clause_has_its_lines(loyal: tuple[str, SourceMap]) -> None:
    text, found = loyal
    assert of(text, found, "where tier in ('pro'") == ["AND plans.tier IN ('pro', 'premium')"]
    assert any("'email', 'social'" in line for line in of(text, found, "where acquisition.channel in"))
    assert any("INTERVAL '90' DAY" in line for line in of(text, found, "during last 90 days"))
    assert any(line.endswith("new_buyers AS (") for line in of(text, found, "in new_buyers\n    did error"))


def test_a_line_has_the_smallest_clause_that_asks_for_it(loyal: tuple[str, SourceMap]) -> None:
    text, found = loyal
    line = next(n for n, text in enumerate(found.sql.split("\n")) if "tier IN ('pro', 'premium')" in text)
    start, end = found.clause(line)
    assert text[start:end] == "where tier in ('pro', 'premium')"
    start, end = found.clause(0)
    assert text[start:end].startswith("segment loyal {")


def test_there_and_back_again(loyal: tuple[str, SourceMap]) -> None:
    _, found = loyal
    count = found.sql.count("\n") + 1
    for clause in found.clauses:
        assert all(0 <= line < count for line in clause.lines)
        for line in clause.lines:
            start, end = found.clause(line)
            assert end - start <= clause.span.end - clause.span.start


@pytest.mark.parametrize("name", ["payers", "lost", "pro"])
@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "sqlite"])
def test_every_engine_has_a_map(name: str, dialect: str) -> None:
    found = source_map(snapshot(TEXT.replace("= $country", "= 'Brazil'")), name, dialect)
    if found is not None:  # an engine may refuse a segment
        assert found.clauses


def test_no_sql_has_no_map() -> None:
    assert source_map(snapshot("segment x { key u  from nobody }\n"), "x") is None
    assert source_map(snapshot("segment x {"), "x") is None
