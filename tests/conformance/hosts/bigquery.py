"""ZetaSQL, the reference implementation of BigQuery's SQL, as WebAssembly: it knows queries, and keeps no tables.

To compile the module takes half a minute, so that is done once (`bigquery_install.py`) and kept beside the environment.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import sys
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any

import wasmtime
import wire
from zetasql.core import wasm_client
from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2 as service
from zetasql.wasi._pb2.zetasql.proto import options_pb2, simple_catalog_pb2
from zetasql.wasi._pb2.zetasql.public import options_pb2 as public
from zetasql.wasi._pb2.zetasql.public import simple_table_pb2 as table_pb2
from zetasql.wasi._pb2.zetasql.public import type_pb2
from zetasql.wasi._pb2.zetasql.public.value_pb2 import ValueProto

COMPILED = Path(sys.prefix) / "zetasql.compiled"
KINDS = {
    "text": type_pb2.TYPE_STRING,
    "integer": type_pb2.TYPE_INT64,
    "decimal": type_pb2.TYPE_NUMERIC,
    "float": type_pb2.TYPE_DOUBLE,
    "boolean": type_pb2.TYPE_BOOL,
    "date": type_pb2.TYPE_DATE,
    "timestamp": type_pb2.TYPE_DATETIME,
    "timestamptz": type_pb2.TYPE_TIMESTAMP,
}
EPOCH = dt.date(1970, 1, 1)
# Bits of the fields of a DATETIME, after the year: month, day, hour, minute, second.
WIDTHS = (4, 5, 5, 6, 6)


def start() -> tuple[str, wire.Ask]:
    client = Client()
    language = client.call_grpc_func(
        "ZetaSqlLocalService_GetLanguageOptions",
        service.LanguageOptionsRequest(maximum_features=True),
        options_pb2.LanguageOptionsProto,
    )
    language.product_mode = public.PRODUCT_EXTERNAL  # the names of types that BigQuery has, and no others
    language.reserved_keywords.append("QUALIFY")
    language.supported_statement_kinds.clear()
    # A session in a zone that would show wherever it had a say.
    options = options_pb2.AnalyzerOptionsProto(language_options=language, default_timezone="America/New_York")

    def ask(sql: str, tables: list[wire.Table]) -> list[list[Any]]:
        catalog = simple_catalog_pb2.SimpleCatalogProto(
            name="catalog", table=[declared(*table[:2]) for table in tables]
        )
        catalog.builtin_function_options.language_options.CopyFrom(language)
        wanted = service.PrepareQueryRequest(sql=sql, options=options, simple_catalog=catalog)
        for name, columns, rows in tables:
            wanted.table_content[name].CopyFrom(content(columns, rows))
        call = client.call_grpc_func
        prepared = call("ZetaSqlLocalService_PrepareQuery", wanted, service.PrepareQueryResponse)
        known = {"prepared_query_id": prepared.prepared.prepared_query_id}
        try:
            request = service.EvaluateQueryRequest(**known)
            found = call("ZetaSqlLocalService_EvaluateQuery", request, service.EvaluateQueryResponse)
            return [[back(cell) for cell in row.cell] for row in found.content.table_data.row]
        finally:
            call("ZetaSqlLocalService_UnprepareQuery", service.UnprepareQueryRequest(**known))

    return version("zetasql"), ask


# ---------------------------------------------------------------- values


def declared(name: str, columns: dict[str, Any]) -> Any:
    """A table of the catalogue."""
    kept = [table_pb2.SimpleColumnProto(name=column, type=kind_of(kind)) for column, kind in columns.items()]
    return table_pb2.SimpleTableProto(name=name, column=kept)


def kind_of(kind: Any) -> Any:
    if isinstance(kind, dict):
        fields = [type_pb2.StructFieldProto(field_name=name, field_type=kind_of(k)) for name, k in kind.items()]
        return type_pb2.TypeProto(type_kind=type_pb2.TYPE_STRUCT, struct_type=type_pb2.StructTypeProto(field=fields))
    if isinstance(kind, list):
        item = type_pb2.ArrayTypeProto(element_type=kind_of(kind[0]))
        return type_pb2.TypeProto(type_kind=type_pb2.TYPE_ARRAY, array_type=item)
    return type_pb2.TypeProto(type_kind=KINDS[kind])


def content(columns: dict[str, Any], rows: list[list[Any]]) -> Any:
    found = service.TableContent()
    found.table_data.SetInParent()
    for row in rows:
        given = (sent(kind, wire.value(kind, value)) for kind, value in zip(columns.values(), row, strict=True))
        found.table_data.row.add().cell.extend(given)
    return found


def sent(kind: Any, value: Any) -> Any:
    """A value as the service takes it."""
    if value is None:
        return ValueProto()
    if isinstance(kind, dict):
        return ValueProto(struct_value=ValueProto.Struct(field=[sent(k, value[name]) for name, k in kind.items()]))
    if isinstance(kind, list):
        return ValueProto(array_value=ValueProto.Array(element=[sent(kind[0], each) for each in value]))
    match kind:
        case "text":
            return ValueProto(string_value=value)
        case "integer":
            return ValueProto(int64_value=value)
        case "decimal":
            units = int(value.scaleb(9))
            return ValueProto(numeric_value=units.to_bytes(units.bit_length() // 8 + 1, "little", signed=True))
        case "float":
            return ValueProto(double_value=value)
        case "boolean":
            return ValueProto(bool_value=value)
        case "date":
            return ValueProto(date_value=(value - EPOCH).days)
        case "timestamp":
            return ValueProto(datetime_value=packed(value))
        case _:
            found = ValueProto()
            found.timestamp_value.FromDatetime(value)
            return found


def packed(at: dt.datetime) -> Any:
    bits = at.year
    for width, part in zip(WIDTHS, (at.month, at.day, at.hour, at.minute, at.second), strict=True):
        bits = bits << width | part
    return ValueProto.Datetime(bit_field_datetime_seconds=bits, nanos=at.microsecond * 1000)


def unpacked(at: Any) -> dt.datetime:
    bits, parts = at.bit_field_datetime_seconds, []
    for width in reversed(WIDTHS):
        parts.insert(0, bits & (1 << width) - 1)
        bits >>= width
    return dt.datetime(bits, *parts, at.nanos // 1000)


def back(cell: Any) -> Any:
    """A value of the service as Python has it."""
    there = cell.ListFields()
    if not there:
        return None
    ((field, value),) = there
    match field.name:
        case "date_value":
            return EPOCH + dt.timedelta(days=value)
        case "datetime_value":
            return unpacked(value)
        case "timestamp_value":
            return value.ToDatetime()
        case "numeric_value":
            return Decimal(int.from_bytes(value, "little", signed=True)).scaleb(-9)
        case "bignumeric_value":
            return Decimal(int.from_bytes(value, "little", signed=True)).scaleb(-38)
        case _:
            return value


# ---------------------------------------------------------------- the module


class Client(wasm_client.WasmClient):  # type: ignore[misc]
    """The client of the package, but with the module that has been compiled, and without a loop over each byte."""

    def __init__(self) -> None:
        zones = wasm_client.get_tzinfo_dir()
        wasi = wasmtime.WasiConfig()
        wasi.inherit_stderr()
        wasi.preopen_dir(zones, "/usr/share/zoneinfo")
        made = engine()
        self.store = wasmtime.Store(made)
        self.store.set_wasi(wasi)
        self.module = wasmtime.Module.deserialize_file(made, str(COMPILED))
        linker = wasmtime.Linker(made)
        linker.define_wasi()
        self.instance = linker.instantiate(self.store, self.module)
        self.exports = self.instance.exports(self.store)
        self.exports["_initialize"](self.store)
        self.memory = self.exports["memory"]

    def write_bytes(self, ptr: int, data: bytes) -> None:
        ctypes.memmove(self._address() + ptr, data, len(data))

    def read_bytes(self, ptr: int, size: int) -> bytes:
        return ctypes.string_at(self._address() + ptr, size)

    def _address(self) -> int:
        return ctypes.addressof(self.memory.data_ptr().contents)


def engine() -> Any:
    config = wasmtime.Config()
    config.shared_memory = True
    return wasmtime.Engine(config)


if __name__ == "__main__":
    wire.serve(start)
