"""A tree-sitter parser, for Helix and Zed: Lark's own tables in the form that tree-sitter reads, with a scanner that knows
where it stands, and the queries that say what is colored and folded.

So it takes exactly the texts that Lark takes; tree-sitter adds that it goes on after a mistake.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Any, NamedTuple

from lark.parsers.lalr_analysis import Shift

from segql_grammar.build import Tables, build, lark, numbered
from segql_grammar.highlight.lexicon import Kind, Lexicon

FOLDER = "lsp/editors/tree-sitter-segql"
CAPTURES: dict[Kind, str] = {
    "doc": "comment",
    "comment": "comment",
    "string": "string",
    "date": "number",
    "number": "number",
    "parameter": "variable.parameter",
    "function": "function",
    "declaration": "keyword",
    "keyword": "keyword",
    "type": "type.builtin",
    "constant": "constant.builtin",
    "word operator": "keyword.operator",
    "operator": "operator",
    "punctuation": "punctuation",
    "name": "",
    "declared": "type",
    "unclosed": "",
}


class _Symbol(NamedTuple):
    """A terminal or a rule as tree-sitter has it: hidden ones are not in the tree, those without a name are a text."""

    name: str
    visible: bool
    named: bool


def texts(lexicon: Lexicon) -> dict[str, str]:
    """The files of the grammar, by their names in a checkout."""
    blocks = sorted({str(rule.origin.name) for rule in lark().rules if any(s.name == "LBRACE" for s in rule.expansion)})
    held = f"[{' '.join(f'({rule})' for rule in blocks)}]"
    return {
        f"{FOLDER}/src/parser.c": parser(),
        f"{FOLDER}/queries/highlights.scm": highlights(lexicon),
        f"{FOLDER}/queries/folds.scm": f"{_GENERATED}\n{held} @fold\n",
        f"{FOLDER}/queries/indents.scm": f'{_GENERATED}\n{held} @indent\n"}}" @outdent\n',
    }


# ---------------------------------------------------------------- the parser


# What the scanner in treesitter.c knows: its code follows these patterns, and a test holds both to the same texts.
_SCANNED = frozenset([
    "NOT_IN_LIST", "IN_LIST", "NOT_IN", "TIMESTAMP", "DATE", "NUMBER", "STRING", "PARAMETER", "PATH", "INSIDE", "CALL",
    "NAME", "COMMENT", "SPACE",
])  # fmt: skip


def parser() -> str:
    """`parser.c`."""
    tables = build()
    unknown = {name for name, _ in tables.patterns} - _SCANNED
    if unknown:
        raise ValueError(f"treesitter.c cannot scan {', '.join(sorted(unknown))} yet")
    raw: Any = lark().parser.parser._parse_table
    order = numbered(raw.states, raw.start_states["start"])
    seen = {str(name) for row in raw.states.values() for name in row} | {"COMMENT"}
    ordered = sorted(seen, key=lambda name: (name != "$END", not _is_token(name), name))
    number = {name: place for place, name in enumerate(ordered)}
    tokens = sum(map(_is_token, number))
    actions: dict[str, int] = {}

    def action(text: str) -> int:
        return actions.setdefault(text, 1 + 2 * len(actions))

    rows = [dict.fromkeys(range(tokens), action("LOST")) | {number["COMMENT"]: action("EXTRA")}]
    for state in order:
        row = {number["COMMENT"]: action("EXTRA")}
        for symbol, (move, target) in sorted(raw.states[state].items(), key=lambda move: str(move[0])):
            if move is not Shift:
                row[number[symbol]] = action(f"R({number[str(target.origin.name)]}, {len(target.expansion)})")
            else:
                to = order[target] + 1
                row[number[symbol]] = action(f"S({to})") if _is_token(symbol) else to
        if state == raw.end_states["start"]:
            row[number["$END"]] = action("DONE")
        rows.append(row)
    written = "\n".join(
        (
            f"enum {{ TOKENS = {tokens}, SYMBOLS = {len(number)}, STATES = {len(rows)} }};",
            f"enum {{ {', '.join(f'{name}_ = {number[name]}' for name, _ in tables.patterns if name in number)} }};",
            _ranges("letters", r"\w"),
            _ranges("digits", r"\d"),
            _words(tables, number),
            _marks(tables, number),
            *_shown(tables, number),
            _array("uint16_t", "table[STATES][SYMBOLS]", (_row(row) for row in rows)),
            _array("Entry", "actions[]", ("{.entry = {.count = 0}}", *actions)),
            _array("Mode", "modes[STATES]", (f"{{{state}, 0}}" for state in range(len(rows)))),
            _array("State", "primary_states[STATES]", map(str, range(len(rows)))),
            "static const uint16_t no_alias[] = {0, 0};",
        )
    )
    return files(__package__).joinpath("treesitter.c").read_text("utf-8").replace("TABLES\n", f"{written}\n", 1)


def _is_token(name: str) -> bool:
    return name == "$END" or name.isupper()


def _array(type: str, name: str, items: Iterable[str]) -> str:
    """An array of C, with as many items on a line as fit."""
    lines = [""]
    for item in items:
        if lines[-1] and len(lines[-1]) + len(item) > 116:
            lines.append("")
        lines[-1] += f"{' ' if lines[-1] else '  '}{item},"
    body = "\n".join(lines)
    return f"static const {type} {name} = {{\n{body}\n}};"


def _row(row: dict[int, int]) -> str:
    return "{" + ",".join(f"[{symbol}]={move}" for symbol, move in sorted(row.items())) + "}"


def _ranges(name: str, pattern: str) -> str:
    """The characters beyond ASCII that a class of Python's has, as ranges."""
    has = re.compile(pattern).fullmatch
    found: list[list[int]] = []
    for code in range(128, sys.maxunicode + 1):
        if not has(chr(code)):
            continue
        if found and found[-1][1] == code - 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    ranges = _array("int32_t", f"{name}[][2]", (f"{{{first}, {last}}}" for first, last in found))
    return f"enum {{ {name.upper()} = {len(found)} }};\n{ranges}"


