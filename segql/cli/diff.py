"""`segql diff`: what a change of the files did to segments: who entered, who left, and which clause did it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import click

from segql import compiler, files
from segql.cli import inputs, say
from segql.cli.clauses import clauses, text_of
from segql.cli.revisions import Revision, Unknown
from segql.cli.segments import refusals
from segql.compiler import Checked, Statement
from segql.engine import engines, reasons, running, sets
from segql.engine.engines import Engine
from segql.node import Value
from segql.semantics import model
from segql.source import Source

MOST_BLAMED = 1_000  # keys that are asked which clause did it
SAMPLES = 5

ADDED, REMOVED, SAME, CHANGED = "added", "removed", "same", "changed"


class Version(Value):
    """A segment of one of the two versions: its meaning, its statement, and its text."""

    checked: Checked
    segment: model.Segment
    statement: Statement


class Moved(Value):
    """What became of a segment; `entered_by` and `left_by` count the clauses that did it."""

    file: str
    name: str
    status: str
    change: sets.Change
    entered_by: tuple[tuple[str, int], ...] = ()
    left_by: tuple[tuple[str, int], ...] = ()


@click.command()
@click.argument("revision", metavar="REV")
@inputs.paths_argument
@inputs.compile_options
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", help="For people, or programs.")
@click.option("--exit-code", is_flag=True, help="End with 1 if any segment has other keys than before.")
@inputs.server_option
def command(
    revision: str,
    paths: tuple[str, ...],
    now: str | None,
    params: dict[str, str],
    form: str,
    exit_code: bool,
    database: str | None,
) -> None:
    """Compare the segments in files with those of a git revision, REV, on the data of today.

    Says of each whose meaning changed who entered and who left, and which clause did it.
    """
    names = inputs.files_of(paths)
    found = [moved for name in names for moved in _of_file(revision, name, now, params, database)]
    if form == "json":
        _print_json(found, revision)
    else:
        click.echo("\n".join(_text(found, revision, len(names))))
    if exit_code and any(m.change.entered or m.change.left for m in found):
        raise click.exceptions.Exit(1)


def _of_file(
    revision: str, name: str, now: str | None, params: dict[str, str], database: str | None
) -> Iterator[Moved]:
    source = inputs.source_of(name)
    pinned = inputs.moment(now, source) or dt.datetime.now(dt.UTC).replace(tzinfo=None)
    project = files.project(source.directory or ".")
    try:
        old = Revision(revision, source.directory or ".")
    except Unknown as unknown:
        raise click.UsageError(f"`{revision}` is no revision here: {unknown}") from None
    was = old.source(name)
    if was is not None and not isinstance(was, Source):
        say.stop((was,))
    place = inputs.place_of(project, database)
    options = compiler.Options(dialect=running.dialect_of(place), now=pinned, params=params)
    before = _versions(was, options, old.reader(), project.zone) if was is not None else {}
    after = _versions(source, options, files.reader(), project.zone)
    checked = tuple(version.checked for versions in (before, after) for version in list(versions.values())[:1])
    for segment in dict.fromkeys((*after, *before)):
        one = before.get(segment), after.get(segment)
        version = one[1] or one[0]
        assert version is not None
        with refusals(place, version.checked, segment), engines.opened(place, *checked) as engine:
            yield _moved(engine, name, segment, *one, pinned)


def _versions(source: Source, options: compiler.Options, read: Any, zone: str) -> dict[str, Version]:
    """The segments that a text declares. Says what is wrong, and ends with 1."""
    checked = compiler.check(source, read, zone, options.params)
    if not any(checked.program.segments):
        return {}
    compiled = compiler.compile(source, (), options, read, zone)
    if not compiled.ok:
        say.stop(compiled.diagnostics)
    return {
        statement.name: Version(checked=checked, segment=checked.program.segment(statement.name), statement=statement)
        for statement in compiled.statements
        if statement.kind == "segment"
    }


def _moved(
    engine: Engine, file: str, name: str, before: Version | None, after: Version | None, now: dt.datetime
) -> Moved:
    if before is not None and after is not None and _meaning(before) == _meaning(after):
        return Moved(file=file, name=name, status=SAME, change=sets.Change(before=0, after=0, entered=(), left=()))
    statements = (version.statement if version else None for version in (before, after))
    change = sets.change(engine, *statements)
    if before is None or after is None:
        return Moved(file=file, name=name, status=ADDED if before is None else REMOVED, change=change)
    return Moved(
        file=file,
        name=name,
        status=CHANGED,
        change=change,
        entered_by=_blamed(engine, before, change.entered, now),
        left_by=_blamed(engine, after, change.left, now),
    )


def _meaning(version: Version) -> tuple[model.Segment, ...]:
    """A segment with all that it names. A comment on it is no part of it."""
    program = version.checked.program
    found: dict[str, model.Segment] = {}
    waiting = [version.segment.name]
    while waiting:
        segment = program.segment(waiting.pop())
        if segment.name not in found:
            found[segment.name] = segment.replace(doc="")
            waiting.extend(segment.needs)
    return tuple(found[name] for name in sorted(found))


def _blamed(engine: Engine, version: Version, keys: tuple[str, ...], now: dt.datetime) -> tuple[tuple[str, int], ...]:
    """The clauses of a version that keep keys out, with how many: the first of the keys are asked."""
    written = clauses(version.checked, version.segment)
    conditions = tuple(condition for _, condition in written)
    program = version.checked.program
    counts = reasons.kept_out(engine, program, version.segment.name, conditions, set(keys[:MOST_BLAMED]), now)
    texts = (text_of(version.checked, clause, condition) for clause, condition in written)
    found = [(text, count) for text, count in zip(texts, counts, strict=True) if count]
    return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))


# ---------------------------------------------------------------- for people


def _text(found: list[Moved], revision: str, files: int) -> Iterator[str]:
    told = [moved for moved in found if moved.status != SAME]
    for moved in told:
        yield from _one(moved)
        yield ""
    same = len(found) - len(told)
    if not found:
        yield f"no segment in {say.counted(files, 'file')}, neither now nor at {revision}"
        return
    yield f"{say.counted(len(told), 'segment')} changed since {revision}, {same:,} did not, in {say.counted(files, 'file')}"


def _one(moved: Moved) -> Iterator[str]:
    change = moved.change
    if moved.status in (ADDED, REMOVED):
        keys = change.after if moved.status == ADDED else change.before
        yield f"{moved.name} of {moved.file}: {moved.status}, {say.counted(keys, 'key')}"
        return
    entered, left = len(change.entered), len(change.left)
    yield f"{moved.name} of {moved.file}: {change.before:,} → {say.counted(change.after, 'key')}, +{entered:,} −{left:,}"
    yield from _side("entered", "no longer kept out by", change.entered, moved.entered_by)
    yield from _side("left", "kept out by", change.left, moved.left_by)


def _side(word: str, why: str, keys: tuple[str, ...], blamed: tuple[tuple[str, int], ...]) -> Iterator[str]:
    if not keys:
        return
    more = f" and {len(keys) - SAMPLES:,} more" if len(keys) > SAMPLES else ""
    yield f"  {len(keys):,} {word}: {', '.join(repr(key) for key in keys[:SAMPLES])}{more}"
    asked = min(len(keys), MOST_BLAMED)
    of = "" if asked == len(keys) else f" of the first {asked:,}"
    for text, count in blamed:
        yield f"    {count:,}{of} {why} `{text}`"


# ---------------------------------------------------------------- for programs


def _print_json(found: list[Moved], revision: str) -> None:
    import json

    each = [
        {
            "file": m.file,
            "name": m.name,
            "status": m.status,
            **({} if m.status == SAME else {"before": m.change.before, "after": m.change.after}),
            "entered": list(m.change.entered),
            "left": list(m.change.left),
            "entered_by": [{"clause": text, "keys": count} for text, count in m.entered_by],
            "left_by": [{"clause": text, "keys": count} for text, count in m.left_by],
        }
        for m in found
    ]
    click.echo(json.dumps({"version": 1, "revision": revision, "segments": each}, indent=2, ensure_ascii=False))
