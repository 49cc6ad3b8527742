"""The canonical text, rule by rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from segql.source import Source
from segql.syntax import format as formatter
from segql.syntax.format import format, format_expr, format_node, ordered
from segql.syntax.parse import file, parse
from segql.syntax.walk import walk

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.seg"))
EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("**/*.seg"))


def formatted(text: str) -> str:
    once = format(Source(text))
    assert format(Source(once)) == once
    return once


def stays(text: str) -> None:
    assert formatted(text) == text


def first(text: str) -> Any:
    return parse(Source(text)).pieces[0].declarations[0]


# ---------------------------------------------------------------- whole files


@pytest.mark.parametrize("text", ["", "\n", " \t\r\n\n", "\ufeff", "\ufeff \n"])
def test_a_text_of_nothing_is_empty(text: str) -> None:
    assert formatted(text) == ""


def test_comments_alone_stay() -> None:
    stays("# one\n## two\n\n# three\n")
    assert formatted("\n\n  # one\r\n\r\n\r\n# two") == "# one\n\n# two\n"


def test_one_blank_line_stands_between_declarations() -> None:
    assert (
        formatted("segment a {}\nsegment b {}\n\n\n\nsegment c {}") == "segment a {}\n\nsegment b {}\n\nsegment c {}\n"
    )


def test_short_declarations_keep_the_authors_blank_lines() -> None:
    stays("use 'a.seg'\nuse 'b.seg'\n\nzone 'UTC'\nparam a : text\n# why\ndefine b = a > 1\n\nsegment c {}\n")


def test_comments_belong_to_the_declaration_right_below_them() -> None:
    stays("segment a {}\n\n# of b\nsegment b {}\n\n# of nothing\n\n## of c\nsegment c {}\n# after c\n")
    assert formatted("segment a {}\n# of b\nsegment b {}") == "segment a {}\n\n# of b\nsegment b {}\n"


def test_a_broken_piece_stays_as_it_was_written() -> None:
    text = "segment  a { did }  # what?\n\n\nsegment   b  {}"
    assert formatted(text) == "segment  a { did }  # what?\n\nsegment b {}\n"


@pytest.mark.parametrize("path", [*CORPUS, *EXAMPLES], ids=lambda path: path.name)
def test_the_projects_own_files_say_the_same_when_formatted(path: Path) -> None:
    text = path.read_text("utf-8")
    assert ordered(file(parse(Source(formatted(text))))) == ordered(file(parse(Source(text))))


# ---------------------------------------------------------------- blocks and clauses


def test_clauses_stand_in_order_and_their_comments_go_with_them() -> None:
    text = """segment a {
  # rows
  where x = 1   # one

  from rum
  # identity
  key usr.id  # who
  did view during ever where x = 2 at least 2 times on at least 3 days
}"""
    assert (
        formatted(text)
        == """segment a {
  # identity
  key    usr.id  # who

  from   rum
  # rows
  where  x = 1  # one
  did view where x = 2 at least 2 times on at least 3 days during ever
}
"""
    )


def test_every_block_has_its_order() -> None:
    assert formatted("source a { event e : x field x : text layout flat key k order t time t from b }") == (
        "source a {\n  from   b\n  time   t\n  order  t\n  key    k\n  layout flat\n"
        "  field  x : text\n  event  e : x\n}\n"
    )
    explore = "explore a { top 5 sort m measure m = count(x) by y where z during ever for b from c }"
    assert formatted(explore) == (
        "explore a {\n  from   c\n  for    b\n  during ever\n  where  z\n  by     y\n"
        "  measure m = count(x)\n  sort   m\n  top    5\n}\n"
    )
    retention = "retention a { key k where z during ever for b from c every 1 week for 8 return x start first y }"
    assert formatted(retention) == (
        "retention a {\n  from   c\n  for    b\n  key    k\n  during ever\n  where  z\n  start  first y\n"
        "  return x\n  every  1 week for 8\n}\n"
    )


def test_the_steps_of_a_sequence_stay_in_order() -> None:
    text = "segment a { steps same k within 1 hours { x then within 1 day directly among y, z x as l without y } }"
    assert formatted(text) == (
        "segment a {\n  steps within 1 hour same k {\n    x\n    then directly among y, z within 1 day  x as l\n"
        "    without y\n  }\n}\n"
    )


def test_a_run_of_fields_is_a_table() -> None:
    stays(
        "source a {\n  field  x       : text\n  field  long.er : text = y\n\n  field  z : date\n  event  e : x = 'a'\n}\n"
    )


def test_empty_blocks_and_blank_lines_at_the_edges_of_blocks() -> None:
    assert formatted("segment a {\n\n}") == "segment a {}\n"
    assert formatted("segment a {\n\n  key k\n\n\n\n  did x\n\n}") == "segment a {\n  key    k\n\n  did x\n}\n"


# ---------------------------------------------------------------- comments


def test_every_place_of_a_block_keeps_its_comment() -> None:
    stays("""# above
