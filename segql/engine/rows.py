"""Text files of a table as rows: decoded, cut into cells, numbered by line, and written out in one plain form.

CSV and JSON lines go through Python's readers, which know the line of every record; what cannot be a row is said with
its line and left out. DuckDB then reads the plain form, in which nothing is left to guess.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any, NamedTuple

from segql.node import Value

MISSING = "\x01"  # a missing value in the plain form: no cell holds it, for control characters are refused
BLOCK = 1 << 20
OFTEN = 20_000  # rows between two words about progress
LONGEST = 16 * 1024 * 1024  # characters in a cell

CSV, JSON, PARQUET = "csv", "json", "parquet"
FORMS = {
    ".csv": CSV, ".txt": CSV, ".tsv": CSV,
    ".json": JSON, ".jsonl": JSON, ".ndjson": JSON,
    ".parquet": PARQUET, ".pq": PARQUET,
}  # fmt: skip
BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

Progress = Callable[[float, int], None]  # the share that is read, and the rows so far


class Unreadable(Exception):
    """A file as a whole is no table: why, and the next keystroke."""

    def __init__(self, why: str, help: str = "correct the data") -> None:
        super().__init__(why)
        self.why = why
        self.help = help


class Wrong(NamedTuple):
    """A row that cannot be loaded: its line (of a Parquet file, its row), and the cell that is the trouble, if one is."""

    line: int
    column: str
    value: str
    why: str


class File(Value):
    """A data file: what it is written in. An empty `encoding` or `delimiter` is to be found out."""

    path: str
    form: str
    encoding: str = ""
    delimiter: str = ""

    @property
    def packed(self) -> bool:
        return self.path.lower().endswith(".gz")


class Plain(NamedTuple):
    """What the plain form of a file has: its columns, those of them that are text by themselves, and how it was read."""

    columns: tuple[str, ...]
    texts: frozenset[str]
    encoding: str
    delimiter: str
    rows: int


def form_of(path: str) -> str:
    """The form that the ending of a file says. Raises Unreadable."""
    stem = path.lower().removesuffix(".gz")
    found = FORMS.get(os.path.splitext(stem)[1], "")
    if path.lower().endswith(".zst"):
        raise Unreadable("it is packed with Zstandard", "unpack it: `zstd -d`")
    if not found or (found == PARQUET and path.lower().endswith(".gz")):
        raise Unreadable("its ending does not say what it is", "name it .csv, .tsv, .jsonl or .parquet")
    return found


def spread(file: File, out: str, wrong: Callable[[Wrong], None], progress: Progress) -> Plain:
    """Writes the plain form of a text file: the line of each row, then its cells. Raises Unreadable and OSError."""
    encoding = file.encoding or _encoding(file)
    csv.field_size_limit(LONGEST)
    try:
        with _opened(file, encoding) as (text, share), open(out, "w", encoding="utf-8", newline="") as target:
            write = csv.writer(target, lineterminator="\n").writerow
            work = _spread_csv if file.form == CSV else _spread_json
            return work(file, text, write, wrong, lambda rows: progress(share(), rows))._replace(encoding=encoding)
    except (UnicodeDecodeError, UnicodeError):
        raise _undecodable(file, encoding) from None
    except (EOFError, gzip.BadGzipFile) as error:
        raise Unreadable(f"it cannot be unpacked: {str(error).lower()}") from None


# ---------------------------------------------------------------- bytes to text


def _encoding(file: File) -> str:
    """UTF-8, unless the first bytes say something else. Latin-1 has no mark, and is not guessed."""
    with _binary(file) as found:
        start = found.read(4)
    return next((name for mark, name in BOMS if start.startswith(mark)), _without_mark(start))


def _without_mark(start: bytes) -> str:
    """Text begins with a letter or a quote: in UTF-16 without a mark, every other of the first bytes is zero."""
    if len(start) == 4 and start[1] == start[3] == 0 != start[0]:
        return "utf-16-le"
    if len(start) == 4 and start[0] == start[2] == 0 != start[1]:
        return "utf-16-be"
    return "utf-8"


def _binary(file: File) -> Any:
    return gzip.open(file.path, "rb") if file.packed else open(file.path, "rb")


@contextmanager
def _opened(file: File, encoding: str) -> Iterator[tuple[IO[str], Callable[[], float]]]:
    """The text of a file, and a function that says which share of it is read."""
    size = max(1, os.path.getsize(file.path))
    with open(file.path, "rb") as raw:
        unpacked: Any = gzip.GzipFile(fileobj=raw) if file.packed else raw
        try:
            text = io.TextIOWrapper(unpacked, encoding=encoding, newline="")
        except LookupError:
            raise Unreadable(f"there is no encoding `{encoding}`", "name one: utf-8, utf-16, latin-1") from None
        yield text, lambda: min(1.0, raw.tell() / size)


def _undecodable(file: File, encoding: str) -> Unreadable:
    """Where a file is not in its encoding: the first line that cannot be decoded."""
    help = "if it is Latin-1, say so: `--encoding latin-1`" if not file.encoding else "say another `--encoding`"
    name = _shown(encoding)
    if encoding.startswith(("utf-16", "utf-32")):
        return Unreadable(f"it is not {name} throughout", help)
    with _binary(file) as found:
        for number, line in enumerate(found, 1):
            try:
                line.decode(encoding)
            except UnicodeDecodeError as error:
                return Unreadable(f"line {number} is not {name}: it has the byte 0x{line[error.start]:02X}", help)
    return Unreadable(f"its end is not {name}", help)


def _shown(encoding: str) -> str:
    return encoding.removesuffix("-sig").upper()


# ---------------------------------------------------------------- CSV


def _spread_csv(
    file: File,
    text: IO[str],
    write: Callable[[list[Any]], Any],
    wrong: Callable[[Wrong], None],
    progress: Callable[[int], None],
) -> Plain:
    first = text.readline()
    if not first:
        raise Unreadable("it is empty", "its first line names its columns")
    delimiter = file.delimiter or ("\t" if _is_tabbed(file) else delimiter_of(first))
    lines = _Lines(text, first)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    header = _header(reader)
    width, rows, before = len(header), 0, reader.line_num
    while True:  # a mistake in the quotes ends an iteration, and not the reader
        try:
            for cells in reader:
                line, before = before + 1, reader.line_num
                if len(cells) == width and not lines.odd:
                    rows += 1
                    write([line, *cells])
                elif cells:
                    wrong(_odd_row(line, cells, header, lines.odd))
                lines.odd = False
                if not rows % OFTEN:
                    progress(rows)
            break
        except csv.Error as error:
            line, before = before + 1, reader.line_num
            lines.odd = False
            wrong(Wrong(line, "", "", quoting(str(error))))
    return Plain(header, frozenset(), "", delimiter, rows)


class _Lines:
    """The lines of a text, of which `odd` says that one since the last look holds a character that no engine takes."""

    def __init__(self, text: IO[str], first: str) -> None:
        self._text = text
        self._first = first
        self.odd = False

    def __iter__(self) -> Iterator[str]:
        yield self._first
        for line in self._text:
            if "\0" in line or MISSING in line:
                self.odd = True
            yield line


def _is_tabbed(file: File) -> bool:
    return file.path.lower().removesuffix(".gz").endswith(".tsv")


def delimiter_of(header: str) -> str:
    """What parts the columns of a header: the commonest candidate outside of quotes."""
    outside = "".join(header.split('"')[::2])
    return max(",;\t|", key=outside.count)


def _header(reader: Iterator[list[str]]) -> tuple[str, ...]:
    try:
        names = tuple(name.strip() for name in next(reader))
    except csv.Error as error:
        raise Unreadable(f"line 1: {quoting(str(error))}") from None
    if not any(names):
        raise Unreadable("its first line is empty", "its first line names its columns")
    return _columns(names)


def _columns(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names that a table can have. Raises Unreadable."""
    seen: dict[str, int] = {}
    for number, name in enumerate(names, 1):
        if not name:
            raise Unreadable(f"column {number} has no name", "its first line names its columns")
        if any(c in name for c in "\0\x01\n\r`"):
            raise Unreadable(f"column {number} has a name that cannot be written: {name!r}", "rename the column")
        if name.lower() in seen:
            raise Unreadable(f"columns {seen[name.lower()]} and {number} are both named `{name}`", "rename one of them")
        seen[name.lower()] = number
    return names


