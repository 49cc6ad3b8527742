"""Random texts of the whole grammar: each can be read, and every node knows its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st
from segql_grammar import build, tables

from segql.source import Source
from segql.syntax.parse import parse
from segql.syntax.walk import walk

# ---------------------------------------------------------------- texts from the grammar

ODD = ["`odd name`", "`🦄`", "größe", "_", "`a.b`", "`1`", "`'`", "`#`", "`{`", "`\t`", "`é`"]
SAMPLES = {
    "STRING": ["'a'", '"b"', "'it''s'", '"it\'s"', "''", "'# no comment'", "'🦄 {'", "'\"'", "'`'", '"a""b\'c"'],
    "NUMBER": ["1", "2", "30", "1_000", "2.5", "0", "100"],
    "DATE": ["2026-01-31", "2024-02-29"],
    "TIMESTAMP": ["2026-01-31T10:00", "2026-01-31T10:00:05Z", "2026-01-31T10:00:05.123+02:00"],
    "PARAMETER": ["$p", "$größe", "$where"],
    "PATH": ["usr.id", "a.b.c", "usr.`odd name`", "`a`.where", "in.not", "`a.b`.c", "geo.country"],
    "INSIDE": [".value", ".value.string_value", ".`odd name`.b", ".where"],
    "CALL": ["f", "count", "sum", "lower", "first"],
    "COMPARE": ["=", "!=", "<", "<=", ">", ">="],
    "ADD": ["+", "-"],
    "MULTIPLY": ["*", "/"],
    "IN_LIST": ["in", "in "],
    "NOT_IN_LIST": ["not in", "not   in "],
    "NOT_IN": ["not in", "not \t in"],
}
GAPS = [" "] * 12 + ["  ", "\t", "\n ", "\n  ", "\r\n ", "\n\n ", "\n\n\n ", "\f "]
REMARKS = ["# c", "## d", "#", "### e", "# 'x' {", "## 🦄", "#! `", "# }"]


def name(random: Random) -> str:
    match random.randrange(10):
        case 0 | 1:
            return random.choice(ODD)
        case 2:
            return f"`{random.choice(list(tables.WORDS))}`"
        case 3 if not random.randrange(3):
            return random.choice(list(tables.WORDS))
        case _:
            return random.choice(["a", "b", "usr", "view", "purchase", "x1", "a_long_name_of_a_thing_that_happened"])


@cache
def rules() -> tuple[dict[str, list[tuple[str, ...]]], dict[str, str]]:
    """What each rule may become, and the text of each keyword and mark."""
    found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for rule in build.lark().rules:
        found[rule.origin.name].append(tuple(symbol.name for symbol in rule.expansion))
    fixed = {t: text for text, names in (*tables.WORDS.items(), *tables.SYMBOLS.items()) for t in names}
    return dict(found), fixed


@cache
def least() -> dict[str, float]:
    """How deep the smallest tree of each rule is."""
    known, depths = rules()[0], dict.fromkeys(rules()[0], float("inf"))
    while (better := {rule: 1 + min(cost(c, depths) for c in choices) for rule, choices in known.items()}) != depths:
        depths = better
    return depths


def cost(choice: tuple[str, ...], depths: dict[str, float]) -> float:
    return max((depths.get(symbol, 0) for symbol in choice), default=0)


def terminals(symbol: str, random: Random, budget: int) -> Iterator[tuple[str, str]]:
    """A random sequence of (terminal, text) for a symbol, about as deep as the budget allows."""
    known, fixed = rules()
    if symbol not in known:
        text = name(random) if symbol == "NAME" else fixed.get(symbol) or random.choice(SAMPLES[symbol])
        yield symbol, random.choice(SAMPLES[symbol]) if symbol in SAMPLES else text
        return
    cheap = [c for c in sorted(known[symbol]) if cost(c, least()) <= max(budget, least()[symbol] - 1)]
    for part in random.choice(cheap):
        yield from terminals(part, random, budget - 1)


def written(random: Random, *, remarks: bool = True) -> str:
    """A random text of a few declarations, with random white space and comments between its words."""
    text = gap(random, remarks, edge=True)
    for _ in range(random.randrange(1, 4)):
        text += random.choice(["\n", "\n\n", "\n## doc\n", "\n# c\n", "\n## a\n\n", "\n  ", "\n ## doc\n "])
        for terminal, word in terminals("declaration", random, random.randrange(6, 40)):
            tight = terminal == "CALL" or terminal in ("IN_LIST", "NOT_IN_LIST")
            text += word + ("" if tight else gap(random, remarks))
    return text + gap(random, remarks, edge=True)


def gap(random: Random, remarks: bool, edge: bool = False) -> str:
    if not remarks or random.randrange(12):
        return random.choice(GAPS) if random.randrange(4) else " "
    return random.choice(GAPS) + random.choice(REMARKS) + random.choice(["\n ", "\n\n ", "\r\n ", "\n # more\n "])


texts = st.builds(written, st.randoms(use_true_random=False))


# ---------------------------------------------------------------- tests


def reads(text: str) -> bool:
    return not parse(Source(text)).diagnostics


@given(texts)
def test_a_text_of_the_grammar_is_read(text: str) -> None:
    assume(reads(text))
    parsed = parse(Source(text))
    for piece in parsed.pieces:
        for declaration in piece.declarations:
            for node in walk(declaration):
                assert 0 <= node.span.start <= node.span.end <= len(piece.text)
    assert "".join(p.text for p in parsed.pieces) == text
