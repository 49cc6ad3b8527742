"""From the Lark grammar to plain tables: Lark analyses the grammar, we keep only what a parser needs at run time.

The tables are data without Lark objects, so that reading a `.seg` file costs neither Lark's import nor its set-up.
"""

from __future__ import annotations

import logging
import re
from importlib.resources import files
from pprint import pformat
from typing import Any, NamedTuple
from zlib import crc32

from lark import Lark
from lark import logger as lark_logger
from lark.grammar import Rule
from lark.lexer import PatternStr, TerminalDef
from lark.parsers.lalr_analysis import Shift

WORD = re.compile(r"[^\W\d]\w*")


class Tables(NamedTuple):
    """What the run-time parser reads. See `tables.py` for the meaning of each part."""

    checksum: int
    patterns: list[tuple[str, str]]
    words: dict[str, tuple[str, ...]]
    symbols: dict[str, tuple[str, ...]]
    rules: list[tuple[str, str, int, tuple[tuple[int, bool, bool], ...], int, bool]]
    states: list[Any]
    start: int
    end: int


def grammar_text() -> str:
    """The text of `segql.lark`."""
    return files("segql_grammar").joinpath("segql.lark").read_text("utf-8")


def lark() -> Lark:
    """The grammar as a Lark parser: LALR, contextual lexer. For tools and tests; slower than `segql.syntax.parse`."""
    return Lark(grammar_text(), parser="lalr", maybe_placeholders=True)


def conflicts() -> list[str]:
    """What Lark says of shift/reduce conflicts; an empty list for a sound grammar."""
    said: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    level = lark_logger.level
    lark_logger.addHandler(handler)
    lark_logger.setLevel(logging.DEBUG)
    try:
        Lark(grammar_text(), parser="lalr", maybe_placeholders=True, debug=True)
    finally:
        lark_logger.removeHandler(handler)
        lark_logger.setLevel(level)
    return [message for message in said if "conflict" in message]


def build() -> Tables:
    """The tables of the grammar as it stands now."""
    parser = lark()
    table = parser.parser.parser._parse_table
    rules = list(parser.rules)
    number = {rule: i for i, rule in enumerate(rules)}
    order = numbered(table.states, table.start_states["start"])
    fixed, patterns = _terminals(parser)
    return Tables(
        checksum=crc32(grammar_text().encode()),
        patterns=patterns,
        words={text: tuple(names) for text, names in sorted(fixed.items()) if WORD.fullmatch(text)},
        symbols={text: tuple(names) for text, names in sorted(fixed.items()) if not WORD.fullmatch(text)},
        rules=[_rule(rule) for rule in rules],
        states=[_state(table.states[state], number, order) for state in order],
        start=order[table.start_states["start"]],
        end=order[table.end_states["start"]],
    )


def numbered(states: dict[int, dict[str, tuple[Any, Any]]], start: int) -> dict[int, int]:
    """New numbers for the states, in the order in which they are reached: Lark's own differ from run to run."""
    order = {start: 0}
    for state in (queue := [start]):
        for _, (action, target) in sorted(states[state].items()):
            if action is Shift and target not in order:
                order[target] = len(order)
                queue.append(target)
    return order


def _terminals(parser: Lark) -> tuple[dict[str, list[str]], list[tuple[str, str]]]:
    """Terminals that are fixed texts (text → names), and the others (name, regular expression), first to last to try."""
    fixed: dict[str, list[str]] = {}
    patterns: list[TerminalDef] = []
    for terminal in sorted(parser.terminals, key=lambda t: t.name):
        texts = _fixed_texts(terminal)
        for text in texts:
            fixed.setdefault(text, []).append(terminal.name)
        if not texts:
            patterns.append(terminal)
    patterns.sort(key=lambda t: (-t.priority, t.name))
    return fixed, [(t.name, t.pattern.to_regexp()) for t in patterns]


def _fixed_texts(terminal: TerminalDef) -> list[str]:
    if isinstance(terminal.pattern, PatternStr):
        return [terminal.pattern.value]
    choice = re.fullmatch(r"\(\?:((?:\\.|[^\\()\[\]?*+.])+)\)", terminal.pattern.value)
    return [re.sub(r"\\(.)", r"\1", part) for part in choice.group(1).split("|")] if choice else []


def _rule(rule: Rule) -> tuple[str, str, int, tuple[tuple[int, bool, bool], ...], int, bool]:
    """(what it makes, node, length, children, trailing placeholders, one child stands for itself).

    A child is (placeholders before it, kept, spliced into its parent).
    """
    gaps = [0] * (len(rule.expansion) + 1)
    if rule.options.empty_indices:
        bits = "".join(str(int(empty)) for empty in rule.options.empty_indices)
        gaps = [len(ones) for ones in bits.split("0")]
    children = []
    for gap, symbol in zip(gaps, rule.expansion, strict=False):
        kept = not symbol.is_term or rule.options.keep_all_tokens or not symbol.filter_out  # type: ignore[attr-defined]
        children.append((gap, kept, not symbol.is_term and symbol.name.startswith("_")))
    name = str(rule.origin.name)
    return name, str(rule.alias or name), len(rule.expansion), tuple(children), gaps[-1], rule.options.expand1


def _state(row: dict[str, tuple[Any, Any]], number: dict[Rule, int], order: dict[int, int]) -> Any:
    """A row of the table: symbol → next state, or -1 - rule; a bare -1 - rule if the state can do nothing else."""
    moves = {str(k): order[v] if action is Shift else -1 - number[v] for k, (action, v) in sorted(row.items())}
    choices = set(moves.values())
    return choices.pop() if len(choices) == 1 and min(moves.values()) < 0 else moves


def module_text(tables: Tables) -> str:
    """`tables.py`, as text."""
    rows: dict[str, int] = {}
    order = [rows.setdefault(_literal(state), len(rows)) for state in tables.states]
    shared = "".join(f"    {row},\n" for row in rows)
    return (
        '"""Generated from segql.lark by `python -m segql_grammar`. Do not edit.\n\n'
        "CHECKSUM  CRC-32 of segql.lark.\n"
        "PATTERNS  terminals that are regular expressions, in the order to try them.\n"
        "WORDS     word -> the keywords it may be; SYMBOLS likewise for punctuation.\n"
        "RULES     (origin, node, length, children, trailing placeholders, one child stands for itself);\n"
        "          a child is (placeholders before it, kept, spliced into its parent).\n"
        "STATES    per state: symbol -> next state, or -1 - rule; a bare number if there is only that reduction.\n"
        '"""\n\n'
        f"CHECKSUM = {tables.checksum}\n"
        f"PATTERNS = {pformat(tables.patterns, width=110)}\n"
        f"WORDS = {pformat(tables.words, width=110)}\n"
        f"SYMBOLS = {pformat(tables.symbols, width=110)}\n"
        f"RULES = {pformat(tables.rules, width=110)}\n"
        f"_ROWS = (\n{shared})\n"
        f"STATES = [_ROWS[i] for i in {order!r}]\n"
        f"START = {tables.start}\n"
        f"END = {tables.end}\n"
    )


def _literal(state: Any) -> str:
    return repr(state)
