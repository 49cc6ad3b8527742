"""Tests are pages: every Markdown file under `cases/` shows a segment text and what each stage makes of it.

A case has one `seg` block, and any of `tree`, `meaning`, `diagnostics`, `format` and `sql DIALECT`. Every block that
is there is a test. `pytest --bless` writes what the stages say now into the blocks; the diff is the review.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests import markdown, stages

CASES = Path(__file__).parent / "cases"
BLESSED = pytest.StashKey[list[str]]()


# Checks give the same answer every time; `make fuzz` looks for new examples, and for many more of them.
hypothesis.settings.register_profile("check", deadline=None, derandomize=True)
hypothesis.settings.register_profile("fuzz", deadline=None, max_examples=20_000)
# Of a mutant it is enough to know that it is caught: making the example smaller takes most of the time.
hypothesis.settings.register_profile("mutants", deadline=None, derandomize=True, phases=(hypothesis.Phase.generate,))
hypothesis.settings.load_profile("check")


class CaseError(AssertionError):
    """What is wrong with a case, in words that need no traceback."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="write what the stages say now into the cases")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[BLESSED] = []
    if config.getoption("--bless") and config.getoption("numprocesses", None):
        raise pytest.UsageError("--bless writes the cases one after the other: run it without -n")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix == ".md" and file_path.is_relative_to(CASES):
        return CaseFile.from_parent(parent, path=file_path)
    return None


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    for name in config.stash[BLESSED]:
        terminalreporter.write_line(f"blessed {name}")
    for line in _recorded(terminalreporter):
        terminalreporter.write_line(line)


def _recorded(terminalreporter: Any) -> list[str]:
    """What tests have recorded about themselves: their seeds, and how many random cases they compared.

    What they have counted on engines is told as a sum, by `tests/conformance`.
    """
    reports = [report for many in terminalreporter.stats.values() for report in many if hasattr(report, "when")]
    called = [report for report in reports if report.when == "call"]
    told = ((name, value) for report in called for name, value in report.user_properties if name != "conformance")
    return sorted(f"{name}: {value}" for name, value in told)


class CaseFile(pytest.File):
    def collect(self) -> Iterator[pytest.Item]:
        page = markdown.read(self.path.read_text("utf-8"))
        for block in page.blocks:
            if block.info != "seg":
                yield BlockItem.from_parent(self, name=block.info)
        yield FormatTwice.from_parent(self, name="formats twice the same")


class CaseItem(pytest.Item):
    path: Path
    funcargs: Mapping[str, object] = {}  # pytest-lsp looks for its clients there, in every test

    def page(self) -> markdown.Page:
        return markdown.read(self.path.read_text("utf-8"))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """A case that is wrong says so itself; anything else shows where in the compiler it comes from."""
        if isinstance(excinfo.value, CaseError):
            return str(excinfo.value)
        excinfo.traceback = excinfo.traceback.cut(path=Path(__file__))
        return super().repr_failure(excinfo, style or "short")

    def reportinfo(self) -> tuple[Path, int, str]:
        found = [block.opening for block in self.page().blocks if block.info == self.name]
        return self.path, found[0] if found else 0, f"{self.path.relative_to(CASES)}: {self.name}"


class BlockItem(CaseItem):
    """One block of a case says what its stage says."""

    def runtest(self) -> None:
        page = self.page()
        expected, actual = page.block(self.name).text, ended(stage(self.name, page.block("seg").text))
        if expected == actual:
            return
        if not self.config.getoption("--bless"):
            raise CaseError(difference(self, expected, actual))
        markdown.write(self.path, markdown.with_block(page, self.name, actual))
        self.config.stash[BLESSED].append(self.nodeid)


class FormatTwice(CaseItem):
    """The canonical text of the canonical text is itself."""

    def runtest(self) -> None:
        once = stages.format(self.page().block("seg").text)
        twice = stages.format(once)
        if once != twice:
            raise CaseError(difference(self, once, twice, "formatted once", "formatted twice"))


def stage(info: str, text: str) -> str:
    """What the stage that a block names makes of a segment text."""
    match info.split():
        case ["sql", dialect]:
            return stages.sql(text, dialect)
        case ["tree" | "meaning" | "diagnostics" | "format" as name]:
            return str(getattr(stages, name)(text))
        case _:
            raise CaseError(f"a case has no `{info}` block: see CONTRIBUTING.md for those that it can have")


def ended(text: str) -> str:
    """Blocks hold whole lines, and no trailing space."""
    return "".join(f"{line.rstrip()}\n" for line in markdown.lines_of(text))


def difference(item: CaseItem, old: str, new: str, was: str = "in the case", now: str = "now") -> str:
    path, line, _ = item.reportinfo()
    lines = difflib.unified_diff(markdown.lines_of(old), markdown.lines_of(new), was, now, lineterm="")
    hint = "`pytest --bless` takes over what is said now." if isinstance(item, BlockItem) else ""
    return "\n".join((f"{path.relative_to(item.config.rootpath)}:{line + 1}: {item.name}", *lines, hint)).rstrip()
