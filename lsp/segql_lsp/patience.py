"""Work over many files, in turns: other requests are answered in between, and the work can be called off."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcRequestCancelled

if TYPE_CHECKING:
    from segql_lsp.server import Server

Item = TypeVar("Item")

TURN = 0.001  # seconds of work after which others have their turn
TOLD = 0.1  # seconds between two words about how far it is


async def in_turns(server: Server, items: Sequence[Item], params: Any = None, title: str = "") -> AsyncIterator[Item]:
    """The items, one after the other. With parameters that have a token, tells how far it is.

    Raises JsonRpcRequestCancelled when the client has no more use for it.
    """
    token = getattr(params, "work_done_token", None)
    progress = server.work_done_progress
    if token is not None:
        progress.begin(token, types.WorkDoneProgressBegin(title, cancellable=True, percentage=0))
    told = turn = time.monotonic()
    try:
        for done, item in enumerate(items):
            now = time.monotonic()
            if now - turn > TURN:
                await asyncio.sleep(0)
                turn = time.monotonic()
            if token is not None and token in progress.tokens and progress.tokens[token].cancelled():
                raise JsonRpcRequestCancelled("called off")
            if token is not None and now - told > TOLD:
                told = now
                percentage = done * 100 // len(items)
                progress.report(token, types.WorkDoneProgressReport(percentage=percentage, cancellable=True))
            yield item
    finally:
        if token is not None:
            progress.end(token, types.WorkDoneProgressEnd())
            progress.tokens.pop(token, None)
