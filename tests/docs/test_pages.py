"""Every command that a page shows prints what the page says, and every page links to what is there."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest

from tests import markdown
from tests.docs import pages

ROOT = pages.ROOT
SESSIONS = (
    "README.md",
    "docs/tutorial.md",
    "docs/cli.md",
    "docs/language.md",
    "docs/plans.md",
    "examples/shop/README.md",
    "examples/flights/README.md",
)
PAGES = (
    *sorted(ROOT.glob("*.md")),
    *sorted(ROOT.glob("docs/*.md")),
    *sorted(ROOT.glob("examples/*/README.md")),
    ROOT / "grammar" / "README.md",
    ROOT / "lsp" / "README.md",
)


@pytest.fixture
def session(tmp_path: Path) -> pages.Session:
    """A checkout as far as the pages need one."""
    root = tmp_path / "segql"
    shutil.copytree(ROOT / "examples", root / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, root)
    installed(root / ".venv")
    return pages.Session(root)


def installed(venv: Path) -> None:
    """What `make` takes for an environment that is there, with the `segql` that is being tested."""
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "segql").symlink_to(Path(sys.executable).parent / "segql")
    (venv / "installed").touch()


@pytest.mark.parametrize("name", SESSIONS)
def test_the_commands_of_a_page_print_what_it_says(
    name: str, session: pages.Session, request: pytest.FixtureRequest
) -> None:
    found = pages.play(ROOT / name, session, request.config.getoption("--bless"))
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_links_of_a_page_lead_somewhere(path: Path) -> None:
    text = path.read_text("utf-8")
    for block in reversed(markdown.read(text).blocks):
        lines = text.split("\n")
        text = "\n".join((*lines[: block.opening], *lines[block.closing + 1 :]))
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        target, _, anchor = link.partition("#")
        if "://" in target:
            continue
        place = path if not target else path.parent / target
        if not place.exists() or (anchor and anchor not in anchors(place)):
            broken.append(link)
    assert broken == []


def anchors(path: Path) -> set[str]:
    """The anchors that headings give."""
    heads = re.findall(r"(?m)^#+ (.*)$", path.read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_every_page_of_the_documentation_is_played_or_has_tests_of_its_own() -> None:
    others = {"docs/contract.md", "docs/editors.md", "docs/engines.md", "docs/library.md"}
    assert {str(p.relative_to(ROOT)) for p in ROOT.glob("docs/*.md")} <= {*SESSIONS, *others}


def test_dots_stand_for_any_lines() -> None:
    assert pages.matches("a\n…\nd\n", "a\nb\nc\nd\n")
    assert pages.matches("a\n…\nd\n", "a\nd\n")
    assert not pages.matches("a\n…\nd\n", "a\nb\n")
    assert pages.matches("3 keys in x, 0.01 s\n", "3 keys in x, 1.25 s\n")


def test_a_command_may_go_on_over_lines() -> None:
    block = "$ echo a \\\n  b\na b\n$ pwd\n"
    assert list(pages.commands(block)) == [("echo a \\\n  b", "a b\n"), ("pwd", "")]
