"""Features of whole files, over the wire."""

from __future__ import annotations

from pathlib import Path

from segql.source import Source
from segql.syntax.format import format
from tests.lsp.client import MINIMAL, Client, server

SHOP = Path(__file__).parents[2] / "examples" / "shop" / "shop.seg"
URI = "untitled:a"


def test_formatting_leads_to_the_form(pulling: Client) -> None:
    text = SHOP.read_text("utf-8").replace("    ", " ")
    pulling.open(URI, text)
    (edit,) = pulling.ask("formatting", URI, options={"tabSize": 8, "insertSpaces": False})
    lines = text.split("\n")
    start, end = edit["range"]["start"], edit["range"]["end"]
    assert (start["character"], end["character"]) == (0, 0)
    done = "\n".join(lines[: start["line"]]) + "\n" + edit["newText"] + "\n".join(lines[end["line"] :])
    assert done == format(Source(text))


def test_the_outline_has_parts(pulling: Client) -> None:
    pulling.open(URI, SHOP.read_text("utf-8"))
    found = pulling.ask("documentSymbol", URI)
    assert found[0]["name"] == "rum"
    assert {"usr.id", "geo.country", "checkout"} <= {child["name"] for child in found[0]["children"]}


def test_the_outline_is_flat_for_a_client_that_knows_no_other() -> None:
    with server() as (_, client):
        client.start(MINIMAL)
        client.open(URI, SHOP.read_text("utf-8"))
        found = client.ask("documentSymbol", URI)
    assert {"rum", "usr.id", "brazil_checkout"} <= {symbol["name"] for symbol in found}
    assert found[0]["location"]["uri"] == URI


def test_blocks_fold_with_their_last_line_in_sight(pulling: Client) -> None:
    pulling.open(URI, "# a\n# b\nsegment x {\n  key u\n}\n")
    assert pulling.ask("foldingRange", URI) == [
        {"startLine": 0, "endLine": 1, "kind": "comment"},
        {"startLine": 2, "endLine": 3, "kind": "region"},
    ]
