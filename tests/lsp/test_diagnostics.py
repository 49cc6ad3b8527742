"""Diagnostics in an editor are those of `segql check`: all of them, each once, on every example and case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import segql
from segql.diagnostics.model import Diagnostic
from tests import markdown
from tests.lsp.client import MINIMAL, PULLS, PUSHED, Client, server, uri

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").rglob("*.seg"))
CASES = sorted((ROOT / "tests" / "cases").rglob("*.md"))

GOOD = "segment b { key u  from s }\nsource s { from t  time at  key u }\n"
BAD = "segment a { key u  from nobody }\nsource s { from t  time at  key u }\n"

TEXT = "<text>"  # the name of a text without a file

CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2)}


def expected(d: Diagnostic, name: str, encoding: str = "utf-16") -> tuple[Any, ...]:
    """A diagnostic as it should arrive."""
    source, span = d.primary.source, d.primary.span
    assert source.name == name
    text = source.text
    codec, size = CODECS[encoding]
    places = []
    for offset in (span.start, max(span)):
        before = text[:offset].replace("\r\n", "\n").replace("\r", "\n").split("\n")
        places.append((len(before) - 1, len(before[-1].encode(codec)) // size))
    message = f"{d.message}\n{d.help}" if d.help else d.message
    return (d.code, {"error": 1, "warning": 2}[d.severity], message, *places)


def arrived(item: dict[str, Any]) -> tuple[Any, ...]:
    places = [(item["range"][end]["line"], item["range"][end]["character"]) for end in ("start", "end")]
    return (item["code"], item["severity"], item["message"], *places)


def pull(client: Client, address: str, previous: str | None = None) -> dict[str, Any]:
    more = {"previousResultId": previous} if previous else {}
    found: dict[str, Any] = client.ask("diagnostic", address, **more)
    return found


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_has_the_diagnostics_of_a_check(pulling: Client, path: Path) -> None:
    pulling.open(uri(path), path.read_text("utf-8"))
    found = [arrived(item) for item in pull(pulling, uri(path))["items"]]
    assert found == [expected(d, str(path)) for d in segql.check(path).diagnostics]


def test_every_case_has_the_diagnostics_of_a_check_pulled_and_pushed() -> None:
    texts = [markdown.read(case.read_text("utf-8")).block("seg").text for case in CASES]
    with server() as (_, pulling), server() as (_, pushed):
        pulling.start(PULLS)
        pushed.start(PUSHED)
        for number, text in enumerate(texts):
            name = f"untitled:{number}"
            said = segql.check(text).diagnostics
            for client in (pulling, pushed):
                client.open(name, text)
            found = pull(pulling, name)["items"]
            assert [arrived(item) for item in found] == [expected(d, TEXT) for d in said], text
            sent = pushed.wait("textDocument/publishDiagnostics", uri=name)["diagnostics"]
            assert [arrived(item) for item in sent] == [expected(d, TEXT, "utf-8") for d in said], text
            for client in (pulling, pushed):
                client.close(name)


def test_a_client_that_pulls_is_pushed_nothing_for_open_files(pulling: Client) -> None:
    pulling.open("untitled:a", BAD)
    assert pull(pulling, "untitled:a")["items"]
    pulling.change("untitled:a", 2, {"text": GOOD})
    assert pull(pulling, "untitled:a")["items"] == []
    assert not [m for m in pulling.unasked if m["method"] == "textDocument/publishDiagnostics"]


@pytest.mark.parametrize(
    "capabilities", [PUSHED, MINIMAL, {"textDocument": {"diagnostic": {}}}], ids=["pushed", "minimal", "no refresh"]
)
def test_a_client_that_cannot_be_told_to_pull_again_is_pushed(capabilities: dict[str, Any]) -> None:
    with server() as (_, client):
        assert "diagnosticProvider" not in client.start(capabilities)["capabilities"]
        client.open("untitled:a", BAD)
        sent = client.wait("textDocument/publishDiagnostics", uri="untitled:a")
        assert (sent["version"], len(sent["diagnostics"])) == (1, 1)


def test_what_did_not_change_is_not_sent_again(pulling: Client) -> None:
    pulling.open("untitled:a", BAD)
    first = pull(pulling, "untitled:a")
    again = pull(pulling, "untitled:a", first["resultId"])
    assert again == {"kind": "unchanged", "resultId": first["resultId"]}
    pulling.change("untitled:a", 2, {"text": "\n" + BAD})
    assert pull(pulling, "untitled:a", first["resultId"])["kind"] == "full"


def test_the_latest_text_wins(pushed: Client) -> None:
    pushed.open("untitled:a", "")
    for version in range(2, 60):
        pushed.change("untitled:a", version, {"text": BAD if version % 2 else GOOD})
    assert pushed.wait("textDocument/publishDiagnostics", uri="untitled:a", version=59)["diagnostics"]
    sent = [m["params"]["version"] for m in pushed.unasked if m["method"] == "textDocument/publishDiagnostics"]
    assert sent == sorted(sent)
    assert len(sent) < 58


def test_diagnostics_go_when_a_file_is_closed(pushed: Client) -> None:
    pushed.open("untitled:a", BAD)
    assert pushed.wait("textDocument/publishDiagnostics")["diagnostics"]
    pushed.close("untitled:a")
    assert pushed.wait("textDocument/publishDiagnostics")["diagnostics"] == []


# ---------------------------------------------------------------- several files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data.seg").write_text("source s { from t  time at  key u }\n", "utf-8")
    (tmp_path / "main.seg").write_text("use 'data.seg'\nsegment a { key u  from s }\n", "utf-8")
    return tmp_path


def opened(client: Client, path: Path) -> str:
    client.open(uri(path), path.read_text("utf-8", "replace"))
    return uri(path)


OTHER = {"text": "source other { from t  time at  key u }\n"}


def test_an_edit_that_is_not_saved_counts_in_the_files_that_use_it(pushed: Client, folder: Path) -> None:
    main, data = opened(pushed, folder / "main.seg"), opened(pushed, folder / "data.seg")
    assert pushed.wait("textDocument/publishDiagnostics", uri=main)["diagnostics"] == []
    pushed.change(data, 2, OTHER)
    assert len(pushed.wait("textDocument/publishDiagnostics", uri=main)["diagnostics"]) == 1


def test_a_client_that_pulls_is_told_to_pull_again(pulling: Client, folder: Path) -> None:
    main, data = opened(pulling, folder / "main.seg"), opened(pulling, folder / "data.seg")
    assert pull(pulling, main)["items"] == []
    pulling.change(data, 2, OTHER)
    pulling.wait("workspace/diagnostic/refresh")
    assert len(pull(pulling, main)["items"]) == 1


def test_a_used_file_that_is_not_open_is_pushed_until_it_is_opened(pulling: Client, folder: Path) -> None:
    (folder / "data.seg").write_text("source s {", "utf-8")
    opened(pulling, folder / "main.seg")
    data = uri(folder / "data.seg")
    assert pulling.wait("textDocument/publishDiagnostics", uri=data)["diagnostics"]
    opened(pulling, folder / "data.seg")
    assert pulling.wait("textDocument/publishDiagnostics", uri=data)["diagnostics"] == []
    assert len(pull(pulling, data)["items"]) == 1
    pulling.close(data)
    assert pulling.wait("textDocument/publishDiagnostics", uri=data)["diagnostics"]


def test_a_file_that_vanishes_from_the_disk_is_noticed(pushed: Client, folder: Path) -> None:
    main = opened(pushed, folder / "main.seg")
    assert pushed.wait("textDocument/publishDiagnostics", uri=main)["diagnostics"] == []
    (folder / "data.seg").unlink()
    pushed.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri(folder / "data.seg"), "type": 3}]})
    assert pushed.wait("textDocument/publishDiagnostics", uri=main)["diagnostics"]


def test_a_used_file_that_is_no_text_is_said_where_it_is_used(pushed: Client, folder: Path) -> None:
    (folder / "data.seg").write_bytes(b"\xff\xfe\x00")
    main = opened(pushed, folder / "main.seg")
    assert pushed.wait("textDocument/publishDiagnostics", uri=main)["diagnostics"]


def test_wrong_settings_are_said_at_the_settings(pushed: Client, folder: Path) -> None:
    (folder / "segql.toml").write_text("zones = 3\n", "utf-8")
    opened(pushed, folder / "main.seg")
    assert pushed.wait("textDocument/publishDiagnostics", uri=uri(folder / "segql.toml"))["diagnostics"]
