"""THE TABLE of databases: a row for each scheme of a URL, with its dialect, its driver, and how its catalogue is asked.

Only the drivers of rows without an `extra` are installed with SegQL. A dialect may be one that cannot be written yet.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any, TypeVar

from segql.engine import sessions
from segql.engine.addresses import Address, Secret, address
from segql.engine.sessions import Session
from segql.engine.troubles import Trouble, words_of
from segql.node import Value

T = TypeVar("T")

Seen = tuple[
    str, str, str, str, int, int
]  # schema, table, column, type, whether found without a schema, whether unique
Catalogue = Callable[[Session], Iterator[Seen]]


class Driver(Value):
    """How one kind of database is reached.

    `packages` are imported; the first is what `open` gets. `variables` hold a user and a password, where the driver does
    not look for them itself. `types` are types that mean something else than in most engines, and `kept` says what a
    type may hold besides: sorts by sort. `sharded` says that `events_*` is all tables that begin so.
    """

    scheme: str
    dialect: str
    packages: tuple[str, ...]
    open: Callable[[Any, Address], Session]
    catalogue: Catalogue
    extra: str = ""
    variables: tuple[str, str] = ("", "")
    types: Mapping[str, str] = {}
    kept: Mapping[str, tuple[str, ...]] = {}
    sharded: bool = False


def asked(query: str) -> Catalogue:
    """The catalogue that a query gives."""

    def ask(session: Session) -> Iterator[Seen]:
        for batch in session.rows(query).batches:
            for schema, table, column, type, here, unique in batch:
                yield str(schema), str(table), str(column), str(type), int(here or 0), int(unique or 0)

    return ask


def _standard(current: str, type: str = "data_type") -> Catalogue:
    """The catalogue of the SQL standard. `current` is the engine's word for the schema of names without one."""
    return asked(
        f"SELECT table_schema, table_name, column_name, {type}, CASE WHEN table_schema = {current} THEN 1 ELSE 0 END, 0 "
        "FROM information_schema.columns "
        "WHERE lower(table_schema) NOT IN ('information_schema', 'pg_catalog', 'system', 'mysql', 'performance_schema', 'sys')"
        " ORDER BY table_schema, table_name, ordinal_position"
    )


DUCKDB = """
SELECT c.schema_name, c.table_name, c.column_name, c.data_type, CASE WHEN c.schema_name = 'main' THEN 1 ELSE 0 END,
  CASE WHEN EXISTS (
    SELECT 1 FROM duckdb_constraints() AS u
    WHERE u.table_oid = c.table_oid AND u.database_oid = c.database_oid
      AND u.constraint_type IN ('PRIMARY KEY', 'UNIQUE') AND u.constraint_column_names = [c.column_name]
  ) THEN 1 ELSE 0 END
FROM duckdb_columns() AS c
WHERE NOT c.internal AND c.database_name = current_database()
ORDER BY c.schema_name, c.table_name, c.column_index
"""

SQLITE = """
SELECT 'main', t.name, c.name, c.type, 1,
  (c.pk = 1 AND (SELECT count(*) FROM pragma_table_info(t.name) AS p WHERE p.pk > 0) = 1)
  OR EXISTS (
    SELECT 1 FROM pragma_index_list(t.name) AS i
    WHERE i."unique" = 1 AND i.partial = 0
      AND (SELECT group_concat(x.name, char(0)) FROM pragma_index_info(i.name) AS x) = c.name
  )
FROM sqlite_master AS t, pragma_table_info(t.name) AS c
WHERE t.type IN ('table', 'view') AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
ORDER BY t.name, c.cid
"""

# The standard's views leave out materialized views, and say nothing of what the user may not read.
POSTGRES = """
SELECT n.nspname, c.relname, a.attname,
  CASE t.typtype WHEN 'e' THEN 'enum ' WHEN 'c' THEN 'composite ' ELSE '' END || format_type(a.atttypid, a.atttypmod),
  CASE WHEN pg_table_is_visible(c.oid) THEN 1 ELSE 0 END,
  CASE WHEN EXISTS (
    SELECT 1 FROM pg_index AS i
    WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
      AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum
  ) THEN 1 ELSE 0 END
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type AS t ON t.oid = a.atttypid
WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_(catalog|toast)'
ORDER BY n.nspname, c.relname, a.attnum
"""