def _words(tables: Tables, number: dict[str, int]) -> str:
    """Words, whether they can be the name of a function, and the terminals that they may be."""
    call = re.compile(dict(tables.patterns)["CALL"])
    most = max(map(len, tables.words.values()))
    rows = []
    for word, terminals in tables.words.items():
        may = ", ".join(str(number[name]) for name in terminals if name in number)
        rows.append(f'{{"{word}", {str(bool(call.match(f"{word}("))).lower()}, {{{may}}}}}')
    return (
        f"enum {{ WORDS = {len(rows)}, LONGEST = {max(map(len, tables.words))} }};\n"
        f"typedef struct {{ const char *text; bool calls; Symbol terminals[{most + 1}]; }} Word;\n"
        + _array("Word", "words[WORDS]", rows)
    )


def _marks(tables: Tables, number: dict[str, int]) -> str:
    rows = [
        f'{{"{mark}", {str(len(mark) > 1).lower()}, {number[name]}}}'
        for mark, terminals in tables.symbols.items()
        for name in terminals
    ]
    return (
        f"enum {{ MARKS = {len(rows)} }};\n"
        "typedef struct { const char *text; bool longer; Symbol terminal; } Mark;\n"
        + _array("Mark", "marks[MARKS]", rows)
    )


# ---------------------------------------------------------------- the nodes

# Patterns that are nodes of their own, beside texts; what the others find, names, are rules.
_SEEN = {"CALL": "function", "COMMENT": "comment", "STRING": "string"}
_SEEN |= {"PARAMETER": "parameter", "NUMBER": "number", "DATE": "date", "TIMESTAMP": "timestamp"}
_WRITTEN = {"IN_LIST": "in", "NOT_IN_LIST": "not in", "NOT_IN": "not in"}
_OPERATORS = frozenset(["EQUAL", "COMPARE", "ADD", "MULTIPLY", "MINUS"])


def _shown(tables: Tables, number: dict[str, int]) -> Iterator[str]:
    """The names of symbols, whether they are seen, and for each the first one of its name."""
    found = [_symbol(name, tables) for name in number]
    yield _array("char *const", "names[SYMBOLS]", (f'"{each.name}"' for each in found))
    flags = (f"{{{str(each.visible).lower()}, {str(each.named).lower()}}}" for each in found)
    yield _array("Metadata", "metadata[SYMBOLS]", flags)
    yield _array("Symbol", "public_symbols[SYMBOLS]", (str(found.index(each)) for each in found))


def _symbol(name: str, tables: Tables) -> _Symbol:
    if name == "$END":
        return _Symbol("end", False, True)
    if not name.isupper():
        return _Symbol(name.replace("*", "").strip("_"), _is_node(name, tables), True)
    if name in _OPERATORS:
        return _Symbol("operator", True, True)
    if name in _SEEN:
        return _Symbol(_SEEN[name], True, True)
    texts = [text for text, names in (*tables.words.items(), *tables.symbols.items()) if name in names]
    text = texts[0] if texts else _WRITTEN.get(name, "")
    return _Symbol(text or name.lower(), bool(text), not text)


def _is_node(name: str, tables: Tables) -> bool:
    """Whether a rule is more than a choice of other rules, and than a pattern that is a node."""
    held = any(origin == name and not alone for origin, *_, alone in tables.rules)
    return held and not name.startswith("_") and name not in _SEEN.values()


# ---------------------------------------------------------------- the queries

_GENERATED = "; Generated from segql.lark by `make grammar`. Do not edit.\n"
# The rules in which a name is new. Each has one child of the kind; that of a field is the one behind its word.
_DECLARING = (
    "source", "table", "param", "define", "segment", "explore", "paths", "funnel", "retention", "event", "label", "measure",
    "by_item",
)  # fmt: skip


def highlights(lexicon: Lexicon) -> str:
    """`highlights.scm`: of two patterns that fit, some programs take the first and some the last; no two fit here."""
    words: dict[str, set[str]] = {CAPTURES["word operator"]: {'"not in"'}}
    for word, kind in lexicon.words.items():
        words.setdefault(CAPTURES[kind], set()).add(f'"{word}"')
    marks = [f'"{mark}"' for mark, names in build().symbols.items() if _OPERATORS.isdisjoint(names)]
    listed = "".join(f"[{' '.join(sorted(each))}] @{capture}\n" for capture, each in sorted(words.items()))
    declared = "".join(f"({rule} (name) @{CAPTURES['declared']})\n" for rule in _DECLARING)
    return f"""\
{_GENERATED}
(comment) @{CAPTURES["comment"]}
(string) @{CAPTURES["string"]}
[(number) (date) (timestamp)] @{CAPTURES["number"]}
(parameter) @{CAPTURES["parameter"]}
(function) @{CAPTURES["function"]}
(operator) @{CAPTURES["operator"]}
[{" ".join(marks)}] @{CAPTURES["punctuation"]}
{listed}
{declared}(field "field" . (path) @{CAPTURES["declared"]})
"""
