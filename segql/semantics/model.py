"""What was meant: every name bound to its thing. The contract (docs/contract.md) is written in these words.

Comparisons are two-valued here: `!=`, `not in` and `is not missing` are a `Not` around their opposite, so that a
missing value needs one rule only. Events and defines are gone: their predicates stand where they were named.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from segql.node import Value

# ---------------------------------------------------------------- types and values

TypeName = Literal[
    "text", "integer", "decimal", "float", "boolean", "date", "timestamp", "timestamptz", "enum", "list", "any"
]


class Type(Value):
    """A type; `values` for an enum, `item` for a list. `any` is a key whose type nobody declared."""

    name: TypeName
    values: tuple[str, ...] = ()
    item: Type | None = None

    def __str__(self) -> str:
        if self.name == "enum":
            return f"enum({', '.join(repr(v) for v in self.values)})"
        return f"list({self.item})" if self.name == "list" else self.name


EpochUnit = Literal["seconds", "milliseconds", "microseconds"]
MICROSECONDS: dict[EpochUnit, int] = {"seconds": 1_000_000, "milliseconds": 1_000, "microseconds": 1}
Constant = str | int | Decimal | bool | dt.date | dt.datetime

# ---------------------------------------------------------------- data


class Entry(Value):
    """The first struct of a list whose field `by` has a value, and the way into it."""

    by: str
    value: str
    path: tuple[str, ...]


class Column(Value):
    """Where a value is kept: a column, and the way into it (fields of a struct, or keys of a JSON document).

    `entry` says which struct of a list holds it; `epoch` is the unit of an instant that is kept as a whole number since 1970.
    """

    name: str
    path: tuple[str, ...] = ()
    json: bool = False
    entry: Entry | None = None
    epoch: EpochUnit | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the value is all that the column holds, and not a part of it."""
        return not (self.path or self.json or self.entry)


class Relation(Value):
    """A table or view by its dotted name, or a file (or glob) as it was written, with the folder it starts from."""

    parts: tuple[str, ...] = ()
    file: str = ""
    directory: str = ""


class Field(Value):
    """A value that each row of a source or table has."""

    name: str
    type: Type
    column: Column
    doc: str = ""

    @property
    def held(self) -> Type:
        """The type of the column: an epoch is a whole number there."""
        return Type(name="integer") if self.column.epoch else self.type


class Key(Value):
    """An identity that rows carry. `unique` promises that no two rows of a table share a value."""

    name: str
    type: Type
    column: Column
    unique: bool = False


class Event(Value):
    """A named predicate of a source."""

    name: str
    source: str
    predicate: Expr
    doc: str = ""


class Data(Value):
    """A source (it has a `time`) or a reference table (it has none).

    `zone` says where the day of a bare date begins. `order` holds the columns that break ties after `time`. `valid` holds the columns of a versioned table's interval.
    """

    name: str
    relation: Relation
    keys: tuple[Key, ...]
    fields: tuple[Field, ...]
    time: Field | None = None
    order: tuple[Column, ...] = ()
    valid: tuple[Column, Column] | None = None
    zone: str = "UTC"
    doc: str = ""

    def __repr__(self) -> str:
        return f"Data({self.name})"

    def key(self, name: str) -> Key | None:
        """The key of that name, if the rows carry it."""
        return next((k for k in self.keys if k.name == name), None)


# ---------------------------------------------------------------- instants and windows

Unit = Literal["second", "minute", "hour", "day", "week", "month", "quarter", "year"]


class Fixed(Value):
    """An instant that is known: UTC, without a zone in the value."""

    at: dt.datetime


class Ago(Value):
    """`now` less a number of units: elapsed time up to weeks, the calendar in the zone from months on (R3)."""

    count: int
    unit: Unit


class UnitStart(Value):
    """The start of the calendar unit that holds `now`, in the zone, and `back` units before that."""

    unit: Unit
    back: int


Instant = Fixed | Ago | UnitStart


class Window(Value):
    """`[start, end)`. No start: since ever. No end: up to now. No window ever reaches past now (R2)."""

    start: Instant | None = None
    end: Instant | None = None
    zone: str = "UTC"


