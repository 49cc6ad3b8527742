"""What DuckDB refused, as a diagnostic at the place of the text that it is about.

DuckDB's words name files and columns; the text names sources and fields. So each source and table that the segment
reads is looked at: is its data there, and does it have the columns that were promised?
"""

from __future__ import annotations

import contextlib
import csv
import glob
import gzip
import os
import re
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import TYPE_CHECKING

from segql.compiler import Checked, start_of
from segql.diagnostics import register
from segql.diagnostics.model import Diagnostic, Label
from segql.diagnostics.suggest import nearest
from segql.engine import duckdb
from segql.engine.duckdb import Refused
from segql.engine.relations import data_of
from segql.engine.rows import LONGEST, delimiter_of, quoting
from segql.engine.types import Astray, leaf
from segql.semantics import model
from segql.source import Source
from segql.sql.cells import KINDS, NO_VALUE, READ
from segql.syntax import ast

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SORTS = {
    "text": "text",
    "enum": "text",
    "boolean": "boolean",
    **dict.fromkeys(("integer", "decimal", "float"), "number"),
    **dict.fromkeys(("date", "timestamp", "timestamptz"), "instant"),
}
_NUMBERS = "TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT UHUGEINT FLOAT DOUBLE DECIMAL"
_HELD = {
    **dict.fromkeys(("VARCHAR", "UUID", "ENUM"), "text"),
    "BOOLEAN": "boolean",
    **dict.fromkeys(_NUMBERS.split(), "number"),
    **dict.fromkeys(("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_S", "TIMESTAMP_NS"), "instant"),
}

UNTYPED = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz")  # files whose types are those that the text declares

DELIMITERS = {".csv": ",", ".tsv": "\t"}
SIGNS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
LOAD_IT = "`segql table load FILE --as TABLE` reads it, whatever parts its columns"

SNIFFED = 100_000  # lines of a CSV that are looked at for one of another length

_CSV_LINE = re.compile(r"CSV Error on Line: (\d+)")
_CSV_COUNT = re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)")
_CSV_VALUE = re.compile(r'Error when converting column "(.*?)"\. (.*)')
_CELL = re.compile(rf"(?P<value>.*) {NO_VALUE}(?P<column>.*)`$", re.DOTALL)
_CAST = re.compile(
    r'(?:could not convert string|value out of range[^"]*|invalid [^"]*) ?"?(?P<column>)[\'"](?P<value>[^\'"]*)[\'"]',
    re.IGNORECASE,
)
_FRACTION = re.compile(r"DECIMAL\(\d+,\s*[1-9]\d*\)")
_NO_COLUMNS = re.compile(r"COLUMN_TYPES error: Columns with names: (.*) do not exist")
_WIDE = re.compile(r"\s+")


def explained(refused: Refused, checked: Checked, name: str, database: str = "") -> Diagnostic:
    """Why a segment could not be run, as far as its data tell; else DuckDB's own words."""
    data = data_of(checked.program, name)
    found = _explained(refused, checked, data, database)
    return found or register.engine_refused(of_segment(checked, name), first_line(refused))


def explained_data(refused: Refused, checked: Checked, data: tuple[model.Data, ...], database: str = "") -> Diagnostic:
    """Why these data could not be read; else DuckDB's own words."""
    found = _explained(refused, checked, data, database)
    return found or register.engine_refused(place(checked, data[0]), first_line(refused))


def _explained(refused: Refused, checked: Checked, data: tuple[model.Data, ...], database: str) -> Diagnostic | None:
    found = _of_database(checked, database) or next(_of_files(checked, data), None)
    if found is None:
        found = _of_text(refused, checked, data) or _of_cell(refused, checked, data) or _of_lines(checked, data)
    if found is None:
        found = next(_of_columns(checked, data, database), None)
    return found


def unreadable_data(checked: Checked, data: tuple[model.Data, ...], database: str = "") -> tuple[Diagnostic, ...]:
    """Files that are not there, columns that data lack, and columns that hold another sort than is declared."""
    wrong = _of_database(checked, database)
    if wrong is not None:
        return (wrong,)
    absent = tuple(_of_files(checked, data))
    return absent or tuple(_of_columns(checked, data, database, guessed=False))


def misdeclared(checked: Checked, name: str, database: str = "") -> Diagnostic | None:
    """A column that holds another sort of value than the text declares, which DuckDB may compare without a word.

    Looks at tables and at files with types of their own; what cannot be read is left for `explained`.
    """
    typed = tuple(d for d in data_of(checked.program, name) if not d.relation.file.lower().endswith(UNTYPED))
    try:
        with duckdb.connected(database) as connection:
            for data in typed:
                known = duckdb.columns(connection, data.relation)
                found = next(_unlike(checked, data, {column.lower(): type for column, type in known.items()}), None)
                if found is not None:
                    return found
    except Refused:
        return None
    return None


