"""What was written: one node for each rule of segql.lark, in the same order.

The comment on a class line is the syntax that it stands for. Names stay names here; semantics binds them.
"""

from __future__ import annotations

from typing import Literal

from segql.node import Node

# ---------------------------------------------------------------- words


class Name(Node):  # premium   `odd name`
    text: str


class Path(Node):  # usr.id   view.`url path`
    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        """The path with its dots, without backticks: what a message shows."""
        return ".".join(self.parts)


# ---------------------------------------------------------------- files and settings


class Use(Node):  # use 'schema.seg'
    file: String


class Zone(Node):  # zone 'America/Sao_Paulo'
    zone: String


# ---------------------------------------------------------------- data: sources and tables


class Data(Node):
    """What sources and tables share. Clauses that may stand once hold the first; `items` holds all, as written."""

    name: Name
    items: tuple[DataItem, ...]
    doc: str = ""


class Source(Data):  # source rum { … }   source web like rum { … }
    like: Path | None


class Table(Data):  # table plans { … }
    pass


class FromRelation(Node):  # from analytics.rum_events
    relation: Path


class FromFile(Node):  # from file 'events/*.parquet'
    file: String


class Time(Node):  # time timestamp
    column: Path
    type: Type | EpochType | None


class Order(Node):  # order timestamp, event_id
    columns: tuple[Path, ...]


class Keys(Node):  # key usr.id, account.id = org_id
    columns: tuple[KeyColumn, ...]


class KeyColumn(Node):  # usr.email = email unique
    key: Path
    column: Path | Entry | None
    unique: bool


class Layout(Node):  # layout flat   layout json(payload)
    kind: Literal["flat", "nested", "json"]
    column: Path | None = None


class Field(Node):  # field geo.country : text = context.geo.country_iso
    path: Path
    type: AnyType | EpochType
    column: Path | Entry | None
    doc: str = ""


class Entry(Node):  # params[key = 'page'].value
    of: Path
    by: Name
    value: String
    inside: tuple[str, ...]

    @property
    def text(self) -> str:
        """The entry without backticks: what a message shows."""
        return f"{self.of.text}[{self.by.text} = {self.value.value!r}].{'.'.join(self.inside)}"


class Event(Node):  # event purchase : type = 'action'
    name: Name
    predicate: Expr
    doc: str = ""


class Valid(Node):  # valid from valid_from to valid_to
    start: Path
    end: Path


class Type(Node):  # text
    name: str


class EnumType(Node):  # enum('free', 'pro')
    values: tuple[String, ...]


class ListType(Node):  # list(text)
    item: AnyType


class EpochType(Node):  # epoch(milliseconds)
    unit: Literal["seconds", "milliseconds", "microseconds"]


# ---------------------------------------------------------------- params and defines


class Param(Node):  # param country : text = 'Brazil'
    name: Name
    type: AnyType
    default: Literal_ | None
    doc: str = ""


class Define(Node):  # define big = amount > 100
    name: Name
    expr: Expr
    doc: str = ""


# ---------------------------------------------------------------- segments


class Segment(Node):  # segment premium { … }
    name: Name
    items: tuple[SegmentItem, ...]
    doc: str = ""


class Key(Node):  # key usr.id
    path: Path


class FromSources(Node):  # from rum, billing
    names: tuple[Name, ...]


class During(Node):  # during last 30 days
    window: Window


class Where(Node):  # where geo.country = 'Brazil'
    expr: Expr


class Did(Node):  # did purchase where amount > 20 at least 3 times during last 30 days
    event: EventRef
    clauses: tuple[Where | During | Times | Days, ...]


class Times(Node):  # at least 3 times
    bound: Bound
    count: Number


class Days(Node):  # on at least 5 days
    bound: Bound
    count: Number


class Bound(Node):  # at least   at most   exactly
    kind: Literal["at least", "at most", "exactly"]


class Never(Node):  # never refund during last 30 days
    event: EventRef
    clauses: tuple[Where | During, ...]


class FirstDid(Node):  # first did purchase during last 365 days
    event: EventRef
    clauses: tuple[Where | During, ...]


class InSegment(Node):  # in premium via usr.email   not in employees
    segment: Name
    via: Path | None
    negated: bool = False


class OfFunnel(Node):  # converted at 2 of checkout   dropped after cart of checkout
    fate: Fate
    step: Number | Path
    funnel: Name
    via: Path | None


class Fate(Node):  # converted at   dropped after   pending after
    kind: Literal["converted", "dropped", "pending"]


