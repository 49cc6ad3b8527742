"""Words that no file of the repository may hold, because they are true on one machine only."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

BANNED = {
    "a path of one machine": re.compile(r"(?<![\w./:~$*-])/(?:work|tmp|home|root|Users|opt|mnt)/[\w.]|\b[A-Z]:\\Users"),
    "the address of a package registry": re.compile(r"\b(?:pypi|pythonhosted|npmjs|rubygems|crates)\.(?:org|com|io)\b"),
}


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        return []
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("what", BANNED)
def test_no_file_holds(what: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in tracked()
        for number, line in enumerate(path.read_text("utf-8", errors="ignore").split("\n"), 1)
        if BANNED[what].search(line)
    ]
    assert found == []


def test_lock_files_of_npm_name_no_registry() -> None:
    found = [path for path in tracked() if path.name == "package-lock.json"]
    assert [path for path in found if '"resolved"' in path.read_text("utf-8")] == []
    assert [path for path in tracked() if path.name == ".npmrc"] == []


@pytest.mark.parametrize("line", ["cd /ho" + "me/ana/x", "'/tm" + "p/a'", "https://py" + "pi.org/simple"])
def test_the_patterns_find_what_they_are_for(line: str) -> None:
    assert any(pattern.search(line) for pattern in BANNED.values())


@pytest.mark.parametrize("line", ["view.url_path = '/cart'", "#!/usr/bin/env bash", "https://example.com/home/x"])
def test_the_patterns_leave_the_rest_alone(line: str) -> None:
    assert not any(pattern.search(line) for pattern in BANNED.values())
