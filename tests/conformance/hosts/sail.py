"""Sail, a relative of Spark in Rust that speaks Spark Connect (https://docs.lakesail.com): a server in this process."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import wire
from pyspark.sql import SparkSession, types

KINDS = {
    "text": types.StringType(),
    "integer": types.LongType(),
    "decimal": types.DecimalType(28, 9),
    "float": types.DoubleType(),
    "boolean": types.BooleanType(),
    "date": types.DateType(),
    "timestamp": types.TimestampNTZType(),
    "timestamptz": types.TimestampType(),
}


def start() -> tuple[str, wire.Ask]:
    warnings.simplefilter("ignore")
    from pysail.spark import SparkConnectServer

    os.chdir(tempfile.mkdtemp(prefix="segql-"))  # a table that a statement makes is a folder here
    os.environ["SAIL_SPARK__SESSION_TIMEOUT_SECS"] = "86400"  # it may have to wait for other engines
    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    address, port = server.listening_address
    ask = asked(SparkSession.builder.remote(f"sc://{address}:{port}").getOrCreate(), lambda name: name)

    def held(sql: str, tables: list[wire.Table]) -> list[list[Any]]:
        assert server, "it ends when nobody holds it any more"
        return ask(sql, tables)

    return version("pysail"), held


def asked(spark: Any, view: Callable[[str], str]) -> wire.Ask:
    """Asks a session, in a zone that would show wherever it had a say. `view` is how the name of a view is given."""
    spark.conf.set("spark.sql.session.timeZone", "America/New_York")

    def ask(sql: str, tables: list[wire.Table]) -> list[list[Any]]:
        for name, columns, rows in tables:
            declared = types.StructType([types.StructField(column, kind_of(kind)) for column, kind in columns.items()])
            spark.createDataFrame(given(columns, rows), schema=declared).createOrReplaceTempView(view(name))
        try:
            found = spark.sql(sql)
            return [list(row) for row in found.collect()] if sql.startswith(("SELECT", "WITH")) else []
        finally:
            for name, _, _ in tables:
                spark.catalog.dropTempView(name)

    return ask


def given(columns: dict[str, Any], rows: list[list[Any]]) -> Any:
    """The rows, one by one as tuples: a struct is one as well."""
    return [tuple(wire.value(k, v) for k, v in zip(columns.values(), row, strict=True)) for row in rows]


def kind_of(kind: Any) -> Any:
    if isinstance(kind, dict):
        return types.StructType([types.StructField(name, kind_of(inner)) for name, inner in kind.items()])
    return types.ArrayType(kind_of(kind[0])) if isinstance(kind, list) else KINDS[kind]


if __name__ == "__main__":
    wire.serve(start)
