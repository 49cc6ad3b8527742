"""Signature help: the function around the cursor, and the argument that it is in."""

from __future__ import annotations

import pytest

from segql.ide.signature import signature
from tests.ide.cursor import asked

DATA = "source s { from t  time at  key u  field a : text  event e : a = 'x' }\n"


def shown(line: str) -> str | None:
    """The use with brackets around the argument that is meant."""
    found = signature(*asked(f"{DATA}segment x {{ key u  from s\n  {line}\n}}\n"))
    if found is None:
        return None
    start, end = found.arguments[found.active]
    return f"{found.usage[:start]}[{found.usage[start:end]}]{found.usage[end:]}"


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("where lower(<|>", "lower([text])"),
        ("where coalesce(a, <|>", "coalesce(a, [b], …)"),
        ("where coalesce(a, b, c, d<|>)", "coalesce(a, b, […])"),
        ("where lower(trim(<|>a)) = 'x'", "trim([text])"),
        ("where lower(trim(a)<|>) = 'x'", "lower([text])"),
        ("sum(a<|> of e) > 1", "sum([expression of event where … during …])"),
        ("where a in ('x', <|>'y')", None),
        ("where <|>lower(a) = 'x'", None),
        ("where lower(a)<|> = 'x'", None),
        ("where nothing(<|>) = 'x'", None),
    ],
)
def test_the_argument_under_the_cursor_is_meant(line: str, wanted: str | None) -> None:
    assert shown(line) == wanted
