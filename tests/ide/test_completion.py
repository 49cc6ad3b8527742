"""What could be written: what the grammar takes and what means something there, and nothing else."""

from __future__ import annotations

import re

import pytest

from segql.ide.completion import Outside, complete
from segql.ide.templates import TEMPLATES
from segql.semantics.presets import NAMES
from segql.source import Source
from segql.syntax.parse import parse
from tests.ide.cursor import asked
from tests.ide.world import TEXT, at

ROW = ["amount", "at", "geo.country", "kind", "usr.email", "usr.id"]
READ = ["amount", "at", "big", "geo.country", "kind", "usr.email", "usr.id"]
FUNCTIONS = ["abs", "coalesce", "date", "day", "hour", "length", "lower", "month", "trim", "upper", "weekday", "year"]


def offered(text: str, rank: int | None = None) -> list[str]:
    """What is offered, save for templates, which have tests of their own."""
    found = (item for item in complete(*asked(text)).items if item.sort != "template")
    return [item.label for item in found if rank is None or item.rank == rank]


def inside(condition: str) -> str:
    """The text with a segment more, which is not finished."""
    return f"{TEXT}\nsegment more {{\n  key usr.id\n  from rum\n  {condition}"


TOP = [
    "define",
    "explore",
    "funnel",
    "param",
    "paths",
    "retention",
    "segment",
    "source",
    "table",
    "test",
    "use",
    "zone",
]
UNITS = [
    "day",
    "days",
    "hour",
    "hours",
    "minute",
    "minutes",
    "month",
    "months",
    "quarter",
    "quarters",
    "second",
    "seconds",
    "week",
    "weeks",
    "year",
    "years",
]


@pytest.mark.parametrize(
    ("text", "all"),
    [
        ("<|>", TOP),
        ("segment a { key u }\nse<|>", TOP),
        (inside("did <|>"), ["buy", "view", "rum"]),
        (inside("did b<|>\n  never view\n}"), ["buy", "view", "rum"]),
        (inside("in <|>"), ["lost", "payers", "pro"]),
        (inside("in pro via <|>"), ["usr.email", "usr.id"]),
        (inside("join <|>"), ["plans"]),
        (inside("steps same <|>"), ["usr.email", "usr.id"]),
        (inside("did buy during last 3 <|>"), UNITS),
        (inside("did buy at <|>"), ["least", "most"]),
        ("source x like <|>", sorted(NAMES)),
        ("source y { from t }\nsource x like <|>", ["y", *NAMES]),
        (
            "source s { field a : <|>",
            [
                "boolean",
                "date",
                "decimal",
                "enum",
                "epoch",
                "float",
                "integer",
                "list",
                "text",
                "timestamp",
                "timestamptz",
            ],
        ),
        (at("test pay"), ["lost", "payers", "pro"]),
        (at("with coun"), ["country"]),
        (at("  10:00  ki".lstrip()), [*ROW, "plans", "rum"]),
        (at("    plans: ti"), ["tier", "usr.email"]),
        (inside("where geo.country = $<|>"), ["$country"]),
        (inside("where kind = 3<|>"), []),
        (inside("# did <|>"), []),
        (inside("where kind = 'buy'<|>"), []),
    ],
)
def test_only_what_can_stand_is_offered(text: str, all: list[str]) -> None:
    assert offered(text) == all


def test_an_expression_reads_the_row_first_and_the_rest_after_it() -> None:
    text = inside("did buy where <|>")
    assert offered(text, 0) == READ
    assert offered(text, 1) == ["$country", "buy", "plans.tier", "plans.usr.email", "view"]
    assert offered(text, 2) == FUNCTIONS
    assert offered(text, 3) == ["false", "not", "true"]


def test_a_join_reads_the_rows_of_its_table() -> None:
    assert offered(inside("join plans on usr.email where <|>"), 0) == ["big", "tier", "usr.email"]


def test_a_later_step_reads_the_earlier_ones() -> None:
    text = inside("steps {\n view as look\n then buy where amount > <|>")
    assert "look.amount" in offered(text, 1)
    assert "look.amount" not in offered(inside("steps {\n view where <|> as look"))


def test_after_an_expression_only_words_are_offered() -> None:
    assert set(offered(inside("did buy where kind <|>"))) >= {"contains", "in (", "is", "like", "and"}
    assert not {"amount", "buy"} & set(offered(inside("did buy where kind <|>")))


