"""The only door to vl-convert, which draws without a browser and without a network: pages, SVG and PNG.

https://github.com/vega/vl-convert
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from segql.charts.chart import Chart

if TYPE_CHECKING:
    from types import ModuleType

SCALE = 2.0  # of a PNG: sharp on today's screens
VEGA_LITE = "6.4"


class Missing(Exception):
    """The library that draws is not installed."""


def svg(chart: Chart) -> str:
    """The chart as an SVG. Raises Missing."""
    library = _library()
    if chart.language == "vega":
        return str(library.vega_to_svg(chart.spec))
    return str(library.vegalite_to_svg(chart.spec, vl_version=VEGA_LITE))


def png(chart: Chart) -> bytes:
    """The chart as a PNG. Raises Missing."""
    library = _library()
    if chart.language == "vega":
        return bytes(library.vega_to_png(chart.spec, scale=SCALE))
    return bytes(library.vegalite_to_png(chart.spec, vl_version=VEGA_LITE, scale=SCALE))


def html(chart: Chart) -> str:
    """The chart as a page that needs nothing else, and says what is under the pointer. Raises Missing."""
    spec = {"$schema": SCHEMAS[chart.language], **chart.spec}
    options = {"renderer": "svg", "actions": False}
    script = f"vegaEmbed('#chart', {_script(spec)}, {_script(options)});"
    bundle = _library().javascript_bundle(vl_version=VEGA_LITE)
    body = f'<div id="chart"></div>\n<script>{_closed(bundle)}</script>\n<script>{script}</script>'
    return page(chart.name, body)


SCHEMAS = {
    "vega-lite": "https://vega.github.io/schema/vega-lite/v6.json",
    "vega": "https://vega.github.io/schema/vega/v6.json",
}


def page(title: str, body: str, styles: Sequence[str] = ()) -> str:
    """A page around what it shows."""
    style = "".join(f"<style>{each}</style>\n" for each in styles)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        f'<meta name="viewport" content="width=device-width">\n{style}</head>\n<body>\n{body}\n</body>\n</html>\n'
    )


def _script(value: object) -> str:
    """Data in a script: nothing in it can end the script."""
    text = json.dumps(value, ensure_ascii=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _closed(script: str) -> str:
    return script.replace("</script", "<\\/script")


def _library() -> ModuleType:
    try:
        import vl_convert
    except ImportError as error:
        raise Missing(str(error)) from error
    return vl_convert
