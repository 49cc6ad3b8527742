"""What could be written at a place: the words that the parser would take there, and the names that mean something there.

The text before the cursor is mended and closed as the parser's tables allow, with a probe at the cursor; the tree of
that says what the probe is, and whose rows are in sight. So it works in the midst of broken text, and inside quotes.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Literal, NamedTuple

from segql.ide.names import Sight, Slot, Spot, bound, spots
from segql.ide.snapshot import Snapshot
from segql.ide.templates import TEMPLATES
from segql.ide.world import EVERYONE, Declared, Symbol, World
from segql.node import Node, Value
from segql.semantics import model
from segql.semantics.data import known_data
from segql.semantics.functions import FUNCTIONS
from segql.semantics.presets import NAMES
from segql.source import Span
from segql.syntax import ast, repair
from segql.syntax.parse import Piece, expected
from segql.syntax.scan import UNCLOSED_STRING, Token, name_text, scan
from segql.syntax.walk import walk

MOST = 200  # items of one answer: more than anyone reads, and little enough to send at every keystroke

Sort = Literal[
    "keyword",
    "function",
    "value",
    "data",
    "parameter",
    "define",
    "segment",
    "field",
    "event",
    "key",
    "label",
    "column",
    "file",
    "folder",
    "template",
]


class Item(Value):
    """Something that could be written. `symbol` is what it names, for its documentation; `rank` is its place, 0 first.

    What a template inserts has places to fill in, `${1:so}`: it is for editors that know them.
    """

    label: str
    insert: str
    sort: Sort
    rank: int
    detail: str = ""
    symbol: Symbol | None = None


class Completion(Value):
    """What could stand in place of a span, the likeliest first; `whole` unless there is more."""

    span: Span
    items: tuple[Item, ...] = ()
    whole: bool = True


class Outside(NamedTuple):
    """What can be learned beside texts. Both answer at once, with what is known by now."""

    values: Callable[[model.Data, str], tuple[str, ...]] = lambda *_: ()  # the commonest texts of a column
    files: Callable[[str], tuple[str, ...]] = lambda _: ()  # what is in a folder; the names of folders end in `/`


class _Cursor(NamedTuple):
    """The word or the text in which a cursor stands, in a piece, and the tokens before it."""

    piece: Piece
    start: int
    end: int
    text: Token | None  # the token in quotes, if the cursor is in one
    before: list[Token]
    docs: dict[int, str]


def complete(snapshot: Snapshot, offset: int, outside: Outside = Outside()) -> Completion:  # noqa: B008 - it is frozen
    """What could be written at an offset."""
    at = _cursor(snapshot, offset)
    if at is None:
        return Completion(span=Span(offset, offset))
    states, kept = repair.mended(at.before)
    could = frozenset(expected(states))
    probe = _probe(at)
    tree = repair.whole([*kept, probe], at.docs, probe.end) if could & {"NAME", "PATH", "STRING"} else ()
    found = _values(snapshot, at, tree, probe, outside) if at.text else _words(snapshot.world, at, tree, probe, could)
    unique = {item.label: item for item in sorted(found, key=lambda item: -item.rank)}
    items = sorted(unique.values(), key=lambda item: (item.rank, item.label))
    span = Span(at.piece.start + at.start, at.piece.start + at.end)
    return Completion(span=span, items=tuple(items[:MOST]), whole=len(items) <= MOST)


# ---------------------------------------------------------------- where the cursor is

AGGREGATES = ("avg", "count", "max", "median", "min", "sum")

_LINE_END = re.compile(r"[\r\n]")
_BEFORE, _AFTER = re.compile(r"\$?[\w.]*\Z"), re.compile(r"[\w.]*")


def _cursor(snapshot: Snapshot, offset: int) -> _Cursor | None:
    pieces = snapshot.world.files[snapshot.source.name].pieces
    piece = next((p for p in reversed(pieces) if p.start <= offset), pieces[0])
    local, text = offset - piece.start, piece.text
    scanned = scan(text)
    comment = next((c for c in reversed(scanned.comments) if c.start < local), None)
    if comment and not _LINE_END.search(text, comment.start, local):
        return None
    quoted = next((t for t in scanned.tokens if _quoted(t) and t.start < local <= t.end), None)
    if quoted and (local < quoted.end or quoted.kinds == (UNCLOSED_STRING,)):
        closed = quoted.kinds != (UNCLOSED_STRING,)
        before = [t for t in scanned.tokens if t.end <= quoted.start]
        return _Cursor(piece, quoted.start + 1, quoted.end - closed, quoted, before, scanned.docs)
    found, after = _BEFORE.search(text, 0, local), _AFTER.match(text, local)
    start = found.start() if found else local
    end = after.end() if after else local
    if text[start : start + 1].isdigit() or (quoted and start == local):
        return None
    return _Cursor(piece, start, end, None, [t for t in scanned.tokens if t.end <= start], scanned.docs)


def _quoted(token: Token) -> bool:
    return token.kinds[0] in ("STRING", UNCLOSED_STRING)


def _probe(at: _Cursor) -> Token:
    if at.text:
        return Token(("STRING",), "'?'", at.text.start, max(at.text.end, at.text.start + 1))
    return Token(("NAME",), "?", at.start, max(at.end, at.start + 1))


# ---------------------------------------------------------------- words and names

_WORDS = {**repair.WORDS, "IN_LIST": "in (", "NOT_IN_LIST": "not in (", "NOT_IN": "not in"}


def _words(
    world: World, at: _Cursor, tree: tuple[ast.Declaration, ...], probe: Token, could: frozenset[str]
) -> Iterator[Item]:
    written = at.piece.text[at.start : at.end]
    if not written.startswith("$") and "." not in written:
        words = {_WORDS[terminal] for terminal in could if terminal in _WORDS}
        yield from (Item(label=word, insert=word, sort="keyword", rank=3) for word in words)
        if _begins_line(at):
            yield from _templates(words)
    if "CALL" in could and "STRING" not in could and not written.startswith("$"):  # on one row, a text could stand too
        yield from (Item(label=name, insert=f"{name}(", sort="function", rank=2) for name in AGGREGATES)
    if "PARAMETER" in could:
        for name in world.names("parameter"):
            yield _item(f"${name}", world.find("parameter", name), "parameter", 1)
    spot = _spot(world, at.piece, tree, probe)
    if spot and not written.startswith("$"):
        own = _own(tree[-1])  # nothing is like itself, and nobody is in a segment by being in it
        named = _names(world, spot.slot, spot.sight, written.partition(".")[0] if "." in written else "")
        yield from (item for item in named if (item.sort, item.label) != own)
        if spot.slot == "read" and "OF" in could:  # an aggregate begins with an expression or an event
            yield from _rows(world, spot.sight)
        if spot.slot == "read" and "CALL" in could:
            for name, function in FUNCTIONS.items():
                detail = f"{function.usage}: {function.meaning}"
                yield Item(label=name, insert=f"{name}(", sort="function", rank=2, detail=detail)


def _begins_line(at: _Cursor) -> bool:
    """Whether nothing but blanks stands before the cursor's word."""
    return not re.split(r"[\r\n]", at.piece.text[: at.start])[-1].strip()


