"""Colors and lenses over the wire."""

from __future__ import annotations

import pytest

from tests.ide.world import TEXT
from tests.lsp.client import PULLS, Client, RefusedError, server

URI = "untitled:a"


def test_colors_are_counted_from_one_to_the_next_in_the_units_of_the_client() -> None:
    with server() as (_, client):
        legend = client.start(PULLS)["capabilities"]["semanticTokensProvider"]["legend"]
        client.open(URI, "define 𝒳 = '𝒳'\n# c\n")
        data = client.ask("semanticTokens/full", URI)["data"]
    rows = [data[i : i + 5] for i in range(0, len(data), 5)]
    assert [(*row[:3], legend["tokenTypes"][row[3]], row[4]) for row in rows] == [
        (0, 0, 6, "keyword", 0),
        (0, 7, 2, "variable", 1),
        (0, 3, 1, "operator", 0),
        (0, 2, 4, "string", 0),
        (1, 0, 3, "comment", 0),
    ]


def test_a_lens_has_a_command_that_shows_the_sql(pulling: Client) -> None:
    pulling.open(URI, TEXT)
    found = pulling.ask("codeLens", URI)
    assert [lens["command"]["arguments"][1] for lens in found] == ["payers", "lost", "pro"]
    command = found[2]["command"]
    assert command["title"] == "Show SQL"
    run = {"command": command["command"], "arguments": command["arguments"]}
    assert "SELECT" in pulling.request("workspace/executeCommand", run)


def test_a_segment_without_sql_says_why(pulling: Client) -> None:
    pulling.open(URI, "segment a { key u  from nobody }\n")
    run = {"command": "segql.compile", "arguments": [URI, "a"]}
    with pytest.raises(RefusedError, match="nobody"):
        pulling.request("workspace/executeCommand", run)


@pytest.mark.parametrize("arguments", [None, [], [1], [URI, 3], [URI, "a", "no engine"], [URI, "a", "duckdb", "x"]])
def test_arguments_that_are_none_get_an_error(pulling: Client, arguments: object) -> None:
    pulling.open(URI, TEXT)
    with pytest.raises(RefusedError):
        pulling.request("workspace/executeCommand", {"command": "segql.compile", "arguments": arguments})
