"""Every code has a page that is true: what it shows as wrong gets the code, and what it shows as right gets nothing.

A page is `pages/CODE.md`: the heading `# CODE name`, a `seg wrong` block, a `seg right` block, and why. The page of a
4xx code names the engine that cannot do it: `seg wrong mysql`.
"""

from __future__ import annotations

from importlib.resources import files

import pytest

from segql.diagnostics import explain
from segql.diagnostics.register import REGISTER
from tests import markdown, stages

FOLDER = files("segql.diagnostics").joinpath("pages")
PAGES = sorted(found.name.removesuffix(".md") for found in FOLDER.iterdir()) if FOLDER.is_dir() else []

needs_pages = pytest.mark.skipif(not PAGES, reason="no page is written yet")


def said(info: str, text: str) -> str:
    """What the compiler says to a block: `seg wrong` is checked, `seg wrong mysql` is compiled for an engine."""
    match info.split():
        case ["seg", _, dialect]:
            return stages.sql(text, dialect)
        case _:
            return stages.diagnostics(text)


@needs_pages
def test_codes_and_pages_belong_together() -> None:
    assert sorted(REGISTER) == PAGES


def test_the_register_is_in_order_and_every_name_is_its_own() -> None:
    assert list(REGISTER) == sorted(REGISTER)
    assert len({entry.name for entry in REGISTER.values()}) == len(REGISTER)
    assert all(code == entry.code for code, entry in REGISTER.items())


@pytest.mark.parametrize("code", PAGES)
def test_a_page_starts_with_its_code_and_name(code: str) -> None:
    page = explain.page(code) or ""
    assert page.startswith(f"# {code} {REGISTER[code].name}\n")
    assert explain.title(page) == REGISTER[code].name


@pytest.mark.parametrize("code", PAGES)
def test_what_a_page_shows_is_so(code: str) -> None:
    blocks = [block for block in markdown.read(explain.page(code) or "").blocks if block.info.startswith("seg ")]
    assert {block.info.split()[1] for block in blocks} == {"wrong", "right"}
    for block in blocks:
        shown = said(block.info, block.text)
        assert (f"[{code}]" in shown) if "wrong" in block.info.split() else ("[SEG" not in shown), shown


def test_there_is_no_page_of_what_is_no_code() -> None:
    assert explain.page("../register") is None
    assert explain.page("SEG000") is None