def _templates(words: set[str]) -> Iterator[Item]:
    for name, (word, detail, lines) in TEMPLATES.items():
        if word in words:
            yield Item(label=name, insert="\n".join(lines), sort="template", rank=2, detail=detail)


def _own(node: ast.Declaration) -> tuple[Sort, str] | None:
    """What a declaration declares, if naming it there would close a ring."""
    match node:
        case ast.Source():
            return "data", node.name.text
        case ast.Define():
            return "define", node.name.text
        case ast.Segment():
            return "segment", node.name.text
        case _:
            return None


def _spot(world: World, piece: Piece, tree: tuple[ast.Declaration, ...], probe: Token) -> Spot | None:
    """What the probe is."""
    found = (spot for node in tree for spot in spots(world, piece, node))
    return next((s for s in found if s.node.span == (probe.start, probe.end) and s.slot != "new"), None)


def _names(world: World, slot: Slot, sight: Sight, of: str) -> Iterator[Item]:
    """The names that mean something in a slot; also those of the rows of a name that is written before a dot."""
    match slot:
        case "data" | "source" | "like" | "table":
            wanted = {"table": ast.Table, "data": ast.Data}.get(slot, ast.Source)
            for name in world.names("data"):
                found = world.find("data", name)
                if found and isinstance(found.node, wanted):
                    yield _item(name, found, "data", 0)
            if slot == "like":
                yield from (Item(label=name, insert=name, sort="data", rank=1) for name in NAMES)
        case "segment" | "audience":
            yield from (_item(name, world.find("segment", name), "segment", 0) for name in world.names("segment"))
            if slot == "audience":
                yield Item(label=EVERYONE, insert=EVERYONE, sort="segment", rank=1)
        case "funnel":
            for name in world.names("analysis"):
                found = world.find("analysis", name)
                if found and isinstance(found.node, ast.Funnel):
                    yield _item(name, found, "segment", 0)
        case "step":
            yield from (_item(label.declared.symbol.name, label.declared, "label", 0) for label in sight.labels)
            for data in sight.data:
                known = world.events(data)
                yield from (_item(name, known[name], "event", 0) for name in sight.read if name in known)
        case "parameter":
            yield from (_item(name, world.find("parameter", name), "parameter", 0) for name in world.names("parameter"))
        case "key":
            for data in world.names("data"):
                yield from (_item(name, key, "key", 0) for name, key in world.keys(data).items())
        case "event":
            yield from _events(world, sight, of, 0)
            yield from _rows(world, sight)
        case "time":
            times = ((name, found) for data in sight.data for name, found in world.members(data).items())
            yield from (_item(name, found, "field", 0) for name, found in times if found.symbol.kind == "time")
        case "column":
            yield from (_item(each.symbol.name, each, "column", 0) for each in sight.columns)
            yield from (Item(label=name, insert=name, sort="column", rank=1) for name in sight.read)
        case "label":
            yield from (_item(label.declared.symbol.name, label.declared, "label", 0) for label in sight.labels)
        case "member" | "row":
            yield from _members(world, sight.data)
            if slot == "row":
                named = ((data, world.find("data", data)) for data in world.names("data"))
                yield from (_item(data, found, "data", 1, after=": ") for data, found in named)
        case "read":
            yield from _members(world, sight.data)
            if of in sight.data:
                yield from _members(world, [of], f"{of}.")
            yield from _events(world, sight, of, 1)
            yield from _beside(world, sight)
        case _:
            pass


