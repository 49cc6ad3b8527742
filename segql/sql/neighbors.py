"""Sequences by neighbors: step by step, the ends of a prefix and the events of the next step are sorted together.

What must not lie between the two is sorted in with them. Then an event of the step can follow the prefix exactly if the
row before it is an end. docs/plans.md says why the row before is enough, and where the latest end is looked up instead.
"""

from __future__ import annotations

from itertools import combinations, pairwise

from sqlglot import exp

from segql.node import Value
from segql.semantics import model
from segql.sql import expressions as e
from segql.sql import spellings as s
from segql.sql.chains import Chain, Element, RowsSet
from segql.sql.scan import either, named
from segql.sql.sequences import Columns, Numbered, Sought, anchors, later, over, rows_in_turn, rows_query, union
from segql.sql.turns import disjoint

# The turn of a row among its equals: an event of the step, what must not lie before it, an end. Nothing follows what it
# ties with, and what ties with an event or an end lies outside of the two.
NEXT, PARTING, END = 1, 2, 3
AGAIN = "the same rows fill two steps in a row, and would be sorted for each"
SPARED = 4  # sorts in `running` cost more than a read, where that is dear and steps are broad (measured)
MANY = 4  # reads of a table cost more than one that keeps the rows that matter (measured)


def neighbors(of: Sought) -> exp.Expr:
    """The keys that match: a query with one column, each key once."""
    columns = Columns(of.sequence, of.key, of.data)
    columns.turn = columns.names.new("turn")
    reading = _Reading(of, columns)
    return union([_chain(of, columns, reading, chain) for chain in of.chains])


def unfit(of: Sought) -> str:
    """Why the row before an event may not tell whether it follows; "" if it does."""
    for chain in of.chains:
        for i, el in enumerate(chain[1:], start=1):
            if el.after and el.after.count:
                return "a least gap looks further back than to the row before"
            if el.apart and not _first_is_enough(chain, i):
                return "where a step in the middle lies matters, and what must not lie before it is known of one event alone"
    return ""


def dear(of: Sought) -> str:
    """Why another plan is cheaper; "" if none is."""
    heads = [[chain[i] for i, _ in _runs(chain)] for chain in of.chains]
    if any(el.rows == before.rows for chain in heads for before, el in pairwise(chain)):
        return AGAIN
    spared = sum(len(chain) - len(_runs(chain)) for chain in of.chains)
    cheap = of.target.dialect.rereads or spared >= SPARED * (_reads(of) - 1)
    return "" if cheap else "the table would be read for each step"


def again(of: Sought) -> bool:
    """Whether the same rows fill two steps in a row."""
    return any(el.rows == before.rows for chain in of.chains for before, el in pairwise(chain))


def _reads(of: Sought) -> int:
    """How often rows are asked for."""
    return sum(len(_runs(chain)) - _at_once(chain) for chain in of.chains)


def _runs(chain: Chain) -> list[tuple[int, int]]:
    """The chain with elements of the same rows, of which none has limits, taken together: the first of each, how many."""
    free = [not (el.within or el.apart or (el.after and el.after.count)) for el in chain]
    found: list[tuple[int, int]] = []
    for i, el in enumerate(chain):
        if i and free[i - 1] and free[i] and el.rows == chain[i - 1].rows:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((i, 1))
    return found


def _first_is_enough(chain: Chain, i: int) -> bool:
    """Whether, of the events of element i that follow one end, the others need not be known beside the first."""
    if i + 1 == len(chain):
        return True
    matters = bool(chain[i + 1].apart) or i in anchors(chain, i + 1) or (i, 1) not in _runs(chain)
    return not matters or _part_each_other(chain[i])


def _part_each_other(el: Element) -> bool:
    """Whether the events of an element are plainly among what must not lie before it: then only the first can follow."""
    return all(
        any(r.data == one.data and r.predicate in (one.predicate, model.Always()) for r in el.apart) for one in el.rows
    )


