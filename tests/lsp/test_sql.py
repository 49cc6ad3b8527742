"""The SQL of a segment as a document: shown, refreshed as one types, and mapped both ways. Counts and tests that run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from segql_lsp.features.shown import address, parts

from tests.lsp.client import PULLS, Client, RefusedError, server, uri

SHOP = Path(__file__).parents[2] / "examples" / "shop"
DATA = "source s { from t  time at  key u  field a : text }\n"
TEXT = DATA + "segment x {\n  key u\n  from s\n  where a = 'first'\n}\nsegment 𝒳 { key u  from nobody }\n"
SHOWS = {
    **PULLS,
    "workspace": {**PULLS["workspace"], "textDocumentContent": {"dynamicRegistration": True}},
    "window": {"showDocument": {"support": True}},
}
URI = "untitled:a"


@pytest.fixture
def client() -> Iterator[Client]:
    with server() as (_, found):
        result = found.start(SHOWS)
        assert result["capabilities"]["workspace"]["textDocumentContent"] == {"schemes": ["segql-sql"]}
        found.open(URI, TEXT)
        yield found


def run(client: Client, command: str, *arguments: Any) -> Any:
    return client.request("workspace/executeCommand", {"command": command, "arguments": list(arguments)})


def content(client: Client, target: str) -> str:
    text: str = client.request("workspace/textDocumentContent", {"uri": target})["text"]
    return text


def test_a_lens_opens_the_sql_as_a_document(client: Client) -> None:
    lens = client.ask("codeLens", URI)[0]
    assert (lens["command"]["title"], lens["command"]["command"]) == ("Show SQL", "segql.showSql")
    target = run(client, lens["command"]["command"], *lens["command"]["arguments"])
    assert client.wait("window/showDocument")["uri"] == target
    assert "s.a = 'first'" in content(client, target)
    assert "(sqlite;" in content(client, run(client, "segql.showSql", URI, "x", "sqlite"))


def test_sql_names_its_file_as_the_project_does(tmp_path: Path) -> None:
    (tmp_path / "segql.toml").write_text("", "utf-8")
    (tmp_path / "inside").mkdir()
    file = uri(tmp_path / "inside" / "a.seg")
    with server() as (_, client):
        client.start(SHOWS)
        client.open(file, TEXT)
        sql = content(client, run(client, "segql.showSql", file, "x"))
    assert sql.startswith("-- segment x of inside/a.seg (duckdb;")


def test_files_of_data_are_seen_from_the_project_and_found_wherever_the_server_runs(tmp_path: Path) -> None:
    (tmp_path / "segql.toml").write_text("", "utf-8")
    (tmp_path / "inside").mkdir()
    (tmp_path / "web.csv").write_text("at,u,a\n2026-03-01,ana,first\n", "utf-8")
    text = (
        TEXT.replace("from t", "from file '../web.csv'")
        .replace("time at", "time at")
        .replace("  from nobody", "  from s")
    )
    outside = "source o { from file '../../other/*.csv'  time at  key u }\nsegment y { key u  from o }\n"
    file = uri(tmp_path / "inside" / "a.seg")
    with server() as (_, client):
        client.start(SHOWS)
        client.open(file, text + outside)
        shown = {name: content(client, run(client, "segql.showSql", file, name)) for name in ("x", "y")}
        mapped = run(client, "segql.sourceMap", file, "x")
        counted = run(client, "segql.run", file, "x")
        hover = client.ask("hover", file, position={"line": 1, "character": 9})
    assert "READ_CSV('web.csv', " in shown["x"]
    assert str(tmp_path) not in shown["x"]
    assert f"'{tmp_path.parent}/other/*.csv'" in shown["y"]
    assert str(tmp_path) not in str(mapped)
    assert str(tmp_path) not in str(hover)
    assert counted == "1 key in x"


def test_shown_sql_follows_what_is_typed(client: Client) -> None:
    target = run(client, "segql.showSql", URI, "x")
    assert "'first'" in content(client, target)
    client.change(URI, 2, {"text": TEXT.replace("first", "second")})
    assert client.wait("workspace/textDocumentContent/refresh")["uri"] == target
    assert "'second'" in content(client, target)
    client.change(URI, 3, {"text": TEXT.replace("from s\n", "from nobody\n")})
    client.wait("workspace/textDocumentContent/refresh")
    assert content(client, target).startswith("-- there is no SQL:")
    assert "'second'" in content(client, target)  # what it was before
    client.close(URI)
    assert content(client, target) == f"-- {URI} is gone\n"


def test_a_client_that_cannot_show_documents_has_the_command(pulling: Client) -> None:
    pulling.open(URI, TEXT)
    assert pulling.ask("codeLens", URI)[0]["command"]["command"] == "segql.compile"


@pytest.mark.parametrize("name", ["x", "odd name/&=?#%", "𝒳", "%3D"])
def test_an_address_says_what_it_is_of(name: str) -> None:
    asked = ("file:///a%20b/c=d&e.seg", name, "duckdb")
    assert parts(address(*asked)) == asked
    assert parts(address(*asked).replace("=", "%3D").replace("&", "%26")) is not None


def test_what_is_no_address_gets_an_error(client: Client) -> None:
    for target in ("file:///a.seg", "segql-sql:/x", "segql-sql:/x?file=a&name=b&dialect=none", ""):
        with pytest.raises(RefusedError):
            content(client, target)


def test_the_map_leads_from_clauses_to_lines_and_back(client: Client) -> None:
    target = run(client, "segql.showSql", URI, "x")
    lines = content(client, target).split("\n")
    (clause,) = run(client, "segql.sourceMap", URI, "x")
    assert clause["range"]["start"] == {"line": 4, "character": 2}
    assert ["s.a = 'first'" in lines[n] for n in clause["lines"]] == [True]
    client.open(target, "\n".join(lines))  # as an editor says that it shows it
    (found,) = client.ask("definition", target, (clause["lines"][0], 3))
    assert (found["uri"], found["range"]) == (URI, clause["range"])
    assert "where a = 'first'" in client.ask("hover", target, (clause["lines"][0], 3))["contents"]["value"]
    (whole,) = client.ask("definition", target, (0, 0))
    assert whole["range"]["start"] == {"line": 1, "character": 0}


def test_a_segment_without_sql_has_no_map(client: Client) -> None:
    with pytest.raises(RefusedError, match="no SQL"):
        run(client, "segql.sourceMap", URI, "𝒳")


# ---------------------------------------------------------------- what runs


def test_a_lens_counts_when_it_is_wanted_and_seen() -> None:
    text = (SHOP / "shop.seg").read_text("utf-8")
    with server() as (_, client):
        client.start(PULLS, initializationOptions={"counts": True})
        client.open(uri(SHOP / "shop.seg"), text)
        lenses = client.ask("codeLens", uri(SHOP / "shop.seg"))
        lazy = [lens for lens in lenses if "command" not in lens]
        assert len(lazy) == len(lenses) / 2
        seen = client.request("codeLens/resolve", next(lens for lens in lazy if lens["data"][1] == "big_spenders"))
        assert seen["command"]["command"] == "segql.run"
        assert seen["command"]["title"].startswith("Run: ")
        assert run(client, "segql.run", uri(SHOP / "shop.seg"), "big_spenders").endswith(" keys in big_spenders")
        with pytest.raises(RefusedError):
            run(client, "segql.run", uri(SHOP / "shop.seg"), "nothing")


def test_data_that_are_not_there_leave_the_offer(client: Client) -> None:
    client.change(URI, 2, {"text": TEXT.replace("from t", "from file 'gone.csv'")})
    item = {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "data": [URI, "x"]}
    assert client.request("codeLens/resolve", item)["command"]["title"] == "Run"


def test_a_test_can_be_run(client: Client) -> None:
    test = "test x at 2026-01-01 {\n  'ana' in { 2025-12-30T10:00  a = 'first' }\n  'bia' in { 2025-12-30T10:00  a = 'b' }\n}\n"
    text = TEXT.partition("segment 𝒳")[0] + test
    client.change(URI, 2, {"text": text})
    lens = client.ask("codeLens", URI)[-1]
    assert lens["command"]["title"] == "Run test"
    said = run(client, "segql.test", *lens["command"]["arguments"])
    assert said.split("\n") == ["x: 1 cases as expected, 1 not", "ok    ana in x", "WRONG bia in x"]
    client.change(URI, 3, {"text": text.replace("from s", "from nobody")})
    with pytest.raises(RefusedError, match="nobody"):
        run(client, "segql.test", URI, "x")


@pytest.mark.parametrize("command", ["segql.showSql", "segql.run", "segql.test", "segql.sourceMap"])
@pytest.mark.parametrize("arguments", [[], [1], [URI], [URI, "x", "no engine"], ["untitled:gone", "x"], [URI, "gone"]])
def test_arguments_that_are_none_get_an_error(client: Client, command: str, arguments: list[Any]) -> None:
    if arguments == [URI, "gone"] and command == "segql.showSql":
        assert run(client, command, *arguments)
        return
    with pytest.raises(RefusedError):
        run(client, command, *arguments)
