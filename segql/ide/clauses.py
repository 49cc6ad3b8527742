"""What the words of the language mean where they stand: for every kind of clause how it is written, and a sentence."""

from __future__ import annotations

from segql.node import Node
from segql.syntax import ast

CLAUSES: dict[type[Node], tuple[str, str]] = {
    ast.Use: ("use 'FILE'", "Makes the declarations of another file known here, and those of files that it uses."),
    ast.Zone: ("zone 'NAME'", "The time zone of the file's calendar, and of times without an offset."),
    # Sources and tables
    ast.Source: ("source NAME { … }", "A stream of events: rows that happened at a time."),
    ast.Table: ("table NAME { … }", "Rows without a time: a reference table."),
    ast.FromRelation: ("from PATH", "The table or view that holds the rows."),
    ast.FromFile: ("from file 'PATH'", "The files that hold the rows; the path starts from the folder of this file."),
    ast.Time: ("time COLUMN [: TYPE]", "When a row happened."),
    ast.Order: (
        "order COLUMN, …",
        "What breaks ties: first the time, then other columns. Without it, ties are in no order.",
    ),
    ast.Keys: (
        "key KEY [= COLUMN] [unique], …",
        "Identities that the rows carry. Their names connect sources and tables.",
    ),
    ast.Layout: ("layout flat | nested | json(COLUMN)", "Which column a path without `= COLUMN` stands for."),
    ast.Field: ("field NAME : TYPE [= COLUMN]", "A value of the rows and its type. Only declared fields can be read."),
    ast.Event: ("event NAME : EXPRESSION", "A name for some of the rows."),
    ast.Valid: ("valid from COLUMN to COLUMN", "From when until when a row of the table holds."),
    ast.Param: ("param NAME : TYPE [= VALUE]", "A value that is given when a segment is compiled."),
    ast.Define: ("define NAME = EXPRESSION", "A name for an expression."),
    # Segments
    ast.Segment: ("segment NAME { … }", "The values of its key for which all its conditions hold."),
    ast.Key: ("key KEY", "What the members are: users, accounts, sessions…"),
    ast.FromSources: ("from SOURCE, …", "Whose rows are seen."),
    ast.During: ("during WINDOW", "In which time the rows lie. No window reaches beyond now."),
    ast.Where: ("where EXPRESSION", "Which rows count: those for which the expression is true."),
    ast.Did: (
        "did EVENT [where …] [at least N times] [during …]",
        "It has such rows: at least one, unless a number is asked for.",
    ),
    ast.Times: ("at least | at most | exactly N times", "How many such rows there are."),
    ast.Days: ("on at least | at most | exactly N days", "On how many days of the calendar such rows fall."),
    ast.Never: ("never EVENT [where …] [during …]", "It has no such row."),
    ast.FirstDid: ("first did EVENT [where …] during WINDOW", "The earliest such row of all time lies in the window."),
    ast.InSegment: (
        "[not] in SEGMENT [via KEY]",
        "It is a member of another segment; with `via`, one of its rows carries such a member.",
    ),
    ast.OfFunnel: ("converted at | dropped after | pending after STEP of FUNNEL", "How far it has come in a funnel."),
    ast.Join: ("join TABLE on KEY [where …]", "Some row of a table has its key, and satisfies the filter."),
    ast.AnyOf: ("any { … }", "At least one of these conditions holds."),
    ast.AllOf: ("all { … }", "All of these conditions hold."),
    ast.NoneOf: ("none { … }", "None of these conditions holds."),
    # Windows
    ast.Last: (
        "last N UNIT",
        "From so long ago until now: up to weeks as time that elapses, beyond that on the calendar.",
    ),
    ast.This: ("this UNIT", "The current unit of the calendar, so far."),
    ast.Previous: ("previous [N] UNIT", "The whole units of the calendar before this one."),
    ast.Since: ("since MOMENT", "From then on."),
    ast.Before: ("before MOMENT", "All time before then."),
    ast.Between: ("from A to B", "Dates: both days whole. Times: until just before the second."),
    ast.Ever: ("ever", "All time up to now."),
    ast.Ago: ("N UNIT ago", "An instant before now."),
    # Sequences
    ast.Steps: (
        "steps [within D] [same KEY] [during WINDOW] { … }",
        "Its rows hold such a sequence: each step later than the one before.",
    ),
    ast.Within: (
        "within D",
        "At most so long: of a step, after the one before; of a sequence, from its first event to its last.",
    ),
    ast.Same: ("same KEY", "All events share one value of this key."),
    ast.Step: ("then EVENT", "Strictly later than the step before, whatever else happens in between."),
    ast.StepTimes: ("N times", "So many different events, one after the other."),
    ast.As: ("as LABEL", "A name for the event of the step, which later steps may read."),
    ast.Directly: ("directly [among EVENT, …]", "The very next of all rows, or of these events and its own kind."),
    ast.After: ("after D", "At least so long after the step before."),
    ast.Optional: ("optional", "The step may be left out."),
    ast.AnyOrder: ("any order { … }", "These steps, in one of their orders."),
    ast.Without: ("without EVENT [where …]", "No such event strictly between the step above and the step below."),
    # Analyses
    ast.Explore: ("explore NAME { … }", "Measures of rows, in groups."),
    ast.Paths: ("paths NAME { … }", "Where keys go from one node to the next."),
    ast.Funnel: ("funnel NAME { … }", "How far keys come in a sequence of steps."),
    ast.Retention: ("retention NAME { … }", "Who comes back after a start, and when."),
    ast.ForSegments: ("for SEGMENT [via KEY], … | everyone", "Who is asked. Several are answered side by side."),
    ast.By: (
        "by EXPRESSION [as NAME], UNIT, …",
        "Into which groups rows are put, by what they say or by units of the calendar.",
    ),
    ast.FirstOf: ("of first step", "As it was on the event of the first step."),
    ast.LastOf: ("of last step", "As it was on the event of the last step that was reached."),
    ast.Labelled: ("of step STEP", "As it was on the event of this step."),
    ast.MeasureItem: ("measure NAME = MEASURE", "A column: an aggregate of the rows, or arithmetic of those above."),
    ast.Sort: ("sort COLUMN [desc], …", "The order of the rows of the answer."),
    ast.Top: ("top N [with other]", "So many of the greatest; with `other`, the rest together."),
    ast.Totals: ("totals", "A row more: the measures over all groups."),
    ast.NodeItem: (
        "node EXPRESSION of EVENT",
        "The nodes of a path: the values of an expression on the rows of an event.",
    ),
    ast.Collapse: ("collapse repeats", "One node of equal ones that follow one another."),
    ast.PathStart: ("start VALUE", "Paths begin at the first such node, and run onwards."),
    ast.PathEnd: ("end VALUE", "Paths begin at the first such node, and run back in time."),
    ast.Depth: ("depth N", "How many nodes are looked at."),
    ast.CohortStart: (
        "start [first] EVENT [where …]",
        "What begins a cohort: the earliest such row of each key; with `first`, the earliest of all time.",
    ),
    ast.CohortReturn: ("return EVENT [where …]", "What counts as coming back."),
    ast.Every: (
        "every LENGTH for N [on or after]",
        "How long a period is, and how many there are; `on or after`: then or later.",
    ),
    ast.TimeToConvert: ("time to convert", "Columns more: how long keys took to each step."),
    # Tests
    ast.Test: (
        "test SEGMENT at INSTANT [with PARAM = VALUE, …] { … }",
        "People who must be in the segment or out of it, when this instant is now.",
    ),
    ast.Given: (
        "given FIELD = VALUE, …",
        "What holds for all rows that have such a field, unless a row says otherwise.",
    ),
    ast.Case: (
        "KEY in | out { … }",
        "A world of its own: the rows of one key, which must be in the segment or out of it.",
    ),
}
