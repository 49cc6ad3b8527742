"""Random analyses, as text, of random segments over random small data. The analysis that is asked for is called `q`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from . import segments
from .segments import Case, Known

KINDS = ("explore", "retention", "paths", "funnel")


def cases(kind: str, plain: bool = False) -> st.SearchStrategy[Case]:
    """A file whose last declaration is an analysis of a kind, and rows for it; a plain one has flat columns and no zone."""
    if kind == "explore":
        return st.tuples(files(kind, plain), st.one_of(segments.rows(), segments.rows(crowd=True)))
    if kind == "funnel":
        return st.tuples(files(kind, plain), st.one_of(segments.rows(), segments.crowded(), segments.crowded()))
    return st.tuples(files(kind, plain), st.one_of(segments.crowded(), spread(), spread(), spread()))


DAYS = tuple(segments.NOW - dt.timedelta(days=days, hours=hours) for days in range(0, 80, 3) for hours in (0, 1, 9, 14))


@st.composite
def spread(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Many events of six users over some months, to the hour, so that periods and cohorts have something in them."""
    found = draw(segments.rows())
    more = {"usr.id": st.integers(1, 6), "at": st.one_of(st.sampled_from(DAYS[:12]), st.sampled_from(DAYS))}
    for name, rows in (("web", segments.WEB), ("tick", segments.TICK)):
        timed = st.tuples(rows, st.fixed_dictionaries(more)).map(lambda p: {**p[0], **p[1]})
        found[name] = draw(st.lists(timed, min_size=8, max_size=20))
    found["bill"] = draw(st.lists(segments.BILL, min_size=4, max_size=8))
    return found


@st.composite
def files(draw: st.DrawFn, kind: str, plain: bool) -> str:
    layout = "flat" if plain else draw(st.sampled_from(("flat", "flat", "flat", "nested", "json(doc)")))
    zone = "UTC" if plain else draw(st.sampled_from(segments.ZONES))
    time_type = draw(st.sampled_from(("", "", " : timestamp", " : timestamptz", " : epoch(microseconds)")))
    text = segments.SCHEMA.format(layout=layout, zone=zone, time_type=time_type)
    known: list[tuple[str, str]] = []
    for name in ("s1", "s2")[: draw(st.integers(0, 2))]:
        key, body = draw(segments.segment_body(tuple(known)))
        text += f"\nsegment {name} {{\n{body}\n}}\n"
        known.append((name, key))
    body = draw({"explore": explore, "retention": retention, "paths": paths, "funnel": funnel}[kind](tuple(known)))
    return f"{text}\n{kind} q {{\n{body}\n}}\n"


@st.composite
def audiences(draw: st.DrawFn, sources: tuple[str, ...], key: str, known: Known) -> str:
    """A `for` clause, or none: segments of the key, those that a `via` leads to, and everyone."""
    found = []
    for name, other in known:
        if other == key or (not key and all(other in segments.KEYS_OF[s] for s in sources)):
            found.append(name)
        elif key and any(other in segments.KEYS_OF[s] for s in sources):
            found.append(f"{name} via {other}")
    chosen = [each for each in (*found, "everyone") if draw(st.integers(0, 2))]
    return f"for {', '.join(chosen)}" if chosen else ""


SOURCES = (("web",),) * 6 + (("web", "bill"), ("web", "tick"), ("bill",), ("tick",), ("web", "bill", "tick"))


@st.composite
def opening(draw: st.DrawFn, known: Known, keyed: bool = False) -> tuple[tuple[str, ...], list[str]]:
    """The clauses that all analyses have; with `keyed` there is a key, and seldom a window, for rows get few by it."""
    sources = draw(st.sampled_from(SOURCES))
    keys = [k for k in segments.KEYS_OF[sources[0]] if all(k in segments.KEYS_OF[s] for s in sources)]
    key = draw(st.sampled_from([keys[0], *keys] if keyed else ["", "", *keys]))
    lines = [f"from {', '.join(sources)}", draw(audiences(sources, key, known))]
    if key:
        lines.append(f"key {key}")
    if draw(st.integers(0, 3 if keyed else 1)) == 0:
        lines.append(f"during {draw(segments.windows())}")
    if draw(st.integers(0, 2)) == 0:
        lines.append(f"where {draw(segments.predicates(sources))}")
    return sources, [line for line in lines if line]


