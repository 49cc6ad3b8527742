"""pitfalls.md: where SQL of one engine is another thing on the next. What its blocks say is asked of every engine that runs here,
and of every statement that is written."""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlglot
from sqlglot.tokens import TokenType

from segql import reference
from segql.compiler import check
from segql.engine import trial
from segql.engine.duckdb import Refused
from segql.engine.relations import data_of, relocated
from segql.semantics import model
from segql.source import Source
from segql.sql.dialects import BY_NAME
from segql.sql.write import statement
from tests import markdown

from . import test_gates
from .engines import Engine
from .gates import Gate
from .remote import Rows
from .tally import counted
from .test_analyses import plain
from .test_contract import examples_hold, rows_of
from .test_gates import opened  # noqa: F401  # the parsers, each started once
from .test_injection import WORDS

PAGE = Path(__file__).with_name("pitfalls.md").read_text("utf-8")
TESTS = Path(__file__).parents[1]
REFUSED = re.compile(r"(?m)^Refused: (\w+) \((.*)\)$")
LACKING = re.compile(r"(?m)^Lacking: (\w+)$")
PROVED = re.compile(r"`(test_\w+\.py)::(test_\w+)`")


class Pitfall(NamedTuple):
    """A section of the page: what is asked, and what is never written."""

    title: str
    text: str
    blocks: tuple[markdown.Block, ...]

    def of(self, info: str) -> tuple[str, ...]:
        return tuple(block.text for block in self.blocks if block.info == info)


def pitfalls() -> tuple[Pitfall, ...]:
    _, *sections = PAGE.split("\n## ")
    return tuple(Pitfall(each.partition("\n")[0], each, markdown.read(each).blocks) for each in sections)


PITFALLS = pitfalls()
HEAD = markdown.read(PAGE.partition("\n## ")[0]).block("seg").text
ASKED = tuple(each for each in PITFALLS if each.of("seg"))
NEVER = tuple(
    (sql, *line.split(": ", 1))
    for each in PITFALLS
    for sql, lines in zip(each.of("sql"), each.of("never"), strict=True)
    for line in lines.splitlines()
)


@pytest.mark.parametrize("pitfall", ASKED, ids=lambda each: each.title)
def test_an_engine_does_not_fall(
    pitfall: Pitfall, engine: Engine, record_property: Callable[[str, object], None]
) -> None:
    (asked,) = pitfall.of("seg")
    text = _whole(asked)
    held = examples_hold(engine, [text])
    assert held.counts["cases"] > 0
    expected = dict(REFUSED.findall(pitfall.text))
    assert set(held.refused.values()) == {expected[engine.dialect]} if engine.dialect in expected else not held.refused
    assert not held.lacking or engine.name in LACKING.findall(pitfall.text)
    for rows in pitfall.of("rows"):
        assert _answered(engine, text) == rows
    counted(record_property, engine, **held.counts)


def _whole(asked: str) -> str:
    """A block behind the page's own, whose zone stands first."""
    zone = re.match(r"zone .*\n", asked)
    return f"{zone[0] if zone else ''}{HEAD}{asked.removeprefix(zone[0] if zone else '')}"


def _answered(engine: Engine, text: str) -> str:
    """The rows of the analysis `q`, and that they are those of the reference."""
    program = check(Source(text)).program
    (test,) = program.tests
    data = data_of(program, "q")
    moved = relocated(program, {each.name: model.Relation(parts=(each.name,)) for each in data})
    asked = moved.find("q")
    assert asked is not None
    assert not isinstance(asked, model.Segment)
    sql = statement(moved, asked, engine.dialect, test.now)
    assert isinstance(sql, str)
    rows = rows_of(data, test.cases)
    expected = [trial.plain(row, asked.columns) for row in reference.result(program, "q", rows, test.now)]
    found = [plain(row, asked.columns) for row in engine.answer(sql, data, rows)]
    assert found == expected
    return "".join(" | ".join("missing" if v is None else str(v) for v in row) + "\n" for row in found)


@pytest.mark.parametrize(("sql", "dialect", "words"), NEVER, ids=[f"{dialect}: {words}" for _, dialect, words in NEVER])
def test_what_sqlglot_writes_is_never_written(sql: str, dialect: str, words: str) -> None:
    (told,) = sqlglot.transpile(sql, read="duckdb", write=BY_NAME[dialect].name)
    assert f" {words} " in _words(told, dialect), told
    texts, _ = written(dialect)
    assert len(texts) > 100
    assert [text for text, said in texts if f" {words} " in said] == []


@cache
def written(dialect: str) -> tuple[tuple[tuple[str, str], ...], int]:
    """Every statement of the cases, the examples and random files, with its words."""
    texts, refused = test_gates.written(dialect)
    return tuple((text, _words(text, dialect)) for text in texts), refused


