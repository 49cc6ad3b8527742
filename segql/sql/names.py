"""The names of the dialects, apart from sqlglot, so that a wrong one is noticed before anything is imported."""

DIALECT_NAMES = ("duckdb", "postgres", "sqlite")
