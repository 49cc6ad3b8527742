"""Sources and tables: where their rows are, and where each key and field is kept."""

from __future__ import annotations

from typing import Any

from segql.diagnostics import register
from segql.diagnostics.suggest import nearest
from segql.semantics import model
from segql.semantics.context import ANY, TIMESTAMP, Context, only
from segql.semantics.presets import NAMES
from segql.semantics.scope import Declared, Scope
from segql.syntax import ast


def data(context: Context, name: str) -> model.Data | None:
    """The source or table of a name that is declared; None if it has a mistake that leaves nothing of it."""
    if name not in context.data:
        declared = context.scope.find("source", name) or context.scope.find("table", name)
        assert declared is not None, "the caller looks the name up"
        context.data[name] = context.resolve("source", name, lambda: _data(context, declared))
    return context.data[name]


def known_data(scope: Scope, name: str) -> model.Data | None:
    """The source or table of a scope that was checked already: nothing is said about it again."""
    before = len(scope.said)
    try:
        return data(Context(scope, {}), name)
    finally:
        del scope.said[before:]


def _data(context: Context, declared: Declared) -> model.Data | None:
    items = _items(context, declared)
    node = declared.node
    kind = "source" if isinstance(node, ast.Source) else "table"
    shape = _Shape(only(context, declared, node.items, ast.Layout, "layout") or _inherited(items, ast.Layout))
    relation = _relation(context, declared, items, kind)
    fields = _fields(context, declared, items, shape)
    keys = _keys(context, declared, items, shape, fields)
    _check_events(context, declared)
    whole = node.name.text not in context.scope.broken  # what it is like may have what it does not
    if not keys and whole:
        context.say(
            register.missing_clause(declared.at(node.name), f"the {kind} `{node.name.text}`", "key", "key usr.id")
        )
    time, order = _time_and_order(context, declared, items, shape, fields) if kind == "source" else (None, ())
    valid = only(context, declared, items, ast.Valid, "valid")
    if relation is None or not keys or (kind == "source" and time is None):
        return None
    return model.Data(
        name=node.name.text,
        relation=relation,
        keys=keys,
        fields=fields,
        time=time,
        order=order,
        valid=(shape.plain(valid.start), shape.plain(valid.end)) if valid else None,
        zone=declared.file.zone,
        doc=node.doc,
    )


def _items(context: Context, declared: Declared) -> tuple[Any, ...]:
    """The clauses of a source, and after them those of the source that it is like, as far as it has none of its own."""
    node = declared.node
    like = getattr(node, "like", None)
    if like is None:
        return tuple(node.items)
    base = context.scope.find_like(like.text)
    if base is None:
        others = [name for name in context.scope.known("source") if name != node.name.text]
        context.say(register.unknown_like(declared.at(like), like.text, nearest(like.text, (*others, *NAMES))))
        context.scope.broken.add(node.name.text)
        return tuple(node.items)
    if context.in_ring("source", like.text, declared.at(like)):
        return tuple(node.items)
    own = {_slot(item) for item in node.items}
    inherited = context.resolve("source", like.text, lambda: _items(context, base))
    if like.text in context.scope.broken:  # what it lacks may be what is not known there
        context.scope.broken.add(node.name.text)
    return (*node.items, *(item for item in inherited if _slot(item) not in own))


def _slot(item: Any) -> Any:
    """What a clause of a source says something about: an own clause replaces the inherited one of the same slot."""
    match item:
        case ast.Field():
            return ("field", item.path.text)
        case ast.Event():
            return ("event", item.name.text)
        case ast.FromFile() | ast.FromRelation():
            return "from"
        case _:
            return type(item).__name__


def _inherited(items: tuple[Any, ...], kind: type) -> Any:
    return next((item for item in items if isinstance(item, kind)), None)


class _Shape:
    """How a dotted path becomes a column: the layout of a source or table."""

    def __init__(self, layout: ast.Layout | None) -> None:
        self.kind = layout.kind if layout else "flat"
        self.json = layout.column.parts if layout and layout.column else ()

    def plain(self, path: ast.Path) -> model.Column:
        """The column of a path that is spelled out: `= …`, `time`, `order`, `valid`."""
        if self.kind == "json" and path.parts[: len(self.json)] == self.json and len(path.parts) > len(self.json):
            return model.Column(name=self.json[0], path=path.parts[1:], json=True)
        if self.kind == "flat":
            return model.Column(name="_".join(path.parts))
        return model.Column(name=path.parts[0], path=path.parts[1:])

    def spelled(self, column: ast.Path | ast.Entry) -> model.Column:
        """The column that `= …` names."""
        if isinstance(column, ast.Path):
            return self.plain(column)
        entry = model.Entry(by=column.by.text, value=column.value.value, path=column.inside)
        return self.plain(column.of).replace(entry=entry)  # type: ignore[no-any-return]

    def column(self, path: ast.Path) -> model.Column:
        """The column of a key or field that is not spelled out."""
        if self.kind == "json":
            return model.Column(name=self.json[0], path=(*self.json[1:], *path.parts), json=True)
        return self.plain(path)


def _spelled(context: Context, declared: Declared, shape: _Shape, written: ast.Path | ast.Entry) -> model.Column:
    """The column that `= …` names. Lists inside a document are none that can be looked into."""
    column = shape.spelled(written)
    if column.json and column.entry:
        context.say(register.not_built_yet(declared.at(written), "a list inside a document"))
    return column


