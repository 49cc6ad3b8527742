"""What a row reads from a reference table, as a join instead of a subquery: ClickHouse cannot plan all of those subqueries.

`(SELECT minOrNull(value) FROM t WHERE t.key = row.key AND …)` becomes a row for each key that is joined: with the least of its values,
or, where more is asked of the rows of `t`, with all of them, of which the least is taken of those that fit.
"""

from __future__ import annotations

from sqlglot import exp

from segql.sql import spellings as s

KEY, VALUES, ONE = "key_beside", "values_beside", "one"


def join_besides(select: exp.Select) -> None:
    """Joins what a SELECT reads beside its own rows; each of these once."""
    joined: dict[tuple[exp.Select, exp.Expr], str] = {}
    for beside in [each for each in select.find_all(exp.Subquery) if _is_beside(each, select)]:
        query = beside.this
        condition = query.args["where"].this
        same, *more = condition.flatten(unnest=False) if isinstance(condition, exp.And) else (condition,)
        (least,) = query.expressions
        table = query.args["from_"].this
        asked = [column for each in more for column in each.find_all(exp.Column) if column.table == table.alias]
        parts = [*dict.fromkeys(asked), *least.expressions]
        values = s.call("groupArray", s.call("tuple", *(each.copy() for each in parts))) if more else least.copy()
        kept = exp.select(exp.alias_(same.this, KEY), exp.alias_(values, VALUES)).from_(table).group_by(s.number(1))
        name = joined.setdefault((kept, same.expression), f"beside_{len(joined) + 1}")
        found = exp.column(VALUES, name)
        beside.replace(_fitting(parts, s.all_of(*more), found) if more else found)
    if joined and any(isinstance(each, exp.Star) for each in select.expressions):
        select.set("expressions", [_own(each, select) for each in select.expressions])
    for (kept, ours), name in joined.items():
        on = exp.EQ(this=exp.column(KEY, name), expression=ours.copy())
        select.join(kept.subquery(name), on=on, join_type="left", copy=False)


def _is_beside(found: exp.Subquery, select: exp.Select) -> bool:
    """Whether a subquery is a value of the SELECT itself."""
    return found.parent_select is select and not isinstance(found.parent, exp.From | exp.Join | exp.In | exp.Exists)


def _fitting(parts: list[exp.Expr], condition: exp.Expr, kept: exp.Expr) -> exp.Expr:
    """The least of the last parts of tuples, over those whose other parts fit."""
    places: dict[exp.Expr, exp.Expr] = {
        part: s.call("tupleElement", exp.column(ONE), s.number(place)) for place, part in enumerate(parts, start=1)
    }
    fits = condition.transform(
        lambda node: places[node].copy() if isinstance(node, exp.Column) and node in places else node
    )
    some = s.call("arrayFilter", _lambda(fits), kept)
    return s.call("arrayReduce", s.text("minOrNull"), s.call("arrayMap", _lambda(places[parts[-1]]), some))


def _lambda(of: exp.Expr) -> exp.Expr:
    return exp.Lambda(this=of, expressions=[exp.to_identifier(ONE)])


def _own(chosen: exp.Expr, select: exp.Select) -> exp.Expr:
    """All columns, without those of a join."""
    return exp.column(exp.Star(), select.args["from_"].this.alias_or_name) if isinstance(chosen, exp.Star) else chosen