class Duration(Value):
    """Elapsed time."""

    count: int
    unit: Unit

    @property
    def microseconds(self) -> int:
        seconds = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
        return self.count * seconds[self.unit] * 1_000_000


# ---------------------------------------------------------------- expressions on one row


class FieldRead(Value):
    """A field or key of the row itself."""

    name: str
    type: Type
    column: Column


class TableRead(Value):
    """A column of the table row that has the row's `key`, and is valid at the row's time; missing if there is none."""

    table: Data
    key: Key  # the table's
    own: Key  # the row's
    name: str
    type: Type
    column: Column


class LabelRead(Value):
    """A field of the row that an earlier step of the sequence has taken."""

    label: str
    read: FieldRead

    @property
    def type(self) -> Type:
        return self.read.type


class Const(Value):
    """A literal, or the value of a parameter (then `param` is its name; `value` is None while it has none)."""

    value: Constant | None
    type: Type
    param: str = ""


class InstantOf(Value):
    """An instant in an expression: `30 days ago`."""

    instant: Instant
    zone: str
    type: Type


class And(Value):
    terms: tuple[Expr, ...]


class Or(Value):
    terms: tuple[Expr, ...]


class Not(Value):
    term: Expr


class Compare(Value):
    """False if a side is missing. `!=` is Not(Compare =)."""

    left: Expr
    op: Literal["=", "<", "<=", ">", ">="]
    right: Expr


class IsMissing(Value):
    term: Expr


class InList(Value):
    """Equal to one of the items; false if the value is missing."""

    term: Expr
    items: tuple[Expr, ...]


class Match(Value):
    """A test of text (or, for `contains`, of a list); false if a side is missing. Case counts."""

    term: Expr
    op: Literal["like", "contains", "starts with", "ends with", "matches"]
    pattern: Expr


class Arithmetic(Value):
    """Missing if a side is missing, or on division by zero."""

    left: Expr
    op: Literal["+", "-", "*", "/"]
    right: Expr
    type: Type


class Negate(Value):
    term: Expr
    type: Type


class Call(Value):
    function: str
    arguments: tuple[Expr, ...]
    type: Type
    zone: str = "UTC"


class Always(Value):
    """True of every row."""


Expr = (
    FieldRead
    | TableRead
    | LabelRead
    | Const
    | InstantOf
    | And
    | Or
    | Not
    | Compare
    | IsMissing
    | InList
    | Match
    | Arithmetic
    | Negate
    | Call
    | Always
)

# ---------------------------------------------------------------- conditions on one key


class RowsOf(Value):
    """The rows of one source for which a predicate holds."""

    data: Data
    predicate: Expr


class Selection(Value):
    """Rows of one or several sources, within a window (None: rows of tables, which have no time)."""

    rows: tuple[RowsOf, ...]
    window: Window | None


class CountRows(Value):
    of: Selection


class CountDays(Value):
    """The number of calendar days, in the zone, on which the rows fall."""

    of: Selection
    zone: str


class Aggregate(Value):
    """An aggregate of an expression over rows; `exprs` holds one for each part of the selection.

    Missing values are left out. Over no values `count` and `sum` are 0, the others are missing (R12).
    """

    function: Literal["count", "sum", "avg", "min", "max", "median"]
    of: Selection
    exprs: tuple[Expr, ...]
    distinct: bool
    type: Type


class MeasureArithmetic(Value):
    left: Measure
    op: Literal["+", "-", "*", "/"]
    right: Measure


class MeasureNegate(Value):
    term: Measure


Measure = CountRows | CountDays | Aggregate | Const | MeasureArithmetic | MeasureNegate


class CompareMeasures(Value):
    """False if a side is missing. `!=` is an Opposite around `=`."""

    left: Measure
    op: Literal["=", "<", "<=", ">", ">="]
    right: Measure


class FirstIn(Value):
    """The first of these rows (of all time) falls in the window."""

    of: Selection
    window: Window


class InSegment(Value):
    """The key is in the segment; or, with `via`, one of its rows within the window has that key in the segment."""

    segment: str
    via: str | None
    bridge: Selection | None


