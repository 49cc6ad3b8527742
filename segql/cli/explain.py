"""`segql explain`: the page of a code, or the list of all codes."""

from __future__ import annotations

import sys

import click

import segql
from segql.cli import say
from segql.diagnostics.register import REGISTER


@click.command()
@click.argument("code", required=False)
def command(code: str | None) -> None:
    """Show the page of a code: what is wrong, what is right, and why. Without a CODE, list them all."""
    if code is None:
        click.echo("\n".join(f"{entry.code}  {entry.title}" for entry in REGISTER.values()))
        return
    try:
        page = segql.explain(f"SEG{code}" if code.isdecimal() else code)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if not say.in_color(sys.stdout):
        click.echo(page.rstrip("\n"))
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console(file=sys.stdout, force_terminal=True, width=min(100, say.width_of(sys.stdout))).print(Markdown(page))