MYSQL = """
SELECT c.table_schema, c.table_name, c.column_name, c.column_type, CASE WHEN c.table_schema = database() THEN 1 ELSE 0 END,
  CASE WHEN EXISTS (
    SELECT 1 FROM information_schema.statistics AS s
    WHERE s.table_schema = c.table_schema AND s.table_name = c.table_name AND s.non_unique = 0
    GROUP BY s.index_name HAVING count(*) = 1 AND max(s.column_name) = c.column_name
  ) THEN 1 ELSE 0 END
FROM information_schema.columns AS c
WHERE c.table_schema NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
ORDER BY c.table_schema, c.table_name, c.ordinal_position
"""

SNOWFLAKE_TYPE = "CASE WHEN data_type = 'NUMBER' THEN 'NUMBER(38,' || numeric_scale || ')' ELSE data_type END"


def _spark(session: Session) -> Iterator[Seen]:
    """Spark has no views of its catalogue: it is asked for each table."""
    current = _first(session, "SELECT current_database()")
    for schema, *_ in list(_each(session, "SHOW DATABASES")):
        for _, table, temporary in list(_each(session, f"SHOW TABLES IN {_tick(schema)}")):
            name = _tick(table) if temporary else f"{_tick(schema)}.{_tick(table)}"
            for column, type, *_ in _each(session, f"DESCRIBE TABLE {name}"):
                if not column or column.startswith("#"):
                    break  # what follows tells of partitions
                yield schema, table, column, type, int(schema == current or temporary), 0


def _bigquery(session: Session) -> Iterator[Seen]:
    """The tables of the dataset that the URL names."""
    return asked(
        "SELECT table_schema, table_name, column_name, data_type, 1, 0 FROM INFORMATION_SCHEMA.COLUMNS "
        "ORDER BY table_name, ordinal_position"
    )(session)


def _each(session: Session, query: str) -> Iterator[tuple[Any, ...]]:
    for batch in session.rows(query).batches:
        yield from batch


def _first(session: Session, query: str) -> Any:
    return next(_each(session, query))[0]


