"""The forms in which diagnostics leave the compiler, drawn out."""

from __future__ import annotations

import json
from textwrap import dedent
from unicodedata import category

import pytest
from hypothesis import given, strategies

from segql.diagnostics import render
from segql.diagnostics.model import Diagnostic, Edit, Fix, Label, Severity
from segql.source import Source, Span


def at(source: Source, words: str, text: str = "", after: str = "") -> Label:
    """A label on the first `words` that follow `after`."""
    start = source.text.index(words, source.text.index(after) + len(after))
    return Label(source=source, span=Span(start, start + len(words)), text=text)


def say(
    primary: Label,
    *related: Label,
    message: str = "something is off",
    severity: Severity = "error",
    help: str = "",
    fixes: tuple[Fix, ...] = (),
) -> Diagnostic:
    return Diagnostic(
        code="SEG201",
        name="unknown-segment",
        severity=severity,
        message=message,
        primary=primary,
        related=related,
        help=help,
        fixes=fixes,
    )


def block(*diagnostics: Diagnostic, width: int = 80) -> str:
    """The picture from the place to the last line of the block."""
    return "\n".join(render.picture(diagnostics, width=width).split("\n")[1:-3]) + "\n"


def test_a_picture_shows_the_words_and_where_they_come_from() -> None:
    source = Source(
        "segment trial_users {\n  key usr.id\n}\nsegment upsell {\n  in trial_user\n}\n", "growth/upsell.seg"
    )
    unknown = say(
        at(source, "trial_user", "not defined in this file", after="in "),
        at(source, "trial_users", "a segment with a similar name"),
        message="there is no segment named `trial_user`",
        help="did you mean `trial_users`?",
    )
    assert render.picture([unknown]) + "\n" == dedent("""\
        error[SEG201]: there is no segment named `trial_user`
          --> growth/upsell.seg:5:6
          |
        1 | segment trial_users {
          |         ----------- a segment with a similar name
        ...
        5 |   in trial_user
          |      ^^^^^^^^^^ not defined in this file
          |
          = help: did you mean `trial_users`?
          = explain: segql explain SEG201

        1 error
    """)


def test_a_single_line_between_two_marks_is_shown_rather_than_left_out() -> None:
    source = Source("one\ntwo\nthree\n")
    assert block(say(at(source, "three"), at(source, "one"))) == dedent("""\
          --> <text>:3:1
          |
        1 | one
          | ---
        2 | two
        3 | three
          | ^^^^^
          |
    """)


def test_words_of_several_marks_on_a_line_hang_below_it() -> None:
    source = Source("sum(amount of view) > 'many'")
    found = say(at(source, "'many'", "text"), at(source, "sum", "a sum"), at(source, "amount", "a decimal"))
    assert block(found) == dedent("""\
          --> <text>:1:23
          |
        1 | sum(amount of view) > 'many'
          | --- ------            ^^^^^^ text
          | |   |
          | |   a decimal
          | a sum
          |
    """)


def test_a_label_in_another_file_gets_its_own_block() -> None:
    here, there = Source("in premium", "a.seg"), Source("# plans\n" * 11 + "table premium", "b.seg")
    assert block(say(at(here, "premium", "wants a segment"), at(there, "premium", "a table"))) == dedent("""\
           --> a.seg:1:4
           |
        1  | in premium
           |    ^^^^^^^ wants a segment
           |
           ::: b.seg:12:7
           |
        12 | table premium
           |       ------- a table
           |
    """)


def test_a_span_over_several_lines_is_marked_on_its_first_and_last_line() -> None:
    source = Source("steps {  \n  view\n  then click\n  }\n")
    whole = Label(source=source, span=Span(0, len(source.text) - 1), text="no window")
    assert block(say(whole)) == dedent("""\
          --> <text>:1:1
          |
        1 | steps {
          | ^^^^^^^
        ...
        4 |   }
          |   ^ no window
          |
    """)


@pytest.mark.parametrize(
    ("text", "words", "row"),
    [
        ("\tdid\tview", "view", "        ^^^^"),
        ("did 日本語 x", "日本語", "    ^^^^^^"),
        ("日本語 x", "x", "       ^"),
        ("e\u0301toile x", "x", "       ^"),
        ("e\u0301toile x", "\u0301", "^"),
        ("👨\u200d👩\u200d👧 x", "x", "   ^"),
        ("❤\ufe0f x", "x", "   ^"),
        ("👍🏽 x", "x", "   ^"),
        ("did view\r\ndid", "\r\n", "        ^"),
        ("did", "", "^"),
    ],
)
def test_marks_stand_under_their_words(text: str, words: str, row: str) -> None:
    start = text.index(words)
    shown = block(say(Label(source=Source(text), span=Span(start, start + len(words)))))
    assert shown.split("\n")[3] == "  | " + row


def test_the_end_of_the_file_can_be_marked() -> None:
    source = Source("segment a {\n")
    assert block(say(Label(source=source, span=Span(12, 12), text="here `}` may stand"))) == dedent("""\
          --> <text>:2:1
          |
        2 |
          | ^ here `}` may stand
          |
    """)


def test_nothing_in_a_text_steers_the_terminal() -> None:
    source = Source("did '\x1b[2J\u202e\x9b1m'", "\x1b]0;name\x07.seg")
    shown = render.picture([say(at(source, "'", "\x1bc"), message="no `\x1b[31m`")])
    assert not {char for char in shown if not char.isprintable()} - {"\n"}
    assert "␛[2J<U+202E><U+009B>1m" in shown


