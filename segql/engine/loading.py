"""A data file into a reference table: read, checked, and only then put in the place of what was there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from segql.engine import duckdb, mistakes
from segql.engine.addresses import Address
from segql.engine.rows import File, Progress, Unreadable, Wrong, form_of
from segql.engine.staging import Counts, Found, Rules, Stage, merged, settle
from segql.engine.targets import DatabaseTable, DataFile, Target
from segql.node import Value
from segql.semantics import model

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Mode = Literal["create", "replace", "append"]


class NoColumn(Exception):
    """The data lack a column that is declared."""

    def __init__(self, column: str, known: tuple[str, ...]) -> None:
        super().__init__(column)
        self.column = column
        self.known = known


class ThereAlready(Exception):
    """There is a table, and nobody said what becomes of it."""


class NewColumns(Exception):
    """What is appended has columns that the table has not."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        super().__init__(", ".join(columns))
        self.columns = columns


class KeyOf(Value):
    """A key of a table: its name, its column, and whether no two rows share a value."""

    name: str
    column: str
    unique: bool = False


class Shape(Value):
    """What is asked of a table that nobody declared: its keys, and the columns of its interval."""

    keys: tuple[KeyOf, ...]
    valid: tuple[str, str] | None = None


class Order(Value):
    """What to load: a file, the declaration of its table (or who guesses one), where to, and what becomes of the old.

    `place` is a database and the parts of a name in it, or a file; the database is a DuckDB file, or at an `address`.
    """

    file: File
    declared: model.Data | None
    guess: Callable[[tuple[Found, ...]], Shape]
    place: model.Relation
    database: str = ""
    address: Address | None = None
    mode: Mode = "create"
    dry: bool = False
    most: int = 0


class Loaded(Value):
    """What became of it: `wrong` rows mean that nothing was loaded. `notes` are worth knowing, and no mistakes."""

    target: str
    rows: int
    columns: tuple[Found, ...]
    shape: Shape
    missing: tuple[tuple[str, int], ...]
    encoding: str
    delimiter: str
    wrong: tuple[Wrong, ...]
    count: int
    done: bool
    notes: tuple[str, ...]


def load(order: Order, progress: Progress) -> Loaded:
    """Loads a file, or says why not. Raises Unreadable, NoColumn, ThereAlready, NewColumns, Refused, Trouble and OSError."""
    with _workshop() as (connection, folder):
        stage = Stage(connection, "new", order.file, folder)
        target = _target(order, connection, folder)
        there = target.exists()
        if there and order.mode == "create" and not order.dry:
            raise ThereAlready(target.name)
        torn = stage.fill(order.most, progress)
        _check_columns(order.declared, stage.columns)
        rules = rules_of(order.declared)
        columns = stage.typed(rules)
        shape = _declared_shape(order.declared) if order.declared else order.guess(columns)
        rules = rules.replace(keys=tuple((key.column, key.unique) for key in shape.keys), valid=shape.valid)
        found = _checked(stage, columns, rules, torn, order.most)
        if not found.total and order.declared is None:
            shape = _as_it_is(stage, columns, rules, shape)
        if not found.total and there and order.mode == "append":
            found = _beside(stage, columns, shape, target)
        done = not found.total and not order.dry
        if done:
            rows = stage.rows_query(columns)
            (target.append if there and order.mode == "append" else target.replace)(rows)
        return Loaded(
            target=target.name,
            rows=stage.rows,
            columns=columns,
            shape=shape,
            missing=tuple((name, count) for name, count in stage.missing().items() if count),
            encoding=stage.encoding,
            delimiter=stage.delimiter,
            wrong=found.wrong,
            count=found.total,
            done=done,
            notes=tuple(_notes(stage, order, columns, shape)),
        )


@contextmanager
def _workshop() -> Iterator[tuple[DuckDBPyConnection, str]]:
    """A database of its own on disk, and the folder that it may fill; both are gone at the end."""
    with (
        tempfile.TemporaryDirectory(prefix="segql-") as folder,
        duckdb.connected(os.path.join(folder, "stage.duckdb"), write=True) as connection,
    ):
        settle(connection, folder)
        yield connection, folder


