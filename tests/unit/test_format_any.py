"""Random texts, whole and broken: the canonical text says the same, keeps every comment, and is its own canonical text."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from segql.source import Source
from segql.syntax import format as formatter
from segql.syntax.format import format_node, ordered
from segql.syntax.layout import WIDTH
from segql.syntax.parse import Piece, file, parse
from segql.syntax.scan import scan
from tests.unit.test_parse_any import texts, written

JUNK = ["{", "}", "(", ")", "'", '"', "`", "\n", "\nsegment ", "\n## d\n", "# c", "\r", "\ufeff", "\u2028", "x", "\x00"]
JUNK += ["and", "-", ".", "$", "=", "\n\n", "\nuse 'a'", "  ", "\ud800", "not in", "🦄"]


def broken(random: Random) -> str:
    text = written(random)
    for _ in range(random.randrange(1, 4)):
        at = random.randrange(len(text) + 1)
        cut = random.choice([0, random.randrange(1, 8)])
        text = text[:at] + ("" if cut else random.choice(JUNK)) + text[at + cut :]
    return text


def unfaithful(piece: Piece, text: str) -> list[formatter._Entry]:
    """Where the formatter would leave a piece as written because it changed what it says, a test fails."""
    raise AssertionError(f"the formatter changed\n{piece.text}\ninto\n{text}")


def formatted(text: str) -> str:
    return formatter._formatted(Source(text), unfaithful)


def line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@given(texts | st.builds(broken, st.randoms(use_true_random=False)) | st.text())
@example("\ufeff## doc\r\nsegment a {}\r\n")
@example("explore b {\x00} \n  zone '# no comment' ## d\ufeff\n\n  ")
@example("segment ## not documentation\n a {}")
@example("source a {\n ## one\n # two\n\n field ## three\n b : text\n}")
def test_the_canonical_text_says_the_same_and_is_canonical(text: str) -> None:
    once = formatted(text)
    assert formatted(once) == once
    assert once == "" or (once.endswith("\n") and not once.endswith("\n\n") and "\r" not in once)
    assert not once.startswith("\ufeff")
    before, after = parse(Source(line_ends(text))), parse(Source(once))
    assert [d.code for d in after.diagnostics] == [d.code for d in before.diagnostics]
    assert ordered(file(after)) == ordered(file(before))
    assert sorted(c.text for c in scan(once).comments) == sorted(c.text for c in scan(line_ends(text)).comments)


@given(st.builds(lambda random: written(random, remarks=False), st.randoms(use_true_random=False)))
def test_any_node_stands_on_one_line(text: str) -> None:
    line = format_node(file(parse(Source(text))))
    assert "\n" not in line


@pytest.mark.parametrize("seed", range(20))
def test_lines_are_short_where_they_can_be_broken(seed: int) -> None:
    random = Random(seed)
    names = " and ".join(f"name_{random.randrange(10**9)} = 'x'" for _ in range(random.randrange(2, 30)))
    texts_ = ", ".join(f"'{random.randrange(10**9)}'" for _ in range(random.randrange(1, 30)))
    out = formatted(f"segment a {{ did x where {names} or y in ({texts_}) at least 2 times }}")
    assert max(map(len, out.split("\n"))) <= WIDTH
