"""Sequences by an engine's own aggregate for steps in order, over numbers that say the place of each row in that order.

A number holds the instant, what breaks ties, and the row's turn among its equals: so no two rows of different steps have
the same, and the order of the numbers is that of the contract. A limit on the distance of two numbers is then a limit on
time, if what follows the instant takes less than half of the room behind it.
"""

from __future__ import annotations

import math
from typing import Literal, assert_never

from sqlglot import exp

from segql.node import Value
from segql.sql import expressions as e
from segql.sql import spellings as s
from segql.sql.chains import Chain
from segql.sql.scan import either
from segql.sql.sequences import Columns, Sought, rows_query
from segql.sql.turns import turns

NONE = math.inf  # no limit


class Shape(Value):
    """What a chain asks of the aggregate: `limit` is in microseconds."""

    way: Literal["within", "ordered", "adjacent"]
    limit: float
    wide: bool


def packed(of: Sought) -> exp.Expr:
    """The keys that match: a query with one column, each key once."""
    columns = Columns(of.sequence, of.key, of.data)
    for chain in of.chains:
        columns.take_turns(chain)
    base = of.add("rows", rows_query(of, columns))
    found = exp.select(e.column(columns.key)).from_(e.table(base), copy=False)
    found = found.distinct(copy=False) if columns.same else found
    keys = [e.column(name) for name in (columns.key, columns.same) if name]
    return found.group_by(*keys, copy=False).having(either([_in_order(of, columns, c) for c in of.chains]), copy=False)


def unfit(of: Sought) -> str:
    """Why the aggregate may not say what the sequence says; "" if it does."""
    found = [_shape(of, chain) for chain in of.chains]
    return next((why for why in found if isinstance(why, str)), "")


def _shape(of: Sought, chain: Chain) -> Shape | str:
    packing = of.target.dialect.packing
    if isinstance(packing, s.Unsupported):
        return packing.reason
    if len(chain) < 2:
        return "one step alone is in no order"
    if len(chain) > packing.most:
        return f"more than {packing.most} steps"
    if not turns(chain):
        return "a row may play two parts: events that compare one field with different texts would not"
    if any(el.after and el.after.count for el in chain):
        return "`after` asks for a least distance"
    way = _way(chain)
    if way is None:
        return "limits on time between single steps, or beside what must not lie between, are not those of one window"
    name, limit = way
    bits = packing.instant + 1 + _room(of, chain)
    if bits <= packing.bits:
        return Shape(way=name, limit=limit, wide=False)
    if limit == NONE and bits <= packing.wide:
        return Shape(way="ordered" if name == "within" else name, limit=NONE, wide=True)
    most = packing.bits if limit != NONE else packing.wide
    return f"what breaks ties in the order of events may not fit into a number of {most} bits beside the time"


def _way(chain: Chain) -> tuple[Literal["within", "adjacent"], float] | None:
    """A window from the first step to the last, or two steps with nothing of a kind between them; else nothing."""
    limits = [min((gap.limit.microseconds for gap in el.within), default=NONE) for el in chain[1:]]
    if any(el.apart for el in chain):
        return ("adjacent", NONE) if limits == [NONE] else None
    if any(gap.since for el in chain for gap in el.within):
        return None
    whole = limits[-1] if limits else NONE
    return (
        ("within", whole) if whole <= min(limits, default=NONE) else None
    )  # the last one's limit is that of the others


def _room(of: Sought, chain: Chain) -> int:
    """How many bits follow the instant."""
    return sum(bits for _, bits in _tie_bits(of)) + len(turns(chain)).bit_length()


def _tie_bits(of: Sought) -> list[tuple[str, int]]:
    """The type of each column that breaks ties, and its bits; more than there are if nothing is known of it."""
    packing: s.Packing = of.target.dialect.packing
    if len(of.data) > 1:
        return []
    (data,) = of.data
    types = {key.column: key.type.name for key in data.keys} | {field.column: field.type.name for field in data.fields}
    names = [types.get(column, "any") for column in data.order]
    return [(name, packing.ties.get(name, packing.wide)) for name in names]


def _in_order(of: Sought, columns: Columns, chain: Chain) -> exp.Expr:
    """Whether the rows of a key hold the chain."""
    packing: s.Packing = of.target.dialect.packing
    shape = _shape(of, chain)
    assert isinstance(shape, Shape), "asked before it is written"
    columns.write(chain)
    room = _room(of, chain)
    left = room
    parts = [(packing.moment(e.column(columns.at)), room + 1)]
    for (type, bits), (name, _) in zip(_tie_bits(of), columns.ties, strict=True):
        left -= bits
        parts.append((packing.tie(e.column(name), type), left))
    place = packing.place([*parts, (e.column(columns.turn), 0)], shape.wide)
    conditions = [columns.is_one(el.rows) for el in chain]
    match shape.way:
        case "within":
            return packing.within(place, conditions, _distance(packing, shape.limit, room))
        case "ordered":
            return packing.ordered(place, conditions)
        case "adjacent":
            return packing.adjacent(place, conditions, columns.is_one(chain[1].apart))
        case _:
            assert_never(shape.way)


def _distance(packing: s.Packing, limit: float, room: int) -> int:
    """Numbers are as near as this exactly if their instants are as near as the limit; no two are further than the most."""
    most: int = 2**packing.bits - 1
    return most if limit == NONE else min((int(limit) << (room + 1)) + (1 << room), most)
