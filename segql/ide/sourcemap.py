"""Which lines of SQL are there because of which clause of a segment or analysis: a map both ways.

The map is found by asking the compiler: a clause is left out, and the lines of the SQL that go or change with it are its
own. So it holds for every engine and every form of SQL, and says nothing that is not so. What cannot be left out alone
(the key, the rows, the only step) belongs to what is around it, and in the end to the whole segment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache

from segql.compiler import Compiled
from segql.ide.hover import compile
from segql.ide.snapshot import Snapshot
from segql.ide.world import Declared, moved
from segql.node import Node, Value
from segql.source import Span
from segql.syntax import ast
from segql.syntax.walk import walk

MOST = 60  # clauses that are left out, one at a time: each costs a compilation

_CLAUSES = (
    ast.Where, ast.During, ast.Times, ast.Days, ast.Did, ast.Never, ast.FirstDid, ast.InSegment, ast.OfFunnel, ast.Join, ast.AnyOf,
    ast.AllOf, ast.NoneOf, ast.Steps, ast.CompareMeasures, ast.Within, ast.Same, ast.Step, ast.AnyOrder, ast.Without,
    ast.StepTimes, ast.After, ast.Directly, ast.Optional, ast.Audience, ast.ByItem, ast.MeasureItem, ast.Sort, ast.Top,
    ast.Totals, ast.Collapse, ast.PathStart, ast.PathEnd, ast.Depth,
)  # fmt: skip


class Clause(Value):
    """A clause in its file, and the lines of the SQL, counted from 0, that are there because of it."""

    span: Span
    lines: tuple[int, ...]


class SourceMap(Value):
    """The SQL of a segment or analysis, all of it in its file, and its clauses: those outside before those inside."""

    sql: str
    whole: Span
    clauses: tuple[Clause, ...]

    def clause(self, line: int) -> Span:
        """Where the text asks for a line of the SQL: the smallest clause that does, else the segment."""
        found = [clause.span for clause in self.clauses if line in clause.lines]
        return min(found, key=lambda span: span.end - span.start, default=self.whole)

    def lines(self, offset: int) -> tuple[int, ...]:
        """The lines of the SQL that are there because of the clause at an offset; all, of no clause."""
        found = [clause for clause in self.clauses if clause.span.start <= offset <= clause.span.end]
        if not found:
            return tuple(range(self.sql.count("\n") + 1))
        return min(found, key=lambda clause: clause.span.end - clause.span.start).lines


@lru_cache(maxsize=8)
def source_map(snapshot: Snapshot, name: str, dialect: str = "") -> SourceMap | None:
    """The map of a segment or analysis; None if it has no SQL."""
    compiled = compile(snapshot, name, dialect)
    declared = snapshot.world.find("segment", name) or snapshot.world.find("analysis", name)
    if not compiled.statements or declared is None:
        return None
    sql = compiled.statements[0].sql
    clauses: list[Clause] = []
    if declared.source.name == snapshot.source.name:
        for node in _clauses(declared):
            span = moved(node.span, declared.piece)
            lines = _lines(sql, compile(_without(snapshot, span), name, dialect))
            if lines:
                clauses.append(Clause(span=span, lines=lines))
    return SourceMap(sql=sql, whole=declared.whole, clauses=tuple(clauses))


def _clauses(declared: Declared) -> Iterator[Node]:
    found = (node for node in walk(declared.node) if isinstance(node, _CLAUSES) and node.span.start < node.span.end)
    for _, node in zip(range(MOST), found, strict=False):
        yield node


def _without(snapshot: Snapshot, span: Span) -> Snapshot:
    """The snapshot with blanks in place of a span: everything else stays where it is."""
    text = snapshot.source.text
    blank = re.sub(r"[^\r\n]", " ", text[span.start : span.end])
    return snapshot.with_texts({snapshot.source.name: text[: span.start] + blank + text[span.end :]})


def _lines(sql: str, without: Compiled) -> tuple[int, ...]:
    """The lines that are not in the SQL without a clause; none if there is no such SQL."""
    if not without.statements:
        return ()
    was, now = _plain(sql), _plain(without.statements[0].sql)
    found: list[int] = []
    for tag, start, end, _, _ in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if tag != "equal":
            found.extend(range(start, end))
    return tuple(found)


def _plain(sql: str) -> list[str]:
    """Lines without what changes with their neighbours: the numbers of names, and the marks between lines."""
    lines = (re.sub(r"_\d+\b", "", line).strip().removesuffix(",") for line in sql.split("\n"))
    return [re.sub(r"^(AND|OR) ", "", line) for line in lines]
