"""What can be done: after a fix its mistake is gone, what is missing is there, and other ways to write mean the same."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, seed, settings

from segql.compiler import check
from segql.ide.actions import Offer, all_fixes, fixes, offers
from segql.ide.snapshot import Snapshot
from segql.reference import members
from segql.semantics import calendar, model
from segql.source import Source, Span
from segql.syntax import ast
from segql.syntax.parse import parse
from segql.syntax.walk import walk
from tests.differential import segments
from tests.ide.cursor import asked
from tests.ide.world import TEXT

NOW = dt.datetime(2026, 3, 15, 10, 30)


@pytest.mark.parametrize(
    ("right", "wrong"), [("did buy", "did byu"), ("  in payers", "  in payer"), ("tier = 'pro'", "tier = 'prO'")]
)
def test_a_slip_has_a_fix_that_undoes_it(right: str, wrong: str) -> None:
    text = TEXT.replace(right, wrong, 1)
    snapshot = Snapshot(source=Source(text))
    at = text.index(wrong) + len(wrong) - 2
    [(diagnostic, fix)] = fixes(snapshot, Span(at, at))
    assert diagnostic in snapshot.diagnostics
    for edit in fix.edits:
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    assert text == TEXT


def test_there_is_no_fix_where_nothing_is_wrong() -> None:
    snapshot, offset = asked("<|>" + TEXT.replace("did buy", "did byu"))
    assert list(fixes(snapshot, Span(offset, offset))) == []


def test_all_fixes_put_every_slip_right() -> None:
    text = TEXT.replace("did buy", "did byu", 1).replace("tier = 'pro'", "tier = 'prO'", 1)
    snapshot = Snapshot(source=Source(text))
    assert edited(snapshot, all_fixes(snapshot)) == TEXT
    assert not any(offer.kind.startswith("source") for offer in offers(Snapshot(source=Source(TEXT)), Span(0, 0), NOW))


# ---------------------------------------------------------------- what is missing


@pytest.mark.parametrize(
    ("read", "type"),
    [
        ("did buy where shade = 'x'", "text"),
        ("did buy where shade > 3", "integer"),
        ("did buy where shade in (1.5, 2)", "decimal"),
        ("did buy where shade and big", "boolean"),
        ("did buy where shade >= 2026-01-01", "date"),
        ("sum(shade of buy) > 3", "decimal"),
        ("did buy where shade = amount", "decimal"),
    ],
)
def test_a_field_that_is_missing_can_be_added(read: str, type: str) -> None:
    text = f"{TEXT}\nsegment more {{\n  key usr.id\n  from rum\n  {read}\n}}\n"
    snapshot = Snapshot(source=Source(text))
    at = text.index("shade")
    (offer,) = [o for o in offers(snapshot, Span(at, at), NOW) if o.title.startswith("Add")]
    after = edited(snapshot, offer.edits())
    assert offer.title == "Add the field `shade` to `rum`"
    assert f"field shade : {type}\n" in after
    assert check(Source(after)).diagnostics == ()


def test_a_source_that_is_missing_can_be_added() -> None:
    text = "# first\n\n## Says so.\nsegment a {\n  key  usr.id\n  from web\n}\n"
    snapshot = Snapshot(source=Source(text))
    at = text.index("web")
    (offer,) = [o for o in offers(snapshot, Span(at, at), NOW) if o.title == "Add the source `web`"]
    after = edited(snapshot, offer.edits())
    assert check(Source(after)).ok
    assert after.endswith(text.removeprefix("# first\n\n"))


def test_an_event_that_is_missing_can_be_added() -> None:
    after = done(TEXT.replace("did buy", "did ret<|>urned"), "Add the event `returned` to `rum`")
    assert after is not None
    assert "  event  buy  : kind = 'buy'\n  event returned : kind = 'returned'\n}" in after
    assert [d.code for d in check(Source(after)).diagnostics] == ["SEG302"]  # the enum says which kinds there are
    bare = "source s { from t  time at  key u }\nsegment x { key u  from s  did `it''s`<|> }\n"
    assert (done(bare, "Add the event") or "").startswith("source s { from t  time at  key u\n  event `it''s` : true }")
    like = "source s like datadog.rum { from t }\nfunnel f { from s  key usr.id  steps { s.view then scro<|>ll } }\n"
    assert (done(like, "Add the event") or "").startswith(
        "source s like datadog.rum { from t\n  event scroll : type = 'scroll' }"
    )


# ---------------------------------------------------------------- other ways to write the same


def edited(snapshot: Snapshot, edits: tuple[object, ...]) -> str:
    text = snapshot.source.text
    for edit in sorted(edits, key=lambda e: e.span, reverse=True):  # type: ignore[attr-defined]
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]  # type: ignore[attr-defined]
    return text


def done(text: str, title: str, selected: str = "") -> str | None:
    """The text after an offer that is made where something is selected, or at the cursor."""
    snapshot, offset = asked(text) if "<|>" in text else (Snapshot(source=Source(text)), text.index(selected))
    found = offered(snapshot, Span(offset, offset + len(selected)), title)
    return edited(snapshot, found.edits()) if found else None


def offered(snapshot: Snapshot, span: Span, title: str) -> Offer | None:
    return next((offer for offer in offers(snapshot, span, NOW) if offer.title.startswith(title)), None)


def meaning(text: str) -> tuple[model.Segment, ...]:
    checked = check(Source(text))
    assert checked.ok, checked.diagnostics
    return tuple(s for s in checked.program.segments if not s.name.endswith("_part"))


def test_an_expression_becomes_a_define_and_is_written_out_again() -> None:
    selected = "geo.country = $country"
    after = done(TEXT, "Extract into the define", selected)
    assert after is not None
    assert "\n\ndefine extracted = geo.country = $country\n\n## Pays well.\nsegment payers {" in after
    assert "where extracted\n" in after
    assert meaning(after) == meaning(TEXT)
    again = done(after.replace("where extracted", "where ext<|>racted"), "Write out")
    assert again is not None
    assert "where (geo.country = $country)\n" in again
    assert meaning(again.replace("(geo.country = $country)", "geo.country = $country")) == meaning(TEXT)


def test_a_define_is_written_out_with_its_parentheses() -> None:
    after = done(TEXT.replace("where big and", "where not b<|>ig and"), "Write out")
    assert after is not None
    assert meaning(after) == meaning(TEXT.replace("where big and", "where not big and"))


def test_what_reads_an_earlier_step_is_not_made_a_define() -> None:
    assert done(TEXT, "Extract into the define", "rum.amount > look.amount") is None
    assert done(TEXT, "Extract into the define", "geo.country = ") is None


def test_what_is_selected_becomes_a_segment() -> None:
    text = TEXT.replace("  in payers\n", "  did buy # often\n  never view\n  in payers\n")
    after = done(text, "Extract into the segment", "did buy # often\n  never view\n")
    assert after is not None
    made = "segment lost_part {\n  key   usr.id\n  from  rum\n\n  did buy # often\n  never view\n}"
    assert made.replace("key   ", "key  ").replace("from  ", "from ") in after
    assert "  from rum\n  in lost_part\n  in payers\n" in after
    assert check(Source(after)).ok


def test_half_of_what_is_or_is_not_cannot_be_a_segment() -> None:
    text = TEXT.replace("  in payers\n", "  any { did buy did view never buy }\n")
    assert done(text, "Extract into the segment", "did buy did view") is None
    assert done(text, "Extract into the segment", "did view") is not None


def test_a_segment_over_other_rows_is_not_written_out() -> None:
    assert done(TEXT.replace("  in payers", "  in pay<|>ers"), "Write out `payers`") is None  # it has another `where`


@pytest.mark.hypothesis
def test_segments_that_are_extracted_and_written_out_have_the_same_members() -> None:
    seen = {"extracted": 0, "written out": 0}

    @seed(7)
    @settings(max_examples=40, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=segments.cases())
    def run(case: segments.Case) -> None:
        text, rows = case
        program = check(Source(text))
        if not program.ok:
            return
        name = text.rsplit("segment ", 1)[1].split(" ", 1)[0]
        expected = members(program.program, name, rows, segments.NOW)
        for span in conditions(text, name):
            snapshot = Snapshot(source=Source(text))
            extract = offered(snapshot, span, "Extract into the segment")
            assert extract is not None
            after = edited(snapshot, extract.edits())
            made = check(Source(after))
            assert made.ok, after
            assert members(made.program, name, rows, segments.NOW) == expected
            seen["extracted"] += 1
            snapshot = Snapshot(source=Source(after))
            at = after.index(f"in {name}_part")
            inline = offered(snapshot, Span(at + 3, at + 3), "Write out")
            if inline is not None:
                again = check(Source(edited(snapshot, inline.edits())))
                assert again.ok, after
                assert members(again.program, name, rows, segments.NOW) == expected
                seen["written out"] += 1

    run()
    assert min(seen.values()) > 10, seen


def conditions(text: str, name: str) -> list[Span]:
    """The conditions of a segment, outermost ones and those in groups."""
    found: list[Span] = []
    for piece in parse(Source(text)).pieces:
        for node in piece.declarations:
            if isinstance(node, ast.Segment) and node.name.text == name:
                inside = [n for n in walk(node) if isinstance(n, ast.Condition)]
                found += [Span(piece.start + n.span.start, piece.start + n.span.end) for n in inside]
    return found


# ---------------------------------------------------------------- windows


@pytest.mark.parametrize("zone", ["UTC", "America/Sao_Paulo"])
@pytest.mark.parametrize(
    "window",
    [
        "last 30 days",
        "last 3 months",
        "this month",
        "previous month",
        "previous 2 weeks",
        "since 3 days ago",
        "before 2 days ago",
    ],
)
def test_a_window_is_written_as_the_dates_that_it_is(window: str, zone: str) -> None:
    text = f"zone '{zone}'\n{TEXT}".replace("  from  rum\n", f"  from  rum\n  during {window}\n", 1)
    after = done(text.replace("during ", "during <|>", 1), "Write the window as")
    assert after is not None
    assert bounds(after) == bounds(text)


def bounds(text: str) -> object:
    checked = check(Source(text))
    assert checked.ok, checked.diagnostics
    (window,) = {
        n for n in inside(checked.program.segments) if isinstance(n, model.Window) and n != model.Window(zone=n.zone)
    }
    return calendar.bounds(window, NOW)


def inside(value: object) -> list[object]:
    parts = value if isinstance(value, tuple) else vars(value).values() if hasattr(value, "_fields") else ()
    return [value, *(found for part in parts for found in inside(part))]


@pytest.mark.parametrize(
    ("dates", "moving"),
    [("from 2026-01-01 to 2026-01-30", "last 30 days"), ("since 2026-03-14", "last 1 day"), ("since 2026-03-15", "")],
)
def test_dates_are_written_as_a_window_of_that_length(dates: str, moving: str) -> None:
    text = TEXT.replace("  from  rum\n", f"  from  rum\n  during <|>{dates}\n", 1)
    after = done(text, "Write the window as")
    assert (after or "").count(f"during {moving}\n" if moving else "x" * 99) == bool(moving)
    assert (after is None) is (not moving)


USED = "source s { from t  time at  key u  event a : true }\nsegment part {\n  key u\n  from s\n  did a\n}\n"
USING = "use 'used.seg'\nsegment x {\n  key u\n  from s\n  in pa<|>rt\n}\n"


def test_a_segment_of_another_file_is_written_out() -> None:
    here, offset = asked(USING, {"used.seg": USED})
    found = offered(here, Span(offset, offset), "Write out `part`")
    assert found is not None
    assert "  from s\n  did a\n}" in edited(here, found.edits())


def test_days_that_begin_elsewhere_keep_a_segment_apart() -> None:
    here, offset = asked(USING, {"used.seg": f"zone 'Asia/Tokyo'\n{USED}"})
    assert offered(here, Span(offset, offset), "Write out `part`") is None


@pytest.mark.parametrize(
    ("clause", "selected", "there"),
    [
        ("measure m = sum(amount * 2 of buy)", "amount * 2", True),
        ("measure m = count(buy where amount > 2)", "amount > 2", True),
        ("measure m = count(buy) * 2", "count(buy) * 2", False),
        ("by amount > 2 as rich", "amount > 2", True),
        ("by lower(kind)", "lower(kind)", False),
    ],
)
def test_in_analyses_what_is_read_on_a_row_can_be_a_define(clause: str, selected: str, there: bool) -> None:
    after = done(f"{TEXT}explore e {{\n  from rum\n  {clause}\n}}\n", "Extract into the define", selected)
    assert (after is not None) is there
    assert after is None or f"define extracted = {selected}\n\nexplore e" in after
