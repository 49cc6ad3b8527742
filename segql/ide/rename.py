"""A new name for a thing, in every file that is seen; refused if any name would come to mean something else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from segql.diagnostics.model import Edit
from segql.ide.names import Occurrence
from segql.ide.navigation import everywhere
from segql.ide.snapshot import Snapshot
from segql.ide.world import Declared, Symbol, World
from segql.node import Value
from segql.source import Span
from segql.syntax import ast
from segql.syntax.scan import scan

_WORD = re.compile(r"[^\W\d]\w*")


class Renameable(Value):
    """A name that can be changed, where it stands, and as it is now."""

    span: Span
    text: str


class RenameError(Exception):
    """Why a name cannot be changed."""


def prepared(snapshot: Snapshot, offset: int) -> Renameable:
    """The name at an offset, if it can be changed. Raises RenameError."""
    found, symbol = _renamed(snapshot, offset)
    return Renameable(span=found.span, text=symbol.name)


def renamed(snapshot: Snapshot, offset: int, new: str, others: Sequence[Snapshot] = ()) -> tuple[Edit, ...]:
    """The edits that give the thing at an offset a new name. Raises RenameError.

    Where a field or key is kept in the column of its own name, it stays there: the declaration gets the column.
    """
    _, symbol = _renamed(snapshot, offset)
    written = _written(symbol, new)
    places = list(everywhere(snapshot, [symbol], others))
    edits = [Edit(source=o.source, span=o.span, text=written) for o in places]
    edits += [edit for o in places if o.declared for edit in _column(snapshot.world, o.declared)]
    edits = sorted(edits, key=lambda edit: (edit.source.name, edit.span))
    if new != symbol.name:
        for each in (snapshot, *others):
            _check(each, symbol, new, edits)
    return tuple(edits)


def _renamed(snapshot: Snapshot, offset: int) -> tuple[Occurrence, Symbol]:
    found = snapshot.names.at(snapshot.source, offset)
    if found is None:
        raise RenameError("nothing here has a name that can be changed")
    if len(found.symbols) > 1:
        named = " and ".join(f"`{s.owner or s.kind}`" for s in sorted(found.symbols))
        raise RenameError(f"this name stands for things of {named} at once: rename one of them where it is declared")
    (symbol,) = found.symbols
    if not snapshot.names.declarations(symbol):
        raise RenameError(f"`{symbol.name}` is declared in no file, but comes with {_giver(symbol)}")
    if symbol.kind == "time":
        raise RenameError("this is a column, not a name: write a field for it, which can have any name")
    return found, symbol


def _giver(symbol: Symbol) -> str:
    return f"`{symbol.owner or symbol.name}`" if symbol.kind != "segment" else "the language"


def _written(symbol: Symbol, new: str) -> str:
    """A new name as it is written: in backticks where it needs them."""
    dotted = symbol.kind in ("field", "key")
    parts = new.split(".") if dotted else [new]
    if not all(parts) or re.search(r"[`\r\n]", new) or (not dotted and "." in new):
        raise RenameError(f"`{new}` cannot be a name")
    if symbol.kind == "parameter" and not _WORD.fullmatch(new):
        raise RenameError(f"`{new}` cannot be the name of a parameter: it has letters, digits and `_`")
    return ".".join(part if _plain(part) else f"`{part}`" for part in parts)


def _plain(part: str) -> bool:
    """Whether a name needs no backticks anywhere: it is a word, and none of the language."""
    tokens = scan(part).tokens
    return bool(_WORD.fullmatch(part)) and len(tokens) == 1 and tokens[0].kinds == ("NAME",)


def _column(world: World, declared: Declared) -> list[Edit]:
    """The column of a field or key that has its name from it."""
    node = declared.node
    match node:
        case ast.Field(column=None):
            at = node.type.span.end
        case ast.KeyColumn(column=None):
            at = node.key.span.end
        case _:
            return []
    owner = _owner(world, declared)
    if (
        isinstance(node, ast.KeyColumn)
        and owner
        and any(isinstance(f.node, ast.Field) for f in _fields(world, owner, declared))
    ):
        return []  # it is kept where the field of its name is
    at += declared.piece.start
    layouts = [
        item for d in (world.chain(owner) if owner else ()) for item in d.node.items if isinstance(item, ast.Layout)
    ]
    before = layouts[0].column.text + "." if layouts and layouts[0].kind == "json" and layouts[0].column else ""
    name = declared.piece.text[declared.name.span.start : declared.name.span.end]
    return [Edit(source=declared.source, span=Span(at, at), text=f" = {before}{name}")]


def _fields(world: World, owner: str, declared: Declared) -> list[Declared]:
    found = world.fields(owner).get(declared.symbol.name)
    return [found] if found else []


def _owner(world: World, declared: Declared) -> str:
    """The source or table in which a part is declared."""
    for name in world.names("data"):
        found = world.find("data", name)
        if (
            found
            and found.piece is declared.piece
            and found.node.span.start <= declared.node.span.start < found.node.span.end
        ):
            return name
    return ""


def _check(snapshot: Snapshot, symbol: Symbol, new: str, edits: list[Edit]) -> None:
    """Raises if with the edits any name would stand for something else, or anything new would be wrong."""
    texts = {name: parsed.source.text for name, parsed in snapshot.world.files.items()}
    for edit in reversed(edits):
        if edit.source.name in texts:
            text = texts[edit.source.name]
            texts[edit.source.name] = text[: edit.span.start] + edit.text + text[edit.span.end :]
    after = snapshot.with_texts(texts)
    for name, before in snapshot.names.files.items():
        meant = [frozenset(_moved(s, symbol, new) for s in o.symbols) for o in before]
        if [o.symbols for o in after.names.files.get(name, [])] != meant:
            raise RenameError(f"`{new}` stands for something else already, here or where `{symbol.name}` is used")
    known, now = (Counter(d.code for d in each.diagnostics) for each in (snapshot, after))
    if known != now:
        said = next((f": {d.message}" for d in after.diagnostics if now[d.code] > known[d.code]), "")
        raise RenameError(f"with the name `{new}` something else would be wrong{said}")


def _moved(each: Symbol, symbol: Symbol, new: str) -> Symbol:
    """What a symbol is after the change: the thing itself, and what belongs to it, have the new name."""
    if each == symbol:
        return each._replace(name=new)
    if symbol.kind == "data" and each.owner == symbol.name and each.kind not in ("label", "column"):
        return each._replace(owner=new)
    if symbol.kind == "analysis" and each.owner == symbol.name and each.kind == "column":
        return each._replace(owner=new)
    owner, hash_, number = each.owner.rpartition("#")
    if symbol.kind in ("segment", "analysis") and each.kind == "label" and owner == symbol.name:
        return each._replace(owner=f"{new}{hash_}{number}")
    return each