def first_line(refused: Refused) -> str:
    """The heart of DuckDB's words, which go on with a drawing of the query."""
    first = str(refused).strip().partition("\n")[0]
    return _WIDE.sub(" ", re.sub(r"^[A-Z][A-Za-z ]* Error: ", "", first))


# ---------------------------------------------------------------- places in the text


def of_segment(checked: Checked, name: str) -> Label:
    """Where a text declares a segment or an analysis."""
    declared = checked.scope.find("segment", name) or checked.scope.find("analysis", name)
    return declared.at(declared.node.name) if declared else start_of(checked.source)


def place(checked: Checked, data: model.Data, column: str | model.Column = "") -> Label:
    """Where a text says that data have a column, by its name or with the way into it; without one, or if it is implied,
    where they come from."""
    declared = checked.scope.find("source", data.name) or checked.scope.find("table", data.name)
    while declared is not None:
        for item in declared.node.items:
            found = _mention(item, data, column) if column else item
            if found is not None and (column or isinstance(item, ast.FromFile | ast.FromRelation)):
                return declared.at(found)
        like = getattr(declared.node, "like", None)
        declared = checked.scope.find("source", like.text) if like else None
    return place(checked, data) if column else start_of(checked.source)


def _mention(item: object, data: model.Data, column: str | model.Column) -> ast.Path | ast.Entry | None:
    """The path that promises the column, if this clause does."""
    match item:
        case ast.Field():
            field = next((f for f in data.fields if f.name == item.path.text), None)
            return (item.column or item.path) if field and column in (field.column, field.column.name) else None
        case ast.Keys():
            for node in item.columns:
                key = data.key(node.key.text)
                if key and column in (key.column, key.column.name):
                    return node.column or node.key
            return None
        case ast.Time():
            return item.column if data.time and column in (data.time.column, data.time.column.name) else None
        case ast.Order():
            kept = (*((data.time.column,) if data.time else ()), *data.order)
            return next((p for p, c in zip(item.columns, kept, strict=False) if column in (c, c.name)), None)
        case ast.Valid():
            both = zip((item.start, item.end), data.valid or (), strict=False)
            return next((p for p, c in both if column in (c, c.name)), None)
        case _:
            return None


# ---------------------------------------------------------------- what is wrong


def _of_database(checked: Checked, database: str) -> Diagnostic | None:
    """The database file, if it is the trouble."""
    why = _no_database(database) if database else ""
    if not why:
        return None
    return register.data_not_readable(start_of(Source("", database)), database, why, "name a DuckDB database file")


def _no_database(path: str) -> str:
    why = unreadable(path)
    if why:
        return why
    with open(path, "rb") as file:
        if file.read(12)[8:] != b"DUCK":
            return "this is not a DuckDB database"
    try:
        with duckdb.connected(path):
            return ""
    except Refused as refused:
        return first_line(refused)


def _of_files(checked: Checked, many: tuple[model.Data, ...]) -> Iterator[Diagnostic]:
    """Files that are not there, or are no files, or may not be read."""
    for data in many:
        path = duckdb.path_of(data.relation)
        why = unreadable(path) if data.relation.file and "://" not in data.relation.file else ""
        if why:
            help = "the path starts from the folder of the file that names it"
            yield register.data_not_readable(place(checked, data), data.relation.file, why, help)
        elif data.relation.file and (parted := parted_otherwise(data.relation)):
            yield register.data_not_readable(place(checked, data), data.relation.file, parted, LOAD_IT)


def unreadable(path: str) -> str:
    found = [path] if os.path.lexists(path) else glob.glob(path, recursive=True)
    if not found:
        return "no file matches it" if glob.has_magic(path) else "there is no such file"
    for each in found:
        if os.path.isdir(each):
            return "this is a folder" if each == path else f"`{os.path.basename(each)}` is a folder"
        try:
            with open(each, "rb"):
                pass
        except OSError as error:
            return f"it cannot be opened: {(error.strerror or str(error)).lower()}"
    return ""


def _of_text(refused: Refused, checked: Checked, many: tuple[model.Data, ...]) -> Diagnostic | None:
    """A line of a CSV that does not have the columns or types of the others."""
    words = str(refused)
    line = _CSV_LINE.search(words)
    data = next((d for d in many if d.relation.file and _mentions(words, d)), None)
    if line is None or data is None:
        return None
    count, value = _CSV_COUNT.search(words), _CSV_VALUE.search(words)
    if count:
        why = f"line {line[1]} has {count[2]} columns, and the first line has {count[1]}"
    elif value:
        why = f"line {line[1]}, column `{value[1]}`: {_lower_first(value[2])}"
    else:
        why = f"line {line[1]}: {_lower_first(_reason(words))}"
    column = value[1] if value else ""
    at = place(checked, data, column)
    help = "declare the type that the data have, or correct the data" if value else "correct the data"
    return register.data_not_readable(at, data.relation.file, why, help)