class _Reading:
    """Reads rows with their turn: from the data, or where these are read often, from one query that has the rows of all sets.

    A table is read for each step: its columns are cheap to skip through, and no row is kept in between. A file is read
    once, for to decode it again costs more. The one query numbers the sets, or has a flag for each if a row may be in two.
    """

    def __init__(self, of: Sought, columns: Columns) -> None:
        self.of, self.columns, self.base, self.part = of, columns, "", ""
        self.numbers: dict[RowsSet, int] = {}
        reads = _reads(of)
        if reads >= MANY or (reads > 1 and any(data.relation.file for data in of.data)):
            self.base = of.add("rows", self._all_rows())

    def _all_rows(self) -> exp.Expr:
        elements = [el for chain in self.of.chains for el in chain]
        steps = dict.fromkeys(el.rows for el in elements)
        sets = dict.fromkeys((*steps, *(el.apart for el in elements if el.apart)))
        if all(disjoint(one, other) for one, other in combinations(sets, 2)):
            self.part = self.columns.names.new("part")
            self.numbers = {rows: n for n, rows in enumerate(sets, start=1)}
            numbered = [(n, rows) for rows, n in self.numbers.items()]
            return s.union_all(rows_in_turn(self.of, self.columns, self.part, numbered))
        for rows in sets:
            self.columns.flag(rows, f"step_{len(self.columns.flags) + 1}" if rows in steps else "excluded")
        return rows_query(self.of, self.columns)

    def in_turn(self, *sets: tuple[int, RowsSet]) -> list[exp.Select]:
        """The rows of any of the sets, in queries with the columns of every level; of a row in several, the first counts."""
        if not self.base:
            return rows_in_turn(self.of, self.columns, self.columns.turn, sets)
        each = [self._is_one(rows) for _, rows in sets]
        ifs = [exp.If(this=is_one, true=s.number(turn)) for is_one, (turn, _) in zip(each, sets[:-1], strict=False)]
        last = s.number(sets[-1][0])
        turn = exp.Case(ifs=ifs, default=last) if ifs else last
        chosen = [e.column(name) for name in self.columns.always() if name != self.columns.turn]
        query = exp.select(*chosen, named(turn, self.columns.turn)).from_(e.table(self.base), copy=False)
        return [query.where(either([is_one.copy() for is_one in each]), copy=False)]

    def _is_one(self, rows: RowsSet) -> exp.Expr:
        if not self.part:
            return self.columns.is_one(rows)
        return exp.EQ(this=e.column(self.part), expression=s.number(self.numbers[rows]))


def _at_once(chain: Chain) -> bool:
    """Whether it can be seen that no row is the first and the second element, so that one read does for both."""
    return len(chain) > 1 and (0, 1) in _runs(chain) and disjoint(chain[0].rows, chain[1].rows)


class _Level(Value):
    """The rows among which an element is, which of them end it (None: all), and the columns with the times of earlier elements."""

    rows: str
    ends: exp.Expr | None
    times: dict[int, str]


def _chain(of: Sought, columns: Columns, reading: _Reading, chain: Chain) -> exp.Select:
    """One chain: a level for each element after the first; the last gives the keys."""
    keys = exp.select(e.column(columns.key)).distinct(copy=False)
    (_, times), *others = _runs(chain)
    if others and times == 1:
        (i, times), *others = others
        level = _level(of, columns, chain, i, _pair(reading, chain), {})
    else:
        first = of.add("rows_1", s.union_all(reading.in_turn((END, chain[0].rows))))
        level = _Level(rows=first, ends=None, times={})
    level = _often(of, columns, level, times)
    for i, times in others:
        level = _level(of, columns, chain, i, _lined_up(of, columns, reading, chain, i, level), level.times)
        level = _often(of, columns, level, times)
    found = keys.from_(e.table(level.rows), copy=False)
    return found.where(level.ends, copy=False) if level.ends else found


