"""`segql lsp --doctor`: what the server found, for people whose editor is silent."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

# The editors that lsp/editors has something for, by the command that starts them.
EDITORS = {
    "code": "vscode",
    "codium": "vscode",
    "nvim": "vim",
    "vim": "vim",
    "emacs": "emacs",
    "hx": "helix",
    "helix": "helix",
    "zed": "zed",
    "subl": "sublime",
}


class Found(NamedTuple):
    """Something that was looked at: whether it is as it should be, and what it is."""

    fine: bool
    what: str
    said: str


def doctor(folder: str, show: Callable[[str], None] = print) -> int:
    """Shows what there is, seen from a folder; the number of things that are not as they should be."""
    wrong = 0
    for found in examined(folder):
        show(f"{'ok   ' if found.fine else 'WRONG'} {found.what:<10} {found.said}")
        wrong += not found.fine
    return wrong


def examined(folder: str) -> Iterator[Found]:
    """Everything that is looked at, one after the other."""
    yield Found(sys.version_info >= (3, 11), "python", f"{sys.version.split()[0]}, {sys.executable}")
    yield _package("segql")
    yield _package("pygls")
    yield _command()
    yield from _project(folder)
    yield _duckdb()
    yield from _editors()


def _package(name: str) -> Found:
    try:
        return Found(True, name, version(name))
    except PackageNotFoundError:
        return Found(False, name, "is not installed: pip install 'segql[lsp]'")


def _command() -> Found:
    """What an editor starts that knows nothing of this Python."""
    path = shutil.which("segql")
    if path is None:
        own = os.path.join(os.path.dirname(sys.executable), "segql")
        return Found(False, "command", f"`segql` is not on the PATH of this shell: tell the editor {own}")
    return Found(True, "command", path)


def _project(folder: str) -> Iterator[Found]:
    from segql import compiler, files
    from segql.source import Source

    project = files.project(folder)
    if project.problem:
        yield Found(False, "settings", f"{project.problem.primary.source.name}: {project.problem.message}")
        return
    yield Found(True, "settings", os.path.join(project.root, "segql.toml") if project.root else "no segql.toml above")
    place = files.database(project)
    if place:
        yield Found(os.path.isfile(place), "database", place if os.path.isfile(place) else f"there is no {place}")
    names = files.seg_files((project.root or folder,))
    wrong = 0
    read = files.reader()
    for name in names:
        source = files.read_source(name)
        wrong += not (isinstance(source, Source) and compiler.check(source, read, project.zone).ok)
    said = f"{len(names):,} .seg below {project.root or folder}"
    yield Found(True, "files", f"{said}, {wrong:,} with mistakes" if wrong else said)


def _duckdb() -> Found:
    from segql.engine.duckdb import Refused, connected

    try:
        with connected() as connection:
            ((found,),) = connection.execute("SELECT version()").fetchall()
    except Refused as refused:
        return Found(False, "duckdb", str(refused))
    return Found(True, "duckdb", str(found))


def _editors() -> Iterator[Found]:
    there = {command: path for command in EDITORS if (path := shutil.which(command))}
    for command, path in there.items():
        yield Found(True, "editor", f"{path}: see lsp/editors/{EDITORS[command]}")
    if not there:
        yield Found(True, "editor", f"none on the PATH, of {', '.join(EDITORS)}")
