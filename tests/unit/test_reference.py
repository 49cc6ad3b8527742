"""The reference interpreter keeps the contract, rule by rule. Each test reads as a sentence of docs/contract.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest

from segql.reference import members
from segql.semantics import calendar, model

NOW = dt.datetime(2026, 3, 31)
UTC = "UTC"
SAO_PAULO = "America/Sao_Paulo"
NEW_YORK = "America/New_York"

# ---------------------------------------------------------------- small words for models

TEXT = model.Type(name="text")
INTEGER = model.Type(name="integer")
DECIMAL = model.Type(name="decimal")
BOOLEAN = model.Type(name="boolean")
DATE = model.Type(name="date")
TIMESTAMP = model.Type(name="timestamp")
TYPES = {"amount": DECIMAL, "paid": BOOLEAN, "day": DATE, "at": TIMESTAMP, "seats": INTEGER}


def column(name: str) -> model.Column:
    return model.Column(name=name.replace(".", "_"))


def key(name: str) -> model.Key:
    return model.Key(name=name, type=TEXT, column=column(name))


def field(name: str) -> model.Field:
    return model.Field(name=name, type=TYPES.get(name, TEXT), column=column(name))


def source(name: str, *fields: str, order: tuple[str, ...] = ()) -> model.Data:
    return model.Data(
        name=name,
        relation=model.Relation(parts=(name,)),
        keys=(key("usr.id"), key("usr.email"), key("session.id")),
        fields=tuple(field(f) for f in fields),
        time=model.Field(name="time", type=TIMESTAMP, column=column("time")),
        order=tuple(column(o) for o in order),
    )


def table(name: str, *fields: str, valid: bool = False) -> model.Data:
    return model.Data(
        name=name,
        relation=model.Relation(parts=(name,)),
        keys=(key("usr.email"),),
        fields=tuple(field(f) for f in fields),
        valid=(column("valid_from"), column("valid_to")) if valid else None,
    )


RUM = source("rum", "type", "amount", "url", "country", "paid", "seats", "tags")
BILLING = source("billing", "type", "amount")
PLANS = table("plans", "tier", "amount")
VERSIONS = table("plans", "tier", "amount", valid=True)

EVER = model.Window()


def const(value: Any) -> model.Const:
    kinds = {bool: BOOLEAN, int: INTEGER, Decimal: DECIMAL, dt.datetime: TIMESTAMP, dt.date: DATE}
    return model.Const(value=value, type=kinds.get(type(value), TEXT))


def read(name: str) -> model.FieldRead:
    return model.FieldRead(name=name, type=TYPES.get(name, TEXT), column=column(name))


def compare(left: Any, op: Any, right: Any) -> model.Compare:
    """`compare("amount", ">", 20)`: the left side is a field, the right side a constant, unless they are more."""
    left = read(left) if isinstance(left, str) else left
    right = right if hasattr(right, "_fields") else const(right)
    return model.Compare(left=left, op=op, right=right)


def both(*terms: model.Expr) -> model.Expr:
    return model.And(terms=terms) if len(terms) > 1 else terms[0]


def rows_of(kind: str, *where: model.Expr, data: model.Data = RUM) -> model.RowsOf:
    return model.RowsOf(data=data, predicate=both(compare("type", "=", kind), *where))


def every(data: model.Data = RUM) -> model.RowsOf:
    return model.RowsOf(data=data, predicate=model.Always())


def selection(*rows: model.RowsOf, window: model.Window | None = EVER) -> model.Selection:
    return model.Selection(rows=rows, window=window)


def count(*rows: model.RowsOf, window: model.Window | None = EVER) -> model.CountRows:
    return model.CountRows(of=selection(*rows, window=window))


def measured(left: Any, op: Any, right: Any) -> model.CompareMeasures:
    return model.CompareMeasures(left=left, op=op, right=right if hasattr(right, "_fields") else const(right))


def did(*rows: model.RowsOf, window: model.Window | None = EVER, times: int = 1) -> model.Condition:
    return measured(count(*rows, window=window), ">=", times)


def never(*rows: model.RowsOf) -> model.Condition:
    return model.Opposite(term=did(*rows))


def where(*terms: model.Expr) -> model.Condition:
    """The key has a row of `rum` for which the terms hold."""
    return did(model.RowsOf(data=RUM, predicate=both(*terms)))


def every_of(condition: Any, *more: Any) -> model.Condition:
    return model.AllOf(terms=(condition, *more))


def minutes(n: int) -> model.Duration:
    return model.Duration(count=n, unit="minute")


def step(kind: str, *where: model.Expr, data: model.Data = RUM, **how: Any) -> model.Step:
    return model.Step(rows=(rows_of(kind, *where, data=data),), **how)


def without(kind: str, *where: model.Expr) -> model.Without:
    return model.Without(rows=(rows_of(kind, *where),))


def steps(*items: Any, window: model.Window = EVER, same: str | None = None, within: Any = None) -> model.Sequence:
    return model.Sequence(items=items, window=window, same=same, within=within)


def segment(
    condition: model.Condition, name: str = "asked", by: str = "usr.id", data: tuple[model.Data, ...] = (RUM,)
) -> model.Segment:
    return model.Segment(name=name, doc="", key=by, data=data, condition=condition, zone=UTC, needs=())


# ---------------------------------------------------------------- small words for rows


def clock(text: str) -> dt.datetime:
    """`10:20` on the day before NOW, or a whole timestamp."""
    return dt.datetime.fromisoformat(text if "-" in text else f"2026-03-30T{text}")


def row(time: str, type: str = "", /, **values: Any) -> dict[str, object]:
    renamed = {"id": "usr.id", "email": "usr.email", "session": "session.id"}
    named = {renamed.get(name, name): value for name, value in values.items()}
    return {"usr.id": "ana", "time": clock(time), "type": type or None} | named


def line(text: str, **values: Any) -> list[dict[str, object]]:
    """`line("10:00 view 10:20 click")`: the rows of one user."""
    words = text.split()
    return [row(time, kind, **values) for time, kind in zip(words[::2], words[1::2], strict=True)]


Rows = Sequence[Mapping[str, object]]


def who(condition: Any, rum: Rows = (), *others: model.Segment, now: dt.datetime = NOW, **tables: Any) -> set[object]:
    """The members of a segment with this condition; `asked` may also be a whole segment."""
    asked = condition if isinstance(condition, model.Segment) else segment(condition)
    return members(model.Program(segments=(*others, asked)), asked.name, {"rum": rum, **tables}, now)


def holds(condition: Any, rum: Rows, **more: Any) -> bool:
    """Whether ana, whose rows these are, is in."""
    return "ana" in who(condition, rum, **more)


# ---------------------------------------------------------------- R1 set, R2 now


def test_r1_a_segment_is_a_set_of_keys_whatever_the_order_of_rows() -> None:
    rows = [row("10:00", "view"), row("10:01", "view", id="bia"), row("10:02", "view"), row("10:03", "view", id=None)]
    assert who(did(rows_of("view")), rows) == who(did(rows_of("view")), rows[::-1]) == {"ana", "bia"}


def test_r1_rows_without_a_key_belong_to_no_key() -> None:
    rows = [row("10:00", "view", id=None), row("10:05", "click", id=None), {"time": clock("10:00"), "type": "view"}]
    assert who(never(rows_of("click")), rows) == set()


def test_r2_rows_of_the_future_never_count() -> None:
    assert not holds(did(rows_of("view")), [row("2026-03-31T00:00", "view")])
    assert not holds(did(rows_of("view")), [row("2026-04-01T00:00", "view")])
    assert holds(did(rows_of("view")), [row("2026-03-30T23:59:59.999999", "view")])


def test_r2_a_window_that_ends_after_now_is_cut_at_now() -> None:
    april = model.Window(end=model.Fixed(at=dt.datetime(2026, 4, 30)))
    assert not holds(did(rows_of("view"), window=april), [row("2026-04-02T00:00", "view")])


def test_r2_every_part_of_a_segment_sees_the_same_now() -> None:
    last_hour = model.Window(start=model.Ago(count=1, unit="hour"))
    inner = segment(did(rows_of("view"), window=last_hour), name="inner")
    outer = segment(
        every_of(did(rows_of("view"), window=last_hour), model.InSegment(segment="inner", via=None, bridge=None))
    )
    assert who(outer, [row("2026-03-30T23:00", "view")], inner) == {"ana"}
    assert who(outer, [row("2026-03-30T22:59:59", "view")], inner) == set()


# ---------------------------------------------------------------- R3 windows


def starts(start: model.Instant, zone: str, now: dt.datetime) -> dt.datetime | None:
    return calendar.bounds(model.Window(start=start, zone=zone), now)[0]


def seen(window: model.Window, time: str, now: dt.datetime = NOW) -> bool:
    return holds(did(every(), window=window), [row(time)], now=now)


@pytest.mark.parametrize(
    ("time", "inside"), [("2026-03-01T00:00", True), ("2026-02-28T23:59:59.999999", False), ("2026-03-30T12:00", True)]
)
def test_r3_last_30_days_is_elapsed_time_with_its_start_and_without_its_end(time: str, inside: bool) -> None:
    assert seen(model.Window(start=model.Ago(count=30, unit="day")), time) is inside


def test_r3_last_1_day_is_24_hours_when_the_clocks_change() -> None:
    after_the_change = dt.datetime(2026, 3, 8, 16)  # noon in New York, which skipped 02:00 this night
    day = model.Window(start=model.Ago(count=1, unit="day"), zone=NEW_YORK)
    assert seen(day, "2026-03-07T16:00", now=after_the_change)
    assert not seen(day, "2026-03-07T15:59", now=after_the_change)


@pytest.mark.parametrize(
    ("now", "count", "unit", "start"),
    [
        ("2026-03-31T10:00", 1, "month", "2026-02-28T10:00"),
        ("2024-03-31T10:00", 1, "month", "2024-02-29T10:00"),
        ("2026-05-31T10:00", 1, "quarter", "2026-02-28T10:00"),
        ("2024-02-29T10:00", 1, "year", "2023-02-28T10:00"),
        ("2024-02-29T10:00", 4, "year", "2020-02-29T10:00"),
        ("2026-01-15T10:00", 13, "month", "2024-12-15T10:00"),
    ],
)
def test_r3_months_step_back_on_the_calendar_to_the_last_day_at_most(
    now: str, count: int, unit: model.Unit, start: str
) -> None:
    window = model.Window(start=model.Ago(count=count, unit=unit))
    just_before = clock(start) - dt.timedelta(microseconds=1)
    assert seen(window, start, now=clock(now))
    assert not seen(window, just_before.isoformat(), now=clock(now))


def test_r3_months_step_back_on_the_clocks_of_the_zone() -> None:
    """From the 29th of March at 09:00 in New York (summer time) to the 28th of February at 09:00 (winter time)."""
    now = dt.datetime(2026, 3, 29, 13)
    assert starts(model.Ago(count=1, unit="month"), NEW_YORK, now) == dt.datetime(2026, 2, 28, 14)


def test_r3_this_month_begins_in_the_zone() -> None:
    month = model.Window(start=model.UnitStart(unit="month", back=0), zone=SAO_PAULO)
    assert seen(month, "2026-03-01T03:00")
    assert not seen(month, "2026-03-01T02:59")


def test_r3_previous_2_months_are_whole_months_in_the_zone() -> None:
    window = model.Window(
        start=model.UnitStart(unit="month", back=2), end=model.UnitStart(unit="month", back=0), zone=NEW_YORK
    )
    inside = [seen(window, time) for time in ("2026-01-01T04:59", "2026-01-01T05:00", "2026-03-01T04:59")]
    assert inside == [False, True, True]
    assert not seen(window, "2026-03-01T05:00")


def test_r3_weeks_start_on_monday() -> None:
    sunday = dt.datetime(2026, 3, 29, 12)
    week = model.Window(start=model.UnitStart(unit="week", back=0))
    assert seen(week, "2026-03-23T00:00", now=sunday)
    assert not seen(week, "2026-03-22T23:59", now=sunday)


def test_r3_a_day_whose_midnight_the_clocks_skip_begins_with_its_first_instant() -> None:
    """São Paulo went from 23:59:59 on 3 November 2018 to 01:00 on the 4th."""
    now = dt.datetime(2018, 11, 4, 12)
    today = model.Window(start=model.UnitStart(unit="day", back=0), zone=SAO_PAULO)
    assert starts(model.UnitStart(unit="day", back=0), SAO_PAULO, now) == dt.datetime(2018, 11, 4, 3)
    assert seen(today, "2018-11-04T03:00", now=now)
    assert not seen(today, "2018-11-04T02:59", now=now)


def test_r3_a_local_time_that_exists_twice_means_its_later_reading() -> None:
    """New York showed 01:30 twice on 1 November 2026; a year later, `last 1 year` from 01:30 means the second."""
    now = dt.datetime(2027, 11, 1, 5, 30)
    assert starts(model.Ago(count=1, unit="year"), NEW_YORK, now) == dt.datetime(2026, 11, 1, 6, 30)


def test_r3_a_row_without_a_time_is_in_no_window_but_its_key_exists() -> None:
    timeless: Rows = [{"usr.id": "ana", "type": "view"}]
    assert not holds(did(rows_of("view")), timeless)
    assert holds(never(rows_of("view")), timeless)


def test_r3_on_days_counts_calendar_days_of_the_zone() -> None:
    rows = line("2026-03-29T02:00 view 2026-03-29T04:00 view 2026-03-29T05:00 view")
    in_utc = model.CountDays(of=selection(rows_of("view")), zone=UTC)
    in_new_york = model.CountDays(of=selection(rows_of("view")), zone=NEW_YORK)
    assert holds(measured(in_utc, "=", 1), rows)
    assert holds(measured(in_new_york, "=", 2), rows)


# ---------------------------------------------------------------- R4 order

VIEW_CLICK = steps(step("view"), step("click"))


def test_r4_then_is_strictly_later() -> None:
    assert holds(VIEW_CLICK, line("10:00 view 10:01 click"))
    assert not holds(VIEW_CLICK, line("10:01 view 10:00 click"))


def test_r4_events_that_tie_are_in_no_order() -> None:
    assert not holds(VIEW_CLICK, line("10:00 view 10:00 click"))


def ordered(*rows: dict[str, object]) -> bool:
    """The same two steps in a source that breaks ties by `number`."""
    numbered = source("rum", "type", order=("number",))
    return holds(steps(step("view", data=numbered), step("click", data=numbered)), rows)


def test_r4_the_order_columns_break_ties() -> None:
    assert ordered(row("10:00", "view", number=1), row("10:00", "click", number=2))
    assert not ordered(row("10:00", "view", number=2), row("10:00", "click", number=1))
    assert not ordered(row("10:00", "view", number=1), row("10:00", "click", number=1))
    assert not ordered(row("10:01", "view", number=1), row("10:00", "click", number=2))


def test_r4_a_missing_tie_break_comes_last_and_ties_with_other_missing_ones() -> None:
    assert ordered(row("10:00", "view", number=1), row("10:00", "click"))
    assert not ordered(row("10:00", "view"), row("10:00", "click", number=1))
    assert not ordered(row("10:00", "view"), row("10:00", "click"))


def test_r4_across_sources_only_time_orders() -> None:
    rum = source("rum", "type", order=("number",))
    billing = source("billing", "type", order=("number",))
    crossing = segment(steps(step("view", data=rum), step("paid", data=billing)), data=(rum, billing))
    seen_at_ten = [row("10:00", "view", number=1)]
    assert who(crossing, seen_at_ten, billing=[row("10:00", "paid", number=2)]) == set()
    assert who(crossing, seen_at_ten, billing=[row("10:01", "paid", number=0)]) == {"ana"}


# ---------------------------------------------------------------- R5 one event, one step


def test_r5_one_event_never_fills_two_steps() -> None:
    assert not holds(steps(step("view"), step("view")), line("10:00 view"))
    assert holds(steps(step("view"), step("view")), line("10:00 view 10:01 view"))


def test_r5_n_times_takes_n_events_in_order() -> None:
    thrice = steps(step("view", times=3), step("click"))
    assert holds(thrice, line("10:00 view 10:01 view 10:02 view 10:03 click"))
    assert not holds(thrice, line("10:00 view 10:01 view 10:03 click"))
    assert not holds(thrice, line("10:00 view 10:01 view 10:01 view 10:03 click"))
    assert not holds(thrice, line("10:00 view 10:01 view 10:02 click 10:03 view"))


# ---------------------------------------------------------------- R6 existence


def test_r6_a_later_start_that_works_counts() -> None:
    within = steps(step("view"), step("click", within=minutes(10)))
    assert holds(within, line("10:00 view 11:00 view 11:05 click"))


def test_r6_a_later_middle_that_works_counts() -> None:
    """From the first click the purchase is too far; from the first view the second click is too far."""
    chain = steps(step("view"), step("click", within=minutes(30)), step("purchase", within=minutes(30)))
    assert holds(chain, line("10:00 view 10:05 click 10:25 click 10:50 purchase"))
    assert holds(chain, line("10:00 view 10:20 view 10:25 click 10:45 click 11:10 purchase"))
    assert not holds(chain, line("10:00 view 10:05 click 10:50 click 11:10 purchase"))


def test_r6_there_is_no_limit_to_the_number_of_steps() -> None:
    kinds = [f"kind{n}" for n in range(40)]
    rows = [row(f"10:{n:02}", kind) for n, kind in enumerate(kinds)]
    assert holds(steps(*map(step, kinds)), rows)
    assert not holds(steps(*map(step, kinds), step("kind0")), rows)


# ---------------------------------------------------------------- R7 gaps


@pytest.mark.parametrize(("time", "inside"), [("10:10", True), ("10:10:00.000001", False), ("10:00:00.000001", True)])
def test_r7_within_includes_its_end(time: str, inside: bool) -> None:
    assert holds(steps(step("view"), step("click", within=minutes(10))), line(f"10:00 view {time} click")) is inside


@pytest.mark.parametrize(("time", "inside"), [("10:10", True), ("10:09:59.999999", False), ("20:00", True)])
def test_r7_after_includes_its_start(time: str, inside: bool) -> None:
    assert holds(steps(step("view"), step("click", after=minutes(10))), line(f"10:00 view {time} click")) is inside


def test_r7_within_of_a_step_is_measured_from_the_step_before() -> None:
    chain = steps(step("view"), step("click"), step("purchase", within=minutes(10)))
    assert holds(chain, line("10:00 view 11:00 click 11:10 purchase"))


def test_r7_within_of_the_sequence_runs_from_its_first_event_to_its_last() -> None:
    chain = steps(step("view"), step("click"), step("purchase"), within=minutes(60))
    assert holds(chain, line("10:00 view 10:40 click 11:00 purchase"))
    assert not holds(chain, line("10:00 view 10:40 click 11:00:00.000001 purchase"))


def test_r7_gaps_are_elapsed_time_when_the_clocks_change() -> None:
    """01:30 to 03:00 on the clocks of New York was half an hour on 8 March 2026."""
    half_an_hour = steps(step("view"), step("click", within=minutes(30)))
    assert holds(half_an_hour, line("2026-03-08T06:30 view 2026-03-08T07:00 click"))


def test_r7_gaps_of_n_times_hold_for_each_of_its_events_from_the_step_before() -> None:
    chain = steps(step("view"), step("click", times=2, after=minutes(5), within=minutes(10)))
    assert holds(chain, line("10:00 view 10:05 click 10:10 click"))
    assert not holds(chain, line("10:00 view 10:05 click 10:11 click"))
    assert not holds(chain, line("10:00 view 10:04 click 10:09 click"))


# ---------------------------------------------------------------- R8 without


NO_REFUND = steps(step("view"), without("refund"), step("purchase"))


def test_r8_an_exclusion_breaks_the_chain_and_not_the_key() -> None:
    assert not holds(NO_REFUND, line("10:00 view 10:01 refund 10:02 purchase"))
    assert holds(NO_REFUND, line("10:00 view 10:01 refund 10:02 view 10:03 purchase"))
    assert holds(NO_REFUND, line("10:00 view 10:01 purchase 10:02 refund 10:03 purchase"))


def test_r8_only_what_lies_strictly_between_is_excluded() -> None:
    assert holds(NO_REFUND, line("10:00 view 10:00 refund 10:02 refund 10:02 purchase"))


def test_r8_only_between_the_steps_next_to_it() -> None:
    chain = steps(step("view"), without("refund"), step("click"), step("purchase"))
    assert holds(chain, line("09:00 refund 10:00 view 10:01 click 10:02 refund 10:03 purchase"))


def test_r8_several_exclusions_all_apply() -> None:
    chain = steps(step("view"), without("refund"), without("error"), step("purchase"))
    assert not holds(chain, line("10:00 view 10:01 error 10:02 purchase"))
    assert not holds(chain, line("10:00 view 10:01 refund 10:02 purchase"))


def test_r8_n_times_may_have_excluded_rows_between_its_own_events() -> None:
    chain = steps(step("view"), without("refund"), step("click", times=2))
    assert holds(chain, line("10:00 view 10:01 click 10:02 refund 10:03 click"))
    assert not holds(chain, line("10:00 view 10:01 refund 10:02 click 10:03 click"))


# ---------------------------------------------------------------- R9 directly


def test_r9_directly_takes_the_very_next_of_the_named_events() -> None:
    chain = steps(step("view"), step("pay", directly=(rows_of("click"), rows_of("pay"))))
    assert holds(chain, line("10:00 view 10:01 scroll 10:02 pay"))
    assert not holds(chain, line("10:00 view 10:01 click 10:02 pay"))
    assert holds(chain, line("10:00 view 10:01 click 10:02 view 10:03 pay"))


def test_r9_directly_among_all_rows() -> None:
    chain = steps(step("view"), step("pay", directly=(every(),)))
    assert holds(chain, line("10:00 view 10:01 pay"))
    assert not holds(chain, line("10:00 view 10:01 scroll 10:02 pay"))
    assert holds(chain, line("10:00 view 10:01 scroll 10:01 pay"))  # a tie lies beside it, not between


def test_r9_directly_n_times_is_a_run() -> None:
    chain = steps(step("view"), step("click", times=2, directly=(every(),)))
    assert holds(chain, line("10:00 view 10:01 click 10:02 click"))
    assert not holds(chain, line("10:00 view 10:01 click 10:02 scroll 10:03 click"))


# ---------------------------------------------------------------- R10 same event, same thing


def test_r10_all_predicates_of_a_step_hold_on_one_row() -> None:
    chain = steps(step("view", compare("url", "=", "/cart"), compare("country", "=", "Brazil")))
    split = [row("10:00", "view", url="/cart"), row("10:01", "view", country="Brazil")]
    assert not holds(chain, split)
    assert holds(chain, [row("10:00", "view", url="/cart", country="Brazil")])


def test_r10_same_key_asks_for_one_value_that_is_not_missing() -> None:
    chain = steps(step("view"), step("click"), same="session.id")
    assert holds(chain, [row("10:00", "view", session="s"), row("10:01", "click", session="s")])
    assert not holds(chain, [row("10:00", "view", session="s"), row("10:01", "click", session="t")])
    assert not holds(chain, line("10:00 view 10:01 click"))


def test_r10_exclusions_and_directly_look_only_at_the_same_thing() -> None:
    other = row("10:01", "refund", session="t")
    rows = [row("10:00", "view", session="s"), other, row("10:02", "purchase", session="s")]
    assert holds(steps(step("view"), without("refund"), step("purchase"), same="session.id"), rows)
    assert holds(steps(step("view"), step("purchase", directly=(every(),)), same="session.id"), rows)
    assert not holds(steps(step("view"), without("refund"), step("purchase")), rows)


# ---------------------------------------------------------------- any order, optional, labels


ANY_ORDER = model.AnyOrder(steps=(step("click"), step("scroll")))


def test_any_order_takes_its_steps_in_one_of_their_orders() -> None:
    chain = steps(step("view"), ANY_ORDER, step("purchase"))
    assert holds(chain, line("10:00 view 10:01 click 10:02 scroll 10:03 purchase"))
    assert holds(chain, line("10:00 view 10:01 scroll 10:02 click 10:03 purchase"))
    assert not holds(chain, line("10:00 view 10:01 scroll 10:03 purchase"))
    assert not holds(chain, line("10:00 view 10:01 click 10:01 scroll 10:03 purchase"))


def test_any_order_may_open_a_sequence_and_one_event_fills_one_step() -> None:
    twice = model.AnyOrder(steps=(step("view"), step("view", compare("url", "=", "/cart"))))
    assert not holds(steps(twice), [row("10:00", "view", url="/cart")])
    assert holds(steps(twice), [row("10:00", "view", url="/cart"), row("10:01", "view")])


def test_any_order_measures_gaps_from_the_event_before_the_group() -> None:
    group = ANY_ORDER.replace(after=minutes(5), within=minutes(10))
    assert holds(steps(step("view"), group), line("10:00 view 10:05 click 10:10 scroll"))
    assert not holds(steps(step("view"), group), line("10:00 view 10:04 click 10:10 scroll"))
    assert not holds(steps(step("view"), group), line("10:00 view 10:05 click 10:11 scroll"))


def test_a_step_after_a_group_measures_from_the_last_event_of_the_group() -> None:
    chain = steps(ANY_ORDER, step("purchase", within=minutes(5)))
    assert holds(chain, line("10:00 scroll 10:20 click 10:25 purchase"))
    assert not holds(chain, line("10:00 scroll 10:20 click 10:26 purchase"))


def test_optional_steps_may_be_skipped_and_gaps_then_reach_over_them() -> None:
    chain = steps(step("view"), step("click", optional=True), step("purchase", within=minutes(10)))
    assert holds(chain, line("10:00 view 10:10 purchase"))
    assert holds(chain, line("10:00 view 10:20 click 10:30 purchase"))
    assert not holds(chain, line("10:00 view 10:20 purchase"))


def test_exclusions_beside_a_skipped_step_hold_for_the_whole_stretch() -> None:
    chain = steps(step("view"), without("refund"), step("click", optional=True), without("error"), step("purchase"))
    assert not holds(chain, line("10:00 view 10:01 error 10:02 purchase"))
    assert not holds(chain, line("10:00 view 10:01 refund 10:02 purchase"))
    assert holds(chain, line("10:00 view 10:01 error 10:02 click 10:03 purchase"))
    assert not holds(chain, line("10:00 view 10:01 error 10:02 click 10:03 error 10:04 purchase"))


def test_a_skipped_step_at_an_end_takes_its_exclusions_along() -> None:
    opened = steps(step("view", optional=True), without("refund"), step("click", within=minutes(1)))
    assert holds(opened, line("10:00 view 10:01 refund 10:30 click"))
    closed = steps(step("view"), without("refund"), step("click", optional=True))
    assert holds(closed, line("10:00 view 10:01 refund"))


def test_a_step_that_comes_first_because_others_are_skipped_asks_nothing_of_what_is_before() -> None:
    near = step("click", times=2, within=minutes(1), directly=(every(),))
    assert holds(steps(step("view", optional=True), near), line("10:00 click 10:30 scroll 11:00 click"))
    assert not holds(steps(step("view"), near), line("09:59 view 10:00 click 10:30 scroll 11:00 click"))
    late = ANY_ORDER.replace(after=minutes(60))
    assert holds(steps(step("view", optional=True), late), line("10:00 scroll 10:01 click"))


def test_at_least_one_step_is_taken() -> None:
    assert not holds(steps(step("view", optional=True), step("click", optional=True)), line("10:00 scroll"))
    assert holds(steps(step("view", optional=True), step("click", optional=True)), line("10:00 click"))


def label(name: str, of: str) -> model.LabelRead:
    return model.LabelRead(label=name, read=read(of))


def test_a_label_reads_the_row_that_its_step_took() -> None:
    dearer = steps(step("view", label="seen"), step("buy", compare("amount", ">", label("seen", "amount"))))
    assert holds(
        dearer, [row("10:00", "view", amount=5), row("10:01", "view", amount=9), row("10:02", "buy", amount=6)]
    )
    assert not holds(dearer, [row("10:00", "view", amount=9), row("10:02", "buy", amount=6)])


def test_a_label_of_n_times_reads_its_last_event() -> None:
    dearer = steps(step("view", times=2, label="seen"), step("buy", compare("amount", ">", label("seen", "amount"))))
    bought = row("10:02", "buy", amount=6)
    assert holds(dearer, [row("10:00", "view", amount=9), row("10:01", "view", amount=5), bought])
    assert not holds(dearer, [row("10:00", "view", amount=5), row("10:01", "view", amount=9), bought])


def test_a_label_of_a_skipped_step_is_missing() -> None:
    unlike = model.Not(term=compare("amount", "=", label("seen", "amount")))
    chain = steps(step("view", optional=True, label="seen"), step("buy", unlike))
    assert holds(chain, [row("10:00", "view", amount=6), row("10:02", "buy", amount=6)])


def test_the_window_of_a_sequence_limits_all_of_its_rows() -> None:
    last_day = model.Window(start=model.Ago(count=1, unit="day"))
    assert not holds(steps(step("view"), step("click"), window=last_day), line("2026-03-29T23:59 view 10:00 click"))


# ---------------------------------------------------------------- R11 two-valued logic


IS_A = compare("country", "=", "A")


@pytest.mark.parametrize(
    ("expr", "on_missing"),
    [
        (IS_A, False),
        (model.Not(term=IS_A), True),
        (model.Not(term=model.Not(term=IS_A)), False),
        (compare("country", "=", read("url")), False),
        (compare("country", "<", "z"), False),
        (model.Not(term=compare("country", "<", "z")), True),
        (model.InList(term=read("country"), items=(const("A"), const("B"))), False),
        (model.Not(term=model.InList(term=read("country"), items=(const("A"), const("B")))), True),
        (model.Match(term=read("country"), op="like", pattern=const("%")), False),
        (model.Not(term=model.Match(term=read("country"), op="contains", pattern=const(""))), True),
        (model.IsMissing(term=read("country")), True),
        (model.Not(term=model.IsMissing(term=read("country"))), False),
        (read("paid"), False),
        (model.Not(term=read("paid")), True),
        (compare("paid", "=", False), False),
        (model.Or(terms=(IS_A, model.IsMissing(term=read("url")))), True),
        (model.Not(term=model.And(terms=(IS_A, IS_A))), True),
        (model.Always(), True),
    ],
)
def test_r11_a_comparison_with_a_missing_value_is_false_and_its_not_is_true(expr: Any, on_missing: bool) -> None:
    assert holds(where(expr), [row("10:00")]) is on_missing


def test_r11_a_missing_item_of_a_list_equals_nothing() -> None:
    listed = model.InList(term=read("country"), items=(read("url"), const("A")))
    assert holds(where(listed), [row("10:00", country="A")])
    assert holds(where(model.Not(term=listed)), [row("10:00", country="B")])


def test_r11_measures_are_two_valued_too() -> None:
    dearest = model.Aggregate(
        function="max", of=selection(rows_of("buy")), exprs=(read("amount"),), distinct=False, type=DECIMAL
    )
    rows = line("10:00 view")
    assert not holds(measured(dearest, "<", 5), rows)
    assert not holds(measured(dearest, "=", dearest), rows)
    assert holds(model.Opposite(term=measured(dearest, "=", 5)), rows)


# ---------------------------------------------------------------- expressions


def gives(expr: Any, expected: Any, **values: Any) -> None:
    if expected is None:
        assert holds(where(model.IsMissing(term=expr)), [row("10:00", **values)])
    else:
        assert holds(where(compare(expr, "=", expected)), [row("10:00", **values)])


def arithmetic(left: Any, op: Any, right: Any) -> model.Arithmetic:
    left, right = (side if hasattr(side, "_fields") else const(side) for side in (left, right))
    return model.Arithmetic(left=left, op=op, right=right, type=DECIMAL)


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (arithmetic(7, "/", 2), Decimal("3.5")),
        (arithmetic(Decimal("0.1"), "+", Decimal("0.2")), Decimal("0.3")),
        (arithmetic(arithmetic(1, "/", 3), "*", 3), 1),
        (arithmetic(2, "-", 5), -3),
        (arithmetic(1, "/", 0), None),
        (arithmetic(1, "+", read("amount")), None),
        (model.Negate(term=const(3), type=INTEGER), -3),
        (model.Negate(term=read("amount"), type=DECIMAL), None),
    ],
)
def test_arithmetic_is_exact_and_missing_when_it_has_no_answer(expr: Any, expected: Any) -> None:
    gives(expr, expected)


def test_numbers_compare_as_numbers_whatever_their_type() -> None:
    assert holds(where(compare("amount", "=", 2)), [row("10:00", amount=Decimal("2.00"))])
    assert holds(where(compare("amount", "=", Decimal("0.1"))), [row("10:00", amount=0.1)])
    assert holds(where(compare("amount", "<", Decimal("2.5"))), [row("10:00", amount=2)])


def call(function: str, *arguments: Any, zone: str = UTC) -> model.Call:
    return model.Call(function=function, arguments=arguments, type=TEXT, zone=zone)


@pytest.mark.parametrize(
    ("function", "value", "expected"),
    [
        ("lower", "ÀbC", "àbc"),
        ("upper", "àbc", "ÀBC"),
        ("trim", "  a b\t ", "a b\t"),
        ("length", "a😀é", 3),
        ("lower", None, None),
        ("abs", Decimal("-2.5"), Decimal("2.5")),
        ("abs", None, None),
    ],
)
def test_functions_of_a_missing_argument_are_missing(function: str, value: Any, expected: Any) -> None:
    gives(call(function, read("url")), expected, url=value)


def test_coalesce_is_the_first_that_is_not_missing() -> None:
    gives(call("coalesce", read("url"), read("country"), const("none")), "B", country="B")
    gives(call("coalesce", read("url"), read("country")), None)


@pytest.mark.parametrize(
    ("function", "at", "zone", "expected"),
    [
        ("date", "2026-03-01T02:59", SAO_PAULO, dt.date(2026, 2, 28)),
        ("date", "2018-11-04T03:00", SAO_PAULO, dt.date(2018, 11, 4)),
        ("hour", "2018-11-04T03:00", SAO_PAULO, 1),
        ("hour", "2026-03-08T06:59", NEW_YORK, 1),
        ("hour", "2026-03-08T07:00", NEW_YORK, 3),
        ("hour", "2025-11-02T05:30", NEW_YORK, 1),
        ("hour", "2025-11-02T06:30", NEW_YORK, 1),
        ("weekday", "2026-03-30T12:00", UTC, 1),
        ("weekday", "2026-03-30T03:00", NEW_YORK, 7),
        ("year", "2026-01-01T04:59", NEW_YORK, 2025),
        ("month", "2026-01-01T04:59", NEW_YORK, 12),
        ("day", "2024-03-01T04:59", NEW_YORK, 29),
    ],
)
def test_parts_of_a_time_are_those_of_the_zone(function: str, at: str, zone: str, expected: Any) -> None:
    gives(call(function, read("time"), zone=zone), expected, time=clock(at))


def test_a_moment_in_an_expression_moves_with_now() -> None:
    day_ago = model.InstantOf(instant=model.Ago(count=1, unit="day"), zone=UTC, type=TIMESTAMP)
    assert holds(where(compare("time", ">=", day_ago)), [row("2026-03-30T00:00")])
    assert not holds(where(compare("time", ">", day_ago)), [row("2026-03-30T00:00")])
    as_date = model.InstantOf(instant=model.Ago(count=1, unit="day"), zone=NEW_YORK, type=DATE)
    assert holds(where(compare("day", "=", as_date)), [row("10:00", day=dt.date(2026, 3, 29))])


@pytest.mark.parametrize(
    ("text", "op", "pattern", "expected"),
    [
        ("/product/7", "like", "/product/%", True),
        ("/Product/7", "like", "/product/%", False),
        ("abc", "like", "a_c", True),
        ("ac", "like", "a_c", False),
        ("abc", "like", "b", False),
        ("a\nb", "like", "a%b", True),
        ("a\n", "like", "a", False),
        ("100%", "like", "100\\%", False),
        ("100\\x", "like", "100\\%", True),
        ("a.c", "like", "a.c", True),
        ("abc", "like", "a.c", False),
        ("a%b", "contains", "%", True),
        ("ab", "contains", "%", False),
        ("ab", "contains", "", True),
        ("ab", "starts with", "a", True),
        ("ab", "starts with", "b", False),
        ("ab", "ends with", "b", True),
        ("ab", "ends with", "B", False),
        ("/item/42/x", "matches", "/item/[0-9]+", True),
        ("/item/x", "matches", "^/item/[0-9]+$", False),
        ("é", "matches", r"\w", False),
    ],
)
def test_text_matches_by_its_characters(text: str, op: Any, pattern: str, expected: bool) -> None:
    matched = model.Match(term=read("url"), op=op, pattern=const(pattern))
    assert holds(where(matched), [row("10:00", url=text)]) is expected


def test_contains_asks_a_list_for_a_member() -> None:
    tagged = model.Match(term=read("tags"), op="contains", pattern=const("vip"))
    assert holds(where(tagged), [row("10:00", tags=["new", "vip"])])
    assert not holds(where(tagged), [row("10:00", tags=["vip2", None])])
    assert not holds(where(tagged), [row("10:00", tags=None)])


# ---------------------------------------------------------------- R12 universe, and aggregates over nothing


def test_r12_negatives_hold_for_every_key_of_the_sources() -> None:
    rows = [row("10:00", "view"), row("10:00", "refund", id="bia"), row("1999-01-01T00:00", "x", id="cem")]
    assert who(never(rows_of("refund")), rows) == {"ana", "cem"}
    assert who(measured(count(rows_of("refund")), "<", 3), rows) == {"ana", "bia", "cem"}
    assert who(model.Opposite(term=model.AnyOf(terms=(did(rows_of("view")), did(rows_of("refund"))))), rows) == {"cem"}


def test_r12_the_universe_knows_no_time() -> None:
    assert who(never(rows_of("view")), [row("2030-01-01T00:00", "view")]) == {"ana"}


def test_r12_the_universe_of_a_table_is_its_keys() -> None:
    free = segment(
        model.Opposite(
            term=did(
                model.RowsOf(data=PLANS, predicate=compare("tier", "=", "pro")),
                window=None,
            )
        ),
        by="usr.email",
        data=(PLANS,),
    )
    assert who(free, plans=[{"usr.email": "a", "tier": "pro"}, {"usr.email": "b"}, {"tier": "free"}]) == {"b"}


def amounts(function: Any, *values: Any, distinct: bool = False) -> tuple[model.Aggregate, Rows]:
    of = model.Aggregate(
        function=function, of=selection(rows_of("buy")), exprs=(read("amount"),), distinct=distinct, type=DECIMAL
    )
    return of, [row("09:00", "view"), *(row("10:00", "buy", amount=value) for value in values)]


@pytest.mark.parametrize(
    ("function", "values", "distinct", "expected"),
    [
        ("count", (), False, 0),
        ("count", (1, None, 2, 2), False, 3),
        ("count", (1, None, 2, Decimal("2.0")), True, 2),
        ("sum", (), False, 0),
        ("sum", (None,), False, 0),
        ("sum", (Decimal("0.1"), Decimal("0.2"), None), False, Decimal("0.3")),
        ("sum", (5, 5, 7), True, 12),
        ("avg", (1, 2, None), False, Decimal("1.5")),
        ("avg", (1, 1, 4), True, Decimal("2.5")),
        ("min", (3, None, 2), False, 2),
        ("max", (3, None, 2), False, 3),
        ("median", (9, 1, 2), False, 2),
        ("median", (9, 1, 2, None, 3), False, Decimal("2.5")),
        ("sum", (0.5, 0.25), False, 0.75),
    ],
)
def test_r12_aggregates_leave_missing_values_out(function: str, values: Any, distinct: bool, expected: Any) -> None:
    of, rows = amounts(function, *values, distinct=distinct)
    assert holds(measured(of, "=", expected), rows)


@pytest.mark.parametrize("function", ["avg", "min", "max", "median"])
def test_r12_over_nothing_the_others_are_missing(function: str) -> None:
    of, rows = amounts(function, None)
    assert not any(holds(measured(of, op, 0), rows) for op in ("=", "<", ">="))


def test_an_average_is_a_float() -> None:
    of, rows = amounts("avg", 1, 0, 0)
    assert holds(measured(of, "=", 1.0 / 3.0), rows)
    assert holds(measured(of, "=", Decimal("0.3333333333333333333333333333333333")), rows)
    assert not holds(measured(of, "=", Decimal("0.3333")), rows)


def test_aggregates_compare_with_aggregates() -> None:
    twice_the_clicks = model.MeasureArithmetic(left=const(2), op="*", right=count(rows_of("click")))
    condition = measured(count(rows_of("view")), ">", twice_the_clicks)
    assert holds(condition, line("10:00 view 10:01 view 10:02 view 10:03 click"))
    assert not holds(condition, line("10:00 view 10:01 view 10:03 click"))
    per_click = model.MeasureArithmetic(left=count(rows_of("view")), op="/", right=count(rows_of("click")))
    assert not holds(measured(per_click, ">", 0), line("10:00 view"))
    assert holds(measured(model.MeasureNegate(term=count(every())), "=", -1), line("10:00 view"))


def test_aggregates_over_several_sources_read_each_with_its_own_expression() -> None:
    of = model.Aggregate(
        function="sum",
        of=selection(rows_of("buy"), every(BILLING)),
        exprs=(read("amount"), model.Negate(term=read("amount"), type=DECIMAL)),
        distinct=False,
        type=DECIMAL,
    )
    asked = segment(measured(of, "=", 7), data=(RUM, BILLING))
    assert who(asked, [row("10:00", "buy", amount=10)], billing=[row("11:00", amount=3)]) == {"ana"}


def test_first_did_asks_for_the_first_ever() -> None:
    this_year = model.Window(start=model.Fixed(at=dt.datetime(2026, 1, 1)))
    first = model.FirstIn(of=selection(rows_of("buy")), window=this_year)
    assert holds(first, line("2026-02-01T00:00 buy 2026-03-01T00:00 buy"))
    assert not holds(first, line("2025-12-31T00:00 buy 2026-03-01T00:00 buy"))
    assert not holds(first, line("10:00 view"))


# ---------------------------------------------------------------- R13 joins


def joined(predicate: model.Expr, data: model.Data = PLANS) -> model.JoinTable:
    return model.JoinTable(table=data, on=key("usr.email"), predicate=predicate, bridge=selection(every()))


PRO = compare("tier", "=", "pro")


def test_r13_a_join_holds_if_some_row_of_the_table_does() -> None:
    rows = [row("10:00", "view", email="a@x"), row("10:00", "view", id="bia", email="b@x"), row("10:00", id="cem")]
    plans = [{"usr.email": "a@x", "tier": "free"}, {"usr.email": "a@x", "tier": "pro"}, {"tier": "pro"}]
    assert who(joined(PRO), rows, plans=plans) == {"ana"}


def test_r13_duplicates_in_a_joined_table_never_multiply() -> None:
    twice = every_of(joined(PRO), measured(count(every()), "=", 1))
    assert holds(twice, [row("10:00", email="a@x")], plans=[{"usr.email": "a@x", "tier": "pro"}] * 3)


def test_r13_a_join_on_the_own_key_needs_no_rows_in_the_window() -> None:
    asked = segment(model.JoinTable(table=PLANS, on=key("usr.email"), predicate=PRO, bridge=None), by="usr.email")
    plans = [{"usr.email": "a@x", "tier": "pro"}, {"usr.email": "nobody", "tier": "pro"}]
    assert who(asked, [row("2030-01-01T00:00", email="a@x")], plans=plans) == {"a@x"}


def version(start: Any, end: Any, tier: str) -> dict[str, object]:
    return {"usr.email": "a@x", "valid_from": start, "valid_to": end, "tier": tier}


def test_r13_a_versioned_row_must_be_valid_now() -> None:
    rows = [row("10:00", email="a@x")]
    condition = joined(PRO, VERSIONS)
    assert holds(condition, rows, plans=[version(None, None, "pro")])
    assert holds(condition, rows, plans=[version(NOW, None, "pro")])
    assert not holds(condition, rows, plans=[version(None, NOW, "pro"), version(NOW, None, "free")])


def test_r13_a_segment_of_a_versioned_table_sees_what_is_valid_now_in_a_universe_of_all_versions() -> None:
    pro = did(model.RowsOf(data=VERSIONS, predicate=PRO), window=None)
    past, present = version(None, NOW, "pro"), version(NOW, None, "pro")
    by_email: Any = {"by": "usr.email", "data": (VERSIONS,)}
    assert who(segment(pro, **by_email), plans=[past]) == set()
    assert who(segment(pro, **by_email), plans=[past, present]) == {"a@x"}
    assert who(segment(model.Opposite(term=pro), **by_email), plans=[past]) == {"a@x"}


def test_r13_a_bound_that_is_a_date_is_the_start_of_its_day_in_the_zone() -> None:
    plans = VERSIONS.replace(zone=SAO_PAULO)
    rows = [row("10:00", email="a@x")]
    today = version(dt.date(2026, 3, 31), None, "pro")
    assert holds(joined(PRO, plans), rows, plans=[today], now=dt.datetime(2026, 3, 31, 3))
    assert not holds(joined(PRO, plans), rows, plans=[today], now=dt.datetime(2026, 3, 31, 2, 59))


def test_r13_where_reads_the_row_valid_at_the_time_of_the_event() -> None:
    tier = model.TableRead(
        table=VERSIONS, key=key("usr.email"), own=key("usr.email"), name="tier", type=TEXT, column=column("tier")
    )
    bought_as_pro = did(rows_of("buy", compare(tier, "=", "pro")))
    plans = [version(None, clock("12:00"), "free"), version(clock("12:00"), None, "pro")]
    assert holds(bought_as_pro, [row("12:00", "buy", email="a@x")], plans=plans)
    assert not holds(bought_as_pro, [row("11:59", "buy", email="a@x")], plans=plans)
    assert not holds(bought_as_pro, [row("12:00", "buy", email="b@x")], plans=plans)
    assert not holds(bought_as_pro, [row("12:00", "buy")], plans=[*plans, {"tier": "pro"}])


def test_r13_a_broken_promise_of_uniqueness_reads_the_least_value() -> None:
    tier = model.TableRead(
        table=PLANS, key=key("usr.email"), own=key("usr.email"), name="tier", type=TEXT, column=column("tier")
    )
    plans = [{"usr.email": "a@x", "tier": t} for t in ("pro", None, "free")]
    rows = [row("10:00", "buy", email="a@x")]
    assert holds(did(rows_of("buy", compare(tier, "=", "free"))), rows, plans=plans)
    assert not holds(did(rows_of("buy", compare(tier, "=", "pro"))), rows, plans=plans)


# ---------------------------------------------------------------- R14 segments in segments


def test_r14_in_names_a_segment_as_it_is_defined() -> None:
    buyers = segment(did(rows_of("buy")), name="buyers")
    inside = model.InSegment(segment="buyers", via=None, bridge=None)
    rows = [row("10:00", "buy"), row("10:00", "view", id="bia")]
    assert who(inside, rows, buyers) == {"ana"}
    assert who(model.Opposite(term=inside), rows, buyers) == {"bia"}


def test_r14_members_are_keys_of_the_segments_own_sources() -> None:
    payers = segment(did(every(BILLING)), name="payers", data=(BILLING,))
    inside = model.InSegment(segment="payers", via=None, bridge=None)
    billing = [row("10:00"), row("10:00", id="bia")]
    assert who(inside, [row("10:00", "view")], payers, billing=billing) == {"ana"}


def test_r14_via_crosses_through_the_rows_within_the_window() -> None:
    premium = segment(
        did(model.RowsOf(data=PLANS, predicate=PRO), window=None), name="premium", by="usr.email", data=(PLANS,)
    )
    last_day = model.Window(start=model.Ago(count=1, unit="day"))
    crossing = model.InSegment(segment="premium", via="usr.email", bridge=selection(every(), window=last_day))
    rows = [
        row("10:00", email="a@x"),
        row("10:01", email="b@x"),
        row("2026-03-01T00:00", id="bia", email="a@x"),
        row("10:00", id="cem"),
    ]
    plans = [{"usr.email": "a@x", "tier": "pro"}, {"usr.email": "b@x", "tier": "free"}]
    assert who(crossing, rows, premium, plans=plans) == {"ana"}
    assert who(model.Opposite(term=crossing), rows, premium, plans=plans) == {"bia", "cem"}
