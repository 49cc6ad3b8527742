"""Sessions with databases: one thin adapter over DB-API drivers, and what the others need. The only door to drivers.

A session is opened by a function of this module that gets the imported driver and an address; it runs one query at a
time, gives rows as they come, and can be cancelled from another thread.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any, NamedTuple, Protocol

from segql.engine.addresses import Address
from segql.engine.spool import Row
from segql.engine.troubles import Trouble

BATCH = 10_000  # rows fetched at a time
WAIT = 10  # seconds for a server to answer at all


class Rows(NamedTuple):
    """The names of columns (some drivers do not know them where there are no rows), and rows, some at a time."""

    columns: tuple[str, ...]
    batches: Iterator[list[Row]]


class Session(Protocol):
    """A connection to a database, only read."""

    def rows(self, sql: str) -> Rows:
        """Runs a query. Raises what the driver raises."""

    def cancel(self) -> None:
        """Ends the query that runs, on the server too; called from another thread."""

    def close(self) -> None:
        """Ends the session."""


class Writer(Protocol):
    """A connection to a database that is written, in one transaction."""

    def run(self, sql: str) -> None:
        """Runs a statement."""

    def insert(self, table: str, columns: tuple[str, ...], batches: Iterator[list[Row]]) -> None:
        """Adds rows to a table; names are quoted already."""

    def commit(self) -> None:
        """Makes everything so at once."""

    def cancel(self) -> None:
        """Ends what runs; called from another thread."""

    def close(self) -> None:
        """Ends the connection; what is not committed never was."""


class DbApi:
    """A driver that follows DB-API 2.0."""

    def __init__(
        self, connection: Any, cancel: Callable[[Any], object], cursor: Callable[[Any], Any] = lambda c: c.cursor()
    ) -> None:
        """`cancel` gets the cursor that runs."""
        self._connection = connection
        self._cursor = cursor(connection)
        self._cancel = cancel

    def rows(self, sql: str) -> Rows:
        """Runs a query; rows are fetched as they are asked for."""
        self._cursor.execute(sql)
        return Rows(tuple(column[0] for column in self._cursor.description), self._batches())

    def _batches(self) -> Iterator[list[Row]]:
        while found := self._cursor.fetchmany(BATCH):
            yield [tuple(row) for row in found]

    def cancel(self) -> None:
        """As the driver does it."""
        self._cancel(self._cursor)

    def close(self) -> None:
        """Closes the connection, and its cursor with it."""
        self._connection.close()


# ---------------------------------------------------------------- files


class DuckDB(DbApi):
    """DuckDB, whose connection is its cursor. Instants with a zone come as UTC: its own are for those with yet another library."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection, lambda cursor: cursor.interrupt(), lambda connection: connection)

    def rows(self, sql: str) -> Rows:
        """Runs a query; rows are fetched as they are asked for."""
        from segql.engine.duckdb import in_utc

        return super().rows(in_utc(self._connection, sql))


def duckdb(driver: Any, address: Address) -> Session:
    """A DuckDB database file, read as everywhere else."""
    from segql.engine.duckdb import opened

    return DuckDB(opened(address.database))


def sqlite(driver: Any, address: Address) -> Session:
    """An SQLite database file; one that is not there is not made."""
    import os

    if not address.database:
        raise Trouble("connect", "an empty database in memory has no tables", "name a file: `sqlite:///shop.db`")
    if not os.path.exists(address.database):
        raise Trouble("connect", "there is no such file", "three slashes start from here, four from the root")
    connection = _sqlite(driver, address, "ro")
    connection.execute("SELECT count(*) FROM sqlite_master")  # tells whether it is a database
    return DbApi(connection, lambda cursor: connection.interrupt())


def _sqlite(driver: Any, address: Address, mode: str) -> Any:
    from pathlib import Path

    where = f"{Path(address.database).absolute().as_uri()}?mode={mode}"
    return driver.connect(where, uri=True, check_same_thread=False, isolation_level=None, timeout=WAIT)


