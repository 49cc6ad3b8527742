"""Typical mistakes: what we point at (between « and »), and what we say to do. A page of messages to be proud of."""

from __future__ import annotations

import pytest

from segql.source import Source
from segql.syntax.parse import parse
from segql.syntax.problems import listed

FILE = "…"
SEGMENT = "segment a {\n  key usr.id\n  from rum\n…\n}"
STEPS = SEGMENT.replace("…", "  steps {\n…\n  }")

MISTAKES = [
    # in a segment
    (SEGMENT, "where a =«=» 1", "SEG101", "equality is one sign: `a = b`"),
    (SEGMENT, "where a = 1 «&»& b = 2", "SEG104", "write `and`"),
    (SEGMENT, "where a = 1 «|»| b = 2", "SEG104", "write `or`"),
    (SEGMENT, "where «!»a", "SEG104", "write `not`, or `!=`"),
    (SEGMENT, "during last «month»", "SEG101", "write how many, `last 1 month`, or the calendar's: `previous month`"),
    (SEGMENT, "during last «days»", "SEG101", "write how many, `last 1 day`, or the calendar's: `previous day`"),
    (
        SEGMENT,
        "did x\n where a = 1 \n where b = 2\n «from» rum",
        "SEG101",
        "a segment's own `from` stands above its conditions",
    ),
    (SEGMENT, "did x\n «key» usr.id", "SEG101", "a segment's own `key` stands above its conditions"),
    (SEGMENT, "did x\n «from» rum", "SEG101", "a segment's own `from` stands above its conditions"),
    (
        SEGMENT,
        "never x\n count(x) > 3\n «during» last 3 days",
        "SEG101",
        "a segment's own `during` stands above its conditions",
    ),
    (SEGMENT, "«wher» a = 1", "SEG101", "did you mean `where`?"),
    (SEGMENT, "«durring» last 3 days", "SEG101", "did you mean `during`?"),
    (SEGMENT, "«dud» x", "SEG101", "did you mean `did`?"),
    (SEGMENT, "«nevr» x", "SEG101", "did you mean `never`?"),
    (SEGMENT, "sum(amount «purchase») > 3", "SEG101", "write `of` before the event: `of purchase`"),
    (SEGMENT, "«count» view > 3", "SEG101", "its parenthesis stands right after it: `count(…)`"),
    (SEGMENT, "count(view) «at» least 3", "SEG101", "compare it with something: `>= 3`"),
    (SEGMENT, "where a = «Brazil» Chile", "SEG101", "a text stands in quotes: 'Brazil Chile'"),
    (SEGMENT, "where a is «null»", "SEG101", "write `is missing` or `is not missing`"),
    (SEGMENT, "where a is not «null»", "SEG101", "write `is missing` or `is not missing`"),
    (SEGMENT, "did purchase «3» times", "SEG101", "write `at least 3 times`, or `at most`, or `exactly`"),
    (SEGMENT, "did purchase «atleast» 3 times", "SEG101", "write `at least`"),
    (SEGMENT, "did purchase at least «three» times", "SEG101", "write `3`"),
    (SEGMENT, "did purchase «more» than 3 times", "SEG101", "write `at least`: more than 3 times is at least 4"),
    (SEGMENT, "where a «BETWEEN» 1 AND 2", "SEG101", "write `a >= … and a <= …`"),
    (SEGMENT, "where a «between» 1 and 2", "SEG101", "write `a >= … and a <= …`"),
    (SEGMENT, "where a «<»> 1", "SEG101", "write `!=`"),
    (SEGMENT, "where a «=»> 1", "SEG101", "write `>=`"),
    (SEGMENT, "where a «=»< 1", "SEG101", "write `<=`"),
    (SEGMENT, "«WHERE» a = 1", "SEG101", "words of the language are written in lower case: `where`"),
    (SEGMENT, "where a = 1 «AND» b = 2", "SEG101", "words of the language are written in lower case: `and`"),
    (SEGMENT, "«DID» x", "SEG101", "words of the language are written in lower case: `did`"),
    (SEGMENT, "where a «IN» (1)", "SEG101", "words of the language are written in lower case: `in`"),
    (SEGMENT, "where «NOT» a = 1", "SEG101", "words of the language are written in lower case: `not`"),
    (SEGMENT, "where a «IS» missing", "SEG101", "words of the language are written in lower case: `is`"),
    (SEGMENT, "where a «LIKE» 'x'", "SEG101", "words of the language are written in lower case: `like`"),
    (SEGMENT, "did x«;»", "SEG104", "nothing ends a line: take it out"),
    (SEGMENT, "did x«,» did y", "SEG101", "conditions stand one a line, without commas"),
    (SEGMENT, "where a = «“»x”", "SEG104", "write straight quotes: '…' or \"…\""),
    (SEGMENT, "where a in «[»1, 2]", "SEG101", "a list stands in parentheses: ('a', 'b')"),
    (SEGMENT, "where a in «'x'», 'y'", "SEG101", "a list of values stands in parentheses: `in ('a', 'b')`"),
    (SEGMENT, "where «.a» = 1", "SEG101", "write a dotted name without spaces: usr.id"),
    (SEGMENT, "where usr «.» id = 1", "SEG104", "write a dotted name without spaces: usr.id"),
    (SEGMENT, "where a = «'x»", "SEG102", "close it with ' on the same line"),
    (SEGMENT, "did x «-»- comment", "SEG101", "a comment begins with `#`"),
    (SEGMENT, "did x «/»/ comment", "SEG101", "a comment begins with `#`"),
    (SEGMENT, "«/»* c */ did x", "SEG101", "a comment begins with `#`"),
    (SEGMENT, "during since «01»/02/2026", "SEG101", "a date is written year first: 2026-01-31"),
    (
        SEGMENT,
        "during since «yesterday»",
        "SEG101",
        "write a date, as in 2026-01-31, or a time back from now, as in `1 day ago`",
    ),
    (SEGMENT, "during «30» days", "SEG101", "write `last 30 days`"),
    (SEGMENT, "during last 30 «d»", "SEG101", "write `days`"),
    (SEGMENT, "during «past» 30 days", "SEG101", "did you mean `last`?"),
    (SEGMENT, "did x «in» last 30 days", "SEG101", "write `during last 30 days`"),
    (SEGMENT, "did x «in» the last 30 days", "SEG101", "write `during last`"),
    (SEGMENT, "did x «atmost» 3 times", "SEG101", "write `at most`"),
    (SEGMENT, "did x on «3» days", "SEG101", "write `at least 3`, `at most 3` or `exactly 3`"),
    (SEGMENT, "did x «then» y", "SEG101", "`then` stands inside `steps { … }`"),
    (SEGMENT, "«then» x", "SEG101", "`then` stands inside `steps { … }`"),
    (SEGMENT, "steps «view» then click", "SEG101", "here could stand `during`, `same`, `within` or `{`"),
    (SEGMENT, "did x\n «and» did y", "SEG101", "all conditions hold together as they stand: take `and` out"),
    (SEGMENT, "«not» did x", "SEG101", "write `never`, or put the condition into `none { … }`"),
    (SEGMENT, "did «not» x", "SEG101", "write `never x`"),
    (SEGMENT, "«exists» x", "SEG101", "write `did` and the event's name"),
    (SEGMENT, "«not» premium", "SEG101", "write `not in premium`"),
    (SEGMENT, "«(»did x)", "SEG101", "conditions are grouped in braces: `all { … }`, `any { … }` or `none { … }`"),
    (SEGMENT, "did«\xa0»x", "SEG104", "it only looks like a space, or like nothing: write a plain space"),
    (SEGMENT, "where a «%» 2 = 0", "SEG104", "there is no remainder operator"),
    (SEGMENT, "where «@»a = 1", "SEG104", "a field is named without a mark: geo.country"),
    (SEGMENT, "any {«}»", "SEG101", "here could stand a condition (`did`, `never`, `any`, …)"),
    (SEGMENT, "first «purchase» during last 3 days", "SEG101", "write `did` before it"),
    # in a sequence
    (STEPS, "view then within 1«h» click", "SEG101", "write `hours`"),
    (STEPS, "view then within 1 «hr» click", "SEG101", "write `hours`"),
    (STEPS, "view then within «an» hour click", "SEG101", "write `1`"),
    (STEPS, "view as «'x'»", "SEG101", "a name has no quotes: `x`"),
    (STEPS, "view 2 «time»", "SEG101", "did you mean `times`?"),
    # elsewhere
    (FILE, "«segmnt» a {}", "SEG101", "did you mean `segment`?"),
    (FILE, "«sorce» rum {}", "SEG101", "did you mean `source`?"),
    (FILE, "segment a {\n  key usr.id\n  from rum\nany { did x\n«}»", "SEG103", "close it with `}`"),
    (FILE, "segment a {\n key «x»\n\nsegment b {}", "SEG103", "close it with `}`"),
    (FILE, "segment a\n «key» x\n}", "SEG101", "write `{` before it"),
    (FILE, "segment «{»\n key x }", "SEG101", "write a name before it"),
    (FILE, "segment «1»a {}", "SEG101", "a name begins with a letter, or stands in backticks"),
    (FILE, "segment my«-»seg {}", "SEG101", "a name with odd characters stands in backticks: `my-seg`"),
    (FILE, "segment «'a'» {}", "SEG101", "a name has no quotes: `a`"),
    (FILE, 'source «"rum"» {}', "SEG101", "a name has no quotes: `rum`"),
    (FILE, "segment a {\n  key usr.id\n  from rum\ncount(view)\n«}»", "SEG101", "compare it with something: `>= 3`"),
    (FILE, "segment a {\n  key usr.id\n  from rum\ndid purchase at least 3\n«}»", "SEG101", "write `times` before it"),
    (FILE, "«Segment» a {}", "SEG101", "words of the language are written in lower case: `segment`"),
    (FILE, "segment «`a {}»", "SEG105", "close it with `"),
    (FILE, "source a {\n from b\n field x «text»\n}", "SEG101", "write `:` before it"),
    (FILE, "source a {\n field x : «string»\n}", "SEG101", "write `text`"),
    (FILE, "source a {\n field x : «int»\n}", "SEG101", "write `integer`"),
    (FILE, "source a {\n event x «type» = 'a'\n}", "SEG101", "write `:` before it"),
    (FILE, "source a {\n event x «=» type = 'a'\n}", "SEG101", "write `:` instead"),
    (FILE, "param x «=» 3", "SEG101", "write its type first: `x : text = …`"),
    (FILE, "param «$x» : text", "SEG101", "it is declared without its mark: `x`"),
    (FILE, "define x «:» a > 1", "SEG101", "write `=` instead"),
    (FILE, "segment a { did x «or» did y }", "SEG101", "put what may hold instead of one another into `any { … }`"),
    (FILE, "«SELECT» * FROM x", "SEG101", "here could stand a declaration (`segment`, `source`, …)"),
    (FILE, "explore a { «order» by x }", "SEG101", "write `sort`"),
    (FILE, "explore a { «limit» 5 }", "SEG101", "write `top`"),
    (FILE, "explore a { «group» by x }", "SEG101", "write `by`"),
    (FILE, "segment a {}\n«}»", "SEG101", "no block is open here: take it out"),
    (FILE, "test a at 2026-01-01 { 'a' «yes» {} }", "SEG101", "here could stand `in` or `out`"),
    (FILE, "test a «{» }", "SEG101", "write `at` before it"),
    (FILE, "test a at 2026-01-01 { 'a' in { 2026-01-01T10:00 a = 1 «b» = 2 } }", "SEG101", "write `,` before `b`"),
    (FILE, "segment a«:» { did x }", "SEG101", "write `{` instead"),
    (FILE, "segment a «=» did x", "SEG101", "write `{` instead"),
    (
        FILE,
        "segment a {\n  key usr.id\n  from rum\nwhere a not like 'x' and\n«}»",
        "SEG101",
        "here could stand a value",
    ),
    (FILE, "segment a {\n  key usr.id\n  from rum\nwhere\n«}»", "SEG101", "here could stand a value"),
    (FILE, "use «schema.seg»", "SEG101", "a text stands in quotes: 'schema.seg'"),
    (FILE, "zone «America»/Sao_Paulo", "SEG101", "a text stands in quotes"),
    (FILE, "explore a { top «}»", "SEG101", "write a number before it"),
    (
        FILE,
        "explore a { from b for x «in» y }",
        "SEG101",
        "here could stand `,`, `by`, `during`, `for`, `from`, `key`, …",
    ),
]


@pytest.mark.parametrize(
    ("around", "marked", "code", "help"), MISTAKES, ids=lambda value: value if "«" in value else ""
)
def test_a_mistake_is_named_where_it_is(around: str, marked: str, code: str, help: str) -> None:
    whole = around.replace("…", marked)
    text = whole.replace("«", "").replace("»", "")
    [said] = parse(Source(text)).diagnostics
    span = said.primary.span
    assert (said.code, f"{text[: span.start]}«{text[span.start : span.end]}»{text[span.end :]}") == (code, whole)
    assert said.help.startswith(help)


def test_a_long_word_is_not_repeated_whole() -> None:
    [said] = parse(Source(f"segment a {{ {'x' * 1_000} }}")).diagnostics
    assert len(said.message) < 80


def test_at_most_six_things_are_listed() -> None:
    names = [f"`{word}`" for word in ("where", "during", "key", "of", "as", "at", "by", "to")]
    assert listed([name.strip("`").upper() for name in names]).endswith("…")
    assert listed(["NAME", "NUMBER"]) == "a name or a number"
