"""Rules of the house that import-linter does not know."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from zlib import crc32

import pytest
from segql_grammar import tables

ROOT = Path(__file__).parents[2]

BY_DIALECT = re.compile(r"\bdialect(?:\.name)?\s*(?:==|!=|(?:not )?in\s*[(\[{])|\bmatch dialect\b")


def test_engines_differ_only_in_the_table() -> None:
    """No `if dialect == …`: an engine differs by what stands in its row of `segql/sql/dialects.py`."""
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sorted((ROOT / "segql").rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if BY_DIALECT.search(line)
    ]
    assert found == []


def test_every_target_of_the_makefile_has_help() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    targets = dict(re.findall(r"^([a-z][a-z-]*):(?!=)(.*)$", text, re.MULTILINE))
    assert [name for name, rest in targets.items() if not re.search(r"## \S", rest)] == []
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert phony
    assert sorted(phony[1].split()) == sorted(targets)


def test_the_tables_are_those_of_the_grammar() -> None:
    grammar = files("segql_grammar").joinpath("segql.lark").read_text("utf-8")
    assert crc32(grammar.encode()) == tables.CHECKSUM, "run `make grammar`: tables.py is older than segql.lark"


def test_the_highlighters_are_those_of_the_grammar() -> None:
    check = [sys.executable, "-m", "segql_grammar.highlight", str(ROOT), "--check"]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"run `make grammar`, these are old:\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("module", ["segql", "segql.diagnostics.render", "segql.syntax"])
def test_starting_is_cheap(module: str) -> None:
    """What a `segql check` needs at its start imports none of the libraries that take their time."""
    slow = "{'lark', 'sqlglot', 'duckdb', 'rich', 'json', 'dataclasses', 'inspect'}"
    code = f"import sys, {module}; print(*sorted({slow} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
