"""A segment: its key, its data, and the condition that makes a key a member."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from segql.diagnostics import register
from segql.diagnostics.model import Diagnostic
from segql.diagnostics.suggest import nearest
from segql.node import Value
from segql.semantics import model, windows
from segql.semantics.context import Context, Env, only
from segql.semantics.data import data as resolve_data
from segql.semantics.expressions import event, event_declaration, event_names, truth
from segql.semantics.scope import Declared
from segql.syntax import ast
from segql.syntax.walk import walk

T = TypeVar("T")


class Frame(Value):
    """What every condition of one segment shares: its key and data, and the rows that its own clauses leave."""

    context: Context
    declared: Declared
    key: str
    data: tuple[model.Data, ...]
    where: tuple[model.Expr, ...]  # one for each of the data
    window: model.Window | None  # None for tables

    @property
    def zone(self) -> str:
        return self.declared.file.zone

    def seen(self, data: model.Data) -> model.Expr:
        """The segment's own filter on the rows of one of its data."""
        return self.where[self.data.index(data)]

    def all_rows(self) -> tuple[model.RowsOf, ...]:
        return tuple(model.RowsOf(data=d, predicate=w) for d, w in zip(self.data, self.where, strict=True))


def segment(context: Context, name: str) -> model.Segment | None:
    """The segment of a name that is declared; None if it has a mistake that leaves nothing of it."""
    if name not in context.segments:
        declared = context.scope.find("segment", name)
        assert declared is not None, "the caller looks the name up"
        known = context.recalled(name)
        context.segments[name] = known or _resolved(context, name, declared)
        for needed in known.needs if known else ():
            segment(context, needed)  # a program holds what its segments need, remembered or not
    return context.segments[name]


def _resolved(context: Context, name: str, declared: Declared) -> model.Segment | None:
    """Resolves a segment, and notes it if there was nothing to say."""
    said, used = len(context.said), context.used
    context.used = set()
    found: model.Segment | None = context.resolve("segment", name, lambda: _segment(context, declared))
    if len(context.said) == said:
        context.noted(name, found, context.used)
    context.used |= used
    return found


def _segment(context: Context, declared: Declared) -> model.Segment | None:
    from segql.semantics.conditions import condition  # a condition may hold segments, and a segment conditions

    node: ast.Segment = declared.node
    key = only(context, declared, node.items, ast.Key, "key")
    conditions = [i for i in node.items if not isinstance(i, ast.Key | ast.FromSources | ast.During | ast.Where)]
    if key is None:
        at = declared.at(node.name)
        context.say(register.missing_clause(at, f"the segment `{node.name.text}`", "key", "key usr.id"))
    data = _data(context, declared, conditions, key.path.text if key else "")
    if key is None or data is None or not carried(context, declared, key, data):
        return None
    frame = framed(context, declared, key.path.text, data)
    terms = tuple(condition(frame, item) for item in conditions)
    said = _combined(terms) if terms else at_least_one(frame)
    _check_unused(frame, conditions)
    return model.Segment(
        name=node.name.text,
        doc=node.doc,
        key=key.path.text,
        data=data,
        condition=said,
        zone=frame.zone,
        needs=_needs(said, conditions),
    )


def _needs(condition: model.Condition, written: list[ast.Condition]) -> tuple[str, ...]:
    """The segments that a segment names, and those that its funnels name."""
    funnels = (part for part in model.walk(condition) if isinstance(part, model.OfFunnel))
    named = (node.segment.text for node in _named(written))
    return tuple(dict.fromkeys((*named, *(name for each in funnels for name in each.funnel.needs))))


def _combined(terms: tuple[model.Condition, ...]) -> model.Condition:
    return terms[0] if len(terms) == 1 else model.AllOf(terms=terms)


def _named(conditions: Iterable[ast.Condition]) -> Iterator[ast.InSegment]:
    """The segments that conditions name, also inside groups."""
    return (each for each in _flat(conditions) if isinstance(each, ast.InSegment))


def _flat(conditions: Iterable[ast.Condition]) -> Iterator[ast.Condition]:
    for condition in conditions:
        if isinstance(condition, ast.AnyOf | ast.AllOf | ast.NoneOf):
            yield from _flat(condition.conditions)
        else:
            yield condition


