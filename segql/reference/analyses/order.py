"""The order of rows and values where an analysis has to choose one: R4, and what is missing comes last."""

from __future__ import annotations

from typing import Any

from segql.reference.world import Row


def position(row: Row) -> tuple[Any, ...]:
    """R4.1, R4.3: where a row of one source stands in the order of events."""
    return (row.time, *(last(row.get(column.name)) for column in row.data.order))


def last(value: Any) -> tuple[bool, Any]:
    """A value in an order in which what is missing comes last."""
    return (value is None, 0 if value is None else value)
