"""Every place of a text where a name stands, and what it stands for.

`spots` walks the tree: what kind of name does the grammar want here, and whose rows are in sight? `bound` answers what
that name means there, as the compiler would. Completion asks the first question, all else the second.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from functools import cached_property
from typing import Literal, NamedTuple

from segql.ide.world import EVERYONE, KINDS, Declared, Kind, Surface, Symbol, World, moved, well_known
from segql.node import Node, Value
from segql.source import Source, Span
from segql.syntax import ast
from segql.syntax.parse import Piece
from segql.syntax.repair import declarations
from segql.syntax.scan import PART
from segql.syntax.walk import children

Slot = Literal[
    "new",
    "data",
    "source",
    "like",
    "table",
    "segment",
    "audience",
    "funnel",
    "step",
    "key",
    "time",
    "event",
    "read",
    "member",
    "row",
    "column",
    "parameter",
    "label",
    "function",
]


class Label(Value):
    """A step that later steps can name, and the data of its event."""

    declared: Declared
    data: tuple[str, ...]


class Sight(Value):
    """What a name can see: the data whose rows are read, the steps above, and the columns of an analysis: those that have
    a name of their own, and those that are called as what they read.
    """

    data: tuple[str, ...] = ()
    labels: tuple[Label, ...] = ()
    columns: tuple[Declared, ...] = ()
    read: tuple[str, ...] = ()


class Spot(Value):
    """A name where it stands. `declared` is what it declares, if it does."""

    slot: Slot
    node: ast.Name | ast.Path | ast.ParamRef
    piece: Piece
    sight: Sight = Sight()
    declared: Declared | None = None


class Occurrence(Value):
    """A part of a file that stands for something: for several things if they share a name that is read of many rows."""

    source: Source
    span: Span
    symbols: frozenset[Symbol]
    declared: Declared | None = None


class _Part(NamedTuple):
    """An occurrence as its piece knows it: the span counts from the piece's start."""

    span: Span
    symbols: frozenset[Symbol]
    declared: Declared | None


# What stood in a piece, by its text and by all of the world that its names could mean: most edits change neither.
_KNOWN: dict[tuple[str, Surface], tuple[_Part, ...]] = {}
_MOST = 8192
_NOWHERE = Source("")


def _parts_of(world: World, piece: Piece) -> tuple[_Part, ...]:
    key = (piece.text, world.surface)
    found = _KNOWN.get(key)
    if found is None:
        if len(_KNOWN) >= _MOST:
            _KNOWN.clear()
        apart = piece.replace(source=_NOWHERE)  # what is kept for long does not keep a text that is not
        here = (spot for node in declarations(piece) for spot in spots(world, apart, node))
        found = _KNOWN[key] = tuple(part for spot in here for part in bound(world, spot))
    return found


def forget() -> None:
    """Forgets what stood in pieces: for tests."""
    _KNOWN.clear()


class Index:
    """All names of a world. A piece is looked at when somebody asks about it."""

    def __init__(self, world: World) -> None:
        self.world = world

    @cached_property
    def files(self) -> dict[str, list[Occurrence]]:
        """The names of each file, in their order."""
        return {
            name: [o for piece in parsed.pieces for o in self.inside(piece)]
            for name, parsed in self.world.files.items()
        }

    def inside(self, piece: Piece) -> Iterator[Occurrence]:
        """The names of a piece."""
        for span, symbols, declared in _parts_of(self.world, piece):
            known = declared.replace(piece=piece) if declared else None
            yield Occurrence(source=piece.source, span=moved(span, piece), symbols=symbols, declared=known)

    def declarations(self, symbol: Symbol) -> tuple[Declared, ...]:
        """Where something is declared: in several places if several share the name."""
        if symbol.kind not in ("label", "column"):
            return tuple(self._declared.get(symbol, ()))
        name = symbol.owner.rpartition("#")[0] if symbol.kind == "label" else symbol.owner
        owners = [found for kind in ("segment", "analysis") if (found := self.world.find(kind, name))]
        here = (o.declared for owner in owners for o in self.inside(owner.piece) if symbol in o.symbols)
        return tuple(declared for declared in here if declared)

    @cached_property
    def _declared(self) -> dict[Symbol, list[Declared]]:
        """All declarations save those of labels and columns, which stand amid segments and analyses."""
        found: dict[Symbol, list[Declared]] = {}
        for piece, node in self.world.written():
            if isinstance(node, ast.Use | ast.Zone | ast.Test):
                continue
            if isinstance(node, ast.Source | ast.Table):
                declared = (part.declared for part in _parts_of(self.world, piece) if part.declared)
                for each in declared:
                    if node.span.start <= each.node.span.start <= node.span.end:
                        found.setdefault(each.symbol, []).append(each.replace(piece=piece))
            elif node.name.text:
                kind = KINDS[type(node)]
                each = Declared(symbol=Symbol(kind, "", node.name.text), node=node, name=node.name, piece=piece)
                found.setdefault(each.symbol, []).append(each)
        return found

    def at(self, source: Source, offset: int) -> Occurrence | None:
        """The name at an offset. Where two meet, the one that begins wins."""
        near = (p for p in self.world.files[source.name].pieces if p.start <= offset <= p.start + len(p.text))
        here = (o for piece in near for o in self.inside(piece))
        found = [o for o in here if o.span.start <= offset <= o.span.end and any(o.span)]
        return found[-1] if found else None

    def of(self, symbols: Iterable[Symbol]) -> Iterator[Occurrence]:
        """Everywhere that something is named."""
        wanted = frozenset(symbols)
        for parsed in self.world.files.values():
            for piece in parsed.pieces:
                if any(part.symbols & wanted for part in _parts_of(self.world, piece)):
                    yield from (o for o in self.inside(piece) if o.symbols & wanted)


