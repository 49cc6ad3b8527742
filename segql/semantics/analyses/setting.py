"""What all analyses share: their rows, who they are asked for, and the names of their columns."""

from __future__ import annotations

from typing import Any

from segql.diagnostics import register
from segql.diagnostics.model import Label
from segql.node import Node, Value
from segql.semantics import model
from segql.semantics.conditions import bridged
from segql.semantics.context import TEXT, Context, only
from segql.semantics.scope import Declared
from segql.semantics.segments import Frame, carried, framed, named_data, segment, wrong_key
from segql.syntax import ast

EVERYONE = "everyone"
SEGMENT = "segment"  # the column that says whose a row is, where there are several


class Setting(Value):
    """The frame of an analysis, as that of a segment; and its audiences."""

    frame: Frame
    audiences: tuple[model.Audience, ...]

    @property
    def several(self) -> bool:
        return len(self.audiences) > 1

    def rows(self) -> model.Selection:
        """The rows that the analysis sees."""
        return model.Selection(rows=self.frame.all_rows(), window=self.frame.window)

    def fields(self) -> dict[str, Any]:
        """What every analysis holds, save its columns."""
        node = self.frame.declared.node
        needs = (audience.segment for audience in self.audiences if audience.segment)
        return {
            "name": node.name.text,
            "doc": node.doc,
            "key": self.frame.key,
            "data": self.frame.data,
            "rows": self.rows(),
            "audiences": self.audiences,
            "several": self.several,
            "zone": self.frame.zone,
            "needs": tuple(dict.fromkeys(needs)),
        }


def setting(context: Context, declared: Declared, example: str = "") -> Setting | None:
    """The rows and audiences of an analysis; None, said, if there is a mistake that leaves nothing of it.

    With `example` (`key usr.id`), it must have a key.
    """
    node: ast.Analysis = declared.node
    what = f"`{type(node).__name__.lower()} {node.name.text}`"
    clause = only(context, declared, node.items, ast.FromSources, "from")
    key = only(context, declared, node.items, ast.Key, "key")
    if clause is None:
        sources = context.scope.known("source")
        written = f"from {sources[0]}" if sources else "from my_source"
        context.say(register.missing_clause(declared.at(node.name), what, "from", written))
    if key is None and example:
        context.say(register.missing_clause(declared.at(node.name), what, "key", example))
    data = named_data(context, declared, clause) if clause else None
    if data is None or (key is None and example) or (key is not None and not carried(context, declared, key, data)):
        return None
    frame = framed(context, declared, key.path.text if key else "", data)
    return Setting(frame=frame, audiences=_audiences(frame))


def timed(of: Setting, what: str) -> bool:
    """Whether all rows of an analysis have a time; says so if not."""
    for data in of.frame.data:
        if data.time is None:
            clause = next(i for i in of.frame.declared.node.items if isinstance(i, ast.FromSources))
            of.frame.context.say(register.no_time(of.frame.declared.at(clause), data.name, what))
            return False
    return True


# ---------------------------------------------------------------- who it is asked for


def _audiences(frame: Frame) -> tuple[model.Audience, ...]:
    """Those after `for`; everyone without it, or if a mistake leaves none."""
    clause = only(frame.context, frame.declared, frame.declared.node.items, ast.ForSegments, "for")
    found: dict[str, model.Audience] = {}
    written: dict[str, ast.Audience] = {}
    for node in clause.audiences if clause else ():
        name = node.segment.text
        if name in written:
            first = frame.declared.at(written[name], "first written here")
            frame.context.say(register.duplicate_clause(frame.declared.at(node), first, name))
            continue
        written[name] = node
        audience = _audience(frame, node)
        if audience is not None:
            found[name] = audience
    return tuple(found.values()) or (model.Audience(name=EVERYONE),)


def _audience(frame: Frame, node: ast.Audience) -> model.Audience | None:
    """A segment that the file declares may be called `everyone`, and is then the one that is meant."""
    context, declared, name = frame.context, frame.declared, node.segment.text
    known = context.scope.find("segment", name)
    if known is None:
        if name == EVERYONE:
            return model.Audience(name=EVERYONE)
        context.scope.unknown("segment", declared.at(node.segment), name)
        return None
    if context.in_ring("segment", name, declared.at(node.segment)):
        return None
    other = segment(context, name)
    if other is None:
        return None
    if node.via and node.via.text != other.key:
        _say_other_key(frame, node, known, other)
        return None
    if frame.key == other.key:
        return model.Audience(name=name, segment=name, key=other.key)
    if frame.key and node.via is None:
        _say_other_key(frame, node, known, other)
        return None
    if frame.key:
        assert node.via is not None
        bridge = bridged(frame, node.via)
        return model.Audience(name=name, segment=name, key=other.key, bridge=bridge) if bridge else None
    for data in frame.data:
        if data.key(other.key) is None:
            path = node.via or ast.Path(span=node.segment.span, parts=tuple(other.key.split(".")))
            wrong_key(context, declared, path, data)
            return None
    return model.Audience(name=name, segment=name, key=other.key)


def _say_other_key(frame: Frame, node: ast.Audience, known: Declared, other: model.Segment) -> None:
    key = next((item for item in known.node.items if isinstance(item, ast.Key)), None)
    label = known.at(key, "its key") if key else None
    at = frame.declared.at(node.via or node.segment)
    written = node.via.text if node.via else None
    frame.context.say(register.needs_via(at, other.name, other.key, frame.key, label, written, "for"))


# ---------------------------------------------------------------- the columns of a result


class Columns:
    """The columns of a result, gathered in order: no two share a name, whatever their case."""

    def __init__(self, of: Setting) -> None:
        self.of = of
        self.columns: list[model.ResultColumn] = []
        self.places: dict[str, Label | None] = {}
        if of.several:
            self.own(SEGMENT)

    def own(self, name: str, type: model.Type = TEXT) -> model.ResultColumn:
        """A column that the analysis itself gives; says so if the text has taken its name."""
        taken = self.places.get(name.lower())
        if taken is not None:
            self.of.frame.context.say(register.duplicate_column(taken, None, name))
        return self._add(name, type, None)

    def add(self, name: str, type: model.Type, at: Node) -> model.ResultColumn:
        """A column that the text names; says so if the name is taken."""
        label = self.of.frame.declared.at(at)
        if name.lower() in self.places:
            first = self.places[name.lower()]
            named = first.replace(text="the other one") if first else None
            self.of.frame.context.say(register.duplicate_column(label, named, name))
        return self._add(name, type, label)

    def find(self, name: str) -> model.ResultColumn | None:
        """The column of a name."""
        return next((each for each in self.columns if each.name == name), None)

    def _add(self, name: str, type: model.Type, at: Label | None) -> model.ResultColumn:
        column = model.ResultColumn(name=name, type=type)
        self.places.setdefault(name.lower(), at)
        self.columns.append(column)
        return column
