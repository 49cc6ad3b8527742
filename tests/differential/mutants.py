"""Would the comparison notice? Breaks the compiler in small ways and runs it; every mutant must be caught.

python tests/differential/mutants.py [EXAMPLES [WORD]]    (works on a copy; prints a line for each mutant, or for those
                                                           whose title holds the word)
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
SEQUENCES, CHAINS, FACTS, LOWER, ROWS, SPELLINGS, ASOF, EXTREMES, TURNS, NEIGHBORS = (
    f"segql/sql/{name}.py"
    for name in (
        "sequences",
        "chains",
        "facts",
        "lower",
        "expressions",
        "spellings",
        "asof",
        "extremes",
        "turns",
        "neighbors",
    )
)
ATTEMPTS = "segql/sql/attempts.py"
EXPLORE, RETENTION, PATHS, FUNNEL, ELAPSED, AUDIENCES = (
    f"segql/sql/analyses/{name}.py" for name in ("explore", "retention", "paths", "funnel", "elapsed", "audiences")
)
KIND = {
    "explore": "explore",
    "retention": "retention",
    "paths": "paths",
    "funnel": "funnel",
    "elapsed": "funnel",
    "attempts": "funnel",
}
MUTANTS = (
    ("ties are in order", SPELLINGS, 'kind="GROUPS"', 'kind="ROWS"'),
    ("a gap leaves its end out", SEQUENCES, "conditions.append(exp.LTE(", "conditions.append(exp.LT("),
    ("an exclusion misses equals", SEQUENCES, 'WindowSpec(kind=kind, start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW")',
     'WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW")'),
    ("no least gap", CHAINS, "after=step.after if anchor >= 0 and time == 0 else None", "after=None"),
    ("nothing breaks ties", SEQUENCES, "for name, _ in columns.ties)\n        keys", "for name, _ in ())\n        keys"),
    ("three-valued not", ROWS, 'return target.spell("is_not_true", expression(target, node, reads))',
     "return exp.Not(this=exp.Paren(this=expression(target, node, reads)))"),
    ("an average over all rows", FACTS, "some = exp.Nullif(this=exp.Count(this=values())", "some = exp.Nullif(this=exp.Count(this=exp.Star())"),
    ("optional steps are needed", CHAINS, "return [*grown, building] if item.optional else grown", "return grown"),
    ("negation without a universe", LOWER, "filtered = may_hold_of_nothing(segment.condition, query.target.bind) is False", "filtered = True"),
    ("one order only", CHAINS, "in permutations(item.steps)", "in [item.steps]"),
    ("exclusions are forgotten", SEQUENCES, "    if chain[i].apart:\n        seen, so_far", "    if False:\n        seen, so_far"),
    ("`within` counts from the first event", CHAINS, "within=(Gap(since=anchor, limit=step.within),)", "within=(Gap(since=0, limit=step.within),)"),
    ("no limit on the whole", CHAINS, "if total is None:", "if True:"),
    ("labels do not matter", SEQUENCES, "on.extend(_label_terms(target, columns, chain, i, names))", ""),
    ("`same` is ignored", SEQUENCES, "parts = [e.column(columns.key), *([e.column(columns.same)] if columns.same else [])]", "parts = [e.column(columns.key)]"),
    ("turns: earlier steps first", TURNS, "for i in reversed(range(len(chain))):", "for i in range(len(chain)):"),
    ("turns: what parts comes before the step that it leads to", TURNS, "found += [steps[i], *([parting[i]] if i in parting else [])]",
     "found += [*([parting[i]] if i in parting else []), steps[i]]"),
    ("turns: a step parts both of its neighbours", TURNS, "len(shared) < 2 and", ""),
    ("turns: no row plays two parts", TURNS, "return all(a.data != b.data or _contradict", "return all(True or _contradict"),
    ("neighbors: an end comes before what it ties with", NEIGHBORS, "NEXT, PARTING, END = 1, 2, 3", "NEXT, PARTING, END = 3, 2, 1"),
    ("neighbors: nothing parts", NEIGHBORS, "(PARTING, el.apart)) if el.apart else", "(PARTING, el.apart)) if False else"),
    ("neighbors: the first is always enough", NEIGHBORS, "return not matters or _part_each_other(chain[i])", "return True"),
    ("neighbors: all events part each other", NEIGHBORS, "r.data == one.data and r.predicate in (one.predicate, model.Always())", "True"),
    ("neighbors: no row is two steps", NEIGHBORS, "(0, 1) in _runs(chain) and disjoint(chain[0].rows, chain[1].rows)", "(0, 1) in _runs(chain)"),
    ("neighbors: ties are several times", NEIGHBORS, 'this="DENSE_RANK"', 'this="ROW_NUMBER"'),
    ("neighbors: limits do not end a run", NEIGHBORS, "free = [not (el.within or el.apart or (el.after and el.after.count)) for el in chain]", "free = [True for el in chain]"),
    ("neighbors: the latest end of all", NEIGHBORS, "own = e.column(times[a])", "own = e.column(columns.at)"),
    ("ASOF: ties are in order", ASOF, "order = exp.GT(this=e.column(one, END), expression=e.column(one, START))",
     "order = exp.GTE(this=e.column(one, END), expression=e.column(one, START))"),
    ("ASOF: an exclusion that ties lies between", ASOF, "not_after = exp.LTE(", "not_after = exp.LT("),
    ("ASOF: ends of one time are alike", ASOF, "if columns.whole and (el.apart or len(before) > 1):", "if False:"),
    ("ASOF: anchors stay behind", ASOF, "anchors(chain, i + 1) if a != i}", "anchors(chain, i + 1) if a != i and False}"),
    ("extremes: ties are in order", EXTREMES, "return exp.LT(", "return exp.LTE("),
    ("explore: the rest is all rows", EXPLORE, "left = exp.Not(this=exp.Exists(this=among.where(first, *ours, *same, copy=False)))",
     "left = exp.true()"),
    ("explore: the rest has what is missing twice", EXPLORE,
     'this=plan.query.target.spell("same", e.column(g.column.name, places), e.column(g.column.name, plan.rows))',
     "this=exp.EQ(this=e.column(g.column.name, places), expression=e.column(g.column.name, plan.rows))"),
    ("explore: the rest is that of all audiences", EXPLORE, "among.where(first, *ours, *same, copy=False)", "among.where(first, *same, copy=False)"),
    ("explore: a rest of nothing", EXPLORE, "return _whole(plan, audience, left).having(some, copy=False)", "return _whole(plan, audience, left)"),
    ("explore: a group is lost at the edge", EXPLORE, "return found.where(exp.LTE(this=e.column(own.place)", "return found.where(exp.LT(this=e.column(own.place)"),
    ("explore: sorted by groups alone", EXPLORE, "order = [*plan.asked.order, *(model.Sorted", "order = [*(model.Sorted"),
    ("explore: rows outside every window count", EXPLORE, "condition = rows.all(without(terms_of(part, fact.of.window), given))", "condition = None"),
    ("explore: a measure's own window is the explorer's", EXPLORE,
     "windows = dict.fromkeys((asked.rows.window, *(fact.of.window for fact in facts)))", "windows = dict.fromkeys((asked.rows.window,))"),
    ("explore: days begin in UTC", EXPLORE, 'return rows.target.spell("local", rows.time(), zone,', 'return rows.target.spell("local", rows.time(), "UTC",'),
    ("analyses: every row is of every audience", AUDIENCES, "return [exists(e.table(members), e.column(theirs, members), own)]", "return []"),
    ("analyses: a key belongs by rows outside the window", AUDIENCES, "*(rows.term(t) for t in terms_of(one, bridge.window)), inside]", "inside]"),
    ("retention: a start is a return", RETENTION, "later = exp.GT(", "later = exp.GTE("),
    ("retention: the first of all time is the first in the window", RETENTION,
     "model.Window(zone=asked.zone) if asked.first else asked.start.window", "asked.start.window"),
    ("retention: a period holds its end", RETENTION, 'e.compared("<", e.column(own.at), end)', 'e.compared("<=", e.column(own.at), end)'),
    ("retention: an end at now is still to come", RETENTION, 'e.compared("<=", latest, edge)', 'e.compared("<", latest, edge)'),
    ("retention: nothing breaks ties of starts", RETENTION, "for name in (own.at, *own.ties)]", "for name in (own.at,)]"),
    ("retention: a return after the last period is lost", RETENTION, "last = asked.periods - 1 if asked.later else NEVER", "last = NEVER"),
    ("funnel: a percentile is another one", ELAPSED, "(asked.p90, seconds(at(exp.GTE, 10, nine)))", "(asked.p90, seconds(at(exp.GTE, 10, among.copy())))"),
    ("funnel: the median is the lower of two", ELAPSED, "expression=at(exp.GT, 2, among.copy())", "expression=at(exp.GTE, 2, among.copy())"),
    ("funnel: the least deep chain counts", ATTEMPTS, "exp.Window(this=exp.Max(this=e.column(name, reached)), partition_by=whose)",
     "exp.Window(this=exp.Min(this=e.column(name, reached)), partition_by=whose)"),
    ("funnel: the group is that of any first step", FUNNEL, "same = {own.key: own.key, _instant(own, of): own.started}", "same = {own.key: own.key}"),
    ("funnel: times count from the last step alone", FUNNEL, 'start = target.spell("elapsed", e.column(own.started), e.column(at))', 'start = target.spell("elapsed", e.column(own.at[number - 2]), e.column(at))'),
    ("funnel: the last step is any that was reached", FUNNEL, '*([_is(own.reached, source, number)] if of == "last" else [])]', "]"),
    ("funnel: who has not reached a step is nowhere", FUNNEL, "rest.where(_is(own.place, source, 1), not_yet, copy=False)]", "]"),
    ("funnel: nobody is pending", LOWER, 's.number(int(node.fate == "pending"))', "s.number(0)"),
    ("funnel: audiences do not matter", LOWER, "    if heard:\n", "    if False:\n"),
    ("retention: young cohorts are in the totals", RETENTION, "exp.Sum(this=case(_is(own.ended, told), e.column(name, told), s.number(0)))",
     "exp.Sum(this=e.column(name, told))"),
    ("paths: nothing breaks ties", PATHS, "for name in (own.at, *own.ties)]", "for name in (own.at,)]"),
    ("paths: repeats stay", PATHS, "return found.where(s.any_of(first, other), copy=False)", "return found"),
    ("paths: from the last start", PATHS, "first = exp.Min(this=case(_is_anchor(plan, places)",
     "first = exp.Max(this=case(_is_anchor(plan, places)"),
    ("paths: rows until the last start are gone", PATHS, "first = exp.Min(this=case(_is_anchor(plan, rows)",
     "first = exp.Max(this=case(_is_anchor(plan, rows)"),
    ("paths: rows at the instant of the start are gone", PATHS, "side = exp.LTE if plan.asked.backwards else exp.GTE",
     "side = exp.LT if plan.asked.backwards else exp.GT"),
    ("paths: a step too many", PATHS, "s.number(asked.depth - 1))", "s.number(asked.depth))"),
    ("paths: ranks over all steps", PATHS, 'by = [e.column(name, totals) for name in (own.audience, "step")]',
     "by = [e.column(name, totals) for name in (own.audience,)]"),
    ("paths: a missing node is one", PATHS, "if not isinstance(asked.node, e.CONDITIONS):", "if False:"),
)  # fmt: skip


def main() -> int:
    """Exit code 1 if a mutant lives."""
    examples = sys.argv[1] if len(sys.argv) > 1 else "2000"
    word = sys.argv[2] if len(sys.argv) > 2 else ""
    alive = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("segql", "grammar", "tests"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", copy)
        for title, file, before, after in (mutant for mutant in MUTANTS if word in mutant[0]):
            caught = _caught(copy, title, file, before, after, examples)
            alive += not caught
            print(f"{'caught' if caught else 'ALIVE '}  {title}", flush=True)
    return 1 if alive else 0


def _caught(copy: Path, title: str, file: str, before: str, after: str, examples: str) -> bool:
    path = copy / file
    text = path.read_text("utf-8")
    if before not in text:
        raise SystemExit(f"{file} has no `{before}` any more: mend the mutant")
    path.write_text(text.replace(before, after), "utf-8")
    paths = os.pathsep.join((str(copy), str(copy / "grammar")))
    sizes = {"SEGQL_EXAMPLES": examples, "SEGQL_ANALYSES": examples, "SEGQL_FATES": examples, "SEGQL_SEED": "4242"}
    environment = {**os.environ, "PYTHONPATH": paths, **sizes}
    compile(path.read_text("utf-8"), file, "exec")  # what is no Python would be caught by anything
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-n",
        "auto",
        "--hypothesis-profile=mutants",
        *_tests(title, file),
    ]
    run = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    path.write_text(text, "utf-8")
    if run.returncode not in (0, 1, 2):
        raise SystemExit(run.stdout + run.stderr)
    return run.returncode != 0


def _tests(title: str, file: str) -> tuple[str, ...]:
    """What looks at a file of the compiler: an analysis is asked of by its own kind, what all share by each."""
    if file == LOWER and title.startswith("funnel"):
        return ("tests/differential/test_fates.py", "-k", "test_duckdb_is_the_reference")
    if "/analyses/" not in file and file != ATTEMPTS:
        return ("tests/differential/test_random.py",)
    kind = KIND.get(Path(file).stem, "")
    rules = ("tests/unit/test_analyses_by_rule.py", "tests/unit/test_reference_funnel.py")  # both ask DuckDB, too
    only = ("-k", f"by_rule or reference_funnel or test_duckdb_is_the_reference and {kind}") if kind else ()
    return (*rules, "tests/differential/test_analyses.py", *only)


if __name__ == "__main__":
    sys.exit(main())
