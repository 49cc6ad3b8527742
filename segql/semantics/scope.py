"""What the declarations of a program are, by name; and where a diagnostic about one of them stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from segql.diagnostics import register
from segql.diagnostics.model import Diagnostic, Label
from segql.diagnostics.suggest import nearest
from segql.node import Node
from segql.semantics.presets import preset
from segql.semantics.zones import first_on_clocks
from segql.source import Source, Span
from segql.syntax import ast
from segql.syntax.parse import Parsed, Piece, parse

Read = Callable[[str, Source], Source | str]
"""Reads the file that a `use` names, seen from a source: its text, or the reason why not."""

KINDS: dict[type, str] = {
    ast.Source: "source",
    ast.Table: "table",
    ast.Param: "parameter",
    ast.Define: "define",
    ast.Segment: "segment",
    ast.Explore: "analysis",
    ast.Paths: "analysis",
    ast.Funnel: "analysis",
    ast.Retention: "analysis",
}

# Kinds of one name: what is read by it, and what is compiled by it, is one thing.
SHARED = (("source", "table"), ("segment", "analysis"))


class Declared:
    """A declaration and the piece that holds it: a label for every node of it, and the zone of its file."""

    __slots__ = ("file", "node", "piece")

    def __init__(self, node: Any, piece: Piece, file: FileScope) -> None:
        self.node = node
        self.piece = piece
        self.file = file

    def at(self, node: Node | Span, text: str = "") -> Label:
        """A label for a node of this declaration."""
        return self.piece.label(node.span if isinstance(node, Node) else node, text)


class FileScope:
    """One file: its pieces and its zone, which may be none that it `sets` itself."""

    def __init__(self, parsed: Parsed, zone: str) -> None:
        self.parsed = parsed
        self.zone = zone
        self.sets = any(isinstance(node, ast.Zone) for piece in parsed.pieces for node in piece.declarations)


class Scope:
    """All declarations that a file can name: its own, and those of the files that it uses.

    Problems found on the way are in `said`. Names that a broken declaration would have declared are in `broken`:
    nothing is said about them, because their own declaration has its diagnostic already.
    """

    def __init__(self, zone: str) -> None:
        self.default_zone = zone
        self.said: list[Diagnostic] = []
        self.broken: set[str] = set()
        self.names: dict[str, dict[str, Declared]] = {
            kind: {} for kind in ("source", "table", "parameter", "define", "segment", "analysis")
        }
        self.tests: list[Declared] = []
        self.main: FileScope | None = None

    def find(self, kind: str, name: str) -> Declared | None:
        return self.names[kind].get(name)

    def find_like(self, name: str) -> Declared | None:
        """The source that another can be like: a declared one, or a well-known schema."""
        found = self.find("source", name)
        if found is None and (piece := preset(name)):
            return Declared(piece.declarations[0], piece, FileScope(parse(piece.source), self.default_zone))
        return found

    def known(self, *kinds: str) -> tuple[str, ...]:
        return tuple(name for kind in kinds for name in self.names[kind])

    def unknown(self, kind: str, at: Label, name: str, kinds: tuple[str, ...] = ()) -> None:
        """Says that there is no such name, with the nearest one; silent if a broken declaration may have it."""
        if name in self.broken:
            return
        known = self.known(*(kinds or (kind,)))
        near = nearest(name, known)
        declared = self.names[kind].get(near or "")
        label = declared.at(declared.node.name, f"{_article(kind)} with a similar name") if declared else None
        self.said.append(register.unknown(kind, at, name, near, known, declared=label))


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def collect(source: Source, read: Read, zone: str = "UTC") -> Scope:
    """The scope of a file. `read` fetches used files; `zone` is the project's default."""
    scope = Scope(zone)
    scope.main = _collect(source, read, scope, (), {})
    return scope


def _collect(source: Source, read: Read, scope: Scope, using: tuple[str, ...], done: dict[str, FileScope]) -> FileScope:
    parsed = parse(source)
    scope.said.extend(parsed.diagnostics)
    file = FileScope(parsed, _zone(parsed, scope))
    done[source.name] = file
    for piece in parsed.pieces:
        scope.broken.update(piece.broken)
        for node in piece.declarations:
            declared = Declared(node, piece, file)
            if isinstance(node, ast.Use):
                _use(declared, source, read, scope, (*using, source.name), done)
            elif isinstance(node, ast.Test):
                if not using:
                    scope.tests.append(declared)
            elif not isinstance(node, ast.Zone):
                _declare(declared, scope)
    return file


def _use(
    declared: Declared, source: Source, read: Read, scope: Scope, using: tuple[str, ...], done: dict[str, FileScope]
) -> None:
    file = declared.node.file
    found = read(file.value, source)
    if isinstance(found, str):
        scope.said.append(register.file_not_usable(declared.at(file), file.value, found))
    elif found.name in using:
        names = (*using[using.index(found.name) :], found.name)
        scope.said.append(register.ring(declared.at(file), names, "file"))
    else:
        if found.name not in done:
            _collect(found, read, scope, using, done)
        _say_zones(declared, done[found.name], scope)


def _say_zones(use: Declared, used: FileScope, scope: Scope) -> None:
    """Says so if a file that sets no zone could be thought to have the one of the file that uses it, or that it uses."""
    ours = use.file
    if ours.zone == used.zone:
        return
    for silent in (used, ours):
        place = None if silent.sets else first_on_clocks(silent.parsed.pieces, tests=silent is ours)
        if place is not None:
            zones = (used.zone, ours.zone)
            scope.said.append(
                register.other_zone(use.at(use.node.file), use.node.file.value, zones, silent is ours, place)
            )
            return


def _declare(declared: Declared, scope: Scope) -> None:
    node = declared.node
    kind = KINDS[type(node)]
    for space in next((shared for shared in SHARED if kind in shared), (kind,)):
        first = scope.names[space].get(node.name.text)
        if first is not None:
            label = first.at(first.node.name, "first declared here")
            scope.said.append(register.duplicate_name(declared.at(node.name), label, node.name.text, kind))
            return
    scope.names[kind][node.name.text] = declared


def _zone(parsed: Parsed, scope: Scope) -> str:
    found = [(n, p) for p in parsed.pieces for n in p.declarations if isinstance(n, ast.Zone)]
    for node, piece in found[1:]:
        first = found[0][1].label(found[0][0].span, "first set here")
        scope.said.append(register.duplicate_clause(piece.label(node.span), first, "zone"))
    if not found:
        return scope.default_zone
    node, piece = found[0]
    if not is_zone(node.zone.value):
        near = nearest(node.zone.value, _zones())
        scope.said.append(register.unknown_zone(piece.label(node.zone.span), node.zone.value, near))
        return scope.default_zone
    return node.zone.value


def is_zone(name: str) -> bool:
    """Whether the IANA database has a zone of this name."""
    if name == "UTC":
        return True
    from zoneinfo import ZoneInfo  # imported where it is needed: most files have no zone

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _zones() -> set[str]:
    from zoneinfo import available_timezones

    return available_timezones()
