"""`segql fmt`: files in the one canonical form."""

from __future__ import annotations

import click

from segql import files
from segql.cli import inputs, say
from segql.diagnostics.model import Diagnostic
from segql.source import Source
from segql.syntax.format import format
from segql.syntax.parse import parse


@click.command()
@inputs.paths_argument
@click.option("--check", is_flag=True, help="Write nothing; end with 1 if a file is not in its form.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change.")
def command(paths: tuple[str, ...], check: bool, diff: bool) -> None:
    """Write segment files in their canonical form: all below a folder, or the project's.

    `-` reads standard input and prints the form. A file that cannot be read as segments stays as it is.
    """
    names = inputs.files_of(paths)
    sources = [_source(name) for name in names]
    broken = [d for found in sources for d in (found if isinstance(found, tuple) else ())]
    whole = [found for found in sources if isinstance(found, Source)]
    changed = [(source, text) for source in whole if (text := format(source)) != source.text]
    say.show(broken)
    if names == [inputs.STDIN] and not check and not diff:
        click.echo("".join(format(source) for source in whole), nl=False)
    elif diff:
        for source, text in changed:
            click.echo(difference(source, text), nl=False)
    elif check:
        for source, _ in changed:
            say.tell(f"{source.name} is not in its form")
    else:
        _write(changed)
        say.tell(f"{say.counted(len(changed), 'file')} changed, {len(whole) - len(changed)} as it should be")
    if broken or (changed and (check or diff)):
        raise click.exceptions.Exit(1)


def _source(name: str) -> Source | tuple[Diagnostic, ...]:
    """A text that can be formatted, or what is wrong with it."""
    found = inputs.read(name)
    if isinstance(found, Diagnostic):
        return (found,)
    return parse(found).diagnostics or found


def difference(source: Source, text: str) -> str:
    """What would change, as a patch."""
    import difflib

    lines = (source.text.splitlines(keepends=True), text.splitlines(keepends=True))
    found = difflib.unified_diff(*lines, source.name, source.name)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in found)


def _write(changed: list[tuple[Source, str]]) -> None:
    for source, text in changed:
        try:
            files.write_file(source.name, text)
        except OSError as error:
            say.wrong(source, (error.strerror or str(error)).lower())
