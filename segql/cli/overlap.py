"""`segql overlap`: how many keys segments have together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from segql.cli import inputs, pictures, say
from segql.cli.segments import asked
from segql.engine import sets

if TYPE_CHECKING:
    from segql.charts import Chart

BAR = 30  # characters of the longest bar
MOST = 20  # groups that are shown


@click.command()
@inputs.file_argument
@click.argument("names", metavar="SEGMENT SEGMENT...", nargs=-1)
@inputs.compile_options
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", help="For people, or programs.")
@click.option("--chart", metavar="FILE", help="Draw it, too: a page (.html), an .svg or a .png.")
@inputs.server_option
def command(
    file: str,
    names: tuple[str, ...],
    now: str | None,
    params: dict[str, str],
    form: str,
    chart: str | None,
    database: str | None,
) -> None:
    """Say how the segments named in FILE overlap: each two of them, and every group of keys that are in the same ones."""
    if len(set(names)) < 2:
        raise click.UsageError("name two segments or more")
    if chart is not None:
        pictures.ending_of(chart)
        pictures.needs_library()
    of = asked(file, tuple(dict.fromkeys(names)), now, params, database)
    keys = {name: of.checked.program.segment(name).key for name in of.names}
    if len(set(keys.values())) > 1:
        each = ", ".join(f"`{name}` has {key}" for name, key in keys.items())
        raise click.UsageError(f"only segments of one key can be compared: {each}")
    with of.engine(of.names[0]) as engine:
        found = sets.overlap(engine, [of.statement(name) for name in of.names])
    if form == "json":
        _print_json(found, keys[of.names[0]], of.now.isoformat())
    else:
        click.echo("\n".join(_text(found, keys[of.names[0]])))
    if chart is not None:
        pictures.write(_picture(found, keys[of.names[0]], of.now), chart)


def _picture(found: sets.Overlap, key: str, now: dt.datetime) -> Chart:
    from segql import charts

    says = f"{say.counted(found.keys, 'key')} ({key}) in at least one, as of {now.isoformat(sep=' ', timespec='minutes')} UTC"
    drawn = charts.Sets(names=found.names, sizes=found.sizes, together=found.together)
    return charts.overlapping(" · ".join(found.names), says, drawn)


def _text(found: sets.Overlap, key: str) -> Iterator[str]:
    width = max(map(len, found.names))
    for name, size in zip(found.names, found.sizes, strict=True):
        yield f"{name:<{width}}  {size:>12,}"
    sizes = dict(zip(found.names, found.sizes, strict=True))
    yield ""
    for one, other, both in found.pairs():
        yield f"{one} and {other}: {both:,}; {_share(both, sizes[one])} of {one}, {_share(both, sizes[other])} of {other}"
    yield ""
    yield f"{say.counted(found.keys, 'key')} ({key}) in at least one; in these, and in no other:"
    most = max((count for _, count in found.together), default=1)
    for names, count in found.together[:MOST]:
        marks = " ".join("●" if name in names else "·" for name in found.names)
        bar = "█" * max(1, round(BAR * count / most))
        yield f"  {marks}  {count:>12,}  {_share(count, found.keys):>6}  {bar:<{BAR}}  {', '.join(names)}".rstrip()
    if len(found.together) > MOST:
        yield f"  and {say.counted(len(found.together) - MOST, 'smaller group')}: `--format json` has all"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"


def _print_json(found: sets.Overlap, key: str, now: str) -> None:
    import json

    document = {
        "version": 1,
        "now": now,
        "key": key,
        "segments": [{"name": n, "keys": size} for n, size in zip(found.names, found.sizes, strict=True)],
        "pairs": [{"segments": [one, other], "keys": both} for one, other, both in found.pairs()],
        "together": [{"segments": list(names), "keys": count} for names, count in found.together],
    }
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))