class OfFunnel(Value):
    """The key counts in a funnel, for one of its audiences, and has come so far (R24).

    It `converted` at a step if it has reached it; it `dropped` out or is `pending` after a step if it has reached that
    one and none after it. With `via`, one of the segment's rows within the window has such a key.
    """

    funnel: Funnel
    fate: Literal["converted", "dropped", "pending"]
    step: int  # from 1
    via: str | None = None
    bridge: Selection | None = None


class JoinTable(Value):
    """Some row of the table has the key and satisfies the predicate; a versioned row must be valid now.

    With `bridge`, one of the key's rows in that selection has an `on` that such a row of the table has.
    """

    table: Data
    on: Key
    predicate: Expr
    bridge: Selection | None


class Step(Value):
    """One step: what fills it, how often, and how it follows the step before.

    `directly` holds the rows among which it must be the very next; None if it may be any later one.
    """

    rows: tuple[RowsOf, ...]
    times: int = 1
    label: str = ""
    optional: bool = False
    after: Duration | None = None
    within: Duration | None = None
    directly: tuple[RowsOf, ...] | None = None


class AnyOrder(Value):
    """Steps in one of their orders. The gaps hold for each of their events, from the event before the group."""

    steps: tuple[Step, ...]
    after: Duration | None = None
    within: Duration | None = None
    optional: bool = False


class Without(Value):
    """Rows that must not lie strictly between the steps above and below."""

    rows: tuple[RowsOf, ...]


class Sequence(Value):
    """Some assignment of events to the items satisfies every step, gap and exclusion (R6)."""

    items: tuple[Step | AnyOrder | Without, ...]
    window: Window
    same: str | None = None
    within: Duration | None = None


class AllOf(Value):
    terms: tuple[Condition, ...]


class AnyOf(Value):
    terms: tuple[Condition, ...]


class Opposite(Value):
    """Not: of the keys of the segment's universe, those for which the term does not hold."""

    term: Condition


Condition = CompareMeasures | FirstIn | InSegment | OfFunnel | JoinTable | Sequence | AllOf | AnyOf | Opposite


class Segment(Value):
    """The keys of its universe (every key that a row of `data` carries) for which the condition holds."""

    name: str
    doc: str
    key: str
    data: tuple[Data, ...]
    condition: Condition
    zone: str
    needs: tuple[str, ...]  # the segments that it names, directly


# ---------------------------------------------------------------- analyses


class ResultColumn(Value):
    """A column of what an analysis gives, by its name in the result."""

    name: str
    type: Type


class Audience(Value):
    """One of those that an analysis is asked for: the keys of a segment, or everyone (`segment` is empty).

    `key` is what rows carry of the segment. With `bridge`, a key of the analysis belongs if one of its rows in that
    selection carries such a `key` (R14.3).
    """

    name: str
    segment: str = ""
    key: str = ""
    bridge: Selection | None = None


class Question(Value):
    """What all analyses have: the data, who they are asked for, and the columns and rows that they give.

    `key` is empty where rows are not gathered by one. `several` says that the first column names the audience.
    """

    name: str
    doc: str
    key: str
    data: tuple[Data, ...]
    rows: Selection  # those within the window and the `where` of the analysis
    audiences: tuple[Audience, ...]
    several: bool
    columns: tuple[ResultColumn, ...]
    zone: str
    needs: tuple[str, ...]  # the segments that it names


class Group(Value):
    """What rows are grouped by: an expression, one for each of the data, or (with `unit`) the calendar unit of a row.

    In a funnel, `of` says on which row: where the chain starts, at the last step that it reached (then there is an
    expression for each step), or at the step of a number.
    """

    column: ResultColumn
    exprs: tuple[Expr, ...] = ()
    unit: Unit | None = None
    zone: str = "UTC"
    of: Literal["first", "last"] | int = "first"


class Measured(Value):
    """A measure with a name."""

    column: ResultColumn
    measure: Measure


class Sorted(Value):
    """An order of rows by a column; what is missing comes last either way."""

    column: ResultColumn
    descending: bool = False


