"""The chains by which keys try to get through a funnel, ranked: a key counts by the first of its own (R23.3).

The levels are those of a sequence of a segment (`sequences`); no table of events is joined with itself.
"""

from __future__ import annotations

from itertools import accumulate

from sqlglot import exp

from segql.node import Value
from segql.semantics import model
from segql.sql import expressions as e
from segql.sql import spellings as s
from segql.sql.scan import Names, flag, named
from segql.sql.sequences import AddCte, Prefix, prefixes, sought
from segql.sql.target import Target


class Attempts(Value):
    """The columns of the attempts: whose, the step that was reached, when the chain starts and ends, and so on.

    `open` is 1 where some chain of the key may go on, `place` is 1 for the chain by which the key counts, and `at` is
    when each step was reached, where that is asked for.
    """

    key: str
    reached: str
    started: str
    ended: str
    open: str
    deepest: str
    place: str
    at: tuple[str, ...] = ()


def attempts(names: Names, key: str, asked: model.Funnel, at: bool = False) -> Attempts:
    """Names for the columns, apart from those that are taken."""
    return Attempts(
        key=key,
        reached=names.new("reached"),
        started=names.new("started"),
        ended=names.new("ended"),
        open=names.new("is_open"),
        deepest=names.new("deepest"),
        place=names.new("place"),
        at=tuple(names.new(f"at_{number}") for number, _ in enumerate(asked.steps, 1)) if at else (),
    )


def ranked(target: Target, asked: model.Funnel, own: Attempts, add: AddCte) -> str:
    """The CTE of the deepest attempts of each key, with the place of each among them."""
    reached = add("reached", _reached(target, asked, own, add))
    return add("best", _best(own, add("depths", _depths(own, reached))))


def lasts(asked: model.Funnel) -> list[int]:
    """Of each step, the place of its last element in the chain."""
    items = (item for item in asked.sequence.items if isinstance(item, model.Step))
    return [last - 1 for last in accumulate(item.times for item in items)]


def _reached(target: Target, asked: model.Funnel, own: Attempts, add: AddCte) -> exp.Expr:
    """Each row that ends a step of a chain: which step, when, where the chain begins, and whether it may go on."""
    elements = prefixes(sought(target, asked, asked.sequence, own.key, add), (0, *(lasts(asked) if own.at else ())))
    parts = []
    for number, last in enumerate(lasts(asked), 1):
        still = _open(target, asked, elements[last])
        parts.append(
            _ends(target, own, number, lasts(asked), elements[last]).select(named(still, own.open), copy=False)
        )
    return s.union_all(parts)


def _ends(target: Target, own: Attempts, number: int, places: list[int], element: Prefix) -> exp.Select:
    missing, last = target.spell("null", model.Type(name="timestamp")), places[number - 1]
    columns = [
        e.column(own.key),
        named(s.number(number), own.reached),
        named(e.column(element.times[0]), own.started),
        named(e.column(element.times[last]), own.ended),
    ]
    for name, place in zip(own.at, places, strict=False):
        columns.append(named(e.column(element.times[place]) if place <= last else missing.copy(), name))
    found = exp.select(*columns).from_(e.table(element.rows), copy=False)
    return found.where(element.ends, copy=False)


def _open(target: Target, asked: model.Funnel, element: Prefix) -> exp.Expr:
    """1 where the next element has limits, and none of them has passed."""
    if not element.limits or asked.sequence.window.end is not None:
        return s.number(0)
    now = [e.now(target) for _ in element.limits]
    return flag(s.all_of(*(e.compared(">=", limit, at) for limit, at in zip(element.limits, now, strict=True))))


def _depths(own: Attempts, reached: str) -> exp.Expr:
    """Each attempt with the deepest step of its key, and whether some chain of it may go on: only few are sorted then."""

    def most(name: str) -> exp.Expr:
        whose = [e.column(own.key, reached)]
        return exp.Window(this=exp.Max(this=e.column(name, reached)), partition_by=whose)

    columns = [e.column(name, reached) for name in (own.key, own.reached, own.started, own.ended, *own.at)]
    found = exp.select(*columns, named(most(own.reached), own.deepest), named(most(own.open), own.open))
    return found.from_(e.table(reached), copy=False)


def _best(own: Attempts, depths: str) -> exp.Expr:
    """Each of the deepest attempts with its place: first the one that ends first, then that which starts last.

    Where times are asked for, of these the one whose other steps come last, the later ones first.
    """
    order: list[exp.Expr] = [exp.Ordered(this=e.column(own.ended), nulls_first=False)]
    last_first = (own.started, *reversed(own.at))
    order += [exp.Ordered(this=e.column(name), desc=True, nulls_first=False) for name in last_first]
    place = exp.Window(this=exp.RowNumber(), partition_by=[e.column(own.key)], order=exp.Order(expressions=order))
    columns = [e.column(name) for name in (own.key, own.reached, own.started, own.ended, *own.at, own.open)]
    found = exp.select(*columns, named(place, own.place)).from_(e.table(depths), copy=False)
    return found.where(exp.EQ(this=e.column(own.reached), expression=e.column(own.deepest)), copy=False)