# ---------------------------------------------------------------- where names stand


def spots(world: World, piece: Piece, node: ast.Declaration) -> Iterator[Spot]:
    """The names of a declaration. Those that were filled in, where none is written, are left out."""
    found = _Walk(world, piece, node)
    return (spot for spot in found.declaration() if spot.node.span.start < spot.node.span.end)


class _Walk:
    """One walk over one declaration: what it stands in, and how many sequences it has met."""

    def __init__(self, world: World, piece: Piece, node: ast.Declaration) -> None:
        self.world = world
        self.piece = piece
        self.node = node
        self.sequences = 0

    def declaration(self) -> Iterator[Spot]:
        node, world = self.node, self.world
        match node:
            case ast.Source() | ast.Table():
                yield self._new("data", "", node.name, node)
                if isinstance(node, ast.Source) and node.like:
                    yield self._spot("like", node.like)
                for item in node.items:
                    yield from self._item(node.name.text, item)
            case ast.Param():
                yield self._new("parameter", "", node.name, node)
            case ast.Define():
                yield self._new("define", "", node.name, node)
                yield from self.inside(node.expr, Sight(data=world.names("data")))
            case ast.Segment():
                yield self._new("segment", "", node.name, node)
                yield from self.all(node.items, Sight(data=world.data_of(node)))
            case ast.Explore() | ast.Paths() | ast.Funnel() | ast.Retention():
                yield self._new("analysis", "", node.name, node)
                yield from self._analysis(node, Sight(data=self._data_of_analysis(node)))
            case ast.Test():
                yield from self._test(node)
            case ast.Use() | ast.Zone():
                pass

    def _item(self, owner: str, item: ast.DataItem) -> Iterator[Spot]:
        match item:
            case ast.Keys():
                for column in item.columns:
                    yield self._new("key", "", column.key, column)
            case ast.Field():
                symbol = self.world.member(owner, owner, item.path.text)
                yield self._new(symbol.kind, symbol.owner, item.path, item)
            case ast.Event():
                yield self._new("event", owner, item.name, item)
                yield from self.inside(item.predicate, Sight(data=(owner,)))
            case ast.Time() if self._is_time(owner, item.column):
                yield self._new("time", owner, item.column, item)
            case ast.Order():
                yield from (self._spot("time", column, Sight(data=(owner,))) for column in item.columns)
            case _:
                pass

    def _data_of_analysis(self, node: ast.Analysis) -> tuple[str, ...]:
        named = [n.text for item in node.items if isinstance(item, ast.FromSources) for n in item.names]
        return tuple(dict.fromkeys(n for n in named if self.world.find("data", n))) or self.world.names("data")

    def _is_time(self, owner: str, column: ast.Path) -> bool:
        """Whether a column is nothing but the time: what is a field or key too is that."""
        found = self.world.members(owner).get(column.text)
        return found is not None and found.symbol.kind == "time"

    def _analysis(self, node: ast.Analysis, sight: Sight) -> Iterator[Spot]:
        """The names of an analysis. A measure sees those above it, `sort` sees all columns."""
        for item in node.items:
            match item:
                case ast.MeasureItem():
                    yield from self.inside(item.measure, sight)
                    sight = yield from self._column(node, item.name, item, sight)
                case ast.By():
                    for group in item.items:
                        yield from self.all((group.expr, *((group.step,) if group.step else ())), sight)
                        if group.name:
                            sight = yield from self._column(node, group.name, group, sight)
                        elif isinstance(group.expr, ast.Path | ast.Bucket):
                            name = group.expr.text if isinstance(group.expr, ast.Path) else group.expr.unit.name
                            sight = sight.replace(read=(*sight.read, name))
                case ast.Sort():
                    pass
                case _:
                    yield from self.inside(item, sight)
        sorts = (each for item in node.items if isinstance(item, ast.Sort) for each in item.items)
        yield from (self._spot("column", each.name, sight) for each in sorts)

    def _column(self, of: ast.Analysis, name: ast.Name, node: Node, sight: Sight) -> Generator[Spot, None, Sight]:
        spot = self._new("column", of.name.text, name, node)
        yield spot
        assert spot.declared is not None
        seen: Sight = sight.replace(columns=(*sight.columns, spot.declared))
        return seen

    def _test(self, node: ast.Test) -> Iterator[Spot]:
        yield self._spot("segment", node.name)
        for assignment in node.params:
            yield self._spot("parameter", assignment.path)
        tested = self.world.find("segment", node.name.text)
        sight = Sight(data=self.world.data_of(tested.node) if tested else self.world.names("data"))
        for item in node.items:
            if isinstance(item, ast.Given):
                yield from (self._spot("member", a.path, sight) for a in item.assignments)
            else:
                for row in item.rows:
                    yield from self._row(row, sight)

    def _row(self, row: ast.Row, sight: Sight) -> Iterator[Spot]:
        if row.of:
            yield self._spot("data", row.of)
            sight = Sight(data=(row.of.text,))
        for place, each in enumerate(row.assignments):
            yield self._spot("row" if place == 0 and not row.of else "member", each.path, sight)

    def all(self, nodes: Iterable[Node], sight: Sight) -> Iterator[Spot]:
        for node in nodes:
            yield from self.inside(node, sight)

    def inside(self, node: Node, sight: Sight) -> Iterator[Spot]:
        match node:
            case ast.Key():
                yield self._spot("key", node.path)
            case ast.FromSources():
                yield from (self._spot("data", name) for name in node.names)
            case ast.InSegment() | ast.Audience():
                yield self._spot("segment" if isinstance(node, ast.InSegment) else "audience", node.segment)
                if node.via:
                    yield self._spot("key", node.via)
            case ast.OfFunnel():
                if isinstance(node.step, ast.Path):
                    yield self._spot("step", node.step, self._steps_of(node.funnel.text))
                yield self._spot("funnel", node.funnel)
                if node.via:
                    yield self._spot("key", node.via)
            case ast.Join():
                yield self._spot("table", node.table)
                yield self._spot("key", node.key)
                if node.where:
                    yield from self.inside(node.where, Sight(data=(node.table.text,)))
            case ast.Same():
                yield self._spot("key", node.key)
            case ast.Steps():
                yield from self._steps(node, sight)
            case ast.Call():
                yield self._spot("function", node.function)
                yield from self.all(node.arguments, sight)
            case ast.Path():
                yield self._spot("read", node, sight)
            case ast.ParamRef():
                yield self._spot("parameter", node)
            case ast.EventRef():
                yield self._spot("event", node.path, sight)
            case ast.Labelled():
                own = self._steps_in((self.piece, self.node)) if isinstance(self.node, ast.Funnel) else Sight()
                if isinstance(node.step, ast.Path):
                    yield self._spot("step", node.step, own)
            case ast.MeasureRef():
                yield self._spot("column", node.name, sight)
            case ast.Aggregate():
                yield self._spot("function", node.function)
                yield from self._with_event(node, sight) if node.event else self.all(_parts(node), sight)
            case _ if isinstance(getattr(node, "event", None), ast.EventRef):
                yield from self._with_event(node, sight)
            case _:
                yield from self.all(children(node), sight)

    def _with_event(self, node: Node, sight: Sight) -> Iterator[Spot]:
        """What is said about the rows of an event: it reads those."""
        event: ast.EventRef = node.event  # type: ignore[attr-defined]
        rows = Sight(data=event_data(self.world, event.path, sight.data), labels=sight.labels)
        for part in _parts(node):
            yield from self.inside(part, sight if isinstance(part, ast.EventRef | ast.Directly) else rows)

    def _steps(self, node: ast.Steps, sight: Sight) -> Iterator[Spot]:
        self.sequences += 1
        yield from self.all(node.clauses, sight)
        for item in node.items:
            steps = item.steps if isinstance(item, ast.AnyOrder) else (item,)
            if isinstance(item, ast.AnyOrder):
                yield from self.all(item.modifiers, sight)
            for step in steps:
                yield from self._with_event(step, sight)
                for clause in getattr(step, "clauses", ()):
                    if isinstance(clause, ast.As):
                        spot = self._new("label", self._sequence(), clause.name, step)
                        assert spot.declared is not None
                        yield spot
                        data = event_data(self.world, step.event.path, sight.data)
                        label = Label(declared=spot.declared, data=data)
                        sight = sight.replace(labels=(*sight.labels, label))

    def _steps_of(self, funnel: str) -> Sight:
        """The steps of a funnel; those of all funnels while its name is none."""
        named = [self.world.find("analysis", name) for name in ([funnel] if funnel else self.world.names("analysis"))]
        found = [(each.piece, each.node) for each in named if each is not None and isinstance(each.node, ast.Funnel)]
        return self._steps_in(*found)

    def _steps_in(self, *funnels: tuple[Piece, ast.Funnel]) -> Sight:
        """The steps of funnels by their labels, and by the events of those that have none."""
        labels: list[Label] = []
        events: dict[str, None] = {}
        for piece, node in funnels:
            steps = (i for item in node.items if isinstance(item, ast.Steps) for i in item.items)
            for step in (each for each in steps if isinstance(each, ast.Step)):
                label = next((clause.name for clause in step.clauses if isinstance(clause, ast.As)), None)
                if label is None:
                    events[step.event.path.text] = None
                    continue
                symbol = Symbol("label", f"{node.name.text}#1", label.text)
                labels.append(Label(declared=Declared(symbol=symbol, node=step, name=label, piece=piece), data=()))
        data = dict.fromkeys(name for _, node in funnels for name in self._data_of_analysis(node))
        return Sight(data=tuple(data), labels=tuple(labels), read=tuple(events))

    def _sequence(self) -> str:
        name = self.node.name.text if not isinstance(self.node, ast.Use | ast.Zone) else ""
        return f"{name}#{self.sequences}"

    def _spot(self, slot: Slot, node: ast.Name | ast.Path | ast.ParamRef, sight: Sight = Sight()) -> Spot:  # noqa: B008
        return Spot(slot=slot, node=node, piece=self.piece, sight=sight)

    def _new(self, kind: Kind, owner: str, name: ast.Name | ast.Path, node: Node) -> Spot:
        symbol = Symbol(kind, owner, name.text)
        declared = Declared(symbol=symbol, node=node, name=name, piece=self.piece)
        return Spot(slot="new", node=name, piece=self.piece, declared=declared)


