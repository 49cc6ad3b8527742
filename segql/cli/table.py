"""`segql table`: a reference table from a data file, and how well it meets the data that it is joined to."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

import segql
from segql import files
from segql.cli import draft, inputs, say
from segql.cli.run import waiting
from segql.compiler import Checked, start_of
from segql.diagnostics import register
from segql.diagnostics.cells import visible
from segql.diagnostics.model import Diagnostic
from segql.diagnostics.suggest import nearest
from segql.engine import duckdb, loading, matching, mistakes
from segql.engine.addresses import Address
from segql.engine.duckdb import Refused
from segql.engine.loading import KeyOf, Loaded, Order, Shape
from segql.engine.matching import Match
from segql.engine.rows import FORMS, File, Progress, Unreadable, form_of
from segql.engine.staging import Found
from segql.engine.troubles import Trouble
from segql.node import Value
from segql.semantics import model
from segql.semantics.data import known_data
from segql.source import Source

SHOWN = 100  # bad rows that are told one by one, unless another number is asked for
SHOWN_FORMS = ("text", "json")

file_option = click.option(
    "--file", "text", metavar="FILE", help="The segment file that declares the table; else the project's are looked at."
)
format_option = click.option(
    "--format", "form", type=click.Choice(SHOWN_FORMS), default="text", help="For people, or JSON for programs."
)


@click.group()
def command() -> None:
    """Reference tables: load one from a data file, or see how its keys meet those of a source."""


class Known(Value):
    """A table that a segment file declares."""

    checked: Checked
    data: model.Data


# ---------------------------------------------------------------- load


@command.command()
@click.argument("data", metavar="DATA")
@click.option("--as", "name", metavar="TABLE", required=True, help="The table: as it is declared, or a new name.")
@click.option("--key", "keys", metavar="KEY[=COLUMN]", multiple=True, help="A key of a table that is not declared.")
@click.option(
    "--on",
    metavar="PLACE",
    help="A database (a DuckDB file or a URL), or a data file to write; else where it is declared.",
)
@click.option("--append", is_flag=True, help="Add the rows to those that the table has.")
@click.option("--replace", is_flag=True, help="Put the rows in the place of those that it has.")
@click.option("--dry-run", is_flag=True, help="Check everything, and change nothing.")
@click.option(
    "--max-errors", type=click.IntRange(min=0), default=SHOWN, metavar="N", help="Tell N bad rows, or all with 0."
)
@click.option(
    "--encoding", metavar="NAME", default="", help="How the text is encoded, as latin-1; else UTF-8 or UTF-16."
)
@click.option("--delimiter", metavar="CHAR", default="", help="What parts the columns; else what the header has.")
@click.option("--declare", metavar="SEGFILE", help="Write the declaration of a new table at the end of this file.")
@file_option
@format_option
def load(
    data: str,
    name: str,
    keys: tuple[str, ...],
    on: str | None,
    append: bool,
    replace: bool,
    dry_run: bool,
    max_errors: int,
    encoding: str,
    delimiter: str,
    declare: str | None,
    text: str | None,
    form: str,
) -> None:
    """Check DATA, a CSV, TSV, JSON lines or Parquet file, and load it as a reference table.

    The old table stays as it is unless every row of the new one is right.
    """
    known = _declared(name, text)
    if known and (keys or declare):
        raise click.UsageError(
            f"`{name}` is declared in {known.checked.source.name}: leave out `--key` and `--declare`"
        )
    if append and replace:
        raise click.UsageError("say `--append` or `--replace`, not both")
    if declare is not None:
        _free_to_declare(declare, name)
    place, database, address = _place(name, known, on)
    order = Order(
        file=_file(data, encoding, delimiter),
        declared=known.data if known else None,
        guess=lambda columns: _shape(data, keys, columns),
        place=place,
        database=database,
        address=address,
        mode="append" if append else "replace" if replace else "create",
        dry=dry_run,
        most=max_errors,
    )
    started = time.perf_counter()
    with _progress(data) as progress:
        loaded = _load(order, known, data, progress)
    seconds = time.perf_counter() - started
    if form == "json":
        _print_json(data, name, loaded, dry_run)
    else:
        _print_text(data, loaded, dry_run, seconds)
    if loaded.count:
        at = start_of(Source("", data))
        say.stop((register.table_not_loaded(at, data, name, loaded.count),))
    if declare is not None and not dry_run:
        _declare(declare, name, place, loaded)


def _load(order: Order, known: Known | None, data: str, progress: Progress) -> Loaded:
    """Loads, or says why not and ends."""
    at = start_of(Source("", data))
    try:
        return loading.load(order, progress)
    except Unreadable as error:
        say.stop((register.data_not_readable(at, data, error.why, error.help),))
    except loading.NoColumn as error:
        label = mistakes.place(known.checked, known.data, error.column) if known else at
        near = nearest(error.column, error.known)
        say.stop((register.no_such_column(label, data, error.column, near, error.known),))
    except loading.ThereAlready as error:
        raise click.UsageError(f"{error} is there already: say `--replace` or `--append`") from None
    except loading.NewColumns as error:
        why = f"it has columns that the table has not: {', '.join(f'`{c}`' for c in error.columns)}"
        say.stop((register.data_not_readable(at, data, why, "leave them out, or `--replace` the table"),))
    except Trouble as trouble:
        say.stop((_trouble(trouble, order),))
    except Refused as refused:
        place = order.place.file or order.database
        say.stop((register.data_not_writable(start_of(Source("", place)), place, mistakes.first_line(refused)),))
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        if error.filename in (data, None) or os.path.abspath(str(error.filename)) == os.path.abspath(data):
            say.stop((register.data_not_readable(at, data, why, "check the path, and who may read it"),))
        place = order.place.file or order.database
        say.stop((register.data_not_writable(start_of(Source("", place)), place, why),))


def _trouble(trouble: Trouble, order: Order) -> Diagnostic:
    """What keeps a database that is not DuckDB from having the table."""
    from segql.engine import drift

    shown = order.address.shown if order.address else ""
    if trouble.kind in ("refused", "denied"):
        return register.data_not_writable(start_of(Source("", shown)), shown, trouble.why)
    return drift.said(trouble, order.address)


def _file(path: str, encoding: str, delimiter: str) -> File:
    delimiter = {"tab": "\t", "\\t": "\t"}.get(delimiter, delimiter)
    if len(delimiter) > 1 or delimiter in ('"', "\n", "\r"):
        raise click.BadParameter("name one character, or `tab`", param_hint="--delimiter")
    why = mistakes.unreadable(path)
    at = start_of(Source("", path))
    if why:
        say.stop((register.data_not_readable(at, path, why, "name a CSV, TSV, JSON lines or Parquet file"),))
    try:
        return File(path=path, form=form_of(path), encoding=encoding, delimiter=delimiter)
    except Unreadable as error:
        say.stop((register.data_not_readable(at, path, error.why, error.help),))


def _place(name: str, known: Known | None, on: str | None) -> tuple[model.Relation, str, Address | None]:
    """Where the table is kept, and in which database: a DuckDB file, or another."""
    parts = tuple(name.split("."))
    relation = known.data.relation if known else model.Relation(parts=parts)
    project = files.project(known.checked.source.directory or "." if known else ".")
    if on is None and relation.file:
        return relation, "", None
    found = inputs.place_of(project, on)
    place = found if isinstance(found, str) else found.shown
    if not place:
        raise click.UsageError(
            "say where the table is to be kept: `--on shop.duckdb`, or a file, as `--on plans.parquet`"
        )
    if isinstance(found, str) and any(place.lower().removesuffix(".gz").endswith(ending) for ending in FORMS):
        return model.Relation(file=place), "", None
    if not all(parts):
        raise click.UsageError(f"`{name}` is no name of a table: write `plans` or `crm.plans`")
    there = relation if relation.parts else model.Relation(parts=parts)
    return (there, place, None) if isinstance(found, str) else (there, "", found)


# ---------------------------------------------------------------- a table that nobody declared


def _shape(data: str, keys: tuple[str, ...], columns: tuple[Found, ...]) -> Shape:
    """The keys that were named, or those that columns are called like."""
    by_name = {c.name.lower(): c for c in columns}
    places = [draft.Place((c.name,), c.type.name, c.name) for c in columns]
    spans = draft.valid_of(places)
    valid = (spans[0].column, spans[1].column) if spans else None
    found = []
    for written in keys:
        key, _, column = (part.strip() for part in written.partition("="))
        column = column or key.replace(".", "_")
        if not key or not all(key.split(".")):
            raise click.BadParameter(f"`{written}` is not KEY=COLUMN", param_hint="--key")
        if column.lower() not in by_name:
            known = tuple(c.name for c in columns)
            at = start_of(Source("", data))
            say.stop((register.no_such_column(at, data, column, nearest(column, known), known),))
        found.append(KeyOf(name=key, column=by_name[column.lower()].name))
    if not found:
        guessed = draft.keys_of([p for p in places if p.column not in (valid or ())])
        if not guessed:
            why = "it has no column of text or whole numbers that could be a key"
            at = start_of(Source("", data))
            say.stop((register.data_not_readable(at, data, why, "name its key: `--key usr.email=email`"),))
        found = [KeyOf(name=".".join(draft.key_path(guessed[0])), column=guessed[0].column)]
    return Shape(keys=tuple(found), valid=valid)


def _free_to_declare(path: str, name: str) -> None:
    """Ends if the file cannot be read as segments, or declares a thing of this name."""
    if not os.path.lexists(path):
        return
    source = inputs.source_of(path)
    checked = segql.check(source)
    scope = checked.scope
    wrong = tuple(d for d in scope.said if d.is_error)
    if wrong:
        say.stop(wrong)
    short = name.split(".")[-1]
    if short in scope.known("source", "table"):
        raise click.UsageError(f"{path} has a `{short}` already: name another file, or leave out `--declare`")


def _declare(path: str, name: str, place: model.Relation, loaded: Loaded) -> None:
    """Adds the declaration at the end of a file, which is written whole or not at all."""
    old = inputs.source_of(path).text if os.path.lexists(path) else ""
    keys = [(key.name, key.column, key.unique) for key in loaded.shape.keys]
    taken = {key.column for key in loaded.shape.keys} | set(loaded.shape.valid or ())
    fields = [draft.Place((c.name,), str(c.type), c.name) for c in loaded.columns if c.name not in taken]
    where = ".".join(f"`{part}`" for part in place.parts)
    if place.file:
        seen = os.path.relpath(place.file, os.path.dirname(path) or ".").replace(os.sep, "/")
        where = "file '" + seen.replace("'", "''") + "'"
    text = draft.table_text(name.split(".")[-1], where, keys, fields, list(loaded.shape.valid or ()))
    gap = "" if not old else "\n" if old.endswith("\n") else "\n\n"
    try:
        files.write_file(path, f"{old}{gap}{text}")
    except OSError as error:
        say.wrong(Source("", path), (error.strerror or str(error)).lower())
    say.tell(f"its declaration is in {path}")


def _declared(name: str, text: str | None) -> Known | None:
    """The table as a file declares it: the one that is named, or one of the project's."""
    names = [text] if text is not None else _project_files()
    found: dict[str, Checked] = {}
    seen: list[str] = []
    for each in names:
        source = inputs.read(each)
        if not isinstance(source, Source):
            if text is not None:
                say.stop((source,))
            continue
        checked = segql.check(source)
        tables = checked.scope.names["table"]
        seen.extend(tables)
        own = name in tables and (text is not None or tables[name].file is checked.scope.main)
        if own:
            found[each] = checked
    if len(found) > 1:
        raise click.UsageError(f"`{name}` is declared in {', '.join(found)}: say which with `--file`")
    if not found:
        if text is not None:
            near = nearest(name, seen)
            raise click.UsageError(f"{text} has no table `{name}`" + (f": did you mean `{near}`?" if near else ""))
        return None
    (checked,) = found.values()
    data = known_data(checked.scope, name)
    if data is None:
        say.stop(tuple(d for d in checked.diagnostics if d.is_error))
    if any(c.path or c.json for c in (*(k.column for k in data.keys), *(f.column for f in data.fields))):
        raise click.UsageError(f"`{name}` is nested: only tables of plain columns can be loaded")
    return Known(checked=checked, data=data)


