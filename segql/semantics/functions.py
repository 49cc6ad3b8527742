"""The functions of row expressions: a closed table of what they take and give."""

from __future__ import annotations

from segql.node import Value
from segql.semantics import model
from segql.semantics.context import ANY, DATE, INTEGER, TEXT

TEXTS = ("text", "enum")
NUMBERS = ("integer", "decimal", "float")
INSTANTS = ("timestamp", "timestamptz")


class Function(Value):
    """How a function is used: the types that its argument may have, and the type of its result (None: its argument's).

    Every function of a missing value is missing, save `coalesce`, which takes any number of values of one kind.
    """

    usage: str
    takes: tuple[str, ...]
    gives: model.Type | None
    meaning: str


FUNCTIONS = {
    "lower": Function(usage="lower(text)", takes=TEXTS, gives=TEXT, meaning="the text in lower case, letter by letter"),
    "upper": Function(usage="upper(text)", takes=TEXTS, gives=TEXT, meaning="the text in upper case, letter by letter"),
    "trim": Function(usage="trim(text)", takes=TEXTS, gives=TEXT, meaning="the text without blanks at its ends"),
    "length": Function(usage="length(text)", takes=TEXTS, gives=INTEGER, meaning="the number of characters"),
    "abs": Function(usage="abs(number)", takes=NUMBERS, gives=None, meaning="the number without its sign"),
    "coalesce": Function(usage="coalesce(a, b, …)", takes=(), gives=None, meaning="the first that is not missing"),
    "date": Function(usage="date(timestamp)", takes=INSTANTS, gives=DATE, meaning="the day, in the zone"),
    "hour": Function(usage="hour(timestamp)", takes=INSTANTS, gives=INTEGER, meaning="the hour, 0 to 23, in the zone"),
    "weekday": Function(
        usage="weekday(timestamp)", takes=INSTANTS, gives=INTEGER, meaning="1 (Monday) to 7, in the zone"
    ),
    "day": Function(usage="day(timestamp)", takes=INSTANTS, gives=INTEGER, meaning="the day of the month, in the zone"),
    "month": Function(usage="month(timestamp)", takes=INSTANTS, gives=INTEGER, meaning="1 to 12, in the zone"),
    "year": Function(usage="year(timestamp)", takes=INSTANTS, gives=INTEGER, meaning="the year, in the zone"),
}


# The functions of many rows, each as it is used.
AGGREGATES = {
    "count": "count(view)",
    "sum": "sum(amount of purchase)",
    "avg": "avg(amount of purchase)",
    "min": "min(amount of purchase)",
    "max": "max(amount of purchase)",
    "median": "median(amount of purchase)",
}


def result_type(function: Function, types: tuple[model.Type, ...]) -> model.Type | None:
    """The type of a call, or None if the arguments do not fit."""
    if function.usage.startswith("coalesce"):
        return _common(types) if types else None
    if len(types) != 1 or types[0].name not in (*function.takes, "any"):
        return None
    return function.gives or types[0]


def _common(types: tuple[model.Type, ...]) -> model.Type | None:
    """The type that all of these fit into; None if there is none."""
    known = [t for t in types if t.name != "any"]
    names = {t.name for t in known}
    if not known:
        return ANY
    if names <= set(TEXTS):
        return known[0] if len(set(known)) == 1 else TEXT
    for wide in ("float", "decimal", "integer"):
        if wide in names and names <= set(NUMBERS):
            return model.Type(name=wide)
    if names <= set(INSTANTS):
        return known[0]
    return known[0] if len(set(known)) == 1 and "list" not in names else None
