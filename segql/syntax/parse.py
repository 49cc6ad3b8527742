"""Text to tree: cut the text into pieces at its declarations, parse each alone, and always answer.

A broken piece costs one diagnostic and leaves the others alive. Pieces are parsed by their text alone and remembered,
so that an edit costs the parse of the declaration that it touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from segql_grammar import tables

from segql.diagnostics.model import Diagnostic, Label
from segql.node import Value
from segql.source import Source, Span
from segql.syntax import ast, problems, walk
from segql.syntax.build import Builder
from segql.syntax.scan import END, Comment, Token, name_text, scan

# What begins a declaration.
TOP_WORDS: tuple[str, ...] = ("use", "zone", "source", "table", "param", "define", "segment")
TOP_WORDS += ("explore", "paths", "funnel", "retention", "test")
_TOP = re.compile(rf"(?m)(?:^|(?<=\r))(?:{'|'.join(TOP_WORDS)})\b")
_COMMENT_LINE = re.compile(r"[ \t\f\uFEFF]*#")

# Nodes within one another: deeper than anything a person writes, and far from Python's own limit.
DEEPEST = 100
# What makes trees deep. A text with few of these needs no measuring: no rule nests more than six nodes without one.
_NESTING = frozenset(("(", "{", "not", "-", "+", "*", "/"))
_SHALLOW = DEEPEST // 6 - 1


class Piece(Value):
    """A part of a file that holds its declarations whole. Spans of its nodes count from `start`."""

    source: Source
    start: int
    text: str
    declarations: tuple[ast.Declaration, ...]
    comments: tuple[Comment, ...]
    problem: problems.Problem | None
    broken: tuple[str, ...]

    def label(self, span: Span, text: str = "") -> Label:
        """A label in the file for a span of the piece."""
        return Label(source=self.source, span=Span(self.start + span.start, self.start + span.end), text=text)


class Parsed(Value):
    """What a text holds, piece by piece, and what is wrong with how it is written."""

    source: Source
    pieces: tuple[Piece, ...]
    diagnostics: tuple[Diagnostic, ...]


def parse(source: Source) -> Parsed:
    """The declarations of a text. Never raises: a piece that cannot be read has a diagnostic instead of declarations."""
    starts = _starts(source.text)
    ends = [*starts[1:], len(source.text)]
    pieces = tuple(_piece(source, start, source.text[start:end]) for start, end in zip(starts, ends, strict=True))
    said = tuple(problems.diagnostic(piece.problem, piece.label) for piece in pieces if piece.problem)
    return Parsed(source=source, pieces=pieces, diagnostics=said)


def file(parsed: Parsed) -> ast.File:
    """All declarations as one tree, for tests and for people; spans still count from each piece."""
    return ast.File(
        span=Span(0, len(parsed.source.text)),
        declarations=tuple(d for piece in parsed.pieces for d in piece.declarations),
    )


def forget() -> None:
    """Forgets the pieces that were read before: for measurements, and for processes that live long."""
    _read.cache_clear()


def _starts(text: str) -> list[int]:
    """Where the pieces begin: at the declarations, each with the comment lines right above it."""
    starts = [0]
    for match in _TOP.finditer(text):
        start = _with_comments(text, match.start(), starts[-1])
        if start > starts[-1]:
            starts.append(start)
    return starts


def _with_comments(text: str, start: int, lowest: int) -> int:
    """The start of the comment lines that stand right above a line."""
    while start > lowest:
        end = start - 2 if text[start - 2 : start] == "\r\n" else start - 1
        above = max(text.rfind("\n", lowest, end), text.rfind("\r", lowest, end), lowest - 1) + 1
        if not _COMMENT_LINE.match(text, above, end):
            break
        start = above
    return start


def _piece(source: Source, start: int, text: str) -> Piece:
    read = _read(text)
    return Piece(
        source=source,
        start=start,
        text=text,
        declarations=read.declarations,
        comments=read.comments,
        problem=read.problem,
        broken=read.broken,
    )


class _Read(NamedTuple):
    declarations: tuple[ast.Declaration, ...]
    comments: tuple[Comment, ...]
    problem: problems.Problem | None
    broken: tuple[str, ...]


@lru_cache(maxsize=4096)
def _read(text: str) -> _Read:
    scanned = scan(text)
    tokens, comments, builder = scanned.tokens, tuple(scanned.comments), Builder(scanned.docs)
    found = _bad_token(tokens) or _parsed(tokens, builder, len(text))
    if not isinstance(found, problems.Problem):
        return _Read(found, comments, None, ())
    for whole in _before(tokens, found.span.start, text):  # declarations that end before the mistake are worth keeping
        kept = _parsed(tokens[:whole], builder, len(text))
        if not isinstance(kept, problems.Problem):
            return _Read(kept, comments, found, _declared(tokens[whole:]))
    return _Read((), comments, found, _declared(tokens))


def _parsed(tokens: list[Token], builder: Builder, end: int) -> tuple[ast.Declaration, ...] | problems.Problem:
    result: tuple[ast.Declaration, ...] | problems.Problem = _run(tokens, builder, end)
    if isinstance(result, tuple) and sum(token.text in _NESTING for token in tokens) > _SHALLOW:
        deep = next(filter(None, (walk.deeper(declaration, DEEPEST) for declaration in result)), None)
        if deep is not None:
            return problems.too_deep(next(t for t in tokens if t.end > deep.span.start), DEEPEST)
    return result


def _before(tokens: list[Token], offset: int, text: str) -> Iterator[int]:
    """How many tokens may be whole declarations before a mistake, the best guess first.

    All of them if the mistake begins a line or closes a block; else those up to the last brace of depth 0.
    """
    depth = braced = count = 0
    for i, token in enumerate(tokens):
        if token.start >= offset:
            break
        count = i + 1
        depth += (token.text == "{") - (token.text == "}")
        if depth == 0 and token.text == "}":
            braced = count
    if count and (text[offset : offset + 1] in ("}", ")") or not text[tokens[count - 1].end : offset].isprintable()):
        yield count
    if braced and braced != count:
        yield braced


def _declared(tokens: list[Token]) -> tuple[str, ...]:
    """The names that a broken declaration would have declared, so that nobody is told they do not exist.

    `segmnt big {` would have declared something too, had its first word been right.
    """
    triples = zip(tokens, tokens[1:], [*tokens[2:], None], strict=False)
    return tuple(
        name_text(name.text)
        for word, name, third in triples
        if name.kinds[-1] == "NAME"
        and (word.text in TOP_WORDS or (third and third.text == "{" and "." not in word.text))
    )


def _bad_token(tokens: list[Token]) -> problems.Problem | None:
    bad = (t for t in tokens if t.kinds[0] in problems.BAD_TOKENS or "\0" in t.text)
    return next(map(problems.bad_token, bad), None)


# ---------------------------------------------------------------- the LALR machine


class _Plan(NamedTuple):
    """What a reduction does. `children` says of each child: placeholders before it, kept, spliced into its parent."""

    origin: str
    method: Callable[..., Any] | None
    length: int
    children: tuple[tuple[int, bool, bool], ...]
    trailing: int
    one: bool
    listed: bool  # a rule whose name begins with `_` is a list, spliced into its parent
    unit: bool  # one child that stands for itself: only the state changes
    picks: (
        tuple[int, ...] | None
    )  # the places of the kept children, counted from the end, if that is all there is to it


def _plan(origin: str, node: str, length: int, children: Any, trailing: int, one: bool) -> _Plan:
    unit = one and children == ((0, True, False),) and not trailing
    method = getattr(Builder, node, None)
    plain = not trailing and not any(gap or spliced for gap, _, spliced in children)
    picks = tuple(i - length for i, (_, kept, _) in enumerate(children) if kept) if plain else None
    return _Plan(origin, method, length, children, trailing, one, origin.startswith("_"), unit, picks)


_PLANS = [_plan(*rule) for rule in tables.RULES]
_STATES: list[Any] = tables.STATES


def _run(tokens: list[Token], builder: Builder, end: int) -> Any:
    """The value of the start rule, or a Problem at the first token that fits nowhere."""
    states, values = [tables.START], []
    starts: list[int] = []
    ends: list[int] = []
    for token in (*tokens, Token((END,), "", end, end)):
        terminal = ""
        while True:
            row = _STATES[states[-1]]
            if type(row) is int:
                move = row
            else:
                if not terminal:
                    terminal = _terminal(token, row)
                if terminal not in row:
                    return problems.unexpected(token, tokens, _expected_at(token, tokens))
                move = row[terminal]
            if move >= 0:
                states.append(move)
                values.append(token)
                starts.append(token.start)
                ends.append(token.end)
                break
            plan = _PLANS[-1 - move]
            if plan.unit:
                states[-1] = _STATES[states[-2]][plan.origin]
            else:
                _reduce(plan, builder, states, values, starts, ends)
            if terminal == END and states[-1] == tables.END:
                return values[-1]
    raise AssertionError("the end of the text is a token too")


def _terminal(token: Token, row: dict[str, int]) -> str:
    """The first terminal of a token that the parser can take: a keyword if it can stand here, else a name."""
    for kind in token.kinds:
        if kind in row:
            return kind
    return ""


def _reduce(
    plan: _Plan, builder: Builder, states: list[int], values: list[Any], starts: list[int], ends: list[int]
) -> None:
    origin, method, length, _, _, one, listed, _, picks = plan
    last = ends[-1] if ends else 0
    start = starts[-length] if length else last
    found = [values[i] for i in picks] if picks is not None else _children(plan, values)
    if length:
        del states[-length:], values[-length:], starts[-length:], ends[-length:]
    states.append(_STATES[states[-1]][origin])
    if listed:
        values.append(found)
    elif one and len(found) == 1:
        values.append(found[0])
    else:
        assert method is not None, f"no builder method for the rule {origin}"
        values.append(method(builder, Span(start, last), *found))
    starts.append(start)
    ends.append(last)


def _children(plan: _Plan, values: list[Any]) -> list[Any]:
    """What a rule keeps of its children, with None for the parts that were left out."""
    found: list[Any] = []
    for (gap, kept, spliced), value in zip(plan.children, values[len(values) - plan.length :], strict=True):
        if gap:
            found += [None] * gap
        if spliced and not found:
            found = value  # a list grows in place, or long lists would cost their square
        elif spliced:
            found += value
        elif kept:
            found.append(value)
    return found + [None] * plan.trailing if plan.trailing else found


def tree(tokens: list[Token], builder: Builder, end: int) -> tuple[ast.Declaration, ...]:
    """The declarations of tokens; none if they do not parse."""
    found = _parsed(tokens, builder, end)
    return () if isinstance(found, problems.Problem) else found


def shifted(states: list[int], token: Token) -> list[int] | None:
    """The stack of the parser after one more token, or None where it cannot stand."""
    after, terminal = list(states), ""
    while True:
        row = _STATES[after[-1]]
        if type(row) is int:
            move = row
        else:
            terminal = terminal or _terminal(token, row)
            if terminal not in row:
                return None
            move = row[terminal]
        if move >= 0:
            return [*after, move]
        _go(after, move)


def choices(text: str) -> Iterator[tuple[Token, Collection[str]]]:
    """The tokens of a text, up to a mistake, each with the terminals among which the parser chose for it."""
    return _moves(scan(text).tokens, [tables.START])


def _expected_at(token: Token, tokens: list[Token]) -> list[str]:
    """What could stand where a token cannot: told before the parser has ended anything on that token's account."""
    states = [tables.START]
    before = tokens if token.kinds == (END,) else tokens[: tokens.index(token)]
    for _ in _moves(before, states):
        pass
    return expected(states)


