"""Completion and quick fixes over the wire."""

from __future__ import annotations

from tests.ide.world import TEXT
from tests.lsp.client import MINIMAL, Client, position, server

URI = "untitled:a"


def test_completion_replaces_the_word_and_is_explained_when_asked(pulling: Client) -> None:
    text = TEXT.replace("where rum.amount", "where rum.am")
    pulling.open(URI, text)
    at = position(text, text.index("where rum.am") + len("where rum.am"))
    found = pulling.ask("completion", URI, at)
    assert found["isIncomplete"] is False
    item = next(each for each in found["items"] if each["label"] == "amount")
    assert item["textEdit"]["newText"] == "amount"
    assert item["textEdit"]["range"]["end"] == {"line": at[0], "character": at[1]}
    assert item["textEdit"]["range"]["start"]["character"] == at[1] - len("rum.am")
    assert "documentation" not in item
    explained = pulling.request("completionItem/resolve", item)
    assert "What was paid." in explained["documentation"]["value"]


def test_an_item_that_nobody_knows_stays_as_it_is(pulling: Client) -> None:
    pulling.open(URI, TEXT)
    for data in (None, 3, [URI, "field", "rum", "gone"], {"a": 1}):
        item = {"label": "x", **({"data": data} if data is not None else {})}
        assert pulling.request("completionItem/resolve", item)["label"] == "x"


def test_a_slip_can_be_put_right(pulling: Client) -> None:
    text = TEXT.replace("did buy", "did byu")
    pulling.open(URI, text)
    line, character = position(text, text.index("byu"))
    here = {"start": {"line": line, "character": character}, "end": {"line": line, "character": character + 3}}
    (found,) = pulling.ask("codeAction", URI, range=here, context={"diagnostics": []})
    (change,) = found["edit"]["documentChanges"]
    assert change["edits"] == [{"range": here, "newText": "buy"}]
    assert (found["kind"], found["diagnostics"][0]["range"]) == ("quickfix", here)
    assert pulling.ask("codeAction", URI, range=here, context={"diagnostics": [], "only": ["refactor"]}) == []


def test_a_client_that_knows_only_commands_gets_no_fixes() -> None:
    with server() as (_, client):
        client.start(MINIMAL)
        client.open(URI, TEXT.replace("did buy", "did byu"))
        here = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
        assert client.ask("codeAction", URI, range=here, context={"diagnostics": []}) == []
