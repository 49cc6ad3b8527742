"""A small editor: it starts the server as editors do, and speaks over its input and output."""

from __future__ import annotations

import itertools
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

Json = dict[str, Any]

PATIENCE = 30.0  # seconds: a machine that is busy with other tests may take its time

# What editors say of themselves, as far as the server looks at it.
PULLS: Json = {
    "textDocument": {
        "diagnostic": {"dynamicRegistration": True, "relatedDocumentSupport": False},
        "publishDiagnostics": {"relatedInformation": True},
        "hover": {"contentFormat": ["markdown"]},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "rename": {"prepareSupport": True},
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix"]}}},
    },
    "workspace": {
        "diagnostics": {"refreshSupport": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "workspaceEdit": {"documentChanges": True},
    },
    "general": {"positionEncodings": ["utf-16"]},
}
PUSHED: Json = {
    "textDocument": {
        "publishDiagnostics": {"relatedInformation": True},
        "hover": {"contentFormat": ["markdown"]},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
    },
    "general": {"positionEncodings": ["utf-8", "utf-16"]},
}
MINIMAL: Json = {}


class RefusedError(Exception):
    """The server answered with an error."""

    def __init__(self, error: Json) -> None:
        super().__init__(error["message"])
        self.code = error["code"]


class Client:
    """One session. What the server says without being asked is kept until somebody waits for it."""

    def __init__(self, out: IO[bytes], into: IO[bytes]) -> None:
        self._out = out
        self._numbers = itertools.count(1)
        self._messages: queue.Queue[Json | None] = queue.Queue()
        self.unasked: list[Json] = []
        self.answers: dict[str, Callable[[Any], Any]] = {}  # to what the server asks, by method
        self.listener = threading.Thread(target=self._listen, args=(into,), daemon=True)
        self.listener.start()

    def _listen(self, into: IO[bytes]) -> None:
        try:
            for message in _messages(into):
                self._messages.put(message)
        except (OSError, ValueError):  # the stream was closed under its reader
            pass
        self._messages.put(None)

    def send(self, message: Json) -> None:
        self.send_bytes(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def send_bytes(self, body: bytes) -> None:
        self._out.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._out.flush()

    def notify(self, method: str, params: Any = None) -> None:
        self.send({"method": method, "params": params})

    def request(self, method: str, params: Any = None) -> Any:
        number = next(self._numbers)
        self.send({"id": number, "method": method, "params": params})
        while True:
            message = self._next()
            if message.get("id") == number and "method" not in message:
                if "error" in message:
                    raise RefusedError(message["error"])
                return message["result"]
            self.unasked.append(message)

    def wait(self, method: str, **wanted: Any) -> Any:
        """The parameters of the next message of a method that has some values."""
        while True:
            for message in self.unasked:
                params = message.get("params") or {}
                if message.get("method") == method and wanted.items() <= params.items():
                    self.unasked.remove(message)
                    return params
            self.unasked.append(self._next())

    def _next(self) -> Json:
        message = self._messages.get(timeout=PATIENCE)
        assert message is not None, "the server is gone"
        if "id" in message and "method" in message:
            answer = self.answers.get(message["method"])
            self.send({"id": message["id"], "result": answer(message.get("params")) if answer else None})
        return message

    # ------------------------------------------------------------ what editors do

    def start(self, capabilities: Json, **more: Any) -> Json:
        params = {"processId": None, "rootUri": None, "capabilities": capabilities, **more}
        result: Json = self.request("initialize", params)
        self.notify("initialized", {})
        return result

    def stop(self) -> None:
        self.request("shutdown")
        self.notify("exit")

    def open(self, uri: str, text: str) -> None:
        item = {"uri": uri, "languageId": "segql", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, uri: str, version: int, *changes: Json) -> None:
        document = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)})

    def close(self, uri: str) -> None:
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def ask(self, method: str, uri: str, at: tuple[int, int] | None = None, **more: Any) -> Any:
        """A request about a file, and maybe a place in it."""
        place = {"position": {"line": at[0], "character": at[1]}} if at else {}
        return self.request(f"textDocument/{method}", {"textDocument": {"uri": uri}, **place, **more})


def _messages(stream: IO[bytes]) -> Iterator[Json]:
    length = 0
    while header := stream.readline():
        if header.lower().startswith(b"content-length:"):
            length = int(header.split(b":")[1])
        elif not header.strip():
            yield json.loads(stream.read(length))


@contextmanager
def server(*arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], Client]]:
    """The server as a process, and a client of it; both are gone at the end."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "segql_lsp", *arguments]
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    client = Client(process.stdin, process.stdout)
    try:
        yield process, client
    finally:
        process.kill()
        process.wait()
        client.listener.join()
        with suppress(OSError):  # what was not sent yet has nobody to go to
            process.stdin.close()
        process.stdout.close()
        process.stderr.close()


def uri(path: Path) -> str:
    return path.resolve().as_uri()


def position(text: str, offset: int) -> tuple[int, int]:
    """The line and character of an offset of a plain text."""
    return text.count("\n", 0, offset), offset - (text.rfind("\n", 0, offset) + 1)
