"""Random analyses, as text, of random segments over random small data. The analysis that is asked for is called `q`."""

from __future__ import annotations

from hypothesis import strategies as st

from . import segments
from .segments import Case, Known

KINDS = ("explore",)


def cases(kind: str) -> st.SearchStrategy[Case]:
    """A file whose last declaration is an analysis of a kind, and rows for it."""
    return st.tuples(files(kind), st.one_of(segments.rows(), segments.rows(crowd=True)))


@st.composite
def files(draw: st.DrawFn, kind: str) -> str:
    layout = draw(st.sampled_from(("flat", "flat", "flat", "nested", "json(doc)")))
    zone = draw(st.sampled_from(segments.ZONES))
    time_type = draw(st.sampled_from(("", "", " : timestamp", " : timestamptz")))
    text = segments.SCHEMA.format(layout=layout, zone=zone, time_type=time_type)
    known: list[tuple[str, str]] = []
    for name in ("s1", "s2")[: draw(st.integers(0, 2))]:
        key, body = draw(segments.segment_body(tuple(known)))
        text += f"\nsegment {name} {{\n{body}\n}}\n"
        known.append((name, key))
    body = draw({"explore": explore}[kind](tuple(known)))
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
def opening(draw: st.DrawFn, known: Known, key: str | None = None) -> tuple[tuple[str, ...], list[str]]:
    """The clauses that all analyses have; `key` is None where one of the sources' keys may stand or not."""
    sources = draw(st.sampled_from(SOURCES))
    keys = [k for k in segments.KEYS_OF[sources[0]] if all(k in segments.KEYS_OF[s] for s in sources)]
    key = draw(st.sampled_from(["", "", *keys])) if key is None else key
    lines = [f"from {', '.join(sources)}", draw(audiences(sources, key, known))]
    if key:
        lines.append(f"key {key}")
    if draw(st.booleans()):
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
