"""A data file on its way into a table: kept as text with the line of each row, checked, and read with its types.

Every check is one query over the staged rows, so that it is exact and its memory is bounded by DuckDB's. What is wrong
comes out as `Wrong` with the line of the file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from segql.diagnostics.suggest import nearest
from segql.engine.duckdb import listening, quoted, refusals
from segql.engine.rows import JSON, MISSING, PARQUET, File, Progress, Unreadable, Wrong, spread
from segql.engine.trial import type_name
from segql.engine.types import type_of
from segql.node import Value
from segql.semantics import model
from segql.sql.cells import FORMS, KINDS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LINE = "segql line"  # the column of the line: with a blank, so that it meets no other
MEMORY = "1GB"  # what DuckDB may take while it checks; more goes to disk

_DATE = r"\d{4}-\d{2}-\d{2}"
_CLOCK = r"\d{2}:\d{2}(:\d{2}(\.\d{1,6}0*)?)?"
_OFFSET = r" ?(Z|UTC|[+-]\d{2}(:?\d{2})?)"
_WHOLE = r"[+-]?(0|[1-9]\d{0,17})"
# What undeclared columns are taken for, the first that all their values fit. A leading zero makes a text of a number.
GUESSES = {
    "boolean": "(?i)true|false",
    "integer": _WHOLE,
    "decimal": r"[+-]?(0|[1-9]\d{0,27})(\.\d{1,10})?",
    "float": r"[+-]?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?",
    "date": _DATE,
    "timestamp": rf"{_DATE}[T ]{_CLOCK}",
    "timestamptz": rf"{_DATE}[T ]{_CLOCK}({_OFFSET})?",
}
AS_KEY = ("integer",)  # a key is a text or a whole number


class Found(Value):
    """A column of the data: its name there, its type, and whether that is declared."""

    name: str
    type: model.Type
    declared: bool = False


class Rules(Value):
    """What the rows of a table must be like: types of columns (by name in small letters), its keys and its interval.

    A key is its column, and whether no two rows may share a value.
    """

    types: Mapping[str, model.Type] = {}
    needed: tuple[str, ...] = ()
    keys: tuple[tuple[str, bool], ...] = ()
    valid: tuple[str, str] | None = None


class Counts(NamedTuple):
    """What is wrong: the first rows of it in order of lines, and how many there are in `total`."""

    wrong: tuple[Wrong, ...]
    total: int


class Stage:
    """The rows of one file as text, in a table of a connection to a database of its own. Methods raise Refused."""

    def __init__(self, connection: DuckDBPyConnection, name: str, file: File, folder: str) -> None:
        self.connection = connection
        self.file = file
        self.name = quoted(name)
        self._plain = os.path.join(folder, f"{name}.csv")
        self.columns: tuple[str, ...] = ()
        self.held: dict[str, str] = {}  # the language's types of the columns of Parquet
        self.texts: frozenset[str] = frozenset()
        self.rows = 0
        self.encoding = self.delimiter = ""

    # ------------------------------------------------------------ rows in

    def fill(self, most: int, progress: Progress) -> Counts:
        """Reads the file; the rows that are none. Raises Unreadable, OSError and Refused."""
        if self.file.form == PARQUET:
            self._fill_parquet()
            found = Counts((), 0)
        else:
            found = self._fill_text(most, progress)
        if not self.rows and not found.total:
            raise Unreadable("it has no rows", "see what the file holds")
        return found

    def _fill_text(self, most: int, progress: Progress) -> Counts:
        said: list[Wrong] = []
        count = 0

        def wrong(row: Wrong) -> None:
            nonlocal count
            count += 1
            if not most or len(said) < most:
                said.append(row)

        try:
            plain = spread(self.file, self._plain, wrong, progress)
            self.columns, self.texts, self.rows = plain.columns, plain.texts, plain.rows
            self.encoding, self.delimiter = plain.encoding, plain.delimiter
            columns = {LINE: "BIGINT", **dict.fromkeys(plain.columns, "VARCHAR")}
            missing = MISSING if self.file.form == JSON else ""
            self._run(
                f"CREATE TABLE {self.name} AS FROM read_csv(?, columns = {_struct(columns)}, auto_detect = false, "
                f"header = false, delim = ',', quote = '\"', escape = '\"', nullstr = ?, "
                f"max_line_size = 1000000000, strict_mode = false, "
                f"null_padding = {str(self.file.form == JSON).lower()}, parallel = {str(self.file.form != JSON).lower()})",
                [self._plain, missing],
            )
        finally:
            if os.path.exists(self._plain):
                os.unlink(self._plain)
        return Counts(tuple(said), count)

    def _fill_parquet(self) -> None:
        with refusals():
            found = self.connection.read_parquet(self.file.path, file_row_number=True)
            types = {n: str(t) for n, t in zip(found.columns, found.types, strict=True) if n != "file_row_number"}
        for name, type in types.items():
            if not type_of(type):
                raise Unreadable(f"column `{name}` holds {type}, which no type of the language is", "leave it out")
        self.columns = tuple(types)
        self.held = {name: type_of(type) for name, type in types.items()}
        texts = ", ".join(f"{_as_text(name, type)} AS {quoted(name)}" for name, type in types.items())
        query = f"SELECT file_row_number + 1 AS {quoted(LINE)}, {texts} FROM read_parquet(?, file_row_number = true)"
        self._run(f"CREATE TABLE {self.name} AS {query}", [self.file.path])
        self.rows = self._one(f"SELECT count(*) FROM {self.name}")

    # ------------------------------------------------------------ types

    def typed(self, rules: Rules) -> tuple[Found, ...]:
        """The columns with their types: as declared, else what all of their values are."""
        low = {name.lower() for name, _ in rules.keys}
        open_ = [c for c in self.columns if c.lower() not in rules.types]
        guessed = self._guessed([c for c in open_ if c not in self.held], low) | {
            c: model_type(self.held[c]) for c in open_ if c in self.held
        }
        return tuple(
            Found(name=c, type=rules.types[c.lower()], declared=True)
            if c.lower() in rules.types
            else Found(name=c, type=guessed[c])
            for c in self.columns
        )

    def _guessed(self, columns: list[str], keys: set[str]) -> dict[str, model.Type]:
        fits = {
            column: [type for type in GUESSES if self._may_be(column, type, column.lower() in keys)]
            for column in columns
        }
        asked = [(column, type) for column, types in fits.items() for type in types]
        if not asked:
            return {column: model_type("text") for column in columns}
        terms = [
            f"bool_and({_fits(column, GUESSES[type], type)}) AND count({quoted(column)}) > 0" for column, type in asked
        ]
        answers = self._row(f"SELECT {', '.join(terms)} FROM {self.name}")
        found: dict[str, model.Type] = {}
        for (column, type), all_fit in zip(asked, answers, strict=True):
            if all_fit:
                found.setdefault(column, model_type(type))
        return {column: found.get(column, model_type("text")) for column in columns}

    def _may_be(self, column: str, type: str, key: bool) -> bool:
        """JSON says itself what is text: then only what JSON has no form for is left to guess."""
        if key and type not in AS_KEY:
            return False
        return column not in self.texts or type in ("date", "timestamp", "timestamptz")

    # ------------------------------------------------------------ checks

    def wrong_values(self, found: Iterable[Found], most: int) -> Counts:
        """The cells that are not what their column is."""
        faults = {f: _fault(f) for f in found}
        asked = {f: fault for f, fault in faults.items() if fault}
        if not asked:
            return Counts((), 0)
        counts = self._row(
            f"SELECT {', '.join(f'count(*) FILTER (WHERE {x})' for x in asked.values())} FROM {self.name}"
        )
        said: list[Wrong] = []
        for (column, fault), count in zip(asked.items(), counts, strict=True):
            if count:
                rows = self._all(
                    f"SELECT {quoted(LINE)}, {quoted(column.name)} FROM {self.name} WHERE {fault} "
                    f"ORDER BY {quoted(LINE)} {_limit(most)}"
                )
                said += [Wrong(line, column.name, value, _not(value, column.type)) for line, value in rows]
        return Counts(tuple(sorted(said)[: most or None]), sum(counts))

    def missing_keys(self, rules: Rules, most: int) -> Counts:
        """Rows of nobody: without a value of any key."""
        if not rules.keys:
            return Counts((), 0)
        nobody = " AND ".join(f"coalesce(trim({self._cell(column)}), '') = ''" for column, _ in rules.keys)
        names = rules.keys[0][0] if len(rules.keys) == 1 else ""
        why = "it has no key" if names else f"it has none of its keys: {', '.join(f'`{c}`' for c, _ in rules.keys)}"
        query = f"FROM {self.name} WHERE {nobody}"
        count = self._one(f"SELECT count(*) {query}")
        lines = self._all(f"SELECT {quoted(LINE)} {query} ORDER BY 1 {_limit(most)}") if count else []
        return Counts(tuple(Wrong(line, names, "", why) for (line,) in lines), count)

    def broken_promises(self, rules: Rules, found: Iterable[Found], most: int) -> Counts:
        """Rows that share the value of a unique key; in a versioned table, those that are valid at one time."""
        said: list[Wrong] = []
        count = 0
        types = {f.name.lower(): f for f in found}
        for column, unique in rules.keys:
            if unique:
                key = typed_value(types[column.lower()])
                work = self._overlaps if rules.valid else self._doubles
                rows = work(column, key, types, rules)
                count += self._one(f"SELECT count(*) FROM ({rows})")
                for line, value, first in self._all(f"{rows} ORDER BY 1 {_limit(most)}"):
                    also = "is valid at the same time" if rules.valid else "has this key, which is unique, too"
                    said.append(Wrong(line, column, str(value), f"line {first} {also}"))
        return Counts(tuple(sorted(said)[: most or None]), count)

    def _doubles(self, column: str, key: str, types: Mapping[str, Found], rules: Rules) -> str:
        line = quoted(LINE)
        twice = f"SELECT {key} AS k, min({line}) AS first FROM {self.name} GROUP BY ALL HAVING count(*) > 1"
        return (
            f"SELECT s.{line}, twice.k, twice.first FROM {self.name} AS s JOIN ({twice}) AS twice "
            f"ON {typed_value(types[column.lower()], 's')} = twice.k WHERE s.{line} <> twice.first"
        )

    def _overlaps(self, column: str, key: str, types: Mapping[str, Found], rules: Rules) -> str:
        assert rules.valid is not None
        start, end = (typed_value(types[each.lower()]) for each in rules.valid)
        line = quoted(LINE)
        order = f"PARTITION BY {key} ORDER BY {start} NULLS FIRST, {line}"
        before = "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
        far = f"coalesce(CAST({end} AS TIMESTAMP), TIMESTAMP 'infinity')"
        rows = (
            f"SELECT {line}, {key} AS k, CAST({start} AS TIMESTAMP) AS start, "
            f"max({far}) OVER ({order} {before}) AS until, arg_max({line}, {far}) OVER ({order} {before}) AS first "
            f"FROM {self.name} WHERE {key} IS NOT NULL"
        )
        return f"SELECT {line}, k, first FROM ({rows}) WHERE until > coalesce(start, TIMESTAMP '-infinity')"

    def wrong_intervals(self, rules: Rules, found: Iterable[Found], most: int) -> Counts:
        """Versions that end before they begin, or when they begin: they are never valid."""
        if rules.valid is None:
            return Counts((), 0)
        types = {f.name.lower(): f for f in found}
        start, end = (typed_value(types[each.lower()]) for each in rules.valid)
        query = f"FROM {self.name} WHERE {end} <= {start}"
        count = self._one(f"SELECT count(*) {query}")
        column = types[rules.valid[1].lower()].name
        rows = self._all(f"SELECT {quoted(LINE)}, {quoted(column)} {query} ORDER BY 1 {_limit(most)}") if count else []
        return Counts(tuple(Wrong(line, column, value, "it ends before it begins") for line, value in rows), count)

    def with_values(self, column: Found, values: list[object]) -> list[Wrong]:
        """The rows that have one of these values of a unique key, which the table has already."""
        query = (
            f"SELECT {quoted(LINE)}, {quoted(column.name)} FROM {self.name} "
            f"WHERE CAST({typed_value(column)} AS VARCHAR) IN (SELECT unnest(?)) ORDER BY 1"
        )
        with refusals():
            rows = self.connection.execute(query, [[str(value) for value in values]]).fetchall()
        return [Wrong(line, column.name, value, "the table has this key, which is unique") for line, value in rows]

    # ------------------------------------------------------------ what it looks like

    def shared_keys(self, column: Found) -> int:
        """How many values of a key stand on several rows."""
        key = typed_value(column)
        return self._one(
            f"SELECT count(*) FROM (SELECT {key} AS k FROM {self.name} WHERE {key} IS NOT NULL "
            f"GROUP BY ALL HAVING count(*) > 1)"
        )

    def blank_keys(self, column: Found) -> int:
        """How many values of a key have blanks around them."""
        cell = self._cell(column.name)
        return self._one(f"SELECT count(DISTINCT {cell}) FROM {self.name} WHERE {cell} <> trim({cell})")

    def missing(self) -> dict[str, int]:
        """How many values each column lacks."""
        counts = self._row(
            f"SELECT {', '.join(f'count(*) - count({quoted(c)})' for c in self.columns)} FROM {self.name}"
        )
        return dict(zip(self.columns, counts, strict=True))

    def rows_query(self, found: Iterable[Found]) -> str:
        """The rows with their types, as they follow one another in the file."""
        columns = ", ".join(f"{typed_value(f)} AS {quoted(f.name)}" for f in found)
        return f"SELECT {columns} FROM {self.name}"

    def _cell(self, column: str) -> str:
        return quoted(next(name for name in self.columns if name.lower() == column.lower()))

    # ------------------------------------------------------------ queries

    def _run(self, query: str, values: list[object]) -> None:
        listening(self.connection, lambda: self.connection.execute(query, values))

    def _all(self, query: str) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        listening(self.connection, lambda: found.extend(self.connection.execute(query).fetchall()))
        return found

    def _row(self, query: str) -> tuple[int, ...]:
        (row,) = self._all(query)
        return row

    def _one(self, query: str) -> int:
        return self._row(query)[0]


def model_type(text: str) -> model.Type:
    """A type by its name; `list(text)` too."""
    if text.startswith("list("):
        return model.Type(name="list", item=model_type(text[5:-1]))
    return model.Type(name=text)  # type: ignore[arg-type]


def typed_value(column: Found, alias: str = "") -> str:
    """SQL for the value of a staged cell. What does not fit is NULL: `wrong_values` has said so."""
    cell = f"{alias}.{quoted(column.name)}" if alias else quoted(column.name)
    match column.type.name:
        case "text" | "enum" | "any":
            return cell
        case "boolean":
            return f"(lower(trim({cell})) IN ('true', 't', 'yes', 'y', '1'))"
        case "timestamp":
            return f"(TRY_CAST(trim({cell}) AS TIMESTAMPTZ) AT TIME ZONE 'UTC')"
        case "date":
            return f"TRY_CAST(left(trim({cell}), 10) AS DATE)"
        case "list":
            return f"TRY_CAST(CASE WHEN json_valid({cell}) THEN CAST({cell} AS JSON) END AS {type_name(column.type)})"
        case _:
            return f"TRY_CAST(trim({cell}) AS {type_name(column.type)})"


def _fits(column: str, form: str, type: str) -> str:
    """SQL that is true of cells that are missing, or have the form and a value of the type."""
    cell = quoted(column)
    value = typed_value(Found(name=column, type=model_type(type)))
    finite = f" AND isfinite({value})" if type == "float" else ""
    return f"({cell} IS NULL OR (regexp_full_match(trim({cell}), {_text(form)}) AND {value} IS NOT NULL{finite}))"


def _fault(column: Found) -> str:
    """SQL that is true of cells that are no value of the type; empty if all are."""
    cell = quoted(column.name)
    match column.type.name:
        case "text" | "any":
            return ""
        case "enum":
            return f"{cell} NOT IN ({', '.join(_text(value) for value in column.type.values)})"
        case "list":
            return f"{cell} IS NOT NULL AND {typed_value(column)} IS NULL"
        case _:
            return f"NOT {_fits(column.name, FORMS[column.type.name], column.type.name)}"


def _not(value: object, type: model.Type) -> str:
    """Why a value is none of its type."""
    text = str(value)
    if type.name == "enum":
        near = nearest(text, type.values)
        among = f"one of {', '.join(repr(v) for v in type.values[:8])}{', …' if len(type.values) > 8 else ''}"
        return f"it is not {among}" + (f": did you mean '{near}'?" if near else "")
    kind = KINDS.get(type.name) or f"a {type}, written as JSON"
    return f"it is not {kind}"


def _as_text(name: str, type: str) -> str:
    """SQL for a typed value as the text that a CSV would have."""
    cell = quoted(name)
    if type.endswith("[]"):
        return f"CAST(to_json({cell}) AS VARCHAR)"
    if type in ("DOUBLE", "FLOAT"):
        whole = f"isfinite({cell}) AND {cell} = trunc({cell}) AND abs({cell}) < 1e15"
        return f"CASE WHEN {whole} THEN CAST(CAST({cell} AS BIGINT) AS VARCHAR) ELSE CAST({cell} AS VARCHAR) END"
    return f"CAST({cell} AS VARCHAR)"


def _struct(columns: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{_text(name)}: {_text(type)}" for name, type in columns.items()) + "}"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _limit(most: int) -> str:
    return f"LIMIT {most:d}" if most else ""


def merged(many: Iterable[Counts], most: int) -> Counts:
    """All that is wrong, in order of lines."""
    every = tuple(many)
    rows = sorted({row for each in every for row in each.wrong})
    return Counts(tuple(rows[: most or None]), sum(each.total for each in every))


def settle(connection: DuckDBPyConnection, folder: str) -> None:
    """Bounds the memory of a connection: what does not fit goes into the folder."""
    with refusals():
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute(f"SET temp_directory = {_text(folder)}")