def at_least_one(frame: Frame) -> model.Condition:
    """A segment without conditions: the keys that have a row among those that its clauses leave."""
    rows = model.CountRows(of=model.Selection(rows=frame.all_rows(), window=frame.window))
    return model.CompareMeasures(left=rows, op=">=", right=model.Const(value=1, type=model.Type(name="integer")))


def _data(context: Context, declared: Declared, conditions: list[Any], key: str) -> tuple[model.Data, ...] | None:
    clause = only(context, declared, declared.node.items, ast.FromSources, "from")
    return named_data(context, declared, clause) if clause else _data_of_segments(context, declared, conditions, key)


def named_data(context: Context, declared: Declared, clause: ast.FromSources) -> tuple[model.Data, ...] | None:
    """The sources, or the table, that a `from` names; None, said, if they are not all there."""
    found: list[model.Data] = []
    for name in clause.names:
        known = context.scope.find("source", name.text) or context.scope.find("table", name.text)
        if known is None:
            context.scope.unknown("source", declared.at(name), name.text, ("source", "table"))
            return None
        if isinstance(known.node, ast.Table) and len(clause.names) > 1:
            context.say(register.mixed_data(declared.at(name), name.text))
            return None
        data = resolve_data(context, name.text)
        if data is None:
            return None
        if data in found:
            first = declared.at(clause.names[found.index(data)], "first written here")
            context.say(register.duplicate_clause(declared.at(name), first, name.text))
            continue
        found.append(data)
    return tuple(found)


def _data_of_segments(
    context: Context, declared: Declared, conditions: list[Any], key: str
) -> tuple[model.Data, ...] | None:
    """Without `from`, a segment is over the data of the segments and funnels of its key that it names."""
    from segql.semantics.fates import funnel  # a segment may name a funnel, and a funnel segments

    found: dict[str, model.Data] = {}
    for each in (n for n in _flat(conditions) if isinstance(n, ast.OfFunnel) and n.via is None):
        asked = funnel(context, declared, each.funnel)
        if asked is None:
            return None
        if asked.key == key:
            found.update({data.name: data for data in asked.data})
    for node in (n for n in _named(conditions) if n.via is None):
        if not context.scope.find("segment", node.segment.text):
            context.scope.unknown("segment", declared.at(node.segment), node.segment.text)
            return None
        if context.in_ring("segment", node.segment.text, declared.at(node.segment)):
            return None
        other = segment(context, node.segment.text)
        if other is None:
            return None
        if other.key == key:
            found.update({data.name: data for data in other.data})
    if not found:
        name = declared.node.name
        sources = context.scope.known("source", "table")
        example = f"from {sources[0]}" if sources else "from my_source"
        context.say(register.missing_clause(declared.at(name), f"the segment `{name.text}`", "from", example))
        return None
    return tuple(found.values())


def carried(context: Context, declared: Declared, key: ast.Key, data: tuple[model.Data, ...]) -> bool:
    """Whether rows of all of the data carry a key; says so if not."""
    for one in data:
        if one.key(key.path.text) is None:
            wrong_key(context, declared, key.path, one)
            return False
    return True


def wrong_key(context: Context, declared: Declared, path: ast.Path, data: model.Data) -> None:
    """Says that rows of the data carry no such key, or that nothing does."""
    keys = tuple(k.name for k in data.keys)
    at, near = declared.at(path), nearest(path.text, keys)
    everything = (resolve_data(context, name) for name in context.scope.known("source", "table"))
    if any(each is not None and each.key(path.text) for each in everything):
        context.say(register.wrong_key(at, path.text, data.name, keys, near))
    else:
        context.say(register.unknown("key", at, path.text, near, keys, f"`{data.name}`"))


def framed(context: Context, declared: Declared, key: str, data: tuple[model.Data, ...]) -> Frame:
    """What the `where` and `during` of a segment or analysis leave of its data."""
    node: ast.Segment | ast.Analysis = declared.node
    where = only(context, declared, node.items, ast.Where, "where")
    during = only(context, declared, node.items, ast.During, "during")
    filters = for_each(
        context,
        data,
        lambda d: truth(Env(context=context, declared=declared, data=d), where.expr) if where else model.Always(),
    )
    window: model.Window | None = None
    if all(d.time is not None for d in data):
        window = windows.window(context, declared, during.window) if during else model.Window(zone=declared.file.zone)
    elif during:
        context.say(register.no_time(declared.at(during), data[0].name, "`during`"))
    return Frame(context=context, declared=declared, key=key, data=data, where=filters, window=window)


