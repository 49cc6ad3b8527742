"""Spark itself (https://spark.apache.org): `local[2]`, or the address of a master; all but its start is as on Sail."""

from __future__ import annotations

import os
import sys
import tempfile
import warnings
from typing import Any

import sail
import wire
from pyspark.sql import SparkSession

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.ansi.enabled": os.environ.get("SEGQL_ANSI", "true"),
    "spark.executor.memory": "1g",
}


def start() -> tuple[str, wire.Ask]:
    warnings.simplefilter("ignore")
    os.chdir(tempfile.mkdtemp(prefix="segql-"))  # a table that a statement makes is a folder here
    building: Any = SparkSession.builder.master(sys.argv[1])
    for name, setting in SETTINGS.items():
        building = building.config(name, setting)
    spark = building.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    return str(spark.version), sail.asked(spark, quoted)


def quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


if __name__ == "__main__":
    wire.serve(start)
