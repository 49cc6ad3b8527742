"""Parsers of the engines that cannot run here read what is written for them, and see one statement in it.

SEGQL_GATES  how many statements a slow parser is asked to read (default 12; 0: all)
"""

from __future__ import annotations

import datetime as dt
import os
import random
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import Phase

import segql
from segql.compiler import check
from segql.engine.relations import data_of, relocated
from segql.semantics import model
from segql.source import Source
from segql.sql.write import statement
from tests import markdown
from tests.differential import segments
from tests.differential.drawn import for_each

from .engines import in_ci
from .gates import GATES, Gate, gate
from .missing import Missing
from .test_injection import NAMES, NASTY, seg
from .test_random import declared

ROOT = Path(__file__).parents[2]
NOW = dt.datetime(2026, 3, 10, 12, 0)
MOST = int(os.environ.get("SEGQL_GATES", "12"))
RANDOM = 60
BROKEN = ("SELECT a FROM x WHERE", "SELECT a FROM x; DROP TABLE x", "SELECT (a FROM x", "SELECT a FROM x WHERE a = 'b")


@pytest.fixture(scope="module", params=GATES)
def opened(request: pytest.FixtureRequest) -> Iterator[tuple[str, Gate]]:
    """A dialect and its parser."""
    try:
        with gate(request.param) as parser:
            yield request.param, parser
    except Missing as missing:
        if in_ci():
            pytest.fail(f"the parser of {request.param} is missing: {missing}")
        pytest.skip(f"the parser of {request.param} is missing: {missing}")


@cache
def programs() -> tuple[model.Program, ...]:
    """Everything that the pages of cases and the examples say."""
    pages = sorted((ROOT / "tests" / "cases").rglob("*.md"))
    texts = [
        block.text for page in pages for block in markdown.read(page.read_text("utf-8")).blocks if block.info == "seg"
    ]
    alone = [found for text in texts if (found := check(Source(text))).ok]
    files = [segql.check(path) for path in sorted((ROOT / "examples").rglob("*.seg"))]
    return tuple(_in_tables(found.program) for found in (*alone, *files) if not _open(found.program))


def _in_tables(program: model.Program) -> model.Program:
    """The program with its files loaded into tables, for a database reads nothing else."""
    data = [each for segment in program.segments for each in data_of(program, segment.name) if each.relation.file]
    return relocated(program, {each.name: model.Relation(parts=("loaded", each.name)) for each in data})


def _open(program: model.Program) -> bool:
    """Whether a parameter has no value yet."""
    return any(isinstance(part, model.Const) and part.value is None for part in model.walk(program))


@cache
def randoms() -> tuple[model.Program, ...]:
    found: list[model.Program] = []

    def run(text: str) -> None:
        checked = check(Source(declared(text)))
        if checked.ok:
            found.append(checked.program)

    for_each(segments.files(), RANDOM, 1, run, [Phase.generate])
    return tuple(found)


def written(dialect: str) -> tuple[list[str], int]:
    """Each statement once, and how many are refused."""
    texts: dict[str, None] = {}
    refused = 0
    for program in (*programs(), *randoms()):
        for asked in (*program.segments, *program.analyses, *_of_one_key(program)):
            found = statement(program, asked, dialect, NOW)
            refused += not isinstance(found, str)
            if isinstance(found, str):
                texts[found] = None
    return list(texts), refused


def _of_one_key(program: model.Program) -> list[tuple[model.Segment, ...]]:
    """The segments that can be asked together."""
    found: dict[str, list[model.Segment]] = {}
    for segment in program.segments:
        found.setdefault(segment.key, []).append(segment)
    return [tuple(alike) for alike in found.values() if len(alike) > 1]


def some(texts: list[str], parser: Gate) -> list[str]:
    """All of them, or as many as there is time for."""
    return random.Random(1).sample(texts, MOST) if parser.slow and 0 < MOST < len(texts) else texts


def test_every_statement_is_read(opened: tuple[str, Gate], record_property: Callable[[str, object], None]) -> None:
    dialect, parser = opened
    texts, refused = written(dialect)
    asked = some(texts, parser)
    wrong = {text: message for text, message in zip(asked, parser.wrong(asked), strict=True) if message}
    assert not wrong, "\n\n".join(f"{message}\n{text}" for text, message in wrong.items())
    record_property(
        f"read by the parser of {dialect} {parser.version}", f"{len(asked)} of {len(texts)}, {refused} refused"
    )
    assert len(texts) > 100


def test_what_is_wrong_is_seen(opened: tuple[str, Gate]) -> None:
    """A parser that reads everything would prove nothing."""
    dialect, parser = opened
    assert [text for text, message in zip(BROKEN, parser.wrong(BROKEN), strict=True) if not message] == [], dialect


def test_texts_and_names_are_one_statement(opened: tuple[str, Gate]) -> None:
    dialect, parser = opened
    made, refused = [], 0
    for text, name in zip((*NASTY, "\nGO\n", ";\nDROP TABLE canary\nGO\n"), (*NAMES, *NAMES), strict=False):
        file = f"""
source web {{ from web time at key who field `{name}` : text field word : text field who : text }}
segment s {{ key who from web did web where `{name}` = {seg(text)} and word contains {seg(text)} or word in ({seg(text)}, 'z') }}
"""
        if dialect in ("snowflake", "mysql") and name.endswith("\\"):
            continue  # sqlfluff sees an escape there; in their names there is none
        checked = check(Source(file))
        found = statement(checked.program, checked.program.segment("s"), dialect, NOW) if checked.ok else ()
        refused += not isinstance(found, str)
        made += [found] if isinstance(found, str) else []
    assert [(m, t) for t, m in zip(made, parser.wrong(made), strict=True) if m] == []
    assert refused <= len(NASTY) // 4
