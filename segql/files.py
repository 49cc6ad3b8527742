"""The only place that reads and writes the user's files."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Mapping

from segql.diagnostics import register
from segql.diagnostics.model import Diagnostic, Label
from segql.node import Value
from segql.semantics.scope import Read, is_zone
from segql.source import Source, Span

BIGGEST = 64 * 1024 * 1024  # bytes: far beyond what a person writes


class Project(Value):
    """The settings of `segql.toml`: the nearest one above a file, or none.

    `dialect` and `zone` are defaults, `connection` is a DuckDB database file (empty: in memory) or the URL of a database,
    `paths` are the folders or files that commands without a FILE work on. `problem` says what is wrong with the settings.
    """

    root: str = ""
    dialect: str = "duckdb"
    zone: str = "UTC"
    connection: str = ""
    paths: tuple[str, ...] = (".",)
    problem: Diagnostic | None = None


class Opened(Value):
    """A text with what surrounds it: its project's settings, how it reads other files, and why it cannot be read."""

    source: Source
    project: Project
    read: Read
    problem: Diagnostic | None = None


def opened(what: str | os.PathLike[str] | Source) -> Opened:
    """A file by its path, a text, or a source. A text stands alone: it has no project, and can use no other file.

    Raises TypeError for anything else, and ValueError for a text that is a path by mistake.
    """
    if isinstance(what, Source):
        return Opened(source=what, project=project(what.directory or "."), read=reader())
    if isinstance(what, str):
        if what.endswith(".seg") and "\n" not in what:
            raise ValueError(f"a str is the text of a segment file; for the file, pass pathlib.Path({what!r})")
        return Opened(source=Source(what), project=Project(), read=_alone)
    if not isinstance(what, os.PathLike) or not isinstance(path := os.fspath(what), str):
        raise TypeError(f"a text (str), a path (os.PathLike) or a Source is needed, not {type(what).__name__}")
    found = read_source(path)
    if isinstance(found, Diagnostic):
        return Opened(source=Source("", path), project=Project(), read=_alone, problem=found)
    return Opened(source=found, project=project(path), read=reader())


def _alone(file: str, source: Source) -> str:
    return "this text has no folder to look in"


def read_source(path: str) -> Source | Diagnostic:
    """The text of a file, or why it cannot be read. A byte-order mark is not part of the text."""
    try:
        with open(path, "rb") as file:
            data = file.read(BIGGEST + 1)
    except OSError as error:
        return _unreadable(path, error)
    if len(data) > BIGGEST:
        return _said(path, f"it is larger than {BIGGEST // 1024 // 1024} MiB", "split it: `use` joins files")
    return decode(data, path, os.path.dirname(path))


def decode(data: bytes, name: str, directory: str = "") -> Source | Diagnostic:
    """Bytes as a source, or the diagnostic that says where they are not UTF-8."""
    try:
        return Source(data.decode("utf-8-sig"), name, directory)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace")
        source = Source(before, name, directory)
        end = Span(max(0, len(before) - 1), len(before))
        return register.not_utf8(Label(source=source, span=end), data[error.start], before.count("\n") + 1)


def _unreadable(path: str, error: OSError) -> Diagnostic:
    if isinstance(error, FileNotFoundError):
        return _said(path, "there is no such file", "check the path; `segql init` writes a first file")
    if isinstance(error, IsADirectoryError):
        return _said(path, "this is a folder", "name a `.seg` file in it")
    return _said(path, f"it cannot be read: {(error.strerror or str(error)).lower()}", "check who may read it")


def _said(path: str, why: str, help: str) -> Diagnostic:
    return register.file_not_readable(Label(source=Source("", path), span=Span(0, 0)), why, help)


def reader() -> Read:
    """A `Read` that fetches used files from disk, each once; paths start from the folder of the file that names them."""
    known: dict[str, Source | str] = {}

    def read(file: str, source: Source) -> Source | str:
        path = os.path.normpath(os.path.join(source.directory, file))
        if path not in known:
            found = read_source(path)
            known[path] = found.message if isinstance(found, Diagnostic) else found
        return known[path]

    return read


