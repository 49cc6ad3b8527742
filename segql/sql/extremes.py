"""Two steps and nothing else: some first event comes before some second one if the earliest comes before the latest.

No sort and no join: one grouped pass over the filtered rows.
"""

from __future__ import annotations

from sqlglot import exp

from segql.sql import expressions as e
from segql.sql.chains import Chain
from segql.sql.scan import case, either
from segql.sql.sequences import Columns, Sought, rows_query


def extremes(of: Sought) -> exp.Expr:
    """The keys that match: a query with one column, each key once."""
    columns = of.columns(one=True)
    base = of.add("rows", rows_query(of, columns))
    found = exp.select(e.column(columns.key)).from_(e.table(base), copy=False)
    found = found.distinct(copy=False) if columns.same else found
    keys = [e.column(name) for name in (columns.key, columns.same) if name]
    in_order = either([_in_order(columns, chain) for chain in of.chains])
    return found.group_by(*keys, copy=False).having(in_order, copy=False)


def _in_order(columns: Columns, chain: Chain) -> exp.Expr:
    first, second = (
        case(exp.EQ(this=e.column(columns.flags[el.rows]), expression=exp.Literal.number(1)), e.column(columns.one()))
        for el in chain
    )
    return exp.LT(this=exp.Min(this=first), expression=exp.Max(this=second))