class SqliteWriter:
    """An SQLite database file, which is made if it is not there."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        connection.execute("BEGIN IMMEDIATE")

    def run(self, sql: str) -> None:
        """Runs a statement."""
        self._connection.execute(sql)

    def insert(self, table: str, columns: tuple[str, ...], batches: Iterator[list[Row]]) -> None:
        """Adds rows to a table."""
        places = ", ".join("?" for _ in columns)
        for batch in batches:
            self._connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", batch)

    def commit(self) -> None:
        """Makes everything so at once."""
        self._connection.execute("COMMIT")

    def cancel(self) -> None:
        """Interrupts what runs."""
        self._connection.interrupt()

    def close(self) -> None:
        """Ends the connection, and the transaction if it is open."""
        self._connection.close()


def sqlite_writer(driver: Any, address: Address) -> Writer:
    """An SQLite database file to write."""
    return SqliteWriter(_sqlite(driver, address, "rwc"))


def chdb(driver: Any, address: Address) -> Session:
    """ClickHouse in this process, over a folder; it hears of the end of a query through another connection."""
    import os

    if address.database and not os.path.isdir(address.database):
        raise Trouble("connect", "there is no such folder", "three slashes start from here, four from the root")
    place = address.database or ":memory:"

    def kill(cursor: Any) -> None:
        with closing(driver.connect(place)) as other:
            other.cursor().execute("KILL QUERY WHERE query NOT LIKE 'KILL QUERY%'")

    return DbApi(driver.connect(place), kill)


# ---------------------------------------------------------------- servers


class Postgres:
    """psycopg: rows come as the server has them; a named cursor would keep it from working in parallel."""

    def __init__(self, driver: Any, connection: Any) -> None:
        self._driver = driver
        self._connection = connection
        self._cursor = connection.cursor()
        # Before version 17, libpq gives rows one by one.
        self._size = BATCH if driver.pq.version() >= 170000 else 1

    def rows(self, sql: str) -> Rows:
        """Runs a query; the server stops when nobody asks for more."""
        stream = self._cursor.stream(sql.encode(), size=self._size)
        first = next(stream, None)  # columns are known with the first row
        columns = tuple(column.name for column in self._cursor.description or ())
        return Rows(columns, _grouped(first, stream))

    def cancel(self) -> None:
        """Asks the server to end the query."""
        self._connection.cancel_safe(timeout=WAIT / 2)

    def close(self) -> None:
        """Ends the session."""
        self._connection.close()


class PostgresWriter:
    """psycopg, for writing: rows go by COPY."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        connection.execute(b"BEGIN")

    def run(self, sql: str) -> None:
        """Runs a statement."""
        self._connection.execute(sql.encode())

    def insert(self, table: str, columns: tuple[str, ...], batches: Iterator[list[Row]]) -> None:
        """Adds rows to a table."""
        copying = f"COPY {table} ({', '.join(columns)}) FROM STDIN".encode()
        with self._connection.cursor() as cursor, cursor.copy(copying) as copy:
            for batch in batches:
                for row in batch:
                    copy.write_row(row)

    def commit(self) -> None:
        """Makes everything so at once."""
        self._connection.execute(b"COMMIT")

    def cancel(self) -> None:
        """Asks the server to end what runs."""
        self._connection.cancel_safe(timeout=WAIT / 2)

    def close(self) -> None:
        """Ends the connection, and the transaction if it is open."""
        self._connection.close()


def _grouped(first: Row | None, rows: Iterator[Row]) -> Iterator[list[Row]]:
    batch = [] if first is None else [first]
    for row in rows:
        batch.append(row)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def postgresql(driver: Any, address: Address) -> Session:
    """PostgreSQL and Redshift."""
    return Postgres(driver, _libpq(driver, address))


def postgresql_writer(driver: Any, address: Address) -> Writer:
    """PostgreSQL, to write."""
    return PostgresWriter(_libpq(driver, address))


def _libpq(driver: Any, address: Address) -> Any:
    """A connection. What the URL leaves out comes from libpq's own variables, such as PGPASSWORD."""
    given = {
        "host": address.host,
        "port": address.port,
        "user": address.user,
        "password": address.secret(),
        "dbname": address.database,
        "connect_timeout": WAIT,
        "application_name": "segql",
        "client_encoding": "utf8",
    }
    options = {name: value for name, value in given.items() if value} | address.others()
    return driver.connect(**options, autocommit=True, prepare_threshold=None)


class MySQL(DbApi):
    """PyMySQL; rows come as the server has them."""

    def __init__(self, driver: Any, address: Address) -> None:
        connection = _pymysql(driver, address, autocommit=True, init_command="SET SESSION TRANSACTION READ ONLY")
        super().__init__(
            connection, lambda _: _kill(driver, address, connection), lambda c: c.cursor(driver.cursors.SSCursor)
        )

    def close(self) -> None:
        """Ends the session. Rows that are left would be read to the end, also by Python when it forgets them."""
        if self._connection._result is not None:
            self._connection._result.unbuffered_active = False
        self._connection._force_close()


