"""From a name to where it is declared, and to everywhere that it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from segql.ide.names import Occurrence
from segql.ide.snapshot import Snapshot
from segql.ide.world import Declared, Symbol


def definitions(snapshot: Snapshot, offset: int) -> tuple[Declared, ...]:
    """Where the name at an offset is declared: a key wherever rows are said to carry it."""
    found = snapshot.names.at(snapshot.source, offset)
    symbols = sorted(found.symbols) if found else ()
    return tuple(declared for symbol in symbols for declared in snapshot.names.declarations(symbol))


def type_definitions(snapshot: Snapshot, offset: int) -> tuple[Declared, ...]:
    """Where that is declared which says of what kind a thing is: the data of a field, event or segment, a step's event."""
    found = snapshot.names.at(snapshot.source, offset)
    kinds = [kind for symbol in sorted(found.symbols) for kind in _kind_of(snapshot, symbol)] if found else []
    return tuple(declared for kind in dict.fromkeys(kinds) for declared in snapshot.names.declarations(kind))


def _kind_of(snapshot: Snapshot, symbol: Symbol) -> Iterator[Symbol]:
    world = snapshot.world
    match symbol.kind:
        case "field" | "event" | "time":
            yield Symbol("data", "", symbol.owner)
        case "key":
            yield from (Symbol("data", "", data) for data in world.names("data") if symbol.name in world.keys(data))
        case "segment":
            for declared in snapshot.names.declarations(symbol):
                yield from (Symbol("data", "", data) for data in world.data_of(declared.node))
        case "label":
            for declared in snapshot.names.declarations(symbol):
                last = declared.node.event.path.parts[-1]
                for data in world.names("data"):
                    if last in world.events(data):
                        yield world.events(data)[last].symbol
        case _:
            yield symbol


def references(snapshot: Snapshot, offset: int, others: Iterable[Snapshot] = ()) -> tuple[Occurrence, ...]:
    """Everywhere that what stands at an offset is named, its declarations too: also where others use these files."""
    found = snapshot.names.at(snapshot.source, offset)
    return tuple(everywhere(snapshot, found.symbols, others)) if found else ()


def highlights(snapshot: Snapshot, offset: int) -> tuple[Occurrence, ...]:
    """Where in the file itself the thing at an offset is named."""
    return tuple(o for o in references(snapshot, offset) if o.source.name == snapshot.source.name)


def everywhere(snapshot: Snapshot, symbols: Iterable[Symbol], others: Iterable[Snapshot]) -> Iterator[Occurrence]:
    """All places of things in a snapshot, and in others that see the same declarations of them; each once."""
    seen: set[tuple[str, int]] = set()
    places = {_place(d) for symbol in symbols for d in snapshot.names.declarations(symbol)}
    for each in (snapshot, *others):
        alike = [s for s in symbols if each is snapshot or places & {_place(d) for d in each.names.declarations(s)}]
        for occurrence in each.names.of(alike):
            place = (occurrence.source.name, occurrence.span.start)
            if place not in seen:
                seen.add(place)
                yield occurrence


def _place(declared: Declared) -> tuple[str, int]:
    return declared.source.name, declared.span.start
