"""The programs that these tests run: found, or missing. A missing one is a skip that is counted, or a failure in CI."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
EDITORS = ROOT / "lsp" / "editors"
BIN = Path(sys.executable).parent


def program(name: str) -> str:
    """The path of a program of this environment, or of the machine."""
    found = shutil.which(name, path=f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}")
    return found or missing(name)


def node_packages() -> None:
    """The packages of npm are there, or the test ends here."""
    if not (HERE / "node_modules").is_dir():
        missing("tests/editors/node_modules")


def missing(what: str) -> str:
    said = f"{what} is missing: tests/editors/install.sh installs it"
    if os.environ.get("CI", "") not in ("", "0", "false"):
        pytest.fail(said)
    pytest.skip(said)


def run(*command: str | Path, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> str:
    """What a program prints. What it says on its way to a failure is the failure of the test."""
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {**os.environ, "PATH": path, **(env or {})}
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout
