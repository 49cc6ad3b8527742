"""Random segments, as text, over random small data: every construct, with ties, missing values and repeated rows.

The text goes through the whole compiler, so a case that fails is a file that a person can read and run.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

NOW = dt.datetime(2026, 3, 10, 12, 0)
ZONES = ("UTC", "America/Sao_Paulo", "Asia/Kolkata", "America/New_York")

SCHEMA = """
zone '{zone}'
param least : integer = 2
param word : text = 'b'
define big = n > 1
define shouted = upper(word)

source web {{
  from   web
  time   at{time_type}
  order  at, seq
  key    usr.id, s.id, mail
  layout {layout}
  field  usr.id : integer
  field  kind  : enum('a', 'b', 'c')
  field  n     : integer
  field  x     : decimal
  field  f     : float
  field  word  : text
  field  ok    : boolean
  field  seen  : date
  field  tags  : list(text)
  event  a     : kind = 'a'
  event  b     : kind = 'b'
  event  c     : kind = 'c'
  event  some  : n >= 1
  event  odd   : not (kind = 'a' or word like '%b%')
}}

source bill {{
  from  bill
  time  day : date
  key   usr.id, mail
  field kind : text
  field n    : integer
  field x    : decimal
  event paid : kind = 'p'
  event back : kind = 'r'
}}

source tick {{
  from  tick
  time  at
  key   usr.id
  field kind : text
  field n    : integer
  event up   : kind = 'u'
  event down : kind != 'u'
}}

table plans {{
  from  plans
  key   mail unique
  field tier : enum('free', 'pro')
  field arr  : decimal
}}

table notes {{
  from  notes
  key   usr.id, mail
  field word : text
  field n    : integer
}}