def _relation(context: Context, declared: Declared, items: tuple[Any, ...], kind: str) -> model.Relation | None:
    own = [i for i in declared.node.items if isinstance(i, ast.FromRelation | ast.FromFile)]
    for extra in own[1:]:
        context.say(register.duplicate_clause(declared.at(extra), declared.at(own[0], "first written here"), "from"))
    found = next((i for i in items if isinstance(i, ast.FromRelation | ast.FromFile)), None)
    if found is None:
        name = declared.node.name
        if name.text not in context.scope.broken:
            context.say(
                register.missing_clause(declared.at(name), f"the {kind} `{name.text}`", "from", "from my_table")
            )
        return None
    if isinstance(found, ast.FromRelation):
        return model.Relation(parts=found.relation.parts)
    return model.Relation(file=found.file.value, directory=declared.piece.source.directory)


def _fields(context: Context, declared: Declared, items: tuple[Any, ...], shape: _Shape) -> tuple[model.Field, ...]:
    found: dict[str, tuple[ast.Field, model.Field]] = {}
    for item in items:
        if not isinstance(item, ast.Field):
            continue
        name = item.path.text
        if name in found:
            first = declared.at(found[name][0].path, "first declared here")
            context.say(register.duplicate_name(declared.at(item.path), first, name, "field"))
            continue
        column = _spelled(context, declared, shape, item.column) if item.column else shape.column(item.path)
        column = column.replace(epoch=epoch_of(item.type))
        field = model.Field(name=name, type=type_of(item.type), column=column, doc=item.doc)
        found[name] = (item, field)
    return tuple(field for _, field in found.values())


def _check_events(context: Context, declared: Declared) -> None:
    found: dict[str, ast.Event] = {}
    for item in declared.node.items:
        if isinstance(item, ast.Event) and found.setdefault(item.name.text, item) is not item:
            first = declared.at(found[item.name.text].name, "first declared here")
            context.say(register.duplicate_name(declared.at(item.name), first, item.name.text, "event"))


def epoch_of(node: ast.AnyType | ast.EpochType) -> model.EpochUnit | None:
    """The unit of an instant that is kept as a number."""
    return node.unit if isinstance(node, ast.EpochType) else None


def type_of(node: ast.AnyType | ast.EpochType) -> model.Type:
    """A type as written, as a type."""
    match node:
        case ast.EnumType():
            return model.Type(name="enum", values=tuple(v.value for v in node.values))
        case ast.ListType():
            return model.Type(name="list", item=type_of(node.item))
        case ast.EpochType():
            return TIMESTAMP
        case ast.Type():
            return model.Type(name=node.name)  # type: ignore[arg-type]


def _keys(
    context: Context, declared: Declared, items: tuple[Any, ...], shape: _Shape, fields: tuple[model.Field, ...]
) -> tuple[model.Key, ...]:
    typed = {field.name: field for field in fields}
    found: dict[str, tuple[ast.KeyColumn, model.Key]] = {}
    columns = [c for item in items if isinstance(item, ast.Keys) for c in item.columns]
    for node in columns:
        name = node.key.text
        if name in found:
            first = declared.at(found[name][0].key, "first declared here")
            context.say(register.duplicate_name(declared.at(node.key), first, name, "key"))
            continue
        field = typed.get(name)
        if field and field.type.name == "list":
            wanted, help = "a single value", "a key identifies: declare its field as a text or a number"
            context.say(register.wrong_type(declared.at(node.key), "list", wanted, help))
        own = field.column if field else shape.column(node.key)
        column = _spelled(context, declared, shape, node.column) if node.column else own
        key = model.Key(name=name, type=field.type if field else ANY, column=column, unique=node.unique)
        found[name] = (node, key)
    return tuple(key for _, key in found.values())


def _time_and_order(
    context: Context, declared: Declared, items: tuple[Any, ...], shape: _Shape, fields: tuple[model.Field, ...]
) -> tuple[model.Field | None, tuple[model.Column, ...]]:
    only(context, declared, declared.node.items, ast.Time, "time")
    time = next((i for i in items if isinstance(i, ast.Time)), None)
    if time is None:
        name = declared.node.name
        if name.text not in context.scope.broken:
            said = register.missing_clause(declared.at(name), f"the source `{name.text}`", "time", "time timestamp")
            context.say(said)
        return None, ()
    column = shape.plain(time.column)
    same = next((f for f in fields if f.name == time.column.text), model.Field(name="", type=TIMESTAMP, column=column))
    written = type_of(time.type) if time.type else same.type
    if written.name not in ("timestamp", "timestamptz", "date"):
        at = declared.at(time.type or time.column)
        context.say(register.wrong_type(at, str(written), "`timestamp`, `timestamptz`, `date` or `epoch(…)`"))
    unit = epoch_of(time.type) if time.type else same.column.epoch
    field = model.Field(name=time.column.text, type=written, column=column.replace(epoch=unit))
    only(context, declared, declared.node.items, ast.Order, "order")
    order = next((i for i in items if isinstance(i, ast.Order)), None)
    if order is None:
        return field, ()
    if order.columns[0].parts != time.column.parts:
        context.say(register.order_without_time(declared.at(order.columns[0]), time.column.text))
    return field, tuple(shape.plain(path) for path in order.columns[1:])