def _often(of: Sought, columns: Columns, level: _Level, times: int) -> _Level:
    """The level of the last of elements of the same rows without limits: the first of which so many can be found."""
    if times == 1:
        return level
    nth = columns.names.new("nth")
    ranked = named(over(columns, exp.Anonymous(this="DENSE_RANK", expressions=[]), None), nth)
    query = exp.select(*(e.column(name) for name in columns.always()), ranked).from_(e.table(level.rows), copy=False)
    rows = of.add("often", query.where(level.ends, copy=False) if level.ends else query)
    return _Level(rows=rows, ends=exp.GTE(this=e.column(nth), expression=s.number(times)), times={})


def _pair(reading: _Reading, chain: Chain) -> list[exp.Select]:
    """The rows of the first two elements, and what must not lie between."""
    first, second = (END, chain[0].rows), _sets(chain[1])
    if _at_once(chain):
        return reading.in_turn(second[0], first, *second[1:])
    return reading.in_turn(first) + reading.in_turn(*second)


def _lined_up(
    of: Sought, columns: Columns, reading: _Reading, chain: Chain, i: int, before: _Level
) -> list[exp.Select]:
    """The ends of the prefix before element i, its events, and what must not lie between."""
    carried = [before.times[a] for a in anchors(chain, i) if a != i - 1]
    shared = [e.column(name) for name in columns.always() if name != columns.turn]
    ends = exp.select(*shared, named(s.number(END), columns.turn), *(e.column(name) for name in carried))
    ends = ends.from_(e.table(before.rows), copy=False)
    ends = ends.where(before.ends, copy=False) if before.ends else ends
    missing = [named(of.target.spell("null", model.Type(name="timestamp")), name) for name in carried]
    others = reading.in_turn(*_sets(chain[i]))
    return [ends, *(part.select(*(m.copy() for m in missing), copy=False) for part in others)]


def _sets(el: Element) -> Numbered:
    return ((NEXT, el.rows), (PARTING, el.apart)) if el.apart else ((NEXT, el.rows),)


def _level(of: Sought, columns: Columns, chain: Chain, i: int, rows: list[exp.Select], times: dict[int, str]) -> _Level:
    """The rows of a level with what each knows of the end before it: the times that a limit counts from, or its own."""
    chosen: list[exp.Expr] = [e.column(name) for name in columns.always()]
    known = {}
    for a in anchors(chain, i) or [i - 1]:
        if a == i - 1:
            own: exp.Expr = exp.Case(ifs=[exp.If(this=_in_turn(columns, END), true=e.column(columns.at))])
        else:
            own = e.column(times[a])
        if _first_is_enough(chain, i):
            found = over(columns, of.target.spell("previous", own), None)
        else:
            found = over(columns, of.target.spell("latest", own), s.rows_before())
        known[a] = columns.names.new(f"end_{i}" if a == i - 1 else f"end_{a + 1}_of_{i}")
        chosen.append(named(found, known[a]))
    base = of.add(f"rows_{i + 1}", s.union_all(rows))
    level = of.add(f"until_{i + 1}", exp.select(*chosen).from_(e.table(base), copy=False))
    return _Level(rows=level, ends=_follows(of, columns, chain[i], known), times=known)


def _follows(of: Sought, columns: Columns, el: Element, known: dict[int, str]) -> exp.Expr:
    """Whether a row is an event of the element that follows an end, within the limits."""
    limits: list[exp.Expr] = [
        exp.LTE(this=e.column(columns.at), expression=later(of.target, e.column(known[gap.since]), gap.limit))
        for gap in el.within
    ]
    there = exp.Not(this=exp.Is(this=e.column(next(iter(known.values()))), expression=exp.null()))
    return s.all_of(_in_turn(columns, NEXT), *(limits or [there]))


def _in_turn(columns: Columns, turn: int) -> exp.Expr:
    return exp.EQ(this=e.column(columns.turn), expression=s.number(turn))
