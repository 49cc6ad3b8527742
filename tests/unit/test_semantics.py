"""What compiling and checking must agree on, and what once went wrong."""

from __future__ import annotations

import pytest

import segql

APP = """source app {
  from app.events
  time at
  key usr.id
  field kind : text
  event buy : kind = $kind
}
"""


def compiled(text: str, **params: object) -> list[str]:
    """The codes of what compiling all segments of a text says."""
    return [d.code for d in segql.compile(text, now="2026-03-31", params=params).diagnostics]


def test_a_parameter_of_an_event_that_is_taken_over_needs_a_value() -> None:
    text = f"param kind : text\n{APP}\nsource shop like app {{\n  from shop.log\n}}\n"
    text += "segment found {\n  key usr.id\n  from shop\n  did buy\n}\nsegment same {\n  key usr.id\n  in found\n}\n"
    assert compiled(text) == ["SEG322"]
    assert compiled(text, kind="buy") == []


def test_a_default_that_does_not_fit_is_said_when_compiling_too() -> None:
    text = f"param kind : text = 5\n{APP}\nsegment found {{\n  key usr.id\n  from app\n  did buy\n}}\n"
    assert compiled(text) == [d.code for d in segql.check(text).diagnostics] == ["SEG323"]


def test_a_mistake_in_what_is_not_compiled_is_for_check() -> None:
    text = f"param kind : text = 'a'\nparam other : text = 5\n{APP}\nsegment found {{\n  key usr.id\n  from app\n}}\n"
    assert compiled(text) == []
    assert [d.code for d in segql.check(text).diagnostics] == ["SEG323"]


def test_a_date_parameter_without_a_value_fits_a_timestamp() -> None:
    text = "param kind : text = 'a'\nparam day : date\n" + APP
    text += "segment found {\n  key usr.id\n  from app\n  did buy where at >= $day and $day != at\n}\n"
    assert segql.check(text).diagnostics == ()
    assert compiled(text) == ["SEG322"]
    assert compiled(text, day="2026-01-31") == []


def test_segments_in_a_ring_are_said_once_and_compile_to_nothing() -> None:
    text = "param kind : text = 'a'\n" + APP
    for name, other in ("ab", "bc", "ca"):
        text += f"segment {name} {{\n  key usr.id\n  from app\n  in {other}\n}}\n"
    text += "test a at 2026-03-31 {\n  'x' in {\n    2026-03-30 kind = 'a'\n  }\n}\n"
    assert [d.code for d in segql.check(text).diagnostics] == ["SEG212"]
    assert compiled(text) == ["SEG212"]


def test_a_long_chain_of_segments_and_defines_is_resolved() -> None:
    text = "param kind : text = 'a'\n" + APP + "define d0 = kind = 'x'\n"
    text += "".join(f"define d{n} = d{n - 1}\n" for n in range(1, 50))
    text += "segment s0 {\n  key usr.id\n  from app\n  did buy where d49\n}\n"
    text += "".join(f"segment s{n} {{\n  key usr.id\n  in s{n - 1}\n}}\n" for n in range(1, 60))
    checked = segql.check(text)
    assert checked.diagnostics == ()
    assert len(checked.program.segments) == 60


@pytest.mark.parametrize("many", [100, 2000])
def test_a_chain_of_any_length_has_an_answer(many: int) -> None:
    """Whichever end is read first: said once, and no crash."""
    segments = [f"segment s{n} {{\n  key usr.id\n  in s{n - 1}\n}}\n" for n in range(1, many)]
    segments.insert(0, "segment s0 {\n  key usr.id\n  from app\n  did buy\n}\n")
    before = "param kind : text = 'a'\n" + APP
    assert segql.check(before + "".join(segments)).diagnostics == ()
    assert [d.code for d in segql.check(before + "".join(reversed(segments))).diagnostics] == ["SEG106"]
    defines = "define d0 = kind = 'x'\n" + "".join(f"define d{n} = d{n - 1}\n" for n in range(1, many))
    defines += f"segment found {{\n  key usr.id\n  from app\n  did buy where d{many - 1}\n}}\n"
    assert [d.code for d in segql.check(before + defines).diagnostics] == ["SEG106"]
