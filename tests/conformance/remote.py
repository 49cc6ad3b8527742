"""An engine in an environment of its own: a host (see `hosts`) is asked over its standard input and output."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import Phase

from segql.engine import duckdb as duck
from segql.engine import trial
from segql.semantics import model

from .missing import Missing

HOSTS = Path(__file__).parent / "hosts"
ENGINES = Path(__file__).parents[2] / ".engines"
KINDS = {
    "VARCHAR": "text",
    "BIGINT": "integer",
    "DECIMAL(38, 10)": "decimal",
    "DOUBLE": "float",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "TIMESTAMPTZ": "timestamptz",
}

Rows = Mapping[str, Sequence[Mapping[str, object]]]


class Lacking(duck.Refused):
    """What a relative of an engine cannot do, and the engine can: the words of its error that tell."""


class Traits(NamedTuple):
    """What is special about an engine: how many times fewer random segments it is asked, and whether it can change a table.

    `lacking` are the errors of a relative where the engine itself has none, or of an engine that cannot yet run all
    that it reads: never other rows. `largest` is how many periods or nodes it is asked for at once: some relatives end
    when a statement is very long. `no_list` is whether a list may be missing: else an empty one is kept in its place.
    """

    pace: int = 1
    changes: bool = True
    lacking: tuple[str, ...] = ()
    largest: int = 366
    no_list: bool = True

    @property
    def phases(self) -> tuple[Phase, ...]:
        """A slow engine is not asked a hundred times more for the smallest case that fails."""
        return (Phase.generate,) if self.pace > 1 else tuple(Phase)


def as_kept(traits: Traits, data: Sequence[model.Data], rows: Rows) -> Rows:
    """The rows as an engine keeps them: what it is asked about is what the reference is asked about."""
    if traits.no_list:
        return rows
    lists = {each.name: [field.name for field in each.fields if field.type.name == "list"] for each in data}
    return {
        name: [{**row, **{field: row.get(field) or [] for field in lists.get(name, ())}} for row in many]
        for name, many in rows.items()
    }


class Remote:
    """An engine whose tables are there for one statement."""

    def __init__(self, dialect: str, name: str, process: subprocess.Popen[str], traits: Traits) -> None:
        self.dialect = dialect
        self.name = name
        self.traits = traits
        self._process = process
        self.version: str = self._answer()["version"]

    def keys(self, sql: str, data: tuple[model.Data, ...], rows: Rows) -> set[object]:
        found = {row[0] for row in self.answer(sql, data, rows)}
        given = (value for each in data for row in rows.get(each.name, ()) for value in row.values())
        there = {str(value): value for value in given if isinstance(value, dt.date | Decimal)}
        return {there.get(str(value), value) for value in found}

    def answer(self, sql: str, data: tuple[model.Data, ...], rows: Rows) -> list[tuple[Any, ...]]:
        known = trial.key_types(data, rows)
        return self.ask(sql, [table(each, rows.get(each.name, ()), known) for each in data])

    def script(self, *statements: str) -> list[tuple[Any, ...]]:
        result: list[tuple[Any, ...]] = []
        for statement in statements:
            result = self.ask(statement)
        return result

    def ask(self, sql: str, tables: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a statement over some tables. Raises Refused."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"sql": sql, "tables": tables}) + "\n")
        self._process.stdin.flush()
        answer = self._answer()
        for error in self.traits.lacking:
            if error in answer.get("error", ""):
                raise Lacking(error)
        if "error" in answer:
            raise duck.Refused(answer["error"][:3000])
        return [tuple(row) for row in answer["rows"]]

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise Missing(f"the host of {self.dialect} ended with {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer


COMMON = Traits()


@contextlib.contextmanager
def hosted(dialect: str, host: str, *arguments: str, name: str = "", traits: Traits = COMMON) -> Iterator[Remote]:
    """The engine of a host, which ends with the test; people call it `name`. Raises Missing where it is not installed."""
    python = ENGINES / host / "bin" / "python"
    if not python.exists():
        raise Missing(f"tests/conformance/install.sh installs {host}")
    command = [str(python), str(HOSTS / f"{host}.py"), *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        try:
            yield Remote(dialect, name or host, process, traits)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()


def table(data: model.Data, rows: Sequence[Mapping[str, object]], known: Mapping[str, str]) -> list[Any]:
    """The table of a source or table, as the wire has it."""
    tree = trial.layout(data, rows, known)
    kinds = {name: kind(part) for name, part in tree.items()}
    return [data.name, kinds, [[value(part, row) for part in tree.values()] for row in rows]]


def kind(part: Any) -> Any:
    match part:
        case trial.Document():
            return "text"
        case trial.Slot():
            return [KINDS[part.type.removesuffix("[]")]] if part.type.endswith("[]") else KINDS[part.type]
        case trial.Entries():
            return [kind(part.shape)]
        case _:
            return {name: kind(inner) for name, inner in part.items()}


def value(part: Any, row: Mapping[str, object]) -> Any:
    match part:
        case trial.Document():
            return json.dumps(trial._document(part, row), default=str)
        case trial.Slot():
            found = part.value(row)
            return plain(found)
        case trial.Entries():
            return [in_order(struct) for struct in part.structs(row)]
        case _:
            return [value(inner, row) for inner in part.values()]


def plain(value: object) -> Any:
    """A value of the wire."""
    return value if value is None or isinstance(value, int | float | str | bool | list) else str(value)


def in_order(struct: Mapping[str, Any]) -> list[Any]:
    """A struct as the wire has it: its values, in the order of its fields."""
    return [in_order(value) if isinstance(value, dict) else plain(value) for value in struct.values()]