table versions {{
  from  versions
  key   usr.id
  field tier  : text
  field n     : integer
  valid from since to until
}}
"""


Case = tuple[str, dict[str, list[dict[str, Any]]]]


def cases() -> st.SearchStrategy[Case]:
    """A file and rows for it: of everything, of sequences over crowded moments, or of facts over many rows."""
    return st.one_of(
        st.tuples(files(), rows()),
        st.tuples(sequence_files(), crowded()),
        st.tuples(sequence_files(), crowded()),
        st.tuples(fact_files(), rows(crowd=True)),
    )


def in_entries(text: str) -> str:
    """The schema with some fields of the first source in lists of keys and values."""
    kept = {
        "n     : integer": "one[key = 'n'].value.whole",
        "word  : text": "one[key = 'it''s'].value.`a text`",
        "x     : decimal": "geo.two[`the name` = 'x'].amount",
        "seen  : date": "geo.two[`the name` = 'seen'].day",
    }
    for field, entry in kept.items():
        text = text.replace(f"  field  {field}\n", f"  field  {field} = {entry}\n", 1)
    return text


@st.composite
def sequence_files(draw: st.DrawFn) -> str:
    """One segment that is a sequence and nothing else, with plain events: every member counts for the comparison."""
    sources = draw(st.sampled_from((("web",), ("web",), ("web",), ("tick",), ("web", "tick"))))
    text = SCHEMA.format(layout="flat", zone="UTC", time_type="")
    body = draw(st.one_of(steps(sources, plain=True), steps(sources, plain=True), two_steps(sources)))
    return f"{text}\nsegment s1 {{\nkey usr.id\nfrom {', '.join(sources)}\n{body}\n}}\n"


@st.composite
def fact_files(draw: st.DrawFn) -> str:
    """One segment with one condition on counts or sums, over one source."""
    text = SCHEMA.format(layout="flat", zone=draw(st.sampled_from(ZONES)), time_type="")
    condition = draw(st.one_of(did(("web",)), comparisons(("web",)), one_aggregate(), one_aggregate()))
    return f"{text}\nsegment s1 {{\nkey usr.id\nfrom web\n{condition}\n}}\n"


@st.composite
def together(draw: st.DrawFn, zones: tuple[str, ...] = ZONES) -> Case:
    """A file of two to five segments of one key, over one or two sources, and rows for it; later ones may name earlier ones."""
    text = SCHEMA.format(layout="flat", zone=draw(st.sampled_from(zones)), time_type="")
    names: list[str] = []
    for name in ("s1", "s2", "s3", "s4", "s5")[: draw(st.integers(2, 5))]:
        sources = draw(st.sampled_from((("web",), ("web",), ("web", "bill"))))
        lines = [draw(st.one_of(did(sources), did(sources), comparisons(sources)))]
        if draw(st.integers(0, 2)) == 0:
            lines.append(draw(st.one_of(did(sources), comparisons(sources), two_steps(sources))))
        if names and draw(st.integers(0, 3)) == 0:
            lines.append(f"{draw(st.sampled_from(('in', 'not in')))} {draw(st.sampled_from(names))}")
        text += f"\nsegment {name} {{\nkey usr.id\nfrom {', '.join(sources)}\n" + "\n".join(lines) + "\n}\n"
        names.append(name)
    return text, draw(rows(crowd=True))


@st.composite
def one_aggregate(draw: st.DrawFn) -> str:
    """One aggregate beside a number that it may well be."""
    value = draw(
        st.sampled_from(("n of web", "x of web", "f of web", "n of a", "x of some", "n + x of web", "n / 2 of web"))
    )
    number = draw(st.sampled_from(("0", "0.5", "0.75", "1", "1.25", "1.5", "2", "3", "4")))
    return f"{draw(aggregates())}({value}) {draw(st.sampled_from(COMPARE))} {number}"


@st.composite
def files(draw: st.DrawFn) -> str:
    """A file with one to three segments; the last is the one to ask for, and may name the others."""
    layout = draw(st.sampled_from(("flat", "flat", "nested", "json(doc)")))
    zone = draw(st.sampled_from(ZONES))
    time_type = draw(st.sampled_from(("", "", " : timestamp", " : timestamptz", " : epoch(microseconds)")))
    text = SCHEMA.format(layout=layout, zone=zone, time_type=time_type)
    if layout == "nested" and zone in ("UTC", "Asia/Kolkata"):
        text = in_entries(text)
    known: list[tuple[str, str]] = []
    for name in ("s1", "s2", "s3")[: draw(st.integers(1, 3))]:
        key, body = draw(segment_body(tuple(known)))
        text += f"\nsegment {name} {{\n{body}\n}}\n"
        known.append((name, key))
    return text


# ---------------------------------------------------------------- values

TIMES = tuple(
    NOW - dt.timedelta(**gap)
    for gap in (
        {"minutes": -30},
        {"minutes": 0},
        {"seconds": 1},
        {"minutes": 1},
        {"minutes": 2},
        {"minutes": 3},
        {"minutes": 4},
        {"minutes": 6},
        {"hours": 9},
        {"hours": 10},
        {"days": 1},
        {"days": 2},
        {"days": 9, "hours": 13},
        {"days": 31},
        {"days": 70},
    )
)
SOON = TIMES[2:8]
WORDS = ("a", "b", "ab", "A", "", "é%", "it's", "x_y", 'q"q')


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value, or sometimes a missing one."""
    return st.one_of(values, values, values, values, st.none())


KEYS = maybe(st.integers(1, 3))
MAILS = maybe(st.sampled_from(("m1", "m2", "m3")))
MOMENTS = maybe(st.one_of(st.sampled_from(SOON), st.sampled_from(TIMES)))
SMALL = maybe(st.integers(-1, 3))
MONEY = maybe(st.sampled_from((Decimal(0), Decimal("0.1"), Decimal("0.2"), Decimal("1.5"), Decimal(2))))

