"""The pictures of the examples show all that the analyses give: `segql run … --chart pictures/NAME.svg` draws them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import segql
from segql.charts import chart
from segql.semantics import model

from .test_examples import PROJECTS, Example

PICTURES = [
    pytest.param(project, path, id=f"{project.name}-{path.stem}")
    for project in PROJECTS
    for path in sorted(project.root.glob("pictures/*.svg"))
]
MARKS = re.compile(r'aria-roledescription="(?:bar|point|cell|node|link)"')


@pytest.mark.parametrize(("project", "picture"), PICTURES)
def test_a_picture_has_a_mark_for_each_thing(project: Example, picture: Path) -> None:
    text = project.root / "analyses.seg"
    asked = segql.check(text).program.find(picture.stem)
    assert asked is not None
    assert not isinstance(asked, model.Segment)
    rows = segql.run(text, name=picture.stem, now=project.now).rows
    assert len(MARKS.findall(picture.read_text("utf-8"))) == chart(asked, rows).marks > 0


@pytest.mark.parametrize("project", PROJECTS, ids=lambda p: p.name)
def test_every_picture_is_shown(project: Example) -> None:
    shown = re.findall(r"\]\((pictures/\S+?\.svg)\)", (project.root / "README.md").read_text("utf-8"))
    assert sorted(shown) == sorted(f"pictures/{path.name}" for path in project.root.glob("pictures/*.svg"))
    assert shown
