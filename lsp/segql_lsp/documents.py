"""Files, open or on disk, as snapshots. The texts of open files come from the editor, edit by edit; the rest is read.

One thread changes what is here: that of the event loop.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

from lsprotocol import types
from pygls import uris
from pygls.exceptions import JsonRpcInvalidParams

from segql import compiler, files
from segql.diagnostics.model import Diagnostic, in_order
from segql.ide.snapshot import Snapshot
from segql.semantics.scope import Read
from segql.source import Source
from segql_lsp.text import Encoding, Place, Text


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
        self._disk: dict[str, tuple[object, Source | str]] = {}
        self._snapshots: dict[str, _Kept] = {}

    # ------------------------------------------------------------ what the editor says

    def open(self, item: types.TextDocumentItem) -> None:
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

    def _put(self, uri: str, version: int | None, text: Text) -> None:
        name = name_of(uri)
        path = uris.to_fs_path(uri)
        source = Source(text.text, name, os.path.dirname(name) if path else "")
        self.opened[name] = Document(uri, version, text, source)

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
        settings = files.Project() if alone or not source.directory else files.project(source.name)
        kept = self._snapshots.get(source.name)
        if kept and kept.snapshot.source is source and _alike(kept.settings, settings) and self._holds(kept.used):
            return kept.snapshot
        used: dict[str, Source | str] = {}
        snapshot = Snapshot(
            source=source,
            read=self._reader(used) if source.directory else compiler.no_files,
            zone=settings.zone,
            dialect=settings.dialect,
            problem=settings.problem,
        )
        self._snapshots[source.name] = _Kept(snapshot, settings, used)
        return snapshot

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

    def said(self) -> dict[str, tuple[Diagnostic, ...]]:
        """What there is to say about the open files and what they use, by file: all that `segql check` says of them."""
        found: dict[str, list[Diagnostic]] = {name: [] for name in self.opened}
        for snapshot in self.snapshots():
            for diagnostic in snapshot.diagnostics:
                found.setdefault(diagnostic.primary.source.name, []).append(diagnostic)
        return {name: in_order(said) for name, said in found.items()}

    # ------------------------------------------------------------ names and addresses

    def uri(self, name: str) -> str:
        """The address of a file: the editor's own if it has it open."""
        if name in self.opened:
            return self.opened[name].uri
        return (
            name if "://" in name or name.startswith("untitled:") else uris.from_fs_path(os.path.abspath(name)) or name
        )


def name_of(uri: str) -> str:
    """The name of a file: its path, or its address if it has no path."""
    path = uris.to_fs_path(uri)
    return os.path.normpath(path) if path else uri


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
