"""The names of a text and of all that it uses, read from the trees alone: a broken declaration has its names too.

The compiler knows what a program means; an editor needs to know what a name means while there is no program yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from typing import Any, Literal, NamedTuple

from segql.node import Node, Value
from segql.semantics.presets import preset
from segql.semantics.scope import Read
from segql.source import Source, Span
from segql.syntax import ast
from segql.syntax.parse import Parsed, Piece, parse
from segql.syntax.repair import declarations
from segql.syntax.walk import walk

Kind = Literal[
    "data", "parameter", "define", "segment", "analysis", "field", "event", "key", "time", "label", "column"
]  # fmt: skip

EVERYONE = "everyone"  # an audience that nobody declares


KINDS: dict[type, Kind] = {
    ast.Source: "data",
    ast.Table: "data",
    ast.Param: "parameter",
    ast.Define: "define",
    ast.Segment: "segment",
    ast.Explore: "analysis",
    ast.Paths: "analysis",
    ast.Funnel: "analysis",
    ast.Retention: "analysis",
}


class Symbol(NamedTuple):
    """What a name stands for. Fields and events belong to a source or table, labels to a sequence, named columns to an
    analysis, keys to nobody.
    """

    kind: Kind
    owner: str
    name: str


class Declared(Value):
    """A declaration, or a part of one that has a name of its own, and the piece that holds it."""

    symbol: Symbol
    node: Any
    name: Node
    piece: Piece

    @property
    def source(self) -> Source:
        return self.piece.source

    @property
    def span(self) -> Span:
        """Where the name stands in the file."""
        return moved(self.name.span, self.piece)

    @property
    def whole(self) -> Span:
        """Where all of it stands in the file."""
        return moved(self.node.span, self.piece)


def moved(span: Span, piece: Piece) -> Span:
    """A span of a piece as one of its file."""
    return Span(piece.start + span.start, piece.start + span.end)


_Members = Callable[["World", str], dict[str, Declared]]


def _remembered(find: _Members) -> _Members:
    """What rows have is asked for every name that reads them, and worked out once."""

    def found(world: World, data: str) -> dict[str, Declared]:
        known = world.remembered.setdefault(find.__name__, {})
        if data not in known:
            known[data] = find(world, data)
        return known[data]

    found.__doc__ = find.__doc__
    return found


class Surface(Value):
    """All that a name can mean anything by: what is declared, without where, and without the insides of segments. The
    steps of funnels are named in segments.
    """

    data: tuple[ast.Data, ...]
    funnels: tuple[ast.Funnel, ...]
    names: tuple[tuple[str, str, tuple[str, ...]], ...]  # kind, name, and the data of segments


@lru_cache(maxsize=64)
def _one(surface: Surface) -> Surface:
    """One value for all surfaces that are alike: it is compared often."""
    return surface


class World:
    """All files that a text can see, and what is declared in them."""

    def __init__(self, source: Source, read: Read) -> None:
        self.main = source
        self.remembered: dict[str, dict[str, dict[str, Declared]]] = {}
        self.files: dict[str, Parsed] = {}
        self._collect(source, read)

    def _collect(self, source: Source, read: Read) -> None:
        parsed = self.files[source.name] = parse(source)
        for piece in parsed.pieces:
            for node in declarations(piece):
                if isinstance(node, ast.Use):
                    found = read(node.file.value, source)
                    if isinstance(found, Source) and found.name not in self.files:
                        self._collect(found, read)

    def written(self, source: Source | None = None) -> Iterator[tuple[Piece, ast.Declaration]]:
        """The declarations of one file, or of all, with their pieces."""
        for parsed in [self.files[source.name]] if source else self.files.values():
            for piece in parsed.pieces:
                for node in declarations(piece):
                    yield piece, node

    @cached_property
    def named(self) -> dict[Symbol, Declared]:
        """The declarations by what they declare; of several with one name, the first."""
        found: dict[Symbol, Declared] = {}
        for piece, node in self.written():
            if isinstance(node, ast.Use | ast.Zone | ast.Test):
                continue
            symbol = Symbol(KINDS[type(node)], "", node.name.text)
            found.setdefault(symbol, Declared(symbol=symbol, node=node, name=node.name, piece=piece))
        return found

    def find(self, kind: Kind, name: str) -> Declared | None:
        """A declaration by its name."""
        return self.named.get(Symbol(kind, "", name))

    @cached_property
    def surface(self) -> Surface:
        """What the meaning of any name in this world depends on."""
        data = tuple(d.node for d in self.named.values() if d.symbol.kind == "data")
        funnels = tuple(d.node for d in self.named.values() if isinstance(d.node, ast.Funnel))
        names = tuple(
            (symbol.kind, symbol.name, self.data_of(declared.node) if symbol.kind == "segment" else ())
            for symbol, declared in self.named.items()
            if symbol.kind in ("parameter", "define", "segment")
        )
        return _one(Surface(data=data, funnels=funnels, names=names))

    def names(self, kind: Kind) -> tuple[str, ...]:
        """The names of a kind of declaration."""
        return tuple(symbol.name for symbol in self.named if symbol.kind == kind)

    # ------------------------------------------------------------ what rows have

    def chain(self, data: str) -> Iterator[Declared]:
        """A source or table, and the sources that it is like."""
        seen: set[str] = set()
        found = self.find("data", data) or well_known(data)
        while found is not None and found.node.name.text not in seen:
            seen.add(found.node.name.text)
            yield found
            like = getattr(found.node, "like", None)
            found = (self.find("data", like.text) or well_known(like.text)) if like else None

    @_remembered
    def members(self, data: str) -> dict[str, Declared]:
        """The fields, keys and time of rows, by name."""
        return {**self._keys_and_time(data), **self.fields(data)}

    @_remembered
    def fields(self, data: str) -> dict[str, Declared]:
        """The fields of rows; one that is a key too is that key."""
        found: dict[str, Declared] = {}
        for declared in self.chain(data):
            for item in declared.node.items:
                if isinstance(item, ast.Field) and item.path.text not in found:
                    symbol = self.member(data, declared.symbol.name, item.path.text)
                    found[item.path.text] = Declared(symbol=symbol, node=item, name=item.path, piece=declared.piece)
        return found

    def member(self, data: str, owner: str, name: str) -> Symbol:
        """What a field of an owner is: a key of the data of that name comes first."""
        return Symbol("key", "", name) if name in self.keys(data) else Symbol("field", owner, name)

    @_remembered
    def keys(self, data: str) -> dict[str, Declared]:
        """The keys that rows carry."""
        for declared in self.chain(data):
            columns = [c for item in declared.node.items if isinstance(item, ast.Keys) for c in item.columns]
            if columns:
                return {
                    c.key.text: Declared(symbol=Symbol("key", "", c.key.text), node=c, name=c.key, piece=declared.piece)
                    for c in columns
                }
        return {}

    def _keys_and_time(self, data: str) -> dict[str, Declared]:
        found = dict(self.keys(data))
        for declared in self.chain(data):
            times = [item for item in declared.node.items if isinstance(item, ast.Time)]
            if times:
                symbol = Symbol("time", declared.symbol.name, times[0].column.text)
                time = Declared(symbol=symbol, node=times[0], name=times[0].column, piece=declared.piece)
                found.setdefault(symbol.name, time)
                break
        return found

    @_remembered
    def events(self, data: str) -> dict[str, Declared]:
        """The events of a source, by name."""
        found: dict[str, Declared] = {}
        for declared in self.chain(data):
            for item in declared.node.items:
                if isinstance(item, ast.Event):
                    symbol = Symbol("event", declared.symbol.name, item.name.text)
                    event = Declared(symbol=symbol, node=item, name=item.name, piece=declared.piece)
                    found.setdefault(item.name.text, event)
        return found

    def explained(self, symbol: Symbol) -> Declared | None:
        """What a part of some rows is, wherever it is declared: also in a well-known schema, which is no file."""
        match symbol.kind:
            case "data":
                return self.find("data", symbol.name) or well_known(symbol.name)
            case "event":
                return self.events(symbol.owner).get(symbol.name)
            case "field" | "time":
                return self.members(symbol.owner).get(symbol.name)
            case "key":
                having = (self.keys(data) for data in self.names("data"))
                return next((keys[symbol.name] for keys in having if symbol.name in keys), None)
            case _:
                return None

    def data_of(self, node: ast.Segment, seen: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The data of a segment: those of `from`, else those of the segments and funnels of its key that it names."""
        from_ = [item for item in node.items if isinstance(item, ast.FromSources)]
        if from_:
            return tuple(dict.fromkeys(n.text for n in from_[0].names if self.find("data", n.text)))
        found: list[str] = []
        for name in _named_segments(node):
            other = self.find("segment", name)
            if other is not None and name not in seen and key_of(other.node) == key_of(node):
                found.extend(self.data_of(other.node, (*seen, name)))
        for each in walk(node):
            asked = self.find("analysis", each.funnel.text) if isinstance(each, ast.OfFunnel) and not each.via else None
            if asked is not None and key_of(asked.node) == key_of(node):
                named = (n.text for item in asked.node.items if isinstance(item, ast.FromSources) for n in item.names)
                found.extend(name for name in named if self.find("data", name))
        return tuple(dict.fromkeys(found))


def well_known(name: str) -> Declared | None:
    """A well-known schema, which is in none of the files."""
    piece = preset(name)
    if piece is None:
        return None
    node = piece.declarations[0]
    assert isinstance(node, ast.Source)
    return Declared(symbol=Symbol("data", "", name), node=node, name=node.name, piece=piece)


def key_of(node: ast.Segment | ast.Analysis) -> str:
    """The key of a segment or analysis; empty if it has none yet."""
    return next((item.path.text for item in node.items if isinstance(item, ast.Key)), "")


def _named_segments(node: ast.Segment) -> Iterator[str]:
    return (n.segment.text for n in walk(node) if isinstance(n, ast.InSegment) and n.via is None)
