"""Any text can be read: what is good in it is kept, and what is not costs one message a piece and little time."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from segql.source import Source, Span
from segql.syntax import ast
from segql.syntax.parse import DEEPEST, Parsed, file, parse
from segql.syntax.walk import walk


def read(text: str) -> Parsed:
    return parse(Source(text))


def declared(text: str) -> list[str]:
    return [d.name.text for d in file(read(text)).declarations if not isinstance(d, ast.Use | ast.Zone)]


def codes(text: str) -> list[str]:
    return [d.code for d in read(text).diagnostics]


# ---------------------------------------------------------------- odd texts


@pytest.mark.parametrize("text", ["", " \n\t\r\n", "# a comment", "## doc\n\n# more\n", "\ufeff"])
def test_a_text_without_declarations_is_fine(text: str) -> None:
    assert not read(text).diagnostics
    assert file(read(text)).declarations == ()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_any_system_cut_and_document_alike(end: str) -> None:
    text = end.join(("## one", "# note", "segment a {", "  key x", "}", "## two", "segment b {", "  key y", "}", ""))
    parsed = read(text)
    assert not parsed.diagnostics
    assert [d.doc for d in file(parsed).declarations] == ["one", "two"]  # type: ignore[union-attr]
    assert len(parsed.pieces) == 2


def test_a_byte_order_mark_does_not_come_between_a_text_and_its_documentation() -> None:
    assert file(read("\ufeff## doc\nsegment a {}")).declarations[0].doc == "doc"  # type: ignore[union-attr]


def test_documentation_stands_right_above_its_declaration() -> None:
    assert file(read("## doc\n\nsegment a {}")).declarations[0].doc == ""  # type: ignore[union-attr]


def test_names_and_texts_hold_any_letter_and_sign() -> None:
    text = "segment `🦄 été` {\n  key usr.`a.b`\n  where größe = 'a 🦄 \u2028 ''b''' and `x y`.z = \"it's\"\n}"
    [segment] = file(read(text)).declarations
    assert isinstance(segment, ast.Segment)
    assert segment.name.text == "🦄 été"
    assert segment.items[0] == ast.Key(span=Span(0, 0), path=ast.Path(span=Span(0, 0), parts=("usr", "a.b")))
    assert ast.String(span=Span(0, 0), value="a 🦄 \u2028 'b'") in list(walk(segment))


@pytest.mark.parametrize(
    "digits", ["define x = a > ٣", "segment a { where d > 202٦-01-01 }", "segment a { during last ３ days }"]
)
def test_digits_of_other_scripts_are_not_numbers(digits: str) -> None:
    assert codes(digits) == ["SEG104"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("use 'a", "SEG102"),
        ('use "a', "SEG102"),
        ("segment `a {}", "SEG105"),
        ("segment a { key x\x00 }", "SEG104"),
        ("segment a { key x from w where s = 'a\x00b' }", "SEG104"),
        ("segment a { key `x\x00y` from w }", "SEG104"),
        ("segment a { key \ud800 }", "SEG104"),
        ("segment a {\u2028 key x }", "SEG104"),
        ("segment a {\u00a0 key x }", "SEG104"),
        ("segment a { key x", "SEG103"),
        ("segment", "SEG107"),
        ("}", "SEG101"),
    ],
)
def test_what_no_rule_knows_costs_one_message(text: str, code: str) -> None:
    assert codes(text) == [code]


# ---------------------------------------------------------------- depth

NESTED: list[Callable[[int], str]] = [
    lambda n: f"define x = {'not ' * n}a",
    lambda n: f"define x = {'-' * n}a = 1",
    lambda n: f"define x = {' + '.join(['a'] * n)} = 1",
    lambda n: f"define x = {'(not ' * n}a{')' * n}",
    lambda n: f"define x = {'f(' * n}a{')' * n}",
    lambda n: f"segment x {{ {'any {' * n} did a {'}' * n} }}",
    lambda n: f"segment x {{ count(a) > {'-' * n}1 }}",
    lambda n: f"segment x {{ count(a) > {'2 * (' * n}1{')' * n} }}",
    lambda n: f"param x : {'list(' * n}text{')' * n}",
]


@pytest.mark.parametrize("nested", NESTED)
@pytest.mark.parametrize("depth", [5, 30, 97, 200, 5_000])
def test_a_deep_tree_is_refused_and_a_tree_that_is_not_can_be_used(nested: Callable[[int], str], depth: int) -> None:
    parsed, again = read(nested(depth)), read(nested(depth) + "\n")
    assert file(parsed) == file(again)
    assert repr(file(parsed)) == repr(file(again))
    assert hash(file(parsed)) == hash(file(again))
    if depth > DEEPEST:
        assert [d.code for d in parsed.diagnostics] == ["SEG106"]
        assert not file(parsed).declarations


@pytest.mark.parametrize("depth", [200, 5_000])
def test_parentheses_and_long_lists_are_not_deep(depth: int) -> None:
    assert not codes(f"define x = {'(' * depth}a{')' * depth}")
    assert not codes(f"define x = {' or '.join(['a'] * depth)}")
    assert not codes(f"define x = a in ({', '.join(['-1'] * depth)})")


def test_many_conditions_with_signs_are_not_deep() -> None:
    lines = "".join(f"  did view where not bot_{i} and -a < b + c\n" for i in range(300))
    assert not codes(f"segment a {{\n{lines}}}")


def test_too_deep_points_at_one_word() -> None:
    [said] = read(f"define x = {'not ' * 150}a").diagnostics
    assert said.primary.span.end - said.primary.span.start == 3


# ---------------------------------------------------------------- what survives


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("segment a {}\nsegment b {\nsegment c {}", ["a", "c"]),
        ("segment a {}\nsegmnt b {}\nsegment c {}", ["a", "c"]),
        ("segment a {}\n}\nsegment b {}", ["a", "b"]),
        ("segment a {} }\nsegment b {}", ["a", "b"]),
        ("param a : text\nfoo bar\nsegment b {}", ["a", "b"]),
        ("param a : text }\nsegment b {}", ["a", "b"]),
        ("define a = x > 1\n  'oops\nsegment b {}", ["a", "b"]),
        ("define a = x > 1 && y\nsegment b {}", ["b"]),
        ("segment a { where x == 1 }\nsegment b {}", ["b"]),
        ("oops\nsegment b {}", ["b"]),
    ],
)
def test_a_broken_piece_costs_one_message_and_hides_nothing_good(text: str, names: list[str]) -> None:
    assert declared(text) == names
    assert len(codes(text)) == 1


def test_a_broken_declaration_still_has_a_name() -> None:
    assert read("segment a { did }").pieces[0].broken == ("a",)
    assert read("segmnt a { key x }").pieces[0].broken == ("a",)


# ---------------------------------------------------------------- time

GARBAGE = [
    "(",
    ")",
    "{",
    "'",
    '"',
    "`",
    "$",
    "-",
    "\x00",
    "\ud800",
    "\u2028",
    "#",
    "#\n",
    "é",
    "🦄",
    "\r",
    "a",
    "1",
    "'a",
]
GARBAGE += [
    "`a`.",
    "not ",
    "not in",
    "1_",
    "in (",
    "''",
    "a'\n",
    "segment a {\n",
    "segment ",
    "\nuse",
    " {}\n",
    "or a ",
]


@pytest.mark.parametrize("unit", GARBAGE)
def test_a_long_text_of_anything_is_read_in_linear_time(unit: str) -> None:
    text = "define x = a " + unit * (200_000 // len(unit))
    start = time.perf_counter()
    read(text)
    assert time.perf_counter() - start < 8  # what costs the square of this length takes minutes


def test_ten_thousand_lines_are_read_in_a_second_or_two() -> None:
    text = "".join(f"segment s{i} {{\n  key usr.id\n  did view where a = {i}\n}}\n\n" for i in range(2_000))
    start = time.perf_counter()
    assert len(file(read(text)).declarations) == 2_000
    assert time.perf_counter() - start < 5
