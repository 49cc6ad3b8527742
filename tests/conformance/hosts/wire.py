"""What all hosts do: read a question a line from standard input, and answer it in a line on standard output.

A host is a program that runs one engine in an environment of its own, so it may import nothing of ours but this.

- A question is `{"sql": text, "tables": [[name, {column: kind}, rows]]}`: the tables are there for this statement only.
- A kind is a word (text, integer, decimal, float, boolean, date, timestamp, timestamptz), `[kind]` for a list, or
  `{field: kind}` for a struct, whose values come as a list in that order. Decimals, dates and instants (in UTC) are text.
- An answer is `{"rows": rows}` or `{"error": text}`. In rows, what JSON does not have is text.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import Any

Table = tuple[str, dict[str, Any], list[list[Any]]]
Ask = Callable[[str, list[Table]], list[list[Any]]]


def serve(start: Callable[[], tuple[str, Ask]]) -> None:
    """Starts an engine, says its version, and answers until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever an engine prints is no answer
    version, ask = start()
    print(json.dumps({"version": version}), file=answers, flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        try:
            rows = ask(question["sql"], [tuple(table) for table in question["tables"]])
            answer: dict[str, Any] = {"rows": [[plain(value) for value in row] for row in rows]}
        except Exception as error:  # noqa: BLE001  # whatever an engine raises is its answer
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


def value(kind: Any, given: Any) -> Any:
    """A value of the wire as Python has it; a struct as a dict."""
    if given is None:
        return None
    if isinstance(kind, dict):
        return {name: value(inner, each) for (name, inner), each in zip(kind.items(), given, strict=True)}
    if isinstance(kind, list):
        return [value(kind[0], each) for each in given]
    match kind:
        case "decimal":
            return Decimal(given)
        case "date":
            return dt.date.fromisoformat(given)
        case "timestamp":
            return dt.datetime.fromisoformat(given)
        case "timestamptz":
            return dt.datetime.fromisoformat(given).replace(tzinfo=dt.UTC)
        case _:
            return given


def plain(value: Any) -> Any:
    """A value as the wire has it."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(dt.UTC).replace(tzinfo=None).isoformat(sep=" ")
    return value.isoformat(sep=" ") if isinstance(value, dt.datetime) else str(value)