class Join(Node):  # join plans on usr.email where tier = 'pro'
    table: Name
    key: Path
    where: Where | None


class AnyOf(Node):  # any { … }
    conditions: tuple[Condition, ...]


class AllOf(Node):  # all { … }
    conditions: tuple[Condition, ...]


class NoneOf(Node):  # none { … }
    conditions: tuple[Condition, ...]


class EventRef(Node):  # purchase   rum.purchase
    path: Path


# ---------------------------------------------------------------- windows


class Last(Node):  # last 30 days
    duration: Duration


class This(Node):  # this month
    unit: Unit


class Previous(Node):  # previous 3 months
    count: Number | None
    unit: Unit


class Since(Node):  # since 2026-01-01
    moment: Moment


class Before(Node):  # before 30 days ago
    moment: Moment


class Between(Node):  # from 2026-01-01 to 2026-01-31
    start: Date | Timestamp
    end: Date | Timestamp


class Ever(Node):  # ever
    pass


class Ago(Node):  # 30 days ago
    duration: Duration


class Duration(Node):  # 30 days
    count: Number
    unit: Unit


UnitName = Literal["second", "minute", "hour", "day", "week", "month", "quarter", "year"]


class Unit(Node):  # day   days
    name: UnitName


# ---------------------------------------------------------------- sequences


class Steps(Node):  # steps within 1 hour same session.id { … }
    clauses: tuple[Within | Same | During, ...]
    items: tuple[StepItem, ...]


class Within(Node):  # within 1 hour
    duration: Duration


class Same(Node):  # same session.id
    key: Path


class Step(Node):  # then directly within 1 day  purchase where amount > 3 2 times as buy
    then: bool
    modifiers: tuple[StepModifier, ...]
    event: EventRef
    clauses: tuple[Where | StepTimes | As, ...]


class StepTimes(Node):  # 2 times
    count: Number


class As(Node):  # as buy
    name: Name


class Directly(Node):  # directly among view, click
    among: tuple[EventRef, ...]


class After(Node):  # after 1 day
    duration: Duration


class Optional(Node):  # optional
    pass


class AnyOrder(Node):  # then within 1 hour any order { view  click }
    then: bool
    modifiers: tuple[StepModifier, ...]
    steps: tuple[Step, ...]


class Without(Node):  # without refund where amount > 3
    event: EventRef
    where: Where | None


# ---------------------------------------------------------------- measures


class CompareMeasures(Node):  # count(view) > 2 * count(click)
    left: Measure
    op: CompareOp
    right: Measure


class Aggregate(Node):  # sum(amount of purchase where … during …)
    function: Name
    distinct: bool
    expr: Expr | None
    event: EventRef | None
    clauses: tuple[Where | During, ...]


# ---------------------------------------------------------------- expressions

CompareOp = Literal["=", "!=", "<", "<=", ">", ">="]
ArithmeticOp = Literal["+", "-", "*", "/"]
MatchOp = Literal["like", "contains", "starts with", "ends with", "matches"]


class AnyTrue(Node):  # a or b
    terms: tuple[Expr, ...]


class AllTrue(Node):  # a and b
    terms: tuple[Expr, ...]


class NotTrue(Node):  # not a
    expr: Expr


class Compare(Node):  # a = b
    left: Expr
    op: CompareOp
    right: Expr


class IsMissing(Node):  # a is missing   a is not missing
    expr: Expr
    negated: bool


class InList(Node):  # a in ('x', 'y')   a not in ('x', 'y')
    expr: Expr
    items: tuple[Expr, ...]
    negated: bool


class MatchText(Node):  # a like '/product/%'   a not contains 'x'
    expr: Expr
    op: MatchOp
    pattern: Expr
    negated: bool


class Arithmetic(Node):  # a + b   of expressions, or of measures
    left: Expr
    op: ArithmeticOp
    right: Expr


class Negate(Node):  # -a
    expr: Expr


class Call(Node):  # lower(a)
    function: Name
    arguments: tuple[Expr, ...]


class ParamRef(Node):  # $country
    name: str


class String(Node):  # 'Brazil'
    value: str


class Number(Node):  # 12   1_000   2.5
    text: str


class Date(Node):  # 2026-01-31
    text: str


class Timestamp(Node):  # 2026-01-31T10:00   2026-01-31T10:00:05Z
    text: str


class Boolean(Node):  # true
    value: bool


class Missing(Node):  # missing
    pass


# ---------------------------------------------------------------- analyses


