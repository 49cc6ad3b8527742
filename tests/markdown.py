"""Markdown pages with fenced blocks, and pages with one block written anew."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import NamedTuple

FENCE = re.compile(r"^(`{3,}|~{3,})\s*(.*?)\s*$")


class Block(NamedTuple):
    """A fenced block: what it is, what it holds, and the lines of its fences (counted from 0)."""

    info: str
    text: str
    opening: int
    closing: int


class Page(NamedTuple):
    lines: tuple[str, ...]
    blocks: tuple[Block, ...]

    def block(self, info: str) -> Block:
        """The one block of that kind."""
        found = [block for block in self.blocks if block.info == info]
        if len(found) != 1:
            raise ValueError(f"there should be one `{info}` block, and there are {len(found)}")
        return found[0]


def lines_of(text: str) -> tuple[str, ...]:
    """The lines between line feeds: unlike `splitlines`, other characters of a text break nothing."""
    return tuple(text.removesuffix("\n").split("\n")) if text else ()


def read(text: str) -> Page:
    """A page; a block that is never closed runs to its end."""
    lines = lines_of(text)
    blocks: list[Block] = []
    opening: tuple[int, str, str] | None = None
    for number, line in enumerate((*lines, "")):
        fence = FENCE.match(line)
        if opening is None:
            opening = (number, fence[1], fence[2]) if fence else None
        elif number == len(lines) or (fence and fence[1].startswith(opening[1]) and not fence[2]):
            inside = lines[opening[0] + 1 : number]
            blocks.append(Block(opening[2], "".join(f"{each}\n" for each in inside), opening[0], number))
            opening = None
    return Page(lines, tuple(blocks))


def with_block(page: Page, info: str, text: str) -> str:
    """The page's text with another text in its `info` block, behind fences long enough to hold it."""
    block = page.block(info)
    longest = max((len(found) for found in re.findall(r"^`{3,}", text, re.MULTILINE)), default=2)
    fence = "`" * (longest + 1)
    written = (f"{fence}{info}", *lines_of(text), fence)
    return "\n".join((*page.lines[: block.opening], *written, *page.lines[block.closing + 1 :])) + "\n"


def write(path: Path, text: str) -> None:
    """Write a file as a whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(name, path.stat().st_mode)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
