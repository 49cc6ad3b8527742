"""chDB behind ClickHouse's HTTP interface, as far as clickhouse-connect asks, run in its own environment: it prints its port.

python clickhouse_server.py FOLDER    (what is a query comes as POST, its settings in the address; an error is a status 500)
"""

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import chdb

engine = chdb.connect(sys.argv[1])
one_at_a_time = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.answer(200, b"Ok.\n")

    def do_POST(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode("utf-8")
        try:
            with one_at_a_time:
                found = engine.query("\n".join((*asked.get("query", ()), body)), "TabSeparated")
            self.answer(200, found.bytes() or b"")
        except RuntimeError as error:
            self.answer(500, str(error).encode("utf-8"))

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status == 500:
            self.send_header("X-ClickHouse-Exception-Code", "1")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