WEB = st.fixed_dictionaries(
    {
        "usr.id": KEYS,
        "s.id": maybe(st.sampled_from(("s1", "s2"))),
        "mail": MAILS,
        "at": MOMENTS,
        "seq": maybe(st.integers(1, 3)),
        "kind": maybe(st.sampled_from(("a", "b", "c"))),
        "n": SMALL,
        "x": MONEY,
        "f": maybe(st.sampled_from((0.0, 0.5, 1.25, 3.0))),
        "word": maybe(st.sampled_from(WORDS)),
        "ok": maybe(st.booleans()),
        "tags": maybe(st.lists(st.sampled_from(("a", "b", "it's")), max_size=2)),
        "seen": maybe(st.sampled_from((dt.date(2026, 3, 9), dt.date(2026, 3, 10), dt.date(2024, 2, 29)))),
    }
)
BILL = st.fixed_dictionaries(
    {
        "usr.id": KEYS,
        "mail": MAILS,
        "day": maybe(
            st.sampled_from((dt.date(2026, 3, 8), dt.date(2026, 3, 9), dt.date(2026, 3, 10), dt.date(2026, 2, 1)))
        ),
        "kind": maybe(st.sampled_from(("p", "r"))),
        "n": SMALL,
        "x": MONEY,
    }
)
TICK = st.fixed_dictionaries({"usr.id": KEYS, "at": MOMENTS, "kind": maybe(st.sampled_from(("u", "d"))), "n": SMALL})
PLANS = st.fixed_dictionaries({"mail": MAILS, "tier": maybe(st.sampled_from(("free", "pro"))), "arr": MONEY})
NOTES = st.fixed_dictionaries({"usr.id": KEYS, "mail": MAILS, "word": maybe(st.sampled_from(WORDS)), "n": SMALL})
VERSIONS = st.fixed_dictionaries(
    {
        "usr.id": KEYS,
        "tier": maybe(st.sampled_from(("old", "new"))),
        "n": SMALL,
        "since": maybe(st.sampled_from((TIMES[-1], TIMES[4], TIMES[9]))),
        "until": maybe(st.sampled_from((TIMES[0], TIMES[3], TIMES[9]))),
    }
)


def _repeated(rows: st.SearchStrategy[Any], most: int, least: int = 0) -> st.SearchStrategy[list[Any]]:
    """Rows, of which some stand twice."""
    return st.tuples(st.lists(rows, min_size=least, max_size=most), st.integers(0, 3)).map(
        lambda p: p[0] + p[0][: p[1]]
    )


FEW = SOON[:4]


