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


def test_colors_that_changed_lead_to_the_colors_of_the_whole(pulling: Client) -> None:
    pulling.open(URI, TEXT)
    have = pulling.ask("semanticTokens/full", URI)
    numbers = have["data"]
    lines = TEXT.split("\n")
    changes = [(3, 0, 3, 0, "# new\n\n"), (20, 2, 22, 0, "x"), (0, 0, 1, 0, ""), (5, 2, 5, 6, "k"), (8, 0, 8, 0, "\n")]
    for version, (line, start, last, end, text) in enumerate(changes, 2):
        at = {"start": {"line": line, "character": start}, "end": {"line": last, "character": end}}
        pulling.change(URI, version, {"range": at, "text": text})
        have = pulling.ask("semanticTokens/full/delta", URI, previousResultId=have["resultId"])
        for edit in have["edits"]:
            numbers[edit["start"] : edit["start"] + edit["deleteCount"]] = edit["data"]
        assert numbers == pulling.ask("semanticTokens/full", URI)["data"]
        have = pulling.ask("semanticTokens/full/delta", URI, previousResultId="of long ago")
        assert have["data"] == numbers
    assert len(lines) > 22
    assert pulling.ask("semanticTokens/full/delta", URI, previousResultId=have["resultId"])["edits"] == []


def test_the_colors_of_a_range_are_among_those_of_the_whole(pulling: Client) -> None:
    pulling.open(URI, TEXT)
    whole = places(pulling.ask("semanticTokens/full", URI)["data"])
    here = {"start": {"line": 30, "character": 0}, "end": {"line": 31, "character": 0}}
    found = places(pulling.ask("semanticTokens/range", URI, range=here)["data"])
    assert set(found) < set(whole)
    assert {at for at in whole if at[0] in (30, 31)} <= set(found)


def places(numbers: list[int]) -> list[tuple[int, ...]]:
    """Colors by line and character."""
    line = character = 0
    found = []
    for i in range(0, len(numbers), 5):
        down, right, *rest = numbers[i : i + 5]
        line, character = line + down, right + (0 if down else character)
        found.append((line, character, *rest))
    return found


def test_a_lens_has_a_command_that_shows_the_sql(pulling: Client) -> None:
    pulling.open(URI, TEXT)
    found = pulling.ask("codeLens", URI)
    assert [lens["command"]["arguments"][1] for lens in found] == ["payers", "lost", "pro", "payers"]
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