def _odd_row(line: int, cells: list[str], header: tuple[str, ...], odd: bool) -> Wrong:
    if odd:
        found = [(name, cell) for name, cell in zip(header, cells, strict=False) if "\0" in cell or MISSING in cell]
        column, value = found[0] if found else ("", "")
        return Wrong(line, column, value, "it holds a control character")
    counted = f"{len(cells)} column{'' if len(cells) == 1 else 's'}"
    return Wrong(line, "", "", f"it has {counted}, and the first line has {len(header)}")


def quoting(error: str) -> str:
    """What Python's reader says, for people."""
    if "unexpected end" in error:
        return "a quote that opens here is never closed"
    if "expected after" in error:
        return "something follows a closing quote: a quote inside quotes is written twice"
    if "field larger" in error:
        return f"a cell has more than {LONGEST:,} characters"
    return error


# ---------------------------------------------------------------- JSON lines


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


def _spread_json(
    file: File,
    text: IO[str],
    write: Callable[[list[Any]], Any],
    wrong: Callable[[Wrong], None],
    progress: Callable[[int], None],
) -> Plain:
    read = json.JSONDecoder(parse_float=_Number, parse_int=_Number, parse_constant=_no_number).decode
    columns: dict[str, int] = {}
    texts: set[str] = set()
    rows = 0
    for line, written in enumerate(text, 1):
        if written.isspace():
            continue
        if not rows and written.lstrip().startswith("["):
            raise Unreadable("it is one list", "write JSON lines: one object a line, without commas between them")
        found = _object(read, written, line)
        if isinstance(found, Wrong):
            wrong(found)
            continue
        if "\\u000" in written and any("\0" in v or MISSING in v for v in found.values() if type(v) is str):
            wrong(Wrong(line, "", "", "it holds a control character"))
            continue
        cells: list[Any] = [line, *([MISSING] * len(columns))]
        for name, value in found.items():
            if name not in columns:
                columns[name] = len(columns) + 1
                cells.append(MISSING)
            if value is not None:
                if type(value) is str:
                    texts.add(name)
                cells[columns[name]] = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        write(cells)
        rows += 1
        if not rows % OFTEN:
            progress(rows)
    return Plain(_columns(tuple(columns)), frozenset(texts), "", "", rows)


def _no_number(word: str) -> None:
    raise ValueError(f"`{word}` is no number of JSON")


def _object(read: Callable[[str], Any], written: str, line: int) -> dict[str, Any] | Wrong:
    try:
        found = read(written)
    except RecursionError:
        return Wrong(line, "", "", "it is nested too deeply")
    except ValueError as error:
        said = getattr(error, "msg", str(error))
        return Wrong(line, "", "", f"it is not JSON: {said[:1].lower()}{said[1:]}")
    if not isinstance(found, dict):
        return Wrong(line, "", "", 'it is not an object: write `{"column": value, …}`')
    return found
