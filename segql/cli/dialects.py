"""`segql dialects`: the engines that SQL can be written for, what each of them refuses, and how often it was put to the test."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from segql.cli import say

if TYPE_CHECKING:
    from rich.table import Table


@click.command()
def command() -> None:
    """List the dialects: how each is proved, and on which engine; and what is refused there (SEG401), with the reason."""
    from rich.console import Console

    colored = say.in_color(sys.stdout)
    width = say.width_of(sys.stdout)
    console = Console(width=width, highlight=False, force_terminal=colored, no_color=not colored)
    with console.capture() as drawn:
        console.print(_refused())
        console.print(f"\n{ASKED}\n")
        console.print(_proved())
    click.echo("\n".join(line.rstrip() for line in drawn.get().splitlines()), color=colored)


ASKED = (
    "What the tests of this version asked of each engine, cases that are written down and random ones from a seed, and what came of "
    "it: rows equal to those of the reference, refused with SEG401, or lacking, which is an error of the engine."
)


def _refused() -> Table:
    """How each dialect is proved, and what is refused there."""
    from rich.text import Text

    from segql.sql.capabilities import capabilities  # sqlglot costs ten times a bare Python start

    table = _table("dialect", "proved", "on", "refused", "because")
    for row in capabilities():
        table.add_row(row.name, row.proof, row.engine, "" if row.refused else "nothing", "")
        for what, reason in row.refused:
            table.add_row("", "", "", Text(what.replace("`", "")), Text(reason.replace("`", "")))
    return table


def _proved() -> Table:
    """What the last run of the tests on engines gave."""
    from segql.sql.proved import COLUMNS, runs

    table = _table(*COLUMNS)
    for run in runs():
        table.add_row(*(str(getattr(run, name)) for name in COLUMNS))
    return table


def _table(*titles: str) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in titles:
        table.add_column(title, overflow="fold")
    return table
