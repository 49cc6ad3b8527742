"""`segql report`: one page that needs nothing else, whole or not at all."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.cli.conftest import SHOP, Segql
from tests.cli.test_chart import ASKED

NOW = ("--now", "2026-03-31")


class Outline(HTMLParser):
    """Which elements a page has, and whether each that opens is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.open: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.outside += [v for k, v in attrs if k in ("src", "href", "xlink:href") and v and not v.startswith("#")]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def outline(page: str) -> Outline:
    found = Outline()
    found.feed(page)
    return found


@pytest.fixture
def asked(shop: Path) -> Path:
    (shop / "shop.seg").write_text(SHOP + ASKED, "utf-8")
    return shop


def test_a_page_has_every_segment_and_analysis(segql: Segql, asked: Path) -> None:
    done = segql("report", "shop.seg", "-o", "out/shop.html", *NOW)
    assert (done.exit_code, done.stderr) == (0, "2 segments and 5 analyses in out/shop.html\n")
    page = (asked / "out" / "shop.html").read_text("utf-8")
    found = outline(page)
    assert (found.open, found.outside) == ([], [])
    assert (found.seen.count("section"), found.seen.count("svg"), found.seen.count("script")) == (7, 5, 0)
    assert re.search(r'<td class="number">1</td><td><meter min="0" max="1" value="0.3333">', page)
    assert "What &lt;/script&gt; people do &amp; &quot;how often&quot;." in page
    assert "did buy where amount &gt;= $least" in page
    assert "no rows in this window" in page


def test_a_file_of_segments_alone(segql: Segql, shop: Path) -> None:
    assert segql("report", "shop.seg", "-o", "shop.html", *NOW).exit_code == 0
    found = outline((shop / "shop.html").read_text("utf-8"))
    assert (found.seen.count("section"), found.seen.count("svg")) == (2, 0)


def test_what_goes_wrong_leaves_the_old_page(segql: Segql, asked: Path) -> None:
    (asked / "shop.html").write_text("old", "utf-8")
    (asked / "events.csv").unlink()
    done = segql("report", "shop.seg", "-o", "shop.html", *NOW)
    assert (done.exit_code, "events.csv" in done.stderr) == (1, True)
    assert [path.name for path in asked.iterdir() if "shop.html" in path.name] == ["shop.html"]
    assert (asked / "shop.html").read_text("utf-8") == "old"


def test_a_report_is_a_page(segql: Segql, asked: Path) -> None:
    done = segql("report", "shop.seg", "-o", "shop.pdf")
    assert (done.exit_code, "end shop.pdf with .html" in done.stderr, (asked / "shop.pdf").exists()) == (2, True, False)
