"""From reductions to nodes: one method for each rule of segql.lark, in the order of the grammar.

A method is given the span of what the rule matched and the rule's children: nodes, tokens, and None for what was left out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from segql.source import Span
from segql.syntax import ast
from segql.syntax.scan import Token, name_text, path_parts

Method = Callable[..., Any]


class Builder:
    """Builds the nodes of one text. `docs` holds the documentation comments by the offset of what they document."""

    def __init__(self, docs: dict[int, str]) -> None:
        self.docs = docs

    def doc(self, span: Span) -> str:
        return self.docs.get(span.start, "")

    def start(self, span: Span, *declarations: ast.Declaration) -> tuple[ast.Declaration, ...]:
        return declarations

    # files and settings

    def use(self, span: Span, file: ast.String) -> ast.Use:
        return ast.Use(span=span, file=file)

    def zone(self, span: Span, zone: ast.String) -> ast.Zone:
        return ast.Zone(span=span, zone=zone)

    # data: sources and tables

    def source(self, span: Span, name: ast.Name, like: ast.Path | None, *items: ast.DataItem) -> ast.Source:
        return ast.Source(span=span, name=name, like=like, items=items, doc=self.doc(span))

    def table(self, span: Span, name: ast.Name, *items: ast.DataItem) -> ast.Table:
        return ast.Table(span=span, name=name, items=items, doc=self.doc(span))

    def from_relation(self, span: Span, relation: ast.Path) -> ast.FromRelation:
        return ast.FromRelation(span=span, relation=relation)

    def from_file(self, span: Span, file: ast.String) -> ast.FromFile:
        return ast.FromFile(span=span, file=file)

    def time(self, span: Span, column: ast.Path, type: ast.Type | ast.EpochType | None) -> ast.Time:
        return ast.Time(span=span, column=column, type=type)

    def order(self, span: Span, *columns: ast.Path) -> ast.Order:
        return ast.Order(span=span, columns=_there(columns))

    def keys(self, span: Span, *columns: ast.KeyColumn) -> ast.Keys:
        return ast.Keys(span=span, columns=_there(columns))

    def key_column(
        self, span: Span, key: ast.Path, column: ast.Path | ast.Entry | None, unique: Token | None
    ) -> ast.KeyColumn:
        return ast.KeyColumn(span=span, key=key, column=column, unique=unique is not None)

    def layout(self, span: Span, kind: Token, column: ast.Path | None = None) -> ast.Layout:
        return ast.Layout(span=span, kind=kind.text, column=column)  # type: ignore[arg-type]

    def field(
        self, span: Span, path: ast.Path, type: ast.AnyType | ast.EpochType, column: ast.Path | ast.Entry | None
    ) -> ast.Field:
        return ast.Field(span=span, path=path, type=type, column=column, doc=self.doc(span))

    def entry(self, span: Span, of: ast.Path, by: ast.Name, value: ast.String, inside: Token) -> ast.Entry:
        return ast.Entry(span=span, of=of, by=by, value=value, inside=path_parts(inside.text[1:]))

    def event(self, span: Span, name: ast.Name, predicate: ast.Expr) -> ast.Event:
        return ast.Event(span=span, name=name, predicate=predicate, doc=self.doc(span))

    def valid(self, span: Span, start: ast.Path, end: ast.Path) -> ast.Valid:
        return ast.Valid(span=span, start=start, end=end)

    def type(self, span: Span, name: Token) -> ast.Type:
        return ast.Type(span=span, name=name.text)

    def enum_type(self, span: Span, *values: ast.String) -> ast.EnumType:
        return ast.EnumType(span=span, values=_there(values))

    def list_type(self, span: Span, item: ast.AnyType) -> ast.ListType:
        return ast.ListType(span=span, item=item)

    def epoch_type(self, span: Span, unit: Token) -> ast.EpochType:
        return ast.EpochType(span=span, unit=unit.text)  # type: ignore[arg-type]

    # params and defines

    def param(self, span: Span, name: ast.Name, type: ast.AnyType, default: ast.Literal_ | None) -> ast.Param:
        return ast.Param(span=span, name=name, type=type, default=default, doc=self.doc(span))

    def define(self, span: Span, name: ast.Name, expr: ast.Expr) -> ast.Define:
        return ast.Define(span=span, name=name, expr=expr, doc=self.doc(span))

    # segments

    def segment(self, span: Span, name: ast.Name, *items: ast.SegmentItem) -> ast.Segment:
        return ast.Segment(span=span, name=name, items=items, doc=self.doc(span))

    def key(self, span: Span, path: ast.Path) -> ast.Key:
        return ast.Key(span=span, path=path)

    def from_sources(self, span: Span, *names: ast.Name) -> ast.FromSources:
        return ast.FromSources(span=span, names=_there(names))

    def during(self, span: Span, window: ast.Window) -> ast.During:
        return ast.During(span=span, window=window)

    def where(self, span: Span, expr: ast.Expr) -> ast.Where:
        return ast.Where(span=span, expr=expr)

    def did(self, span: Span, event: ast.EventRef, *clauses: Any) -> ast.Did:
        return ast.Did(span=span, event=event, clauses=clauses)

    def times(self, span: Span, bound: ast.Bound, count: Token) -> ast.Times:
        return ast.Times(span=span, bound=bound, count=_number(count))

    def days(self, span: Span, bound: ast.Bound, count: Token) -> ast.Days:
        return ast.Days(span=span, bound=bound, count=_number(count))

    def at_least(self, span: Span) -> ast.Bound:
        return ast.Bound(span=span, kind="at least")

    def at_most(self, span: Span) -> ast.Bound:
        return ast.Bound(span=span, kind="at most")

    def exactly(self, span: Span) -> ast.Bound:
        return ast.Bound(span=span, kind="exactly")

    def never(self, span: Span, event: ast.EventRef, *clauses: ast.Where | ast.During) -> ast.Never:
        return ast.Never(span=span, event=event, clauses=clauses)

    def first_did(self, span: Span, event: ast.EventRef, *clauses: ast.Where | ast.During) -> ast.FirstDid:
        return ast.FirstDid(span=span, event=event, clauses=clauses)

    def in_segment(self, span: Span, segment: ast.Name, via: ast.Path | None) -> ast.InSegment:
        return ast.InSegment(span=span, segment=segment, via=via)

    def not_in_segment(self, span: Span, _: Token, segment: ast.Name, via: ast.Path | None) -> ast.InSegment:
        return ast.InSegment(span=span, segment=segment, via=via, negated=True)

    def of_funnel(
        self, span: Span, fate: ast.Fate, step: ast.Number | ast.Path, funnel: ast.Name, via: ast.Path | None
    ) -> ast.OfFunnel:
        return ast.OfFunnel(span=span, fate=fate, step=step, funnel=funnel, via=via)

    def converted(self, span: Span) -> ast.Fate:
        return ast.Fate(span=span, kind="converted")

    def dropped(self, span: Span) -> ast.Fate:
        return ast.Fate(span=span, kind="dropped")

    def pending(self, span: Span) -> ast.Fate:
        return ast.Fate(span=span, kind="pending")

    def via(self, span: Span, key: ast.Path) -> ast.Path:
        return key

    def join(self, span: Span, table: ast.Name, key: ast.Path, where: ast.Where | None) -> ast.Join:
        return ast.Join(span=span, table=table, key=key, where=where)

    def any_of(self, span: Span, *conditions: ast.Condition) -> ast.AnyOf:
        return ast.AnyOf(span=span, conditions=conditions)

    def all_of(self, span: Span, *conditions: ast.Condition) -> ast.AllOf:
        return ast.AllOf(span=span, conditions=conditions)

    def none_of(self, span: Span, *conditions: ast.Condition) -> ast.NoneOf:
        return ast.NoneOf(span=span, conditions=conditions)

    def event_ref(self, span: Span, path: ast.Path) -> ast.EventRef:
        return ast.EventRef(span=span, path=path)

    # windows

    def last(self, span: Span, duration: ast.Duration) -> ast.Last:
        return ast.Last(span=span, duration=duration)

    def this(self, span: Span, unit: ast.Unit) -> ast.This:
        return ast.This(span=span, unit=unit)

    def previous(self, span: Span, count: Token | None, unit: ast.Unit) -> ast.Previous:
        return ast.Previous(span=span, count=count and _number(count), unit=unit)

    def since(self, span: Span, moment: ast.Moment) -> ast.Since:
        return ast.Since(span=span, moment=moment)

    def before(self, span: Span, moment: ast.Moment) -> ast.Before:
        return ast.Before(span=span, moment=moment)

    def between(self, span: Span, start: Any, end: Any) -> ast.Between:
        return ast.Between(span=span, start=start, end=end)

    def ever(self, span: Span) -> ast.Ever:
        return ast.Ever(span=span)

    def ago(self, span: Span, duration: ast.Duration) -> ast.Ago:
        return ast.Ago(span=span, duration=duration)

    def duration(self, span: Span, count: Token, unit: ast.Unit) -> ast.Duration:
        return ast.Duration(span=span, count=_number(count), unit=unit)

    def unit(self, span: Span, word: Token) -> ast.Unit:
        return ast.Unit(span=span, name=word.text.removesuffix("s"))  # type: ignore[arg-type]

    # sequences

    def steps(self, span: Span, *children: Any) -> ast.Steps:
        clauses = tuple(c for c in children if isinstance(c, ast.Within | ast.Same | ast.During))
        return ast.Steps(span=span, clauses=clauses, items=children[len(clauses) :])

    def within(self, span: Span, duration: ast.Duration) -> ast.Within:
        return ast.Within(span=span, duration=duration)

    def same(self, span: Span, key: ast.Path) -> ast.Same:
        return ast.Same(span=span, key=key)

    def first_step(self, span: Span, event: ast.EventRef, *clauses: Any) -> ast.Step:
        return ast.Step(span=span, then=False, modifiers=(), event=event, clauses=clauses)

    def then_step(self, span: Span, *children: Any) -> ast.Step:
        at = next(i for i, child in enumerate(children) if isinstance(child, ast.EventRef))
        clauses = children[at + 1 :]
        return ast.Step(span=span, then=True, modifiers=children[:at], event=children[at], clauses=clauses)

    def step_times(self, span: Span, count: Token) -> ast.StepTimes:
        return ast.StepTimes(span=span, count=_number(count))

    def label(self, span: Span, name: ast.Name) -> ast.As:
        return ast.As(span=span, name=name)

    def directly(self, span: Span, among: tuple[ast.EventRef, ...] | None) -> ast.Directly:
        return ast.Directly(span=span, among=among or ())

    def events(self, span: Span, *events: ast.EventRef) -> tuple[ast.EventRef, ...]:
        return _there(events)

    def after(self, span: Span, duration: ast.Duration) -> ast.After:
        return ast.After(span=span, duration=duration)

    def optional(self, span: Span) -> ast.Optional:
        return ast.Optional(span=span)

    def first_any_order(self, span: Span, steps: tuple[ast.Step, ...]) -> ast.AnyOrder:
        return ast.AnyOrder(span=span, then=False, modifiers=(), steps=steps)

    def then_any_order(self, span: Span, *children: Any) -> ast.AnyOrder:
        return ast.AnyOrder(span=span, then=True, modifiers=children[:-1], steps=children[-1])

    def any_order(self, span: Span, *steps: ast.Step) -> tuple[ast.Step, ...]:
        return steps

    def without(self, span: Span, event: ast.EventRef, where: ast.Where | None) -> ast.Without:
        return ast.Without(span=span, event=event, where=where)

    # measures

    def compare_measures(self, span: Span, left: Any, op: Token, right: Any) -> ast.CompareMeasures:
        return ast.CompareMeasures(span=span, left=left, op=op.text, right=right)  # type: ignore[arg-type]

    def add_m(self, span: Span, left: Any, op: Token, right: Any) -> ast.Arithmetic:
        return ast.Arithmetic(span=span, left=left, op=op.text, right=right)  # type: ignore[arg-type]

    multiply_m = add_m

    def negate_m(self, span: Span, expr: Any) -> ast.Negate:
        return ast.Negate(span=span, expr=expr)

    def aggregate(
        self,
        span: Span,
        function: Token,
        distinct: Token | None,
        expr: ast.Expr | None,
        event: ast.EventRef | None,
        *clauses: Any,
    ) -> ast.Aggregate:
        name = ast.Name(span=Span(function.start, function.end), text=function.text)
        flag = distinct is not None
        return ast.Aggregate(span=span, function=name, distinct=flag, expr=expr, event=event, clauses=clauses)

    # expressions on one row

    def any_true(self, span: Span, *terms: ast.Expr) -> ast.AnyTrue:
        return ast.AnyTrue(span=span, terms=terms)

    def all_true(self, span: Span, *terms: ast.Expr) -> ast.AllTrue:
        return ast.AllTrue(span=span, terms=terms)

    def not_true(self, span: Span, expr: ast.Expr) -> ast.NotTrue:
        return ast.NotTrue(span=span, expr=expr)

    def compare(self, span: Span, left: ast.Expr, op: Token, right: ast.Expr) -> ast.Compare:
        return ast.Compare(span=span, left=left, op=op.text, right=right)  # type: ignore[arg-type]

    def is_missing(self, span: Span, expr: ast.Expr, negated: Token | None) -> ast.IsMissing:
        return ast.IsMissing(span=span, expr=expr, negated=negated is not None)

    def in_list(self, span: Span, expr: ast.Expr, word: Token, *items: ast.Expr) -> ast.InList:
        negated = word.text.startswith("not")
        return ast.InList(span=span, expr=expr, items=_there(items), negated=negated)

    def match_text(
        self, span: Span, expr: ast.Expr, negated: Token | None, op: Any, pattern: ast.Expr
    ) -> ast.MatchText:
        return ast.MatchText(span=span, expr=expr, op=op, pattern=pattern, negated=negated is not None)

    def like(self, span: Span) -> ast.MatchOp:
        return "like"

    def contains(self, span: Span) -> ast.MatchOp:
        return "contains"

    def starts_with(self, span: Span) -> ast.MatchOp:
        return "starts with"

    def ends_with(self, span: Span) -> ast.MatchOp:
        return "ends with"

    def matches(self, span: Span) -> ast.MatchOp:
        return "matches"

    add = add_m
    multiply = add_m
    negate = negate_m

    def call(self, span: Span, function: Token, *arguments: ast.Expr | None) -> ast.Call:
        name = ast.Name(span=Span(function.start, function.end), text=function.text)
        return ast.Call(span=span, function=name, arguments=_there(arguments))

    def param_ref(self, span: Span, written: Token) -> ast.ParamRef:
        return ast.ParamRef(span=span, name=written.text[1:])

    def minus_number(self, span: Span, number: Token) -> ast.Number:
        return ast.Number(span=span, text=f"-{number.text}")

    def string(self, span: Span, written: Token) -> ast.String:
        quote = written.text[0]
        return ast.String(span=span, value=written.text[1:-1].replace(quote * 2, quote))

    def number(self, span: Span, written: Token) -> ast.Number:
        return ast.Number(span=span, text=written.text)

    def date(self, span: Span, written: Token) -> ast.Date:
        return ast.Date(span=span, text=written.text)

    def timestamp(self, span: Span, written: Token) -> ast.Timestamp:
        return ast.Timestamp(span=span, text=written.text)

    def true(self, span: Span) -> ast.Boolean:
        return ast.Boolean(span=span, value=True)

    def false(self, span: Span) -> ast.Boolean:
        return ast.Boolean(span=span, value=False)

    def missing(self, span: Span) -> ast.Missing:
        return ast.Missing(span=span)

    def name(self, span: Span, written: Token) -> ast.Name:
        return ast.Name(span=span, text=name_text(written.text))

    def path(self, span: Span, written: Token) -> ast.Path:
        return ast.Path(span=span, parts=path_parts(written.text))

    # analyses

    def explore(self, span: Span, name: ast.Name, *items: Any) -> ast.Explore:
        return ast.Explore(span=span, name=name, items=items, doc=self.doc(span))

    def paths(self, span: Span, name: ast.Name, *items: Any) -> ast.Paths:
        return ast.Paths(span=span, name=name, items=items, doc=self.doc(span))

    def funnel(self, span: Span, name: ast.Name, *items: Any) -> ast.Funnel:
        return ast.Funnel(span=span, name=name, items=items, doc=self.doc(span))

    def retention(self, span: Span, name: ast.Name, *items: Any) -> ast.Retention:
        return ast.Retention(span=span, name=name, items=items, doc=self.doc(span))

    def for_segments(self, span: Span, *audiences: ast.Audience) -> ast.ForSegments:
        return ast.ForSegments(span=span, audiences=_there(audiences))

    def audience(self, span: Span, segment: ast.Name, via: ast.Path | None) -> ast.Audience:
        return ast.Audience(span=span, segment=segment, via=via)

    def by(self, span: Span, *items: ast.ByItem) -> ast.By:
        return ast.By(span=span, items=_there(items))

    def by_item(self, span: Span, expr: Any, step: Any, name: ast.Name | None) -> ast.ByItem:
        return ast.ByItem(span=span, expr=expr, step=step, name=name)

    def bucket(self, span: Span, unit: ast.Unit) -> ast.Bucket:
        return ast.Bucket(span=span, unit=unit)

    def first_of(self, span: Span) -> ast.FirstOf:
        return ast.FirstOf(span=span)

    def last_of(self, span: Span) -> ast.LastOf:
        return ast.LastOf(span=span)

    def labelled(self, span: Span, step: ast.Number | ast.Path) -> ast.Labelled:
        return ast.Labelled(span=span, step=step)

    def time_to_convert(self, span: Span) -> ast.TimeToConvert:
        return ast.TimeToConvert(span=span)

    def measure(self, span: Span, name: ast.Name, measure: Any) -> ast.MeasureItem:
        return ast.MeasureItem(span=span, name=name, measure=measure)

    def measure_ref(self, span: Span, name: ast.Name) -> ast.MeasureRef:
        return ast.MeasureRef(span=span, name=name)

    def sort(self, span: Span, *items: ast.SortItem) -> ast.Sort:
        return ast.Sort(span=span, items=_there(items))

    def sort_item(self, span: Span, name: ast.Path, direction: Token | None) -> ast.SortItem:
        return ast.SortItem(span=span, name=name, direction=direction.text if direction else "")  # type: ignore[arg-type]

    def top(self, span: Span, count: Token, other: bool | None) -> ast.Top:
        return ast.Top(span=span, count=_number(count), other=bool(other))

    def with_other(self, span: Span) -> bool:
        return True

    def totals(self, span: Span) -> ast.Totals:
        return ast.Totals(span=span)

    def node(self, span: Span, expr: ast.Expr, event: ast.EventRef) -> ast.NodeItem:
        return ast.NodeItem(span=span, expr=expr, event=event)

    def collapse(self, span: Span) -> ast.Collapse:
        return ast.Collapse(span=span)

    def path_start(self, span: Span, value: ast.Literal_ | ast.ParamRef) -> ast.PathStart:
        return ast.PathStart(span=span, value=value)

    def path_end(self, span: Span, value: ast.Literal_ | ast.ParamRef) -> ast.PathEnd:
        return ast.PathEnd(span=span, value=value)

    def depth(self, span: Span, count: Token) -> ast.Depth:
        return ast.Depth(span=span, count=_number(count))

    def cohort_start(self, span: Span, first: Token | None, event: Any, where: Any) -> ast.CohortStart:
        return ast.CohortStart(span=span, first=first is not None, event=event, where=where)

    def cohort_return(self, span: Span, event: ast.EventRef, where: ast.Where | None) -> ast.CohortReturn:
        return ast.CohortReturn(span=span, event=event, where=where)

    def every(self, span: Span, length: Any, count: Token, later: bool | None) -> ast.Every:
        return ast.Every(span=span, length=length, count=_number(count), later=bool(later))

    def calendar(self, span: Span, unit: ast.Unit) -> ast.Calendar:
        return ast.Calendar(span=span, unit=unit)

    def on_or_after(self, span: Span) -> bool:
        return True

    # tests inside the file

    def test(self, span: Span, name: ast.Name, at: Any, params: Any, *items: Any) -> ast.Test:
        return ast.Test(span=span, name=name, at=at, params=params or (), items=items, doc=self.doc(span))

    def with_params(self, span: Span, *assignments: ast.Assignment) -> tuple[ast.Assignment, ...]:
        return _there(assignments)

    def given(self, span: Span, *assignments: ast.Assignment) -> ast.Given:
        return ast.Given(span=span, assignments=_there(assignments))

    def case(self, span: Span, key: ast.String | ast.Number, expected: Token, *rows: ast.Row) -> ast.Case:
        return ast.Case(span=span, key=key, expected=expected.text, rows=rows)  # type: ignore[arg-type]

    def row(self, span: Span, at: Any, of: ast.Name | None, *assignments: ast.Assignment) -> ast.Row:
        return ast.Row(span=span, at=at, of=of, assignments=_there(assignments))

    def undated_row(self, span: Span, of: ast.Name, *assignments: ast.Assignment) -> ast.Row:
        return ast.Row(span=span, at=None, of=of, assignments=_there(assignments))

    def assignment(self, span: Span, path: ast.Path, value: Any) -> ast.Assignment:
        return ast.Assignment(span=span, path=path, value=value)


def _there(children: tuple[Any, ...]) -> tuple[Any, ...]:
    """The children that were written (Lark leaves None for what an optional part did not hold)."""
    return tuple(child for child in children if child is not None)


def _number(token: Token) -> ast.Number:
    return ast.Number(span=Span(token.start, token.end), text=token.text)
