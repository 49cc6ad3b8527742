"""Every example of docs/contract.md is a whole file without a mistake, and the reference interpreter agrees with its tests."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from segql.reference import members
from segql.semantics import model
from segql.semantics.resolve import resolve
from segql.semantics.scope import collect
from segql.source import Source
from tests import markdown

TEXT = (Path(__file__).parents[2] / "docs" / "contract.md").read_text("utf-8")
BLOCKS = [block.text for block in markdown.read(TEXT).blocks if block.info == "seg"]


def meaning(text: str, params: Any = ()) -> model.Program:
    scope = collect(Source(text), lambda file, source: "no file is used here")
    program, said = resolve(scope, dict(params))
    assert [d.message for d in (*scope.said, *said)] == []
    return program


def rows_of(cases: Iterable[model.Case]) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = {}
    for case in cases:
        for row in case.rows:
            found.setdefault(row.of, []).append(dict(row.values))
    return found


@pytest.mark.parametrize("text", BLOCKS)
def test_an_example_says_what_the_rule_means(text: str) -> None:
    tests = meaning(text).tests
    assert tests
    for test in tests:
        program = meaning(text, test.params)
        together = members(program, test.segment, rows_of(test.cases), test.now)
        for case in test.cases:
            alone = members(program, test.segment, rows_of([case]), test.now)
            assert (case.key, case.key in alone, case.key in together) == (case.key, case.expected, case.expected)


def test_every_rule_is_there_with_an_example() -> None:
    segments, analyses = TEXT.split("\n# Analyses\n")
    chapters = re.split(r"(?m)^## ", segments)[1:]
    assert [chapter.split()[0] for chapter in chapters] == [f"R{n}" for n in range(1, 18)]
    assert [chapter.split()[0] for chapter in chapters if "```seg\n" not in chapter] == []
    numbers = [int(number) for number in re.findall(r"(?m)^## R(\d+) ", analyses)]
    assert numbers == sorted(set(numbers))
    assert numbers[0] == 18


def test_the_parts_of_a_rule_are_numbered_in_order() -> None:
    for chapter in re.split(r"(?m)^## ", TEXT)[1:]:
        parts = re.findall(r"(?m)^- \*\*(R\d+\.\d+)\*\*", chapter)
        assert parts == [f"{chapter.split()[0]}.{n}" for n in range(1, len(parts) + 1)]
