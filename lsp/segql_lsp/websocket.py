"""WebSockets: a session of its own for each client, and messages as text, as the clients in browsers want them.

pygls serves one client, in binary frames, and ends with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
from typing import TYPE_CHECKING

from segql_lsp.server import Server

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection

log = logging.getLogger(__name__)

# A page from elsewhere must not read files through a server that listens on this machine. Programs send no origin.
ORIGINS = [None, re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?")]
BIGGEST = 64 * 1024 * 1024  # bytes of a message: a file, and what surrounds it


class _Writer:
    """What pygls writes to. Messages go out one after the other, in their order."""

    def __init__(self) -> None:
        self.messages: asyncio.Queue[str | None] = asyncio.Queue()

    def write(self, data: bytes) -> None:
        self.messages.put_nowait(data.decode("utf-8"))

    def close(self) -> None:
        self.messages.put_nowait(None)


def serve(host: str, port: int) -> None:
    """Serves clients until it is interrupted. Raises OSError where it cannot listen."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(host, port))


async def _serve(host: str, port: int) -> None:
    from websockets.asyncio.server import serve as listening

    async with listening(_session, host, port, origins=ORIGINS, max_size=BIGGEST) as server:
        where = ", ".join(f"{sock.getsockname()[0]}:{sock.getsockname()[1]}" for sock in server.sockets)
        log.warning("segql lsp waits on ws://%s", where)
        await server.serve_forever()


async def _session(connection: ServerConnection) -> None:
    server, writer = Server(shared=True), _Writer()
    server.protocol.set_writer(writer, include_headers=False)
    sending = asyncio.create_task(_send(connection, writer))
    try:
        async for message in connection:
            _handle(server, message)
    except SystemExit:  # so pygls ends a session that was told to exit
        pass
    finally:
        writer.close()
        await sending
        await connection.close()


def _handle(server: Server, message: str | bytes) -> None:
    protocol = server.protocol
    try:
        protocol.handle_message(json.loads(message, object_hook=protocol.structure_message))
    except Exception:
        log.exception("a message was left out")


async def _send(connection: ServerConnection, writer: _Writer) -> None:
    from websockets.exceptions import ConnectionClosed

    while (message := await writer.messages.get()) is not None:
        try:
            await connection.send(message)
        except ConnectionClosed:
            return