def _of_lines(checked: Checked, many: tuple[model.Data, ...]) -> Diagnostic | None:
    """A line of a CSV whose quotes do not close, or that is of another length; DuckDB says no more than that it guesses in vain."""
    for data in many:
        why = uneven(data.relation) if data.relation.file else ""
        if why:
            return register.data_not_readable(place(checked, data), data.relation.file, why, "correct the data")
    return None


def _of_cell(refused: Refused, checked: Checked, many: tuple[model.Data, ...]) -> Diagnostic | None:
    """A cell of a CSV that has no value of its type."""
    said = _CELL.match(first_line(refused)) or _CAST.search(str(refused))
    if said is None:
        return None
    for data in many:
        types = {f.column.name.lower(): f.held for f in (*data.fields, *((data.time,) if data.time else ()))}
        columns = {
            name for name, type in types.items() if type.name in READ and (said["column"] or name).lower() == name
        }
        found = _cell(data, columns, said["value"])
        if found is not None:
            file, line, column = found
            type = types[column.lower()]
            why = f"line {line}, column `{column}`: '{said['value']}' is not {KINDS[type.name]}"
            help = "declare the type that the data have, or correct the data"
            return register.data_not_readable(place(checked, data, column), file, why, help)
    return None


def _cell(data: model.Data, columns: set[str], value: str) -> tuple[str, int, str] | None:
    """The file, line and column that hold a text, in some columns of CSV files. Compressed ones of a sort that Python has not, no."""
    path = duckdb.path_of(data.relation)
    if not path.lower().endswith(UNTYPED):
        return None
    for each in sorted(glob.glob(path, recursive=True)) if not os.path.lexists(path) else [path]:
        with _lines(each) as lines, contextlib.suppress(csv.Error):  # the quotes do not close: _of_lines says so
            _, header = next(lines, (0, []))
            places = [(n, name.strip()) for n, name in enumerate(header) if name.strip().lower() in columns]
            shown = os.path.relpath(each) if each != path else data.relation.file
            for line, cells in lines:
                for n, name in places:
                    if n < len(cells) and cells[n].strip() == value.strip():
                        return shown, line, name
    return None


@contextlib.contextmanager
def _lines(path: str, strict: bool = False) -> Iterator[Iterator[tuple[int, list[str]]]]:
    """The lines of a CSV by their number, with their cells. Reading raises csv.Error."""
    csv.field_size_limit(LONGEST)
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8-sig", errors="replace", newline="") as file:
        first = file.readline()
        rows = csv.reader(chain([first], file), delimiter=delimiter_of(first), strict=strict)
        yield ((rows.line_num, cells) for cells in rows)


def _mentions(words: str, data: model.Data) -> bool:
    name = data.relation.file.replace(os.sep, "/")
    return os.path.basename(name) in words or any(c in name for c in "*?[")


def _reason(words: str) -> str:
    """The last line of DuckDB's first paragraph about a line: what comes after the line itself."""
    lines = [line for line in words.splitlines() if line.strip()]
    after = next((i for i, line in enumerate(lines) if line.startswith("Original Line:")), 0)
    return lines[after + 1] if after + 1 < len(lines) else first_line(Refused(words))


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _of_columns(
    checked: Checked, many: tuple[model.Data, ...], database: str, guessed: bool = True
) -> Iterator[Diagnostic]:
    """Data that cannot be read at all, columns that data do not have, and columns of another type.

    The types of a CSV are guessed: they may explain a refusal, and prove nothing without one.
    """
    with duckdb.connected(database) as connection:
        for data in many:
            try:
                known = duckdb.columns(connection, data.relation)
            except Refused as refused:
                yield _unknown_data(checked, data, refused, connection)
            else:
                yield from _missing(checked, data, tuple(known))
                if not guessed and data.relation.file.lower().endswith(UNTYPED):
                    continue
                types = {name.lower(): type for name, type in known.items()}
                yield from _astray(checked, data, types)
                yield from _unlike(checked, data, types)


def _missing(checked: Checked, data: model.Data, known: tuple[str, ...]) -> Iterator[Diagnostic]:
    low = {column.lower() for column in known}
    missing = [column for column in needed(data) if column.lower() not in low]
    why = uneven(data.relation) if missing else ""
    if why:
        yield register.data_not_readable(place(checked, data), data.relation.file, why, "correct the data")
        return
    for column in missing:
        yield register.no_such_column(place(checked, data, column), data.name, column, nearest(column, known), known)


