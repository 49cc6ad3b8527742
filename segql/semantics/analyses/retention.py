"""`retention`: who comes back after a start, by cohort and period."""

from __future__ import annotations

from segql.diagnostics import register
from segql.semantics import calendar, model, windows
from segql.semantics.analyses.explore import PART
from segql.semantics.analyses.groups import group, no_steps
from segql.semantics.analyses.setting import Columns, setting, timed
from segql.semantics.context import BOOLEAN, DATE, FLOAT, INTEGER, Context, only
from segql.semantics.scope import Declared
from segql.semantics.segments import Frame, narrowed, rows_of
from segql.syntax import ast

COHORT, PERIOD, KEYS, SIZE, SHARE, COMPLETE = "cohort", "period", "keys", "size", "share", "complete"
MOST_PERIODS = 366
FINER = ("second", "minute", "hour")


def retention(context: Context, declared: Declared) -> model.Retention | None:
    """The meaning of a `retention`; None, said, if there is a mistake that leaves nothing of it."""
    node: ast.Retention = declared.node
    found = setting(context, declared, "key usr.id")
    start = only(context, declared, node.items, ast.CohortStart, "start")
    back = only(context, declared, node.items, ast.CohortReturn, "return")
    every = only(context, declared, node.items, ast.Every, "every")
    event = found.frame.data[0].name if found else "my_event"
    examples = (f"start first {event}", f"return {event}", "every 1 week for 8")
    for clause, example in zip((start, back, every), examples, strict=True):
        if clause is None:
            what = f"`retention {node.name.text}`"
            context.say(register.missing_clause(declared.at(node.name), what, example.split()[0], example))
    if found is None or start is None or back is None or every is None or not timed(found, "`retention`"):
        return None
    started = rows_of(found.frame, start.event)
    returned = rows_of(found.frame, back.event)
    if started is None or returned is None:
        return None
    periods = windows.whole(context, declared, every.count, "a number of periods", 1, MOST_PERIODS)
    period = _period(context, declared, every, periods)
    columns = Columns(found)
    totals = only(context, declared, node.items, ast.Totals, "totals")
    if totals:
        columns.own(PART)
    cohort, groups = _groups(found.frame.replace(data=(started.data,)), columns, period)
    for name, type in ((PERIOD, INTEGER), (KEYS, INTEGER), (SIZE, INTEGER), (SHARE, FLOAT), (COMPLETE, BOOLEAN)):
        columns.own(name, type)
    window = found.frame.window
    assert window is not None, "all of the data have a time"
    return model.Retention(
        **found.fields(),
        columns=tuple(columns.columns),
        start=model.Selection(rows=(narrowed(found.frame, started, start.where),), window=window),
        first=start.first,
        returns=model.Selection(rows=(narrowed(found.frame, returned, back.where),), window=window.replace(end=None)),
        cohort=cohort,
        groups=groups,
        period=period,
        periods=periods,
        later=every.later,
        totals=totals is not None,
    )


def _period(context: Context, declared: Declared, every: ast.Every, periods: int) -> model.Period:
    length = every.length
    unit = length.unit.name
    if isinstance(length, ast.Calendar):
        if unit in FINER:
            context.say(
                register.period_of_clock(declared.at(length), unit, f"write `every 1 {unit} for …` for elapsed time")
            )
        return model.Period(count=1, unit="day" if unit in FINER else unit, calendar=True)
    if unit in calendar.MONTHS:
        context.say(register.period_of_months(declared.at(length), unit))
        return model.Period(count=1, unit=unit, calendar=True)
    most = windows.LONGEST.get(unit, windows.MOST) // periods  # all of them together are a thousand years at most
    count = windows.whole(context, declared, length.count, f"a number of {unit}s", 1, most)
    return model.Period(count=count, unit=unit)


def _groups(frame: Frame, columns: Columns, period: model.Period) -> tuple[model.Group, tuple[model.Group, ...]]:
    """The cohort, which is a calendar unit of the start; and what else is told apart by the start."""
    context, declared = frame.context, frame.declared
    by = only(context, declared, declared.node.items, ast.By, "by")
    items = by.items if by else ()
    units = [item for item in items if isinstance(item.expr, ast.Bucket)]
    for extra in units[1:]:
        first = declared.at(units[0], "first written here")
        context.say(register.duplicate_clause(declared.at(extra), first, "by a calendar unit"))
    unit = units[0].expr.unit.name if units else _unit_of(period)  # type: ignore[union-attr]
    if unit in FINER:
        context.say(register.period_of_clock(declared.at(units[0]), unit, "write `by day`"))
        unit = "day"
    name = units[0].name if units else None
    column = columns.add(name.text, DATE, name) if name else columns.own(COHORT, DATE)
    others = [item for item in items if item not in units]
    for item in items:
        no_steps(frame, item, "retention")
    groups = tuple(g for item in others if (g := group(frame, columns, item)))
    return model.Group(column=column, unit=unit, zone=frame.zone), groups


def _unit_of(period: model.Period) -> model.Unit:
    """Without a unit that is written, cohorts are as long as the periods, in days at least."""
    return "day" if period.unit in FINER else period.unit