@st.composite
def crowded(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Many events of four users in a few moments, so that ties, repeats and near misses are the rule."""
    user, moment = st.integers(1, 4), st.sampled_from(FEW)
    web = st.fixed_dictionaries(
        {
            "usr.id": user,
            "s.id": st.sampled_from(("s1", "s2", None)),
            "mail": st.sampled_from(("m1", "m2")),
            "at": moment,
            "seq": st.sampled_from((1, 1, 2, None)),
            "kind": st.sampled_from(("a", "b", "c")),
            "n": st.sampled_from((0, 1, 2)),
            "x": st.just(Decimal(1)),
            "f": st.just(1.0),
            "word": st.sampled_from(("a", "b")),
            "ok": st.just(True),
            "tags": st.just([]),
            "seen": st.none(),
        }
    )
    tick = st.fixed_dictionaries(
        {"usr.id": user, "at": moment, "kind": st.sampled_from(("u", "d")), "n": st.sampled_from((0, 1, 2))}
    )
    some: dict[str, list[dict[str, Any]]] = {"bill": [], "plans": [], "notes": [], "versions": []}
    some["web"] = draw(st.lists(web, min_size=8, max_size=18))
    some["tick"] = draw(st.lists(tick, min_size=4, max_size=14))
    return some


@st.composite
def rows(draw: st.DrawFn, crowd: bool = False) -> dict[str, list[dict[str, Any]]]:
    """Rows for every source and table of the schema. Half of the time all events are close to one another."""
    web = WEB
    if crowd or draw(st.booleans()):
        close = st.fixed_dictionaries({"usr.id": st.integers(1, 2), "at": st.sampled_from(SOON)})
        web = st.tuples(WEB, close).map(lambda p: {**p[0], **p[1]})
    return {
        "web": draw(_repeated(web, 10, draw(st.sampled_from((0, 3, 6, 8))))),
        "bill": draw(_repeated(BILL, 3, draw(st.integers(0, 2)))),
        "tick": draw(_repeated(TICK, 5, draw(st.integers(0, 4)))),
        "plans": draw(_repeated(PLANS, 3, draw(st.integers(0, 2)))),
        "notes": draw(_repeated(NOTES, 3, draw(st.integers(0, 2)))),
        "versions": draw(_repeated(VERSIONS, 3, draw(st.integers(0, 2)))),
    }


# ---------------------------------------------------------------- segments

Known = tuple[tuple[str, str], ...]
EVENTS = {
    "web": ("a", "b", "c", "some", "odd", "web"),
    "bill": ("paid", "back", "bill"),
    "tick": ("up", "down", "tick"),
}
KEYS_OF = {
    "web": ("usr.id", "s.id", "mail"),
    "bill": ("usr.id", "mail"),
    "tick": ("usr.id",),
    "plans": ("mail",),
    "notes": ("usr.id", "mail"),
    "versions": ("usr.id",),
}


@st.composite
def segment_body(draw: st.DrawFn, known: Known) -> tuple[str, str]:
    """A segment's key and the text of its block."""
    sources = draw(
        st.sampled_from(
            (("web",),) * 8
            + (("web", "bill"), ("web", "tick"), ("bill",), ("tick",), ("web", "bill", "tick"))
            + (("plans",), ("notes",), ("versions",))
        )
    )
    keys = [k for k in KEYS_OF[sources[0]] if all(k in KEYS_OF[s] for s in sources)]
    key = draw(st.sampled_from(["usr.id"] * 3 + keys if "usr.id" in keys else keys))
    lines = [f"key {key}"]
    same_key = [name for name, other in known if other == key]
    if same_key and draw(st.integers(0, 9)) == 0:  # without `from`: over the data of the segments it names
        lines.append(f"{draw(st.sampled_from(('in', 'not in')))} {draw(st.sampled_from(same_key))}")
        return key, "\n".join(lines)
    lines.append(f"from {', '.join(sources)}")
    timed = sources[0] in EVENTS
    if timed and draw(st.booleans()):
        lines.append(f"during {draw(windows())}")
    if draw(st.integers(0, 2)) == 0:
        lines.append(f"where {draw(predicates(sources))}")
    count = draw(st.sampled_from((0, 1, 1, 1, 1, 1, 2, 2, 3)))
    lines.extend(draw(conditions(sources, key, known, 2)) for _ in range(count))
    return key, "\n".join(lines)


@st.composite
def windows(draw: st.DrawFn) -> str:
    return draw(
        st.sampled_from(
            (
                "ever",
                "last 3 minutes",
                "last 1 day",
                "last 9 hours",
                "last 10 days",
                "last 1 month",
                "last 1 quarter",
                "this day",
                "this week",
                "this month",
                "this year",
                "previous day",
                "previous 2 weeks",
                "previous month",
                "since 2026-03-09",
                "since 1 day ago",
                "since 2026-03-10T11:56:00Z",
                "before 2026-03-10",
                "before 2 minutes ago",
                "before 2027-01-01",
                "before 1 month ago",
                "from 2026-03-08 to 2026-03-09",
                "from 2026-03-10T06:00 to 2026-03-10T11:58:00Z",
            )
        )
    )


# ---------------------------------------------------------------- predicates on one row

COMPARE = ("=", "!=", "<", "<=", ">", ">=")
EQUAL = ("=", "!=")


@st.composite
def numbers(draw: st.DrawFn, sources: tuple[str, ...], depth: int = 1) -> str:
    fields = {
        "web": ("n", "x", "f"),
        "bill": ("n", "x"),
        "tick": ("n",),
        "plans": ("arr",),
        "notes": ("n",),
        "versions": ("n",),
    }
    own = [f for f in fields[sources[0]] if all(f in fields[s] for s in sources)]
    if depth == 0 or draw(st.integers(0, 3)):
        choices = [*own, "0", "1", "2", "0.1", "1.5", "$least"] if own else ["0", "1", "$least"]
        if sources == ("web",):
            choices += ["length(word)", "plans.arr", "versions.n", "hour(at)", "weekday(at)", "month(at)", "year(at)"]
        return draw(st.sampled_from(choices))
    left, right = draw(numbers(sources, depth - 1)), draw(numbers(sources, depth - 1))
    form = draw(
        st.sampled_from(("{} + {}", "{} - {}", "{} * {}", "{} / {}", "-{}", "abs({})", "coalesce({}, {})", "({} - {})"))
    )
    return form.format(left, right)


@st.composite
def atoms(draw: st.DrawFn, sources: tuple[str, ...]) -> str:
    """A comparison that fits the rows of all of the sources."""
    number = f"{draw(numbers(sources))} {draw(st.sampled_from(COMPARE))} {draw(numbers(sources))}"
    choices = [number]
    if "web" in sources and len(sources) == 1:
        text = draw(
            st.sampled_from(
                ("word", "lower(word)", "trim(word)", "upper(word)", "coalesce(word, 'z')", "versions.tier")
            )
        )
        literal = "'" + draw(st.sampled_from(WORDS)).replace("'", "''") + "'"
        choices += [
            f"kind {draw(st.sampled_from(EQUAL))} '{draw(st.sampled_from('abc'))}'",
            f"kind {draw(st.sampled_from(('in', 'not in')))} ('a', 'c')",
            f"{text} {draw(st.sampled_from(COMPARE))} {draw(st.sampled_from((literal, '$word', 'word')))}",
            f"{text} {draw(st.sampled_from(EQUAL))} kind",
            f"{text} in ({literal}, 'b', $word)",
            f"{text} {draw(st.sampled_from(('', 'not ')))}"
            + draw(st.sampled_from(("like", "contains", "starts with", "ends with")))
            + f" {draw(st.sampled_from((literal, '$word', 'kind')))}",
            f"{text} matches '{draw(st.sampled_from(('^a', 'b$', '[a-z]_', 'it.s', '^$')))}'",
            f"{draw(st.sampled_from(('n', 'word', 'ok', 'kind', 'plans.tier', 'at')))} is {draw(st.sampled_from(('', 'not ')))}missing",
            "ok",
            f"tags {draw(st.sampled_from(('', 'not ')))}contains {draw(st.sampled_from((literal, '$word', 'word')))}",
            "tags is missing",
            "ok = false",
            "big",
            "shouted = 'B'",
            "some",
            f"plans.tier {draw(st.sampled_from(EQUAL))} 'pro'",
            f"plans.tier {draw(st.sampled_from(('in', 'not in')))} ('free')",
            f"seen {draw(st.sampled_from(COMPARE))} {draw(st.sampled_from(('2026-03-09', 'date(at)', '2024-02-29')))}",
            f"at {draw(st.sampled_from(COMPARE))} {draw(st.sampled_from(('2026-03-09', '2 minutes ago', '2026-03-10T11:57:00Z', '1 month ago')))}",
            f"usr.id {draw(st.sampled_from(EQUAL))} {draw(st.integers(1, 3))}",
        ]
    elif sources == ("plans",):
        choices += ["tier = 'pro'", "tier != 'pro'", "tier is missing"]
    elif sources == ("notes",):
        choices += ["word = 'a'", "word != 'b'", "word is not missing"]
    elif sources == ("versions",):
        choices += ["tier = 'new'", "tier != 'new'"]
    return draw(st.sampled_from(choices))


@st.composite
def predicates(draw: st.DrawFn, sources: tuple[str, ...], depth: int = 2) -> str:
    if depth == 0 or draw(st.integers(0, 2)) == 0:
        return draw(atoms(sources))
    left, right = draw(predicates(sources, depth - 1)), draw(predicates(sources, depth - 1))
    return draw(st.sampled_from((f"({left}) and ({right})", f"({left}) or ({right})", f"not ({left})", left)))


# ---------------------------------------------------------------- conditions on one key


@st.composite
def conditions(draw: st.DrawFn, sources: tuple[str, ...], key: str, known: Known, depth: int) -> str:
    kinds = ["join", "join"]
    if sources[0] in EVENTS:
        kinds += ["did"] * 4 + ["never", "first", "steps", "steps", "steps", "steps", "measure", "measure", "measure"]
    else:
        kinds += ["measure"]
    if any(name for name, other in known if other == key):
        kinds += ["in", "in"]
    if any(other != key and any(other in KEYS_OF[s] for s in sources) for _, other in known):
        kinds += ["via", "via"]
    if depth:
        kinds += ["group", "group"]
    match draw(st.sampled_from(kinds)):
        case "did":
            return draw(did(sources))
        case "never":
            return f"never {draw(event(sources))}{draw(filters(sources))}"
        case "first":
            return f"first did {draw(event(sources))}{draw(filters(sources))}"
        case "steps":
            return draw(steps(sources))
        case "measure":
            return draw(comparisons(sources))
        case "in":
            name = draw(st.sampled_from([n for n, other in known if other == key]))
            return f"{draw(st.sampled_from(('in', 'not in')))} {name}"
        case "via":
            reachable = [(n, o) for n, o in known if o != key and any(o in KEYS_OF[s] for s in sources)]
            name, other = draw(st.sampled_from(reachable))
            return f"{draw(st.sampled_from(('in', 'not in')))} {name} via {other}"
        case "join":
            return draw(joins(sources, key))
        case _:
            inner = [draw(conditions(sources, key, known, depth - 1)) for _ in range(draw(st.integers(1, 3)))]
            return f"{draw(st.sampled_from(('any', 'all', 'none')))} {{\n" + "\n".join(inner) + "\n}"


@st.composite
def event(draw: st.DrawFn, sources: tuple[str, ...]) -> str:
    source = draw(st.sampled_from(sources))
    name = draw(st.sampled_from(EVENTS[source]))
    return draw(st.sampled_from((name, name if name == source else f"{source}.{name}")))


def source_of(event: str) -> tuple[str, ...]:
    """The source whose rows an event's filter reads."""
    first = event.split(".")[0]
    return (next(s for s, events in EVENTS.items() if first in events or first == s),)


@st.composite
def filters(draw: st.DrawFn, sources: tuple[str, ...]) -> str:
    return f" during {draw(windows())}" if draw(st.integers(0, 2)) == 0 else ""


@st.composite
def did(draw: st.DrawFn, sources: tuple[str, ...]) -> str:
    name = draw(event(sources))
    text = f"did {name}"
    if draw(st.booleans()):
        text += f" where {draw(predicates(source_of(name), 1))}"
    if draw(st.booleans()):
        text += f" {draw(st.sampled_from(('at least', 'at most', 'exactly')))} {draw(st.integers(0, 3))} times"
    if draw(st.integers(0, 3)) == 0:
        text += f" on {draw(st.sampled_from(('at least', 'at most', 'exactly')))} {draw(st.integers(0, 2))} days"
    return text + draw(filters(sources))


@st.composite
def joins(draw: st.DrawFn, sources: tuple[str, ...], key: str) -> str:
    tables = [
        (table, k)
        for table in ("plans", "notes", "versions")
        for k in KEYS_OF[table]
        if k == key or any(k in KEYS_OF[s] for s in sources)
    ]
    if not tables:
        return "all { " + draw(comparisons(sources)) + " }"
    table, on = draw(st.sampled_from(tables))
    where = f" where {draw(predicates((table,), 1))}" if draw(st.booleans()) else ""
    return f"join {table} on {on}{where}"


@st.composite
def measures(draw: st.DrawFn, sources: tuple[str, ...], depth: int) -> str:
    if depth and draw(st.integers(0, 3)) == 0:
        left, right = draw(measures(sources, depth - 1)), draw(measures(sources, depth - 1))
        return draw(
            st.sampled_from((f"{left} + {right}", f"{left} - {right}", f"{left} * {right}", f"{left} / {right}"))
        )
    if draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(("0", "1", "2", "0.5", "$least")))
    fields = {
        "web": ("n", "x", "f"),
        "bill": ("n", "x"),
        "tick": ("n",),
        "plans": ("arr",),
        "notes": ("n",),
        "versions": ("n",),
    }
    form = draw(st.sampled_from(("count", "rows", "of", "of", "all")))
    if sources[0] not in EVENTS:
        form = draw(st.sampled_from(("rows", "all")))
    if form == "count":
        name = draw(event(sources))
        return f"count({name}{draw(filters(sources))})"
    if form == "rows":
        return f"count({draw(filters(sources)).strip() if sources[0] in EVENTS else ''})"
    if form == "of":
        name = draw(event(sources))
        (source,) = source_of(name)
        value = draw(st.sampled_from(fields[source]))
        where = f" where {draw(predicates((source,), 1))}" if draw(st.booleans()) else ""
        return (
            f"{draw(aggregates())}({draw(distinct())}{value} of {name}{where}{draw(filters(sources))})".replace(
                "min(distinct ", "min("
            )
            .replace("max(distinct ", "max(")
            .replace("median(distinct ", "median(")
        )
    own = [f for f in fields[sources[0]] if all(f in fields[s] for s in sources)]
    return f"{draw(aggregates())}({draw(st.sampled_from(own))})"


