"""The examples of docs/library.md give what the page says, and every function and type of the front door is on it."""

from __future__ import annotations

import doctest
import inspect
import re

import pytest

import segql
from tests import markdown
from tests.docs.pages import ROOT

TEXT = (ROOT / "docs" / "library.md").read_text("utf-8")
BLOCKS = [block.text for block in markdown.read(TEXT).blocks if block.info == "python"]
FUNCTIONS = [name for name in segql.__all__ if inspect.isfunction(getattr(segql, name))]


def test_the_examples_give_what_the_page_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "examples" / "shop")
    session = "\n".join(block for block in BLOCKS if block.startswith(">>>"))
    test = doctest.DocTestParser().get_doctest(session, {}, "library.md", None, None)
    assert len(test.examples) > 25
    said: list[str] = []
    doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    assert "".join(said) == ""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_a_chapter_with_its_parameters(name: str) -> None:
    assert re.search(rf"(?m)^## {name}$", TEXT)
    (shown,) = re.findall(rf"(?m)^segql\.{name}\((.*)\) -> ", TEXT)
    parameters = inspect.signature(getattr(segql, name)).parameters.values()
    assert [p.partition("=")[0] for p in shown.split(", ") if p != "*"] == [p.name for p in parameters]
    assert [p.partition("=")[2] for p in shown.split(", ") if "=" in p] == [
        repr(p.default) for p in parameters if p.default is not p.empty
    ]


@pytest.mark.parametrize(
    "name", sorted(name for name in {*segql.__all__} - {*FUNCTIONS, "SegqlError", "Source"} if name[0] != "_")
)
def test_a_type_is_in_the_table_with_its_fields(name: str) -> None:
    (row,) = re.findall(rf"(?m)^\| `{name}` \| (.*) \|$", TEXT)
    for field in re.findall(r"`(\w+)`", row):
        assert field in getattr(segql, name)._fields or hasattr(getattr(segql, name), field)
