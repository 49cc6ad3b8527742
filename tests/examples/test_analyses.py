"""The retention, the paths, the funnel and the segments of each `analyses.seg` give what plain loops found by hand.

`expected/analyses/<name>.csv` is written by each project's `analyses_by_hand.py`, never from the compiler.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import segql
from segql.cli.main import cli
from segql.semantics import model

from .test_examples import PROJECTS, Example

WORKED_OUT = (model.Retention, model.Paths, model.Funnel)
ANSWERS = [
    pytest.param(project, path.stem, id=f"{project.name}-{path.stem}")
    for project in PROJECTS
    for path in sorted(project.root.glob("expected/analyses/*.csv"))
]


@pytest.mark.parametrize(("project", "name"), ANSWERS)
def test_an_analysis_gives_the_rows_found_by_hand(project: Example, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.root)
    asked = ["run", "analyses.seg", "--name", name, "--now", project.now, "--format", "csv"]
    done = CliRunner().invoke(cli, asked)
    assert (done.exit_code, done.stdout) == (0, Path("expected", "analyses", f"{name}.csv").read_text("utf-8"))


@pytest.mark.parametrize("project", PROJECTS, ids=lambda p: p.name)
def test_each_retention_paths_and_funnel_was_worked_out(project: Example) -> None:
    checked = segql.check(project.root / "analyses.seg")
    asked = checked.program.analyses
    names = {one.name for one in asked if isinstance(one, WORKED_OUT)}
    segments = checked.scope.names["segment"].items()
    names |= {name for name, declared in segments if Path(declared.piece.source.name).name == "analyses.seg"}
    assert names == {name for of, name in (param.values for param in ANSWERS) if of == project}
    assert {type(one) for one in asked} >= set(WORKED_OUT)


@pytest.mark.parametrize("project", PROJECTS, ids=lambda p: p.name)
def test_by_hand_agrees_with_its_rows(project: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.root)
    script = [sys.executable, "expected/analyses_by_hand.py", "--check"]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
