"""Relations that a statement brings with it: rows of plain values, each a SELECT of literals, together a CTE.

So nothing has to be made in a database, and nothing is left there.
"""

from __future__ import annotations

from sqlglot import exp

from segql.node import Value
from segql.semantics import model
from segql.sql import expressions as e
from segql.sql import spellings as s
from segql.sql.scan import named
from segql.sql.target import Target

Cell = model.Constant | tuple[model.Constant, ...] | None


class Inline(Value):
    """Rows under the name that a statement reads them by; a cell is missing, a constant, or the items of a list."""

    name: str
    columns: tuple[tuple[str, model.Type], ...]
    rows: tuple[tuple[Cell, ...], ...]


def with_inline(target: Target, query: exp.Expr, given: tuple[Inline, ...]) -> exp.Expr:
    """The query with CTEs of these rows before all others, of which it has the columns that it names."""
    names = {found.name.lower() for found in query.find_all(exp.Identifier)} if given else set()
    for relation in reversed(given):
        cte = exp.CTE(this=_relation(target, relation, names), alias=exp.TableAlias(this=e.identifier(relation.name)))
        if query.args.get("with_") is None:
            query.set("with_", exp.With(expressions=[]))
        query.args["with_"].set("expressions", [cte, *query.args["with_"].expressions])
    return query


def _relation(target: Target, relation: Inline, names: set[str]) -> exp.Expr:
    used = [n for n, (name, _) in enumerate(relation.columns) if name.lower() in names] or [0]
    if relation.rows:
        return s.union_all([_row(target, relation, row, used) for row in relation.rows])
    none = _row(target, relation, (None,) * len(relation.columns), used).subquery("no_rows")
    never = exp.EQ(this=s.number(1), expression=s.number(0))
    return exp.select(exp.Star()).from_(none, copy=False).where(never, copy=False)


def _row(target: Target, relation: Inline, row: tuple[Cell, ...], used: list[int]) -> exp.Select:
    columns = [(*relation.columns[n], row[n]) for n in used]
    return exp.select(*(named(_held(target, value, type), name) for name, type, value in columns))


def _held(target: Target, value: Cell, type: model.Type) -> exp.Expr:
    if value is None:
        return target.spell("held", None, type)
    if isinstance(value, tuple):
        item = type.item or model.Type(name="text")
        return target.spell("held", [_literal(target, each, item) for each in value], type)
    return target.spell("held", _literal(target, value, type), type)


def _literal(target: Target, value: model.Constant, type: model.Type) -> exp.Expr:
    return e.constant(target, model.Const(value=value, type=type))