def _target(order: Order, connection: DuckDBPyConnection, folder: str) -> Target:
    if order.address is not None:
        from segql.engine.elsewhere import TableElsewhere

        return TableElsewhere(connection, order.address, order.place.parts)
    if not order.place.file:
        return DatabaseTable(connection, order.database, order.place.parts)
    path = duckdb.path_of(order.place)
    if order.mode != "append" or not os.path.exists(path):
        return DataFile(connection, path)
    old = Stage(connection, "old", File(path=path, form=form_of(path)), folder)
    torn = old.fill(1, lambda share, rows: None)
    columns = old.typed(rules_of(order.declared))
    wrong = merged((torn, old.wrong_values(columns, 1)), 1).wrong
    if wrong:
        raise Unreadable(f"{path} is not whole itself: line {wrong[0].line}: {wrong[0].why}", "`--replace` it")
    return DataFile(connection, path, old.rows_query(columns), old.columns)


def rules_of(declared: model.Data | None) -> Rules:
    """What a declaration asks of the columns of its data."""
    if declared is None:
        return Rules()
    types = {key.column.name.lower(): key.type for key in declared.keys if key.type.name != "any"}
    types |= {field.column.name.lower(): field.type for field in declared.fields}
    shape = _declared_shape(declared)
    keys = tuple((key.column, key.unique) for key in shape.keys)
    return Rules(types=types, needed=mistakes.needed(declared), keys=keys, valid=shape.valid)


def _declared_shape(declared: model.Data) -> Shape:
    keys = tuple(KeyOf(name=key.name, column=key.column.name, unique=key.unique) for key in declared.keys)
    valid = (declared.valid[0].name, declared.valid[1].name) if declared.valid else None
    return Shape(keys=keys, valid=valid)


def _check_columns(declared: model.Data | None, known: tuple[str, ...]) -> None:
    low = {column.lower() for column in known}
    for column in mistakes.needed(declared) if declared else ():
        if column.lower() not in low:
            raise NoColumn(column, known)


def _checked(stage: Stage, columns: tuple[Found, ...], rules: Rules, torn: Counts, most: int) -> Counts:
    """All that is wrong with the rows. Rows are compared with one another when each is right by itself."""
    alone = merged((torn, stage.wrong_values(columns, most), stage.missing_keys(rules, most)), most)
    if alone.total:
        return alone
    return merged((stage.wrong_intervals(rules, columns, most), stage.broken_promises(rules, columns, most)), most)


def _as_it_is(stage: Stage, columns: tuple[Found, ...], rules: Rules, shape: Shape) -> Shape:
    """A key that nobody declared is unique if the rows keep that promise."""
    keys = []
    for key in shape.keys:
        alone = rules.replace(keys=((key.column, True),))
        keys.append(key.replace(unique=not stage.broken_promises(alone, columns, 1).total))
    whole: Shape = shape.replace(keys=tuple(keys))
    return whole


def _beside(stage: Stage, columns: tuple[Found, ...], shape: Shape, target: Target) -> Counts:
    """What keeps rows from standing beside those that are there."""
    known = {column.lower() for column in target.columns()}
    new = tuple(c.name for c in columns if c.name.lower() not in known)
    if new:
        raise NewColumns(new)
    if shape.valid:
        return Counts((), 0)  # a new version stands beside the old one
    unique = [c for key in shape.keys if key.unique for c in columns if c.name.lower() == key.column.lower()]
    rows = stage.rows_query(columns)
    found = [line for c in unique for line in stage.with_values(c, target.shared(rows, c.name))]
    return Counts(tuple(sorted(found)), len(found))


def _notes(stage: Stage, order: Order, columns: tuple[Found, ...], shape: Shape) -> Iterator[str]:
    by_name = {c.name.lower(): c for c in columns}
    for key in shape.keys:
        column = by_name[key.column.lower()]
        blank = stage.blank_keys(column)
        if blank:
            yield f"{_values(blank)} of `{column.name}` with blanks around: they match only values that have them, too"
        shared = 0 if key.unique or shape.valid else stage.shared_keys(column)
        if shared:
            yield f"{_values(shared)} of `{column.name}` on several rows, so it is not `unique`"
    extra = [f"`{c.name}`" for c in columns if not c.declared and not _has_role(c, shape)]
    if order.declared and extra:
        yield f"not declared, and kept: {', '.join(extra)}"


def _values(count: int) -> str:
    return "1 value" if count == 1 else f"{count:,} values"


def _has_role(column: Found, shape: Shape) -> bool:
    named = {key.column.lower() for key in shape.keys} | {each.lower() for each in shape.valid or ()}
    return column.name.lower() in named
