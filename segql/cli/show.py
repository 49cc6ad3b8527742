"""`segql show`: any station on the way from text to SQL."""

from __future__ import annotations

import click

import segql
from segql import files
from segql.cli import inputs, meaning, outline, planned, say
from segql.cli.compile import text_of
from segql.compiler import Checked, known_dialect, nothing_declared
from segql.diagnostics.suggest import nearest
from segql.semantics import model
from segql.syntax.parse import parse

STAGES = ("tree", "meaning", "plan", "sql")


@click.command()
@click.argument("stage", type=click.Choice(STAGES))
@inputs.file_argument
@click.option(
    "--name", "names", metavar="NAME", multiple=True, help="Only this segment or analysis; may be given several times."
)
@click.option("--dialect", metavar="DIALECT", help="The engine of the plan or SQL; else that of segql.toml, or duckdb.")
@inputs.compile_options
def command(
    stage: str, file: str, names: tuple[str, ...], dialect: str | None, now: str | None, params: dict[str, str]
) -> None:
    """Show what was written (tree), meant (meaning), how steps are found (plan), or the SQL, of FILE (`-`: standard input)."""
    source = inputs.source_of(file)
    if stage == "tree":
        parsed = parse(source)
        _print(outline.tree(parsed, names))
        said = parsed.diagnostics
    elif stage == "meaning":
        checked = segql.check(source, params=params)
        _known(names, _names(checked.program))
        _print_or_tell(meaning.program(checked.program, names), checked)
        said = checked.diagnostics
    elif stage == "plan":
        checked = segql.check(source, params=params)
        _known(names, _names(checked.program))
        dialect = dialect or files.project(source.directory or ".").dialect
        said = (*checked.diagnostics, *known_dialect(source, dialect))
        if not any(d.is_error for d in said):
            _print_or_tell(planned.program(checked.program, dialect, names), checked)
    else:
        compiled = segql.compile(source, name=names, dialect=dialect, now=inputs.moment(now, source), params=params)
        _print(text_of(compiled.statements))
        said = compiled.diagnostics
    say.show(said)
    if any(d.is_error for d in said):
        raise click.exceptions.Exit(1)


def _print_or_tell(text: str, checked: Checked) -> None:
    """Prints, or tells why there is nothing to print; of a file without a declaration there is a warning."""
    _print(text)
    if not text and not checked.diagnostics:
        asked = _names(checked.program)
        say.tell("no steps are asked for" if asked else nothing_declared(checked.source).message)


def _print(text: str) -> None:
    if text:
        click.echo(text)


def _names(program: model.Program) -> tuple[str, ...]:
    return (*(segment.name for segment in program.segments), *(asked.name for asked in program.analyses))


def _known(names: tuple[str, ...], known: tuple[str, ...]) -> None:
    for name in names:
        if name not in known:
            near = nearest(name, known)
            raise click.UsageError(
                f"there is no segment or analysis `{name}`" + (f": did you mean `{near}`?" if near else "")
            )
