"""What a highlighter can know of the grammar: patterns to try one after the other, and what each of them is.

A word is a keyword only where the parser can take it. A highlighter has no parser, but two things follow from the
parser's tables alone: after some words only a name can stand, and before some marks a word can only be a name.
"""

from __future__ import annotations

import re
from typing import Any, Literal, NamedTuple

from lark.parsers.lalr_analysis import Shift

from segql_grammar.build import build, lark

Kind = Literal[
    "doc", "comment", "string", "date", "number", "parameter", "function", "declaration", "keyword", "type", "constant",
    "word operator", "operator", "punctuation", "name", "declared", "unclosed",
]  # fmt: skip


class Rule(NamedTuple):
    """A pattern, what it finds, and what a name that must follow it is, if one must."""

    kind: Kind
    pattern: str
    then: Literal["name", "declared"] | None = None


class Lexicon(NamedTuple):
    """The rules in the order to try them, and what the others are made of."""

    rules: tuple[Rule, ...]
    name: str  # a name or a path
    declaration: str  # the first word of a declaration, at the start of a line
    words: dict[str, Kind]


_OPERATORS = frozenset(["AND", "OR", "NOT", "IS", "IN", "LIKE", "CONTAINS", "STARTS", "ENDS", "WITH", "MATCHES"])
PATTERNS: dict[str, Kind] = {
    "NOT_IN_LIST": "word operator",
    "IN_LIST": "word operator",
    "NOT_IN": "word operator",
    "TIMESTAMP": "date",
    "DATE": "date",
    "NUMBER": "number",
    "PATH": "name",
    "CALL": "function",
    "COMMENT": "comment",
    "INSIDE": "name",
    "NAME": "name",
    "PARAMETER": "parameter",
    "STRING": "string",
}
_MARKS = frozenset(("EQUAL", "COMPARE", "ADD", "MULTIPLY", "MINUS"))
# The words after which a name is new. After the others it is one that was declared elsewhere.
_DECLARING = frozenset(
    [
        "SOURCE",
        "TABLE",
        "PARAM",
        "DEFINE",
        "SEGMENT",
        "EXPLORE",
        "PATHS",
        "FUNNEL",
        "RETENTION",
        "EVENT",
        "FIELD",
        "AS",
        "MEASURE",
    ]
)


def lexicon() -> Lexicon:
    """What there is to color in the grammar as it stands now."""
    tables = build()
    follow, first = _neighbours()
    words = {word: _word(names, first) for word, names in tables.words.items()}
    rules: list[Rule] = [Rule("doc", r"##[^\r\n]*")]
    for name, pattern in tables.patterns:
        if name == "CALL":
            rules += _before_parentheses(pattern, tables.words, words, follow)
        if name == "NAME":
            rules += _keywords(tables.words, tables.symbols, words, follow)
        if name != "SPACE":
            rules.append(Rule(PATTERNS[name], pattern))
    rules.append(Rule("unclosed", r"""'[^'\r\n]*|"[^"\r\n]*|`[^`\r\n]*"""))
    marks = {symbol for symbol, names in tables.symbols.items() if not _MARKS.isdisjoint(names)}
    rules.append(Rule("operator", _any_of(marks)))
    rules.append(Rule("punctuation", _any_of(set(tables.symbols) - marks)))
    patterns = dict(tables.patterns)
    starts = sorted(word for word, kind in words.items() if kind == "declaration")
    return Lexicon(
        rules=tuple(rules),
        name=f"{patterns['PATH']}|{patterns['NAME']}",
        declaration=rf"(?:{'|'.join(starts)})(?!\w)",
        words=words,
    )


def _neighbours() -> tuple[dict[str, set[str]], set[str]]:
    """The terminals that the parser can take after each of them, and those with which a declaration begins."""
    table: Any = lark().parser.parser._parse_table
    follow: dict[str, set[str]] = {}
    for row in table.states.values():
        for symbol, (action, target) in row.items():
            if action is Shift:
                follow.setdefault(symbol, set()).update(table.states[target])
    return follow, set(table.states[table.start_states["start"]])


def _word(names: tuple[str, ...], first: set[str]) -> Kind:
    for name in names:
        if name in first:
            return "declaration"
        if name.startswith("TYPE_") or name in ("ENUM", "LIST", "EPOCH"):
            return "type"
        if name in ("TRUE", "FALSE", "MISSING"):
            return "constant"
        if name in _OPERATORS:
            return "word operator"
    return "keyword"


def _before_parentheses(
    call: str, words: dict[str, tuple[str, ...]], kinds: dict[str, Kind], follow: dict[str, set[str]]
) -> list[Rule]:
    """The words that stand before a parenthesis and would be taken for functions: `enum(…)`."""
    return [
        Rule(kinds[word], rf"{word}(?=\()")
        for word, names in words.items()
        if re.match(call, f"{word}(") and any("LPAR" in follow[name] for name in names)
    ]


def _keywords(
    words: dict[str, tuple[str, ...]],
    symbols: dict[str, tuple[str, ...]],
    kinds: dict[str, Kind],
    follow: dict[str, set[str]],
) -> list[Rule]:
    """The words of the language, together where they are of one kind and before the same marks only names."""
    groups: dict[tuple[Kind, str, Literal["name", "declared"] | None], list[str]] = {}
    for word, names in words.items():
        after = set().union(*(follow[name] for name in names))
        never = {symbol for symbol, terminals in symbols.items() if after.isdisjoint(terminals)}
        then: Literal["name", "declared"] | None = None
        if {name for name in after if name.isupper()} <= {"NAME", "PATH"}:
            then = "name" if _DECLARING.isdisjoint(names) else "declared"
        groups.setdefault((kinds[word], _any_of(never), then), []).append(word)
    return [
        Rule(kind, rf"(?:{_words(group)})(?!\w|[ \t]*(?:{never}))", then)
        for (kind, never, then), group in sorted(groups.items(), key=lambda each: each[1])
    ]


def _words(group: list[str]) -> str:
    """Words as a pattern. The longer come first: not every program goes back for another when it looks ahead."""
    return "|".join(sorted(group, key=lambda word: (-len(word), word)))


def _any_of(symbols: set[str]) -> str:
    """Some marks as a pattern, a mark before the shorter ones with which it begins."""
    longer = sorted(symbol for symbol in symbols if len(symbol) > 1)
    single = "".join(re.escape(symbol) for symbol in sorted(symbols) if len(symbol) == 1)
    return "|".join((*map(re.escape, longer), f"[{single}]"))
