"""A regular expression of the grammar, written for another program: from the tree that Python's own parser makes."""

from __future__ import annotations

from collections.abc import Callable

# The tree is not documented, but it has not changed since Python 3.7. What it holds and we do not know, is an error.
from re import _constants as op
from re import _parser
from typing import Any, NamedTuple

Tree = Any


class Dialect(NamedTuple):
    """How a program writes what the patterns of the grammar are made of."""

    literal: Callable[[str], str]
    inside: Callable[[str], str]  # a character between brackets
    word: str  # a letter, a digit or `_`, as Python's `\\w` has them
    first: str  # the same, and no decimal digit
    group: tuple[str, str]
    otherwise: str  # between alternatives
    times: tuple[str, str]  # around the numbers of a repetition
    optional: str
    ahead: tuple[str, str]
    not_ahead: tuple[str, str]


def written(pattern: str, dialect: Dialect) -> str:
    """The pattern in that dialect. Raises ValueError where it holds something that has no form there yet."""
    return _sequence(_parser.parse(pattern), dialect)


def _sequence(tree: Tree, to: Dialect) -> str:
    return "".join(_node(kind, value, to) for kind, value in tree)


def _node(kind: Any, value: Tree, to: Dialect) -> str:
    match kind:
        case op.LITERAL:
            return to.literal(chr(value))
        case op.NOT_LITERAL:
            return f"[^{to.inside(chr(value))}]"
        case op.IN:
            return _set(value, to)
        case op.BRANCH:
            return _grouped(_inside([(kind, value)], to), to)
        case op.SUBPATTERN:
            return _grouped(_inside(value[3], to), to)
        case op.MAX_REPEAT:
            least, most, what = value
            return _repeated(least, most, what, to)
        case op.ASSERT | op.ASSERT_NOT if value[0] == 1:
            opening, closing = to.ahead if kind is op.ASSERT else to.not_ahead
            return opening + _inside(value[1], to) + closing
        case _:
            raise ValueError(f"no form for {kind}")


def _inside(tree: Tree, to: Dialect) -> str:
    """What stands between the parentheses of a group, which need no second ones."""
    match list(tree):
        case [(op.BRANCH, (_, alternatives))]:
            return to.otherwise.join(_sequence(each, to) for each in alternatives)
        case _:
            return _sequence(tree, to)


def _set(items: Tree, to: Dialect) -> str:
    match items:
        case [(op.CATEGORY, op.CATEGORY_WORD)] | [(op.NEGATE, _), (op.CATEGORY, op.CATEGORY_NOT_WORD)]:
            return to.word
        case [(op.NEGATE, _), (op.CATEGORY, op.CATEGORY_NOT_WORD), (op.CATEGORY, op.CATEGORY_DIGIT)]:
            return to.first
    # Where a bracket knows no backslash, its closing one stands for itself at the start, and a dash at the end.
    places = {(op.NEGATE, None): 0, (op.LITERAL, ord("]")): 1, (op.LITERAL, ord("-")): 3}
    ordered = sorted(items, key=lambda item: places.get(item, 2))
    return f"[{''.join(_item(kind, value, to) for kind, value in ordered)}]"


def _item(kind: Any, value: Tree, to: Dialect) -> str:
    match kind:
        case op.NEGATE:
            return "^"
        case op.LITERAL:
            return to.inside(chr(value))
        case op.RANGE:
            return f"{to.inside(chr(value[0]))}-{to.inside(chr(value[1]))}"
        case _:
            raise ValueError(f"no form for {kind} in a set")


def _repeated(least: int, most: int, what: Tree, to: Dialect) -> str:
    body = _sequence(what, to)
    one = len(what) == 1 and what[0][0] in (op.LITERAL, op.NOT_LITERAL, op.IN, op.BRANCH, op.SUBPATTERN)
    body = body if one else _grouped(body, to)
    if most is op.MAXREPEAT and least in (0, 1):
        return body + "*+"[least]
    if (least, most) == (0, 1):
        return body + to.optional
    numbers = f"{least}" if least == most else f"{least},{'' if most is op.MAXREPEAT else most}"
    return body + to.times[0] + numbers + to.times[1]


def _grouped(text: str, to: Dialect) -> str:
    return to.group[0] + text + to.group[1]


_CONTROL = {"\t": r"\t", "\n": r"\n", "\r": r"\r", "\f": r"\f"}


def _escaped(special: str) -> Callable[[str], str]:
    return lambda char: _CONTROL.get(char) or ("\\" + char if char in special else char)


PYTHON = Dialect(
    literal=_escaped(r"\^$.|?*+()[]{}"),
    inside=_escaped(r"\^-[]"),
    word=r"\w",
    first=r"[^\W\d]",
    group=("(?:", ")"),
    otherwise="|",
    times=("{", "}"),
    optional="?",
    ahead=("(?=", ")"),
    not_ahead=("(?!", ")"),
)
# Oniguruma (TextMate) and JavaScript with its `u` flag. Python's `\w` is exactly letters, numbers and `_`.
ONIGURUMA = PYTHON._replace(word=r"[\p{L}\p{N}_]", first=r"[\p{L}\p{Nl}\p{No}_]")
JAVASCRIPT = ONIGURUMA._replace(literal=_escaped(r"\^$.|?*+()[]{}/"))
# Vim's patterns after `\v`, where every mark that is to stand for itself has a backslash. `\k` is set to `\w` as far as
# it goes, which is U+00FF; of the letters above, Vim does not know all.
VIM = Dialect(
    literal=lambda char: _CONTROL.get(char) or (char if char.isalnum() or char in "_ " else "\\" + char),
    inside=_escaped(r"\^-]"),
    word=r"%(\k|[^\x01-\xff])",
    first=r"%(\d@!\k|[^\x01-\xff])",
    group=("%(", ")"),
    otherwise="|",
    times=("{", "}"),
    optional="=",
    ahead=("%(", ")@="),
    not_ahead=("%(", ")@!"),
)
# Emacs cannot look ahead: see `parts`. Its letters and digits are Python's but for a few numbers.
EMACS = Dialect(
    literal=lambda char: "\\" + char if char in r"\^$.?*+[" else char,
    inside=lambda char: char,
    word="[[:alnum:]_²³¹¼-¾]",
    first="[[:alpha:]_²³¹¼-¾]",
    group=(r"\(?:", r"\)"),
    otherwise=r"\|",
    times=(r"\{", r"\}"),
    optional="?",
    ahead=("", ""),
    not_ahead=("", ""),
)


class Parts(NamedTuple):
    """A pattern for a program that cannot look ahead: what must not begin here, the pattern, what must (not) follow."""

    refused: str
    pattern: str
    ahead: str
    not_ahead: str


def parts(pattern: str, dialect: Dialect) -> Parts:
    """The pattern, and the assertions at its ends on their own."""
    tree = list(_parser.parse(pattern))
    found = {"refused": "", "ahead": "", "not_ahead": ""}
    if tree[0][0] is op.ASSERT_NOT:
        found["refused"] = _inside(tree.pop(0)[1][1], dialect)
    if tree[-1][0] in (op.ASSERT, op.ASSERT_NOT):
        kind, (_, inside) = tree.pop()
        found["ahead" if kind is op.ASSERT else "not_ahead"] = _inside(inside, dialect)
    if any(kind in (op.ASSERT, op.ASSERT_NOT) for kind, _ in tree):
        raise ValueError(f"it looks ahead in its middle: {pattern}")
    return Parts(pattern=_sequence(tree, dialect), **found)
