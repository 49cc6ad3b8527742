"""Other ways to start the server: as WebSockets, with a log of times, and to be told what there is."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from .client import PATIENCE, PUSHED

COMMAND = (sys.executable, "-m", "segql", "lsp")
TEXT = "source s { from t time at key u }\nsegment a { key u from s did byu }\n"


@pytest.fixture
def address() -> Iterator[str]:
    with subprocess.Popen(
        [*COMMAND, "--ws", "--port", "0", "--unknown-flag"], stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        said = next(line for line in process.stderr if "waits on" in line)
        found = re.search(r"ws://\S+", said)
        assert found
        yield found[0]
        process.kill()


def ask(connection: ClientConnection, number: int, method: str, params: Any) -> Any:
    connection.send(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}))
    while True:
        message = connection.recv(PATIENCE)
        assert isinstance(message, str), "a client in a browser reads text"
        answer = json.loads(message)
        if answer.get("id") == number and "method" not in answer:
            return answer


def tell(connection: ClientConnection, method: str, params: Any) -> None:
    connection.send(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}))


def begun(address: str) -> ClientConnection:
    connection = connect(address)
    answer = ask(connection, 1, "initialize", {"processId": 1, "rootUri": None, "capabilities": PUSHED})
    assert answer["result"]["serverInfo"]["name"] == "segql"
    tell(connection, "initialized", {})
    return connection


def opened(connection: ClientConnection) -> list[str]:
    document = {"uri": "untitled:a", "languageId": "segql", "version": 1, "text": TEXT}
    tell(connection, "textDocument/didOpen", {"textDocument": document})
    while True:
        message = json.loads(connection.recv(PATIENCE))
        if message.get("method") == "textDocument/publishDiagnostics":
            return [d["code"] for d in message["params"]["diagnostics"]]


def test_each_client_has_a_session_and_the_next_one_too(address: str) -> None:
    one, other = begun(address), begun(address)
    assert opened(one) == opened(other) == ["SEG205"]
    one.close()
    assert ask(
        other, 2, "textDocument/hover", {"textDocument": {"uri": "untitled:a"}, "position": {"line": 0, "character": 8}}
    )
    assert ask(other, 3, "shutdown", None)["result"] is None
    tell(other, "exit", None)
    with begun(address) as third:
        assert opened(third) == ["SEG205"]


def test_what_is_no_message_ends_nothing(address: str) -> None:
    with begun(address) as connection:
        for bad in ("", "{", "[]", "null", '{"jsonrpc": "2.0", "id": 7, "method": "textDocument/hover", "params": 3}'):
            connection.send(bad)
        connection.send(b"\xff\xfe")
        assert opened(connection) == ["SEG205"]


def test_a_page_from_elsewhere_is_not_served(address: str) -> None:
    with pytest.raises(InvalidStatus):
        connect(address, origin="https://example.org")  # type: ignore[arg-type]
    connect(address, origin="http://localhost:5173").close()  # type: ignore[arg-type]


def test_times_are_logged(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    message = json.dumps(
        {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "initialize",
            "params": {"processId": None, "rootUri": None, "capabilities": {}},
        }
    )
    sent = f"Content-Length: {len(message)}\r\n\r\n{message}"
    subprocess.run(
        [*COMMAND, "--trace-perf", "--log-file", str(log)], input=sent.encode(), timeout=PATIENCE, check=False
    )
    assert re.search(r"initialize \d+\.\d ms", log.read_text("utf-8"))


def test_the_doctor_says_what_there_is(tmp_path: Path) -> None:
    (tmp_path / "a.seg").write_text(TEXT, "utf-8")
    (tmp_path / "segql.toml").write_text('connection = "gone.db"\n', "utf-8")
    done = subprocess.run(
        [*COMMAND, "--doctor"], cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert re.match(r"ok    python     3\.", lines[0])
    assert f"WRONG database   there is no {tmp_path / 'gone.db'}" in lines
    assert f"ok    files      1 .seg below {tmp_path}, 1 with mistakes" in lines
    (tmp_path / "segql.toml").write_text("dialct = 'x'\n", "utf-8")
    done = subprocess.run(
        [*COMMAND, "--doctor"], cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert re.search(r"WRONG settings .*there is no setting `dialct`", done.stdout)
