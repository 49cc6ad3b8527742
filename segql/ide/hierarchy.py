"""Which segments are made of which: who names a segment, and whom it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from segql.ide.navigation import everywhere
from segql.ide.snapshot import Snapshot
from segql.ide.world import KINDS, Declared, Symbol
from segql.node import Value
from segql.source import Span
from segql.syntax import ast


class Link(Value):
    """A declaration that names another, or is named, and where the name stands."""

    declared: Declared
    spans: tuple[Span, ...]


def reusable(snapshot: Snapshot, offset: int) -> tuple[Declared, ...]:
    """The segments and analyses that are named at an offset; else the one in which it stands."""
    found = snapshot.names.at(snapshot.source, offset)
    symbols = sorted(found.symbols) if found else []
    named = [s for s in symbols if s.kind in ("segment", "analysis")]
    if named:
        return tuple(declared for symbol in named for declared in snapshot.names.declarations(symbol))
    around = (d for d in _owners(snapshot) if d.source is snapshot.source and d.whole.start <= offset <= d.whole.end)
    return tuple(d for d in around if d.symbol.kind in ("segment", "analysis"))


def used_by(snapshot: Snapshot, symbol: Symbol, others: Iterable[Snapshot] = ()) -> tuple[Link, ...]:
    """Who names a segment: other segments, analyses, and tests."""
    found: dict[tuple[str, Span], tuple[Declared, list[Span]]] = {}
    snapshots = [snapshot, *others]
    for place in everywhere(snapshot, [symbol], snapshots[1:]):
        if place.declared is None:
            at = place.source.name
            for each in snapshots:
                owner = next(
                    (
                        o
                        for o in _owners(each)
                        if o.source.name == at and o.whole.start <= place.span.start < o.whole.end
                    ),
                    None,
                )
                if owner is not None:
                    found.setdefault((at, owner.whole), (owner, []))[1].append(place.span)
                    break
    return tuple(Link(declared=declared, spans=tuple(spans)) for declared, spans in found.values())


def uses(snapshot: Snapshot, symbol: Symbol) -> tuple[Link, ...]:
    """Whom a segment or analysis names."""
    found: dict[Symbol, list[Span]] = {}
    for owner in snapshot.names.declarations(symbol):
        for place in snapshot.names.inside(owner.piece):
            inside = owner.whole.start <= place.span.start < owner.whole.end and place.declared is None
            for named in sorted(place.symbols) if inside else ():
                if named.kind in ("segment", "analysis"):
                    found.setdefault(named, []).append(place.span)
    links: list[Link] = []
    for named, spans in found.items():
        declared = snapshot.names.declarations(named)
        links += [Link(declared=each, spans=tuple(spans)) for each in declared[:1]]
    return tuple(links)


def _owners(snapshot: Snapshot) -> Iterator[Declared]:
    """What can name a segment."""
    for piece, node in snapshot.world.written():
        if isinstance(node, ast.Segment | ast.Explore | ast.Paths | ast.Funnel | ast.Retention):
            symbol = Symbol(KINDS[type(node)], "", node.name.text)
            yield Declared(symbol=symbol, node=node, name=node.name, piece=piece)
        elif isinstance(node, ast.Test):
            symbol = Symbol("analysis", "", f"test {node.name.text}")  # a test has no name of its own
            yield Declared(symbol=symbol, node=node, name=node.name, piece=piece)