def _parts(node: Node) -> Iterator[Node]:
    """What is inside a node, without the names that `inside` knows nothing of."""
    return (part for part in children(node) if not isinstance(part, ast.Name | ast.As))


def event_data(world: World, path: ast.Path, data: tuple[str, ...]) -> tuple[str, ...]:
    """The data that have an event of a name; all of them if none has it yet."""
    first, rest = path.parts[0], ".".join(path.parts[1:])
    found = [d for d in data if path.text == d or path.text in world.events(d) or (first == d and rest)]
    return tuple(found) or data


# ---------------------------------------------------------------- what they stand for


def bound(world: World, spot: Spot) -> list[_Part]:
    """The parts of a name that stand for something: `rum.amount` is a source and a field."""
    if spot.declared is not None:
        return [_Part(spot.node.span, frozenset((spot.declared.symbol,)), spot.declared)]
    parts: dict[Span, set[Symbol]] = {}
    for pieces in _meanings(world, spot):
        for span, symbol in zip(_spans(spot, len(pieces)), pieces, strict=True):
            parts.setdefault(span, set()).add(symbol)
    return [_Part(span, frozenset(symbols), None) for span, symbols in sorted(parts.items())]


def _spans(spot: Spot, count: int) -> list[Span]:
    """The span of a name; or two, of its first part and of the rest."""
    start, end = spot.node.span
    if isinstance(spot.node, ast.ParamRef):
        return [Span(start + 1, end)]
    if count == 1:
        return [Span(start, end)]
    first, second = list(PART.finditer(spot.piece.text, start, end))[:2]
    return [Span(*first.span()), Span(second.start(), end)]