def _events(world: World, sight: Sight, of: str, rank: int) -> Iterator[Item]:
    """The events of rows; with whose they are, where that is written already or several have one of the name."""
    having = Counter(name for data in sight.data for name in world.events(data))
    for data in sight.data:
        for name, event in world.events(data).items():
            yield _item(name, event, "event", rank, f"{data}." if data == of or having[name] > 1 else "")


def _rows(world: World, sight: Sight) -> Iterator[Item]:
    """The names that stand for all rows."""
    yield from (_item(data, world.find("data", data), "data", 1) for data in sight.data)


def _members(world: World, data: Iterable[str], before: str = "", rank: int = 0) -> Iterator[Item]:
    for each in data:
        for name, found in world.members(each).items():
            yield _item(name, found, "key" if found.symbol.kind == "key" else "field", rank, before)


def _beside(world: World, sight: Sight) -> Iterator[Item]:
    """What an expression can read that is no field of its row."""
    for label in sight.labels:
        yield from _members(world, label.data, f"{label.declared.symbol.name}.", 1)
    yield from (_item(name, world.find("define", name), "define", 0) for name in world.names("define"))
    keys = {key for data in sight.data for key in world.keys(data)}
    for name in world.names("data"):
        found = world.find("data", name)
        if found and isinstance(found.node, ast.Table) and name not in sight.data and keys & set(world.keys(name)):
            yield from _members(world, [name], f"{name}.", 1)


def _item(name: str, found: Declared | None, sort: Sort, rank: int, before: str = "", after: str = "") -> Item:
    """A name as it is written: with backticks where the declaration has them; and what stands before and after it."""
    written = found.piece.text[found.name.span.start : found.name.span.end] if found else name
    insert = written if name_text(written) == name else name
    symbol = found.symbol if found else None
    return Item(label=f"{before}{name}", insert=f"{before}{insert}{after}", sort=sort, rank=rank, symbol=symbol)


# ---------------------------------------------------------------- inside quotes


def _values(
    snapshot: Snapshot, at: _Cursor, tree: tuple[ast.Declaration, ...], probe: Token, outside: Outside
) -> Iterator[Item]:
    assert at.text is not None
    quote = at.text.text[0]
    for sort, value, rank in _texts(snapshot, at, tree, Span(probe.start, probe.end), outside):
        yield Item(label=value, insert=value.replace(quote, quote * 2), sort=sort, rank=rank)


