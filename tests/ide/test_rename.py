"""New names: everywhere at once, and never so that another name comes to mean something else."""

from __future__ import annotations

from pathlib import Path

import pytest

import segql
from segql import files
from segql.compiler import Options, compile
from segql.diagnostics.model import Edit
from segql.ide.rename import RenameError, prepared, renamed
from segql.ide.snapshot import Snapshot
from segql.source import Source
from tests.ide.cursor import asked, snapshot
from tests.ide.world import at

EXAMPLES = Path(__file__).parents[2] / "examples"


def applied(text: str, edits: tuple[Edit, ...]) -> str:
    for edit in sorted(edits, key=lambda e: e.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def lines(cursor: str, new: str) -> list[str]:
    """The lines that a new name changes, as they are then."""
    snapshot, offset = asked(at(cursor))
    was = snapshot.source.text
    now = applied(was, renamed(snapshot, offset, new))
    return [line.strip() for old, line in zip(was.split("\n"), now.split("\n"), strict=True) if old != line]


def test_a_segment_is_renamed_everywhere() -> None:
    assert lines("  in pay", "good") == [
        "segment good {",
        "in good",
        "test good at 2026-03-31 with country = 'Chile' {",
    ]


def test_a_field_keeps_its_column() -> None:
    assert lines("field  amo", "price.paid")[:2] == [
        "field  price.paid      : decimal = amount",
        "define big = price.paid > 100",
    ]


def test_a_field_that_names_its_column_needs_no_other() -> None:
    assert lines("where geo.cou", "land")[0] == "field  land : text = country"


def test_a_key_is_renamed_in_all_data_and_keeps_its_columns() -> None:
    assert lines("via usr.em", "mail") == [
        "key    usr.id, mail = mail",
        "key    mail = usr.email unique",
        "not in pro via mail",
        "segment pro { key mail  from plans  where tier = 'pro' }",
    ]


def test_a_parameter_keeps_its_mark() -> None:
    assert lines("= $cou", "land") == [
        "param land : text = 'Brazil'",
        "where geo.country = $land",
        "test payers at 2026-03-31 with land = 'Chile' {",
    ]


def test_an_odd_name_gets_backticks() -> None:
    assert lines("  in pay", "good payers")[1] == "in `good payers`"
    assert lines("  in pay", "segment")[1] == "in `segment`"


@pytest.mark.parametrize(
    ("cursor", "new"),
    [
        ("  in pay", "lost"),
        ("field  amo", "kind"),
        ("event  vi", "buy"),
        ("event  vi", "kind"),
        ("define bi", "amount"),
        ("  in pay", ""),
        ("  in pay", "a`b"),
        ("  in pay", "a.b"),
        ("= $cou", "two words"),
        ("field  amo", "a..b"),
    ],
)
def test_a_name_that_would_be_mistaken_is_refused(cursor: str, new: str) -> None:
    snapshot, offset = asked(at(cursor))
    with pytest.raises(RenameError):
        renamed(snapshot, offset, new)


@pytest.mark.parametrize("cursor", ["time   a", "100", "## Pays", "did"])
def test_what_has_no_name_of_its_own_cannot_be_renamed(cursor: str) -> None:
    with pytest.raises(RenameError):
        prepared(*asked(at(cursor)))


def test_files_that_use_the_same_file_are_changed_too() -> None:
    used = {"data.seg": "source s { from t  time at  key u }\n"}
    one, offset = asked("use 'data.seg'\nsegment x { key u  from s<|> }\n", used)
    other = snapshot("use 'data.seg'\nsegment y { key u  from s }\n", used, "other.seg")
    found = renamed(one, offset, "web", [other])
    assert [(e.source.name, e.text) for e in found] == [(f, "web") for f in ("data.seg", "main.seg", "other.seg")]


def test_a_conflict_in_a_file_that_uses_the_same_file_counts() -> None:
    used = {"data.seg": "source s { from t  time at  key u }\n"}
    one, offset = asked("use 'data.seg'\nsegment x { key u  from s<|> }\n", used)
    other = snapshot("use 'data.seg'\ntable web { from w  key u }\n", used, "other.seg")
    with pytest.raises(RenameError):
        renamed(one, offset, "web", [other])


def statements(source: Source, names: tuple[str, ...] = ()) -> list[str]:
    done = compile(source, names, Options(), files.reader())
    return ["\n".join(x for x in s.sql.split("\n") if not x.startswith("--")) for s in done.statements]


@pytest.mark.parametrize("path", ["shop/shop.seg", "flights/flights.seg"])
def test_no_new_name_changes_the_sql(path: str) -> None:
    """Fields, events, parameters, defines and labels stand nowhere in the SQL: each is renamed, and nothing changes."""
    file = EXAMPLES / path
    source = Source(file.read_text("utf-8"), str(file), str(file.parent))
    whole = Snapshot(source=source, read=files.reader())
    was = statements(source)
    assert was
    declared = {s: o for found in whole.names.files.values() for o in found if o.declared for s in o.symbols}
    assert declared
    assert any(symbol.kind == "time" for symbol in declared)
    for symbol, found in declared.items():
        if symbol.kind == "time":
            continue  # a column, as the test above says
        edits = renamed(whole, found.span.start, "brand_new")
        new = Source(applied(source.text, edits), source.name, source.directory)
        assert [d.code for d in segql.check(new).diagnostics] == [d.code for d in whole.diagnostics]
        if symbol.kind in ("field", "event", "parameter", "define", "label"):
            alias = symbol.name.replace(".", "_")  # a step hands on a field under its name
            assert [sql.replace("brand_new", alias) for sql in statements(new)] == was, symbol
