"""`segql dialects`: the engines that SQL can be written for, and what each of them refuses."""

from __future__ import annotations

import sys

import click

from segql.cli import say


@click.command()
def command() -> None:
    """List the dialects: how each is proved, and on which engine; and what is refused there (SEG401), with the reason."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from segql.sql.capabilities import capabilities  # sqlglot costs ten times a bare Python start

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("dialect", "proved", "on", "refused", "because"):
        table.add_column(title, overflow="fold")
    for row in capabilities():
        table.add_row(row.name, row.proof, row.engine, "" if row.refused else "nothing", "")
        for what, reason in row.refused:
            table.add_row("", "", "", Text(what.replace("`", "")), Text(reason.replace("`", "")))
    colored = say.in_color(sys.stdout)
    width = say.width_of(sys.stdout)
    console = Console(width=width, highlight=False, force_terminal=colored, no_color=not colored)
    with console.capture() as drawn:
        console.print(table)
    click.echo("\n".join(line.rstrip() for line in drawn.get().splitlines()), color=colored)