@st.composite
def aggregates(draw: st.DrawFn) -> str:
    return draw(st.sampled_from(("count", "sum", "avg", "min", "max", "median")))


@st.composite
def distinct(draw: st.DrawFn) -> str:
    return draw(st.sampled_from(("", "", "distinct ")))


@st.composite
def comparisons(draw: st.DrawFn, sources: tuple[str, ...]) -> str:
    return f"{draw(measures(sources, 1))} {draw(st.sampled_from(COMPARE))} {draw(measures(sources, 1))}"


# ---------------------------------------------------------------- sequences

GAPS = ("1 second", "1 minute", "2 minutes", "3 minutes", "1 hour", "1 day", "0 seconds")


@st.composite
def steps(draw: st.DrawFn, sources: tuple[str, ...], plain: bool = False) -> str:
    """A sequence; a plain one has few windows and filters of its own, so that its steps decide."""
    head = "steps"
    if draw(st.integers(0, 2)) == 0:
        head += f" within {draw(st.sampled_from(GAPS))}"
    if sources == ("web",) and draw(st.integers(0, 3)) == 0:
        head += f" same {draw(st.sampled_from(('s.id', 'mail')))}"
    if not plain and draw(st.integers(0, 4)) == 0:
        head += f" during {draw(windows())}"
    count = draw(st.sampled_from((1, 2, 2, 2, 3, 3, 4)))
    lines: list[str] = []
    labels: list[tuple[str, str]] = []
    optionals = 0
    for position in range(count):
        if position and draw(st.integers(0, 3)) == 0:
            lines.extend(draw(without(sources)) for _ in range(draw(st.integers(1, 2))))
        optional = draw(st.integers(0, 6)) == 0 and optionals < count - 1
        optionals += optional
        if draw(st.integers(0, 8)) == 0:
            lines.append(draw(group(sources, position, optional and position > 0)))
            optionals -= optional and position == 0
        else:
            optionals -= optional and position == 0
            lines.append(draw(step(sources, position, optional and position > 0, labels, plain)))
    return head + " {\n" + "\n".join(lines) + "\n}"