_PLAIN: dict[Slot, Kind] = {"data": "data", "source": "data", "table": "data", "segment": "segment"}


def _meanings(world: World, spot: Spot) -> Iterator[tuple[Symbol, ...]]:
    """What a name can mean where it stands: one symbol, or one for its first part and one for the rest."""
    name = spot.node.name if isinstance(spot.node, ast.ParamRef) else spot.node.text
    match spot.slot:
        case "data" | "source" | "table" | "segment" as slot:
            if world.find(_PLAIN[slot], name):
                yield (Symbol(_PLAIN[slot], "", name),)
        case "like":
            if world.find("data", name) or well_known(name):
                yield (Symbol("data", "", name),)
        case "audience":
            if world.find("segment", name) or name == EVERYONE:
                yield (Symbol("segment", "", name),)
        case "funnel":
            found = world.find("analysis", name)
            if found and isinstance(found.node, ast.Funnel):
                yield (Symbol("analysis", "", name),)
        case "step":
            labels = [label.declared.symbol for label in spot.sight.labels if label.declared.symbol.name == name]
            yield from ((symbol,) for symbol in labels)
            for data in spot.sight.data if name in spot.sight.read and not labels else ():
                yield from _event(world, data, spot.node)
        case "column":
            yield from _column(world, spot)
        case "parameter":
            if world.find("parameter", name):
                yield (Symbol("parameter", "", name),)
        case "key":
            if any(name in world.keys(data) for data in world.names("data")):
                yield (Symbol("key", "", name),)
        case "label":
            yield from ((label.declared.symbol,) for label in spot.sight.labels if label.declared.symbol.name == name)
        case "member" | "row":
            for data in spot.sight.data:
                yield from _read(world, data, spot.node)
        case "time":
            times = (world.members(data).get(name) for data in spot.sight.data)
            yield from ((each.symbol,) for each in times if each and each.symbol.kind == "time")
        case "event":
            for data in spot.sight.data:
                yield from _event(world, data, spot.node)
        case "read":
            yield from _expression(world, spot)
        case _:
            pass


