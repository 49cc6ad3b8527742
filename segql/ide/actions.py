"""What an editor offers to do: the fixes that diagnostics bring, what is missing, and other ways to write the same.

An offer is made from the trees alone; its edits are worked out when somebody wants them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, count
from typing import Literal, NamedTuple

from segql.diagnostics.model import Diagnostic, Edit, Fix
from segql.ide import moves
from segql.ide.hints import type_of_expression, zone_of
from segql.ide.names import Spot, bound, spots
from segql.ide.snapshot import Snapshot
from segql.ide.world import Declared, World, key_of, moved
from segql.node import Node
from segql.source import Span
from segql.syntax import ast
from segql.syntax.format import format_expr
from segql.syntax.parse import Piece
from segql.syntax.scan import name_text
from segql.syntax.walk import children, path_at, walk

Kind = Literal["quickfix", "refactor.extract", "refactor.inline", "refactor.rewrite", "source.fixAll.segql"]


class Offer(NamedTuple):
    """Something that can be done; `diagnostic` is what it answers."""

    title: str
    kind: Kind
    edits: Callable[[], tuple[Edit, ...]]
    diagnostic: Diagnostic | None = None
    preferred: bool = False


def offers(snapshot: Snapshot, span: Span, now: dt.datetime) -> Iterator[Offer]:
    """What can be done about a span of a file. `now` is naive UTC: windows can be written as the dates that they are."""
    for diagnostic, fix in fixes(snapshot, span):
        yield Offer(fix.title, "quickfix", _given(fix.edits), diagnostic, len(diagnostic.fixes) == 1)
    yield from _missing(snapshot, span)
    found = _declaration(snapshot, span)
    if found is not None:
        piece, node = found
        at = Span(span.start - piece.start, span.end - piece.start)
        here = _Here(snapshot, piece, node, at)
        yield from _extract_define(here)
        yield from _inline_define(here)
        yield from _extract_segment(here)
        yield from _inline_segment(here)
        yield from _window(here, now)
    everything = all_fixes(snapshot)
    if everything:
        yield Offer("Fix all that has one fix", "source.fixAll.segql", _given(everything))


def fixes(snapshot: Snapshot, span: Span) -> Iterator[tuple[Diagnostic, Fix]]:
    """The fixes of the mistakes that touch a span."""
    for diagnostic in _said(snapshot, span):
        yield from ((diagnostic, fix) for fix in diagnostic.fixes)


def all_fixes(snapshot: Snapshot) -> tuple[Edit, ...]:
    """The edits of every mistake of the file that has one fix, as far as they do not meet."""
    found: list[Edit] = []
    for diagnostic in snapshot.diagnostics:
        if len(diagnostic.fixes) == 1:
            edits = diagnostic.fixes[0].edits
            mine = all(edit.source.name == snapshot.source.name for edit in edits)
            if mine and not any(_meet(edit.span, other.span) for edit in edits for other in found):
                found.extend(edits)
    return tuple(found)


def _said(snapshot: Snapshot, span: Span) -> Iterator[Diagnostic]:
    for diagnostic in snapshot.diagnostics:
        at = diagnostic.primary
        if at.source.name == snapshot.source.name and at.span.start <= span.end and span.start <= max(at.span):
            yield diagnostic


def _meet(one: Span, other: Span) -> bool:
    return one.start <= other.end and other.start <= one.end


def _given(edits: tuple[Edit, ...]) -> Callable[[], tuple[Edit, ...]]:
    return lambda: edits


class _Here(NamedTuple):
    """A declaration without mistakes of writing, and the span in its piece that is asked about."""

    snapshot: Snapshot
    piece: Piece
    node: ast.Declaration
    span: Span

    def text(self, node: Node) -> str:
        return self.piece.text[node.span.start : node.span.end]

    def edit(self, span: Span, text: str) -> Edit:
        return Edit(source=self.piece.source, span=moved(span, self.piece), text=text)

    def above(self) -> int:
        """Where another declaration could stand above this one and the comments that belong to it."""
        lines = self.piece.text[: self.node.span.start].splitlines(keepends=True)
        start = self.node.span.start
        while lines and lines[-1].lstrip().startswith("#"):
            start -= len(lines.pop())
        return start


def _declaration(snapshot: Snapshot, span: Span) -> tuple[Piece, ast.Declaration] | None:
    for piece in snapshot.world.files[snapshot.source.name].pieces:
        if not piece.problem:
            for node in piece.declarations:
                at = moved(node.span, piece)
                if at.start <= span.start and span.end <= at.end:
                    return piece, node
    return None


def _free(snapshot: Snapshot, wanted: str) -> str:
    """A name that stands for nothing yet."""
    world = snapshot.world
    taken = {symbol.name for symbol in world.named}
    for data in world.names("data"):
        taken |= {*world.members(data), *world.events(data)}
    labels = {n.name.text for _, node in world.written() for n in walk(node) if isinstance(n, ast.As)}
    names = (wanted if number == 1 else f"{wanted}_{number}" for number in count(1))
    return next(name for name in names if name not in taken | labels)


# ---------------------------------------------------------------- what is missing


def _missing(snapshot: Snapshot, span: Span) -> Iterator[Offer]:
    for diagnostic in _said(snapshot, span):
        match diagnostic.code:
            case "SEG204":
                yield from _add_field(snapshot, diagnostic)
            case "SEG205" if not diagnostic.fixes:  # else one that is there is meant, and it is one key away
                yield from _add_event(snapshot, diagnostic)
            case "SEG202":
                yield from _add_source(snapshot, diagnostic)
            case _:
                pass


def _spot_of(snapshot: Snapshot, diagnostic: Diagnostic) -> tuple[_Here, Spot] | None:
    found = _declaration(snapshot, diagnostic.primary.span)
    if found is None:
        return None
    piece, node = found
    for spot in spots(snapshot.world, piece, node):
        if moved(spot.node.span, piece) == diagnostic.primary.span:
            return _Here(snapshot, piece, node, spot.node.span), spot
    return None


def _add_field(snapshot: Snapshot, diagnostic: Diagnostic) -> Iterator[Offer]:
    """A field that is read and is not there, in each of the data whose rows are read."""
    found = _spot_of(snapshot, diagnostic)
    if found is None or found[1].slot not in ("read", "member"):
        return
    here, spot = found
    for data, written in _owners(here, spot):
        title = f"Add the field `{written}` to `{data.symbol.name}`"
        yield Offer(title, "quickfix", partial(_field, here, data, spot, written), diagnostic)


def _owners(here: _Here, spot: Spot) -> Iterator[tuple[Declared, str]]:
    """The data that could have what is missing, and its name as it is written there."""
    world, written, names = here.snapshot.world, here.text(spot.node), spot.sight.data
    owner, _, rest = written.partition(".")
    if rest and world.find("data", owner):
        written, names = rest, (owner,)
    for name in names:
        data = world.find("data", name)
        if data is not None and data.node.items and not data.piece.problem:
            yield data, written


def _field(here: _Here, data: Declared, spot: Spot, name: str) -> tuple[Edit, ...]:
    return (_below(data, ast.Field, f"field {name} : {_type_beside(here, spot)}"),)


def _below(data: Declared, kind: type[Node], line: str) -> Edit:
    """A line more below the last one of a kind, or below all."""
    items = data.node.items
    last = next((item for item in reversed(items) if isinstance(item, kind)), items[-1])
    at = data.piece.start + last.span.end
    return Edit(source=data.source, span=Span(at, at), text=f"\n  {line}")


def _type_beside(here: _Here, spot: Spot) -> str:
    """The type of what a name is compared with."""
    around = path_at(here.node, spot.node.span.start)
    parent = next((n for n in reversed(around) if spot.node in children(n)), None)
    match parent:
        case ast.Compare() | ast.Arithmetic():
            other = parent.right if parent.left is spot.node else parent.left
            return type_of_expression(here.snapshot.world, other, spot.sight.data) or "text"
        case ast.InList() if parent.items and parent.expr is spot.node:
            return type_of_expression(here.snapshot.world, parent.items[0], spot.sight.data) or "text"
        case ast.Aggregate():
            return "decimal"
        case ast.Where() | ast.NotTrue() | ast.AllTrue() | ast.AnyTrue():
            return "boolean"
        case _:
            return "text"


def _add_event(snapshot: Snapshot, diagnostic: Diagnostic) -> Iterator[Offer]:
    """An event that is not there: the rows with its name where other events have theirs."""
    found = _spot_of(snapshot, diagnostic)
    if found is None or found[1].slot != "event":
        return
    for data, written in _owners(*found):
        if "." not in written:
            line = f"event {written} : {_told_by(snapshot.world, data, name_text(written))}"
            title = f"Add the event `{written}` to `{data.symbol.name}`"
            yield Offer(title, "quickfix", _given((_below(data, ast.Event, line),)), diagnostic)


def _told_by(world: World, data: Declared, name: str) -> str:
    """What tells an event from others: what tells the first one that there is, else a field of names."""
    events = (event.node.predicate for event in world.events(data.symbol.name).values())
    told = (e.left for e in events if isinstance(e, ast.Compare) and e.op == "=" and isinstance(e.right, ast.String))
    fields = (f for f in world.fields(data.symbol.name).values() if isinstance(f.node, ast.Field))
    enums = (f.node.path for f in fields if isinstance(f.node.type, ast.EnumType))
    by = next(chain(told, enums), None)
    value = ast.String(value=name, span=Span(0, 0))
    return f"{format_expr(by)} = {format_expr(value)}" if by else "true"


def _add_source(snapshot: Snapshot, diagnostic: Diagnostic) -> Iterator[Offer]:
    found = _spot_of(snapshot, diagnostic)
    if found is None or not isinstance(found[0].node, ast.Segment | ast.Analysis) or found[1].slot != "data":
        return
    here, spot = found
    name = here.text(spot.node)
    key = next((here.text(n.path) for n in walk(here.node) if isinstance(n, ast.Key)), "user_id")
    text = f"source {name} {{\n  from {name}\n  time timestamp\n  key  {key}\n}}\n\n"
    at = Span(here.above(), here.above())
    yield Offer(f"Add the source `{name}`", "quickfix", lambda: (here.edit(at, text),), diagnostic)


# ---------------------------------------------------------------- defines

_ATOMS = ast.Path | ast.Call | ast.String | ast.Number | ast.Date | ast.Timestamp | ast.Boolean | ast.ParamRef
_EXPRESSIONS = ast.AnyTrue | ast.AllTrue | ast.NotTrue | ast.Compare | ast.IsMissing | ast.InList | ast.MatchText
_EXPRESSIONS |= ast.Arithmetic | ast.Call


def _extract_define(here: _Here) -> Iterator[Offer]:
    """An expression that is selected gets a name; not one that reads an earlier step, which a define cannot see."""
    span = _trimmed(here)
    around = path_at(here.node, span.start)
    place, found = next(
        ((i, n) for i, n in enumerate(around) if n.span == span and isinstance(n, _EXPRESSIONS)), (0, None)
    )
    if found is None or not any(map(_reads_a_row, around[:place])) or _reads_a_step(here, span):
        return
    name = _free(here.snapshot, "extracted")
    above = Span(here.above(), here.above())

    def edits() -> tuple[Edit, ...]:
        return here.edit(above, f"define {name} = {format_expr(found)}\n\n"), here.edit(span, name)

    yield Offer(f"Extract into the define `{name}`", "refactor.extract", edits)


def _reads_a_row(node: Node) -> bool:
    """Whether what is inside is read on a row. A group without a name has it from its expression, which is left alone."""
    return isinstance(node, ast.Where | ast.Event | ast.Define | ast.Aggregate | ast.NodeItem) or (
        isinstance(node, ast.ByItem) and node.name is not None
    )


def _reads_a_step(here: _Here, span: Span) -> bool:
    inside = (s for s in spots(here.snapshot.world, here.piece, here.node) if _within(s.node.span, span))
    return any(symbol.kind == "label" for s in inside for o in bound(here.snapshot.world, s) for symbol in o.symbols)


def _within(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _trimmed(here: _Here) -> Span:
    """What is selected, without the blanks around it."""
    text = here.piece.text[here.span.start : here.span.end]
    return Span(here.span.end - len(text.lstrip()), here.span.start + len(text.rstrip()))


def _inline_define(here: _Here) -> Iterator[Offer]:
    for spot in spots(here.snapshot.world, here.piece, here.node):
        if spot.slot == "read" and isinstance(spot.node, ast.Path) and _within(here.span, spot.node.span):
            symbols = {symbol for o in bound(here.snapshot.world, spot) for symbol in o.symbols}
            if len(symbols) == 1 and (symbol := next(iter(symbols))).kind == "define":
                declared = here.snapshot.world.named[symbol]
                if not declared.piece.problem:
                    text = format_expr(declared.node.expr)
                    text = text if isinstance(declared.node.expr, _ATOMS) else f"({text})"
                    edits = _given((here.edit(spot.node.span, text),))
                    yield Offer(f"Write out `{symbol.name}`", "refactor.inline", edits)


# ---------------------------------------------------------------- segments

_GROUPS = ast.AllOf | ast.AnyOf | ast.NoneOf


def _extract_segment(here: _Here) -> Iterator[Offer]:
    """Conditions that are selected become a segment of their own, over the same rows."""
    node, world = here.node, here.snapshot.world
    span = _trimmed(here)
    if not isinstance(node, ast.Segment) or span.start >= span.end or not key_of(node):
        return
    for holder in (node, *(n for n in walk(node) if isinstance(n, _GROUPS))):
        conditions = [n for n in _conditions(holder) if _within(n.span, span)]
        if not conditions or Span(conditions[0].span.start, conditions[-1].span.end) != span:
            continue
        if len(conditions) > 1 and isinstance(holder, ast.AnyOf | ast.NoneOf):
            continue  # a segment holds all of its conditions, not any of them
        name = _free(here.snapshot, f"{node.name.text}_part")
        head = [here.text(item) for item in node.items if not isinstance(item, ast.Condition)]
        if not any(isinstance(item, ast.FromSources) for item in node.items):
            head.insert(1, f"from {', '.join(world.data_of(node))}")
        body = "".join(f"  {line}\n" for line in head)
        above = Span(here.above(), here.above())
        made = f"segment {name} {{\n{body}\n  {here.piece.text[span.start : span.end]}\n}}\n\n"
        edits = _given((here.edit(above, made), here.edit(span, f"in {name}")))
        yield Offer(f"Extract into the segment `{name}`", "refactor.extract", edits)
        return


def _conditions(holder: Node) -> tuple[Node, ...]:
    match holder:
        case ast.Segment():
            return tuple(item for item in holder.items if isinstance(item, ast.Condition))
        case ast.AllOf() | ast.AnyOf() | ast.NoneOf():
            return holder.conditions
        case _:
            return ()


def _inline_segment(here: _Here) -> Iterator[Offer]:
    """The conditions of a segment over the same rows, in place of its name."""
    if not isinstance(here.node, ast.Segment):
        return
    for holder in (here.node, *(n for n in walk(here.node) if isinstance(n, _GROUPS))):
        for condition in _conditions(holder):
            if isinstance(condition, ast.InSegment) and condition.via is None and _within(here.span, condition.span):
                other = here.snapshot.world.find("segment", condition.segment.text)
                if other is None or other.piece.problem or not _same_rows(here, other):
                    continue
                texts = [other.piece.text[n.span.start : n.span.end] for n in _conditions(other.node)]
                text = "\n  ".join(texts)
                if condition.negated:
                    text = f"none {{ {text} }}" if len(texts) == 1 else f"none {{ all {{\n  {text}\n}} }}"
                elif len(texts) > 1 and isinstance(holder, ast.AnyOf | ast.NoneOf):
                    text = f"all {{\n  {text}\n}}"
                edits = _given((here.edit(condition.span, text),))
                yield Offer(f"Write out `{condition.segment.text}`", "refactor.inline", edits)


def _same_rows(here: _Here, other: Declared) -> bool:
    """Whether two segments have the same key, and look at the same rows, with days that begin at the same time."""
    world = here.snapshot.world
    assert isinstance(here.node, ast.Segment)
    mine, its = (
        (key_of(n), set(world.data_of(n)), {i for i in n.items if isinstance(i, ast.During | ast.Where)})
        for n in (here.node, other.node)
    )
    zones = {zone_of(here.snapshot, source) for source in (here.piece.source, other.source)}
    return mine == its and len(zones) == 1 and bool(_conditions(other.node))


# ---------------------------------------------------------------- windows


def _window(here: _Here, now: dt.datetime) -> Iterator[Offer]:
    """A window that moves as the dates that it is now, and dates as a window of that length that moves."""
    for node in walk(here.node):
        if isinstance(node, ast.During) and _within(here.span, node.span):
            written = moves.other_way(here.snapshot, here.piece, here.node, node.window, now)
            if written:
                edits = _given((here.edit(node.window.span, written),))
                yield Offer(f"Write the window as `{written}`", "refactor.rewrite", edits)
