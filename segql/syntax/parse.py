"""Text to tree: cut the text into pieces at its declarations, parse each alone, and always answer.

A broken piece costs one diagnostic and leaves the others alive. Pieces are parsed by their text alone and remembered,
so that an edit costs the parse of the declaration that it touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from segql_grammar import tables

from segql.diagnostics.model import Diagnostic, Label
from segql.node import Value
from segql.source import Source, Span
from segql.syntax import ast, problems
from segql.syntax.build import Builder
from segql.syntax.scan import END, Comment, Token, name_text, scan

TOP_WORDS = (
    "use zone source table param define segment explore paths funnel retention test"  # what begins a declaration
).split()
_CUT = re.compile(rf"(?m)^(?:[ \t]*#[^\n]*\n)*(?:{'|'.join(TOP_WORDS)})\b")

# Brackets and signs within one another: deeper than anything a person writes, and far from Python's own limit.
DEEPEST = 100


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
    cuts = [m.start() for m in _CUT.finditer(source.text)]
    starts = [0, *(c for c in cuts if c > 0)]
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
    tokens = scanned.tokens
    comments = tuple(scanned.comments)
    found = _bad_token(tokens, text) or _too_deep(tokens)
    if found is None:
        result = _run(tokens, Builder(scanned.docs), len(text))
        if not isinstance(result, problems.Problem):
            return _Read(result, comments, None, ())
        found = result
    whole, rest = _before(tokens, found.span.start)
    if whole:  # declarations that end before the broken one are worth keeping
        kept = _run(whole, Builder(scanned.docs), len(text))
        if not isinstance(kept, problems.Problem):
            return _Read(kept, comments, found, _declared(rest))
    return _Read((), comments, found, _declared(tokens))


def _before(tokens: list[Token], offset: int) -> tuple[list[Token], list[Token]]:
    """The tokens up to the last closing brace of depth 0 before an offset, and those after it."""
    depth, end = 0, 0
    for i, token in enumerate(tokens):
        if token.start >= offset:
            break
        depth += (token.text == "{") - (token.text == "}")
        if depth == 0 and token.text == "}":
            end = i + 1
    return tokens[:end], tokens[end:]


def _declared(tokens: list[Token]) -> tuple[str, ...]:
    """The names that a broken declaration would have declared, so that nobody is told they do not exist."""
    pairs = zip(tokens, tokens[1:], strict=False)
    return tuple(name_text(name.text) for word, name in pairs if word.text in TOP_WORDS and name.kinds[-1] == "NAME")


def _bad_token(tokens: list[Token], text: str) -> problems.Problem | None:
    return next((problems.bad_token(t, text) for t in tokens if t.kinds[0] in problems.BAD_TOKENS), None)


def _too_deep(tokens: list[Token]) -> problems.Problem | None:
    depth = chain = 0
    for token in tokens:
        if token.text in "({" and token.text:
            depth += 1
            chain = 0
        elif token.text in ")}":
            depth -= 1
        elif token.text in ("not", "-", "+", "*", "/"):
            chain += 1  # `not not …` nests to the right, `a + b + …` to the left
        elif token.text in (",", "and", "or") or token.kinds[0] == "COMPARE" or token.kinds[-1:] != ("NAME",):
            chain = chain if token.kinds[0] in ("NUMBER", "PARAMETER", "STRING") else 0
        if depth + chain > DEEPEST:
            return problems.too_deep(token, DEEPEST)
    return None


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


def _plan(origin: str, node: str, length: int, children: Any, trailing: int, one: bool) -> _Plan:
    unit = one and children == ((0, True, False),) and not trailing
    method = getattr(Builder, node, None)
    return _Plan(origin, method, length, children, trailing, one, origin.startswith("_"), unit)


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
                    return problems.unexpected(token, tokens, expected(states))
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
    origin, method, length, children, trailing, one, listed, _ = plan
    last = ends[-1] if ends else 0
    found: list[Any] = []
    if length:
        start = starts[-length]
        for (gap, kept, splice), value in zip(children, values[-length:], strict=True):
            if gap:
                found += [None] * gap
            if splice:
                found += value
            elif kept:
                found.append(value)
        del states[-length:], values[-length:], starts[-length:], ends[-length:]
    else:
        start = last
    if trailing:
        found += [None] * trailing
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


def expected(states: list[int]) -> list[str]:
    """The terminals that the parser can really take in a state (LALR rows alone promise too many)."""
    row = _STATES[states[-1]]
    while type(row) is int:
        states = _reduced(states, row)
        row = _STATES[states[-1]]
    return [t for t in row if t.upper() == t and _takes(states, t)]


def _takes(states: list[int], terminal: str) -> bool:
    states = list(states)
    while True:
        row = _STATES[states[-1]]
        move = row if type(row) is int else row.get(terminal)
        if move is None:
            return False
        if move >= 0:
            return True
        states = _reduced(states, move)
        if terminal == END and states[-1] == tables.END:
            return True


def _reduced(states: list[int], move: int) -> list[int]:
    origin, length = _PLANS[-1 - move][0], _PLANS[-1 - move][2]
    left = states[:-length] if length else list(states)
    return [*left, _STATES[left[-1]][origin]]
