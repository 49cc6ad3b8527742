"""Microsoft's own parser of T-SQL, which is in SQL Tools Service (https://github.com/microsoft/sqltoolsservice).

It is a language server: a document goes in, what is wrong with it comes out, a second later. So many statements go in as one
document, with GO between them, and a row comes back for each thing that is wrong: its line, and what is said.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import wire

NAME = "MicrosoftSqlToolsServiceLayer"


def start() -> tuple[str, wire.Ask]:
    spec = find_spec("mssqltoolsservice")
    folder = Path(str(spec and spec.origin)).parent / "bin"
    # It is written for machines with ICU; the parser does not need it.
    settings = {"runtimeOptions": {"configProperties": {"System.Globalization.Invariant": True}}}
    (folder / f"{NAME}.runtimeconfig.json").write_text(json.dumps(settings), "utf-8")
    program = folder / NAME
    program.chmod(0o755)
    server = Server(program)
    server.send({"id": "1", "method": "initialize", "params": {"processId": os.getpid(), "capabilities": {}}})
    server.receive()
    asked = 0

    def ask(sql: str, tables: list[wire.Table]) -> list[list[Any]]:
        nonlocal asked
        asked += 1
        name = f"file:///{asked}.sql"
        document = {"uri": name, "languageId": "sql", "version": 1, "text": sql}
        server.send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        while True:
            found = server.receive()
            if found.get("method") == "textDocument/publishDiagnostics" and found["params"]["uri"] == name:
                return [[each["range"]["start"]["line"], each["message"]] for each in found["params"]["diagnostics"]]

    return version("mssqltoolsservice-linux-64"), ask


class Server:
    """A process that speaks JSON-RPC."""

    def __init__(self, program: Path) -> None:
        folder = tempfile.mkdtemp(prefix="segql-")  # it leaves a log where it runs
        self._process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder)
        atexit.register(self._process.kill)  # it does not end when nobody writes any more

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        length = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        if not length:
            raise RuntimeError("the server ended")
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        return message


if __name__ == "__main__":
    wire.serve(start)
