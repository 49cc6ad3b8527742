"""What completion sees beside texts: values that data hold, and the files of a folder. Whoever types waits for neither."""

from __future__ import annotations

import asyncio
import os
from itertools import islice
from typing import TYPE_CHECKING

from segql import files
from segql.ide.completion import Outside
from segql.ide.snapshot import Snapshot
from segql.semantics import model

if TYPE_CHECKING:
    from segql_lsp.server import Server

MOMENT = 0.25  # seconds that an answer waits for data at most; later they are known
MOST_FILES = 500  # of a folder


class Sights:
    """What one request sees, and what it would have to look at first."""

    def __init__(self, server: Server, snapshot: Snapshot) -> None:
        self.missing: list[tuple[model.Data, str]] = []
        self.outside = Outside(self._values, self._files)
        self._server = server
        self._directory = snapshot.source.directory
        self._wanted = server.settings_of(snapshot.source.name).values
        self._database = ""
        self._project = snapshot.source.name

    def _values(self, data: model.Data, name: str) -> tuple[str, ...]:
        if not self._wanted or not self._directory:
            return ()
        self._database = self._database or files.database(files.project(self._project))
        found = self._server.data.values(data, name, self._database)
        if found is None:
            self.missing.append((data, name))
        return found or ()

    async def looked(self) -> bool:
        """Has somebody look at what is missing; True if that is done within a moment."""
        loop, server, database = asyncio.get_running_loop(), self._server, self._database
        work = [
            loop.run_in_executor(server.workers, server.data.look, data, name, database) for data, name in self.missing
        ]
        done, waiting = await asyncio.wait(work, timeout=MOMENT)
        return bool(done) and not waiting

    def _files(self, folder: str) -> tuple[str, ...]:
        if not self._directory or "://" in folder:
            return ()
        try:
            with os.scandir(os.path.join(self._directory, folder)) as entries:
                seen = [e.name + "/" * e.is_dir() for e in islice(entries, MOST_FILES) if not e.name.startswith(".")]
        except (OSError, ValueError):
            return ()
        return tuple(sorted(seen))
