"""What `matches` finds on every engine is what it finds in the reference."""

from __future__ import annotations

import datetime as dt

from segql.compiler import check
from segql.engine.relations import relocated
from segql.reference import members, patterns
from segql.semantics import model
from segql.source import Source
from segql.sql.patterns import for_postgres
from segql.sql.write import statement

from .engines import Engine

NOW = dt.datetime(2026, 3, 1)
PATTERNS = (
    "a", "", "^a", "b$", "^$", "a.c", "[a-c]+", "[^a]", "[a-]", "[-a]", r"[\]]", r"[a\-c]", r"\d{2,3}", r"^\w+$", r"\W",
    r"\s", r"a|b", "(ab)+c", "(?:ab){2}", "(?P<x>a)b", "a+?b", "é", r"\.", r"\\", r"[\\]", r"\*", "x_y", "it.s", r"[\d_]+$",
    "😀", "a#b", "a b", r"a\nb", "[.]", "[$^]", "a{2}", "^(a|b)*$", r"\+1", "[*?]", "[:]", r"\(x\)",
)  # fmt: skip
TEXTS = ("", "a", "b", "ab", "abc", "aac", "a.c", "a\nb", "abab", "ababc", "12", "1234", "é", "A", "x_y", "it's", "]", "-",
         "\\", "*", "a b", "a#b", "😀", "+1", "^", "$", ":", "(x)", "_9", "aab", "a\n", "\v", "\f", "b\r\n")  # fmt: skip
REFUSED = (r"\bword\b", r"(?i)a", r"a(?=b)", r"\Aa", r"[[:alpha:]]", r"a{300}", r"[\D]", r"\x41", "a{", "^*")


TEXT = """
source app {
  from  app
  time  at
  key   usr.id
  field usr.id : integer
  field word   : text
}
param sought : text
segment found { from app  key usr.id  did app where word matches $sought }
"""


def test_patterns_find_the_same(engine: Engine) -> None:
    """Every pattern is known to PostgreSQL; an engine takes them all, or refuses `matches` as a whole."""
    rows = [{"at": NOW - dt.timedelta(days=1), "usr.id": n, "word": text} for n, text in enumerate(TEXTS)]
    refused = 0
    for pattern in PATTERNS:
        assert for_postgres(pattern) is not None, pattern
        program = check(Source(TEXT), params={"sought": pattern}).program
        data = program.segment("found").data
        moved = relocated(program, {"app": model.Relation(parts=("app",))})
        sql = statement(moved, moved.segment("found"), engine.dialect, NOW)
        if isinstance(sql, str):
            expected = members(program, "found", {"app": rows}, NOW)
            assert {TEXTS[n] for n in engine.keys(sql, data, {"app": rows})} == {TEXTS[n] for n in expected}, pattern
        else:
            assert [said.what for said in sql] == ["`matches`"]
            refused += 1
    assert refused in (0, len(PATTERNS))


def test_the_rule_is_that_of_the_contract() -> None:
    assert not patterns.finds("a$", "a\n")
    assert not patterns.finds(r"a\sb", "a\vb")
    assert patterns.finds(r"a\Sb[^\s]", "a\vb\v")
    assert patterns.finds(r"[]\s$]\$", "\f$")


def test_what_may_differ_is_refused() -> None:
    assert [for_postgres(pattern) for pattern in REFUSED] == [None] * len(REFUSED)
