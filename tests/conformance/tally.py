"""What tests count on engines, as a property of each report; and the sum of it all, as segql/sql/proved.json keeps it.

`pytest --write-proved` (which is `make conformance`) writes that file, and the table of docs/engines.md. Engines that were not asked
keep what they had, such as Spark, which is asked by a target of its own.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from segql.sql.names import DIALECT_NAMES
from segql.sql.proved import COLUMNS, Run, runs
from tests import markdown

from .engines import Engine

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "segql" / "sql" / "proved.json"
PAGE = ROOT / "docs" / "engines.md"
MARKS = re.compile(r"(?s)(<!-- from the last run -->\n).*?(<!-- end of the run -->)")
PROPERTY = "conformance"
NUMBERS = ("cases", "random", "equal", "refused", "lacking")


def counted(record_property: Callable[[str, object], None], engine: Engine, **numbers: int) -> None:
    """Says what came of some questions to an engine. `seed` is where random ones start."""
    known = {"dialect": engine.dialect, "engine": engine.name, "version": engine.version}
    record_property(PROPERTY, {**known, **numbers})


def counted_random(
    record_property: Callable[[str, object], None], engine: Engine, seen: Mapping[str, int], seed: int
) -> None:
    """The same of random questions, by what came of each; a mistake in the text asked nothing."""
    equal = sum(count for what, count in seen.items() if what.startswith("equal"))
    refused, lacking = seen.get("refused", 0), seen.get("lacking", 0)
    asked = equal + refused + lacking
    counted(record_property, engine, random=asked, equal=equal, refused=refused, lacking=lacking, seed=seed)


def summed(properties: Iterable[tuple[str, Any]]) -> tuple[Run, ...]:
    """The sums of what tests have counted, for each engine."""
    sums: dict[tuple[str, str, str], Counter[str]] = {}
    seeds: dict[tuple[str, str, str], int] = {}
    for name, value in properties:
        if name == PROPERTY:
            engine = (value["dialect"], value["engine"], value["version"])
            sums.setdefault(engine, Counter()).update({number: value.get(number, 0) for number in NUMBERS})
            seeds[engine] = max(seeds.get(engine, 0), value.get("seed", 0))
    return tuple(
        Run(
            dialect=engine[0],
            engine=engine[1],
            version=engine[2],
            seed=seeds[engine],
            **{number: sums[engine][number] for number in NUMBERS},
        )
        for engine in sums
    )


def write(found: tuple[Run, ...]) -> None:
    """Puts new runs in the place of those of the same engines, in the file and on the page."""
    new = {(each.dialect, each.engine) for each in found}
    kept = [each for each in runs() if (each.dialect, each.engine) not in new]
    together = sorted((*kept, *found), key=lambda each: (DIALECT_NAMES.index(each.dialect), each.engine))
    rows = ",\n".join(f"  {json.dumps(dict(zip(COLUMNS, values_of(each), strict=True)))}" for each in together)
    markdown.write(KEPT, f"[\n{rows}\n]\n")
    markdown.write(PAGE, with_table(PAGE.read_text("utf-8")))


def with_table(text: str) -> str:
    """The page with the table of what is kept."""
    return MARKS.sub(lambda found: f"{found[1]}\n{table()}\n{found[2]}", text)


def table() -> str:
    lines = [COLUMNS, tuple("---" if name in ("dialect", "engine", "version") else "--:" for name in COLUMNS)]
    lines += [tuple(str(value) for value in values_of(each)) for each in runs()]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def values_of(run: Run) -> tuple[object, ...]:
    return tuple(getattr(run, name) for name in COLUMNS)