class Explore(Question):
    """Measures of the rows, in groups; without groups, one row.

    `order` is followed by all groups, ascending. With `top` only the first groups of each audience are rows of their
    own; with `other` the rest is one more row, and with `totals` all rows together are. Then `part` is a column.
    """

    groups: tuple[Group, ...]
    measures: tuple[Measured, ...]
    order: tuple[Sorted, ...]
    top: int | None = None
    other: bool = False
    totals: bool = False


class Period(Value):
    """How long the periods of a retention are: elapsed time from a start, or (`calendar`) the zone's calendar units."""

    count: int
    unit: Unit
    calendar: bool = False


class Retention(Question):
    """Who comes back, by the cohort of the start and the period of the return.

    A key's start is its earliest row in `start`; with `first` the earliest of all time is asked whether it lies in the
    window. It is a row of `cohort`, the calendar unit that holds it, and of `groups`, which are read on it. With `later`
    a return counts for every period up to its own, else for its own. Periods are numbered from 0 to `periods` - 1. With
    `totals`, the cohorts of an audience that are complete in a period are one more row; then `part` is a column.
    """

    start: Selection
    first: bool
    returns: Selection
    cohort: Group
    groups: tuple[Group, ...]
    period: Period
    periods: int
    later: bool = False
    totals: bool = False


class Paths(Question):
    """Where keys go from node to node: a node is the value of an expression of a row; where it is missing, there is none.

    A path runs from the key's first node; or from its first node with the `anchor`, onwards or (with `backwards`) back
    in time. It has at most `depth` nodes. With `top`, the nodes of a step that are not among the first are one, `other`.
    """

    of: Selection
    node: Expr
    type: Type
    anchor: Expr | None = None
    backwards: bool = False
    collapse: bool = False  # equal nodes that follow one another are one
    depth: int = 5
    top: int | None = None


class Funnel(Question):
    """How far keys come in a sequence; each key counts by one chain.

    `steps` holds the name of each step, its label or else its event.
    With `timed` it says how long keys take to each step: since the start, and since the step before.
    """

    sequence: Sequence
    steps: tuple[str, ...]
    groups: tuple[Group, ...]
    timed: bool = False


Analysis = Explore | Retention | Paths | Funnel


class Row(Value):
    """A row of a test: of which source or table, and its values by the name of field, key or time."""

    of: str
    values: tuple[tuple[str, Constant | None], ...]


class Case(Value):
    """An example: a key, whether the segment holds it, and the rows that it has."""

    key: Constant
    expected: bool
    rows: tuple[Row, ...]


class Test(Value):
    """The examples of one `test` block."""

    segment: str
    now: dt.datetime
    params: tuple[tuple[str, Constant], ...]
    cases: tuple[Case, ...]
    doc: str = ""


class Program(Value):
    """Everything that was asked for, resolved: segments with what they need, in the order in which they need it."""

    segments: tuple[Segment, ...]
    tests: tuple[Test, ...] = ()
    analyses: tuple[Analysis, ...] = ()

    def segment(self, name: str) -> Segment:
        """The segment of that name. Raises KeyError."""
        known: dict[str, Segment] | None = self.__dict__.get("_by_name")
        if known is None:  # asked for often; a program never changes
            known = {segment.name: segment for segment in self.segments}
            self.__dict__["_by_name"] = known
        return known[name]

    def find(self, name: str) -> Segment | Analysis | None:
        """The segment or analysis of that name, if it is resolved."""
        every: tuple[Segment | Analysis, ...] = (*self.analyses, *self.segments)
        return next((each for each in every if each.name == name), None)


def walk(node: Value) -> Iterator[Value]:
    """A value and every value inside it: each object once, sources and tables as a whole, no types and columns."""
    waiting, seen = [node], {id(node)}
    while waiting:
        found = waiting.pop()
        yield found
        if isinstance(found, Data):
            continue
        for part in vars(found).values():
            for item in part if isinstance(part, tuple) else (part,):
                if isinstance(item, Value) and not isinstance(item, Type | Column) and id(item) not in seen:
                    seen.add(id(item))
                    waiting.append(item)
