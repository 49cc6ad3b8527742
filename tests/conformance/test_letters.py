"""R11.10 on every engine: `lower` and `upper` of each letter that has a counterpart, and of the letters that are special."""

from __future__ import annotations

import datetime as dt
import sys
import unicodedata

from segql.compiler import check
from segql.engine.relations import relocated
from segql.reference import letters
from segql.semantics import model
from segql.source import Source
from segql.sql.write import statement

from .engines import Engine

# Paired since Unicode 16: engines know them or not.
LATER = {"\u019b", "\u0264"}
CASED = [
    letter
    for letter in map(chr, range(sys.maxunicode + 1))
    if unicodedata.category(letter) not in ("Cs", "Cn")
    and letter not in LATER
    and (letters.lower(letter) != letter or letters.upper(letter) != letter or letter.upper() != letter)
]
TEXT = """
source app {
  from  app
  time  at
  key   usr.id
  field usr.id : integer
  field word   : text
  field small  : text
  field big    : text
}
segment small { from app  key usr.id  did app where lower(word) = small }
segment big { from app  key usr.id  did app where upper(word) = big }
"""


def test_each_letter_has_its_counterpart(engine: Engine) -> None:
    """In words of several letters, because neighbours have no say, with the one that is special at an end (Σ)."""
    assert len(CASED) > 2800
    words = ["".join(CASED[n : n + 8]) + "aΣ" for n in range(0, len(CASED), 8)]
    rows = [
        {
            "at": dt.datetime(2026, 3, 1),
            "usr.id": n,
            "word": word,
            "small": letters.lower(word),
            "big": letters.upper(word),
        }
        for n, word in enumerate(words)
    ]
    program = check(Source(TEXT)).program
    data = program.segment("small").data
    moved = relocated(program, {"app": model.Relation(parts=("app",))})
    for name in ("small", "big"):
        sql = statement(moved, moved.segment(name), engine.dialect, None)
        if not isinstance(sql, str):
            assert [said.what for said in sql] == [f"`{'lower' if name == 'small' else 'upper'}(…)`"]
            continue
        found = engine.keys(sql, data, {"app": rows})
        assert [words[n] for n in range(len(words)) if n not in found] == []


def test_the_rule_is_unicodes() -> None:
    assert letters.lower("ΟΔΟΣ İX") == "οδοσ ix"
    assert letters.upper("straße ŉ ﬁ ǆ ᾳ") == "STRAẞE ŉ ﬁ Ǆ ᾼ"