def _astray(checked: Checked, data: model.Data, known: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Ways into structs, and into lists of them, that lead nowhere."""
    times = (data.time,) if data.time else ()
    for column in dict.fromkeys(each.column for each in (*data.fields, *times, *data.keys)):
        found = leaf(known.get(column.name.lower(), ""), column)
        if not isinstance(found, Astray):
            continue
        at, name = place(checked, data, column), ".".join((column.name, *found.way))
        if found.fields:
            near = nearest(found.way[-1], found.fields)
            yield register.no_such_column(at, data.name, name, near, found.fields)
        else:
            why = f"`{name}` holds {found.held}, and is declared as {found.wanted}"
            yield register.data_not_readable(at, _name_of(data), why, "declare what the data hold")


def _name_of(data: model.Data) -> str:
    return data.relation.file or ".".join(data.relation.parts)


def _unlike(checked: Checked, data: model.Data, known: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Columns that hold values of another sort than the text declares."""
    for field in (*data.fields, *((data.time,) if data.time else ())):
        found = leaf(known.get(field.column.name.lower(), ""), field.column)
        kept = "" if isinstance(found, Astray) else found
        held, sort = kept.partition("(")[0], SORTS.get(field.held.name, "")
        unlike = _HELD.get(held, sort) != sort or is_no_count(held, field) or _has_fractions(kept, field)
        if sort and not field.column.json and unlike:
            why = f"column `{field.column.name}` holds {held}, and is declared {declared(field)}"
            at = place(checked, data, field.column)
            yield register.data_not_readable(at, _name_of(data), why, "declare the type that the data have")


def is_no_count(held: str, field: model.Field) -> bool:
    """An epoch is a whole number: what follows the point would count on some engines, and not on others."""
    return field.column.epoch is not None and held.lower() in ("float", "double", "decimal")


def _has_fractions(kept: str, field: model.Field) -> bool:
    """An integer that has a type of DuckDB for what may follow the point."""
    return field.held.name == "integer" and (kept in ("FLOAT", "DOUBLE") or _FRACTION.fullmatch(kept) is not None)


def declared(field: model.Field) -> str:
    return f"epoch({field.column.epoch})" if field.column.epoch else str(field.type)


def parted_otherwise(relation: model.Relation) -> str:
    """Why the SQL would find one column in a CSV that has several: another sign parts them than its ending says."""
    path = duckdb.path_of(relation)
    ending = os.path.splitext(path)[1].lower()
    if ending not in DELIMITERS or not os.path.isfile(path):
        return ""
    with open(path, encoding="utf-8", errors="replace", newline="") as file:
        first = file.readline()
    sign = delimiter_of(first)
    if DELIMITERS[ending] in first or sign not in first:
        return ""
    return f"its columns are parted by {SIGNS[sign]}, and those of a `{ending}` by {SIGNS[DELIMITERS[ending]]}"


def uneven(relation: model.Relation) -> str:
    """Why a CSV has not the columns that its first line names: DuckDB guesses others when lines are of unlike lengths."""
    path = duckdb.path_of(relation)
    if not path.lower().endswith((".csv", ".tsv", ".txt")) or not os.path.isfile(path):
        return ""
    with _lines(path, strict=True) as lines:
        number = 0
        try:
            number, header = next(lines, (0, None))
            if not header or not any(name.strip() for name in header):
                return "it is empty" if header is None or next(lines, None) is None else "its first line is empty"
            for number, cells in islice(lines, SNIFFED):
                if cells and len(cells) != len(header):
                    return f"line {number} has {len(cells)} columns, and the first line has {len(header)}"
        except csv.Error as error:
            return f"line {number + 1}: {quoting(str(error))}"
    return ""


def _unknown_data(checked: Checked, data: model.Data, refused: Refused, connection: DuckDBPyConnection) -> Diagnostic:
    if data.relation.file:
        at = place(checked, data)
        return register.data_not_readable(at, data.relation.file, first_line(refused), "see what the file holds")
    return unknown_table(checked, data, duckdb.tables(connection))


def unknown_table(
    checked: Checked, data: model.Data, known: tuple[str, ...], empty: str = "name a database file: `--on shop.duckdb`"
) -> Diagnostic:
    """A table that a database does not have. `empty` is the help where it has no other."""
    name = ".".join(data.relation.parts)
    near = nearest(name, known)
    otherwise = f"there is {', '.join(f'`{t}`' for t in known[:8])}" if known else empty
    help = f"did you mean `{near}`?" if near else otherwise
    return register.data_not_readable(place(checked, data), name, "there is no such table", help)


def needed(data: model.Data) -> tuple[str, ...]:
    """The columns that a source or table promises to have."""
    columns = [
        *((data.time.column,) if data.time else ()),
        *data.order,
        *(key.column for key in data.keys),
        *(field.column for field in data.fields),
        *(data.valid or ()),
    ]
    return tuple(dict.fromkeys(column.name for column in columns))
