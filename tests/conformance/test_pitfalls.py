"""pitfalls.md: where SQL of one engine is another thing on the next. What its blocks say is asked of every engine that runs here,
and of every statement that is written."""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Callable, Sequence
from decimal import Decimal
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


# What a document may hold where a field of a type is read, and the types that each is not missing for (R11.9).
NUMBERS, TEXTS, MOMENTS = "float decimal text", "text", "timestamp timestamptz text"
HELD: tuple[tuple[object, str], ...] = (
    (1, f"integer {NUMBERS}"),
    (1.5, NUMBERS),
    (True, "boolean text"),
    ("true", "boolean text"),
    ("yes", TEXTS),
    *((each, f"integer {NUMBERS}") for each in ("7", "20260131")),
    (None, ""),
    (-3, f"integer {NUMBERS}"),
    *(
        (each, f"integer {NUMBERS}")
        for each in (-(2**63), 2**63 - 1, str(2**63 - 1), str(-(2**63)), "0007", "-0", "0" * 20 + "7")
    ),
    *(
        (each, NUMBERS)
        for each in (
            2**63,
            2**70,
            str(2**63),
            str(-(2**63) - 1),
            "7.0",
            7.0,
            "7.50000000000000",
            "-0.0",
            "0.123456789",
            "9" * 28,
        )
    ),
    *((each, "float text") for each in ("1e2", "-1.5E-09", 2**100, "0.1234567891", 0.1 + 0.2)),
    *((each, TEXTS) for each in ("1" * 400, "0." + "0" * 400 + "1", "1e400", "-", "--7", "7-", "1,5", ".5", "5.")),
    *(
        (each, TEXTS)
        for each in ("x", "", " 7", "7 ", "7\n", "+7", "TRUE", "null", "1_0", "0x1", "NaN", "Infinity", "\u0661")
    ),
    # A list or an object is no value; a text that looks like one is a text.
    *((each, "list") for each in ([], [1], ["a", None], [True, 1.5], ["[1]", '{"', "a\\b"])),
    *((each, "") for each in ([[]], ["a", {}], [[1], 2], {}, {"a": 1}, {"v": "x"}, [{"v": 1}])),
    *((each, TEXTS) for each in ("[1]", "[]", "{}", '["a"]', '{"v": 1}')),
    ("2026-01-31", "date text"),
    *((each, TEXTS) for each in ("2026-02-30", "2026-1-31", " 2026-01-31", "2026-01-31 ", "today", "infinity")),
    *(
        (each, TEXTS)
        for each in ("2026-01-31T10:00", "2026-02-30 10:00:00", "2026-01-31 24:00:00", "2026-01-31 10:00:60")
    ),
    ("2026-01-31T10:00:00", MOMENTS),
    ("2026-01-31 10:00:00.25", MOMENTS),
    ("2026-01-31T10:00:00.123456Z", MOMENTS),
    ("2026-01-31T10:00:00+05:30", MOMENTS),
    ("2026-01-31T10:00:00.1234567", TEXTS),
    ("2026-01-31T10:00:00 Europe/Paris", TEXTS),
    ("1969-12-31T23:59:59-13:00", MOMENTS),
)
REFUSED_OF_TYPE = {
    *(("sqlite", type) for type in ("float", "decimal", "date", "timestamp", "timestamptz", "list")),
    *(("mariadb", type) for type in ("timestamp", "timestamptz", "list")),
    ("spark", "decimal"),
    ("postgres", "list"),
    ("clickhouse", "list"),
}


@pytest.mark.parametrize(
    "type", ["integer", "float", "decimal", "boolean", "date", "text", "timestamp", "timestamptz", "list"]
)
def test_a_document_may_hold_anything(type: str, engine: Engine) -> None:
    declared = "list(text)" if type == "list" else type
    expected = [value for value, types in HELD if type in types.split()]
    for field in (declared, f"{declared} = doc.nested.v"):
        found = _of_documents(engine, field, "v is not missing", [value for value, _ in HELD])
        if found is None:
            assert (engine.dialect, type) in REFUSED_OF_TYPE
        else:
            assert found == expected


def _of_documents(engine: Engine, field: str, condition: str, values: Sequence[object]) -> list[object] | None:
    """The values of documents, at `v` and at `nested.v`, for which a condition on the field `v` holds; none if it is refused."""
    text = f"""
source web {{
  from web  time at  layout json(doc)  key who = who  field who : integer = who
  field there : text = doc.v  field nested : text  field v : {field}
}}
segment s {{ key who  from web  did web where {condition} }}
"""
    program = check(Source(text)).program
    moved = relocated(program, {"web": model.Relation(parts=("web",))})
    sql = statement(moved, moved.segment("s"), engine.dialect, test_gates.NOW)
    if not isinstance(sql, str):
        return None
    at = test_gates.NOW - dt.timedelta(days=1)
    rows = [{"at": at, "who": n, "there": value, "nested": {"v": value}} for n, value in enumerate(values)]
    return [values[n] for n in sorted(engine.keys(sql, program.segment("s").data, {"web": rows}))]  # type: ignore[type-var, index]