def _moves(tokens: list[Token], states: list[int]) -> Iterator[tuple[Token, Collection[str]]]:
    """The moves of the parser over tokens, without values: `states` is the stack, and changes."""
    for token in tokens:
        terminal = ""
        while True:
            row = _STATES[states[-1]]
            if type(row) is int:
                move = row
            else:
                if not terminal:
                    terminal = _terminal(token, row)
                    yield token, row
                if terminal not in row:
                    return
                move = row[terminal]
            if move >= 0:
                states.append(move)
                break
            _go(states, move)


def _go(states: list[int], move: int) -> None:
    """The move of a reduction, without the values."""
    plan = _PLANS[-1 - move]
    del states[len(states) - plan.length :]
    states.append(_STATES[states[-1]][plan.origin])


def expected(states: list[int]) -> list[str]:
    """The terminals that the parser can really take in a state (LALR rows alone promise too many)."""
    states = list(states)
    row = _STATES[states[-1]]
    while type(row) is int:
        _go(states, row)
        row = _STATES[states[-1]]
    return [t for t in row if t.upper() == t and _takes(states, t)]


def _takes(states: list[int], terminal: str) -> bool:
    kept, pushed = len(states), [states[-1]]  # a long stack is not copied: `pushed` stands in for what is above `kept`
    kept -= 1
    while True:
        row = _STATES[pushed[-1]]
        move = row if type(row) is int else row.get(terminal)
        if move is None or move >= 0:
            return move is not None
        plan = _PLANS[-1 - move]
        for _ in range(plan.length):
            if pushed:
                pushed.pop()
            else:
                kept -= 1
        pushed.append(_STATES[pushed[-1] if pushed else states[kept - 1]][plan.origin])
        if terminal == END and pushed[-1] == tables.END:
            return True
