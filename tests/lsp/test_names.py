"""Names over the wire: hover, definition, references, highlights, rename."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lsp.client import MINIMAL, PULLS, Client, RefusedError, position, server, uri

DATA = "## 👩‍🚀 Rows.\nsource s { from t  time at  key u  field a : text }\n"
MAIN = "use 'data.seg'\nsegment x { key u  from s  where a = '𝒳' and a != 'b' }\n"


@pytest.fixture
def main(tmp_path: Path) -> str:
    (tmp_path / "data.seg").write_text(DATA, "utf-8")
    (tmp_path / "main.seg").write_text(MAIN, "utf-8")
    return uri(tmp_path / "main.seg")


def opened(client: Client, address: str) -> None:
    client.open(address, MAIN)


PLACE = position(MAIN, MAIN.index("a = "))


def test_hover_shows_a_field(pulling: Client, main: str) -> None:
    opened(pulling, main)
    found = pulling.ask("hover", main, PLACE)
    assert found["contents"]["kind"] == "markdown"
    assert "A field of `s`." in found["contents"]["value"]
    assert found["range"]["start"]["character"] == PLACE[1]
    assert "Makes the declarations" in pulling.ask("hover", main, (0, 0))["contents"]["value"]
    assert pulling.ask("hover", main, (0, 7)) is None


def test_definition_leads_into_a_file_that_is_not_open(pulling: Client, main: str) -> None:
    opened(pulling, main)
    (found,) = pulling.ask("definition", main, PLACE)
    assert pulling.ask("declaration", main, PLACE) == [found]
    assert found["uri"] == main.replace("main.seg", "data.seg")
    assert found["range"]["start"] == dict(zip(("line", "character"), position(DATA, DATA.index("a : ")), strict=True))


def test_references_count_units_as_the_client_does(pulling: Client, main: str) -> None:
    opened(pulling, main)
    found = pulling.ask("references", main, PLACE, context={"includeDeclaration": False})
    starts = [each["range"]["start"]["character"] for each in found]
    assert starts == [PLACE[1], MAIN.split("\n")[1].index("a != ") + 1]  # 𝒳 is two units of UTF-16
    assert len(pulling.ask("references", main, PLACE, context={"includeDeclaration": True})) == 3
    assert [each["kind"] for each in pulling.ask("documentHighlight", main, PLACE)] == [2, 2]


def test_rename_changes_open_files_and_files_on_the_disk(pulling: Client, main: str) -> None:
    opened(pulling, main)
    assert pulling.ask("prepareRename", main, PLACE)["placeholder"] == "a"
    found = pulling.ask("rename", main, PLACE, newName="amount")["documentChanges"]
    assert {each["textDocument"]["uri"]: each["textDocument"]["version"] for each in found} == {
        main: 1,
        main.replace("main.seg", "data.seg"): None,
    }
    assert sorted(edit["newText"] for each in found for edit in each["edits"]) == [" = a", "amount", "amount", "amount"]


def test_rename_says_why_not(pulling: Client, main: str) -> None:
    opened(pulling, main)
    with pytest.raises(RefusedError, match="cannot be a name") as refused:
        pulling.ask("rename", main, PLACE, newName="a`")
    assert refused.value.code == -32803
    with pytest.raises(RefusedError):
        pulling.ask("prepareRename", main, (0, 0))


def test_rename_for_a_client_without_versions(main: str) -> None:
    with server() as (_, client):
        client.start(MINIMAL)
        opened(client, main)
        assert len(client.ask("rename", main, PLACE, newName="amount")["changes"]) == 2


def test_prepare_is_announced() -> None:
    with server() as (_, client):
        assert client.start(PULLS)["capabilities"]["renameProvider"] == {"prepareProvider": True}
