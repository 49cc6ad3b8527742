"""The tests of a file, run twice: by the SQL on an engine, and by the reference interpreter. Both must say what is expected.

Each case is a world of its own: it has the rows that it lists, and no others. DuckDB loads them into tables in memory; to
another database they go inside of the statement, so that nothing is made there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from segql import reference
from segql.compiler import Answer, Checked, start_of
from segql.diagnostics import register
from segql.diagnostics.model import Diagnostic, Label
from segql.engine import inline, trial
from segql.engine.addresses import Address
from segql.engine.duckdb import Refused, connected
from segql.engine.relations import data_of
from segql.node import Value
from segql.semantics import model
from segql.source import Source
from segql.syntax import ast

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

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
    """The outcomes of all cases, in the order of the text; a diagnostic for each that is not as expected.

    `unasked` is how many have none, for the engine has not answered.
    """

    outcomes: tuple[Outcome, ...]
    unasked: int = 0


class Ready(NamedTuple):
    """A case of a test whose parameters have their values: the program that it is about, and its rows."""

    test: model.Test
    case: model.Case
    program: model.Program
    rows: dict[str, list[dict[str, object]]]
    at: Label


def run(checked: Checked, recheck: Recheck, address: Address | None = None, seconds: float | None = None) -> Tested:
    """The outcomes of a file's tests, on DuckDB or at an address; none if the file has a mistake. `recheck` gives it other parameters."""
    if not checked.ok:
        return Tested(outcomes=(), diagnostics=checked.diagnostics)
    ready = list(_ready(checked, recheck))
    found = list(_here(ready) if address is None else _there(ready, address, seconds))
    engine = "DuckDB" if address is None else address.shown
    outcomes, said = [], [*checked.diagnostics]
    for each, answer in zip(ready, found, strict=True):
        if isinstance(answer, set):
            outcome = _outcome(each, answer)
            outcomes.append(outcome)
            said.extend(_said(outcome, each.at, engine))
        else:
            said.extend(answer)
    return Tested(outcomes=tuple(outcomes), diagnostics=tuple(said), unasked=len(ready) - len(outcomes))


def _ready(checked: Checked, recheck: Recheck) -> Iterator[Ready]:
    for test, declared in zip(checked.program.tests, checked.scope.tests, strict=True):
        params = {name: _aware(value) for name, value in test.params}
        program = recheck(params).program if params else checked.program
        data = data_of(program, test.segment)
        written = (item for item in declared.node.items if isinstance(item, ast.Case))
        for case, node in zip(test.cases, written, strict=True):
            yield Ready(test, case, program, inline.rows_of(data, case), declared.at(node.key))


def _aware(value: object) -> object:
    """A parameter's instant is UTC already; said so, it is not read as local time once more."""
    return value.replace(tzinfo=dt.UTC) if isinstance(value, dt.datetime) else value


Answers = Iterator[set[object] | tuple[Diagnostic, ...]]  # the keys that are found for each case, or why there are none


def _here(ready: list[Ready]) -> Answers:
    with connected() as connection:
        for _, cases in groupby(ready, key=lambda each: id(each.test)):
            yield from _of_test(connection, list(cases))


def _of_test(connection: DuckDBPyConnection, cases: list[Ready]) -> Answers:
    """The answers for the cases of a test, or once why there are none."""
    first = cases[0]
    try:
        sql = trial.trial(first.program, first.test.segment, first.test.now)
        yield from [trial.outcome(connection, sql, each.rows) for each in cases]
    except Refused as refused:
        yield (register.engine_refused(first.at, str(refused).partition("\n")[0]),)
        yield from [() for _ in cases[1:]]


def _there(ready: list[Ready], address: Address, seconds: float | None) -> Answers:
    from segql.engine import drivers, servers, troubles

    dialect = drivers.dialect_of(address)
    asked = [inline.question(r.program, r.test.segment, r.rows, r.test.now, dialect) for r in ready]
    questions = [each for each in asked if isinstance(each, inline.Question)]
    answers = iter(servers.answers(address, tuple(each.sql for each in questions), seconds))
    known: set[object] = set()
    for each, question in zip(ready, asked, strict=True):
        if isinstance(question, tuple):
            new = [refused for refused in question if refused not in known]
            known.update(new)
            yield tuple(register.unsupported(each.at, r.what, dialect, r.reason, r.others) for r in new)
            continue
        match next(answers, None):
            case None:
                yield ()
            case troubles.Trouble() as trouble:
                about = trouble.kind in ("refused", "denied", "time")
                at = each.at if about else start_of(Source("", address.shown))
                yield (troubles.said(trouble, at, address.shown),)
            case rows:
                yield {question.key(row[0]) for row in rows}


def _outcome(ready: Ready, keys: set[object]) -> Outcome:
    test, case = ready.test, ready.case
    return Outcome(
        segment=test.segment,
        key=case.key,
        expected=case.expected,
        by_sql=case.key in keys,
        by_contract=case.key in reference.members(ready.program, test.segment, ready.rows, test.now),
    )


def _said(outcome: Outcome, at: Label, engine: str) -> Iterator[Diagnostic]:
    key = f"'{outcome.key}'" if isinstance(outcome.key, str) else str(outcome.key)
    if outcome.by_sql != outcome.by_contract:
        found, read = _word(outcome.by_sql), _word(outcome.by_contract)
        what = f"{engine} finds {key} {found} `{outcome.segment}`, and the contract reads {read}"
        yield register.our_mistake(at, what)
    elif not outcome.ok:
        yield register.test_failed(at, key, outcome.segment, _word(outcome.expected), _word(outcome.by_sql))


def _word(inside: bool) -> str:
    return "in" if inside else "out of"
