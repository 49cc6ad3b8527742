"""Every example of docs/contract.md, on every engine: each case alone, and all cases of a test together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from segql.compiler import check
from segql.engine import trial
from segql.engine.relations import data_of, relocated
from segql.semantics import model
from segql.source import Source
from segql.sql.write import statement
from tests import markdown

from .engines import Engine
from .remote import Lacking
from .tally import counted

TEXT = (Path(__file__).parents[2] / "docs" / "contract.md").read_text("utf-8")
BLOCKS = [block.text for block in markdown.read(TEXT).blocks if block.info == "seg"]

# What each engine refuses of the contract's examples, by the name of the segment.
ENTRIES = {"paid_or_lost": "`params[key = '…'].value` (a value in a list of structs)"}
REFUSED = {
    "postgres": {"clicked": "`order` by a column of an unknown type", **ENTRIES},
    "mariadb": {
        **ENTRIES,
        "clicked": "`order` by a column of an unknown type",
        "active_in_march": "a time zone other than UTC",
        "typical_spender": "`median`",
    },
    "sqlite": {
        **ENTRIES,
        "active_in_march": "a time zone other than UTC",
        "no_trouble": "`sum` and `avg` of decimals",
        "typical_spender": "`median`",
    },
}

# What a relative of the engine cannot run, and the engine can.
LACKING = {"spark": {"bought_as_pro"}}


def test_the_examples_of_the_contract_hold(engine: Engine, record_property: Callable[[str, object], None]) -> None:
    held = examples_hold(engine)
    assert held.refused == REFUSED.get(engine.dialect, {})
    assert held.lacking == (LACKING[engine.dialect] if engine.traits.lacking else set())
    counted(record_property, engine, **held.counts)


class Held(NamedTuple):
    """How many cases are as their files say, which segments are refused and why, and which the engine lacks something for."""

    counts: Counter[str]
    refused: dict[str, str]
    lacking: set[str]


def examples_hold(engine: Engine, texts: Sequence[str] = BLOCKS) -> Held:
    """Asks an engine for the segments of each test of some files: each case alone, and all of them together."""
    found = Held(Counter(), {}, set())
    for text in texts:
        checked = check(Source(text))
        assert checked.ok, [each.message for each in checked.diagnostics]
        program = checked.program
        for test in program.tests:
            params = dict(test.params)
            asked = check(Source(text), params=params).program if params else program
            data = data_of(asked, test.segment)
            moved = relocated(asked, {each.name: model.Relation(parts=(each.name,)) for each in data})
            sql = statement(moved, moved.segment(test.segment), engine.dialect, test.now)
            found.counts["cases"] += len(test.cases)
            if not isinstance(sql, str):
                found.refused[test.segment] = sql[0].what
                found.counts["refused"] += len(test.cases)
                continue
            try:
                together = engine.keys(sql, data, rows_of(data, test.cases))
            except Lacking:
                found.lacking.add(test.segment)
                found.counts["lacking"] += len(test.cases)
                continue
            for case in test.cases:
                alone = engine.keys(sql, data, rows_of(data, [case]))
                assert (case.key, case.key in alone, case.key in together) == (case.key, case.expected, case.expected)
                found.counts["equal"] += 1
    return found


def rows_of(data: tuple[model.Data, ...], cases: Iterable[model.Case]) -> dict[str, list[dict[str, object]]]:
    """The rows of cases, by their source or table."""
    known = {each.name: each for each in data}
    found: dict[str, list[dict[str, object]]] = {}
    for case in cases:
        for row in case.rows:
            if row.of in known:
                found.setdefault(row.of, []).append(trial.shared(known[row.of], dict(row.values)))
    return found
