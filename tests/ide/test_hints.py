"""Hints between the words: drawn into the text as ‹…›."""

from __future__ import annotations

import datetime as dt

from segql.ide.hints import hints
from segql.source import Span
from tests.ide.cursor import snapshot
from tests.ide.world import TEXT

NOW = dt.datetime(2026, 3, 31, 10, 30)
DATA = "source s { from t  time at  key u, v  field a : text  event e : a = 'x' }\n"


def drawn(text: str) -> str:
    found = hints(snapshot(text), Span(0, len(text)), NOW)
    for hint in reversed(found):
        text = f"{text[: hint.offset]}‹{hint.text}›{text[hint.offset :]}"
    return text


def windows(clause: str, zone: str = "") -> str:
    text = drawn(f"{zone}{DATA}segment x {{ key u  from s  during {clause} }}\n")
    return text.partition(f"during {clause}")[2].partition(" }")[0]


def test_windows_have_their_dates() -> None:
    assert windows("last 30 days") == "‹2026-03-01 10:30 → now›"
    assert windows("this month") == "‹2026-03-01 → now›"
    assert windows("previous 2 months") == "‹2026-01-01 → 2026-03-01›"
    assert windows("before 1 year ago") == "‹ever → 2025-03-31 10:30›"
    assert windows("ever") == ""
    assert windows("from 2026-01-01 to 2026-01-31") == ""


def test_windows_have_the_dates_of_their_zone() -> None:
    assert windows("last 1 day", "zone 'America/Sao_Paulo'\n") == "‹2026-03-30 07:30 → now›"
    assert windows("this month", "zone 'Asia/Tokyo'\n") == "‹2026-03-01 → now›"


def test_a_window_that_is_none_has_no_hint() -> None:
    assert windows("last 99999999 years") == ""
    assert windows("last 0.5 days") == ""


def test_defines_have_their_types() -> None:
    text = "define a1 = a\ndefine b = lower(a)\ndefine c = a = 'x' or e\ndefine d = 1 + 2\n"
    assert drawn(DATA + text)[len(DATA) :] == (
        "define a1‹: text› = a\ndefine b‹: text› = lower(a)\ndefine c‹: boolean› = a = 'x' or e\ndefine d = 1 + 2\n"
    )


def test_rows_that_come_from_other_segments_are_named() -> None:
    assert "key  usr.id\n  from rum\n  in payers" in drawn(TEXT)
    text = drawn(TEXT.replace("  from rum\n  in payers", "  in payers"))
    assert "key  usr.id‹from rum›\n  in payers" in text


def test_a_bridge_says_which_key_leads_where() -> None:
    assert "not in pro via usr.email‹usr.id → usr.email›" in drawn(TEXT)


def test_only_hints_of_the_span_are_told() -> None:
    start = TEXT.index("not in pro")
    found = hints(snapshot(TEXT), Span(start, start + 30), NOW)
    assert [hint.text for hint in found] == ["usr.id → usr.email"]
