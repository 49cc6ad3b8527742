"""Several segments of one key in one statement: columns `segment` and the key.

What they count and sum over the same data is found in one pass for all of them, equal facts once; each segment then is
a condition over its row for a key. Steps, and other sets of keys, are found for each segment as when it stands alone.
"""

from __future__ import annotations

from sqlglot import exp

from segql.semantics import model
from segql.sql import expressions as e
from segql.sql import spellings as s
from segql.sql.facts import Pass, facts_in, may_hold_of_nothing
from segql.sql.lower import Query, SharedFacts, asks_for_sets, facts_query, held, key_name
from segql.sql.scan import Names, named
from segql.sql.target import Target

SEGMENT = "segment"


def columns_together(segment: model.Segment) -> tuple[str, str]:
    """The columns of the statement: which segment, and the key."""
    key = key_name(segment)
    return Names([key]).new(SEGMENT), key


def lower_together(target: Target, program: model.Program, segments: tuple[model.Segment, ...]) -> exp.Expr:
    """The statement of segments that have one key: for each, its name beside its keys, in order."""
    query = Query(target, program, *segments)
    which, key = columns_together(segments[0])
    parts: list[exp.Expr] = []
    alone = {segment.name for segment in segments}
    for alike in _alike(target, [_in_place(program, segment) for segment in segments]):
        shared = _one_pass(query, alike, key)
        if target.dialect.once:
            query.shared.update((segment.name, shared) for segment in alike)
        plain = [segment for segment in alike if not asks_for_sets(segment)]
        if plain:
            parts.append(_unfolded(target, plain, shared))
        alone -= {segment.name for segment in plain}
    for segment in segments:
        if segment.name not in alone:
            continue
        name = named(target.spell("text", segment.name), which)
        keys = e.table(query.segment(segment.name))
        parts.append(exp.select(name, e.column(key)).from_(keys, copy=False))
    members = query.add("members", s.union_all(parts))
    found = exp.select(e.column(which), e.column(key)).from_(e.table(members), copy=False)
    first = exp.Ordered(this=target.spell("in_order", e.column(which)), nulls_first=False)
    return query.with_ctes(found.order_by(first, exp.Ordered(this=e.column(key), nulls_first=False), copy=False))


def _in_place(program: model.Program, segment: model.Segment) -> model.Segment:
    """The segment with the conditions of those that it names instead of their names, where then facts are all it asks for.

    Of the same data and the same key, both see the same rows of a key, and have the same universe (R12, R14.1). Only what
    names nothing itself goes in place, or conditions that name each other twice would double with each one.
    """

    def found(node: model.Condition) -> model.Condition:
        match node:
            case model.InSegment(bridge=None):
                other = program.segment(node.segment)
                same = (other.key, other.data) == (segment.key, segment.data)
                return other.condition if same and facts_in(other.condition) and not asks_for_sets(other) else node
            case model.AllOf() | model.AnyOf():
                return node.replace(terms=tuple(found(term) for term in node.terms))  # type: ignore[no-any-return]
            case model.Opposite():
                return node.replace(term=found(node.term))  # type: ignore[no-any-return]
            case _:
                return node

    whole = segment.replace(condition=found(segment.condition))
    return segment if asks_for_sets(whole) else whole


def _alike(target: Target, segments: list[model.Segment]) -> list[list[model.Segment]]:
    """Segments that ask for facts of the same data; without those that also ask for sets, where each of them would
    run the pass anew."""
    found: dict[tuple[model.Data, ...], list[model.Segment]] = {}
    for segment in segments:
        if facts_in(segment.condition) and (target.dialect.once or not asks_for_sets(segment)):
            found.setdefault(segment.data, []).append(segment)
    return [alike for alike in found.values() if len(alike) > 1]


def _one_pass(query: Query, segments: list[model.Segment], key: str) -> SharedFacts:
    """One pass for the facts of all of these. It keeps every key if any of them needs the universe (R12)."""
    facts = tuple(dict.fromkeys(fact for segment in segments for fact in facts_in(segment.condition)))
    names = Names([key])
    scan = Pass(
        target=query.target,
        segment=segments[0].replace(name="all"),
        facts=facts,
        filtered=all(may_hold_of_nothing(each.condition, query.target.bind) is False for each in segments),
        names=tuple(names.new(f"fact_{n}") for n, _ in enumerate(facts, start=1)),
    )
    driver = query.add("all_facts", facts_query(query, scan, key))
    return SharedFacts(driver=driver, columns=dict(zip(facts, scan.names, strict=True)))


def _unfolded(target: Target, segments: list[model.Segment], shared: SharedFacts) -> exp.Expr:
    """The names and keys of segments without sets, from the row of facts of a key."""
    which, key = columns_together(segments[0])
    members = [(target.spell("text", each.name), held(target, each, shared)) for each in segments]
    facts = e.table(shared.driver)
    return target.spell("unfold", facts, e.column(key, shared.driver), e.identifier(which), members)
