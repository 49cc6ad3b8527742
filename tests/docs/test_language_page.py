"""docs/language.md is true: its examples have no mistakes, their tests pass, and its table has the functions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import segql
from segql.semantics.conditions import AGGREGATES
from segql.semantics.functions import FUNCTIONS, Function
from segql.source import Source
from tests import markdown
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "language.md"
TEXT = PAGE.read_text("utf-8")
BLOCKS = [block for block in markdown.read(TEXT).blocks if block.info.startswith("seg")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "app.seg").write_text(markdown.read(TEXT).block('seg title="app.seg"').text, "utf-8")
    return tmp_path


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: f"line {block.opening + 1}")
def test_an_example_has_no_mistake_and_its_tests_pass(block: markdown.Block, folder: Path) -> None:
    text = block.text if "title=" in block.info else f"use 'app.seg'\n\n{block.text}"
    source = Source(text, "example.seg", str(folder))
    said = segql.check(source).diagnostics
    assert [(d.code, d.message) for d in said] == []
    tested = segql.test(source)
    assert [(o.segment, o.key) for o in tested.outcomes if not o.ok] == []
    assert bool(tested.outcomes) == ("\ntest " in text)
    if "\nsegment " in text:
        assert segql.compile(source).ok


def test_the_functions_are_those_of_the_table() -> None:
    (shown,) = re.findall(r"(?s)\| function \| of \| gives \|\n\|---\|---\|---\|\n(.*?)\n\n", TEXT)
    assert shown.split("\n") == [row(function) for function in FUNCTIONS.values()]


def row(function: Function) -> str:
    takes = " or ".join(f"`{name}`" for name in function.takes) or "values of one kind"
    return f"| `{function.usage}` | {takes} | {function.meaning} |"


def test_every_aggregate_is_on_the_page() -> None:
    (chapter,) = re.findall(r"(?ms)^## Measures\n(.*?)^## ", TEXT)
    rows = "".join(re.findall(r"(?m)^\| .*", chapter))
    assert set(re.findall(r"`(\w+)\(", rows)) == set(AGGREGATES)


def test_every_word_of_the_grammar_is_on_the_page() -> None:
    """A construct that the page does not know has a word that the page does not have."""
    grammar = (ROOT / "grammar" / "segql_grammar" / "segql.lark").read_text("utf-8")
    rules, _, rest = grammar.partition("// ---------------------------------------------------------------- analyses")
    rules += rest[rest.index("// ---------------------------------------------------------------- tests") :]
    words = set(re.findall(r'"([a-z]+)"', rules)) - {"asc", "desc"}
    assert sorted(word for word in words if not re.search(rf"\b{word}\b", TEXT)) == []


def test_the_two_pages_of_the_grammar_have_no_mistake(tmp_path: Path) -> None:
    page = (ROOT / "grammar" / "README.md").read_text("utf-8")
    (tmp_path / "events.seg").write_text("param nothing : text = ''\n", "utf-8")
    source = Source(markdown.read(page).block("seg").text, "example.seg", str(tmp_path))
    assert [(d.code, d.message) for d in segql.check(source).diagnostics] == []
    tested = segql.test(source)
    assert [outcome.ok for outcome in tested.outcomes] == [True, True]


LAYOUTS = {
    ("flat", "geo.country"): "s.geo_country",
    ("flat", "geo.country : text = ctx.iso"): "s.ctx_iso",
    ("nested", "geo.country"): "STRUCT_EXTRACT(s.geo, 'country')",
    ("nested", "geo.country : text = ctx.iso"): "STRUCT_EXTRACT(s.ctx, 'iso')",
    ("json(payload)", "geo.country"): "JSON_EXTRACT_STRING(JSON_VALUE(s.payload, '/geo/country'), '$')",
    ("json(payload)", "geo.country : text = ctx.iso"): "STRUCT_EXTRACT(s.ctx, 'iso')",
    ("json(payload)", "geo.country : text = payload.a.b"): "JSON_EXTRACT_STRING(JSON_VALUE(s.payload, '/a/b'), '$')",
    ("json(payload)", "geo.country : text = `Geo Country`"): 's."Geo Country"',
}


@pytest.mark.parametrize(("layout", "field"), LAYOUTS)
def test_a_layout_says_which_column_it_is(layout: str, field: str) -> None:
    assert f"`{layout}`" in TEXT
    if ":" not in field:
        field += " : text"
    text = f"""
        source s {{ from t  time at  key id = id  layout {layout}  field {field} }}
        segment g {{ key id  from s  did s where geo.country = 'x' }}
    """
    assert f"{LAYOUTS[layout, field.removesuffix(' : text')]} = 'x'" in segql.compile(text).sql["g"]


def test_a_key_without_a_column_follows_the_layout() -> None:
    text = "source s { from t  time at  key usr.id  layout json(doc) }  segment g { key usr.id  from s }"
    assert "JSON_EXTRACT_STRING(JSON_VALUE(s.doc, '/usr/id'), '$') AS usr_id" in segql.compile(text).sql["g"]