def project(start: str) -> Project:
    """The settings that hold for a file or folder: the nearest `segql.toml` at or above it."""
    folder = os.path.abspath(start if os.path.isdir(start) else os.path.dirname(start) or ".")
    while True:
        path = os.path.join(folder, "segql.toml")
        if os.path.isfile(path):
            return _settings(path, folder)
        parent = os.path.dirname(folder)
        if parent == folder:
            return Project()
        folder = parent


def database(project: Project) -> str:
    """The path of a project's DuckDB file; empty for none, and if its database is of another kind."""
    path = project.connection.removeprefix("duckdb:///")
    if not path or "://" in path or path.startswith("env:"):
        return ""
    return os.path.join(project.root, path)


_KNOWN = {"dialect": str, "zone": str, "connection": str, "paths": list}


def _settings(path: str, root: str) -> Project:
    import tomllib  # only projects with settings pay for it

    found = read_source(path)
    if isinstance(found, Diagnostic):
        return Project(root=root, problem=found)
    try:
        values = tomllib.loads(found.text)
    except tomllib.TOMLDecodeError as error:
        return _wrong(found, root, str(error), _line_of(found, getattr(error, "lineno", 1)))
    for name, value in values.items():
        if name not in _KNOWN:
            return _wrong(found, root, f"there is no setting `{name}`", _setting(found, name))
        if not isinstance(value, _KNOWN[name]):
            kind = "list of paths" if name == "paths" else "text"
            return _wrong(found, root, f"`{name}` is not a {kind}", _setting(found, name))
    if not is_zone(values.get("zone", "UTC")):
        return _wrong(found, root, f"there is no time zone `{values['zone']}`", _setting(found, "zone"))
    if "paths" in values:
        values["paths"] = tuple(str(p) for p in values["paths"])
    return Project(root=root, **values)


def _wrong(source: Source, root: str, why: str, at: Span) -> Project:
    label = Label(source=source, span=at)
    return Project(root=root, problem=register.wrong_setting(label, why, tuple(_KNOWN)))


def _setting(source: Source, name: str) -> Span:
    """Where a setting is named: the first line that begins with it."""
    found = re.search(rf"(?m)^[ \t\"']*({re.escape(name)})\b", source.text)
    return Span(*found.span(1)) if found else Span(0, 0)


def _line_of(source: Source, number: int) -> Span:
    start = sum(len(line) for line in source.text.splitlines(keepends=True)[: number - 1])
    return Span(start, start + len(source.line(number)))


def seg_files(paths: tuple[str, ...]) -> list[str]:
    """The `.seg` files that paths name: files as they are, folders with all that is below them, in order."""
    found: list[str] = []
    for path in paths:
        if not os.path.isdir(path):
            found.append(path)
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(f for f in folders if not f.startswith("."))
            found.extend(os.path.normpath(os.path.join(folder, n)) for n in sorted(names) if n.endswith(".seg"))
    return list(dict.fromkeys(found))


def write_file(path: str, data: str | bytes) -> None:
    """Writes a file whole or not at all. Raises OSError."""
    write_files({path: data})


def write_files(files: Mapping[str, str | bytes]) -> None:
    """Writes files, each whole, and none before all are on the disk: then they are renamed. Raises OSError."""
    parts: dict[str, str] = {}
    try:
        for path, data in files.items():
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            if os.path.isdir(path):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
            parts[part_of(path)] = path
            with open(part_of(path), "wb") as file:
                file.write(data.encode("utf-8") if isinstance(data, str) else data)
        for part, path in parts.items():
            keep(part, path)
    finally:
        for part in parts:
            if os.path.exists(part):
                os.unlink(part)


def part_of(path: str) -> str:
    """The name, beside a file, under which it grows until it is whole."""
    return f"{os.path.realpath(path)}.{os.getpid()}.part"


def keep(part: str, path: str) -> None:
    """Puts a file that is whole in the place that it is for, with the rights of what stood there."""
    target = os.path.realpath(path)
    with open(part, "rb+") as file:
        os.fsync(file.fileno())
    if os.path.exists(target):
        os.chmod(part, os.stat(target).st_mode)
    os.replace(part, target)