def _texts(
    snapshot: Snapshot, at: _Cursor, tree: tuple[ast.Declaration, ...], span: Span, outside: Outside
) -> Iterator[tuple[Sort, str, int]]:
    """The texts that could stand in quotes, and their ranks: zones, files, and the values of what they are compared with."""
    for declaration in tree:
        for node in walk(declaration):
            match node:
                case ast.Zone() if node.zone.span == span:
                    yield from (("value", zone, 0) for zone in _zones(at))
                case ast.Use() if node.file.span == span:
                    yield from _files(at, outside, (".seg",))
                case ast.FromFile() if node.file.span == span:
                    yield from _files(at, outside, DATA_FILES)
                case ast.Param() if node.default and node.default.span == span:
                    yield from (("value", value, 0) for value in _listed(node.type))
                case ast.PathStart() | ast.PathEnd() if node.value.span == span:
                    nodes = (n.expr for n in walk(declaration) if isinstance(n, ast.NodeItem))
                    for expr in nodes:
                        yield from _like(snapshot, at.piece, declaration, expr, outside)
                case _:
                    beside = _compared(node, span)
                    if beside is not None:
                        yield from _like(snapshot, at.piece, declaration, beside, outside)


DATA_FILES = (".parquet", ".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson")


def _files(at: _Cursor, outside: Outside, endings: tuple[str, ...]) -> Iterator[tuple[Sort, str, int]]:
    """The files that a path could go on to, folder by folder."""
    folder = posixpath.dirname(at.piece.text[at.start : at.end].partition("*")[0])
    for name in outside.files(folder):
        if name.endswith("/"):
            yield "folder", posixpath.join(folder, name), 1
        elif name.lower().removesuffix(".gz").removesuffix(".zst").endswith(endings):
            yield "file", posixpath.join(folder, name), 0


def _zones(at: _Cursor) -> Iterator[str]:
    from zoneinfo import available_timezones

    begun = at.piece.text[at.start : at.end].lower()
    return islice((zone for zone in sorted(available_timezones()) if begun in zone.lower()), MOST + 1)


def _compared(node: Node, span: Span) -> Node | None:
    """What a text is compared with, if a node compares it."""
    match node:
        case ast.Compare() if node.right.span == span:
            return node.left
        case ast.Compare() if node.left.span == span:
            return node.right
        case ast.InList() if any(item.span == span for item in node.items):
            return node.expr
        case ast.MatchText() if node.pattern.span == span:
            return node.expr
        case ast.Assignment() if node.value.span == span:
            return node.path
        case _:
            return None


def _like(
    snapshot: Snapshot, piece: Piece, declaration: ast.Declaration, beside: Node, outside: Outside
) -> Iterator[tuple[Sort, str, int]]:
    """The values that what a text stands beside can have: those of enums, else those that data hold most often."""
    world = snapshot.world
    for spot in spots(world, piece, declaration):
        if spot.node is beside:
            for symbol in (symbol for part in bound(world, spot) for symbol in part.symbols):
                match symbol.kind:
                    case "parameter":
                        yield from (("value", value, 0) for value in _listed(world.named[symbol].node.type))
                    case "field" | "key":
                        for data in (symbol.owner,) if symbol.owner else spot.sight.data:
                            yield from _of_field(snapshot, data, symbol.name, outside)
                    case _:
                        pass


def _of_field(snapshot: Snapshot, data: str, name: str, outside: Outside) -> Iterator[tuple[Sort, str, int]]:
    field = snapshot.world.fields(data).get(name)
    listed = _listed(field.node.type) if field and isinstance(field.node, ast.Field) else ()
    yield from (("value", value, 0) for value in listed)
    if not listed:
        scope = snapshot.checked.scope
        there = scope.find("source", data) or scope.find("table", data)
        found = known_data(scope, data) if there else None
        held = outside.values(found, name) if found else ()
        yield from (("value", value, min(place, 99)) for place, value in enumerate(held))


def _listed(type: ast.AnyType | ast.EpochType) -> tuple[str, ...]:
    """The values of an enum, or of a list of them."""
    match type:
        case ast.EnumType():
            return tuple(value.value for value in type.values)
        case ast.ListType():
            return _listed(type.item)
        case ast.Type() | ast.EpochType():
            return ()
