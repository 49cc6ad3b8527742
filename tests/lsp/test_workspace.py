"""Over all files of a workspace, open or not: names, diagnostics, moves; several folders; settings; work in turns."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.client import PULLS, PUSHED, Client, RefusedError, position, server, uri

DATA = "source s { from t  time at  key u  field a : text }\n"
MAIN = "use 'data.seg'\nsegment x { key u  from s  where a = 'x' }\n"
OTHER = "use '../data.seg'\nsegment y { key u  from s  where a = 'y'  did s  in x }\n"
MOVES = {**PULLS, "workspace": {**PULLS["workspace"], "fileOperations": {"willRename": True}}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deep").mkdir()
    (tmp_path / "data.seg").write_text(DATA, "utf-8")
    (tmp_path / "main.seg").write_text(MAIN, "utf-8")
    (tmp_path / "deep" / "other.seg").write_text(OTHER, "utf-8")
    (tmp_path / "binary.seg").write_bytes(b"\xff\x00")
    return tmp_path


@pytest.fixture
def client(folder: Path) -> Iterator[Client]:
    with server() as (_, found):
        found.start(MOVES, rootUri=uri(folder))
        yield found


def test_references_are_found_in_files_that_nobody_opened(client: Client, folder: Path) -> None:
    client.open(uri(folder / "main.seg"), MAIN)
    at = position(MAIN, MAIN.index("a = "))
    found = client.ask("references", uri(folder / "main.seg"), at, context={"includeDeclaration": True})
    assert {each["uri"] for each in found} == {uri(folder / n) for n in ("main.seg", "data.seg", "deep/other.seg")}


def test_rename_changes_files_that_nobody_opened(client: Client, folder: Path) -> None:
    client.open(uri(folder / "main.seg"), MAIN)
    at = position(MAIN, MAIN.index("s  where"))
    found = client.ask("rename", uri(folder / "main.seg"), at, newName="rum")["documentChanges"]
    assert {each["textDocument"]["uri"] for each in found} == {
        uri(folder / n) for n in ("main.seg", "data.seg", "deep/other.seg")
    }


def test_a_name_that_another_file_has_already_is_refused(client: Client, folder: Path) -> None:
    (folder / "third.seg").write_text("use 'data.seg'\ntable rum { from w  key u }\n", "utf-8")
    client.open(uri(folder / "main.seg"), MAIN)
    with pytest.raises(RefusedError):
        client.ask("rename", uri(folder / "main.seg"), position(MAIN, MAIN.index("s  where")), newName="rum")


def test_names_are_found_in_all_files_by_some_of_their_letters(client: Client) -> None:
    found = client.request("workspace/symbol", {"query": "X"})
    assert [(each["name"], each["location"]["uri"].rpartition("/")[2]) for each in found] == [("x", "main.seg")]
    names = {(each["name"], each.get("containerName")) for each in client.request("workspace/symbol", {"query": ""})}
    assert {("s", None), ("a", "s"), ("x", None), ("y", None)} <= names


def test_a_type_definition_leads_to_the_rows(client: Client, folder: Path) -> None:
    client.open(uri(folder / "main.seg"), MAIN)
    (found,) = client.ask("typeDefinition", uri(folder / "main.seg"), position(MAIN, MAIN.index("a = ")))
    assert found["uri"] == uri(folder / "data.seg")
    assert found["range"]["start"]["character"] == DATA.index("s {")


def test_a_hierarchy_of_segments(client: Client, folder: Path) -> None:
    (folder / "deep" / "other.seg").write_text(OTHER.replace("'../data.seg'", "'../main.seg'"), "utf-8")
    client.open(uri(folder / "main.seg"), MAIN)
    (item,) = client.ask("prepareCallHierarchy", uri(folder / "main.seg"), position(MAIN, MAIN.index("x {")))
    (call,) = client.request("callHierarchy/incomingCalls", {"item": item})
    assert (call["from"]["name"], len(call["fromRanges"])) == ("y", 1)
    (back,) = client.request("callHierarchy/outgoingCalls", {"item": call["from"]})
    assert back["to"]["name"] == "x"
    assert client.request("callHierarchy/incomingCalls", {"item": {**item, "data": 3}}) == []


# ---------------------------------------------------------------- diagnostics


def test_all_files_are_pulled_and_then_what_changed(client: Client, folder: Path) -> None:
    found = client.request("workspace/diagnostic", {"previousResultIds": []})["items"]
    said = {each["uri"].rpartition("/")[2]: each for each in found}
    assert len(said["other.seg"]["items"]) == 1
    assert said["main.seg"]["items"] == []
    known = [{"uri": each["uri"], "value": each["resultId"]} for each in found]
    again = client.request("workspace/diagnostic", {"previousResultIds": known})["items"]
    assert {each["kind"] for each in again} == {"unchanged"}
    client.open(uri(folder / "data.seg"), DATA.replace("field a", "field b"))
    again = client.request("workspace/diagnostic", {"previousResultIds": known})["items"]
    full = {each["uri"].rpartition("/")[2] for each in again if each["kind"] == "full"}
    assert full == {"main.seg", "other.seg"}


def test_a_client_that_pulls_all_files_is_pushed_none_of_them(client: Client, folder: Path) -> None:
    (folder / "data.seg").write_text("source s {", "utf-8")
    client.open(uri(folder / "main.seg"), MAIN)
    assert client.wait("textDocument/publishDiagnostics", uri=uri(folder / "data.seg"))["diagnostics"]
    client.request("workspace/diagnostic", {"previousResultIds": []})
    assert client.wait("textDocument/publishDiagnostics", uri=uri(folder / "data.seg"))["diagnostics"] == []


def test_a_long_answer_comes_in_parts_and_says_how_far_it_is(client: Client) -> None:
    params = {"previousResultIds": [], "partialResultToken": "part", "workDoneToken": "work"}
    assert client.request("workspace/diagnostic", params)["items"] == []
    parts = [m["params"]["value"] for m in client.unasked if m.get("params", {}).get("token") == "part"]
    assert sum(len(part["items"]) for part in parts) >= 3
    told = [m["params"]["value"]["kind"] for m in client.unasked if m.get("params", {}).get("token") == "work"]
    assert (told[0], told[-1]) == ("begin", "end")


def test_files_that_nobody_opened_are_pushed_to_a_client_that_does_not_pull(folder: Path) -> None:
    with server() as (_, pushed):
        pushed.start(PUSHED, rootUri=uri(folder))
        pushed.open(uri(folder / "main.seg"), MAIN)
        other = uri(folder / "deep" / "other.seg")
        assert len(pushed.wait("textDocument/publishDiagnostics", uri=other)["diagnostics"]) == 1
        (folder / "deep" / "other.seg").unlink()
        pushed.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": other, "type": 3}]})
        assert pushed.wait("textDocument/publishDiagnostics", uri=other)["diagnostics"] == []


# ---------------------------------------------------------------- work that can be called off


def test_work_over_many_files_can_be_called_off_and_delays_nobody(tmp_path: Path) -> None:
    for n in range(400):
        text = f"use 'data.seg'\nsegment x{n} {{ key u  from s  where a = 'x' }}\n" * 1
        (tmp_path / f"f{n}.seg").write_text(text, "utf-8")
    (tmp_path / "data.seg").write_text(DATA, "utf-8")
    with server() as (_, client):
        client.start(MOVES, rootUri=uri(tmp_path))
        client.open(uri(tmp_path / "data.seg"), DATA)
        number = 9_999
        client.send({"id": number, "method": "workspace/diagnostic", "params": {"previousResultIds": []}})
        begun = time.monotonic()
        assert client.ask("documentSymbol", uri(tmp_path / "data.seg"))
        waited = time.monotonic() - begun
        client.notify("$/cancelRequest", {"id": number})
        client.ask("foldingRange", uri(tmp_path / "data.seg"))
        answers = [m for m in client.unasked if m.get("id") == number]
        while not answers:
            client.unasked.append(client._next())
            answers = [m for m in client.unasked if m.get("id") == number]
        assert answers[0]["error"]["code"] == -32800
        assert waited < 10


# ---------------------------------------------------------------- folders, moves, links


def test_folders_come_and_go(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    second = tmp_path_factory.mktemp("second")
    (second / "lib.seg").write_text("define second = 1\n", "utf-8")
    with server() as (_, client):
        client.start(PULLS, workspaceFolders=[{"uri": uri(folder), "name": "a"}])

        def names() -> set[str]:
            return {each["name"] for each in client.request("workspace/symbol", {"query": ""})}

        assert "second" not in names()
        added = {"added": [{"uri": uri(second), "name": "b"}], "removed": [{"uri": uri(folder), "name": "a"}]}
        client.notify("workspace/didChangeWorkspaceFolders", {"event": added})
        assert names() == {"second"}


def test_files_that_move_are_named_where_they_will_be(client: Client, folder: Path) -> None:
    move = {"oldUri": uri(folder / "data.seg"), "newUri": uri(folder / "lib" / "rum.seg")}
    found = client.request("workspace/willRenameFiles", {"files": [move]})["documentChanges"]
    assert {each["textDocument"]["uri"].rpartition("/")[2]: each["edits"][0]["newText"] for each in found} == {
        "main.seg": "lib/rum.seg",
        "other.seg": "../lib/rum.seg",
    }
    assert client.request("workspace/willRenameFiles", {"files": []}) is None


def test_used_files_are_links(client: Client, folder: Path) -> None:
    text = (
        MAIN + "source t { from file 'gone.csv'  time at  key u }\nsource r { from file 'x/*.csv'  time at  key u }\n"
    )
    client.open(uri(folder / "main.seg"), text)
    (found,) = client.ask("documentLink", uri(folder / "main.seg"))
    assert found["target"] == uri(folder / "data.seg")
    assert found["range"]["start"] == {"line": 0, "character": 5}


# ---------------------------------------------------------------- settings

ASKED = {**PULLS, "workspace": {**PULLS["workspace"], "configuration": True, "inlayHint": {"refreshSupport": True}}}
WINDOW = "source s { from t  time at  key u }\nsegment x { key u  from s  during last 1 day }\n"
EVERYTHING = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}


def hints(client: Client, address: str) -> list[Any]:
    found: list[Any] = client.ask("inlayHint", address, range=EVERYTHING)
    return found


def test_settings_are_asked_for_and_asked_for_again() -> None:
    given = {"hints": False, "server": {"path": "x"}}
    with server() as (_, client):
        client.answers["workspace/configuration"] = lambda params: [given for _ in params["items"]]
        client.start(ASKED)
        client.open("untitled:a", WINDOW)
        client.wait("workspace/inlayHint/refresh")
        assert hints(client, "untitled:a") == []
        given = {"hints": True}
        client.notify("workspace/didChangeConfiguration", {"settings": None})
        client.wait("workspace/inlayHint/refresh")
        assert len(hints(client, "untitled:a")) == 1


@pytest.mark.parametrize("wrapped", [True, False])
def test_settings_that_are_sent_are_taken(pulling: Client, wrapped: bool) -> None:
    given = {"hints": False}
    pulling.open("untitled:a", WINDOW)
    assert len(hints(pulling, "untitled:a")) == 1
    pulling.notify("workspace/didChangeConfiguration", {"settings": {"segql": given} if wrapped else given})
    assert hints(pulling, "untitled:a") == []


def test_settings_that_come_with_the_start_are_taken() -> None:
    with server() as (_, client):
        client.start(PULLS, initializationOptions={"dialect": "postgres"})
        client.open("untitled:a", WINDOW)
        sql = client.request("workspace/executeCommand", {"command": "segql.compile", "arguments": ["untitled:a", "x"]})
        assert "(postgres;" in sql


@pytest.mark.parametrize("given", [{"hints": 3, "dialect": "none"}, [], 7, "x", {"segql": None}, {"zone": "Mars"}])
def test_settings_that_are_wrong_count_as_not_set_and_are_told(pulling: Client, given: Any) -> None:
    pulling.open("untitled:a", WINDOW)
    pulling.notify("workspace/didChangeConfiguration", {"settings": given})
    assert len(hints(pulling, "untitled:a")) == 1
    told = [m for m in pulling.unasked if m["method"] == "window/showMessage"]
    assert len(told) == {"hints": 2, "zone": 1}.get(next(iter(given)) if isinstance(given, dict) else "", 0)


def test_the_settings_of_a_project_come_before_those_of_the_editor(folder: Path) -> None:
    (folder / "segql.toml").write_text("dialect = 'sqlite'\n", "utf-8")
    with server() as (_, client):
        client.start(PULLS, initializationOptions={"dialect": "postgres"}, rootUri=uri(folder))
        main = uri(folder / "main.seg")
        sql = client.request("workspace/executeCommand", {"command": "segql.compile", "arguments": [main, "x"]})
        assert "(sqlite;" in sql


def test_each_folder_has_its_settings(folder: Path) -> None:
    with server() as (_, client):
        deep = uri(folder / "deep")
        client.answers["workspace/configuration"] = lambda params: [
            {"dialect": "sqlite" if item.get("scopeUri") == deep else "postgres"} for item in params["items"]
        ]
        folders = [{"uri": uri(folder), "name": "a"}, {"uri": deep, "name": "b"}]
        client.start(ASKED, workspaceFolders=folders)
        (folder / "deep" / "own.seg").write_text(WINDOW, "utf-8")
        client.wait("workspace/inlayHint/refresh")
        for file, engine in (("main.seg", "postgres"), ("deep/own.seg", "sqlite")):
            arguments = [uri(folder / file), "x"]
            sql = client.request("workspace/executeCommand", {"command": "segql.compile", "arguments": arguments})
            assert f"({engine};" in sql
