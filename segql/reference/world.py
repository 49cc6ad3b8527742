"""What the interpreter looks at: rows as plain mappings, `now`, and one row with the labels that it can see.

A row maps names to Python values; a name that is absent, or None, is missing. It holds fields and keys under their
name, the time of a source under the name of that field, and columns that only order or date rows under their column.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from segql.semantics import calendar, model


class Row(NamedTuple):
    """A row of a source or table."""

    data: model.Data
    values: Mapping[str, object]

    def get(self, name: str) -> Any:
        """The value under a name; None if it is missing."""
        return self.values.get(name)

    @property
    def time(self) -> dt.datetime | None:
        """When it happened; None for a row of a table, and for a row whose time is missing."""
        return moment(self.get(self.data.time.name), self.data.zone) if self.data.time else None


class World(NamedTuple):
    """One state of affairs: nothing but this decides who is in a segment (R1), and `now` stands still in it (R2)."""

    program: model.Program
    tables: Mapping[str, Sequence[Mapping[str, object]]]
    now: dt.datetime
    members: dict[str, set[object]]  # of the segments that were already asked for
    carriers: dict[tuple[str, str], dict[object, list[Row]]]  # rows that were already sorted by a key

    def rows(self, data: model.Data) -> list[Row]:
        """All rows of a source or table."""
        return [Row(data, values) for values in self.tables.get(data.name, ())]

    def rows_with(self, data: model.Data, key: str, value: object) -> list[Row]:
        """The rows that carry a value of a key. A missing one is carried by none (R1)."""
        if (data.name, key) not in self.carriers:
            found: dict[object, list[Row]] = {}
            for row in self.rows(data):
                found.setdefault(row.get(key), []).append(row)
            self.carriers[data.name, key] = found
        return [] if value is None else self.carriers[data.name, key].get(value, [])


class Here(NamedTuple):
    """The place where an expression is read: a row, and the rows that labels of earlier steps stand for."""

    world: World
    row: Row
    labels: Mapping[str, Row] = MappingProxyType({})


def moment(value: Any, zone: str) -> dt.datetime | None:
    """A time that data hold, as an instant; a bare date is the start of its day in the zone."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return calendar.to_utc(dt.datetime.combine(value, dt.time()), zone)
    return value  # type: ignore[no-any-return]


def in_window(time: dt.datetime | None, window: model.Window, now: dt.datetime) -> bool:
    """R2, R3: `[start, end)`, cut at now. A missing time is in no window."""
    start, end = calendar.bounds(window, now)
    return time is not None and (start is None or start <= time) and time < end


def is_valid(row: Row, at: dt.datetime | None) -> bool:
    """R13: a versioned row counts from `valid from` until just before `valid to`; a missing end is open."""
    if row.data.valid is None:
        return True
    start, end = (moment(row.get(column.name), row.data.zone) for column in row.data.valid)
    return at is not None and (start is None or start <= at) and (end is None or at < end)