def test_conditions_begin_with_words_and_measures() -> None:
    found = offered(inside("<|>"))
    assert {"did", "never", "steps", "not in", "count", "$country"} <= set(found)
    assert "amount" not in found


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (inside("where kind = '<|>"), ["buy", "view"]),
        (inside("where kind = '<|>'\n}"), ["buy", "view"]),
        (inside('did buy where kind != "b<|>"'), ["buy", "view"]),
        (inside("did buy where kind in ('buy', '<|>') at least 3 times\n}"), ["buy", "view"]),
        (inside("did buy where plans.tier = '<|>'"), ["free", "pro"]),
        (inside("did buy where rum.kind = '<|>'"), ["buy", "view"]),
        (inside("did buy where geo.country = '<|>'"), []),
        (at("10:00  kind = 'bu"), ["buy", "view"]),
        ("zone 'Europe/Berl<|>'", ["Europe/Berlin"]),
        ("param p : enum('a', 'it''s') = '<|>'", ["a", "it's"]),
    ],
)
def test_inside_quotes_the_values_are_offered(text: str, values: list[str]) -> None:
    assert offered(text) == values


def test_a_value_is_written_with_its_quotes_doubled() -> None:
    found = complete(*asked("param p : enum('a', 'it''s') = '<|>'"))
    assert [item.insert for item in found.items] == ["a", "it''s"]


def test_the_whole_word_is_replaced() -> None:
    snapshot, offset = asked(inside("did buy where geo.cou<|>ntry = 'x'"))
    span = complete(snapshot, offset).span
    assert snapshot.source.text[span.start : span.end] == "geo.country"


def test_a_broken_beginning_does_not_matter() -> None:
    assert offered(inside("did did did where = =\n  never <|>")) == ["buy", "view", "rum"]
    assert offered(inside("did buy where (kind = 'buy' and <|>"), 0) == READ


def test_a_long_list_is_cut_and_says_so() -> None:
    text = "".join(f"segment s{i} {{ key u }}\n" for i in range(300)) + "segment x { key u  in <|>"
    found = complete(*asked(text))
    assert (len(found.items), found.whole) == (200, False)


def test_a_segment_may_have_the_name_of_its_source() -> None:
    assert offered("source s { from t  time at  key u }\nsegment s { key u  from <|>", 0) == ["s"]


# ---------------------------------------------------------------- templates, files, and values of data


def templates(text: str) -> list[str]:
    return [item.label for item in complete(*asked(text)).items if item.sort == "template"]


def test_templates_are_offered_where_their_first_word_begins_a_line() -> None:
    words = ("define", "explore", "funnel", "param", "paths", "retention", "segment", "source", "table", "test")
    assert templates("<|>") == [f"{word} …" for word in words]
    assert templates(inside("<|>")) == ["any …", "none …", "steps …"]
    assert templates(inside("did <|>")) == templates(inside("any { <|>")) == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_segql_as_it_is_proposed(name: str) -> None:
    text = filled("\n".join(TEMPLATES[name][2]))
    if name in ("any …", "none …", "steps …"):
        text = f"segment a {{\n  key u\n  from s\n  {text}\n}}\n"
    assert parse(Source(text.replace("{\n  \n}", "{\n  did x\n}"))).diagnostics == ()


def filled(body: str) -> str:
    return re.sub(r"\$\{\d+:([^{}]*)\}|\$0", lambda found: found[1] or "", body)


FILES = Outside(files=lambda folder: ("a.seg", "b.PARQUET", "c.csv.gz", "d/", "notes.md") if folder != "no" else ())


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("use '<|>'", ["a.seg", "d/"]),
        ("use 'd/e/a<|>\nsegment x {}", ["d/e/a.seg", "d/e/d/"]),
        ("source s {\n  from file 'data/<|>'\n}", ["data/b.PARQUET", "data/c.csv.gz", "data/d/"]),
        ("source s {\n  from file 'data/*/<|>'\n}", ["data/b.PARQUET", "data/c.csv.gz", "data/d/"]),
        ("use 'no/<|>'", []),
    ],
)
def test_files_are_offered_folder_by_folder(text: str, files: list[str]) -> None:
    assert [item.label for item in complete(*asked(text), FILES).items] == files


VALUES = Outside(values=lambda data, name: (f"{data.name}.{name}", "it's", "a"))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (inside("did buy where geo.country = '<|>'"), ["rum.geo.country", "it's", "a"]),
        (inside("did buy where geo.country in ('x', '<|>"), ["rum.geo.country", "it's", "a"]),
        (inside("did buy where kind = '<|>'"), ["buy", "view"]),
        (inside("did buy where lower(geo.country) = '<|>'"), []),
    ],
)
def test_values_of_the_data_are_offered_the_commonest_first(text: str, values: list[str]) -> None:
    assert [item.label for item in complete(*asked(text), VALUES).items] == values
