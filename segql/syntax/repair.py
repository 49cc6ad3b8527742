"""A broken text to a tree that an editor can ask: what cannot stand is left out, and what is missing is filled in.

Nothing is said about the text here, and nothing is compiled from it: that is for `parse`.
"""

from __future__ import annotations

from functools import lru_cache

from segql_grammar import tables

from segql.syntax import ast
from segql.syntax.build import Builder
from segql.syntax.parse import Piece, expected, shifted, tree
from segql.syntax.scan import END, UNCLOSED_NAME, UNCLOSED_STRING, Token, scan

# What fills a gap, the best first. A name that was filled in is empty, so that nobody takes it for one.
_FILLERS = ("RBRACE", "RPAR", "NAME", "STRING", "NUMBER", "EQUAL", "COLON", "LBRACE", "LPAR", "DID", "OF", "DATE")
# Keywords as they are written, by their terminals.
WORDS = {name: text for text, names in tables.WORDS.items() for name in names}
_TEXTS = {name: text for text, names in (*tables.WORDS.items(), *tables.SYMBOLS.items()) for name in names}
_TEXTS |= {"NAME": "", "STRING": "''", "NUMBER": "0", "DATE": "2026-01-01"}
_MOST = 40  # fillings of one text: each costs a look at all that could stand there


def declarations(piece: Piece) -> tuple[ast.Declaration, ...]:
    """The declarations of a piece: those that were parsed, or what can be made of them."""
    return _repaired(piece.text) if piece.problem else piece.declarations


@lru_cache(maxsize=256)
def _repaired(text: str) -> tuple[ast.Declaration, ...]:
    scanned = scan(text)
    return whole(scanned.tokens, scanned.docs, len(text))


def whole(tokens: list[Token], docs: dict[int, str], end: int) -> tuple[ast.Declaration, ...]:
    """The declarations of tokens, as far as something can be made of them."""
    states, kept = mended(tokens)
    return tree(_ended(states, kept), Builder(docs), end)


def mended(tokens: list[Token]) -> tuple[list[int], list[Token]]:
    """The parser's states after tokens, and the tokens that took it there."""
    states, kept, fillings = [tables.START], list[Token](), 0
    for token in map(_closed, tokens):
        if (after := shifted(states, token)) is None and fillings < _MOST:
            fillings += 1
            filler = _bridge(states, token)
            if filler is not None:
                states = shifted(states, filler) or states
                kept.append(filler)
                after = shifted(states, token)
        if after is not None:
            states = after
            kept.append(token)
    return states, kept


def _closed(token: Token) -> Token:
    """A text or name that has no end on its line, with its end."""
    if token.kinds == (UNCLOSED_STRING,):
        return token._replace(kinds=("STRING",), text=token.text + token.text[0])
    if token.kinds == (UNCLOSED_NAME,):
        return token._replace(kinds=("NAME",), text=token.text + "`")
    return token


def _bridge(states: list[int], token: Token) -> Token | None:
    """A token that lets another stand where it cannot."""
    for terminal in _fitting(states):
        filler = Token((terminal,), _TEXTS[terminal], token.start, token.start)
        after = shifted(states, filler)
        if after is not None and shifted(after, token) is not None:
            return filler
    return None


def _ended(states: list[int], kept: list[Token]) -> list[Token]:
    """Tokens with what is missing at their end."""
    at = kept[-1].end if kept else 0
    kept = list(kept)
    for _ in range(_MOST):
        if END in expected(states):
            return kept
        for terminal in _fitting(states):
            filler = Token((terminal,), _TEXTS[terminal], at, at)
            after = shifted(states, filler)
            if after is not None:
                states = after
                kept.append(filler)
                break
    return []


def _fitting(states: list[int]) -> list[str]:
    """What could stand in a state and can be made up, the best first."""
    could = expected(states)
    ranked = [t for t in _FILLERS if t in could]
    return ranked + [t for t in could if t in _TEXTS and t not in ranked]
