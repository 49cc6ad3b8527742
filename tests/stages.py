"""What the blocks of a case show: one function per kind of block, from a segment text to the text of the block.

The only module that ties the cases to the compiler.
"""

from __future__ import annotations

import segql
from segql.diagnostics import render


def tree(text: str) -> str:
    """What was written."""
    return segql.show(text, "tree")


def meaning(text: str) -> str:
    """What was meant."""
    return segql.show(text, "meaning")


def diagnostics(text: str) -> str:
    """What the compiler says, as the picture in a terminal; nothing if it has nothing to say."""
    return render.picture(segql.check(text).diagnostics)


def format(text: str) -> str:
    """The one canonical text; a text that does not parse is left as it is."""
    return segql.format(text)


def sql(text: str, dialect: str) -> str:
    """The SQL of every segment and analysis, or what the compiler says instead."""
    compiled = segql.compile(text, dialect=dialect)
    return "\n\n".join(compiled.sql.values()) or render.picture(compiled.diagnostics)
