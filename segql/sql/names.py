"""The names of the dialects and of the plans for sequences, apart from sqlglot, so that a wrong one is noticed before anything is imported."""

DIALECT_NAMES = (
    "duckdb",
    "postgres",
    "sqlite",
    "clickhouse",
    "bigquery",
    "mysql",
    "mariadb",
    "spark",
    "databricks",
    "redshift",
    "trino",
    "athena",
    "snowflake",
    "tsql",
    "fabric",
)
PLAN_NAMES = ("extremes", "neighbors", "asof", "packed", "running", "joined")