def _project_files() -> list[str]:
    project = files.project(".")
    if project.problem:
        say.stop((project.problem,))
    return files.seg_files(tuple(os.path.relpath(os.path.join(project.root, path)) for path in project.paths))


# ---------------------------------------------------------------- what is said


@contextmanager
def _progress(data: str) -> Iterator[Progress]:
    """Shows a person how far a long load is, and takes it back at the end."""
    watched = sys.stderr.isatty()
    started = shown = time.perf_counter()

    def tell(share: float, rows: int) -> None:
        nonlocal shown
        now = time.perf_counter()
        if watched and now - started > 1 and now - shown > 0.2:
            shown = now
            sys.stderr.write(f"\r\x1b[Kreading {data}: {share:.0%}, {rows:,} rows")
            sys.stderr.flush()

    try:
        yield tell
    finally:
        if shown != started:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _print_text(data: str, loaded: Loaded, dry: bool, seconds: float) -> None:
    for row in loaded.wrong:
        cell = f"column `{row.column}`: " if row.column else ""
        value = f"'{visible(row.value)}': " if row.value and row.column else ""
        click.echo(f"{data}:{row.line}: {cell}{value}{row.why}")
    if loaded.count > len(loaded.wrong):
        click.echo(f"{data}: and {loaded.count - len(loaded.wrong):,} more: `--max-errors 0` tells all of them")
    if loaded.count:
        return
    roles = {key.column: f"key {key.name}{' unique' if key.unique else ''}" for key in loaded.shape.keys}
    roles |= dict.fromkeys(loaded.shape.valid or (), "valid")
    missing = dict(loaded.missing)
    wide = max(len(c.name) for c in loaded.columns)
    typed = max(len(str(c.type)) for c in loaded.columns)
    for c in loaded.columns:
        lacks = f"{missing[c.name]:,} missing" if c.name in missing else ""
        click.echo(
            f"  {c.name:{wide}}  {c.type!s:{typed}}  {'; '.join(x for x in (roles.get(c.name), lacks) if x)}".rstrip()
        )
    for note in loaded.notes:
        say.tell(f"note: {note}")
    what = say.counted(loaded.rows, "row")
    say.tell(f"{what} would be in {loaded.target}" if dry else f"{what} loaded into {loaded.target}, {seconds:.2f} s")