@st.composite
def two_steps(draw: st.DrawFn, sources: tuple[str, ...]) -> str:
    """Two steps and nothing else, perhaps in any order, or of one value of a key."""
    first, second = draw(event(sources)), draw(event(sources))
    same = f" same {draw(st.sampled_from(('s.id', 'mail')))}" if sources == ("web",) and draw(st.booleans()) else ""
    body = draw(st.sampled_from((f"{first} then {second}", f"{first} 2 times", f"any order {{ {first} {second} }}")))
    return f"steps{same} {{ {body} }}"


@st.composite
def gaps(draw: st.DrawFn) -> str:
    text = ""
    if draw(st.integers(0, 3)) == 0:
        text += f"after {draw(st.sampled_from(GAPS[:4]))} "
    if draw(st.integers(0, 2)) == 0:
        text += f"within {draw(st.sampled_from(('3 minutes', '1 hour', '1 day')))} "
    return text


@st.composite
def step(
    draw: st.DrawFn,
    sources: tuple[str, ...],
    position: int,
    optional: bool,
    labels: list[tuple[str, str]],
    plain: bool,
) -> str:
    name = draw(event(sources))
    (source,) = source_of(name)
    text = ""
    if position:
        text = "then " + ("optional " if optional else "")
        if draw(st.integers(0, 4)) == 0:
            among = ", ".join(draw(event(sources)) for _ in range(draw(st.integers(0, 2))))
            text += f"directly {f'among {among} ' if among else ''}"
        text += draw(gaps())
    text += name
    wheres = []
    if not plain and draw(st.integers(0, 2)) == 0:
        wheres.append(draw(predicates((source,), 1)))
    if labels and draw(st.integers(0, 3)) == 0:
        label, other = draw(st.sampled_from(labels))
        wheres.append(f"n {draw(st.sampled_from(COMPARE))} {label}.n")
        if source == other == "web" and draw(st.booleans()):
            wheres.append(f"(word != {label}.word or x > {label}.x + 1)")
    if wheres:
        text += " where " + " and ".join(f"({w})" for w in wheres)
    if draw(st.integers(0, 6)) == 0:
        text += f" {draw(st.integers(1, 3))} times"
    if draw(st.integers(0, 2)) == 0:
        label = f"l{position}"
        text += f" as {label}"
        labels.append((label, source))
    return text


@st.composite
def group(draw: st.DrawFn, sources: tuple[str, ...], position: int, optional: bool) -> str:
    inner = [draw(event(sources)) for _ in range(draw(st.integers(2, 3)))]
    head = f"then {'optional ' if optional else ''}{draw(gaps())}" if position else ""
    return f"{head}any order {{ {'  '.join(inner)} }}"


@st.composite
def without(draw: st.DrawFn, sources: tuple[str, ...]) -> str:
    name = draw(event(sources))
    where = f" where {draw(predicates(source_of(name), 1))}" if draw(st.integers(0, 2)) == 0 else ""
    return f"without {name}{where}"
