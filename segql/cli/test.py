"""`segql test`: the examples that stand in the files, each run by an engine and by the reference interpreter."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import click

import segql
from segql.cli import inputs, say
from segql.engine.examples import Outcome, Tested

UNREACHABLE = ("SEG446", "SEG447", "SEG448")  # no driver, no connection, none any more


@click.command()
@inputs.paths_argument
@click.option(
    "--on",
    "database",
    metavar="DATABASE",
    help="A DuckDB database file or the URL of a database that answers; nothing is made there.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="End the tests of a file there that take longer.",
)
def command(paths: tuple[str, ...], database: str | None, timeout: float | None) -> None:
    """Run the tests in segment files: in all below a folder, or in the project's (`-` reads standard input).

    DuckDB answers here, in memory, or the database that `--on` names: the rows of a case are part of the query.
    """
    if timeout is not None and database is None:
        raise click.UsageError("`--timeout` is for the database of `--on`")
    if database is not None:
        inputs.address_of(database)
    gc.enable()  # many statements in one process leave much behind
    names = inputs.files_of(paths)
    tested = list(_all_tested(names, database, timeout))
    for name, found in tested:
        _print(name, found, alone=len(names) == 1)
    outcomes = [outcome for _, found in tested for outcome in found.outcomes]
    failed = sum(not outcome.ok for outcome in outcomes)
    unasked = sum(found.unasked for _, found in tested)
    rest = f", {unasked} not asked" if unasked else ""
    say.tell(
        f"{say.counted(len(outcomes) + unasked, 'case')}: {len(outcomes) - failed} as expected, {failed} not{rest}"
    )
    if not all(found.ok for _, found in tested):
        raise click.exceptions.Exit(1)


def _all_tested(names: list[str], database: str | None, timeout: float | None) -> Iterator[tuple[str, Tested]]:
    """The files with what was found; none after one for which the database could not be reached."""
    for name in names:
        found = _tested(name, database, timeout)
        yield name, found
        if any(d.code in UNREACHABLE for d in found.diagnostics):
            return


def _tested(name: str, database: str | None, timeout: float | None) -> Tested:
    return segql.test(inputs.source_of(name), connection=database, timeout=timeout)


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
