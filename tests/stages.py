"""What the blocks of a case show: one function per kind of block, from a segment text to the text of the block.

The only module that ties the cases to the compiler.
"""

from __future__ import annotations

import datetime as dt

import segql
from segql.cli import meaning as meanings
from segql.cli import outline
from segql.diagnostics import render
from segql.source import Source
from segql.syntax.parse import parse

NOW = dt.date(2026, 3, 31)  # the SQL of a case holds this day, not that of the test


def tree(text: str) -> str:
    """What was written."""
    return outline.tree(parse(Source(text)))


def meaning(text: str) -> str:
    """What was meant."""
    return meanings.program(segql.check(text).program)


def diagnostics(text: str) -> str:
    """What the compiler says, as the picture in a terminal; nothing if it has nothing to say."""
    return render.picture(segql.check(text).diagnostics)


def format(text: str) -> str:
    """The one canonical text; a text that does not parse is left as it is."""
    return segql.format(text)


def sql(text: str, dialect: str) -> str:
    """The SQL of every segment, without the comments above it, or what the compiler says instead."""
    compiled = segql.compile(text, dialect=dialect, now=NOW)
    found = (without_header(statement.sql) for statement in compiled.statements)
    return "\n\n".join(found) or render.picture(compiled.diagnostics)


def without_header(sql: str) -> str:
    """A statement without the lines that say what made it: they hold versions, which no golden should."""
    lines = sql.split("\n")
    first = next(i for i, line in enumerate(lines) if not line.startswith("-- "))
    return "\n".join(lines[first:])
