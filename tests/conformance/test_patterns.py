"""What `matches` passes on to PostgreSQL finds there what it finds in the reference."""

from __future__ import annotations

import re

from segql.sql.patterns import for_postgres

from .engines import Engine

PATTERNS = (
    "a", "", "^a", "b$", "^$", "a.c", "[a-c]+", "[^a]", "[a-]", "[-a]", r"[\]]", r"[a\-c]", r"\d{2,3}", r"^\w+$", r"\W",
    r"\s", r"a|b", "(ab)+c", "(?:ab){2}", "(?P<x>a)b", "a+?b", "é", r"\.", r"\\", r"[\\]", r"\*", "x_y", "it.s", r"[\d_]+$",
    "😀", "a#b", "a b", r"a\nb", "[.]", "[$^]", "a{2}", "^(a|b)*$", r"\+1", "[*?]", "[:]", r"\(x\)",
)  # fmt: skip
TEXTS = ("", "a", "b", "ab", "abc", "aac", "a.c", "a\nb", "abab", "ababc", "12", "1234", "é", "A", "x_y", "it's", "]", "-",
         "\\", "*", "a b", "a#b", "😀", "+1", "^", "$", ":", "(x)", "_9", "aab")  # fmt: skip
REFUSED = (r"\bword\b", r"(?i)a", r"a(?=b)", r"\Aa", r"[[:alpha:]]", r"a{300}", r"[\D]", r"\x41", "a{", "^*")


def test_patterns_find_the_same(engine: Engine) -> None:
    if engine.dialect != "postgres":
        return
    for pattern in PATTERNS:
        written = for_postgres(pattern)
        assert written is not None, pattern
        for text in TEXTS:
            shown = [each.replace("'", "''") for each in (text, written)]
            ((found,),) = engine.script(f"""SELECT '{shown[0]}' COLLATE "C" ~ '{shown[1]}'""")
            assert found == bool(re.search(pattern, text, re.ASCII)), (pattern, written, text)


def test_what_may_differ_is_refused() -> None:
    assert [for_postgres(pattern) for pattern in REFUSED] == [None] * len(REFUSED)