def _split(node: Node) -> tuple[str, str, str]:
    """A path whole, its first part, and the rest."""
    if isinstance(node, ast.Path):
        return node.text, node.parts[0], ".".join(node.parts[1:])
    return getattr(node, "text", ""), "", ""


def _read(world: World, data: str, node: Node) -> Iterator[tuple[Symbol, ...]]:
    name, first, rest = _split(node)
    members = world.members(data)
    if name in members:
        yield (members[name].symbol,)
    elif first == data and rest in members:
        yield (Symbol("data", "", data), members[rest].symbol)


def _column(world: World, spot: Spot) -> Iterator[tuple[Symbol, ...]]:
    """A column by its name, else as what it reads."""
    name = getattr(spot.node, "text", "")
    named = [each.symbol for each in spot.sight.columns if each.symbol.name == name]
    if named:
        yield (named[0],)
    elif name in spot.sight.read:
        yield from _expression(world, spot)


def _event(world: World, data: str, node: Node) -> Iterator[tuple[Symbol, ...]]:
    name, first, rest = _split(node)
    events = world.events(data)
    if name == data:
        yield (Symbol("data", "", data),)
    elif name in events:
        yield (events[name].symbol,)
    elif first == data and rest in events:
        yield (Symbol("data", "", data), events[rest].symbol)


def _expression(world: World, spot: Spot) -> Iterator[tuple[Symbol, ...]]:
    name, first, rest = _split(spot.node)
    for data in spot.sight.data:
        yield from _read(world, data, spot.node)
        if name != data:
            yield from _event(world, data, spot.node)
    for label in spot.sight.labels:
        if label.declared.symbol.name == first:
            for data in label.data:
                if rest in world.members(data):
                    yield (label.declared.symbol, world.members(data)[rest].symbol)
    if world.find("define", name):
        yield (Symbol("define", "", name),)
    table = world.find("data", first)
    if table and rest and isinstance(table.node, ast.Table) and first not in spot.sight.data:
        members = world.members(first)
        if rest in members:
            yield (Symbol("data", "", first), members[rest].symbol)
