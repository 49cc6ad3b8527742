"""docs/engines.md says what the table says. `python -m tests.conformance.test_engines_page` writes its lists anew."""

from __future__ import annotations

import re
from pathlib import Path

from segql.sql.capabilities import capabilities
from segql.sql.dialects import DIALECTS, TITLES, Dialect
from segql.sql.names import DIALECT_NAMES

PAGE = Path(__file__).parents[2] / "docs" / "engines.md"
LISTS = re.compile(r"(?s)(<!-- from the table -->\n).*?(<!-- end -->)")


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
    plain = {"name", "proof", "engine", "sqlglot", "longest_name", "frames", "plans", "finish", "row"}
    assert set(TITLES) == set(Dialect._fields) - plain
    assert tuple(dialect.name for dialect in DIALECTS) == DIALECT_NAMES


if __name__ == "__main__":
    PAGE.write_text(with_lists(PAGE.read_text("utf-8")), "utf-8")