segment a {  # opened
  # first
  key    k  # trailing

  # alone

  # above any
  any {  # opened too
    did x
    # last inside
  }  # closed
  none {
    did y
  }
  # at the end
}  # after the last brace
# after all
""")
    stays("segment a {\n  # only this\n}\n")
    stays("segment a {  # only this\n}\n")


def test_comments_stay_beside_terms_clauses_and_entries() -> None:
    stays("""segment a {
  where  x = 1  # one
    # above the second
    and y in (
      'a',  # first
      # above b
      'b'  # last
      # nothing below
    )
  did x  # what
    where y = 1  # which
    at least 2 times
}
""")


def test_a_comment_amid_words_moves_above_their_line() -> None:
    assert formatted("segment a {\n  did # why\n  x\n}") == "segment a {\n  # why\n  did x\n}\n"
    assert formatted("define # why\n a = # what\n b") == "# why\n# what\ndefine a = b\n"


def test_what_would_become_documentation_stays_as_written() -> None:
    text = "segment ## no documentation\n   a  {}\n"
    stays(text)
    assert formatted("source a { key k\n field ## no\n  x:text }") == (
        "source a {\n  key    k\n  field ## no\n  x:text\n}\n"
    )


def test_documentation_stands_right_above_its_field() -> None:
    assert formatted("source a {\n## doc\n\n\nfield x : text }") == "source a {\n  ## doc\n  field  x : text\n}\n"
    stays("## one\n# two\n## three\nsegment a {}\n")


# ---------------------------------------------------------------- long lines


def test_long_lines_break_at_their_joints() -> None:
    a, b, c = ("a" * 40, "b" * 40, "c" * 30)
    assert formatted(f"define x = {a} and ({b} or {c}) and not {c}") == (
        f"define x = {a}\n  and ({b} or {c})\n  and not {c}\n"
    )
    assert formatted(f"define x = {a} and ({b} or {c} or {a})") == (
        f"define x = {a}\n  and (\n    {b}\n    or {c}\n    or {a}\n  )\n"
    )
    assert formatted(f"source s {{ order {a}, {b}, {c} }}") == f"source s {{\n  order  {a},\n    {b},\n    {c}\n}}\n"
    assert formatted(f"segment s {{ did {a} where {b} during last 30 days at least 2 times }}") == (
        f"segment s {{\n  did {a}\n    where {b}\n    at least 2 times\n    during last 30 days\n}}\n"
    )


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("use 'a'", "use 'a'"),
        ('use "a"', "use 'a'"),
        ("use 'it''s'", 'use "it\'s"'),
        ("use 'it''s \"'", "use 'it''s \"'"),
        ('use "a""b"', "use 'a\"b'"),
        ("define `x` = `a`.`b c`.d", "define x = a.`b c`.d"),
        ("define x = `a.b`", "define x = `a.b`"),
        ("define x = `1`", "define x = `1`"),
        ("define x = `key` = `order`", "define x = key = order"),
        ("define x = `not` = `in`", "define x = `not` = `in`"),
        ("define x = `true` and `missing` is missing", "define x = `true` and missing is missing"),
        ("define `segment` = true", "define segment = true"),
        ("define x = ((a))", "define x = a"),
        ("define x = (a or b) and (c and d) and e", "define x = (a or b) and (c and d) and e"),
        ("define x = (a and b) or (c or d)", "define x = a and b or (c or d)"),
        ("define x = not (a = 1)", "define x = not a = 1"),
        ("define x = not (a and b)", "define x = not (a and b)"),
        ("define x = (not a) = b", "define x = (not a) = b"),
        ("define x = (a = b) = c", "define x = (a = b) = c"),
        ("define x = (a + b) + c - (d - e)", "define x = a + b + c - (d - e)"),
        ("define x = (a * b) + c * (d / e)", "define x = a * b + c * (d / e)"),
        ("define x = -(a + b) - -c * -(-d)", "define x = -(a + b) - -c * --d"),
        ("define x = a in(1,2) or b not  in (c)", "define x = a in (1, 2) or b not in (c)"),
        ("define x = a  starts   with 'x'", "define x = a starts with 'x'"),
        ("define x = f( a,b )", "define x = f(a, b)"),
        ("define x = a > 30 day ago", "define x = a > 30 days ago"),
        ("define x = a > 1 days ago", "define x = a > 1 day ago"),
        ("param x : list( enum('a','b') )", "param x : list(enum('a', 'b'))"),
    ],
)
def test_words_have_one_way_to_be_written(written: str, canonical: str) -> None:
    assert formatted(written) == f"{canonical}\n"


def test_names_of_steps_need_backticks_where_a_modifier_may_stand() -> None:
    stays("segment a {\n  steps {\n    where\n    then `within`\n    then within 1 day  `optional`\n  }\n}\n")


def test_measures_keep_what_they_mean() -> None:
    text = (
        "segment a {\n  2 * (count(x) + -1) - sum(a + b of x where c during ever) >= (1 - 2) * -count(distinct d)\n}\n"
    )
    stays(text)


# ---------------------------------------------------------------- one line


def test_any_node_can_be_shown_on_one_line() -> None:
    node = first("segment a {\n  key k # c\n  any {\n did x where a = 1\n did y }\n}")
    assert format_node(node) == "segment a { key k  any { did x where a = 1  did y } }"
    assert format_node(node.items[1].conditions[0]) == "did x where a = 1"
    assert format_node(parse(Source("use 'a'")).pieces[0].declarations[0]) == "use 'a'"
    long = " or ".join("a" * 30 for _ in range(10))
    assert format_expr(first(f"define x = {long}").expr) == long


@pytest.mark.parametrize("path", [*CORPUS, *EXAMPLES], ids=lambda path: path.name)
def test_each_node_of_our_files_can_be_shown(path: Path) -> None:
    for node in walk(file(parse(Source(path.read_text("utf-8"))))):
        assert format_node(node).isprintable()


def test_deep_trees_can_be_shown_and_formatted() -> None:
    for text in (
        f"define x = {'(not ' * 90}a{')' * 90}",
        f"define x = {'f(' * 95}a{')' * 95}",
        f"define x = {' + '.join(['a'] * 90)} = 1",
        f"segment x {{ {'any {' * 90} did a {'}' * 90} }}",
        f"param x : {'list(' * 90}text{')' * 90}",
    ):
        out = format(Source(text))
        assert formatter._formatted(Source(out), lambda piece, text: []) == out
