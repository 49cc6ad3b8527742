"""Charts into files: a page, an SVG or a PNG, whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from segql import files
from segql.cli import say
from segql.source import Source

if TYPE_CHECKING:
    from segql.charts import Chart

ENDINGS = (".html", ".svg", ".png")


def ending_of(path: str | None) -> str:
    """The ending of a file for a picture; wrong usage if it is none of those that can be drawn."""
    ending = os.path.splitext(path or "")[1].lower()
    if path is not None and ending not in ENDINGS:
        raise click.UsageError(f"a chart is a page, an SVG or a PNG: end {path} with .html, .svg or .png")
    return ending


def needs_library() -> None:
    """Says what to install, before any work is done for nothing."""
    from importlib.util import find_spec

    if find_spec("vl_convert") is None:
        raise click.UsageError("charts need one more library: pip install 'segql[charts]'")


def write(chart: Chart, path: str) -> None:
    """Draws a chart into a file. Says why it cannot be written, and ends with 1."""
    from segql.charts import draw

    match ending_of(path):
        case ".html":
            keep(path, draw.html(chart))
        case ".svg":
            keep(path, draw.svg(chart))
        case _:
            keep(path, draw.png(chart))


def keep(path: str, data: str | bytes) -> None:
    """Writes a file whole or not at all. Says why not, and ends with 1."""
    try:
        files.write_file(path, data)
    except OSError as error:
        say.wrong(Source("", path), (error.strerror or str(error)).lower())
