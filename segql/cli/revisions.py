"""Texts as they were in a revision of git, for commands that compare."""

from __future__ import annotations

import os
import subprocess

from segql import files
from segql.diagnostics.model import Diagnostic
from segql.semantics.scope import Read
from segql.source import Source


class Unknown(Exception):
    """There is no such revision, or no git that could tell."""


class Revision:
    """A commit of the repository that a folder is in. Raises Unknown."""

    def __init__(self, name: str, folder: str) -> None:
        self.name = name
        self._root = _git(folder, "rev-parse", "--show-toplevel").decode().strip()
        # `--` and the peeling keep a name that looks like an option, or like a file, from being one.
        self._commit = _git(folder, "rev-parse", "--verify", "--end-of-options", f"{name}^{{commit}}").decode().strip()

    def source(self, path: str) -> Source | Diagnostic | None:
        """A file as it was; None if it was not there. It stands in the folder that it stands in today."""
        inside = os.path.relpath(os.path.realpath(path), os.path.realpath(self._root)).replace(os.sep, "/")
        try:
            data = _git(self._root, "cat-file", "blob", f"{self._commit}:{inside}")
        except Unknown:
            return None
        return files.decode(data, path, os.path.dirname(path))

    def reader(self) -> Read:
        """A `Read` of used files, as they were."""
        known: dict[str, Source | str] = {}

        def read(file: str, source: Source) -> Source | str:
            path = os.path.normpath(os.path.join(source.directory, file))
            if path not in known:
                found = self.source(path)
                if found is None:
                    known[path] = f"there was no such file at {self.name}"
                else:
                    known[path] = found.message if isinstance(found, Diagnostic) else found
            return known[path]

        return read


def _git(folder: str, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", folder or ".", *arguments], capture_output=True, check=False)
    except OSError as error:
        raise Unknown(f"git cannot be run: {(error.strerror or str(error)).lower()}") from error
    if done.returncode:
        raise Unknown(done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: "))
    return done.stdout