def _words(text: str, dialect: str) -> str:
    """The words and signs of a statement, without its texts and quoted names."""
    quoted = (TokenType.STRING, TokenType.NATIONAL_STRING, TokenType.IDENTIFIER)
    tokens = sqlglot.tokenize(text, read=BY_NAME[dialect].name)
    return f" {' '.join(token.text.upper() for token in tokens if token.token_type not in quoted)} "


def test_every_pitfall_is_asked_or_has_a_reason() -> None:
    assert len(PITFALLS) >= 30
    for each in PITFALLS:
        named = PROVED.findall(each.text)
        assert each.of("seg") or each.of("never") or named or "Not met: " in each.text, each.title
        for file, name in named:
            assert any(f"def {name}(" in found.read_text("utf-8") for found in TESTS.rglob(file)), (each.title, name)
    assert {dialect for each in PITFALLS for dialect, _ in REFUSED.findall(each.text)} <= set(BY_NAME)


# What a document may hold where a field of a type is read, and which of these it is not missing for (R11.9).
HELD = (1, 1.5, True, "yes", "7", None, "2026-01-31", "x", -3, "", " 7", "7 ", "+7", "1e2", "TRUE", "2026-02-30", 2**70)
OF_TYPE = {
    "integer": {0, 4, 8},
    "float": {0, 1, 4, 8, 13, 16},
    "decimal": {0, 1, 4, 8, 13, 16},
    "boolean": {2},
    "date": {6},
    "text": set(range(17)) - {5},
}
REFUSED_OF_TYPE = {
    ("sqlite", "float"),
    ("sqlite", "decimal"),
    ("sqlite", "date"),
    ("spark", "decimal"),
    *(("mariadb", type) for type in OF_TYPE),
}


@pytest.mark.parametrize("type", OF_TYPE)
def test_a_document_may_hold_anything(type: str, engine: Engine) -> None:
    text = f"""
source web {{ from web  time at  layout json(doc)  key who = who  field who : integer = who  field v : {type} }}
segment s {{ key who  from web  did web where v is not missing }}
"""
    program = check(Source(text)).program
    moved = relocated(program, {"web": model.Relation(parts=("web",))})
    sql = statement(moved, moved.segment("s"), engine.dialect, test_gates.NOW)
    if not isinstance(sql, str):
        assert (engine.dialect, type) in REFUSED_OF_TYPE, sql
        return
    at = test_gates.NOW - dt.timedelta(days=1)
    rows = [{"at": at, "who": number, "v": value} for number, value in enumerate(HELD)]
    assert engine.keys(sql, program.segment("s").data, {"web": rows}) == OF_TYPE[type]


@pytest.mark.parametrize("condition", ["did web where -n > 0 and abs(n) > 0", "0 < -sum(n)  0 < -max(n)"])
def test_the_least_number_negated_is_never_itself(condition: str, engine: Engine) -> None:
    text = f"source web {{ from web  time at  key who  field n : integer }}\nsegment s {{ key who  from web  {condition} }}\n"
    program = check(Source(text)).program
    moved = relocated(program, {"web": model.Relation(parts=("web",))})
    sql = statement(moved, moved.segment("s"), engine.dialect, test_gates.NOW)
    assert isinstance(sql, str)
    row = {"at": test_gates.NOW - dt.timedelta(days=1), "who": 1, "n": -(2**63)}
    assert _keys_or_error(engine, sql, program.segment("s").data, {"web": [row]}) in ({1}, "an error")


def _keys_or_error(engine: Engine, sql: str, data: tuple[model.Data, ...], rows: Rows) -> set[object] | str:
    """What an engine gives, or that it says a number is too large."""
    try:
        return engine.keys(sql, data, rows)
    except (Refused, sqlite3.Error) as error:
        return "an error" if re.search("(?i)overflow|out of range|too long", str(error)) else str(error)


def test_a_parser_takes_any_word_as_a_name(opened: tuple[str, Gate]) -> None:  # noqa: F811
    dialect, parser = opened
    fields = " ".join(f"field `{word}` : text" for word in WORDS.split())
    asked = " or ".join(f"`{word}` = 'x'" for word in WORDS.split())
    file = f"source web {{ from web time at key who {fields} field who : text }} segment s {{ key who from web did web where {asked} }}"
    checked = check(Source(file.replace(" segment", "\nsegment")))
    assert checked.ok
    sql = statement(checked.program, checked.program.segment("s"), dialect, test_gates.NOW)
    assert isinstance(sql, str)
    assert parser.wrong([sql]) == [""]


def test_snowflake_is_asked_for_names_in_capitals() -> None:
    file = "source web { from shop.web time at key who field `Total` : integer }\nsegment s { key who from web did web where `Total` = 1 }\n"
    program = check(Source(file)).program
    sql = statement(program, program.segment("s"), "snowflake", test_gates.NOW)
    assert isinstance(sql, str)
    names = {
        token.text for token in sqlglot.tokenize(sql, read="snowflake") if token.token_type == TokenType.IDENTIFIER
    }
    assert {"SHOP", "WEB", "AT", "WHO", "Total"} <= names
    assert not {"shop", "web", "at", "who", "TOTAL"} & names
