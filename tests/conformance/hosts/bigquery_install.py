"""Compiles ZetaSQL's module for this machine, once, and keeps it where `bigquery.py` looks."""

from __future__ import annotations

import bigquery
import wasmtime
from zetasql.wasi import get_wasm_path

module = wasmtime.Module.from_file(bigquery.engine(), str(get_wasm_path()))
bigquery.COMPILED.write_bytes(module.serialize())
