"""Every code has a page that is true: what it shows as wrong gets the code, and what it shows as right gets nothing.

A page is `pages/CODE.md`: the heading `# CODE name`, a `seg wrong` block, a `seg right` block, and why. A third word says
that checking is not enough: `seg wrong mysql` is compiled for an engine, `seg wrong test` runs the tests of the text.
"""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

import segql
from segql.diagnostics import explain, render
from segql.diagnostics.register import REGISTER
from tests import markdown, stages

FOLDER = files("segql.diagnostics").joinpath("pages")
PAGES = sorted(found.name.removesuffix(".md") for found in FOLDER.iterdir()) if FOLDER.is_dir() else []

# What a text alone cannot show: these pages say in words when their code comes.
IN_WORDS = {
    "SEG108": "needs a file that is not there",
    "SEG109": "needs a file in another encoding",
    "SEG110": "needs a segql.toml",
    "SEG111": "needs a place where nothing can be written",
    "SEG403": "needs data that is not there",
    "SEG404": "needs data without a column",
    "SEG405": "needs data of another type",
    "SEG415": "needs data with a wrong row",
    "SEG416": "needs a place where nothing can be written",
    "SEG417": "needs data of unlike types",
    "SEG418": "needs data that break a promise",
    "SEG419": "needs data that do not match",
    "SEG420": "needs data without rows",
    "SEG422": "needs data with a value of its own",
    "SEG423": "needs data in another unit",
    "SEG428": "needs a file that is used",
    "SEG445": "needs an address",
    "SEG446": "needs a driver that is missing",
    "SEG447": "needs a server that is down",
    "SEG448": "needs a server that goes away",
    "SEG449": "needs a slow query",
    "SEG450": "needs a user who may not",
    "SEG451": "needs a database with another type",
    "SEG460": "needs an option that names a plan",
    "SEG461": "needs an option that names a plan",
    "SEG462": "needs an option that asks for segments together",
    "SEG463": "needs an option that asks for segments together",
    "SEG901": "needs a mistake of ours",
}


def said(info: str, text: str) -> str:
    """What the compiler says to a block."""
    match info.split():
        case ["seg", _, "test"]:
            return render.picture(segql.test(text).diagnostics)
        case ["seg", _, dialect]:
            return stages.sql(text, dialect)
        case _:
            return stages.diagnostics(text)


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
    assert [block.info.split()[1] for block in blocks] == ([] if code in IN_WORDS else ["wrong", "right"])
    for block in blocks:
        shown = said(block.info, block.text)
        assert set(re.findall(r"\[(SEG\d+)\]", shown)) == ({code} if "wrong" in block.info.split() else set()), shown


@pytest.mark.parametrize("code", PAGES)
def test_what_is_right_is_in_its_form(code: str) -> None:
    """The right text of a page is the canonical one, and the page says since when the code is there."""
    page = explain.page(code) or ""
    for block in markdown.read(page).blocks:
        if block.info.startswith("seg right"):
            assert segql.format(block.text) == block.text
    assert re.search(r"^Since \d+\.\d+\.\d+\.$", page, re.MULTILINE)


def test_there_is_no_page_of_what_is_no_code() -> None:
    assert explain.page("../register") is None
    assert explain.page("SEG000") is None
