"""Which segments are made of which."""

from __future__ import annotations

from segql.ide import hierarchy
from tests.ide.cursor import asked, snapshot
from tests.ide.world import at


def test_a_segment_is_used_by_segments_and_tests() -> None:
    here, offset = asked(at("segment pay"))
    (declared,) = hierarchy.reusable(here, offset)
    links = hierarchy.used_by(here, declared.symbol)
    assert [link.declared.symbol.name for link in links] == ["lost", "test payers"]
    text = here.source.text
    assert [text[s.start : s.end] for link in links for s in link.spans] == ["payers", "payers"]


def test_a_segment_uses_segments() -> None:
    here, offset = asked(at("in payers\n  not in pro via usr.email\n  steps"))  # amid `lost`, on no name
    (declared,) = hierarchy.reusable(here, offset)
    assert declared.symbol.name == "lost"
    links = hierarchy.uses(here, declared.symbol)
    assert [link.declared.symbol.name for link in links] == ["payers", "pro"]


def test_uses_are_found_in_other_files() -> None:
    files = {"data.seg": "source s { from t  time at  key u }\nsegment a { key u  from s }\n"}
    here, offset = asked("use 'data.seg'\nsegment b { key u  in a<|> }\n", files)
    other = snapshot("use 'data.seg'\nexplore x { from s  for a  measure n = count(s) }\n", files, "other.seg")
    (declared,) = hierarchy.reusable(here, offset)
    links = hierarchy.used_by(here, declared.symbol, [other])
    assert [(link.declared.source.name, link.declared.symbol.name) for link in links] == [
        ("main.seg", "b"),
        ("other.seg", "x"),
    ]
