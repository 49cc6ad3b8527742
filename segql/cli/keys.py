"""Rows as people and programs read them: a table, CSV, JSON, or a Parquet file."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from segql.diagnostics.cells import visible

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from segql.semantics import model

LONG = 32  # characters of a text that is broken in a table that would be too wide
SHOWN = 100  # rows in a table: more than a screen, and less than a burden


class Rows(Protocol):
    """Rows that are all there, in order."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""

    def count(self) -> int:
        """How many there are."""

    def batches(self) -> Iterator[list[tuple[Any, ...]]]:
        """The rows, some at a time."""

    def write_parquet(self, path: str) -> None:
        """Writes a Parquet file."""


def to_stdout(found: Rows, count: int, form: str) -> int:
    """Writes the rows to standard output; their number."""
    match form:
        case "csv":
            write_csv(found, sys.stdout)
        case "json":
            write_json(found, sys.stdout)
        case "jsonl":
            write_lines(found, sys.stdout)
        case "parquet":
            _parquet_to_stdout(found)
        case _:
            _table(found, count)
    return count


def to_file(found: Rows, form: str, path: str) -> None:
    """Writes the rows to a file. Raises OSError and Refused."""
    writers = {"csv": write_csv, "json": write_json, "jsonl": write_lines}
    with open(path, "w", encoding="utf-8", newline="") as file:  # tells whether one can be written at all
        if form in writers:
            writers[form](found, file)
    if form == "parquet":
        found.write_parquet(path)


def write_csv(found: Rows, file: TextIO) -> None:
    """A header and a row a line, as RFC 4180 has it but for the line ends. What is missing is empty."""
    import csv

    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(found.columns)
    for batch in found.batches():
        writer.writerows([text(value) for value in row] for row in batch)


def write_json(found: Rows, file: TextIO) -> None:
    """A list of objects, one a line."""
    opening = "[\n"
    for batch in found.batches():
        for row in batch:
            file.write(opening + _object(found, row))
            opening = ",\n"
    file.write("[]\n" if opening == "[\n" else "\n]\n")


def write_lines(found: Rows, file: TextIO) -> None:
    """An object a line."""
    for batch in found.batches():
        file.writelines(f"{_object(found, row)}\n" for row in batch)


def _object(found: Rows, row: tuple[Any, ...]) -> str:
    return json.dumps(dict(zip(found.columns, row, strict=True)), ensure_ascii=False, default=_number_or_text)


def _number_or_text(value: Any) -> Any:
    """A decimal as a number that has all its digits where a float keeps them, and as text where it does not."""
    if isinstance(value, Decimal) and Decimal(repr(float(value))) == value:
        return int(value) if value == int(value) else float(value)
    return text(value)


def text(value: Any) -> str:
    """A value as text: what the language would write, without quotes; what is missing is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _parquet_to_stdout(found: Rows) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rows.parquet")
        found.write_parquet(path)
        with open(path, "rb") as file:
            while block := file.read(1 << 20):
                sys.stdout.buffer.write(block)
        sys.stdout.buffer.flush()


def _table(found: Rows, count: int) -> None:
    from segql.cli import say

    rows, console = list(_first(found)), _console()
    broken = [name.replace("_", "_\n") for name in found.columns]
    ways = ((found.columns, None, 1), (broken, None, 1), (broken, LONG, 1), (broken, LONG, 0))
    forms = (_columns(names, rows, most, blank) for names, most, blank in ways)
    boundless = console.options.update(width=1_000_000)
    fitting = (form for form in forms if console.measure(form, options=boundless).maximum <= console.width)
    console.print(next(fitting, None) or _records(found.columns, rows))
    if count > len(rows):
        say.tell(f"the first {SHOWN} of {count:,}: `--format csv` has all of them")


def _columns(names: Sequence[str], rows: list[tuple[Any, ...]], most: int | None, blank: int) -> Table:
    """A column for each name; those of texts have so many characters at most, and all so many blanks on both sides."""
    from rich.table import Table
    from rich.text import Text

    table = Table(padding=(0, blank))
    for at, name in enumerate(names):
        if _is_number(row[at] for row in rows):
            table.add_column(Text(name), justify="right", no_wrap=True)
        else:
            table.add_column(Text(name), max_width=most, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    return table


def _records(names: Sequence[str], rows: list[tuple[Any, ...]]) -> Table:
    """A line for each name, row by row: for more columns than fit."""
    from rich.table import Table
    from rich.text import Text

    table = Table(show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for row in rows:
        for name, value in zip(names, row, strict=True):
            table.add_row(Text(name, style="bold"), _cell(value))
        table.add_section()
    return table


def to_screen(found: Rows, asked: model.Analysis, limit: int | None) -> None:
    """Draws the rows of an analysis, of which so many were asked for, with the characters of a terminal."""
    from segql.cli import say
    from segql.cli.sketch import sketch

    rows = (row for batch in found.batches() for row in batch)
    for line in sketch(asked, rows, say.width_of(sys.stdout), limit):
        line.rstrip()
        _console().print(line, no_wrap=True, overflow="ignore", crop=False)


def _console() -> Console:
    from rich.console import Console

    from segql.cli import say

    return Console(file=sys.stdout, no_color=not say.in_color(sys.stdout), highlight=False)


def _is_number(values: Iterator[Any]) -> bool:
    there = [value for value in values if value is not None]
    return bool(there) and all(isinstance(v, int | float | Decimal) and not isinstance(v, bool) for v in there)


def _cell(value: Any) -> Any:
    from rich.text import Text

    if value is None:
        return Text("missing", style="dim")
    return Text(visible(f"{value:.6g}" if isinstance(value, float) else text(value)))


def _first(found: Rows) -> Iterator[tuple[Any, ...]]:
    for batch in found.batches():
        yield from batch[:SHOWN]
        return
