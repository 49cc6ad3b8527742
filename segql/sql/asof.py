"""Sequences by ASOF joins: each event of a step looks up the latest end of the prefix before it, and that alone.

The latest end is the best one (docs/plans.md), and an ASOF join finds it with one merge of two sorted inputs, however
many rows stand between. What a prefix must remember of older events travels along with its end.
"""

from __future__ import annotations

from sqlglot import exp

from segql.sql import expressions as e
from segql.sql import spellings as s
from segql.sql.chains import Chain, Element, RowsSet
from segql.sql.scan import named
from segql.sql.sequences import Columns, Sought, anchors, later, rows_of_one, rows_query, union

END, START, PARTING = "later", "earlier", "unwanted"  # the rows of a step, the prefix before it, and what parts them


def asof(of: Sought) -> exp.Expr:
    """The keys that match: a query with one column, each key once."""
    columns = of.columns(one=True)
    read = _read_once(of, columns) if any(data.relation.file for data in of.data) else _read_each(of, columns)
    return union([_chain(of, columns, chain, read) for chain in of.chains])


class _Read:
    """The CTE of each set of rows, added when it is first asked for."""

    def __init__(self, of: Sought, columns: Columns, base: str) -> None:
        self.of = of
        self.columns = columns
        self.base = base
        self.known: dict[RowsSet, str] = {}

    def of_rows(self, rows: RowsSet) -> str:
        if rows not in self.known:
            self.known[rows] = self.of.add(self.columns.flags[rows], self._query(rows))
        return self.known[rows]

    def _query(self, rows: RowsSet) -> exp.Expr:
        if not self.base:
            return rows_of_one(self.of, self.columns, rows)
        flagged = exp.EQ(this=e.column(self.columns.flags[rows]), expression=exp.Literal.number(1))
        chosen = [e.column(name) for name in self.columns.always()]
        return exp.select(*chosen).from_(e.table(self.base), copy=False).where(flagged, copy=False)


def _read_each(of: Sought, columns: Columns) -> _Read:
    """Tables are read once for each step: their columns are cheap to skip through, and no row is kept in between."""
    for rows in _apart(of):
        columns.flag(rows, "excluded")
    return _Read(of, columns, "")


def _read_once(of: Sought, columns: Columns) -> _Read:
    """Files are read once: to decode them again costs more than to keep the rows that matter."""
    for rows in _apart(of):
        columns.flag(rows, "excluded")
    return _Read(of, columns, of.add("rows", rows_query(of, columns)))


def _apart(of: Sought) -> list[RowsSet]:
    return [el.apart for chain in of.chains for el in chain if el.apart]


def _chain(of: Sought, columns: Columns, chain: Chain, read: _Read) -> exp.Select:
    """One chain: a level for each element after the first; the last gives the keys."""
    prefix = read.of_rows(chain[0].rows)
    if len(chain) == 1:
        return exp.select(e.column(columns.key)).distinct(copy=False).from_(e.table(prefix), copy=False)
    before: dict[int, str] = {0: columns.at}
    for i in range(1, len(chain) - 1):
        state = {a: columns.names.new(f"end_{a + 1}_of_{i + 1}") for a in anchors(chain, i + 1) if a != i}
        chosen: list[exp.Expr] = [e.column(name, END) for name in columns.always()]
        chosen += [named(e.column(before[a], START), name) for a, name in state.items()]
        prefix = of.add(
            f"until_{i + 1}", _level(of, columns, chain[i], i, prefix, before, read).select(*chosen, copy=False)
        )
        before = {**state, i: columns.at}
    last = len(chain) - 1
    found = _level(of, columns, chain[last], last, prefix, before, read)
    return found.select(named(e.column(columns.key, END), columns.key), copy=False).distinct(copy=False)


def _level(
    of: Sought, columns: Columns, el: Element, i: int, prefix: str, before: dict[int, str], read: _Read
) -> exp.Select:
    """The events of element i that can follow the prefix before it, joined with the latest end of that prefix."""
    at, one = columns.at, columns.one()
    least = el.after if el.after is not None and el.after.count else None
    started: exp.Expr = e.table(prefix, START)
    order: exp.Expr
    if least is None:
        order = exp.GT(this=e.column(one, END), expression=e.column(one, START))
    else:
        moved = of.target.spell("minus", e.column(at, END), least.count, least.unit)
        order = exp.GTE(this=moved, expression=e.column(at, START))
        if columns.whole and (el.apart or len(before) > 1):
            started = _latest_at(columns, prefix, before)
    found = exp.Select().from_(e.table(read.of_rows(el.rows), END), copy=False)
    found = found.join(started, on=_on(columns, START, order), join_type="asof", copy=False)
    conditions: list[exp.Expr] = [
        exp.LTE(this=e.column(at, END), expression=later(of.target, e.column(before[gap.since], START), gap.limit))
        for gap in el.within
    ]
    if el.apart:
        order = exp.GT(this=e.column(one, END), expression=e.column(one, PARTING))
        excluded = e.table(read.of_rows(el.apart), PARTING)
        found = found.join(excluded, on=_on(columns, PARTING, order), join_type="asof left", copy=False)
        none = exp.Is(this=e.column(columns.key, PARTING), expression=exp.null())
        not_after = exp.LTE(this=e.column(one, PARTING), expression=e.column(one, START))
        conditions.append(exp.Paren(this=s.any_of(none, not_after)))
    return found.where(*conditions, copy=False) if conditions else found


def _on(columns: Columns, other: str, order: exp.Expr) -> exp.Expr:
    keys = [name for name in (columns.key, columns.same) if name]
    same = [exp.EQ(this=e.column(name, END), expression=e.column(name, other)) for name in keys]
    return s.all_of(*same, order)


def _latest_at(columns: Columns, prefix: str, before: dict[int, str]) -> exp.Expr:
    """One end for each instant, the latest: a least gap looks at times alone, and ends of one time may differ in order."""
    keys = [name for name in (columns.key, columns.same, columns.at) if name]
    latest = dict.fromkeys((columns.whole, *(name for name in before.values() if name != columns.at)))
    chosen = [e.column(name) for name in keys] + [named(exp.Max(this=e.column(name)), name) for name in latest]
    query = exp.select(*chosen).from_(e.table(prefix), copy=False).group_by(*(e.column(n) for n in keys), copy=False)
    return exp.Subquery(this=query, alias=exp.TableAlias(this=e.identifier(START)))
