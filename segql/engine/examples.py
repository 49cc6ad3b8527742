"""The tests of a file, run twice: by the SQL on DuckDB, and by the reference interpreter. Both must say what is expected.

Each case is a world of its own: it has the rows that it lists, and no others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import NamedTuple

from segql import reference
from segql.compiler import Answer, Checked
from segql.diagnostics import register
from segql.diagnostics.model import Diagnostic, Label
from segql.engine import trial
from segql.engine.duckdb import Refused, connected
from segql.node import Value
from segql.semantics import model
from segql.syntax import ast

Recheck = Callable[[dict[str, object]], Checked]


class Outcome(Value):
    """What a case expects of its key, and what the SQL and the contract's reading of the segment say."""

    segment: str
    key: model.Constant
    expected: bool
    by_sql: bool
    by_contract: bool

    @property
    def ok(self) -> bool:
        return self.by_sql == self.by_contract == self.expected


class Tested(Answer):
    """The outcomes of all cases, in the order of the text; a diagnostic for each that is not as expected."""

    outcomes: tuple[Outcome, ...]


class Ready(NamedTuple):
    """A test whose parameters have their values: the program that it is about."""

    test: model.Test
    program: model.Program
    at: tuple[Label, ...]  # of each case


def run(checked: Checked, recheck: Recheck) -> Tested:
    """The outcomes of a file's tests; none if the file has a mistake. `recheck` gives it other parameters."""
    if not checked.ok:
        return Tested(outcomes=(), diagnostics=checked.diagnostics)
    outcomes: list[Outcome] = []
    said: list[Diagnostic] = [*checked.diagnostics]
    for ready in _ready(checked, recheck):
        try:
            found = list(_outcomes(ready))
        except Refused as refused:
            said.append(register.engine_refused(ready.at[0], str(refused).partition("\n")[0]))
            continue
        outcomes.extend(found)
        said.extend(d for outcome, at in zip(found, ready.at, strict=True) for d in _said(outcome, at))
    return Tested(outcomes=tuple(outcomes), diagnostics=tuple(said))


def _ready(checked: Checked, recheck: Recheck) -> Iterator[Ready]:
    for test, declared in zip(checked.program.tests, checked.scope.tests, strict=True):
        params = {name: _aware(value) for name, value in test.params}
        program = recheck(params).program if params else checked.program
        cases = (item for item in declared.node.items if isinstance(item, ast.Case))
        if test.cases:
            yield Ready(test, program, tuple(declared.at(case.key) for case in cases))


def _aware(value: object) -> object:
    """A parameter's instant is UTC already; said so, it is not read as local time once more."""
    return value.replace(tzinfo=dt.UTC) if isinstance(value, dt.datetime) else value


def _outcomes(ready: Ready) -> Iterator[Outcome]:
    test, program = ready.test, ready.program
    sql = trial.trial(program, test.segment, test.now)
    data = {each.name: each for each in sql.data}
    with connected() as connection:
        for case in test.cases:
            rows: dict[str, list[dict[str, object]]] = {}
            for row in case.rows:
                if row.of in data:  # the rest plays no part in this segment
                    rows.setdefault(row.of, []).append(trial.shared(data[row.of], dict(row.values)))
            yield Outcome(
                segment=test.segment,
                key=case.key,
                expected=case.expected,
                by_sql=case.key in trial.outcome(connection, sql, rows),
                by_contract=case.key in reference.members(program, test.segment, rows, test.now),
            )


def _said(outcome: Outcome, at: Label) -> Iterator[Diagnostic]:
    key = f"'{outcome.key}'" if isinstance(outcome.key, str) else str(outcome.key)
    if outcome.by_sql != outcome.by_contract:
        found, read = _word(outcome.by_sql), _word(outcome.by_contract)
        what = f"DuckDB finds {key} {found} `{outcome.segment}`, and the contract reads {read}"
        yield register.our_mistake(at, what)
    elif not outcome.ok:
        yield register.test_failed(at, key, outcome.segment, _word(outcome.expected), _word(outcome.by_sql))


def _word(inside: bool) -> str:
    return "in" if inside else "out of"
