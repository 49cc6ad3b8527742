"""The sequence evaluator agrees with a second reading of the contract: every tuple of rows, checked as a whole."""

from __future__ import annotations

import datetime as dt
from itertools import permutations
from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from segql.reference import members
from segql.semantics import model

START = dt.datetime(2026, 3, 1)
TEXT = model.Type(name="text")
KIND = model.FieldRead(name="kind", type=TEXT, column=model.Column(name="kind"))
RUM = model.Data(
    name="rum",
    relation=model.Relation(parts=("rum",)),
    keys=(model.Key(name="usr.id", type=TEXT, column=model.Column(name="usr_id")),),
    fields=(model.Field(name="kind", type=TEXT, column=model.Column(name="kind")),),
    time=model.Field(name="time", type=model.Type(name="timestamp"), column=model.Column(name="time")),
    order=(model.Column(name="number"),),
)


class Happened(NamedTuple):
    """An event of the one user: when, in minutes; what breaks ties; and what it was."""

    minute: int
    number: int
    kind: str

    @property
    def place(self) -> tuple[int, int]:
        return (self.minute, self.number)


class Wanted(NamedTuple):
    """A step, the least and greatest gap before it, and what must not lie between it and the step before."""

    kind: str
    after: int | None
    within: int | None
    unwanted: str | None
    alone_among: str | None


kinds = st.sampled_from("abc")
maybe_minutes = st.none() | st.integers(0, 4)
events = st.lists(st.builds(Happened, st.integers(0, 6), st.integers(0, 1), kinds), max_size=6)
wanted = st.builds(Wanted, kinds, maybe_minutes, maybe_minutes, st.none() | kinds, st.none() | kinds)


def by_brute_force(happened: list[Happened], steps: list[Wanted], total: int | None) -> bool:
    """Some tuple of different events, in order, of which everything is true that the steps ask."""
    return any(
        all(event.kind == step.kind for event, step in zip(chain, steps, strict=True))
        and all(
            one.place < two.place
            and (step.after is None or two.minute - one.minute >= step.after)
            and (step.within is None or two.minute - one.minute <= step.within)
            and not any(
                one.place < other.place < two.place and other.kind in (step.unwanted, step.alone_among)
                for other in happened
            )
            for one, two, step in zip(chain, chain[1:], steps[1:], strict=False)
        )
        and (total is None or chain[-1].minute - chain[0].minute <= total)
        for chain in permutations(happened, len(steps))
    )


def rows_of(kind: str) -> tuple[model.RowsOf, ...]:
    is_kind = model.Compare(left=KIND, op="=", right=model.Const(value=kind, type=TEXT))
    return (model.RowsOf(data=RUM, predicate=is_kind),)


def minutes(count: int | None) -> model.Duration | None:
    return None if count is None else model.Duration(count=count, unit="minute")


def by_reference(happened: list[Happened], items: list[Any], total: int | None) -> bool:
    found = model.Sequence(items=tuple(items), window=model.Window(), within=minutes(total))
    segment = model.Segment(name="asked", doc="", key="usr.id", data=(RUM,), condition=found, zone="UTC", needs=())
    rows = [
        {"usr.id": "ana", "time": START + dt.timedelta(minutes=e.minute), "number": e.number, "kind": e.kind}
        for e in happened
    ]
    return members(model.Program(segments=(segment,)), "asked", {"rum": rows}, dt.datetime(2026, 4, 1)) == {"ana"}


def items_of(steps: list[Wanted]) -> list[Any]:
    items: list[Any] = []
    for number, step in enumerate(steps):
        if number and step.unwanted:
            items.append(model.Without(rows=rows_of(step.unwanted)))
        near = rows_of(step.alone_among) if step.alone_among else None
        rows, after, within = rows_of(step.kind), minutes(step.after), minutes(step.within)
        items.append(model.Step(rows=rows, after=after, within=within, directly=near))
    return items


@given(events, st.lists(wanted, min_size=1, max_size=3), maybe_minutes)
def test_a_chain_with_gaps_a_total_and_exclusions(
    happened: list[Happened], steps: list[Wanted], total: int | None
) -> None:
    assert by_reference(happened, items_of(steps), total) is by_brute_force(happened, steps, total)


@given(events, wanted, wanted, wanted, maybe_minutes)
def test_an_optional_step_is_the_chain_with_it_or_without_it(
    happened: list[Happened], first: Wanted, second: Wanted, third: Wanted, total: int | None
) -> None:
    second, third = second._replace(unwanted=None), third._replace(unwanted=None)
    items = items_of([first, second, third])
    items[1] = items[1].replace(optional=True)
    long = by_brute_force(happened, [first, second, third], total)
    assert by_reference(happened, items, total) is (long or by_brute_force(happened, [first, third], total))


@given(events, wanted, kinds, kinds, wanted)
def test_any_order_is_one_of_its_orders(
    happened: list[Happened], first: Wanted, one: str, two: str, last: Wanted
) -> None:
    def plain(kind: str) -> Wanted:
        return Wanted(kind, None, None, None, None)

    group = model.AnyOrder(steps=(model.Step(rows=rows_of(one)), model.Step(rows=rows_of(two))))
    ends = items_of([first, last])
    expected = any(
        by_brute_force(happened, [first, plain(x), plain(y), last], None) for x, y in ((one, two), (two, one))
    )
    assert by_reference(happened, [ends[0], group, *ends[1:]], None) is expected


@given(events, wanted, st.integers(1, 3))
def test_n_times_is_n_steps(happened: list[Happened], only: Wanted, times: int) -> None:
    step = model.Step(rows=rows_of(only.kind), times=times)
    plain = [Wanted(only.kind, None, None, None, None)] * times
    assert by_reference(happened, [step], None) is by_brute_force(happened, plain, None)
