"""Every example project is right: its segments, run on its data, hold the keys that plain queries found by hand.

`expected/<segment>.csv` is written by each project's `by_hand.py`, never from the compiler. `expected/sql/<segment>.sql`
is the compiler's own: `pytest tests/examples --bless` writes it anew, and the diff is the review.
"""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

import segql
from segql import reference
from segql.cli.main import cli
from segql.compiler import pinned
from segql.engine import duckdb
from segql.engine.relations import data_of
from segql.semantics import model

EXAMPLES = Path(__file__).parents[2] / "examples"


class Example(NamedTuple):
    """A project: its folder, the file that has the segments, and the time they are meant for."""

    name: str
    main: str
    now: str
    slow: tuple[str, ...] = ()  # segments that take the reference interpreter more than ten seconds

    @property
    def root(self) -> Path:
        return EXAMPLES / self.name

    @property
    def files(self) -> list[str]:
        return sorted(path.name for path in self.root.glob("*.seg"))


PROJECTS = (
    Example("shop", "shop.seg", "2024-07-01"),
    Example("flights", "flights.seg", "2013-04-01T04:00:00Z", ("moody", "made_up_time", "shuttles")),
)
FILES = [pytest.param(p, file, id=f"{p.name}/{file}") for p in PROJECTS for file in p.files]


@cache
def meaning(project: Example) -> model.Program:
    return segql.check(project.root / project.main).program


SEGMENTS = [pytest.param(p, s.name, id=f"{p.name}-{s.name}") for p in PROJECTS for s in meaning(p).segments]


@pytest.fixture
def project(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Example:
    """A project, with its folder as the place where things run: paths in the SQL start there."""
    found: Example = request.param
    monkeypatch.chdir(found.root)
    return found


def test_every_example_is_here() -> None:
    assert {path.parent.name for path in EXAMPLES.glob("*/*.seg")} == {project.name for project in PROJECTS}


# ---------------------------------------------------------------- the files


@pytest.mark.parametrize(("project", "file"), FILES, indirect=["project"])
def test_a_file_has_no_error(project: Example, file: str) -> None:
    assert [d.message for d in segql.check(Path(file)).diagnostics if d.is_error] == []


@pytest.mark.parametrize(("project", "file"), FILES, indirect=["project"])
def test_a_file_is_in_its_form(project: Example, file: str) -> None:
    assert CliRunner().invoke(cli, ["fmt", "--check", file]).exit_code == 0


@pytest.mark.parametrize(("project", "file"), FILES, indirect=["project"])
def test_the_tests_of_a_file_pass(project: Example, file: str) -> None:
    tested = segql.test(Path(file))
    assert [(o.segment, o.key) for o in tested.outcomes if not o.ok] == []
    assert [d.message for d in tested.diagnostics if d.is_error] == []


def test_the_shop_has_tests() -> None:
    tested = segql.test(EXAMPLES / "shop" / "shop_test.seg")
    assert {outcome.expected for outcome in tested.outcomes} == {True, False}
    assert len(tested.outcomes) >= 15


# ---------------------------------------------------------------- what the segments hold


@pytest.mark.parametrize(("project", "name"), SEGMENTS, indirect=["project"])
def test_a_segment_holds_the_keys_found_by_hand(project: Example, name: str) -> None:
    result = segql.run(Path(project.main), name=name, now=project.now)
    assert [d.message for d in result.diagnostics] == []
    column, *keys = expected(project, name)
    assert result.column == column
    assert list(result.keys) == keys


@pytest.mark.parametrize(("project", "name"), SEGMENTS, indirect=["project"])
def test_the_reference_interpreter_agrees(project: Example, name: str) -> None:
    if name in project.slow:
        pytest.skip("it would take more than ten seconds")
    program = meaning(project)
    now = pinned(project.now, segql.check(Path(project.main)).source)
    assert now is not None
    rows = {data.name: rows_of(project, data) for data in data_of(program, name)}
    assert sorted(map(str, reference.members(program, name, rows, now))) == expected(project, name)[1:]


def expected(project: Example, name: str) -> list[str]:
    return (project.root / "expected" / f"{name}.csv").read_text("utf-8").splitlines()


@cache
def rows_of(project: Example, data: model.Data) -> list[dict[str, Any]]:
    """The rows of a source or table as the interpreter wants them: by the names of fields, keys and time."""
    columns = {each.name: each.column for each in (data.time, *data.keys, *data.fields) if each}
    columns |= {column.name: column for column in (*data.order, *(data.valid or ()))}
    with duckdb.connected() as connection:
        relation = model.Relation(file=str(project.root / data.relation.file))
        chosen = ", ".join(f"{duckdb.quoted(c.name)} AS {duckdb.quoted(name)}" for name, c in columns.items())
        found = duckdb.read(connection, relation).project(chosen)
        return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


@pytest.mark.parametrize("project", PROJECTS, indirect=True, ids=lambda p: p.name)
def test_by_hand_agrees_with_its_lists(project: Example) -> None:
    script = [sys.executable, "expected/by_hand.py", "--check"]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


# ---------------------------------------------------------------- SQL


@pytest.mark.parametrize(("project", "name"), SEGMENTS, indirect=["project"])
def test_a_segment_compiles_to_its_sql(project: Example, name: str, request: pytest.FixtureRequest) -> None:
    compiled = segql.compile(Path(project.main), name=name, now=project.now)
    assert [d.message for d in compiled.diagnostics] == []
    sql = without_versions(compiled.sql[name]) + "\n"
    golden = Path("expected") / "sql" / f"{name}.sql"
    if request.config.getoption("--bless"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(sql, "utf-8")
    assert sql == golden.read_text("utf-8")


def without_versions(sql: str) -> str:
    """The header names what wrote the SQL; a new version that writes the same is no difference."""
    return re.sub(r"; segql [^ ]+, sqlglot [^ )]+\)", ")", sql, count=1)


@pytest.mark.parametrize("project", PROJECTS, ids=lambda p: p.name)
def test_every_segment_has_its_list_and_its_sql(project: Example) -> None:
    names = {segment.name for segment in meaning(project).segments}
    assert {path.stem for path in project.root.glob("expected/*.csv")} == names
    assert {path.stem for path in project.root.glob("expected/sql/*.sql")} == names


# ---------------------------------------------------------------- the table in the README


@pytest.mark.parametrize("project", PROJECTS, ids=lambda p: p.name)
def test_the_readme_knows_the_keys_and_how_many_there_are(project: Example) -> None:
    readme = (project.root / "README.md").read_text("utf-8")
    rows = re.findall(r"(?m)^\| `(\w+)` \| `([\w.]+)` \| (\d+) \|", readme)
    real = [(s.name, s.key, str(len(expected(project, s.name)) - 1)) for s in meaning(project).segments]
    assert sorted(rows) == sorted(real)
