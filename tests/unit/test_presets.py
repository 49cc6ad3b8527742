"""Well-known schemas: each is a source that has all but a `from`, in its form, and means something in every place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import segql
from segql.compiler import check
from segql.semantics.presets import NAMES, preset
from segql.source import Source
from segql.syntax import ast


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_declares_a_source_of_its_name_in_its_form(name: str) -> None:
    piece = preset(name)
    assert piece is not None
    (node,) = piece.declarations
    assert isinstance(node, ast.Source)
    assert (node.name.text, bool(node.doc), piece.problem) == (name, True, None)
    assert segql.format(piece.source.text) == piece.source.text
    assert not any(isinstance(item, ast.FromRelation | ast.FromFile) for item in node.items)


@pytest.mark.parametrize("name", NAMES)
def test_a_source_like_a_preset_needs_no_more_than_its_rows(name: str) -> None:
    """Every field, key and event of it can be asked."""
    source = f"source web like {name} {{ from raw.events }}\n"
    found = check(Source(source))
    assert found.diagnostics == ()
    piece = preset(name)
    assert piece is not None
    items = piece.declarations[0].items
    asked = [f"  did web where {item.path.text} is missing\n" for item in items if isinstance(item, ast.Field)]
    asked += [f"  did {item.name.text}\n" for item in items if isinstance(item, ast.Event)]
    for keys in (item for item in items if isinstance(item, ast.Keys)):
        for column in keys.columns:
            text = f"{source}\nsegment all_of_it {{\n  key {column.key.text}\n  from web\n{''.join(asked)}}}\n"
            for dialect in ("duckdb", "bigquery"):
                compiled = segql.compile(text, dialect=dialect)
                assert compiled.diagnostics == ()
                assert "raw" in compiled.sql["all_of_it"]


def test_there_is_no_preset_of_what_is_no_name() -> None:
    assert preset("../scope") is None
    assert preset("ga4.sessions") is None


def test_the_page_lists_them_with_their_keys_and_events() -> None:
    text = (Path(__file__).parents[2] / "docs" / "language.md").read_text("utf-8")
    rows = [row.strip("|").split("|") for row in re.findall(r"(?m)^\| `\w+\.\w+` \|.*\|$", text)]
    shown = {name.strip(" `"): (quoted(keys), quoted(events)) for name, _, keys, events in rows}
    made = {}
    for name in NAMES:
        piece = preset(name)
        assert piece is not None
        items = piece.declarations[0].items
        keys = [column.key.text for item in items if isinstance(item, ast.Keys) for column in item.columns]
        made[name] = (keys, [item.name.text for item in items if isinstance(item, ast.Event)])
    assert shown == made


def quoted(cell: str) -> list[str]:
    """The names in a cell; an example of an event to write is none."""
    return [name for name in re.findall(r"`([^`]+)`", cell) if "=" not in name]