def test_a_long_line_is_cut_around_its_mark() -> None:
    source = Source("x" * 200 + " needle " + "y" * 200)
    assert block(say(at(source, "needle", "here")), width=44) == dedent("""\
          --> <text>:1:202
          |
        1 | …xxxxxxxx needle yyyyyyyyyyyyyyyyyyyyyy…
          |           ^^^^^^ here
          |
    """)


def test_color_only_adds_color() -> None:
    source = Source("did 日本語 x")
    found = [say(at(source, "x", "this"), at(source, "did", "that"), help="one\ntwo", severity="warning")]
    colored = render.picture(found, color=True)
    for code in ("1;31", "1;33", "1;34", "1", "0"):
        colored = colored.replace(f"\x1b[{code}m", "")
    assert colored == render.picture(found)


def test_the_last_line_counts() -> None:
    error, warning = (say(at(Source("x"), "x"), severity=severity) for severity in ("error", "warning"))
    assert render.summary([error, error, warning]) == "2 errors, 1 warning"
    assert render.summary([warning, warning]) == "2 warnings"
    assert render.picture([]) == ""


def test_json_places_have_offsets_and_lines() -> None:
    source = Source("did\n  viev", "a.seg")
    slip = at(source, "viev", "not an event")
    change = Fix(title="Write `view`", edits=(Edit(source=source, span=slip.span, text="view"),))
    told = json.loads(render.as_json([say(slip, fixes=(change,))]))
    assert (told["version"], told["errors"], told["warnings"]) == (1, 1, 0)
    start, end = {"offset": 6, "line": 2, "column": 3}, {"offset": 10, "line": 2, "column": 7}
    assert told["diagnostics"][0]["primary"] == {"file": "a.seg", "start": start, "end": end, "text": "not an event"}
    assert told["diagnostics"][0]["fixes"][0]["edits"] == [
        {"file": "a.seg", "start": start, "end": end, "text": "view"}
    ]


def test_github_annotations_escape_what_would_end_them() -> None:
    source = Source("did viev", "a,b:c.seg")
    assert render.as_github([say(at(source, "viev"), message="100% of\n`viev`\x1b", severity="warning")]) == (
        "::warning file=a%2Cb%3Ac.seg,line=1,col=5,endLine=1,endColumn=9,title=SEG201 unknown-segment"
        "::100%25 of%0A`viev`␛"
    )


def test_github_gets_columns_only_for_one_line() -> None:
    source = Source("did\nview", "a.seg")
    said = render.as_github([say(Label(source=source, span=Span(0, 8)))])
    assert said.startswith("::error file=a.seg,line=1,endLine=2,title=")


def test_sarif_counts_code_points_and_carries_fixes() -> None:
    source = Source("👍 viev", "my segments/a.seg")
    slip = at(source, "viev", "not an event")
    change = Fix(title="Write `view`", edits=(Edit(source=source, span=slip.span, text="view"),))
    log = json.loads(render.as_sarif([say(slip, slip, help="did you mean `view`?", fixes=(change,))], version="1.2.3"))
    run = log["runs"][0]
    assert (log["version"], run["columnKind"]) == ("2.1.0", "unicodeCodePoints")
    assert run["tool"]["driver"]["version"] == "1.2.3"
    assert run["tool"]["driver"]["rules"][run["results"][0]["ruleIndex"]]["id"] == "SEG201"
    result = run["results"][0]
    region = {"startLine": 1, "startColumn": 3, "endLine": 1, "endColumn": 7, "charOffset": 2, "charLength": 4}
    artifact = {"uri": "my%20segments/a.seg"}
    place = {"artifactLocation": artifact, "region": region}
    assert result["locations"] == [{"physicalLocation": place, "message": {"text": "not an event"}}]
    assert result["relatedLocations"][0]["physicalLocation"] == place
    replacement = {"deletedRegion": region, "insertedContent": {"text": "view"}}
    changes = [{"artifactLocation": artifact, "replacements": [replacement]}]
    assert result["fixes"] == [{"description": {"text": "Write `view`"}, "artifactChanges": changes}]


TEXTS = strategies.text(
    strategies.sampled_from("ab \t\n\r日\u0301\u200d😀🏽\ufe0f\x1b\u202e\ud800") | strategies.characters()
)


@given(strategies.data(), TEXTS, strategies.integers(0, 120), strategies.booleans())
def test_any_text_can_be_shown(data: strategies.DataObject, text: str, width: int, color: bool) -> None:
    source, offsets = Source(text), strategies.integers(0, len(text) + 2)
    spans = [Span(*sorted((data.draw(offsets), data.draw(offsets)))) for _ in range(3)]
    primary, *related = (Label(source=source, span=span, text=text[:5]) for span in spans)
    found = [say(primary, *related, message=text, help=text)]
    shown = render.picture(found, color, width).replace("\x1b[1", "").replace("\x1b[0m", "").replace("\n", "")
    assert "\x1b" not in shown
    assert color or all(
        char.isprintable() or char in "\u200c\u200d" or category(char) in ("Zs", "Co") for char in shown
    )
    shown.encode()
    for write in (render.as_json, render.as_github, render.as_sarif):
        write(found).encode()
