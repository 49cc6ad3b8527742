"""Trino's own grammar, without an engine: no rows, or the error that its parser finds."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import wire
from trino_query_parser import parse_statement


def start() -> tuple[str, wire.Ask]:
    def ask(sql: str, tables: list[wire.Table]) -> list[list[Any]]:
        parse_statement(sql)
        return []

    return version("trino-query-parser"), ask


if __name__ == "__main__":
    wire.serve(start)
