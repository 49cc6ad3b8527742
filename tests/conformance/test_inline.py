"""Rows that stand in the statement itself, as `segql test --on` asks: the examples of the contract, and random rows."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import Phase

from segql.compiler import check
from segql.engine import inline
from segql.engine.relations import data_of
from segql.reference import members
from segql.source import Source
from tests.differential import segments
from tests.differential.drawn import for_each

from .engines import Engine
from .remote import Lacking, Rows, as_kept
from .test_contract import BLOCKS, LACKING, REFUSED, rows_of
from .test_random import declared

EXAMPLES = int(os.environ.get("SEGQL_INLINE", "24"))
# A struct or a list of them is a column for each value there, which every engine has; an instant with its zone is a value not everywhere.
READ = {"paid_or_lost"}


def test_the_examples_of_the_contract_hold(engine: Engine) -> None:
    refused: set[str] = set()
    lacking: set[str] = set()
    for text in BLOCKS:
        program = check(Source(text)).program
        for test in program.tests:
            asked = check(Source(text), params=dict(test.params)).program if test.params else program
            for case in test.cases:
                rows = rows_of(data_of(asked, test.segment), [case])
                question = inline.question(asked, test.segment, rows, test.now, engine.dialect)
                if isinstance(question, tuple):
                    refused.add(test.segment)
                    continue
                try:
                    found = {question.key(key) for (key,) in engine.answer(question.sql, (), {})}
                except Lacking:
                    lacking.add(test.segment)
                    continue
                assert (test.segment, case.key, case.key in found) == (test.segment, case.key, case.expected)
    assert refused == set(REFUSED.get(engine.dialect, {})) - READ
    assert lacking <= (LACKING[engine.dialect] if engine.traits.lacking else set())


@pytest.mark.hypothesis
def test_random_rows_in_a_statement_are_those_of_a_table(engine: Engine) -> None:
    seen: Counter[str] = Counter()

    def run(case: segments.Case) -> None:
        seen[compare(engine, declared(case[0]), case[1])] += 1

    for_each(segments.cases(), EXAMPLES if engine.traits.pace == 1 else EXAMPLES // 3, 7, run, (Phase.generate,))
    assert seen["equal"] > sum(seen.values()) // 3, seen


def compare(engine: Engine, text: str, rows: Rows) -> str:
    """Asks the engine and the reference for the members of the last segment of a file."""
    checked = check(Source(text))
    if not checked.ok:
        return "a mistake"
    name = text.rsplit("segment ", 1)[1].split(" ", 1)[0]
    data = data_of(checked.program, name)
    rows = as_kept(engine.traits, data, rows)
    question = inline.question(checked.program, name, rows, segments.NOW, engine.dialect)
    if isinstance(question, tuple):
        return "refused"
    try:
        found = {question.key(key) for (key,) in engine.answer(question.sql, (), {})}
    except Lacking:
        return "lacking"
    assert found == members(checked.program, name, rows, segments.NOW), question.sql
    return "equal"
