"""Segments that were resolved before: one that is written as it was, and names only what is written as it was, means
what it meant. An editor checks a file at every keystroke; so that costs the declaration that was touched, and those
that name it.

What is remembered was fine: nothing was said about it, nor about anything that it names. Whatever is wrong is resolved
anew each time, so that every mistake is said with its place of today.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from segql.semantics import model
from segql.semantics.context import LONGEST_CHAIN, Context
from segql.semantics.scope import Declared
from segql.source import Span
from segql.syntax import ast
from segql.syntax.walk import walk

MOST = 8192

# What a declaration is written as: its kind, name and text, and what its file gives it.
Written = tuple[str, str, str, str, str]
Key = tuple[str, frozenset[Written]]


class Remembered(NamedTuple):
    """The meaning of a segment, and the defines that it reads."""

    segment: model.Segment
    used: frozenset[str]


_KNOWN: dict[Key, Remembered] = {}


class Memory:
    """What one resolution recalls, and what it has to tell the next."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._around: dict[tuple[str, str], tuple[Declared, ...] | None] = {}
        self._keys: dict[str, Key | None] = {}
        self._new: dict[str, tuple[Key, Remembered]] = {}

    def recalled(self, name: str) -> model.Segment | None:
        """A segment as it was, if it still is."""
        key = self._key(name)
        known = _KNOWN.get(key) if key else None
        if known is None or key is None or len(key[1]) + len(self._context.resolving) >= LONGEST_CHAIN:
            return None
        self._context.used |= known.used
        return known.segment

    def noted(self, name: str, found: model.Segment | None, used: set[str]) -> None:
        """A segment was resolved, and nothing was said meanwhile."""
        key = self._key(name)
        if found is not None and key is not None:
            self._new[name] = (key, Remembered(found, frozenset(used)))

    def keep(self) -> None:
        """At the end: remembers what is fine, now that all is known that is not."""
        context = self._context
        if context.ambiguous or context.too_long or not self._new:
            return
        wrong = [(d.primary.source.name, d.primary.span) for d in context.said]
        if len(_KNOWN) + len(self._new) > MOST:
            _KNOWN.clear()
        for name, (key, remembered) in self._new.items():
            if not wrong or not self._touched(name, wrong):
                _KNOWN[key] = remembered

    def _touched(self, name: str, wrong: list[tuple[str, Span]]) -> bool:
        """Whether anything was said of a segment or of what it names."""
        pieces = [declared.piece for declared in self._closure(name) or ()]
        return any(
            piece.source.name == file and piece.start <= end and start <= piece.start + len(piece.text)
            for piece in pieces
            for file, (start, end) in wrong
        )

    # ------------------------------------------------------------ what a segment depends on

    def _key(self, name: str) -> Key | None:
        """What the meaning of a segment depends on; None if that is not plain."""
        if name not in self._keys:
            closure = self._closure(name)
            written = frozenset(map(_written, closure)) if closure is not None and not self._context.given else None
            self._keys[name] = (name, written) if written is not None else None
        return self._keys[name]

    def _closure(self, name: str) -> list[Declared] | None:
        """A segment and all that it could name, and what that could name; None if one of the names is broken."""
        first = self._context.scope.find("segment", name)
        found: dict[tuple[str, str], Declared] = {}
        waiting = [first] if first else []
        while waiting:
            declared = waiting.pop()
            at = (type(declared.node).__name__, declared.node.name.text)
            if at in found:
                continue
            found[at] = declared
            around = self._named(at, declared)
            if around is None:
                return None
            waiting.extend(around)
        return list(found.values())

    def _named(self, at: tuple[str, str], declared: Declared) -> tuple[Declared, ...] | None:
        """What the words of a declaration could name."""
        if at not in self._around:
            words = _words(declared.node)
            broken = not self._context.scope.broken.isdisjoint(words)
            self._around[at] = None if broken else tuple(self._meanings(words, declared.node))
        return self._around[at]

    def _meanings(self, words: frozenset[str], node: ast.Declaration) -> Iterator[Declared]:
        scope = self._context.scope
        for names in (scope.names[kind] for kind in ("source", "table", "parameter", "define", "segment", "analysis")):
            yield from (names[word] for word in words & names.keys())
        if isinstance(node, ast.Source) and node.like and (base := scope.find_like(node.like.text)):
            yield base


def _written(declared: Declared) -> Written:
    piece = declared.piece
    kind = type(declared.node).__name__
    return kind, declared.node.name.text, piece.text, declared.file.zone, piece.source.directory


@lru_cache(maxsize=MOST)
def _words(node: ast.Declaration) -> frozenset[str]:
    """Every word of a declaration that could be the name of another."""
    found: set[str] = set()
    for each in walk(node):
        match each:
            case ast.Name():
                found.add(each.text)
            case ast.Path():
                found.add(each.text)
                found.add(each.parts[0])
            case ast.ParamRef():
                found.add(each.name)
            case _:
                pass
    return frozenset(found)


def forget() -> None:
    """Forgets what was resolved before: for measurements, and for tests."""
    _KNOWN.clear()