def _print_json(data: str, name: str, loaded: Loaded, dry: bool) -> None:
    import json

    keys = {key.column: key for key in loaded.shape.keys}
    missing = dict(loaded.missing)
    answer = {
        "version": 1,
        "data": data,
        "table": name,
        "target": loaded.target.replace("`", ""),
        "loaded": loaded.done,
        "dry_run": dry,
        "rows": loaded.rows,
        "encoding": loaded.encoding,
        "delimiter": loaded.delimiter,
        "columns": [
            {
                "name": c.name,
                "type": str(c.type),
                "declared": c.declared,
                "key": keys[c.name].name if c.name in keys else None,
                "unique": c.name in keys and keys[c.name].unique,
                "missing": missing.get(c.name, 0),
            }
            for c in loaded.columns
        ],
        "valid": list(loaded.shape.valid or ()),
        "wrong": loaded.count,
        "wrong_rows": [{"line": w.line, "column": w.column, "value": w.value, "why": w.why} for w in loaded.wrong],
        "notes": list(loaded.notes),
    }
    click.echo(json.dumps(answer, indent=2, ensure_ascii=False))


# ---------------------------------------------------------------- match


@command.command()
@click.argument("name", metavar="TABLE")
@click.option(
    "--with", "source", metavar="SOURCE", required=True, help="The source (or table) whose keys it should meet."
)
@click.option("--key", metavar="KEY", help="The key to compare; else each that both have.")
@inputs.on_option
@file_option
@format_option
def match(name: str, source: str, key: str | None, database: str | None, text: str | None, form: str) -> None:
    """Tell how the keys of TABLE meet those of a source: how many are on both sides, on one, or nearly alike."""
    checked = _declares_both(name, source, text)
    table, other = (known_data(checked.scope, each) for each in (name, source))
    if table is None or other is None:
        say.stop(tuple(d for d in checked.diagnostics if d.is_error))
    keys = tuple(k.name for k in table.keys if other.key(k.name))
    if key is not None and key not in keys:
        near = nearest(key, keys)
        raise click.UsageError(
            f"`{name}` and `{source}` have no key `{key}` both" + (f": did you mean `{near}`?" if near else "")
        )
    if not keys:
        both = " and ".join(f"`{d.name}` has {', '.join(f'`{k.name}`' for k in d.keys)}" for d in (table, other))
        raise click.UsageError(f"`{name}` and `{source}` share no key: {both}")
    place = files.database(files.project(checked.source.directory or ".")) if database is None else database
    found = []
    for each in (key,) if key else keys:
        try:
            with duckdb.connected(place) as connection, waiting(f"matching {each}"):
                found.append(matching.match(connection, table, other, each))
        except Refused as refused:
            say.stop((mistakes.explained_data(refused, checked, (table, other), place),))
        except matching.Unlike as unlike:
            key_of = table.key(each)
            at = mistakes.place(checked, table, key_of.column.name if key_of else "")
            say.stop((register.unlike_keys(at, each, name, unlike.table, source, unlike.source),))
    if form == "json":
        _match_json(name, source, found)
        return
    click.echo("\n\n".join(_match_text(table, other, m) for m in found))


