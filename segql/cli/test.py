"""`segql test`: the examples that stand in the files, each run by DuckDB and by the reference interpreter."""

from __future__ import annotations

import gc

import click

import segql
from segql.cli import inputs, say
from segql.engine.examples import Outcome, Tested


@click.command()
@inputs.paths_argument
def command(paths: tuple[str, ...]) -> None:
    """Run the tests in segment files: in all below a folder, or in the project's (`-` reads standard input)."""
    gc.enable()  # many statements in one process leave much behind
    names = inputs.files_of(paths)
    tested = [(name, segql.test(inputs.source_of(name))) for name in names]
    for name, found in tested:
        _print(name, found, alone=len(names) == 1)
    outcomes = [outcome for _, found in tested for outcome in found.outcomes]
    failed = sum(not outcome.ok for outcome in outcomes)
    say.tell(f"{say.counted(len(outcomes), 'case')}: {len(outcomes) - failed} as expected, {failed} not")
    if not all(found.ok for _, found in tested):
        raise click.exceptions.Exit(1)


def _print(name: str, tested: Tested, alone: bool) -> None:
    if tested.outcomes:
        click.echo(name)
        for outcome in tested.outcomes:
            click.echo(line(outcome))
    elif alone and tested.ok:
        say.tell(f"{name} has no tests")
    say.show(tuple(d for d in tested.diagnostics if d.is_error))


def line(outcome: Outcome) -> str:
    """A case in a line: `ok    ana in premium`."""
    expected = "in" if outcome.expected else "out of"
    return f"  {'ok   ' if outcome.ok else 'WRONG'} {outcome.key} {expected} {outcome.segment}"
