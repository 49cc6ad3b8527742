"""`segql check`: everything there is to say about files, as pictures or for programs."""

from __future__ import annotations

import click

import segql
from segql import files
from segql.cli import inputs, say
from segql.diagnostics.model import Diagnostic, in_order
from segql.source import Source

FORMATS = ("text", "json", "github", "sarif")


@click.command()
@inputs.paths_argument
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="Pictures, or a form for programs.")
@click.option(
    "--data", is_flag=True, help="Look at the data, too: columns, types, `unique` keys, tables that match nothing."
)
@inputs.on_option
@click.option("--strict", is_flag=True, help="Warnings are wrong too.")
def command(paths: tuple[str, ...], form: str, data: bool, database: str | None, strict: bool) -> None:
    """Say what is wrong with segment files: with all below a folder, or with the project's (`-` reads standard input)."""
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
    if not data or not checked.ok:
        return checked.diagnostics
    from segql.engine.survey import survey

    place = files.database(files.project(found.directory or ".")) if database is None else database
    return (*checked.diagnostics, *survey(checked, place))


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
