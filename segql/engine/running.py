"""A statement on the database that is meant, DuckDB here or another, and its rows as a value."""

from __future__ import annotations

import time

from segql.compiler import Checked, Statement
from segql.diagnostics import register
from segql.diagnostics.model import Diagnostic
from segql.engine import duckdb, mistakes
from segql.engine.addresses import Address, is_url
from segql.engine.duckdb import Result
from segql.engine.patience import OutOfTime
from segql.engine.troubles import Misdeclared, Trouble
from segql.files import Project, database

Place = str | Address  # a DuckDB file (empty: none), or the address of another database


def place_of(project: Project, given: str | None) -> Place:
    """The database that is given, or that of a project. Raises Trouble if it is none."""
    from segql.engine import drivers

    written = project.connection if given is None else given
    if not is_url(written):
        return database(project) if given is None else given
    address = drivers.located(written, project.root if given is None else "")
    drivers.dialect_of(address)
    return address.database if address.scheme == "duckdb" else address


def address_of(project: Project, given: str | None) -> Address:
    """The same as an address, also where it is a DuckDB file. Raises Trouble."""
    place = place_of(project, given)
    return Address(scheme="duckdb", shown=given or place, database=place) if isinstance(place, str) else place


def dialect_of(place: Place) -> str:
    """The dialect that a database reads."""
    from segql.engine import drivers

    return "duckdb" if isinstance(place, str) else drivers.dialect_of(place)


def run(statement: Statement, checked: Checked, place: Place, limit: int | None, seconds: float | None) -> Result:
    """The rows that a statement gives, the first `limit` of them, or what is wrong."""
    if isinstance(place, str):
        found = _here(statement, checked, place, limit, seconds)
    else:
        found = _there(statement, checked, place, limit, seconds)
    return Result(name=statement.name, diagnostics=(found,)) if isinstance(found, Diagnostic) else found


def _here(
    statement: Statement, checked: Checked, path: str, limit: int | None, seconds: float | None
) -> Result | Diagnostic:
    wrong = mistakes.misdeclared(checked, statement.name, path)
    if wrong is not None:
        return wrong
    try:
        return duckdb.run(statement, path, limit, seconds)
    except duckdb.Refused as refused:
        return mistakes.explained(refused, checked, statement.name, path)
    except OutOfTime as error:
        return out_of_time(error, checked, statement.name)


def out_of_time(error: OutOfTime, checked: Checked, name: str) -> Diagnostic:
    """A segment that took DuckDB too long."""
    return register.out_of_time(mistakes.of_segment(checked, name), "", f"{error.seconds:g} s")


def _there(
    statement: Statement, checked: Checked, address: Address, limit: int | None, seconds: float | None
) -> Result | Diagnostic:
    from segql.engine import drift, servers

    started = time.perf_counter()
    try:
        with servers.asked(address, statement, drift.fitting(checked, statement.name), limit, seconds) as found:
            columns, rows = found.columns, tuple(row for batch in found.batches() for row in batch)
    except Misdeclared as error:
        return error.said
    except Trouble as trouble:
        return drift.explained(trouble, checked, statement.name, address)
    return Result(
        name=statement.name,
        column=columns[0],
        keys=tuple(row[0] for row in rows) if statement.kind == "segment" else (),
        seconds=time.perf_counter() - started,
        columns=columns,
        rows=rows,
        diagnostics=(),
    )