UNITS = ("minute", "hour", "day", "week", "month", "quarter", "year")


@st.composite
def group(draw: st.DrawFn, sources: tuple[str, ...]) -> str:
    """Something to group by, without its name."""
    if draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(UNITS))
    if draw(st.integers(0, 3)) == 0:
        return draw(segments.atoms(sources))
    if sources == ("web",):
        fields = ("usr.id", "mail", "s.id", "kind", "n", "x", "f", "word", "ok", "seen", "at", "plans.tier", "big")
        return draw(st.sampled_from((*fields, "lower(word)", "hour(at)", "n + x", "coalesce(word, 'z')", "n / 2")))
    return draw(st.sampled_from(("n", "usr.id", "n + 1")))


@st.composite
def explore(draw: st.DrawFn, known: Known) -> str:
    sources, lines = draw(opening(known))
    groups = [f"g{n}" for n in range(draw(st.integers(0, 3)))]
    if groups:
        lines.append("by " + ", ".join(f"{draw(group(sources))} as {name}" for name in groups))
    measures: list[str] = []
    for n in range(draw(st.integers(1, 3))):
        value = draw(segments.measures(sources, 1))
        if measures and draw(st.integers(0, 2)) == 0:
            value = f"({value}) {draw(st.sampled_from('+-*/'))} {draw(st.sampled_from(measures))}"
        lines.append(f"measure m{n} = {value}")
        measures.append(f"m{n}")
    if draw(st.booleans()):
        names = draw(st.lists(st.sampled_from((*groups, *measures)), min_size=1, max_size=2, unique=True))
        lines.append("sort " + ", ".join(f"{name}{draw(st.sampled_from(('', ' asc', ' desc')))}" for name in names))
    if draw(st.booleans()):
        lines.append(f"top {draw(st.integers(1, 3))}{draw(st.sampled_from(('', ' with other')))}")
    if draw(st.integers(0, 2)) == 0:
        lines.append("totals")
    return "\n".join(lines)


PERIODS = ("2 minutes", "9 hours", "1 day", "3 days", "1 week", "calendar day", "calendar week", "calendar month")


@st.composite
def retention(draw: st.DrawFn, known: Known) -> str:
    sources, lines = draw(opening(known, keyed=True))
    start, back = (draw(st.one_of(segments.event(sources), st.sampled_from(sources))) for _ in range(2))
    lines.append(f"start {draw(st.sampled_from(('', 'first ')))}{start}{draw(filtered(start))}")
    lines.append(f"return {back}{draw(filtered(back))}")
    period = draw(st.sampled_from((*PERIODS, "calendar quarter", "calendar year")))
    lines.append(f"every {period} for {draw(st.integers(1, 5))}{draw(st.sampled_from(('', ' on or after')))}")
    groups = [f"{draw(group(segments.source_of(start)))} as g{n}" for n in range(draw(st.integers(0, 2)))]
    groups = [g for g in groups if g.split(" ")[0] not in UNITS]
    unit = draw(st.sampled_from((*UNITS[2:], "", "", "")))
    if groups or unit:
        lines.append("by " + ", ".join([*groups, *([unit] if unit else [])]))
    if draw(st.booleans()):
        lines.append("totals")
    return "\n".join(lines)


@st.composite
def funnel(draw: st.DrawFn, known: Known) -> str:
    sources, lines = draw(opening(known, keyed=True))
    within = f" within {draw(st.sampled_from(segments.GAPS))}" if draw(st.booleans()) else ""
    same = draw(st.sampled_from((" same s.id", " same mail", "", "", "", ""))) if sources == ("web",) else ""
    steps: list[str] = []
    events = [draw(segments.event(sources)) for _ in range(draw(st.sampled_from((1, 2, 2, 3, 3, 4))))]
    for event in events:
        if steps and draw(st.integers(0, 4)) == 0:
            steps.append(draw(segments.without(sources)))
        near = "directly " if steps and draw(st.integers(0, 6)) == 0 else ""
        modifiers = draw(segments.gaps()) + near
        times = draw(st.sampled_from((" 2 times", "", "", "", "")))
        steps.append(f"then {modifiers}{event}{draw(filtered(event))}{times}" if steps else f"{event}{times}")
    lines.append(f"steps{within}{same} {{\n" + "\n".join(steps) + "\n}")
    count = draw(st.sampled_from((0, 0, 1, 2)))
    groups = []
    for n in range(count):
        at = draw(st.integers(1, len(events)))
        of, read = draw(
            st.sampled_from(((" of last step", "last"), (f" of step {at}", at), ("", 1), (" of first step", 1)))
        )
        if read == "last":
            shared = tuple(dict.fromkeys(s for event in events for s in segments.source_of(event)))
            groups.append(f"{draw(group(shared))}{of} as g{n}")
        else:
            groups.append(f"{draw(group(segments.source_of(events[read - 1])))}{of} as g{n}")
    if groups:
        lines.append("by " + ", ".join(groups))
    if draw(st.booleans()):
        lines.append("time to convert")
    return "\n".join(lines)


