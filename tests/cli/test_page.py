"""The pages of charts in a real browser: they draw what the data have, and say no error.

Chromium is installed by tests/editors/install.sh in CI; where there is none, these tests are skipped.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import SHOP, Segql
from tests.cli.test_chart import ASKED, NOW, drawn

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--enable-logging=stderr",
    "--virtual-time-budget=20000",
]

Opened = Callable[[Path], str]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """What a browser makes of a page: its elements when its scripts have run. Fails if the console has a word.

    What a person would see is kept beside the page, as a picture.
    """
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is missing: tests/editors/install.sh installs it")
        pytest.skip("chromium is missing: tests/editors/install.sh installs it")
    home = tmp_path_factory.mktemp("browser")

    def look(page: Path) -> str:
        def asked(wanted: str) -> subprocess.CompletedProcess[str]:
            command = [browser, *FLAGS, f"--user-data-dir={home}", wanted, page.as_uri()]
            return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)

        done, picture = asked("--dump-dom"), page.with_suffix(".png")
        assert [line for line in done.stderr.splitlines() if "CONSOLE" in line] == []
        asked(f"--screenshot={picture}")
        assert picture.read_bytes().startswith(b"\x89PNG")
        return done.stdout

    return look


@pytest.fixture
def asked(shop: Path) -> Path:
    (shop / "shop.seg").write_text(SHOP + ASKED, "utf-8")
    return shop


@pytest.mark.parametrize(("name", "marks"), [("kinds", ("bar",)), ("back", ("cell",)), ("flow", ("link", "node"))])
def test_a_page_draws_in_a_browser_what_its_picture_has(
    segql: Segql, asked: Path, opened: Opened, name: str, marks: tuple[str, ...]
) -> None:
    for ending in (".html", ".svg"):
        assert segql("run", "shop.seg", "--name", name, *NOW, "--chart", name + ending).exit_code == 0
    page, picture = opened(asked / f"{name}.html"), (asked / f"{name}.svg").read_text("utf-8")
    for mark in marks:
        assert drawn(page, mark) == drawn(picture, mark) > 0


def test_links_and_nodes_in_a_browser_are_those_of_the_data(segql: Segql, asked: Path, opened: Opened) -> None:
    assert segql("run", "shop.seg", "--name", "flow", *NOW, "--chart", "flow.html").exit_code == 0
    found = segql("run", "shop.seg", "--name", "flow", *NOW, "--format", "jsonl").stdout.splitlines()
    rows = [json.loads(line) for line in found]
    ends = {(r["step"] - 1 + at, r[f"{end}_kind"], r[end]) for r in rows for at, end in enumerate(("source", "target"))}
    page = opened(asked / "flow.html")
    assert (drawn(page, "link"), drawn(page, "node")) == (len(rows), len(ends))


def test_a_report_is_whole_in_a_browser(segql: Segql, asked: Path, opened: Opened) -> None:
    assert segql("report", "shop.seg", "-o", "shop.html", *NOW).exit_code == 0
    page = opened(asked / "shop.html")
    assert len(re.findall(r"<section ", page)) == 2 + len(re.findall(r"<figure>", page)) > 2


MORE = """
segment viewers { key user.id  from events  did events where kind = 'view' }
segment people { key user.id  from events  did events }
"""


@pytest.mark.parametrize("names", [("buyers", "people"), ("buyers", "viewers", "people", "lookers")])
def test_parts_of_an_overlap_in_a_browser_are_those_of_the_data(
    segql: Segql, asked: Path, opened: Opened, names: tuple[str, ...]
) -> None:
    (asked / "sets.seg").write_text(f"use 'shop.seg'\n{MORE}", "utf-8")
    done = segql("overlap", "sets.seg", *names, *NOW, "--format", "json", "--chart", "sets.html")
    assert done.exit_code == 0, done.output
    together = json.loads(done.stdout)["together"]
    page = opened(asked / "sets.html")
    assert drawn(page, "set") == len(names)
    assert (drawn(page, "region"), drawn(page, "group")) == ((3, 0) if len(names) == 2 else (0, len(together)))
    for part in together:
        assert f"in {' and '.join(part['segments'])}, and in no other: {part['keys']}" in page
