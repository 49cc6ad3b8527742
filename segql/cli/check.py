"""`segql check`: everything there is to say about files, as pictures or for programs."""

from __future__ import annotations

import click

import segql
from segql.cli import inputs, say
from segql.diagnostics.model import Diagnostic, in_order
from segql.source import Source

FORMATS = ("text", "json", "github", "sarif")


@click.command()
@inputs.paths_argument
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="Pictures, or a form for programs.")
@click.option("--strict", is_flag=True, help="Warnings are wrong too.")
def command(paths: tuple[str, ...], form: str, strict: bool) -> None:
    """Say what is wrong with segment files: with all below a folder, or with the project's (`-` reads standard input)."""
    names = inputs.files_of(paths)
    said = in_order([d for name in names for d in _said(name)])
    _print(said, form)
    if form == "text" and not said:
        say.tell(f"nothing wrong in {say.counted(len(names), 'file')}")
    if any(d.is_error or strict for d in said):
        raise click.exceptions.Exit(1)


def _said(name: str) -> tuple[Diagnostic, ...]:
    found = inputs.read(name)
    return segql.check(found).diagnostics if isinstance(found, Source) else (found,)


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
