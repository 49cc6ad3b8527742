"""Files, open or on disk, as snapshots. The texts of open files come from the editor, edit by edit; the rest is read.

One thread changes what is here: that of the event loop.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lsprotocol import types
from pygls import uris
from pygls.exceptions import JsonRpcInvalidParams

from segql import compiler, files
from segql.diagnostics.model import Diagnostic, in_order
from segql.ide.snapshot import Snapshot
from segql.semantics.scope import Read
from segql.source import Source
from segql_lsp.settings import Settings
from segql_lsp.text import Encoding, Place, Text

OTHERS = ("segql-sql:", "git:")  # the old text of a file, beside the new one, is nothing to check
MOMENT = 0.5  # seconds for which the settings of a project are taken as they were
LATELY = 2.0  # seconds in which nobody looks for new files twice
MOST_FILES = 5_000


class Document(NamedTuple):
    """A file that an editor has open."""

    uri: str
    version: int | None
    text: Text
    source: Source


class _Kept(NamedTuple):
    snapshot: Snapshot
    settings: files.Project
    used: dict[str, Source | str]


class Documents:
    """Everything that can be read. Files are known by their path, and by their URI if they have none."""

    def __init__(self) -> None:
        self.encoding: Encoding = "utf-16"
        self.opened: dict[str, Document] = {}
        self.roots: tuple[str, ...] = ()
        self._below: list[str] = []
        self._looked = -LATELY
        self.default = Settings()
        self.defaults: dict[str, Settings] = {}  # of the folders of the workspace that have their own
        self.revision = 0  # of the open files: it tells work that takes its time whether they are still the same
        self._projects: dict[str, tuple[float, files.Project]] = {}
        self._disk: dict[str, tuple[object, Source | str]] = {}
        self._snapshots: dict[str, _Kept] = {}

    # ------------------------------------------------------------ what the editor says

    def open(self, item: types.TextDocumentItem) -> None:
        """Takes a file over. What is no segment file, such as SQL that is shown, is left to others."""
        if item.uri.startswith(OTHERS):
            return
        self._put(item.uri, item.version, Text(item.text))

    def change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Applies edits in their order. A file that was never opened stays unknown."""
        known = self.opened.get(name_of(params.text_document.uri))
        if known is None:
            return
        text = known.text
        for change in params.content_changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                text = text.edited(_place(change.range.start), _place(change.range.end), change.text, self.encoding)
            else:
                text = Text(change.text)
        self._put(known.uri, params.text_document.version, text)

    def close(self, uri: str) -> None:
        self.opened.pop(name_of(uri), None)
        self._snapshots.pop(name_of(uri), None)
        self.revision += 1

    def _put(self, uri: str, version: int | None, text: Text) -> None:
        name = name_of(uri)
        path = uris.to_fs_path(uri)
        source = Source(text.text, name, os.path.dirname(name) if path else "")
        self.opened[name] = Document(uri, version, text, source)
        self.revision += 1

    # ------------------------------------------------------------ what is known

    def source(self, name: str) -> Source | str:
        """The text of a file as it is now, or why it cannot be read: open files come before those on disk."""
        if name in self.opened:
            return self.opened[name].source
        stamp = _stamp(name)
        known = self._disk.get(name)
        if known is None or known[0] != stamp:
            found = files.read_source(name)
            known = (stamp, found.message if isinstance(found, Diagnostic) else found)
            self._disk[name] = known
        return known[1]

    def snapshot(self, uri: str) -> Snapshot:
        """A file as it is now. Raises JsonRpcInvalidParams for a file that nobody can read."""
        name = name_of(uri)
        source = self.source(name)
        if isinstance(source, str):
            raise JsonRpcInvalidParams(f"{name}: {source}")
        return self._snapshot(source)

    def _snapshot(self, source: Source) -> Snapshot:
        alone = source.name not in self.opened and not source.directory
        settings = files.Project() if alone or not source.directory else self._project(source)
        if not settings.root:
            mine = self.settings_of(source.name)
            settings = settings.replace(dialect=mine.dialect, zone=mine.zone)
        kept = self._snapshots.get(source.name)
        if kept and kept.snapshot.source is source and _alike(kept.settings, settings) and self._holds(kept.used):
            return kept.snapshot
        used: dict[str, Source | str] = {}
        snapshot = Snapshot(
            source=source,
            read=self._reader(used) if source.directory else compiler.no_files,
            zone=settings.zone,
            dialect=settings.dialect,
            root=self._root(source, settings),
            problem=settings.problem,
        )
        self._snapshots[source.name] = _Kept(snapshot, settings, used)
        return snapshot

    def _root(self, source: Source, settings: files.Project) -> str:
        """The folder that people mean when they name a file: of the project, else of the workspace, else its own."""
        around = (root for root in self.roots if source.name.startswith(_inside(root)))
        folder = settings.root or max(around, key=len, default=source.directory)
        return _inside(folder) if folder else ""

    def _project(self, source: Source) -> files.Project:
        """The settings of a file's project: looked at again when files changed, and every other moment."""
        known = self._projects.get(source.directory)
        now = time.monotonic()
        if known is None or now - known[0] > MOMENT:
            known = self._projects[source.directory] = (now, files.project(source.name))
        return known[1]

    def _reader(self, used: dict[str, Source | str]) -> Read:
        def read(file: str, source: Source) -> Source | str:
            path = os.path.normpath(os.path.join(source.directory, file))
            if path not in used:
                used[path] = self.source(path)
            return used[path]

        return read

    def _holds(self, used: dict[str, Source | str]) -> bool:
        return all(self.source(path) is found for path, found in used.items())

    def snapshots(self) -> Iterator[Snapshot]:
        """The open files as they are now."""
        for document in list(self.opened.values()):
            yield self._snapshot(document.source)

    # ------------------------------------------------------------ the workspace

    def files(self) -> list[str]:
        """The `.seg` files below the folders of the workspace, as far as anyone looked lately; and the open ones."""
        now = time.monotonic()
        if now - self._looked > LATELY:
            self._looked = now
            self._below = files.seg_files(tuple(os.path.normpath(root) for root in self.roots))[:MOST_FILES]
        return list(dict.fromkeys((*self.opened, *self._below)))

    def in_workspace(self, name: str) -> bool:
        """Whether a file is below a folder of the workspace."""
        return any(name.startswith(_inside(root)) for root in self.roots)

    def look_again(self) -> None:
        """Somebody says that files came or went."""
        self._looked = -LATELY
        self._projects.clear()

    def everything(self) -> Iterator[Snapshot]:
        """All files of the workspace that can be read."""
        for name in self.files():
            source = self.source(name)
            if isinstance(source, Source):
                yield self._snapshot(source)

    def at(self, name: str) -> Snapshot | None:
        """A file of the workspace as it is now, if it can be read."""
        source = self.source(name)
        return self._snapshot(source) if isinstance(source, Source) else None

    def having(self, name: str, words: Iterable[str]) -> Snapshot | None:
        """A file of the workspace as it is now, if it is open or one of some words stands in it."""
        source = self.source(name)
        if isinstance(source, str) or not (name in self.opened or any(word in source.text for word in words)):
            return None
        return self._snapshot(source)

    def look_below(self, folders: Iterable[str]) -> None:
        """Says which folders are the workspace."""
        self.roots = tuple(sorted({name_of(uri) for uri in folders if uris.to_fs_path(uri)}))
        self.look_again()

    def settings_of(self, name: str) -> Settings:
        """What the editor has set for a file: for the innermost folder of the workspace that holds it."""
        around = [root for root in self.defaults if name.startswith(_inside(root))]
        return self.defaults[max(around, key=len)] if around else self.default

    def said(self) -> dict[str, tuple[Diagnostic, ...]]:
        """What there is to say about the open files and what they use, by file: all that `segql check` says of them."""
        return by_file(self.opened, self.snapshots())

    # ------------------------------------------------------------ names and addresses

    def uri(self, name: str) -> str:
        """The address of a file: the editor's own if it has it open."""
        if name in self.opened:
            return self.opened[name].uri
        return (
            name if "://" in name or name.startswith("untitled:") else uris.from_fs_path(os.path.abspath(name)) or name
        )


def by_file(names: Iterable[str], snapshots: Iterable[Snapshot]) -> dict[str, tuple[Diagnostic, ...]]:
    """What there is to say, by the file that it is said of; files of some names are there even if nothing is."""
    found: dict[str, list[Diagnostic]] = {name: [] for name in names}
    for snapshot in snapshots:
        for diagnostic in snapshot.diagnostics:
            found.setdefault(diagnostic.primary.source.name, []).append(diagnostic)
    return {name: in_order(said) for name, said in found.items()}


def name_of(uri: str) -> str:
    """The name of a file: its path, or its address if it has no path."""
    path = uris.to_fs_path(uri)
    return os.path.normpath(path) if path else uri


def _inside(folder: str) -> str:
    """What the names of all files in a folder begin with."""
    return folder.rstrip(os.sep) + os.sep


def _place(position: types.Position) -> Place:
    return Place(position.line, position.character)


def _stamp(path: str) -> object:
    """What changes when a file does."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _alike(one: files.Project, other: files.Project) -> bool:
    """Whether two settings say the same, wherever their texts are."""
    problems = [settings.problem and settings.problem.message for settings in (one, other)]
    return problems[0] == problems[1] and bool(one.replace(problem=None) == other.replace(problem=None))