class Explore(Node):  # explore active { … }
    name: Name
    items: tuple[Node, ...]
    doc: str = ""


class Paths(Node):  # paths flow { … }
    name: Name
    items: tuple[Node, ...]
    doc: str = ""


class Funnel(Node):  # funnel checkout { … }
    name: Name
    items: tuple[Node, ...]
    doc: str = ""


class Retention(Node):  # retention weekly { … }
    name: Name
    items: tuple[Node, ...]
    doc: str = ""


class ForSegments(Node):  # for premium via usr.email, everyone
    audiences: tuple[Audience, ...]


class Audience(Node):  # premium via usr.email
    segment: Name
    via: Path | None


class By(Node):  # by geo.country of first step
    items: tuple[ByItem, ...]


class ByItem(Node):  # geo.country of first step as country
    expr: Expr | Bucket
    step: FirstOf | LastOf | Labelled | None
    name: Name | None = None


class Bucket(Node):  # day
    unit: Unit


class FirstOf(Node):  # first step
    pass


class LastOf(Node):  # last step
    pass


class Labelled(Node):  # step buy   step 2
    step: Number | Path


class TimeToConvert(Node):  # time to convert
    pass


class MeasureItem(Node):  # measure revenue = sum(amount of purchase)
    name: Name
    measure: Measure | MeasureRef


class MeasureRef(Node):  # revenue   in a measure below it
    name: Name


class Sort(Node):  # sort sessions desc
    items: tuple[SortItem, ...]


class SortItem(Node):  # sessions desc
    name: Path
    direction: Literal["asc", "desc", ""]


class Top(Node):  # top 100 with other
    count: Number
    other: bool = False


class Totals(Node):  # totals
    pass


class NodeItem(Node):  # node view.url_path of view
    expr: Expr
    event: EventRef


class Collapse(Node):  # collapse repeats
    pass


class PathStart(Node):  # start '/cart'
    value: Literal_ | ParamRef


class PathEnd(Node):  # end '/cart'
    value: Literal_ | ParamRef


class Depth(Node):  # depth 5
    count: Number


class CohortStart(Node):  # start first purchase
    first: bool
    event: EventRef
    where: Where | None


class CohortReturn(Node):  # return view
    event: EventRef
    where: Where | None


class Every(Node):  # every 1 week for 8 on or after
    length: Duration | Calendar
    count: Number
    later: bool = False


class Calendar(Node):  # calendar week
    unit: Unit


# ---------------------------------------------------------------- tests inside the file


class Test(Node):  # test premium at 2026-03-31 with country = 'Chile' { … }
    name: Name
    at: Date | Timestamp
    params: tuple[Assignment, ...]
    items: tuple[Given | Case, ...]
    doc: str = ""


class Given(Node):  # given geo.country = 'Brazil'
    assignments: tuple[Assignment, ...]


class Case(Node):  # 'ana' in { … }
    key: String | Number
    expected: Literal["in", "out"]
    rows: tuple[Row, ...]


class Row(Node):  # 2026-03-30T10:00  type = 'view'   plans: tier = 'pro'
    at: Date | Timestamp | None
    of: Name | None
    assignments: tuple[Assignment, ...]


class Assignment(Node):  # type = 'view'
    path: Path
    value: Literal_ | Missing


# ---------------------------------------------------------------- the unions

AnyType = Type | EnumType | ListType
DataItem = FromRelation | FromFile | Time | Order | Keys | Layout | Field | Event | Valid
Condition = Did | Never | FirstDid | InSegment | OfFunnel | Join | AnyOf | AllOf | NoneOf | Steps | CompareMeasures
SegmentItem = Key | FromSources | During | Where | Condition
Window = Last | This | Previous | Since | Before | Between | Ever
Moment = Date | Timestamp | Ago
StepModifier = Directly | After | Within | Optional
StepItem = Step | AnyOrder | Without
Literal_ = String | Number | Date | Timestamp | Boolean
Measure = Aggregate | Number | ParamRef | Arithmetic | Negate
Expr = (
    AnyTrue
    | AllTrue
    | NotTrue
    | Compare
    | IsMissing
    | InList
    | MatchText
    | Arithmetic
    | Negate
    | Call
    | Path
    | ParamRef
    | Literal_
    | Ago
    | Aggregate
)
Analysis = Explore | Paths | Funnel | Retention
Declaration = Use | Zone | Source | Table | Param | Define | Segment | Analysis | Test


class File(Node):  # a whole file
    declarations: tuple[Declaration, ...]
