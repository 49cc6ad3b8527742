"""What users get: the wheel that is built from the source distribution."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution, and the wheel built from it."""
    folder = tmp_path_factory.mktemp("built")
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def names(built: Path) -> list[str]:
    (wheel,) = built.glob("*.whl")
    with ZipFile(wheel) as opened:
        return opened.namelist()


def test_the_wheel_has_our_three_packages_and_nothing_else(names: list[str]) -> None:
    found = {name.split("/")[0] for name in names}
    assert {name for name in found if not name.endswith(".dist-info")} == {"segql", "segql_grammar", "segql_lsp"}


def test_the_wheel_has_the_grammar_and_its_tables(names: list[str]) -> None:
    assert {"segql_grammar/segql.lark", "segql_grammar/tables.py", "segql/py.typed"} <= set(names)


def test_the_wheel_has_every_file_of_the_packages(names: list[str]) -> None:
    roots = (ROOT, ROOT / "grammar", ROOT / "lsp")
    packages = (root / name for root, name in zip(roots, ("segql", "segql_grammar", "segql_lsp"), strict=True))
    files = (path for package in packages for path in package.rglob("*") if path.is_file())
    ours = {path for path in files if path.suffix not in (".pyc", ".part")}
    relative = {path.relative_to(next(root for root in reversed(roots) if path.is_relative_to(root))) for path in ours}
    assert {path.as_posix() for path in relative} <= set(names)


def test_the_source_distribution_has_what_its_tests_need(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        inside = {name.partition("/")[2] for name in opened.getnames()}
    assert {"LICENSE", "README.md", "Makefile", "tests/conftest.py"} <= inside
