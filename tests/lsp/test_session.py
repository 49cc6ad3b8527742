"""Sessions over the real wire: how they begin, what bad requests get, and how they end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from segql_lsp import parent
from segql_lsp.server import FEATURES

from tests.lsp.client import MINIMAL, PATIENCE, PULLS, PUSHED, Client, RefusedError, server

URI = "untitled:a.seg"


def test_a_session_begins_and_ends() -> None:
    with server("--stdio", "--clientProcessId", str(os.getpid()), "--no-such-flag", "x") as (process, client):
        result = client.start(PULLS)
        assert result["serverInfo"]["name"] == "segql"
        assert result["capabilities"]["positionEncoding"] == "utf-16"
        client.stop()
        assert process.wait(PATIENCE) == 0


def test_an_exit_without_shutdown_ends_with_1() -> None:
    with server() as (process, client):
        client.start(MINIMAL)
        client.notify("exit")
        assert process.wait(PATIENCE) == 1


def test_the_server_ends_when_its_input_does() -> None:
    with server() as (process, client):
        client.start(MINIMAL)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(PATIENCE) == 0


@pytest.mark.skipif(os.name != "posix", reason="processes are looked at by signals")
@pytest.mark.parametrize("told", ["flag", "request"])
def test_the_server_ends_when_its_editor_dies(told: str) -> None:
    editor = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    flags = ("--clientProcessId", str(editor.pid)) if told == "flag" else ()
    with editor, server(*flags) as (process, client):
        client.start(MINIMAL, processId=editor.pid if told == "request" else None)
        os.kill(editor.pid, signal.SIGKILL)
        editor.wait()
        assert process.wait(PATIENCE) == 1


def test_a_process_that_ended_is_not_alive() -> None:
    assert parent.alive(os.getpid())
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    assert os.name != "posix" or not parent.alive(done.pid)


@pytest.mark.parametrize(
    ("offered", "taken"),
    [(["utf-16"], "utf-16"), (["utf-16", "utf-8"], "utf-8"), (["utf-8", "utf-32"], "utf-32"), ([], "utf-16")],
)
def test_the_encoding_of_positions_is_one_that_the_client_offers(offered: list[str], taken: str) -> None:
    with server() as (_, client):
        result = client.start({"general": {"positionEncodings": offered}})
        assert result["capabilities"]["positionEncoding"] == taken


def test_over_tcp() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with server("--tcp", "--port", str(port)) as (process, _):
        assert process.stderr is not None
        assert str(port) in process.stderr.readline().decode()
        with connected(port) as connection, connection.makefile("rwb") as stream:
            client = Client(stream, stream)
            client.start(PUSHED)
            client.open(URI, "segment x {")
            assert client.wait("textDocument/publishDiagnostics")["diagnostics"]
            client.stop()
            assert process.wait(PATIENCE) == 0


def connected(port: int) -> socket.socket:
    """A connection, as soon as somebody listens."""
    for _ in range(300):
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise AssertionError("nobody listens")


def test_a_log_is_written_where_it_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "server.log"
    with server("--log-file", str(path)) as (process, client):
        client.start(MINIMAL)
        client.stop()
        process.wait(PATIENCE)
    assert "initialize" in path.read_text("utf-8")


def test_a_log_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    with server("--log-file", str(tmp_path)) as (_, client):
        assert client.start(MINIMAL)


@pytest.mark.parametrize("command", [["-m", "segql", "lsp"], ["-m", "segql_lsp"]])
def test_the_options_are_listed(command: list[str]) -> None:
    done = subprocess.run([sys.executable, *command, "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "--clientProcessId" in done.stdout


# ---------------------------------------------------------------- bad requests


BAD_PARAMS = (None, {}, {"textDocument": 3}, {"textDocument": {"uri": None}}, {"textDocument": []}, "text", 7)


def test_parameters_that_are_none_get_an_error(pulling: Client) -> None:
    pulling.open(URI, "segment x {")
    for method in (*dict.fromkeys(name for name, _, _ in FEATURES), "textDocument/diagnostic"):
        for params in BAD_PARAMS:
            with pytest.raises(RefusedError):
                pulling.request(method, params)
    assert pulling.ask("foldingRange", URI) == []


def test_a_request_about_a_file_that_is_not_there_gets_an_error(pulling: Client) -> None:
    with pytest.raises(RefusedError) as refused:
        pulling.ask("foldingRange", "untitled:never-opened")
    assert refused.value.code == -32602


def test_a_request_of_no_known_method_gets_an_error(pulling: Client) -> None:
    with pytest.raises(RefusedError) as refused:
        pulling.request("textDocument/noSuchThing", {})
    assert refused.value.code == -32601


def test_requests_before_the_start_and_after_the_end_get_errors() -> None:
    with server() as (_, client):
        with pytest.raises(RefusedError) as early:
            client.ask("foldingRange", URI)
        client.start(MINIMAL)
        client.request("shutdown")
        with pytest.raises(RefusedError) as late:
            client.ask("foldingRange", URI)
    assert (early.value.code, late.value.code) == (-32002, -32600)


def test_bad_notifications_and_bytes_that_are_no_message_are_passed_over(pulling: Client) -> None:
    pulling.notify("textDocument/didOpen", {"textDocument": None})
    pulling.notify("textDocument/didChange", {"textDocument": {"uri": URI, "version": 1}, "contentChanges": 5})
    pulling.change("untitled:never-opened", 3, {"text": "x"})
    pulling.notify("no/such/thing", {})
    pulling.send_bytes(b"{no json")
    pulling.send_bytes(b"\xff\xfe")
    pulling.send_bytes(b"[]")
    pulling.open(URI, "segment x {\n}\n")
    assert pulling.ask("documentSymbol", URI)[0]["name"] == "x"


def test_edits_that_reach_beyond_the_text_are_applied_as_far_as_they_go(pulling: Client) -> None:
    pulling.open(URI, "segment x {\n}")
    start, far = {"line": 0, "character": 8}, {"line": 99, "character": 99}
    first = {"range": {"start": start, "end": far}, "text": "y {\n"}
    pulling.change(URI, 2, first, {"range": {"start": far, "end": far}, "text": "}\n"})
    assert [s["name"] for s in pulling.ask("documentSymbol", URI)] == ["y"]


def test_a_text_of_every_kind_of_character_stays_whole(pushed: Client) -> None:
    pushed.open(URI, "# 👩‍🚀\u2028\r\nsegment é {\r\n}")
    at = {"line": 1, "character": 10}  # é has two bytes
    pushed.change(URI, 2, {"range": {"start": at, "end": at}, "text": "𝒳"})
    found = pushed.ask("documentSymbol", URI)[0]
    assert found["name"] == "é𝒳"
    assert found["selectionRange"]["end"] == {"line": 1, "character": 14}
