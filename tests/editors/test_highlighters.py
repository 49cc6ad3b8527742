"""Every highlighter, in the program that it is for, against the tokens of the scanner and the choices of Lark's parser.

The texts are all examples, cases and pages of the repository, and one of odd ones.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import lark
import pytest
from segql_grammar import build
from segql_grammar.highlight import codemirror, emacs, pygments, textmate, treesitter, vim
from segql_grammar.highlight.lexicon import PATTERNS, Kind, lexicon

from segql.syntax.scan import UNCLOSED_NAME, UNCLOSED_STRING, UNKNOWN, Token, scan
from tests import markdown
from tests.editors.tools import EDITORS, HERE, ROOT, missing, node_packages, program, run

Run = tuple[int, int, int, str]  # line, from, to, color

ODD = """\
## Döcumentation 𝒳 of the next.  # not a comment in a comment
segment # a comment before the name
  `odd name`.größe_µ {key event.`a b` from rum, order}
segment
segment in_two { in  # whose?
not in é1 not in (1,2) not in(3) in ( 4 ) not inside }
define event=order*time/end-first+5_000.25<=at>=2026-03-31T10:00:00.123456+05:30!=2026-03-31 and x<-1>$größe
define date:text where 'it''s ## no comment' "say ""it"" twice" '' "" = 'never closed
`never closed
"never closed
field order: enum('a') event steps: json(x) field zone:list (text) lists(3) enumerate(4) not(a) likes(b) like(c)
test test at 2026-01-01{'a' in{} 1 out {} } ² x² ٣ 1st 12_ _ __a 𝒳𝒴.𝒵1
given given given x.y = missing, missing: true , true:false, ago: 3 days ago
"""


# ------------------------------------------------------------ what is expected


@cache
def texts() -> tuple[str, ...]:
    found = [path.read_text("utf-8") for part in ("examples", "tests/unit/corpus") for path in seg_files(part)]
    for folder in ("tests/cases", "segql/diagnostics/pages", "docs", "grammar"):
        for path in sorted((ROOT / folder).rglob("*.md")):
            blocks = markdown.read(path.read_text("utf-8")).blocks
            found += [block.text for block in blocks if block.info.split(" ")[0] == "seg"]
    assert len(found) > 300
    return (ODD, *found)


def seg_files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.seg"))


WORDS = lexicon().words


def kinds(token: Token) -> set[Kind]:
    """What a token may be: any of the terminals that the scanner sees in it."""
    return {kind for terminal in token.kinds for kind in of_terminal(terminal, token.text)}


def of_terminal(terminal: str, text: str) -> tuple[Kind, ...]:
    if terminal in PATTERNS:
        found = PATTERNS[terminal]
        return ("name", "declared") if found == "name" else (found,)
    if terminal in (UNCLOSED_STRING, UNCLOSED_NAME):
        return ("unclosed",)
    if text in WORDS:
        return (WORDS[text],)
    return ("operator" if set(text) & set("=<>+-*/") else "punctuation",)


# ------------------------------------------------------------ what is there


def pygments_colors() -> list[list[Run]]:
    from pygments.lexers import get_lexer_by_name

    lexer = get_lexer_by_name("segql", stripnl=False, ensurenl=False)
    found: list[list[Run]] = []
    for text in texts():
        runs: list[Run] = []
        for start, token, value in lexer.get_tokens_unprocessed(text):
            line, column = text.count("\n", 0, start), start - (text.rfind("\n", 0, start) + 1)
            name = str(token).removeprefix("Token.").removeprefix("Literal.")
            name = f"Literal.{name}" if name == "Date" else name
            if value.strip(" \t\f\r\n\ufeff"):
                runs.append((line, column, column + len(value), name))
        found.append(runs)
    return found


def colored_by(folder: Path, *command: str | Path) -> list[list[Run]]:
    """The colors that a program writes into a file: it gets the files of texts and colors as its last arguments."""
    asked, told = folder / "texts.json", folder / "colors.json"
    asked.write_text(json.dumps(texts()), "utf-8")
    run(*command, asked, told)
    found: list[list[Run]] = [[tuple(each) for each in runs] for runs in json.loads(told.read_text("utf-8"))]
    return found


def textmate_colors(folder: Path) -> list[list[Run]]:
    node_packages()
    grammar = EDITORS / "vscode" / "syntaxes" / "segql.tmLanguage.json"
    return colored_by(folder, program("node"), HERE / "textmate.mjs", grammar)


def codemirror_colors(folder: Path) -> list[list[Run]]:
    node_packages()
    return colored_by(folder, program("node"), HERE / "codemirror.mjs", EDITORS / "codemirror" / "segql.js")


def vim_colors(folder: Path) -> list[list[Run]]:
    runner = HERE / "vim_colors.lua"
    return colored_by(folder, program("nvim"), "--clean", "--headless", "-l", runner, EDITORS / "vim")


def emacs_colors(folder: Path) -> list[list[Run]]:
    mode, runner = EDITORS / "emacs" / "segql-mode.el", HERE / "emacs-colors.el"
    return colored_by(folder, program("emacs"), "--batch", "-Q", "-l", mode, "-l", runner)


@cache
def treesitter_language() -> Any:
    """The language as Helix builds it: by the machine's compiler of C."""
    if find_spec("tree_sitter") is None:
        missing("tree_sitter")
    import ctypes
    import warnings

    from tree_sitter import Language

    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "segql.so"
        source = EDITORS / "tree-sitter-segql" / "src" / "parser.c"
        strict = ("-Wall", "-Wextra", "-Werror", "-Wno-missing-field-initializers")
        run(program("cc"), "-shared", "-fPIC", "-O1", *strict, "-o", library, source)
        found = ctypes.CDLL(str(library)).tree_sitter_segql
    found.restype = ctypes.c_void_p
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # a plain address is what this kind of library gives
        return Language(found())


def treesitter_colors(_: Path) -> list[list[Run]]:
    language = treesitter_language()
    from tree_sitter import Parser, Query, QueryCursor

    query = Query(language, (EDITORS / "tree-sitter-segql" / "queries" / "highlights.scm").read_text("utf-8"))
    found: list[list[Run]] = []
    for text in texts():
        captures = QueryCursor(query).captures(Parser(language).parse(text.encode()).root_node)
        nodes = [(node, color) for color, nodes in captures.items() for node in nodes]
        found.append([(n.start_point.row, n.start_point.column, n.end_point.column, color) for n, color in nodes])
    return found


Colors = Callable[[Path], list[list[Run]]]
PROGRAMS: dict[str, tuple[Colors, Mapping[Kind, str], str]] = {
    "pygments": (lambda _: pygments_colors(), pygments.TOKENS, ""),
    "textmate": (textmate_colors, textmate.SCOPES, "utf-16-le"),
    "codemirror": (codemirror_colors, codemirror.TAGS, "utf-16-le"),
    "vim": (vim_colors, {kind: ours for kind, (ours, _) in vim.GROUPS.items()}, "utf-8"),
    "emacs": (emacs_colors, emacs.FACES, ""),
    "tree-sitter": (treesitter_colors, treesitter.CAPTURES, "utf-8"),
}


@pytest.fixture(scope="module", params=PROGRAMS)
def colored(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Colored:
    colors, names, units = PROGRAMS[request.param]
    found = colors(tmp_path_factory.mktemp(request.param))
    assert len(found) == len(texts())
    rows = [by_character(text, runs, units) for text, runs in zip(texts(), found, strict=True)]
    return Colored(rows, names)


class Colored:
    """The color of each character of each text, in the words of a program."""

    def __init__(self, rows: list[list[str]], names: Mapping[Kind, str]) -> None:
        self.rows = rows
        self.names = names

    def same(self, colors: set[str], kinds: set[Kind]) -> bool:
        return len(colors) <= 1 and colors <= ({self.names[kind] for kind in kinds} or {""})


def by_character(text: str, runs: list[Run], units: str) -> list[str]:
    """The color of each character; a run counts its columns from the start of its line, in those units."""
    row = [""] * len(text)
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    for number, start, end, color in runs:
        ends = (characters(lines[number], column, units) for column in (start, end))
        first, last = (starts[number] + column for column in ends)
        row[first:last] = [re.sub(r"After$", "", color)] * (last - first)
    return row


def characters(line: str, column: int, units: str) -> int:
    if not units:
        return column
    size = 2 if units == "utf-16-le" else 1
    return len(line.encode(units)[: column * size].decode(units))


# ------------------------------------------------------------ tests


def test_every_token_has_one_of_the_colors_that_the_scanner_allows(colored: Colored) -> None:
    wrong = []
    for text, row in zip(texts(), colored.rows, strict=True):
        for token in scan(text).tokens:
            colors = set(row[token.start : token.end])
            if token.kinds != (UNKNOWN,) and not colored.same(colors, kinds(token)):
                wrong.append((token.text, colors, line_of(text, token.start)))
    assert wrong == []


def test_comments_have_theirs_and_the_space_between_tokens_has_none(colored: Colored) -> None:
    wrong = []
    for text, row in zip(texts(), colored.rows, strict=True):
        scanned = scan(text)
        left = list(row)
        for token in scanned.tokens:
            left[token.start : token.end] = [""] * (token.end - token.start)
        for comment in scanned.comments:
            end = comment.start + len(comment.text)
            kind: Kind = "doc" if comment.text.startswith("##") else "comment"
            if set(row[comment.start : end]) != {colored.names[kind]}:
                wrong.append((comment.text, set(row[comment.start : end])))
            line_end = text.find("\n", end) if "\n" in text[end:] else len(text)
            left[comment.start : line_end] = [""] * (line_end - comment.start)
        wrong += [(text[max(0, i - 10) : i + 10], {color}) for i, color in enumerate(left) if color]
    assert wrong == []


def test_words_are_colored_as_the_parser_of_lark_takes_them(colored: Colored) -> None:
    """It knows where it stands, and a highlighter does not: one word in a thousand may differ, and no other token."""
    wrong, count = [], 0
    for text, row in zip(texts(), colored.rows, strict=True):
        for token in taken_by_lark(text):
            start, end = token.start_pos, token.end_pos
            assert start is not None
            assert end is not None
            count += 1
            if not colored.same(set(row[start:end]), set(of_terminal(token.type, str(token)))):
                wrong.append((str(token), line_of(text, start)))
    assert count > 10_000
    assert {word for word, _ in wrong} <= set(WORDS)
    assert len(wrong) < count / 1000, wrong


def test_a_name_that_is_declared_stands_out(colored: Colored) -> None:
    text = (ROOT / "examples" / "shop" / "shop.seg").read_text("utf-8")
    row = colored.rows[texts().index(text)]
    declared = re.compile(r"(?m)^ *(?:source|table|param|define|segment|event|field) +([\w.]+)")
    found = [set(row[match.start(1) : match.end(1)]) for match in declared.finditer(text)]
    assert len(found) > 20
    assert all(colors == {colored.names["declared"]} for colors in found)


@pytest.mark.parametrize("file", sorted(EDITORS.glob("*/**/*.scm")), ids=lambda path: path.name)
def test_each_query_finds_something(file: Path) -> None:
    """Those of Helix, and those of Zed: each is a query for the grammar, and all that it captures is somewhere."""
    language = treesitter_language()
    from tree_sitter import Parser, Query, QueryCursor

    query = Query(language, file.read_text("utf-8"))
    found: set[str] = set()
    for text in texts():
        found.update(QueryCursor(query).captures(Parser(language).parse(text.encode()).root_node))
    assert found == {query.capture_name(n) for n in range(query.capture_count)}


def test_treesitter_takes_what_lark_takes_and_is_told_of_edits() -> None:
    """A text is whole for both or for neither; and after an edit and its undoing the tree is what it was."""
    language = treesitter_language()
    from tree_sitter import Parser

    parser = Parser(language)
    whole = 0
    for text in texts():
        data = text.encode()
        tree = parser.parse(data)
        if scan(text).tokens:
            assert tree.root_node.has_error is not bool(taken_by_lark(text)), text
        if tree.root_node.has_error:
            continue
        whole += 1
        middle = data.find(b"{") + 1
        was, kept = str(tree.root_node), tree
        for now in (data[:middle] + b" key " + data[middle:], data):
            added = len(now) - len(data) or -5
            old, new = (middle, middle + 5) if added > 0 else (middle + 5, middle)
            start = point(data, middle)
            points = (start, point(data, middle, old - middle), point(data, middle, new - middle))
            kept.edit(middle, old, new, *points)
            kept = parser.parse(now, kept)
        assert str(kept.root_node) == was
    assert whole > 250


def point(data: bytes, offset: int, more: int = 0) -> tuple[int, int]:
    """A row and a column in bytes; some bytes further on the same line."""
    return data.count(b"\n", 0, offset), offset - (data.rfind(b"\n", 0, offset) + 1) + more


@cache
def taken_by_lark(text: str) -> tuple[lark.Token, ...]:
    """The tokens of a text that Lark can parse."""
    parser = parser_of_lark().parse_interactive(text)
    try:
        found = tuple(parser.exhaust_lexer())
        parser.feed_eof()
    except lark.exceptions.UnexpectedInput:
        return ()
    return found


@cache
def parser_of_lark() -> lark.Lark:
    return build.lark()


def line_of(text: str, offset: int) -> str:
    return text[text.rfind("\n", 0, offset) + 1 :].split("\n")[0]


def test_pygments_finds_the_lexer_by_its_name_and_by_the_name_of_a_file() -> None:
    from pygments.lexers import get_lexer_for_filename

    assert [point.value for point in entry_points(group="pygments.lexers", name="segql")]
    assert get_lexer_for_filename("a.seg").name == "SegQL"
