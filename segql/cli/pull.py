"""`segql pull`: sources and tables as the catalogue of a database has them, for a person to go on from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, NoReturn

import click

from segql import files
from segql.cli import draft, inputs, say
from segql.source import Source

if TYPE_CHECKING:
    from segql.engine.addresses import Address
    from segql.engine.live import Table, Tables

HEAD = "# From the catalogue of a database. What is marked as a guess may be changed; names are as the database has them.\n"


@click.command()
@click.argument("url", metavar="URL")
@click.argument("names", metavar="[TABLE]...", nargs=-1)
@click.option("-o", "--output", metavar="FILE", help="Write to a file instead of standard output.")
@click.option("--force", is_flag=True, help="Write also where a file is there already.")
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="Give up after this time."
)
def command(url: str, names: tuple[str, ...], output: str | None, force: bool, timeout: float | None) -> None:
    """Write a `source` or `table` for each TABLE of the database at URL, or for all that you may see there.

    The catalogue alone is read, no rows. The time and the keys are guesses by name and type, and are marked as such.
    """
    if output is not None and os.path.lexists(output) and not force:
        raise click.UsageError(f"{output} is there already: name another file, or `--force` it")
    address = inputs.address_of(url)
    found = _tables(address, timeout)
    chosen = [_find(address, found, name) for name in names] if names else list(found.together())
    if not chosen:
        _stop(address, address.shown, "it has no table that you may see", "ask for the right to read them")
    text = "\n".join((HEAD, *_declared(chosen, found)))
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        files.write_file(output, text)
    except OSError as error:
        say.wrong(Source("", output), (error.strerror or str(error)).lower())
    say.tell(f"{say.counted(len(chosen), 'table')} in {output}: go on with `segql check {output}`")


def _tables(address: Address, timeout: float | None) -> Tables:
    from segql.cli.run import waiting
    from segql.engine import drift, servers
    from segql.engine.troubles import Trouble

    try:
        with waiting(f"reading the catalogue of {address.shown}"):
            return servers.tables(address, timeout)
    except Trouble as trouble:
        say.stop((drift.said(trouble, address),))


def _find(address: Address, found: Tables, name: str) -> Table:
    from segql.diagnostics.suggest import nearest

    table = found.find(tuple(name.split("."))) or next((t for t in found.every if t.name == name), None)
    if table is None:
        known = tuple(each.shown for each in found.every)
        near = nearest(name, known)
        otherwise = f"there is {', '.join(f'`{t}`' for t in known[:8])}" if known else "you may see no table there"
        _stop(address, name, "there is no such table", f"did you mean `{near}`?" if near else otherwise)
    return table


def _stop(address: Address, what: str, why: str, help: str) -> NoReturn:
    from segql.compiler import start_of
    from segql.diagnostics import register

    say.stop((register.data_not_readable(start_of(Source("", address.shown)), what, why, help),))


def _declared(tables: list[Table], found: Tables) -> Iterator[str]:
    from segql.cli.likeness import likeness

    taken: set[str] = set()
    for table in tables:
        if not draft.can_be_named(table.name) or not draft.can_be_named(table.schema):
            yield f"# {table.shown!r} is left out: backticks cannot hold its name.\n"
            continue
        name = _name(table, taken)
        taken.add(name)
        pulled = _pulled(table, name, found)
        alike = likeness({column.name: column.type for column in table.columns}, found.kept)
        yield draft.liked(pulled, alike) if alike else draft.declared(pulled)


def _name(table: Table, taken: set[str]) -> str:
    """A name that no other has: the table's own if it can be."""
    first = draft.name_of(table.name)
    wanted = [first, draft.name_of(f"{table.schema}_{table.name}"), *(f"{first}_{n}" for n in range(2, len(taken) + 3))]
    return next(name for name in wanted if name not in taken)


def _pulled(table: Table, name: str, found: Tables) -> draft.Pulled:
    named = [c for c in table.columns if c.type and draft.can_be_named(c.name)]
    texts_hold_instants = "instant" in found.kept.get("text", ()) and not any(c.type in draft.INSTANTS for c in named)
    places = [
        draft.Place((c.name,), "timestamp" if texts_hold_instants and _is_time(c.name, c.type) else c.type, c.name)
        for c in named
    ]
    parts = (table.name,) if table.here else (table.schema, table.name)
    return draft.Pulled(
        name=name,
        place=".".join(f"`{part}`" for part in parts),
        places=places,
        unique=frozenset(c.name for c in table.columns if c.unique),
        silent=tuple((c.name, c.held or "of no type") for c in table.columns if c not in named),
    )


def _is_time(name: str, type: str) -> bool:
    """Whether a column of text is called like a time, in an engine that keeps times as text."""
    return type == "text" and name.lower() in (*draft.TIMES, *(name for both in draft.VALID for name in both))