def _tick(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


INSTANT = {"TIMESTAMP": "timestamptz"}  # engines whose plain timestamp is an instant
ONE_INSTANT = {"instant": ("instant",)}  # engines in whose types a local time is no other thing than an instant
TEXTS = {"text": ("instant",), "number": ("boolean",), **ONE_INSTANT}

DRIVERS = (
    Driver(scheme="duckdb", dialect="duckdb", packages=("duckdb",), open=sessions.duckdb, catalogue=asked(DUCKDB)),
    Driver(
        scheme="sqlite",
        dialect="sqlite",
        packages=("sqlite3",),
        open=sessions.sqlite,
        catalogue=asked(SQLITE),
        kept=TEXTS,
    ),
    Driver(
        scheme="postgresql",
        dialect="postgres",
        packages=("psycopg",),
        extra="postgres",
        variables=("PGUSER", "PGPASSWORD"),
        open=sessions.postgresql,
        catalogue=asked(POSTGRES),
    ),
    Driver(
        scheme="redshift",
        dialect="redshift",
        packages=("psycopg",),
        extra="redshift",
        variables=("PGUSER", "PGPASSWORD"),
        open=sessions.postgresql,
        catalogue=_standard("current_schema()"),
    ),
    *(
        Driver(
            scheme=scheme,
            dialect=scheme,
            packages=("pymysql",),
            extra="mysql",
            variables=("", "MYSQL_PWD"),
            open=sessions.mysql,
            catalogue=asked(MYSQL),
            types=INSTANT,
            kept={"number": ("boolean",)},
        )
        for scheme in sessions.MYSQLS
    ),
    Driver(
        scheme="clickhouse",
        dialect="clickhouse",
        packages=("clickhouse_connect",),
        extra="clickhouse",
        variables=("CLICKHOUSE_USER", "CLICKHOUSE_PASSWORD"),
        open=sessions.clickhouse,
        kept=ONE_INSTANT,
        catalogue=_standard("currentDatabase()"),
    ),
    Driver(
        scheme="chdb",
        dialect="clickhouse",
        packages=("chdb",),
        extra="chdb",
        open=sessions.chdb,
        kept=ONE_INSTANT,
        catalogue=_standard("currentDatabase()"),
    ),
    Driver(
        scheme="sc",
        dialect="spark",
        packages=("pyspark.sql",),
        extra="spark",
        open=sessions.spark,
        catalogue=_spark,
        types=INSTANT,
    ),
    Driver(
        scheme="snowflake",
        dialect="snowflake",
        packages=("snowflake.connector",),
        extra="snowflake",
        variables=("SNOWFLAKE_USER", "SNOWFLAKE_PASSWORD"),
        open=sessions.snowflake,
        catalogue=_standard("current_schema()", SNOWFLAKE_TYPE),
    ),
    Driver(
        scheme="bigquery",
        dialect="bigquery",
        packages=("google.cloud.bigquery",),
        extra="bigquery",
        open=sessions.bigquery,
        catalogue=_bigquery,
        sharded=True,
        types=INSTANT,
    ),
    Driver(
        scheme="trino",
        dialect="trino",
        packages=("trino",),
        extra="trino",
        variables=("TRINO_USER", "TRINO_PASSWORD"),
        open=sessions.trino,
        catalogue=_standard("current_schema"),
    ),
    Driver(
        scheme="databricks",
        dialect="databricks",
        packages=("databricks.sql",),
        extra="databricks",
        variables=("", "DATABRICKS_TOKEN"),
        open=sessions.databricks,
        catalogue=_standard("current_schema()"),
        types=INSTANT,
    ),
    *(
        Driver(
            scheme=scheme,
            dialect="",  # whatever stands behind it: the URL says it
            packages=("adbc_driver_flightsql.dbapi", "pyarrow"),
            extra="flight",
            open=sessions.flight,
            catalogue=_standard("current_schema()"),
        )
        for scheme in ("grpc", "grpc+tls")
    ),
)

BY_SCHEME = {driver.scheme: driver for driver in DRIVERS}


def located(text: str, folder: str = "", environment: Mapping[str, str] = os.environ) -> Address:
    """A URL as an address, with what the environment adds to it. Raises Trouble."""
    found = address(text, folder, environment)
    driver = BY_SCHEME[found.scheme]
    user, password = (environment.get(name, "") for name in driver.variables)
    whole: Address = found.replace(
        user=found.user or user, password=found.password or (Secret(password) if password else None)
    )
    return whole


def dialect_of(address: Address) -> str:
    """The dialect that SQL for an address is written in. Raises Trouble if there is none."""
    from segql.sql.names import DIALECT_NAMES

    dialect = BY_SCHEME[address.scheme].dialect or address.option("dialect") or ""
    known = ", ".join(f"`{name}`" for name in DIALECT_NAMES)
    if not dialect:
        why = f"a `{address.scheme}://` URL does not say what SQL the server reads"
        raise Trouble("address", why, f"add `?dialect=` and one of {known}")
    if dialect not in DIALECT_NAMES:
        raise Trouble("address", f"no SQL can be written for `{dialect}` yet", f"the dialects are {known}")
    return dialect


def opened(address: Address) -> Session:
    """A session with a database. Raises Trouble, in words without secrets."""
    return connected(address, BY_SCHEME[address.scheme].open)


def connected(address: Address, open: Callable[[Any, Address], T]) -> T:
    """What a function makes of the driver of a database. Raises Trouble, in words without secrets."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of versions that drivers would rather have beside them
        return _connected(BY_SCHEME[address.scheme], address, open)


def _connected(driver: Driver, address: Address, open: Callable[[Any, Address], T]) -> T:
    try:
        module, *_ = [import_module(package) for package in driver.packages]
    except ImportError as error:
        missing = error.name or driver.packages[0]
    else:
        return _opened(driver, module, address, open)
    raise Trouble("driver", f"the package `{missing}` is not installed", f"pip install 'segql[{driver.extra}]'")


def _opened(driver: Driver, module: Any, address: Address, open: Callable[[Any, Address], T]) -> T:
    # What goes wrong is told once, by us; without a handler of its own, a driver's log goes to the terminal.
    logging.getLogger(driver.packages[0].partition(".")[0]).addHandler(logging.NullHandler())
    try:
        return open(module, address)
    except Trouble:
        raise
    except Exception as error:  # noqa: BLE001  # drivers have classes of their own
        words = address.scrubbed(words_of(error))
    # Raised out here, the driver's exception, which may hold a secret, is no part of the traceback.
    raise Trouble("connect", words, "see that the server runs, and who may go there")
