"""Elapsed times to what is told of them: the least, the median, the average, the 90th percentile and the greatest.

Each value gets its place among those of its group, which every engine can say exactly; the percentiles are then values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from segql.node import Value
from segql.sql import expressions as e
from segql.sql import spellings as s
from segql.sql.scan import Names, case, named
from segql.sql.sequences import AddCte
from segql.sql.target import Target

MILLION = 1_000_000  # microseconds of a second


class Asked(Value):
    """A column of microseconds, and the names under which what is told of it comes out."""

    micros: str
    least: str
    median: str
    average: str
    p90: str
    most: str

    def columns(self) -> tuple[str, ...]:
        return (self.least, self.median, self.average, self.p90, self.most)


def summaries(target: Target, table: str, by: Sequence[str], many: Sequence[Asked], add: AddCte) -> exp.Select:
    """A row for each group of a table that has microseconds: the columns `by`, and those that are asked for, in seconds."""
    names = Names([*by, *(each.micros for each in many)])
    places, count = {each.micros: names.new("place") for each in many}, names.new("among")
    ranked = add("ranked", _ranked(table, by, places, count))
    told = [named(value, name) for each in many for name, value in _told(target, each, places[each.micros], count)]
    columns = [e.column(name) for name in by]
    found = exp.select(*columns, *told).from_(e.table(ranked), copy=False)
    return found.group_by(*(column.copy() for column in columns), copy=False)


def _ranked(table: str, by: Sequence[str], places: Mapping[str, str], count: str) -> exp.Select:
    """The rows, with the place of each value among those of its group, and how many there are."""

    def over(value: exp.Expr, order: exp.Order | None) -> exp.Window:
        return exp.Window(this=value, partition_by=[e.column(name) for name in by], order=order)

    columns: list[exp.Expr] = [e.column(name) for name in (*by, *places)]
    for micros, place in places.items():
        ascending = exp.Order(expressions=[exp.Ordered(this=e.column(micros), nulls_first=False)])
        columns.append(named(over(exp.RowNumber(), ascending), place))
    columns.append(named(over(exp.Count(this=exp.Star()), None), count))
    return exp.select(*columns).from_(e.table(table), copy=False)


def _told(target: Target, asked: Asked, place: str, count: str) -> list[tuple[str, exp.Expr]]:
    """R23.9, column by column. The value at a place is the least of those from there on."""

    def micros() -> exp.Expr:
        return e.column(asked.micros)

    def at(kind: type[exp.Binary], times: int, whole: exp.Expr) -> exp.Expr:
        """The first value whose place, so many times, has reached (or passed) a whole."""
        reached = exp.Mul(this=e.column(place), expression=s.number(times))
        return exp.Min(this=case(kind(this=reached, expression=whole), micros()))

    def seconds(value: exp.Expr, parts: int = MILLION) -> exp.Expr:
        return exp.Div(this=target.spell("double", value), expression=s.number(parts))

    among, nine = e.column(count), exp.Mul(this=e.column(count), expression=s.number(9))
    middle = exp.Add(this=at(exp.GTE, 2, among), expression=at(exp.GT, 2, among.copy()))
    beyond = exp.Mod(this=micros(), expression=s.number(MILLION))
    # Whole seconds add up exactly as floats; microseconds would not, nor do all of them fit an integer.
    whole = seconds(exp.Sub(this=micros(), expression=exp.Paren(this=beyond.copy())))
    total = exp.Add(this=exp.Sum(this=whole), expression=seconds(exp.Sum(this=beyond)))
    return [
        (asked.least, seconds(exp.Min(this=micros()))),
        (asked.median, seconds(middle, 2 * MILLION)),
        (asked.average, exp.Div(this=exp.Paren(this=total), expression=exp.Count(this=exp.Star()))),
        (asked.p90, seconds(at(exp.GTE, 10, nine))),
        (asked.most, seconds(exp.Max(this=micros()))),
    ]
