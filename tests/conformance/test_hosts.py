"""What goes to an engine in an environment of its own comes back as it went in."""

from __future__ import annotations

from typing import Any

import pytest

from .engines import in_ci
from .gates import PARSERS
from .missing import Missing
from .remote import HOSTS, Remote, hosted

NAMES = tuple(sorted({path.stem for path in HOSTS.glob("*.txt")} - set(PARSERS)))
KINDS: dict[str, Any] = {
    "t": "text",
    "i": "integer",
    "d": "decimal",
    "f": "float",
    "b": "boolean",
    "day": "date",
    "moment": "timestamp",
    "zoned": "timestamptz",
}
ROWS = [
    [
        'it\'s "x" \\ ` 😀\n',
        2**53 + 1,
        "-0.25",
        0.1,
        True,
        "2024-02-29",
        "2026-03-08 02:30:00.000001",
        "1999-12-31 23:59:59",
    ],
    ["", 0, "0", -1.5, False, "1970-01-01", "1970-01-01 00:00:00", "2026-11-01 05:30:00"],
    [None] * 8,
]


@pytest.fixture(params=NAMES)
def host(request: pytest.FixtureRequest) -> Any:
    try:
        with hosted(request.param, request.param) as remote:
            yield remote
    except Missing as missing:
        if in_ci():
            pytest.fail(f"{request.param} is missing: {missing}")
        pytest.skip(f"{request.param} is missing: {missing}")


def test_values_survive(host: Remote) -> None:
    columns = ", ".join(KINDS)
    found = host.ask(f"SELECT {columns} FROM kept ORDER BY i", [["kept", KINDS, ROWS]])
    assert sorted(map(read, found), key=str) == sorted(map(read, ROWS), key=str)


def read(row: Any) -> list[Any]:
    """A row in one form: engines write decimals and whole seconds each in their way."""
    t, i, d, f, b, day, *times = row
    number = None if d is None else float(d)
    flag = None if b is None else bool(b)
    whole = None if i is None else int(i)
    return [t, whole, number, f, flag, day, *(time and str(time).removesuffix(".000000") for time in times)]


def test_tables_are_gone_afterwards(host: Remote) -> None:
    host.ask("SELECT count(*) FROM kept", [["kept", {"i": "integer"}, [[1]]]])
    ((count,),) = host.ask("SELECT count(*) FROM kept", [["kept", {"i": "integer"}, []]])
    assert int(count) == 0
