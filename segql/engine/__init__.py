"""Meaning to keys: compiled statements run on DuckDB."""