def _declares_both(name: str, source: str, text: str | None) -> Checked:
    """A file that knows the table and the source."""
    tables: dict[str, None] = {}
    sources: dict[str, None] = {}
    for each in [text] if text is not None else _project_files():
        read = inputs.read(each)
        if not isinstance(read, Source):
            if text is not None:
                say.stop((read,))
            continue
        checked = segql.check(read)
        if name in checked.scope.names["table"] and source in checked.scope.known("source", "table"):
            return checked
        tables |= dict.fromkeys(checked.scope.known("table"))
        sources |= dict.fromkeys(checked.scope.known("source", "table"))
    missing, known = (name, tables) if name not in tables else (source, sources)
    kind = "table" if name not in tables else "source"
    near = nearest(missing, known)
    if missing in known:
        raise click.UsageError(
            f"no file has both `{name}` and `{source}`: `use` one in the other, and name it with `--file`"
        )
    raise click.UsageError(f"there is no {kind} `{missing}`" + (f": did you mean `{near}`?" if near else ""))


def _match_text(table: model.Data, source: model.Data, m: Match) -> str:
    versions = ", in the version of their time" if table.valid and source.time else ""
    lines = [
        f"{m.key} of {table.name} with {source.name}",
        _share(m.both, m.table_keys, f"keys of {table.name} are in {source.name}"),
        *_samples("not there", m.alone_samples),
        _share(m.both, m.source_keys, f"keys of {source.name} are in {table.name}"),
        *_samples("not there", m.unknown_samples),
        _share(m.rows_met, m.source_rows, f"rows of {source.name} with a key find it{versions}"),
    ]
    if m.near:
        lines.append(f"  {m.near:,} would match but for case or blanks")
        lines += [f"      {_cell(a)} in {table.name}, {_cell(b)} in {source.name}" for a, b in m.near_samples]
    if m.shared:
        several = "on versions that are valid at one time" if table.valid else f"on several rows of {table.name}"
        lines.append(f"  {m.shared:,} stand {several}")
        lines += [f"      {_cell(key)} on {count:,}" for key, count in m.shared_samples]
    return "\n".join(lines)


