"""Who an analysis is asked for, as conditions on its rows."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from segql.semantics import model
from segql.sql import expressions as e
from segql.sql import spellings as s
from segql.sql.lower import Query, exists
from segql.sql.scan import Names, Rows, named, terms_of


class Carried:
    """The columns of a CTE of rows that tell whose they are: the key of the analysis, and those of its audiences."""

    def __init__(self, query: Query, asked: model.Question, names: Names) -> None:
        self.query = query
        self.asked = asked
        wanted = [asked.key, *(a.key for a in asked.audiences if a.segment and a.bridge is None)]
        self.columns = {key: names.new(_column(key)) for key in dict.fromkeys(wanted) if key}

    def of(self, rows: Rows) -> list[exp.Expr]:
        """What rows of one of the data give to these columns."""
        return [named(rows.key(key), name) for key, name in self.columns.items()]

    def belongs(self, audience: model.Audience, table: str) -> list[exp.Expr]:
        """The conditions under which a row of the CTE is one of an audience; none if all are."""
        if not audience.segment:
            return []
        if audience.bridge is None:
            members, theirs, ours = self.query.segment(audience.segment), _column(audience.key), audience.key
        else:
            members, theirs = _bridge(self.query, self.asked, audience, audience.bridge), _column(self.asked.key)
            ours = self.asked.key
        own = e.column(self.columns[ours], table)
        return [exists(e.table(members), e.column(theirs, members), own)]


def _column(key: str) -> str:
    return key.replace(".", "_")


def _bridge(query: Query, asked: model.Question, audience: model.Audience, bridge: model.Selection) -> str:
    """The keys with a row that carries a key of the segment (R14.3)."""
    members = query.segment(audience.segment)
    parts = []
    for one in bridge.rows:
        rows = Rows(target=query.target, data=one.data, alias=one.data.name)
        inside = exists(e.table(members), e.column(_column(audience.key), members), rows.key(audience.key))
        terms = [rows.has_key(asked.key), *(rows.term(t) for t in terms_of(one, bridge.window)), inside]
        chosen = exp.select(named(rows.key(asked.key), _column(asked.key))).from_(rows.relation(), copy=False)
        parts.append(chosen.where(*terms, copy=False))
    return query.add(f"{asked.name}_{audience.name}", s.union_all(parts))


def rows_with_key(rows: Rows, key: str) -> Iterable[exp.Expr]:
    """A row without the key belongs to nobody (R1); all do where an analysis has no key."""
    return [rows.has_key(key)] if key else []
