"""Values for trees: frozen, compared by meaning, and cheap to declare.

A class that derives from `Node` reads like a frozen, keyword-only dataclass and is checked like one
(`typing.dataclass_transform`). It is not one, because `dataclasses` writes and compiles source code for every class:
for the hundred node classes of SegQL that alone would cost more than everything else `segql check` does at start-up.
"""

from __future__ import annotations

from typing import Any, dataclass_transform

from segql.source import Span


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Value:
    """A frozen value: its fields are the annotations of its class and of the classes above it.

    Raises `TypeError` when a field is missing or unknown, `AttributeError` when something tries to change it.
    """

    _fields: tuple[str, ...] = ()
    _named: frozenset[str] = frozenset()
    _required: frozenset[str] = frozenset()
    _compared: tuple[str, ...] = ()

    def __init_subclass__(cls) -> None:
        # `inspect.get_annotations` would say the same; importing `inspect` costs more than all of this.
        annotations = cls.__dict__.get("__annotations__", ())  # noqa: RUF063
        own = tuple(name for name in annotations if not name.startswith("_"))
        cls._fields = (*(name for name in cls._fields if name not in own), *own)
        cls._named = frozenset(cls._fields)
        cls._required = frozenset(name for name in cls._fields if not hasattr(cls, name))
        cls._compared = tuple(name for name in cls._fields if name not in ("span", "origin"))

    def __init__(self, **fields: Any) -> None:
        if fields.keys() != self._named and not (self._required <= fields.keys() <= self._named):
            wrong = sorted(self._required - fields.keys()) or sorted(fields.keys() - self._named)
            raise TypeError(f"{type(self).__name__}: check the fields {', '.join(wrong)}")
        self.__dict__.update(fields)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: `{name}` cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: `{name}` cannot be deleted")

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not type(other):
            return NotImplemented
        if hash(self) != hash(other):  # remembered, so unlike values are told apart at once
            return False
        return all(getattr(self, name) == getattr(other, name) for name in self._compared)

    def __hash__(self) -> int:
        known: int | None = self.__dict__.get("_hash")
        if known is None:  # trees share large parts: each is hashed once
            known = hash((type(self), *(getattr(self, name) for name in self._compared)))
            self.__dict__["_hash"] = known
        return known

    def __repr__(self) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name in self._compared)
        return f"{type(self).__name__}({', '.join(shown)})"

    def replace(self, **changes: Any) -> Any:
        """A copy with some fields changed."""
        return type(self)(**{name: getattr(self, name) for name in self._fields} | changes)


class Node(Value):
    """A value that stands somewhere in a text. Two nodes that differ only in their span are equal."""

    span: Span