# What a value is read as: the type, a condition, the values for which it holds, and those for which it does not.
READ = (
    ("integer", "v = 7", (7, "7", "0007"), (70, "07 ", [7])),
    ("integer", "v < -9223372036854775807", (-(2**63), str(-(2**63))), (-(2**63) + 1,)),
    ("float", "v = 100", (100, "1e2", "100.0"), ("1e1", [100])),
    ("float", "v = 0.30000000000000004", (0.1 + 0.2, "0.30000000000000004"), (0.3,)),
    ("decimal", "v = 0.123456789", ("0.123456789", 0.123456789), ("0.1234567891", "0.123456788")),
    ("boolean", "v", (True, "true"), (False, "false", "TRUE", 1, [True])),
    ("date", "v = 2026-01-31", ("2026-01-31",), ("2026-01-30",)),
    ("text", "v = '[1]'", ("[1]",), ([1], [[1]])),
    ("text", "v = 'true'", (True, "true"), ([True], False)),
    ("text", "v = '1' or v = '-9223372036854775808'", (1, "1", -(2**63)), ([1], 2)),
    ("text", "v = 'é\"\\{'", ('é"\\{',), ('é"\\',)),
    *(
        (
            type,
            "v = 2026-01-31T04:30:00.25",
            ("2026-01-31T10:00:00.250000+05:30", "2026-01-31 04:30:00.25", "2026-01-31T04:30:00.25Z"),
            ("2026-01-31T04:30:00", "2026-01-31T04:30:00.250001"),
        )
        for type in ("timestamp", "timestamptz")
    ),
    ("list(text)", "v contains '1'", ([1], ["1"], [None, 1]), ([2], ["[1]"], "1", "[1]", [[1]])),
    ("list(text)", "v contains 'a\"b'", (['a"b'], ['a"b', None]), (["ab"], ['a\\"b'])),
)


@pytest.mark.parametrize(
    ("type", "condition", "held", "not_held"), READ, ids=[f"{type}: {asked}" for type, asked, _, _ in READ]
)
def test_a_value_of_a_document_is_read_as_it_is_written(
    type: str, condition: str, held: tuple[object, ...], not_held: tuple[object, ...], engine: Engine
) -> None:
    found = _of_documents(engine, type, condition, (*held, *not_held))
    if found is None:
        assert (engine.dialect, type.partition("(")[0]) in REFUSED_OF_TYPE
    else:
        assert found == list(held)


def test_a_number_is_no_way_into_a_list(engine: Engine) -> None:
    """It is a name like any other: engines would take it for a place."""
    found = _of_documents(engine, "integer = doc.v.`0`", "v is not missing", ([5], {"0": 7}, {"1": 7}, ["x", 5]))
    assert found == (None if engine.dialect == "bigquery" else [{"0": 7}])


@pytest.mark.parametrize("condition", ["did web where -n > 0 and abs(n) > 0", "0 < -sum(n)  0 < -max(n)"])
def test_the_least_number_negated_is_never_itself(condition: str, engine: Engine) -> None:
    text = f"source web {{ from web  time at  key who  field n : integer }}\nsegment s {{ key who  from web  {condition} }}\n"
    program = check(Source(text)).program
    moved = relocated(program, {"web": model.Relation(parts=("web",))})
    sql = statement(moved, moved.segment("s"), engine.dialect, test_gates.NOW)
    assert isinstance(sql, str)
    row = {"at": test_gates.NOW - dt.timedelta(days=1), "who": 1, "n": -(2**63)}
    assert _keys_or_error(engine, sql, program.segment("s").data, {"web": [row]}) in ({1}, "an error")


def test_a_decimal_becomes_the_nearest_float(engine: Engine) -> None:
    text = """
source shop { from shop  time at  key who  field who : integer  field paid : decimal }
segment s { key who  from shop  avg(paid of shop) = 40765708565.17 }
"""
    program = check(Source(text)).program
    moved = relocated(program, {"shop": model.Relation(parts=("shop",))})
    sql = statement(moved, moved.segment("s"), engine.dialect, test_gates.NOW)
    if not isinstance(sql, str):
        assert engine.dialect == "sqlite"
        return
    row = {"at": test_gates.NOW - dt.timedelta(days=1), "who": 1, "paid": Decimal("40765708565.17")}
    found = engine.keys(sql, program.segment("s").data, {"shop": [row]})
    assert found == (set() if engine.name == "Sail" else {1})  # Sail rounds twice, and Spark, for which it stands, once


def test_a_float_can_be_a_key(engine: Engine) -> None:
    text = """
source shop { from shop  time at  key who  field who : float }
segment s { key who  from shop  count(shop) >= 2 }
"""
    program = check(Source(text)).program
    moved = relocated(program, {"shop": model.Relation(parts=("shop",))})
    sql = statement(moved, moved.segment("s"), engine.dialect, test_gates.NOW)
    assert isinstance(sql, str)
    rows = [{"at": test_gates.NOW - dt.timedelta(days=1), "who": who} for who in (1.5, 1.5, 2.5, -0.0, 0.0, None, None)]
    assert engine.keys(sql, program.segment("s").data, {"shop": rows}) == {1.5, 0.0}


@pytest.mark.parametrize(
    "condition", ["steps { user where `null` = 1  then user where user = 'x' }", "did user where `null` = 1"]
)
def test_a_source_may_be_called_like_a_column(condition: str, engine: Engine) -> None:
    text = f"""
source user {{ from user  time at  key who  field who : text  field user : text  field `null` : integer }}
segment s {{ key who  from user  {condition} }}
"""
    program = check(Source(text)).program
    moved = relocated(program, {"user": model.Relation(parts=("user",))})
    sql = statement(moved, moved.segment("s"), engine.dialect, test_gates.NOW)
    assert isinstance(sql, str)
    rows = [
        {"at": test_gates.NOW - dt.timedelta(days=1, seconds=-n), "who": who, "user": word, "null": flag}
        for n, (who, word, flag) in enumerate([("ana", "y", 1), ("ana", "x", 0), ("bia", None, 0), ("bia", "x", 0)])
    ]
    assert engine.keys(sql, program.segment("s").data, {"user": rows}) == {"ana"}


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
