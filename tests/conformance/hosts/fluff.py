"""sqlfluff (https://docs.sqlfluff.com), which parses a dialect: a row for each statement, or the places it could not parse."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Any

import wire
from sqlfluff.core import Linter


def start() -> tuple[str, wire.Ask]:
    linter = Linter(dialect=sys.argv[1])

    def ask(sql: str, tables: list[wire.Table]) -> list[list[Any]]:
        parsed = linter.parse_string(sql)
        if parsed.violations:
            raise ValueError("; ".join(violation.desc() for violation in parsed.violations))
        return [[each.type] for each in parsed.tree.recursive_crawl("statement") if each.get_parent()[0].type == "file"]

    return version("sqlfluff"), ask


if __name__ == "__main__":
    wire.serve(start)
