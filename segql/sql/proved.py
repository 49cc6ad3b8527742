"""What the last run of `make conformance` found on each engine: proved.json, written by that run, for docs and `segql dialects`."""

from __future__ import annotations

from importlib.resources import files

from segql.node import Value


class Run(Value):
    """An engine, and how often it was asked for the keys of a segment or the rows of an analysis, and what came of it.

    `cases` are those of the contract and of the pitfalls, `random` those that a seed makes. `refused` were refused with a
    code, `lacking` ended in an error of the engine, and all others were `equal` to what the reference gives.
    """

    dialect: str
    engine: str
    version: str
    cases: int
    random: int
    equal: int
    refused: int
    lacking: int
    seed: int


COLUMNS = tuple(Run._fields)


def runs() -> tuple[Run, ...]:
    """Every engine of the last run, by its dialect."""
    import json

    text = files("segql.sql").joinpath("proved.json").read_text("utf-8")
    return tuple(Run(**row) for row in json.loads(text))