def for_each(context: Context, data: tuple[model.Data, ...], read: Callable[[model.Data], T]) -> tuple[T, ...]:
    """What the rows of each of the data make of one expression. Its mistakes are said of the first that has any."""
    found: list[T] = []
    said: list[list[Diagnostic]] = []
    start = len(context.said)
    for one in data:
        found.append(read(one))
        said.append(context.said[start:])
        del context.said[start:]
    fine = [one.name for one, wrong in zip(data, said, strict=True) if not wrong]
    for diagnostic in next(filter(None, said), []):
        there = f"`{fine[0]}` has it: ask for it after an event of `{fine[0]}`" if fine else ""
        context.say(diagnostic.replace(help=there) if there and diagnostic.code == "SEG204" else diagnostic)
    return tuple(found)


def _check_unused(frame: Frame, conditions: list[Any]) -> None:
    """A `where` that no condition looks through would be silently ignored: say so."""
    behaviour = (ast.Did, ast.Never, ast.FirstDid, ast.Steps, ast.CompareMeasures)
    if not conditions or any(isinstance(n, behaviour) for c in conditions for n in walk(c)):
        return
    for item in frame.declared.node.items:
        if isinstance(item, ast.Where):
            at = frame.declared.at(item.span._replace(end=item.span.start + len("where")))
            frame.context.say(register.unused_filter(at, "where", frame.data[0].name))


# ---------------------------------------------------------------- the rows of an event


def rows_of(frame: Frame, ref: ast.EventRef) -> model.RowsOf | None:
    """The rows that an event names, among those that the segment sees; None, said, if there is no such event.

    The name of a source stands for all of its rows.
    """
    found = [(d, short) for d in frame.data if (short := _event_in(frame.context, d, ref.path)) is not None]
    if len(found) > 1:
        choices = tuple(f"{d.name}.{short}" for d, short in found)
        frame.context.say(register.ambiguous_name(frame.declared.at(ref), ref.path.text, choices))
        return None
    if not found:
        _unknown_event(frame, ref)
        return None
    data, short = found[0]
    predicate = event(frame.context, data, short, frame.declared, ref) if short else model.Always()
    return model.RowsOf(data=data, predicate=both(predicate, frame.seen(data)))


def _event_in(context: Context, data: model.Data, path: ast.Path) -> str | None:
    """The event's own name if the data has it; the empty name if the path is the data itself."""
    if path.text == data.name:
        return ""
    if event_declaration(context, data.name, path.text):
        return path.text
    rest = ".".join(path.parts[1:])
    return rest if path.parts[0] == data.name and event_declaration(context, data.name, rest) else None


def _unknown_event(frame: Frame, ref: ast.EventRef) -> None:
    name = ref.path.text
    if name in frame.context.scope.broken or not frame.context.scope.broken.isdisjoint(d.name for d in frame.data):
        return
    named = tuple(d for d in frame.data if d.name == ref.path.parts[0] and len(ref.path.parts) > 1)
    asked = named or frame.data
    short = tuple(e for d in asked for e in event_names(frame.context, d.name))
    full = tuple(f"{d.name}.{e}" for d in asked for e in event_names(frame.context, d.name))
    known = full if named or len(set(short)) < len(short) else short
    known += tuple(d.name for d in asked)
    where = " or ".join(f"`{d.name}`" for d in asked)
    at = frame.declared.at(ref)
    frame.context.say(register.unknown("event", at, name, nearest(name, known), known, where))


def both(one: model.Expr, other: model.Expr) -> model.Expr:
    """Both predicates; what is always true needs no mention."""
    terms = [t for e in (one, other) for t in (e.terms if isinstance(e, model.And) else (e,))]
    kept = tuple(dict.fromkeys(t for t in terms if not isinstance(t, model.Always)))
    return model.Always() if not kept else kept[0] if len(kept) == 1 else model.And(terms=kept)


def narrowed(frame: Frame, rows: model.RowsOf, where: ast.Where | None, labels: Any = None) -> model.RowsOf:
    """Rows, and of these only those for which a `where` holds."""
    if where is None:
        return rows
    env = Env(context=frame.context, declared=frame.declared, data=rows.data, labels=labels)
    return model.RowsOf(data=rows.data, predicate=both(rows.predicate, truth(env, where.expr)))
