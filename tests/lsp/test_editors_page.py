"""docs/editors.md names tests that there are, and leaves no feature that is offered without one."""

from __future__ import annotations

import re
from pathlib import Path

from segql_lsp import features

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "editors.md").read_text("utf-8")


def test_the_tests_that_the_page_names_are_there() -> None:
    named = re.findall(r"`((?:ide|lsp|editors)/test_\w+\.py)`((?:[:,] `test_\w+`)*)", PAGE)
    assert named
    for file, tests in named:
        text = (ROOT / "tests" / file).read_text("utf-8")
        for test in re.findall(r"test_\w+", tests):
            assert f"def {test}(" in text, (file, test)


def test_every_feature_has_a_row() -> None:
    found = {path.stem for path in Path(next(iter(features.__path__))).glob("[a-z]*.py")}
    rows = set(re.findall(r"<!-- (\w+) -->", PAGE))
    assert found <= rows | {"__init__"}, "a row of docs/editors.md ends with <!-- the name of its module -->"
