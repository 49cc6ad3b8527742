"""What the data of a project hold: counts, values, and tests that are run. It is read by `segql.engine`, beside all
else and for a few seconds at most, and remembered as long as its files stay as they are.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from segql import compiler
from segql.ide.snapshot import Snapshot
from segql.semantics import model
from segql.semantics.context import TEXT

if TYPE_CHECKING:
    from segql.engine.examples import Outcome

PATIENCE = 10.0  # seconds for one question
MOST = 50  # values of one column
REMEMBERED = 256


class UnreadableError(Exception):
    """Why data cannot be read, in the engine's words."""


class Data:
    """The answers so far."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], Any] = {}

    def count(self, statement: compiler.Statement, database: str) -> int:
        """How many keys a statement gives. Raises UnreadableError."""
        from segql.engine import duckdb, peek

        try:
            return peek.count(statement, database, PATIENCE)
        except duckdb.Refused as refused:
            raise UnreadableError(str(refused).partition("\n")[0]) from None

    def tested(self, snapshot: Snapshot) -> tuple[Outcome, ...]:
        """The outcomes of a file's tests. Raises UnreadableError if it has a mistake."""
        from segql.engine import examples

        def checked(params: dict[str, object]) -> compiler.Checked:
            return compiler.check(snapshot.source, snapshot.read, snapshot.zone, params)

        found = examples.run(checked({}), checked)
        wrong = [d.message for d in found.diagnostics if d.is_error]
        if wrong and not found.outcomes:
            raise UnreadableError("\n".join(wrong))
        return found.outcomes

    def values(self, data: model.Data, name: str, database: str) -> tuple[str, ...] | None:
        """The commonest texts of a field, if they are known."""
        found: tuple[str, ...] | None = self._known.get(_key(data, name, database))
        return found

    def look(self, data: model.Data, name: str, database: str) -> None:
        """Reads the commonest texts of a field; none if they cannot be read, or not soon."""
        from segql.engine import duckdb, peek

        key, field = _key(data, name, database), _field(data, name)
        found: tuple[str, ...] = ()
        if field is not None:
            with suppress(duckdb.Refused):
                found = peek.values(data, field, MOST, PATIENCE, "" if data.relation.file else database)
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[key] = found


def _field(data: model.Data, name: str) -> model.Field | model.Key | None:
    """A field of texts or of lists of them, in a file or table that is here."""
    fields: tuple[model.Field | model.Key, ...] = (*data.fields, *data.keys)
    found = next((f for f in fields if f.name == name), None)
    here = "://" not in data.relation.file
    return found if found and here and TEXT in (found.type, found.type.item) else None


def _key(data: model.Data, name: str, database: str) -> tuple[object, ...]:
    """What a field is known by, while its file or database stays as it is."""
    relation = data.relation
    if not relation.file:
        return (database, relation.parts, _field(data, name), *_stamps([database]))
    path = os.path.normpath(os.path.join(relation.directory, relation.file))
    names = sorted(glob.glob(path))[:1000] if glob.has_magic(path) else [path]
    return (path, _field(data, name), *_stamps(names))


def _stamps(names: list[str]) -> Iterator[object]:
    for name in names:
        try:
            found = os.stat(name)
            yield found.st_mtime_ns, found.st_size
        except (OSError, ValueError):
            yield None
