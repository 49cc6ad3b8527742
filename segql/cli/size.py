"""`segql size`: how many keys segments have, and which share of their data's keys that is."""

from __future__ import annotations

import click

from segql.cli import inputs, say
from segql.cli.segments import Asked, asked
from segql.engine import sets


@click.command()
@inputs.file_argument
@click.argument("names", metavar="[SEGMENT]...", nargs=-1)
@inputs.compile_options
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", help="For people, or programs.")
@inputs.server_option
def command(
    file: str, names: tuple[str, ...], now: str | None, params: dict[str, str], form: str, database: str | None
) -> None:
    """Count the keys of the segments in FILE: of all, or of those named."""
    of = asked(file, names, now, params, database)
    found = [_size(of, name) for name in of.names]
    if form == "json":
        import json

        each = [{"name": s.name, "key": s.key, "keys": s.keys, "universe": s.universe} for s in found]
        click.echo(
            json.dumps({"version": 1, "now": of.now.isoformat(), "segments": each}, indent=2, ensure_ascii=False)
        )
        return
    width = max(len(size.name) for size in found)
    for size in found:
        share = f"{size.keys / size.universe:7.1%}" if size.universe else "      –"
        click.echo(
            f"{size.name:<{width}}  {size.keys:>12,}  {share} of {say.counted(size.universe, 'key')} ({size.key})"
        )


def _size(of: Asked, name: str) -> sets.Size:
    program = of.checked.program
    with of.engine(name) as engine:
        return sets.size(engine, program, program.segment(name), of.now)
