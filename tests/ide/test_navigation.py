"""From names to declarations and back."""

from __future__ import annotations

import pytest

from segql.ide.navigation import definitions, highlights, references
from tests.ide.cursor import asked, drawn, snapshot
from tests.ide.world import TEXT, at


@pytest.mark.parametrize(
    ("cursor", "declared"),
    [
        ("did bu", "buy"),
        ("where geo.cou", "geo.country"),
        ("= $coun", "country"),
        ("where bi", "big"),
        ("and pla", "plans"),
        ("and plans.ti", "tier"),
        ("  in pay", "payers"),
        ("via usr.em", "usr.email"),
        ("then ru", "rum"),
        ("then rum.bu", "buy"),
        ("where rum.amo", "amount"),
        ("> loo", "look"),
        ("> look.amo", "amount"),
        ("test pay", "payers"),
        ("with coun", "country"),
        ("10:00  ki", "kind"),
        ("    plans: ti", "tier"),
        ("define big = amo", "amount"),
        ("view : ki", "kind"),
        ("field  ki", "kind"),
    ],
)
def test_a_name_leads_to_its_declaration(cursor: str, declared: str) -> None:
    found = definitions(*asked(at(cursor)))
    assert found
    assert {TEXT[d.span.start : d.span.end] for d in found} == {declared}
    assert all(d.whole.start <= d.span.start for d in found)


def test_a_key_leads_to_all_data_that_carry_it() -> None:
    assert len(definitions(*asked(at("via usr.em")))) == 2


@pytest.mark.parametrize("cursor", ["## Pays", "did", "100", "segment lost ", "'pr", "2026-"])
def test_what_is_no_name_leads_nowhere(cursor: str) -> None:
    assert definitions(*asked(at(cursor))) == ()


def test_all_places_of_a_name_are_found() -> None:
    snapshot, offset = asked(at("field  amo"))
    found = drawn(TEXT, [o.span for o in references(snapshot, offset)])
    assert [line.strip() for line in found.split("\n") if "[" in line] == [
        "field  [amount]      : decimal",
        "define big = [amount] > 100",
        "view where [amount] > 1 as look",
        "then rum.buy where rum.[amount] > look.[amount]",
        "2026-03-30T10:00  kind = 'buy', [amount] = 200, geo.country = 'Chile'",
    ]
    assert [bool(o.declared) for o in highlights(snapshot, offset)] == [True, False, False, False, False, False]


def test_names_are_found_across_files() -> None:
    used = {"data.seg": "source s { from t  time at  key u  field a : text }\n"}
    snapshot_, offset = asked("use 'data.seg'\nsegment x { key u  from s  where a<|> = '1' }\n", used)
    (found,) = definitions(snapshot_, offset)
    assert found.source.name == "data.seg"
    assert [o.source.name for o in references(snapshot_, offset)] == ["main.seg", "data.seg"]


def test_files_that_use_the_same_file_are_looked_through_too() -> None:
    used = {"data.seg": "source s { from t  time at  key u }\n"}
    one, offset = asked("use 'data.seg'\nsegment x { key u  from s<|> }\n", used)
    other = snapshot("use 'data.seg'\nsegment y { key u  from s }\n", used, "other.seg")
    stranger = snapshot("source s { from q  time at  key u }\n", name="stranger.seg")
    assert {o.source.name for o in references(one, offset, [other, stranger])} == {"main.seg", "data.seg", "other.seg"}


def test_a_broken_declaration_keeps_its_names() -> None:
    broken = at("where geo.cou").replace("plans.tier = 'pro'", "plans.tier = = 'pro")
    assert [d.symbol.name for d in definitions(*asked(broken))] == ["geo.country"]
