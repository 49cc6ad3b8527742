"""Completion and quick fixes over the wire."""

from __future__ import annotations

import time
from pathlib import Path

import duckdb
import pytest

from tests.ide.world import TEXT
from tests.lsp.client import MINIMAL, PULLS, PUSHED, Client, Json, position, server, uri

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


# ---------------------------------------------------------------- what is read beside texts

DATA = """source rum {
  from  %s
  time  at
  key   usr.id
  field country : text
  event all : country is not missing
}

segment s {
  key  usr.id
  from rum
  did all where country = ''
}
"""


def labels(client: Client, file: str, text: str, before: str) -> list[str]:
    at = position(text, text.index(before) + len(before))
    return [item["label"] for item in client.ask("completion", file, at)["items"]]


@pytest.mark.parametrize("kept", ["file 'events.csv'", "events"])
def test_values_come_from_the_data_of_the_project_and_follow_them(tmp_path: Path, kept: str) -> None:
    def write(rows: str) -> None:
        (tmp_path / "events.csv").write_text(f"at,usr.id,country\n{rows}", "utf-8")
        with duckdb.connect(tmp_path / "shop.duckdb") as connection:
            connection.execute(f"CREATE OR REPLACE TABLE events AS FROM '{tmp_path / 'events.csv'}'")

    write("2026-01-01,a,Chile\n2026-01-02,a,Peru\n2026-01-03,b,Peru\n")
    (tmp_path / "segql.toml").write_text("connection = 'shop.duckdb'\n", "utf-8")
    file, text = uri(tmp_path / "a.seg"), DATA % kept

    def until(wanted: list[str]) -> None:
        for _ in range(100):
            found = labels(client, file, text, "country = '")
            if found == wanted:
                return
            time.sleep(0.05)
        raise AssertionError(found)

    with server() as (_, client):
        client.start(PUSHED)
        client.open(file, text)
        until(["Peru", "Chile"])
        write("2026-01-01,a,Brazil\n2026-01-01,a,Chile\n2026-01-01,b,Brazil\n")
        until(["Brazil", "Chile"])


DOCUMENTS = """source s {
  from   file 'rows.jsonl'
  time   at
  key    u
  %s
}
segment x { key u  from s  where tags contains '' and geo.city = '' }
"""
ROWS = """{"at": "2026-01-01", "u": "a", "tags": ["x", "y"], "geo": {"city": "Lima"}, "doc": {"geo": {"city": "Cuzco"}}}
{"at": "2026-01-01", "u": "b", "tags": ["y"], "geo": {"city": "Lima"}, "doc": {"geo": {"city": "Ica"}}}
"""


@pytest.mark.parametrize(
    ("fields", "before", "values"),
    [
        ("field tags : list(text)", "contains '", ["y", "x"]),
        ("layout nested\n  field geo.city : text", "city = '", ["Lima"]),
        ("layout json(doc)\n  field geo.city : text", "city = '", ["Cuzco", "Ica"]),
    ],
)
def test_values_lie_also_in_lists_structs_and_documents(
    tmp_path: Path, fields: str, before: str, values: list[str]
) -> None:
    (tmp_path / "rows.jsonl").write_text(ROWS, "utf-8")
    file, text = uri(tmp_path / "a.seg"), DOCUMENTS % fields
    with server() as (_, client):
        client.start(PUSHED)
        client.open(file, text)
        for _ in range(100):
            found = labels(client, file, text, before)
            if found:
                break
            time.sleep(0.05)
    assert found == values


def test_no_data_are_read_where_nobody_wants_it_or_they_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_bytes(b"\x00\xff\xfe" * 100)
    file, text = uri(tmp_path / "a.seg"), DATA % "file 'events.csv'"
    for wanted in (True, False):
        with server() as (_, client):
            client.start(PUSHED, initializationOptions={"values": wanted})
            client.open(file, text)
            assert labels(client, file, text, "country = '") == []


def test_files_beside_the_text_are_offered(tmp_path: Path) -> None:
    for name in ("b.seg", "data.parquet", ".hidden.seg"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "more").mkdir()
    with server() as (_, client):
        client.start(PUSHED)
        for text, names in (("use ''", ["b.seg", "more/"]), (DATA % "file ''", ["data.parquet", "more/"])):
            client.open(uri(tmp_path / "a.seg"), text)
            assert labels(client, uri(tmp_path / "a.seg"), text, "use '" if "use" in text else "file '") == names


@pytest.mark.parametrize("wanted", [True, False])
def test_templates_are_for_clients_that_know_them(wanted: bool) -> None:
    for capabilities, known in ((PULLS, True), (PUSHED, False)):
        with server() as (_, client):
            client.start(capabilities, initializationOptions={"templates": wanted})
            client.open(URI, "\n")
            found = client.ask("completion", URI, (0, 0))["items"]
            templates = [item["label"] for item in found if item.get("insertTextFormat") == 2]
            assert ("segment …" in templates) is (known and wanted)
            assert ("segment …" in [item["label"] for item in found]) is (known and wanted)


# ---------------------------------------------------------------- code actions beyond quick fixes

WINDOW = TEXT.replace("  from  rum\n", "  from  rum\n  during last 30 days\n", 1)
LITERALS = {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": [""]}}}
RESOLVES = {
    "textDocument": {"codeAction": {**LITERALS, "resolveSupport": {"properties": ["edit"]}, "dataSupport": True}}
}


def actions(client: Client, text: str, selected: str, only: list[str] | None = None) -> list[Json]:
    start = text.index(selected)
    first, last = (
        dict(zip(("line", "character"), position(text, at), strict=True)) for at in (start, start + len(selected))
    )
    context = {"diagnostics": [], **({"only": only} if only else {})}
    found: list[Json] = client.ask("codeAction", URI, range={"start": first, "end": last}, context=context)
    return found


def test_actions_of_a_kind_are_offered_when_that_or_one_above_it_is_asked_for(pulling: Client) -> None:
    pulling.open(URI, WINDOW.replace("did buy", "did byu"))
    text = WINDOW.replace("did buy", "did byu")
    kinds = {each["kind"] for each in actions(pulling, text, "geo.country = $country")}
    assert kinds == {"refactor.extract"}
    for only, there in ((["refactor"], True), (["refactor.extract"], True), (["refactor.inline", "source"], False)):
        found = actions(pulling, text, "geo.country = $country", only)
        assert any(each["kind"] == "refactor.extract" for each in found) is there
    assert [each["kind"] for each in actions(pulling, text, "byu")] == ["quickfix"]
    (all,) = actions(pulling, text, "geo.country", ["source.fixAll"])
    assert all["kind"] == "source.fixAll.segql"
    assert all["edit"]["documentChanges"][0]["edits"][0]["newText"] == "buy"


def test_the_edits_of_an_action_come_when_it_is_chosen() -> None:
    with server() as (_, client):
        client.start(RESOLVES)
        client.open(URI, WINDOW)
        (found,) = [a for a in actions(client, WINDOW, "during") if a["kind"] == "refactor.rewrite"]
        assert "edit" not in found
        (edits,) = client.request("codeAction/resolve", found)["edit"]["changes"].values()
        assert edits[0]["newText"].startswith("since 2")
        client.change(URI, 2, {"text": "segment x {"})
        assert "edit" not in client.request("codeAction/resolve", found)
        for data in ([URI, 0, 99, "quickfix"], [1], None):
            action = {"title": "x", **({"data": data} if data else {})}
            assert "edit" not in client.request("codeAction/resolve", action)
