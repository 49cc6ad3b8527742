"""Pages of the documentation as sessions: files are written, commands are run, and their output is compared.

A fenced block does something by what its info string says:

    ```seg title="shop.seg"           the text is written to that file; any language will do
    ```seg title="shop.seg" append    … or added to it
    ```console                        each line after `$ ` is a command; the lines below it are what it prints

The commands of a page run in one folder, one after the other, with stdout and stderr together; `cd` lasts. A line that
is only `…` stands for any number of lines. Times and version numbers may differ from run to run, so they are not
compared. `pytest tests/docs --bless` writes into the pages what the commands print now.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests import markdown

ROOT = Path(__file__).parents[2]

_TITLE = re.compile(r'\w+ title="([^"]+)"( append)?$')
_NOISE = (
    (re.compile(r"\d+\.\d\d s\b"), "0.00 s"),
    (re.compile(r"\b(segql|sqlglot|duckdb) \d+(\.\w+)+"), r"\1 0"),
)
# Variables of the terminal and of the `make` that the tests were started from.
_ELSEWHERE = ("NO_COLOR", "FORCE_COLOR", "SEGQL_DEBUG", "MAKEFLAGS", "MFLAGS", "MAKELEVEL", "VENV", "PYTHON", "ARGS")


class Command(NamedTuple):
    """A line to run, and what a page says that it prints."""

    line: str
    output: str


class Session:
    """A folder in which the blocks of a page happen in order."""

    def __init__(self, folder: Path) -> None:
        self.folder = self.here = folder

    def write(self, name: str, text: str, append: bool) -> None:
        path = self.here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((path.read_text("utf-8") + "\n" if append else "") + text, "utf-8")

    def run(self, line: str, code: int = 0) -> tuple[str, int]:
        """What a command prints, and its exit code. `code` is the last one, for `echo $?`."""
        script = f"(exit {code})\n{line}\ncode=$?\npwd > '{self.folder}/.here'\nexit $code\n"
        done = subprocess.run(
            ["sh", "-c", script],
            cwd=self.here,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=300,
        )
        self.here = Path((self.folder / ".here").read_text("utf-8").strip())
        return done.stdout.decode("utf-8"), done.returncode


def environment() -> dict[str, str]:
    """The environment of a plain terminal of 100 columns, with the `segql` that is being tested."""
    kept = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    path = os.pathsep.join((str(Path(sys.executable).parent), kept.get("PATH", "")))
    return kept | {"PATH": path, "COLUMNS": "100", "LC_ALL": "C.UTF-8"}


def commands(block: str) -> Iterator[Command]:
    """The commands of a console block. A line that ends in a backslash goes on."""
    line, output = "", ""
    for each in markdown.lines_of(block):
        if line.endswith("\\"):
            line += f"\n{each}"
        elif each.startswith("$ "):
            if line:
                yield Command(line, output)
            line, output = each[2:], ""
        else:
            output += f"{each}\n"
    if line:
        yield Command(line, output)


def play(path: Path, session: Session, bless: bool = False) -> list[str]:
    """Does what a page says; what came out differently. With `bless`, the page is written as it came out."""
    page = markdown.read(path.read_text("utf-8"))
    lines = list(page.lines)
    wrong: list[str] = []
    changed: list[tuple[int, int, list[str]]] = []
    code = 0
    for block in page.blocks:
        if title := _TITLE.match(block.info):
            session.write(title[1], block.text, bool(title[2]))
        elif block.info == "console":
            said: list[str] = []
            for command in commands(block.text):
                output, code = session.run(command.line, code)
                same = matches(command.output, output)
                if not same:
                    wrong.append(f"{path.name}:{block.opening + 1}: $ {command.line}\n{output}")
                said.extend((f"$ {command.line}", *markdown.lines_of(command.output if same else trimmed(output))))
            changed.append((block.opening + 1, block.closing, said))
    if bless and wrong and not any("SEG901" in each for each in wrong):  # our own mistakes are never right
        for start, end, said in reversed(changed):
            lines[start:end] = said
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return []
    return wrong


def matches(expected: str, actual: str) -> bool:
    """Whether an output is as a page shows it."""
    parts = [re.escape(plain(part)) for part in re.split(r"(?m)^…\n", expected)]
    return re.fullmatch("(?:.*\n)*".join(parts), plain(actual)) is not None


def plain(text: str) -> str:
    """A text without what may differ from run to run, and without spaces at the ends of lines."""
    for pattern, always in _NOISE:
        text = pattern.sub(always, text)
    return trimmed(text)


def trimmed(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in markdown.lines_of(text))
