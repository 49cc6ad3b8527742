"""One text at one moment, with what it uses and what there is to say about it: every answer comes from one snapshot.

A snapshot never changes. Making one is cheap after an edit, since pieces of texts that were read before are remembered.
"""

from __future__ import annotations

from functools import cached_property

from segql import compiler
from segql.diagnostics.model import Diagnostic
from segql.ide.names import Index
from segql.ide.world import World
from segql.node import Value
from segql.semantics.scope import Read
from segql.source import Source


class Snapshot(Value):
    """A text, how it reads what it uses, and the settings around it. `problem` is what is wrong with the settings.

    `root` is the folder of its project, with which the names of files begin: people know where they are.
    """

    source: Source
    read: Read = staticmethod(compiler.no_files)  # plain, it would be taken for a method
    zone: str = "UTC"
    dialect: str = "duckdb"
    root: str = ""
    problem: Diagnostic | None = None

    @cached_property
    def checked(self) -> compiler.Checked:
        """The meaning of the text."""
        return compiler.check(self.source, self.read, self.zone)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What `segql check` says about the file."""
        return (*((self.problem,) if self.problem else ()), *self.checked.diagnostics)

    @cached_property
    def world(self) -> World:
        """The names of the text and of what it uses."""
        return World(self.source, self.read)

    @cached_property
    def names(self) -> Index:
        """Every place where something is named."""
        return Index(self.world)

    def with_texts(self, texts: dict[str, str]) -> Snapshot:
        """The snapshot as it would be with other texts for some files, by their names."""

        def read(file: str, source: Source) -> Source | str:
            found = self.read(file, source)
            return found if isinstance(found, str) else _with(found, texts)

        changed: Snapshot = self.replace(source=_with(self.source, texts), read=read)
        return changed


def _with(source: Source, texts: dict[str, str]) -> Source:
    if source.name not in texts:
        return source
    return Source(texts[source.name], source.name, source.directory)
