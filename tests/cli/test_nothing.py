"""Files with nothing to ask for, through every command: a message that says so, and the right exit code."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import segql as library
from tests.cli.conftest import Segql

SOURCE = "source e {\n  from   file 'events.csv'\n  time   ts\n  key    user.id\n  field  kind : text\n}\n"
FILES = {
    "empty.seg": "",
    "comment.seg": "# to be written\n",
    "sources.seg": SOURCE,
    "uses.seg": "use 'shop.seg'\n",
    "analyses.seg": library.format(
        "use 'sources.seg'\n\nexplore kinds {\n  from e\n  by kind\n  measure n = count()\n}\n"
    ),
}
NONE = ("empty.seg", "comment.seg", "sources.seg", "uses.seg")
ASKING = (
    ("compile",),
    ("compile", "--together"),
    ("compile", "--out", "sql"),
    ("run",),
    ("run", "--on", "sqlite:///shop.db"),
    ("show", "sql"),
    ("size",),
    ("report", "-o", "page.html"),
)


@pytest.fixture
def folder(shop: Path) -> Path:
    for name, text in FILES.items():
        (shop / name).write_text(text, "utf-8")
    return shop


def commanded(segql: Segql, command: tuple[str, ...], file: str) -> tuple[int, str, str]:
    first, *rest = command
    words = (first, rest[0], file, *rest[1:]) if first == "show" else (first, file, *rest)
    done = segql(*words)
    return done.exit_code, done.stdout, done.stderr


@pytest.mark.parametrize("command", ASKING, ids=" ".join)
@pytest.mark.parametrize("file", NONE)
def test_what_asks_for_an_answer_says_that_there_is_nothing_to_ask_for(
    segql: Segql, folder: Path, file: str, command: tuple[str, ...]
) -> None:
    code, out, said = commanded(segql, command, file)
    assert (code, out) == (1, "")
    assert said.startswith(f"error[SEG406]: {file} declares no segment and no analysis\n  --> {file}\n  = help: "), said
    help = "name one of a file that it uses: `buyers`, `lookers`" if file == "uses.seg" else "declare a `segment`"
    assert f"= help: {help}\n" in said
    assert not {"sql", "page.html", "shop.db"} & {each.name for each in folder.iterdir()}


def test_analyses_alone_are_asked_for_and_are_no_segments(segql: Segql, folder: Path) -> None:
    for command in (("compile",), ("run", "--now", "2026-03-31"), ("show", "sql"), ("report", "-o", "page.html")):
        assert commanded(segql, command, "analyses.seg")[0] == 0
    assert "SEG463" in commanded(segql, ("compile", "--together"), "analyses.seg")[2]
    code, out, said = commanded(segql, ("size",), "analyses.seg")
    assert (code, out) == (1, "")
    assert said.startswith("error[SEG406]: analyses.seg declares no segment\n"), said
    for command in (("size", "kinds"), ("why", "--name", "kinds", "--key", "ana")):
        code, out, said = commanded(segql, command, "analyses.seg")
        assert (code, out) == (2, ""), said
        assert "kinds" in said


@pytest.mark.parametrize("file", [*NONE, "analyses.seg"])
def test_what_looks_at_a_file_is_content(segql: Segql, folder: Path, file: str) -> None:
    bare = file in ("empty.seg", "comment.seg")
    for command in (("check",), ("check", "--data")):
        code, out, said = commanded(segql, command, file)
        assert code == 0
        assert ("SEG324" in out) is bare
    assert commanded(segql, ("check", "--strict"), file)[0] == int(bare)
    assert commanded(segql, ("fmt", "--check"), file)[0] == 0
    assert Path(file).read_text("utf-8") == FILES[file]
    code, out, said = commanded(segql, ("test",), file)
    assert (code, out) == (0, "")
    assert said == f"{file} has no tests\n0 cases: 0 as expected, 0 not\n"
    for stage in ("meaning", "plan"):
        code, out, said = commanded(segql, ("show", stage), file)
        assert code == 0
        assert out or said
    assert commanded(segql, ("show", "tree"), file)[0] == 0


def test_a_name_that_is_not_there_is_looked_for_near_it(segql: Segql, folder: Path) -> None:
    for command in (("run", "--name", "buyer"), ("size", "buyer"), ("why", "--name", "buyer", "--key", "ana")):
        code, out, said = commanded(segql, command, "shop.seg")
        assert (code, out) == (1, "")
        assert "error[SEG406]: there is no segment or analysis `buyer` in shop.seg\n  --> shop.seg\n" in said
        assert "did you mean `buyers`?" in said


def test_a_revision_without_segments_is_no_change(segql: Segql, folder: Path) -> None:
    def git(*words: str) -> None:
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *words], check=True, capture_output=True)

    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "first")
    for file in ("empty.seg", "sources.seg", "analyses.seg"):
        done = segql("diff", "HEAD", file)
        assert (done.exit_code, done.stdout) == (0, "no segment in 1 file, neither now nor at HEAD\n"), done.stderr


def test_a_file_that_nobody_wrote_is_no_target_of_a_pull(segql: Segql, folder: Path) -> None:
    done = segql("pull", "duckdb:///nowhere.duckdb", "-o", "empty.seg")
    assert done.exit_code == 2
    assert "empty.seg is there already" in done.stderr
    assert Path("empty.seg").read_text("utf-8") == ""
