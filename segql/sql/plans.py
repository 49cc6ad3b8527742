"""The plans for sequences: a closed table, like that of the dialects. docs/plans.md says why each is exact.

A plan knows which sequences it is exact for (`misfit` says why not), and writes them; a dialect names the plans that
its engine can run, the best first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlglot import exp

from segql.node import Value
from segql.semantics import model
from segql.sql import neighbors, packed
from segql.sql.asof import asof
from segql.sql.dialects import BY_NAME
from segql.sql.extremes import extremes
from segql.sql.sequences import Sought, joined, running, sought
from segql.sql.spellings import Unsupported
from segql.sql.target import Target


class Plan(Value):
    """A way to find a sequence: its name, what it does, why it is of no use for a sequence (or ""), and its SQL.

    `dear` is why another plan that is exact is cheaper, or "".
    """

    name: str
    does: str
    misfit: Callable[[Sought], str]
    write: Callable[[Sought], exp.Expr]
    dear: Callable[[Sought], str]


class Choice(Value):
    """What there is to say about a plan for one sequence: `misfit` is why it is not exact or not there, or ""."""

    plan: str
    does: str
    misfit: str
    dear: str
    chosen: bool


def choose(of: Sought, name: str = "") -> Plan:
    """The plan of that name; without one, the first of the dialect's plans that is exact and not dear."""
    names = (name,) if name else of.target.dialect.plans
    exact = [plan for each in names if not (plan := BY_PLAN[each]).misfit(of)]
    return next((plan for plan in exact if not plan.dear(of)), exact[0])


def choices(segment: model.Segment, dialect: str) -> tuple[tuple[Choice, ...], ...]:
    """For each sequence of a segment, what there is to say about each plan, in the order in which they are tried."""
    target = Target(dialect=BY_NAME[dialect], now=None, bind=False, root="", refused=[])
    asked = (sought(target, segment, part, "key", _no_cte) for part in _sequences(segment))
    return tuple(tuple(_choices(of)) for of in asked)


def fitting(segment: model.Segment, dialect: str) -> tuple[str, ...]:
    """The plans that fit every sequence of a segment, the best first; none if it has no sequence."""
    many = choices(segment, dialect)
    names = (choice.plan for choice in sorted(many[0], key=lambda c: not c.chosen)) if many else ()
    return tuple(name for name in names if not any(_misfits(many, name)))


def misfit(segment: model.Segment, dialect: str, plan: str) -> str:
    """Why a plan does not fit every sequence of a segment; "" if it does."""
    many = choices(segment, dialect)
    return next(_misfits(many, plan), "") if many else "it has no steps"


def _misfits(many: tuple[tuple[Choice, ...], ...], plan: str) -> Iterator[str]:
    return (choice.misfit for each in many for choice in each if choice.plan == plan and choice.misfit)


def _choices(of: Sought) -> list[Choice]:
    chosen = choose(of)
    known = of.target.dialect.plans
    names = (*known, *(name for name in BY_PLAN if name not in known))
    return [
        Choice(
            plan=name,
            does=BY_PLAN[name].does,
            misfit=_misfit(of, BY_PLAN[name]),
            dear=BY_PLAN[name].dear(of),
            chosen=name == chosen.name,
        )
        for name in names
    ]


def _misfit(of: Sought, plan: Plan) -> str:
    dialect = of.target.dialect
    return plan.misfit(of) if plan.name in dialect.plans else f"{dialect.engine} has no way to run it"


def _sequences(segment: model.Segment) -> list[model.Sequence]:
    parts = list(model.walk(segment.condition))
    of_funnels = {id(part.funnel.sequence) for part in parts if isinstance(part, model.OfFunnel)}  # have one plan
    found = (part for part in parts if isinstance(part, model.Sequence) and id(part) not in of_funnels)
    return list(dict.fromkeys(found))


def _no_cte(wish: str, query: exp.Expr) -> str:
    raise AssertionError("nothing is written to choose a plan")


# ---------------------------------------------------------------- when a plan is exact


COMPARES = "a step is compared with an earlier one, so the last end of a prefix does not say it all"


def _compares(of: Sought) -> bool:
    return any(el.compares for chain in of.chains for el in chain)


def _of_running(of: Sought) -> str:
    return COMPARES if _compares(of) else ""


def _of_joined(of: Sought) -> str:
    return "" if _compares(of) else "no step is compared with an earlier one: pairs of rows need not be looked at"


def _of_asof(of: Sought) -> str:
    return COMPARES if _compares(of) else _ordered_as_one(of)


def _of_neighbors(of: Sought) -> str:
    return COMPARES if _compares(of) else neighbors.unfit(of)


def _of_packed(of: Sought) -> str:
    return COMPARES if _compares(of) else packed.unfit(of)


def _never_dear(of: Sought) -> str:
    return ""


def _dear_asof(of: Sought) -> str:
    """Measured: what is spared are rows that are no part of the next step, and here they are the same rows."""
    return neighbors.AGAIN if neighbors.again(of) else ""


def _of_extremes(of: Sought) -> str:
    if _compares(of):
        return COMPARES
    if any(len(chain) != 2 for chain in of.chains):
        return "the earliest and the latest event tell about two steps only"
    if any(el.within or (el.after and el.after.count) for chain in of.chains for el in chain):
        return "a limit on time may hold for other events than the earliest and the latest"
    if any(el.apart for chain in of.chains for el in chain):
        return "what must not lie between may lie between the earliest and the latest, and not between others"
    return _ordered_as_one(of)


def _ordered_as_one(of: Sought) -> str:
    """Plans that compare places in the order as values need one value for a place."""
    row = of.target.dialect.row
    ties = len(of.data) == 1 and of.data[0].order
    return row.reason if ties and isinstance(row, Unsupported) else ""


PLANS = (
    Plan(
        name="extremes",
        does="one grouped pass: the earliest first event lies before the latest second one",
        misfit=_of_extremes,
        write=extremes,
        dear=_never_dear,
    ),
    Plan(
        name="neighbors",
        does="a sort for each step, of its events and the ends of the steps before it: each event looks at the row before",
        misfit=_of_neighbors,
        write=neighbors.neighbors,
        dear=neighbors.dear,
    ),
    Plan(
        name="asof",
        does="ASOF joins: each event of a step looks up the latest end of the steps before it",
        misfit=_of_asof,
        write=asof,
        dear=_dear_asof,
    ),
    Plan(
        name="packed",
        does="one grouped pass of the engine's own search for steps in order, over numbers that say the place of each row",
        misfit=_of_packed,
        write=packed.packed,
        dear=_never_dear,
    ),
    Plan(
        name="running",
        does="one sort, and a running maximum for each step: the latest end of the steps before it",
        misfit=_of_running,
        write=running,
        dear=_never_dear,
    ),
    Plan(
        name="joined",
        does="the filtered rows joined with themselves, step by step",
        misfit=_of_joined,
        write=joined,
        dear=_never_dear,
    ),
)

BY_PLAN = {plan.name: plan for plan in PLANS}
