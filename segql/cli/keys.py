"""Keys as people and programs read them: a table, CSV, JSON, or a Parquet file."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO

from segql.diagnostics.cells import visible
from segql.engine.duckdb import Keys

SHOWN = 100  # keys in a table: more than a screen, and less than a burden


def to_stdout(keys: Keys, count: int, form: str) -> int:
    """Writes the keys to standard output; their number."""
    match form:
        case "csv":
            write_csv(keys, sys.stdout)
        case "json":
            write_json(keys, sys.stdout)
        case "parquet":
            _parquet_to_stdout(keys)
        case _:
            _table(keys, count)
    return count


def to_file(keys: Keys, form: str, path: str) -> None:
    """Writes the keys to a file. Raises OSError and Refused."""
    with open(path, "w", encoding="utf-8", newline="") as file:  # tells whether one can be written at all
        if form == "csv":
            write_csv(keys, file)
        elif form == "json":
            write_json(keys, file)
    if form == "parquet":
        keys.write_parquet(path)


def write_csv(keys: Keys, file: TextIO) -> None:
    """A header and a key a line, as RFC 4180 has it but for the line ends."""
    import csv

    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([keys.column])
    for batch in keys.batches():
        writer.writerows([text(key)] for key in batch)


def write_json(keys: Keys, file: TextIO) -> None:
    """A list of objects, one a line."""
    opening = "[\n"
    for batch in keys.batches():
        for key in batch:
            file.write(opening + json.dumps({keys.column: key}, ensure_ascii=False, default=text))
            opening = ",\n"
    file.write("[]\n" if opening == "[\n" else "\n]\n")


def text(key: Any) -> str:
    """A key as text: what the language would write, without quotes."""
    if isinstance(key, bool):
        return "true" if key else "false"
    return key.isoformat() if isinstance(key, dt.date) else str(key)


def _parquet_to_stdout(keys: Keys) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "keys.parquet")
        keys.write_parquet(path)
        with open(path, "rb") as file:
            while block := file.read(1 << 20):
                sys.stdout.buffer.write(block)
        sys.stdout.buffer.flush()


def _table(keys: Keys, count: int) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from segql.cli import say

    table = Table()
    table.add_column(Text(keys.column))
    shown = list(_first(keys))
    for key in shown:
        table.add_row(Text(visible(text(key))))
    Console(file=sys.stdout, no_color=not say.in_color(sys.stdout), highlight=False).print(table)
    if count > len(shown):
        say.tell(f"the first {SHOWN} of {count:,}: `--format csv` has all of them")


def _first(keys: Keys) -> Iterator[Any]:
    for batch in keys.batches():
        yield from batch[:SHOWN]
        return
