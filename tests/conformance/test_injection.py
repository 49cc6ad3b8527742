"""R16 on every engine: a text in a `.seg` file stays a text, a name stays a name, and nothing else happens."""

from __future__ import annotations

import datetime as dt

import pytest

from segql.compiler import check
from segql.engine.duckdb import Refused
from segql.reference import members
from segql.source import Source
from segql.sql.write import statement

from .engines import Engine

NOW = dt.datetime(2026, 3, 10, 12, 0)
NASTY = (
    "'",
    "''",
    '"',
    '""',
    "`",
    "\\",
    "\\'",
    "';DROP TABLE canary;--",
    "'); DROP TABLE canary; --",
    '"; DROP TABLE canary; --',
    "a'--",
    "/* */",
    "*/ DELETE FROM canary /*",
    "--",
    "#",
    "$1",
    "$$x$$",
    ":name",
    "@p",
    "?",
    "%s",
    "%(x)s",
    "{x}",
    "%",
    "_",
    "[a]",
    "*",
    "E'\\n'",
    "U&'\\0041'",
    "ʼ OR 1=1",
    "＇ OR 1=1",
    "’",
    "é",
    "e\u0301",
    "\u202e",
    "\ufeff",
    "😀",
    "\t",
    "NULL",
    "true",
    "x" * 5000,
)
NAMES = tuple(n for n in NASTY if n not in ("\t",) and len(n.encode()) < 60 and "`" not in n)


def seg(text: str) -> str:
    """A text as it is written in a file."""
    return "'" + text.replace("'", "''") + "'"


@pytest.fixture
def canary(engine: Engine) -> Engine:
    if engine.traits.changes:
        engine.script("DROP TABLE IF EXISTS canary", "CREATE TABLE canary (x INTEGER)", "INSERT INTO canary VALUES (1)")
    return engine


def untouched(engine: Engine) -> bool:
    """The canary is alive; where nothing can be changed at all, that is so."""
    if not engine.traits.changes:
        for statement in ("CREATE TABLE canary (x INT64)", "DROP TABLE canary", "SELECT 1; SELECT 2"):
            with pytest.raises(Refused):
                engine.script(statement)
        return True
    return engine.script("SELECT x FROM canary") == [(1,)]


FORMS = (
    "word = {}",
    "word in ({}, 'zz')",
    "word like {}",
    "word contains {}",
    "word starts with {}",
    "word ends with {}",
    "word != {}",
    "coalesce(word, {}) >= {}",
)


def test_texts_come_back_as_they_went_in(canary: Engine) -> None:
    rows = [{"who": text, "at": dt.datetime(2026, 3, 9), "word": text} for text in NASTY]
    asked = 0
    for text in NASTY:
        for form in FORMS:
            file = f"""
source web {{ from web time at key who field word : text field who : text event e : word = 'e' }}
segment s {{ key who from web did web where {form.replace("{}", seg(text))} }}
"""
            checked = check(Source(file))
            assert checked.ok, (file, [d.message for d in checked.diagnostics])
            segment = checked.program.segment("s")
            sql = statement(checked.program, segment, canary.dialect, NOW)
            assert isinstance(sql, str)
            found = canary.keys(sql, segment.data, {"web": rows})
            assert found == members(checked.program, "s", {"web": rows}, NOW), (form, text, sql)
            asked += 1
    assert untouched(canary)
    assert asked == len(NASTY) * len(FORMS)


def test_names_stay_names(canary: Engine) -> None:
    for name in NAMES:
        file = f"""
source web {{ from `{name}` time `at {name}` key `who {name}` field `{name}` : text field who : text = `who {name}` }}
segment s {{ key `who {name}` from web did web where `{name}` = 'x' }}
"""
        checked = check(Source(file))
        if not checked.ok:  # a name that a text cannot hold
            continue
        segment = checked.program.segment("s")
        data = segment.data[0]
        sql = statement(checked.program, segment, canary.dialect, NOW)
        if not isinstance(sql, str):
            assert {refused.what[:8] for refused in sql} == {"the name"}, sql
            continue
        table = data.relation.parts[-1]
        row = {data.key(segment.key).name: "me", data.time.name: dt.datetime(2026, 3, 9), name: "x", "who": "me"}  # type: ignore[union-attr]
        found = canary.keys(sql, (data.replace(name=table),), {table: [row]})
        assert found == {"me"}, (name, sql)
    assert untouched(canary)


def test_a_column_may_have_any_word_as_its_name(engine: Engine) -> None:
    words = WORDS.split()
    fields = " ".join(f"field `{word}` : text" for word in words)
    asked = " and ".join(f"`{word}` = '{word}'" for word in words)
    file = f"""
source web {{ from web time at key who {fields} field who : text }}
segment s {{ key who from web did web where {asked} }}
"""
    checked = check(Source(file))
    assert checked.ok
    segment = checked.program.segment("s")
    sql = statement(checked.program, segment, engine.dialect, NOW)
    assert isinstance(sql, str)
    row = {"at": dt.datetime(2026, 3, 9), **{word: word for word in words}}
    others = [{**row, "who": word, word: "x"} for word in words]
    assert engine.keys(sql, segment.data, {"web": [{**row, "who": "me"}, *others]}) == {"me"}


WORDS = """abort action add after all alter always analyze and as asc asymmetric attach authorization autoincrement before
begin between both by cascade case cast check collate collation column commit concurrently conflict constraint create cross
current current_catalog current_date current_role current_schema current_time current_timestamp current_user database default
deferrable deferred delete desc detach distinct do drop each else end escape except exclude exclusive exists explain fail false
fetch filter first following for foreign freeze from full generated glob grant group groups having if ignore ilike immediate in
index indexed initially inner insert instead intersect into is isnull join key last lateral leading left like limit localtime
localtimestamp match materialized natural no not nothing notnull null nulls of offset on only or order others outer over overlaps
partition placing plan pragma preceding primary query raise range recursive references regexp reindex release rename replace
restrict returning right rollback row rows savepoint select session_user set similar some symmetric system_user table
tablesample temp temporary then ties to trailing transaction trigger true unbounded union unique update user using vacuum values
variadic verbose view virtual when where window with within without"""
