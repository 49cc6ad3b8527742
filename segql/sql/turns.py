"""Turns: an order of rows that tie, in which no row stands before what it ties with and must not follow.

Rows that tie neither follow nor part each other (contract, R4 and R8). Sorted by their turn, the rows of a later step
come before those of an earlier one, and what must not lie between two steps comes between them. Then plain frames of
rows, and numbers, say what ties would say: no group of equals is needed. It takes rows of which none can play two parts.
"""

from __future__ import annotations

from itertools import combinations

from segql.semantics import model
from segql.sql.chains import Chain, RowsSet


def turns(chain: Chain) -> tuple[RowsSet, ...]:
    """The sets of rows of a chain, in their turn among rows that tie; none if some row may have to come twice.

    A row of a step may also be among what parts that step from the one before it, or from the one after it: it takes the
    turn of its step, for rows of one step that tie are alike, and the first of them sees nothing of the others.
    """
    steps, parting = [el.rows for el in chain], {i: el.apart for i, el in enumerate(chain) if el.apart}
    alone = all(disjoint(one, other) for sets in (steps, parting.values()) for one, other in combinations(sets, 2))
    if not alone or not all(_parts_its_own(steps, parting, i) for i in range(len(chain))):
        return ()
    found: list[RowsSet] = []
    for i in reversed(range(len(chain))):
        found += [steps[i], *([parting[i]] if i in parting else [])]
    return tuple(found)


def _parts_its_own(steps: list[RowsSet], parting: dict[int, RowsSet], i: int) -> bool:
    """Whether the rows of a step part nothing but it and one of its neighbours."""
    shared = [before for before, rows in parting.items() if not disjoint(rows, steps[i])]
    return len(shared) < 2 and all(before in (i, i + 1) for before in shared)


def disjoint(one: RowsSet, other: RowsSet) -> bool:
    """Whether it can be seen that no row is in both sets."""
    return all(a.data != b.data or _contradict(a.predicate, b.predicate) for a in one for b in other)


def _contradict(one: model.Expr, other: model.Expr) -> bool:
    """Whether it can be seen that no row satisfies both: most often, two names of one kind of thing."""
    match one, other:
        case (model.Or(), _):
            return all(_contradict(term, other) for term in one.terms)
        case (model.And(), _):
            return any(_contradict(term, other) for term in one.terms)
        case (_, model.Or() | model.And()):
            return _contradict(other, one)
        case (model.Not(), _) if one.term == other:
            return True
        case (_, model.Not()) if other.term == one:
            return True
        case _:
            (field, values), (another, others) = _values(one), _values(other)
            return field is not None and field == another and values.isdisjoint(others)


def _values(term: model.Expr) -> tuple[model.Expr | None, frozenset[object]]:
    """A field, and the only values that satisfy the term; nothing where they are not known."""
    match term:
        case model.Compare(op="=", left=model.FieldRead() as field, right=model.Const() as const):
            return (field, frozenset((const.value,))) if _known(const) else (None, frozenset())
        case model.InList(term=model.FieldRead() as field) if all(_known(item) for item in term.items):
            return field, frozenset(item.value for item in term.items if isinstance(item, model.Const))
        case _:
            return None, frozenset()


def _known(value: model.Expr) -> bool:
    """Whether it is the same text or number whatever is bound: texts of which none is the other with a space more."""
    if not isinstance(value, model.Const) or value.param or value.value is None:
        return False
    return value.type.name in ("integer", "boolean") or (
        isinstance(value.value, str) and value.value == value.value.strip()
    )
