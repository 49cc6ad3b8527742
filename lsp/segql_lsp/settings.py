"""What people set in their editor, under `segql`. What a project's `segql.toml` says comes first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segql.node import Value
from segql.semantics.scope import is_zone
from segql.sql.names import DIALECT_NAMES


class Settings(Value):
    """`dialect` and `zone` hold for files without a project; the rest says what is shown.

    `templates` offers whole constructs to fill in. `values` lets completion look into data files, and `counts` lets a lens say how many keys a segment has: both
    read the data files of a project, and nothing else. `workspace` also checks files that are not open.
    """

    dialect: str = "duckdb"
    zone: str = "UTC"
    hints: bool = True
    values: bool = True
    templates: bool = True
    counts: bool = False
    workspace: bool = True


def settings(given: object) -> tuple[Settings, tuple[str, ...]]:
    """Settings as an editor sends them, and what is wrong with them. What is wrong or unknown counts as not set."""
    if given is None:
        return Settings(), ()
    if not isinstance(given, Mapping):
        return Settings(), ("the settings under `segql` are a table of names and values",)
    known: dict[str, Any] = {}
    wrong: list[str] = []
    for name, value in given.items():
        if name not in Settings._fields:
            continue  # what an extension keeps there for itself, such as the path of the server
        if value is None or value == "":
            continue  # a field of a form that nobody filled in
        problem = _problem(name, value)
        if problem:
            wrong.append(problem)
        else:
            known[name] = value
    return Settings(**known), tuple(wrong)


def _problem(name: str, value: object) -> str:
    match name:
        case "dialect":
            return "" if value in DIALECT_NAMES else f"`segql.dialect` is one of {', '.join(DIALECT_NAMES)}"
        case "zone":
            return "" if isinstance(value, str) and is_zone(value) else f"there is no time zone `{value}`"
        case _:
            return "" if isinstance(value, bool) else f"`segql.{name}` is true or false"