class MySQLWriter:
    """PyMySQL, for writing. There, a statement that makes or renames a table is a transaction of its own."""

    def __init__(self, driver: Any, address: Address) -> None:
        self._connection = _pymysql(driver, address, init_command="SET SESSION time_zone = '+00:00'")
        self._cursor = self._connection.cursor()
        self._driver, self._address = driver, address

    def run(self, sql: str) -> None:
        """Runs a statement."""
        self._cursor.execute(sql)

    def insert(self, table: str, columns: tuple[str, ...], batches: Iterator[list[Row]]) -> None:
        """Adds rows to a table."""
        into = f"INSERT INTO {table} ({', '.join(columns)})".replace("%", "%%")
        for batch in batches:
            self._cursor.executemany(f"{into} VALUES ({', '.join('%s' for _ in columns)})", batch)

    def commit(self) -> None:
        """Makes everything so at once."""
        self._connection.commit()

    def cancel(self) -> None:
        """Ends what runs, through another connection."""
        _kill(self._driver, self._address, self._connection)

    def close(self) -> None:
        """Ends the connection, and the transaction if it is open."""
        self._connection._force_close()


def mysql(driver: Any, address: Address) -> Session:
    """MySQL and MariaDB."""
    return MySQL(driver, address)


def mysql_writer(driver: Any, address: Address) -> Writer:
    """MySQL and MariaDB, to write."""
    return MySQLWriter(driver, address)


MYSQLS = {"mysql": "MySQL", "mariadb": "MariaDB"}


def _pymysql(driver: Any, address: Address, **more: Any) -> Any:
    """A connection with modes that are known. The dialects of the two differ, and so the server has to be the one that is meant."""
    given: dict[str, Any] = {
        "host": address.host or "localhost",
        "port": address.port or 3306,
        "user": address.user or None,
        "password": address.secret() or "",
        "database": address.database or None,
        "connect_timeout": WAIT,
        "charset": "utf8mb4",
        "program_name": "segql",
        "sql_mode": "ANSI_QUOTES,STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION",
    }
    connection = driver.connect(**{**given, **address.others(), **more})
    there = "mariadb" if "mariadb" in connection.get_server_info().lower() else "mysql"
    if there != address.scheme:
        connection.close()
        raise Trouble("connect", f"the server is {MYSQLS[there]}", f"write `{there}://`")
    return connection


def _kill(driver: Any, address: Address, connection: Any) -> None:
    with _pymysql(driver, address) as other, other.cursor() as cursor:
        cursor.execute(f"KILL QUERY {connection.thread_id():d}")


class ClickHouse:
    """clickhouse-connect, over HTTP."""

    def __init__(self, open: Callable[[], Any]) -> None:
        from uuid import uuid4

        self._open = open
        self._client = open()
        self._query = str(uuid4())

    def rows(self, sql: str) -> Rows:
        """Runs a query; blocks of rows come as the server has them."""
        stream = self._client.query_row_block_stream(sql, settings={"query_id": self._query, "readonly": 2})
        return Rows(tuple(stream.source.column_names), self._batches(stream))

    def _batches(self, stream: Any) -> Iterator[list[Row]]:
        with stream:
            for block in stream:
                yield [tuple(row) for row in block]

    def cancel(self) -> None:
        """Ends the query by its id, through another connection."""
        self._open().command("KILL QUERY WHERE query_id = {id:String}", parameters={"id": self._query})

    def close(self) -> None:
        """Ends the session."""
        self._client.close()


def clickhouse(driver: Any, address: Address) -> Session:
    """A ClickHouse server."""
    given: dict[str, Any] = {
        "host": address.host or "localhost",
        "port": address.port,
        "username": address.user or None,
        "password": address.secret() or "",
        "database": address.database or None,
        "connect_timeout": WAIT,
        "client_name": "segql",
        "autogenerate_session_id": False,
    }
    options = {**given, **address.others()}
    if "secure" in options:
        options["secure"] = str(options["secure"]).lower() in ("1", "true", "yes")
    return ClickHouse(lambda: driver.get_client(**options))


class Spark:
    """Spark Connect."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def rows(self, sql: str) -> Rows:
        """Runs a query; rows come partition by partition."""
        frame = self._session.sql(sql)
        instants = [field.dataType.typeName() == "timestamp" for field in frame.schema.fields]
        rows = (tuple(map(_spark_value, row, instants)) for row in frame.toLocalIterator())
        return Rows(tuple(frame.columns), _grouped(None, rows))

    def cancel(self) -> None:
        """Ends what the session runs."""
        self._session.interruptAll()

    def close(self) -> None:
        """Ends the session."""
        self._session.stop()


def _spark_value(value: Any, is_instant: bool) -> Any:
    """Spark's client gives an instant in the zone of this machine, without saying so."""
    return value.astimezone(dt.UTC) if is_instant and value is not None else value


