"""Declarations against the live schema of a database: tables that are not there, columns that are not, other types."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from segql.compiler import Checked, start_of
from segql.diagnostics import register
from segql.diagnostics.model import Diagnostic
from segql.diagnostics.suggest import nearest
from segql.engine import live, mistakes, servers, troubles
from segql.engine.addresses import Address
from segql.engine.relations import data_of
from segql.engine.troubles import Misdeclared, Trouble
from segql.semantics import model
from segql.source import Source


def drift(checked: Checked, many: tuple[model.Data, ...], address: Address) -> tuple[Diagnostic, ...]:
    """Everything in which declarations and the database differ. Raises Trouble."""
    found = servers.tables(address)
    return tuple(d for data in many if not data.relation.file for d in _of_data(checked, data, found))


def fitting(checked: Checked, *names: str) -> Callable[[live.Tables], None]:
    """A look at tables before segments are run on them. Raises Misdeclared; what is not there is left for `explained`."""

    def look(found: live.Tables) -> None:
        for data in data_of(checked.program, *names):
            table = None if data.relation.file else found.find(data.relation.parts)
            for wrong in _unlike(checked, data, table, found) if table else ():
                raise Misdeclared(wrong)

    return look


def explained(trouble: Trouble, checked: Checked, name: str, address: Address) -> Diagnostic:
    """Why a segment could not be run: as far as the live schema tells, else in the engine's words."""
    if trouble.kind in ("refused", "denied"):
        try:
            differ = drift(checked, data_of(checked.program, name), address)
        except Trouble:
            differ = ()
        if differ:
            return differ[0]
    return said(trouble, address, checked, name)


def said(trouble: Trouble, address: Address | None, checked: Checked | None = None, name: str = "") -> Diagnostic:
    """A trouble as a diagnostic: at the segment if it is about one, else at the address."""
    shown = address.shown if address else ""
    about = checked is not None and trouble.kind in ("refused", "denied", "time")
    at = mistakes.of_segment(checked, name) if checked and about else start_of(Source("", shown or "--on"))
    return troubles.said(trouble, at, shown)


def _of_data(checked: Checked, data: model.Data, found: live.Tables) -> Iterator[Diagnostic]:
    table = found.find(data.relation.parts)
    if table is None:
        known = tuple(each.shown for each in found.every)
        yield mistakes.unknown_table(checked, data, known, "you may see no table there")
        return
    columns = tuple(column.name for column in table.columns)
    low = {column.lower() for column in columns}
    for column in mistakes.needed(data):
        if column.lower() not in low:
            at = mistakes.place(checked, data, column)
            yield register.no_such_column(at, data.name, column, nearest(column, columns), columns)
    yield from _unlike(checked, data, table, found)


def _unlike(checked: Checked, data: model.Data, table: live.Table, found: live.Tables) -> Iterator[Diagnostic]:
    known = {column.name.lower(): column for column in table.columns}
    for field in (*data.fields, *((data.time,) if data.time else ())):
        column = known.get(field.column.name.lower())
        if column is None or not field.column.is_whole:
            continue
        declared, held = mistakes.SORTS.get(field.held.name, ""), mistakes.SORTS.get(column.type, "")
        unlike = declared and held and declared not in (held, *found.kept.get(held, ()))
        # An engine compares an instant with a local time by the zone of its session, without a word.
        mixed = {field.held.name, column.type} == {"timestamp", "timestamptz"}
        counts = not mistakes.is_no_count(column.type, field)
        if unlike or not counts or (mixed and "instant" not in found.kept.get("instant", ())):
            at = mistakes.place(checked, data, field.column.name)
            yield register.other_type(at, data.name, column.name, column.held, mistakes.declared(field))
