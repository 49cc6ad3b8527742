"""The command `segql-lsp`: which way messages come and go, where the log is, and when to end."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec

from segql_lsp.parent import end_with

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serves one client, until it says `exit`, goes away, or dies."""
    parser = _parser()
    options, ignored = parser.parse_known_args(arguments)
    if options.doctor:
        from segql_lsp.doctor import doctor

        sys.exit(1 if doctor(os.getcwd()) else 0)
    _log_to(options.log_file, options.trace)
    if ignored:
        log.warning("ignored: %s", " ".join(ignored))
    if options.client_process is not None:
        end_with(options.client_process)
    gc.disable()  # nothing that is imported is garbage: to look for some takes a tenth of the time to start
    from segql_lsp.server import Server  # what it imports takes half a second; `--help` should not

    gc.freeze()
    gc.enable()

    if options.ws:
        _serve_ws(options.host, options.port)
        return
    server = Server(trace=options.trace)
    if options.tcp:
        _announce(options.host, options.port)
        server.start_tcp(options.host, options.port)
    else:
        wire = sys.stdout.buffer
        sys.stdout = sys.stderr  # stdout is the wire: nothing else may write there
        server.start_io(sys.stdin.buffer, wire)
    logging.shutdown()
    os._exit(server.exit_code)  # a thread may still wait for input that never comes


def _serve_ws(host: str, port: int) -> None:
    if find_spec("websockets") is None:
        sys.exit("segql lsp: WebSockets need one more library: pip install 'segql[lsp]'")
    from segql_lsp.websocket import serve

    try:
        serve(host, port)
    except OSError as error:
        sys.exit(f"segql lsp: it cannot wait on {host}:{port}: {error.strerror or error}")


class _Parser(argparse.ArgumentParser):
    """Options whose help looks like that of the other commands."""

    def format_help(self) -> str:
        return super().format_help().replace("usage:", "Usage:", 1)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser("segql lsp", description="Serve an editor: the language server.", allow_abbrev=False)
    parser.add_argument("--stdio", action="store_true", help="talk over standard input and output (so it is anyway)")
    parser.add_argument("--tcp", action="store_true", help="wait for one client on a port")
    parser.add_argument("--ws", action="store_true", help="wait for clients on a port, as WebSockets")
    parser.add_argument("--host", default="127.0.0.1", help="where to wait (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8765, help="the port to wait on (default: %(default)s)")
    parser.add_argument("--log-file", metavar="FILE", help="write down what happens; else warnings go to stderr")
    parser.add_argument("--trace-perf", dest="trace", action="store_true", help="log how long each answer takes")
    parser.add_argument("--doctor", action="store_true", help="say what there is, and what is missing; then end")
    parser.add_argument("--clientProcessId", dest="client_process", type=int, metavar="N", help="end when N ends")
    return parser


def _log_to(path: str | None, trace: bool) -> None:
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.getLogger("concurrent.futures").setLevel(logging.CRITICAL)  # else pages when a client refuses a request
    if path is not None:
        try:
            logging.basicConfig(filename=path, encoding="utf-8", level=logging.INFO, format=form)
            return
        except OSError as error:
            print(f"segql lsp: no log is written: {error}", file=sys.stderr)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format=form)
    if trace:
        logging.getLogger("segql_lsp").setLevel(logging.INFO)
    logging.getLogger("pygls").setLevel(logging.CRITICAL)  # else pages for every bad message; ours says a line


def _announce(host: str, port: int) -> None:
    print(f"segql lsp waits on {host}:{port}", file=sys.stderr, flush=True)
