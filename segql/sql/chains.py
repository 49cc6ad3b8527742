"""A sequence as plain chains of elements: what `times`, `optional` and `any order` stand for, written out."""

from __future__ import annotations

from itertools import permutations

from segql.node import Value
from segql.semantics import model

RowsSet = tuple[model.RowsOf, ...]


class Gap(Value):
    """A limit on the time since an earlier element of the chain (counted from 0)."""

    since: int
    limit: model.Duration


class Element(Value):
    """One event of a chain: what it is on its own, how it compares with earlier steps, and how it follows them."""

    rows: RowsSet
    compares: tuple[model.Expr, ...] = ()
    label: str = ""
    after: model.Duration | None = None  # the least time since the element just before
    within: tuple[Gap, ...] = ()
    apart: RowsSet = ()  # rows that must not lie strictly between it and the element just before


Chain = tuple[Element, ...]


class _Building(Value):
    elements: Chain = ()
    apart: RowsSet = ()


def chains(sequence: model.Sequence) -> tuple[Chain, ...]:
    """Every chain of which one must be found; equal ones once."""
    building = [_Building()]
    for item in sequence.items:
        building = [grown for b in building for grown in _grow(b, item)]
    found = dict.fromkeys(_limited(b.elements, sequence.within) for b in building if b.elements)
    return tuple(found)


def _grow(building: _Building, item: model.Step | model.AnyOrder | model.Without) -> list[_Building]:
    match item:
        case model.Without():
            apart = building.apart + item.rows if building.elements else ()  # R8: between the steps above and below
            return [_Building(elements=building.elements, apart=tuple(dict.fromkeys(apart)))]
        case model.Step():
            grown = [_with_step(building, item)]
        case model.AnyOrder():
            grown = [_with_group(building, item, order) for order in permutations(item.steps)]
    return [*grown, building] if item.optional else grown


def _with_step(building: _Building, step: model.Step) -> _Building:
    elements, anchor = building.elements, len(building.elements) - 1
    rows, compares = _split(step.rows)
    for time in range(step.times):
        first = not elements
        near = step.directly or () if not first else ()
        apart = building.apart if time == 0 else ()
        elements += (
            Element(
                rows=rows,
                compares=compares,
                label=step.label if time == step.times - 1 else "",
                after=step.after if anchor >= 0 and time == 0 else None,
                within=(Gap(since=anchor, limit=step.within),) if step.within and anchor >= 0 else (),
                apart=tuple(dict.fromkeys((*apart, *near))),
            ),
        )
    return _Building(elements=elements)


def _with_group(building: _Building, group: model.AnyOrder, order: tuple[model.Step, ...]) -> _Building:
    elements, anchor = building.elements, len(building.elements) - 1
    for position, step in enumerate(order):
        rows, compares = _split(step.rows)
        elements += (
            Element(
                rows=rows,
                compares=compares,
                label=step.label,
                after=group.after if anchor >= 0 and position == 0 else None,
                within=(Gap(since=anchor, limit=group.within),) if group.within and anchor >= 0 else (),
                apart=building.apart if position == 0 else (),
            ),
        )
    return _Building(elements=elements)


def _split(rows: RowsSet) -> tuple[RowsSet, tuple[model.Expr, ...]]:
    """What rows must be on their own, and the terms that compare them with earlier steps."""
    if not any(isinstance(part, model.LabelRead) for one in rows for part in model.walk(one.predicate)):
        return rows, ()
    parts = [(one, *_terms(one.predicate)) for one in rows]
    return tuple(one.replace(predicate=own) for one, own, _ in parts), tuple(t for _, _, rest in parts for t in rest)


def _terms(predicate: model.Expr) -> tuple[model.Expr, tuple[model.Expr, ...]]:
    terms = predicate.terms if isinstance(predicate, model.And) else (predicate,)
    rest = tuple(t for t in terms if any(isinstance(part, model.LabelRead) for part in model.walk(t)))
    own = tuple(t for t in terms if t not in rest)
    return (model.Always() if not own else own[0] if len(own) == 1 else model.And(terms=own)), rest


def _limited(chain: Chain, total: model.Duration | None) -> Chain:
    """The chain with the limit of the whole sequence on each element: a start that is too old never becomes young."""
    if total is None:
        return chain
    whole = Gap(since=0, limit=total)
    return (chain[0], *(el.replace(within=_tightest((*el.within, whole))) for el in chain[1:]))


def _tightest(gaps: tuple[Gap, ...]) -> tuple[Gap, ...]:
    """Of limits that count from the same element, the shortest says it all."""
    found: dict[int, Gap] = {}
    for gap in gaps:
        known = found.get(gap.since)
        if known is None or gap.limit.microseconds < known.limit.microseconds:
            found[gap.since] = gap
    return tuple(found.values())