def spark(driver: Any, address: Address) -> Session:
    """A Spark Connect server; options of the URL are its own, such as `token` and `use_ssl`."""
    import socket
    from urllib.parse import quote

    # Spark's client tries for many minutes to reach a server that is not there.
    socket.create_connection((address.host, address.port or 15002), WAIT).close()

    options = address.others()
    if address.secret():
        options.setdefault("token", address.secret() or "")
    if address.user:
        options.setdefault("user_id", address.user)
    tail = "".join(f";{name}={quote(value, safe='')}" for name, value in options.items())
    remote = f"sc://{address.host}:{address.port or 15002}/{tail}"
    session = driver.SparkSession.builder.remote(remote).create()
    if address.database:
        session.catalog.setCurrentDatabase(address.database)
    return Spark(session)


def snowflake(driver: Any, address: Address) -> Session:
    """`snowflake://ana@account/database/schema?warehouse=w&role=r`."""
    database, _, schema = address.database.partition("/")
    given = {
        "account": address.host,
        "user": address.user,
        "password": address.secret(),
        "database": database,
        "schema": schema,
        "application": "segql",
        "login_timeout": WAIT,
    }
    connection = driver.connect(**{name: value for name, value in given.items() if value}, **address.others())
    return DbApi(connection, lambda cursor: cursor.sfqid and cursor.abort_query(cursor.sfqid))


class BigQuery:
    """Google's client; who asks is said by its own variables and files."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._job: Any = None

    def rows(self, sql: str) -> Rows:
        """Runs a query; pages come as they are asked for."""
        self._job = self._client.query(sql)
        found = self._job.result(page_size=BATCH)
        pages = ([tuple(row.values()) for row in page] for page in found.pages)
        return Rows(tuple(field.name for field in found.schema), pages)

    def cancel(self) -> None:
        """Ends the job."""
        if self._job is not None:
            self._job.cancel()

    def close(self) -> None:
        """Ends the session."""
        self._client.close()


def bigquery(driver: Any, address: Address) -> Session:
    """`bigquery://project/dataset?location=EU`."""
    dataset = f"{address.host}.{address.database}" if address.database else None
    config = driver.QueryJobConfig(default_dataset=dataset) if dataset else None
    client = driver.Client(
        project=address.host or None, location=address.option("location"), default_query_job_config=config
    )
    return BigQuery(client)


def trino(driver: Any, address: Address) -> Session:
    """`trino://ana@host:8080/catalog/schema`; a password needs HTTPS, as Trino does."""
    catalog, _, schema = address.database.partition("/")
    password = address.secret()
    given: dict[str, Any] = {
        "host": address.host,
        "port": address.port,
        "user": address.user or "segql",
        "source": "segql",
        "catalog": catalog or None,
        "schema": schema or None,
        "http_scheme": "https" if password else None,
        "auth": driver.auth.BasicAuthentication(address.user, password) if password else None,
    }
    connection = driver.dbapi.connect(**{n: v for n, v in given.items() if v is not None} | address.others())
    connection.cursor().execute("SELECT 1").fetchall()  # nothing is sent before the first query
    return DbApi(connection, lambda cursor: cursor.cancel())


def databricks(driver: Any, address: Address) -> Session:
    """`databricks://host/catalog/schema?http_path=…`, with a token as the password."""
    path = address.option("http_path")
    if not path:
        raise Trouble("address", "this URL does not say which SQL warehouse", "add `?http_path=/sql/1.0/warehouses/…`")
    catalog, _, schema = address.database.partition("/")
    connection = driver.connect(
        address.host,
        path,
        access_token=address.secret(),
        catalog=catalog or None,
        schema=schema or None,
        **({"_port": address.port} if address.port else {}),
        **address.others("http_path"),
    )
    return DbApi(connection, lambda cursor: cursor.cancel())


def flight(driver: Any, address: Address) -> Session:
    """An Arrow Flight SQL server, by ADBC. Options of the URL are those of the driver."""
    given = {"username": address.user, "password": address.secret()} | address.others("dialect")
    uri = f"{address.scheme}://{address.host}:{address.port or 31337}"
    connection = driver.connect(uri, db_kwargs={name: value for name, value in given.items() if value}, autocommit=True)
    return DbApi(connection, lambda cursor: cursor.adbc_cancel())
