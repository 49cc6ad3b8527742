"""What the commands say to people, and to the shell: diagnostics as pictures on stderr, and exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn, TextIO

import click

from segql.diagnostics.model import Diagnostic

if TYPE_CHECKING:
    from segql.source import Source


def tell(text: str) -> None:
    """A line on stderr."""
    click.echo(text, err=True)


def show(diagnostics: Sequence[Diagnostic], err: bool = True) -> None:
    """The pictures of diagnostics; nothing if there are none."""
    if diagnostics:
        from segql.diagnostics.picture import picture

        stream = sys.stderr if err else sys.stdout
        colored = in_color(stream)
        click.echo(picture(diagnostics, colored, width_of(stream)), err=err, color=colored)


def stop(diagnostics: Sequence[Diagnostic]) -> NoReturn:
    """Shows what is wrong, and ends with 1."""
    show(diagnostics)
    raise click.exceptions.Exit(1)


def wrong(source: Source, why: str) -> NoReturn:
    """Says that a file cannot be written, and ends with 1."""
    from segql.compiler import start_of
    from segql.diagnostics import register

    stop((register.file_not_writable(start_of(source), why),))


def our_mistake(error: Exception) -> None:
    """An exception that nobody expected, as a diagnostic at the line of our own code that raised it."""
    from segql.compiler import start_of
    from segql.diagnostics import register
    from segql.source import Source

    trace = error.__traceback__
    place = "segql"
    while trace is not None:
        name = trace.tb_frame.f_globals.get("__name__", "")
        if name.startswith("segql"):
            place = f"{name}, line {trace.tb_lineno}"
        trace = trace.tb_next
    said = register.our_mistake(start_of(Source("", place)), f"{type(error).__name__}: {error}")
    show((said.replace(help=f"{said.help}; `SEGQL_DEBUG=1` shows the traceback"),))


def in_color(stream: TextIO) -> bool:
    """Whether to color: NO_COLOR and FORCE_COLOR decide, then whether a person is looking."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")


def width_of(stream: TextIO) -> int:
    """The columns of a terminal; 100 where there is none."""
    try:
        return int(os.environ.get("COLUMNS") or os.get_terminal_size(stream.fileno()).columns)
    except (OSError, ValueError):
        return 100


def counted(number: int, noun: str, nouns: str = "") -> str:
    """`1 file`, `3 files`."""
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"