def _share(part: int, whole: int, what: str) -> str:
    share = f"{part / whole:7.1%}" if whole else "      –"
    return f"  {share}  {part:,} of {whole:,} {what}"


def _samples(what: str, keys: tuple[str, ...]) -> list[str]:
    return [f"      {what}: {', '.join(_cell(key) for key in keys)}"] if keys else []


def _cell(value: str) -> str:
    return f"'{visible(value)}'"


def _match_json(table: str, source: str, found: list[Match]) -> None:
    import json

    keys = [
        {
            "key": m.key,
            "table_rows": m.table_rows,
            "table_keys": m.table_keys,
            "source_keys": m.source_keys,
            "both": m.both,
            "share_of_table": m.both / m.table_keys if m.table_keys else None,
            "share_of_source": m.both / m.source_keys if m.source_keys else None,
            "source_rows": m.source_rows,
            "rows_met": m.rows_met,
            "shared": m.shared,
            "shared_samples": [{"key": key, "rows": rows} for key, rows in m.shared_samples],
            "near": m.near,
            "near_samples": [{"table": a, "source": b} for a, b in m.near_samples],
            "only_table_samples": list(m.alone_samples),
            "only_source_samples": list(m.unknown_samples),
        }
        for m in found
    ]
    click.echo(json.dumps({"version": 1, "table": table, "source": source, "keys": keys}, indent=2, ensure_ascii=False))
