"""`segql compile`: SQL on stdout, everything else on stderr."""

from __future__ import annotations

import os

import click

import segql
from segql import files
from segql.cli import inputs, say
from segql.compiler import Statement
from segql.source import Source


@click.command()
@inputs.file_argument
@click.option(
    "--name", "names", metavar="NAME", multiple=True, help="Only this segment or analysis; may be given several times."
)
@click.option("--dialect", metavar="DIALECT", help="The engine to write for; else that of segql.toml, or duckdb.")
@inputs.compile_options
@click.option("--bind", is_flag=True, help="Leave parameters in the SQL, to be bound when it runs.")
@click.option("--plan", metavar="NAME", default="", help="The plan for the steps; `segql show plan` lists them.")
@click.option("--together", is_flag=True, help="One statement for all: which segment, and the key.")
@click.option("--out", metavar="DIR", help="Write each segment to DIR/SEGMENT.sql: all of them, or none.")
def command(
    file: str,
    names: tuple[str, ...],
    dialect: str | None,
    now: str | None,
    params: dict[str, str],
    bind: bool,
    plan: str,
    together: bool,
    out: str | None,
) -> None:
    """Print the SQL of the segments and analyses in FILE (`-` reads standard input).

    One segment is printed as one statement; several are parted by blank lines, and each ends with a semicolon.
    """
    source = inputs.source_of(file)
    pinned = inputs.moment(now, source)
    compiled = segql.compile(
        source,
        name=tuple(dict.fromkeys(names)),
        dialect=dialect,
        now=pinned,
        params=params,
        bind=bind,
        plan=plan,
        together=together,
    )
    say.show(compiled.diagnostics)
    if not compiled.ok:
        raise click.exceptions.Exit(1)
    if out is None:
        click.echo(text_of(compiled.statements))
    else:
        _write(compiled.statements, out)


def text_of(statements: tuple[Statement, ...]) -> str:
    """One statement as it is; several with semicolons, parted by blank lines."""
    if len(statements) == 1:
        return statements[0].sql
    return "\n\n".join(f"{statement.sql};" for statement in statements)


def _write(statements: tuple[Statement, ...], folder: str) -> None:
    texts = {os.path.join(folder, f"{file_name(s.name)}.sql"): f"{s.sql}\n" for s in statements}
    try:
        files.write_files(texts)
    except OSError as error:
        say.wrong(Source("", folder), (error.strerror or str(error)).lower())
    say.tell(f"{say.counted(len(texts), 'file')} in {folder}")


def file_name(name: str) -> str:
    """A segment's name as that of a file: what a folder would not take is written as its number."""
    safe = "".join(c if c.isalnum() or c in "_- " else f"%{ord(c):02X}" for c in name)
    return safe.strip() or "%20"
