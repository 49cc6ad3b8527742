"""`segql check`: everything there is to say about files, as pictures or for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

import segql
from segql import files
from segql.cli import inputs, say
from segql.diagnostics.model import Diagnostic, in_order
from segql.source import Source

if TYPE_CHECKING:
    from segql.compiler import Checked
    from segql.engine.addresses import Address

FORMATS = ("text", "json", "github", "sarif")


@click.command()
@inputs.paths_argument
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="Pictures, or a form for programs.")
@click.option(
    "--data", is_flag=True, help="Look at the data, too: columns, types, `unique` keys, tables that match nothing."
)
@inputs.server_option
@click.option("--strict", is_flag=True, help="Warnings are wrong too.")
def command(paths: tuple[str, ...], form: str, data: bool, database: str | None, strict: bool) -> None:
    """Say what is wrong with segment files: with all below a folder, or with the project's (`-` reads standard input).

    With `--on`, sources and tables are compared with the live schema of a database, too.
    """
    names = inputs.files_of(paths)
    said = in_order([d for name in names for d in _said(name, data, database)])
    _print(said, form)
    if form == "text" and not said:
        say.tell(f"nothing wrong in {say.counted(len(names), 'file')}")
    if any(d.is_error or strict for d in said):
        raise click.exceptions.Exit(1)


def _said(name: str, data: bool, database: str | None) -> tuple[Diagnostic, ...]:
    found = inputs.read(name)
    if not isinstance(found, Source):
        return (found,)
    checked = segql.check(found)
    if not (data or database is not None) or not checked.ok:
        return checked.diagnostics
    place = inputs.place_of(files.project(found.directory or "."), database)
    return (*checked.diagnostics, *(_surveyed(checked, place) if data else _compared(checked, place)))


def _surveyed(checked: Checked, place: str | Address) -> tuple[Diagnostic, ...]:
    """What the rows of data tell."""
    from segql.engine.survey import survey

    if not isinstance(place, str):
        raise click.UsageError(f"`--data` reads DuckDB; without it, columns and types are compared with {place.shown}")
    return survey(checked, place)


def _compared(checked: Checked, place: str | Address) -> tuple[Diagnostic, ...]:
    """What the schema of a database tells."""
    from segql.engine import drift, mistakes
    from segql.engine.survey import own_data
    from segql.engine.troubles import Trouble

    many = own_data(checked)
    if isinstance(place, str):
        return mistakes.unreadable_data(checked, many, place) if many else ()
    try:
        return drift.drift(checked, many, place) if many else ()
    except Trouble as trouble:
        return (drift.said(trouble, place),)


def _print(said: tuple[Diagnostic, ...], form: str) -> None:
    if form == "text":
        say.show(said, err=False)
        return
    from segql.diagnostics import machine

    if form == "json":
        click.echo(machine.as_json(said))
    elif form == "sarif":
        from segql.version import __version__

        click.echo(machine.as_sarif(said, __version__))
    elif said:
        click.echo(machine.as_github(said))
