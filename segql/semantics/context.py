"""What every pass of the semantics shares: the scope, what was said, and what is resolved already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from segql.diagnostics import register
from segql.diagnostics.model import Diagnostic, Label
from segql.node import Node, Value
from segql.semantics import model
from segql.semantics.scope import Declared, Scope
from segql.syntax import ast

ANY = model.Type(name="any")
BOOLEAN = model.Type(name="boolean")
INTEGER = model.Type(name="integer")
DECIMAL = model.Type(name="decimal")
FLOAT = model.Type(name="float")
TEXT = model.Type(name="text")
DATE = model.Type(name="date")
TIMESTAMP = model.Type(name="timestamp")

# Stands where something could not be resolved: it fits everywhere, so that one mistake is one message.
UNKNOWN = model.Const(value=None, type=ANY)

LONGEST_CHAIN = 60  # declarations that need one another; far from Python's own limit

Item = TypeVar("Item", bound=Node)


class Context:
    """The state of one resolution. `given` holds the values of parameters; `said` grows."""

    def __init__(self, scope: Scope, given: Mapping[str, model.Constant]) -> None:
        self.scope = scope
        self.given = given
        self.said: list[Diagnostic] = scope.said
        self.data: dict[str, model.Data | None] = {}
        self.segments: dict[str, model.Segment | None] = {}
        self.analyses: dict[str, model.Analysis | None] = {}
        self.events: dict[tuple[str, str], model.Event | None] = {}
        self.resolving: list[tuple[str, str]] = []
        self.used: set[str] = set()  # defines that something reads
        self.ambiguous: set[tuple[str, str]] = set()  # names, by the data whose rows they read, that were said once
        self.too_long = False
        self.rings: set[frozenset[tuple[str, str]]] = set()
        # Segments that need not be resolved again, and whom to tell of those that were: see `memory`.
        self.recalled: Callable[[str], model.Segment | None] = lambda _: None
        self.noted: Callable[[str, model.Segment | None, set[str]], None] = lambda *_: None

    def say(self, diagnostic: Diagnostic) -> None:
        self.said.append(diagnostic)

    def in_ring(self, kind: str, name: str, at: Label) -> bool:
        """Whether a thing is being resolved already; if so, says which ring it closes. A chain may also be too long."""
        if (kind, name) not in self.resolving:
            return self._too_long(kind, at)
        alike = ("segment", "analysis") if kind in ("segment", "analysis") else (kind,)
        names = [n for k, n in self.resolving[self.resolving.index((kind, name)) :] if k in alike]
        ring = frozenset((kind, n) for n in names)
        if ring not in self.rings:  # it can be entered at any of its members, and is still one mistake
            self.rings.add(ring)
            self.say(register.ring(at, (*names, name), kind))
        return True

    def _too_long(self, kind: str, at: Label) -> bool:
        if len(self.resolving) < LONGEST_CHAIN:
            return False
        if not self.too_long:
            self.too_long = True
            self.say(register.chain_too_long(at, kind, LONGEST_CHAIN))
        return True

    def resolve(self, kind: str, name: str, work: Callable[[], Any]) -> Any:
        """Does the work while the thing is marked as being resolved."""
        self.resolving.append((kind, name))
        try:
            return work()
        finally:
            self.resolving.pop()


class Env(Value):
    """Where an expression stands: whose rows it reads, and which earlier steps it may name."""

    context: Context
    declared: Declared
    data: model.Data
    labels: tuple[tuple[str, model.Data], ...] | None = None  # None outside of steps

    def text(self, node: ast.Expr) -> str:
        """An expression as it is written."""
        return self.declared.piece.text[node.span.start : node.span.end]

    @property
    def zone(self) -> str:
        return self.declared.file.zone


def only(context: Context, declared: Declared, items: Iterable[Any], kind: type[Item], word: str) -> Item | None:
    """The one clause of a kind; says so when there are several."""
    found = [item for item in items if isinstance(item, kind)]
    for extra in found[1:]:
        first = declared.at(found[0], "first written here")
        context.say(register.duplicate_clause(declared.at(extra), first, word))
    return found[0] if found else None