@st.composite
def filtered(draw: st.DrawFn, event: str) -> str:
    """A `where` on the rows of an event, or none."""
    return f" where {draw(segments.predicates(segments.source_of(event), 1))}" if draw(st.integers(0, 3)) == 0 else ""


NODES = {
    "web": ("kind", "word", "n", "x", "ok", "seen", "n + 1", "lower(word)", "coalesce(word, 'other')", "n > 1", "at"),
    "bill": ("kind", "n", "x"),
    "tick": ("kind", "n", "hour(at)"),
}
LITERALS = {
    "kind": ("'a'", "'b'"),
    "word": ("'a'", "'ab'", "$word"),
    "n": ("0", "1", "$least"),
    "x": ("0", "0.1", "1"),
    "ok": ("true",),
    "n + 1": ("1", "2"),
    "n > 1": ("true", "false"),
    "seen": ("2026-03-09",),
    "at": ("2026-03-09",),
}


@st.composite
def paths(draw: st.DrawFn, known: Known) -> str:
    sources, lines = draw(opening(known, keyed=True))
    event = draw(st.one_of(segments.event(sources), st.sampled_from(sources)))
    (source,) = segments.source_of(event)
    node = draw(st.sampled_from(NODES[source]))
    lines.append(f"node {node} of {event}")
    if draw(st.booleans()):
        lines.append("collapse repeats")
    literals = LITERALS.get(node, ()) if source != "bill" or node != "kind" else ("'p'",)
    if literals and draw(st.booleans()):
        lines.append(f"{draw(st.sampled_from(('start', 'end')))} {draw(st.sampled_from(literals))}")
    if draw(st.booleans()):
        lines.append(f"depth {draw(st.integers(2, 6))}")
    if draw(st.booleans()):
        lines.append(f"top {draw(st.integers(1, 3))}")
    return "\n".join(lines)


@st.composite
def fates(draw: st.DrawFn) -> segments.Case:
    """A file with a funnel `q`, and a last segment of those who came so far in it; and rows for them."""
    text: str = draw(files("funnel", False))
    funnel_key = text.rsplit("key ", 1)[1].split()[0]
    sources = draw(st.sampled_from(SOURCES))
    keys = [k for k in segments.KEYS_OF[sources[0]] if all(k in segments.KEYS_OF[s] for s in sources)]
    key = funnel_key if funnel_key in keys and draw(st.integers(0, 2)) else draw(st.sampled_from(keys))
    if key != funnel_key and not any(funnel_key in segments.KEYS_OF[s] for s in sources):
        sources, key = segments.source_of("web"), funnel_key
    via = f" via {funnel_key}" if key != funnel_key else ""
    steps = 1 + text.rsplit("steps", 1)[1].count("\nthen ")
    asked = [f"converted at {n}" for n in range(1, steps + 1)]
    asked += [f"{fate} after {n}" for n in range(1, steps) for fate in ("dropped", "pending")]
    lines = [f"{draw(st.sampled_from(asked))} of q{via}" for _ in range(draw(st.integers(1, 2)))]
    lines = [f"{draw(st.sampled_from(('none', 'any', '')))} {{ {line} }}" for line in lines]
    lines = [line.strip(" {}") if line.startswith(" {") else line for line in lines]
    if draw(st.booleans()):
        lines.append(draw(segments.conditions(sources, key, (), 0)))
    rows = draw(st.one_of(segments.crowded(), segments.crowded(), segments.rows()))
    body = "\n".join((f"key {key}", f"from {', '.join(sources)}", *lines))
    return f"{text}\nsegment last {{\n{body}\n}}\n", rows
