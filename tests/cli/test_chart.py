"""`segql run --chart`: an answer as a picture, with everything that it needs, or a message."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from segql.charts import Sets, chart, draw
from segql.charts import overlapping as overlap_chart
from segql.charts.funnel import duration
from segql.compiler import check
from segql.semantics import model
from segql.source import Source
from tests.cli.conftest import SHOP, Segql

NOW = ("--now", "2026-03-31")
ASKED = """
## What </script> people do & "how often".
explore kinds {
  from    events
  for     buyers, everyone
  by      kind
  measure rows = count(events)
  measure spent = sum(amount of buy)
  totals
}

explore days {
  from    events
  by      day
  measure rows = count(events)
}

retention back {
  from    events
  key     user.id
  start   events
  return  events
  every   1 day for 3
}

paths flow {
  from    events
  key     user.id
  node    kind of events
}

explore empty {
  from    events
  during  before 2001-01-01
  by      kind
  measure rows = count(events)
}
"""


@pytest.fixture
def asked(shop: Path) -> Path:
    (shop / "shop.seg").write_text(SHOP + ASKED, "utf-8")
    return shop


def texts(svg: str) -> list[str]:
    return ["".join(node.itertext()) for node in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def drawn(svg: str, kind: str) -> int:
    """The marks of a kind, by what they say of themselves to those who do not see them."""
    return len(re.findall(rf'aria-roledescription="{kind}"', svg))


def test_an_svg_has_a_bar_for_each_value(segql: Segql, asked: Path) -> None:
    done = segql("run", "shop.seg", "--name", "kinds", *NOW, "--chart", "kinds.svg")
    assert done.exit_code == 0, done.output
    svg = (asked / "kinds.svg").read_text("utf-8")
    assert drawn(svg, "bar") == 2 * (2 + 2)  # two measures; view and buy of each audience
    assert {"rowsin all of buyers: 2in all of everyone: 4"} <= set(texts(svg))  # a bar would dwarf the others
    assert {"kinds", 'What </script> people do & "how often".', "buyers", "everyone", "view"} <= set(texts(svg))


def test_days_are_a_line(segql: Segql, asked: Path) -> None:
    assert segql("run", "shop.seg", "--name", "days", *NOW, "--chart", "days.svg").exit_code == 0
    assert drawn((asked / "days.svg").read_text("utf-8"), "point") == 3


def test_a_retention_is_a_grid(segql: Segql, asked: Path) -> None:
    assert segql("run", "shop.seg", "--name", "back", *NOW, "--chart", "back.svg").exit_code == 0
    rows = segql("run", "shop.seg", "--name", "back", *NOW, "--format", "csv").stdout.splitlines()[1:]
    assert len(rows) % 3 == 0
    assert drawn((asked / "back.svg").read_text("utf-8"), "cell") == len(rows) > 0


def test_totals_of_a_retention_are_a_row_of_the_grid(segql: Segql, asked: Path) -> None:
    totals = "retention all { from events  for buyers, everyone  key user.id  start events  return events  every 1 day for 3  totals }"
    (asked / "totals.seg").write_text(f"use 'shop.seg'\n{totals}\n", "utf-8")
    assert segql("run", "totals.seg", *NOW, "--chart", "totals.svg").exit_code == 0
    rows = segql("run", "totals.seg", *NOW, "--format", "csv").stdout.splitlines()[1:]
    svg = (asked / "totals.svg").read_text("utf-8")
    assert drawn(svg, "cell") == len(rows)
    assert {"buyers · (all that ended)", "everyone · (all that ended)"} <= set(texts(svg))
    assert "everyone · (all that ended)" in segql("run", "totals.seg", *NOW, "--format", "chart").stdout


def test_a_funnel_is_a_bar_for_each_step_of_each_group(segql: Segql, shop: Path) -> None:
    steps = "key user.id  steps { events then events then buy }  by kind of first step"
    text = f"{SHOP}\nfunnel sales {{\n  from events\n  for buyers, everyone\n  {steps}\n}}\n"
    (shop / "funnel.seg").write_text(text, "utf-8")
    assert segql("run", "funnel.seg", "--name", "sales", *NOW, "--chart", "sales.svg").exit_code == 0
    rows = segql("run", "funnel.seg", "--name", "sales", *NOW, "--format", "csv").stdout.splitlines()[1:]
    svg = (shop / "sales.svg").read_text("utf-8")
    assert drawn(svg, "bar") == len(rows) > 0
    assert {"sales", "1 events", "2 events", "3 buy"} <= set(texts(svg))


def test_how_long_steps_take_is_told_in_the_tooltips_of_a_funnel() -> None:
    steps = "key user.id  time to convert  steps { events then events where kind = 'buy' }"
    asked = check(Source(f"{SHOP}\nfunnel sales {{ from events  {steps} }}\n")).program.find("sales")
    assert isinstance(asked, model.Funnel)
    rows = [(1, "events", 4, 1.0, 1.0, 0, 2, *[0.0] * 5, *[None] * 5), (2, "buy", 2, 0.5, 0.5, 0, 0, *[93_784.0] * 10)]
    first, second = chart(asked, rows).spec["data"]["values"]
    assert (first["from_start_p90"], "from_previous_p90" in first) == ("0 s", False)
    assert (second["from_start_median"], second["from_previous_max"]) == ("1 d 2 h", "1 d 2 h")


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0 s"), (0.0123, "0.0123 s"), (59.96, "1 min"), (60, "1 min"), (3_599.9, "1 h"), (5_400, "1 h 30 min")],
)
def test_a_time_is_shown_by_its_two_greatest_units(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


def test_paths_are_a_band_for_each_link_and_a_bar_for_each_node(segql: Segql, asked: Path) -> None:
    assert segql("run", "shop.seg", "--name", "flow", *NOW, "--chart", "flow.svg").exit_code == 0
    found = segql("run", "shop.seg", "--name", "flow", *NOW, "--format", "jsonl").stdout.splitlines()
    rows = [json.loads(line) for line in found]
    ends = [(r["step"] - 1 + at, r[f"{end}_kind"], r[end]) for r in rows for at, end in enumerate(("source", "target"))]
    svg = (asked / "flow.svg").read_text("utf-8")
    assert drawn(svg, "link") == len(rows) > 1
    assert drawn(svg, "node") == len(set(ends)) > 2


def flow(backwards: bool, rows: list[tuple[object, ...]]) -> str:
    """The diagram of rows of an analysis of paths."""
    asked = check(Source(SHOP + ASKED)).program.find("flow")
    assert isinstance(asked, model.Paths)
    return draw.svg(chart(asked.replace(backwards=backwards), rows))


def test_a_loop_goes_from_column_to_column() -> None:
    svg = flow(False, [(step, "a", "node", "a", "node", 5 - step) for step in (1, 2, 3)])
    assert (drawn(svg, "link"), drawn(svg, "node")) == (3, 4)


def test_names_of_nodes_and_of_what_is_none_are_told_apart() -> None:
    rows = [(1, "other", "node", None, "other", 3), (1, "other", "node", None, "drop-off", 2)]
    assert {"other 5", "(other) 3", "(drop-off) 2"} <= {" ".join(text.split()) for text in texts(flow(False, rows))}


def test_back_in_time_the_entry_is_on_the_left() -> None:
    rows = [(1, "b", "node", "end", "node", 2), (1, None, "entry", "end", "node", 1), (2, "a", "node", "b", "node", 2)]
    svg = flow(True, rows)
    assert (drawn(svg, "link"), drawn(svg, "node")) == (3, 4)


def test_thousands_of_nodes_are_drawn_as_one_with_a_word() -> None:
    svg = flow(False, [(1, "a", "node", f"page {n}", "node", 1) for n in range(3_000)])
    assert (drawn(svg, "link"), drawn(svg, "node")) == (25, 26)
    assert any("small nodes are drawn as one" in text for text in texts(svg))


NOTHING = """
source none { from file 'events.csv'  time ts  key user.id  field kind : text  field amount : decimal  event buy : kind = 'buy' }
segment nobody { key user.id  from none  did buy at least 9 times }
explore totals { from none  for nobody  by kind  measure n = count()  measure s = sum(amount)  totals }
explore texts { from none  by kind  measure last = max(kind) }
explore both { from none  for nobody, everyone  by kind  measure n = count()  measure last = max(kind)  measure m = max(amount where kind = 'no') }
paths onwards { from none  key user.id  node kind of none  start 'never' }
paths back { from none  key user.id  node kind of none  end 'never' }
paths odd { from none  key user.id  where kind is missing  node kind of none }
paths of_nobody { from none  for nobody  key user.id  node kind of none }
paths one { from none  key user.id  node kind of buy }
retention none_back { from none  for nobody  key user.id  start buy  return buy  every 1 day for 3 }
funnel steps_of_none { from none  key user.id  during before 2001-01-01  steps { buy then buy } }
funnel by_none { from none  for nobody  key user.id  steps { buy then buy }  by kind of first step }
"""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("totals", "no rows of nobody in this window"),
        ("texts", "no measure is a number"),
        ("both", "no rows of nobody"),
        ("both", "last is no number, and not drawn"),
        ("both", "m is missing throughout"),
        ("onwards", "no path begins there in this window"),
        ("back", "no path ends there in this window"),
        ("odd", "no rows in this window"),
        ("of_nobody", "no rows of nobody in this window"),
        ("one", "(drop-off)"),
        ("none_back", "no rows of nobody in this window"),
        ("steps_of_none", "no key is at the first step in this window"),
        ("by_none", "no rows of nobody in this window"),
    ],
)
def test_no_picture_is_empty_without_a_word(segql: Segql, shop: Path, name: str, said: str) -> None:
    (shop / "none.seg").write_text(NOTHING, "utf-8")
    assert segql("run", "none.seg", "--name", name, *NOW, "--chart", "none.svg").exit_code == 0
    assert said in " ".join(texts((shop / "none.svg").read_text("utf-8")))
    done = segql("run", "none.seg", "--name", name, *NOW, "--format", "chart")
    assert (done.exit_code, said in done.stdout) == (0, True), done.output


def test_a_report_of_nothing_has_its_words(segql: Segql, shop: Path) -> None:
    (shop / "none.seg").write_text(NOTHING, "utf-8")
    assert segql("report", "none.seg", *NOW, "-o", "none.html").exit_code == 0
    page = (shop / "none.html").read_text("utf-8")
    assert page.count(">no rows of nobody in this window<") == 4
    assert page.count("<figure>") == 11


def test_what_is_no_finite_number_is_not_drawn() -> None:
    asked = check(Source(SHOP + ASKED)).program.find("kinds")
    assert isinstance(asked, model.Explore)
    values = (float("nan"), float("inf"), 3.0)
    rows: list[tuple[object, ...]] = [("everyone", "group", str(value), value, None) for value in values]
    assert draw.svg(chart(asked, rows)).startswith("<svg")


def test_nothing_is_said_and_not_drawn(segql: Segql, asked: Path) -> None:
    assert segql("run", "shop.seg", "--name", "empty", *NOW, "--chart", "empty.svg").exit_code == 0
    assert "no rows in this window" in texts((asked / "empty.svg").read_text("utf-8"))


def test_a_page_needs_nothing_else_and_a_png_is_one(segql: Segql, asked: Path) -> None:
    assert segql("run", "shop.seg", "--name", "kinds", *NOW, "--chart", "kinds.html").exit_code == 0
    page = (asked / "kinds.html").read_text("utf-8")
    outside_scripts = re.sub(r"(?s)<script>.*?</script>", "", page)
    assert not re.search(r"(src|href|url)\s*[=(]", outside_scripts)
    assert page.count("</script>") == 2, "nothing in the data ends a script"
    assert segql("run", "shop.seg", "--name", "kinds", *NOW, "--chart", "kinds.PNG").exit_code == 0
    assert (asked / "kinds.PNG").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("name", "file", "said"),
    [
        ("kinds", "kinds.gif", "end kinds.gif with .html, .svg or .png"),
        ("kinds", "kinds", "end kinds with .html, .svg or .png"),
        ("buyers", "buyers.svg", "a segment is a set of keys"),
    ],
)
@pytest.mark.usefixtures("asked")
def test_what_cannot_be_drawn(segql: Segql, name: str, file: str, said: str) -> None:
    done = segql("run", "shop.seg", "--name", name, "--chart", file)
    assert (done.exit_code, said in done.stderr, Path(file).exists()) == (2, True, False)


def test_a_folder_that_is_not_there_is_made_and_a_file_that_cannot_be_written_is_told(
    segql: Segql, asked: Path
) -> None:
    assert segql("run", "shop.seg", "--name", "days", *NOW, "--chart", "new/days.svg").exit_code == 0
    (asked / "taken.svg").mkdir()
    done = segql("run", "shop.seg", "--name", "days", *NOW, "--chart", "taken.svg")
    assert (done.exit_code, "taken.svg" in done.stderr, list((asked / "taken.svg").iterdir())) == (1, True, [])


def test_more_groups_than_can_be_read_are_cut_with_a_word() -> None:
    asked = check(Source(SHOP + ASKED)).program.find("kinds")
    assert isinstance(asked, model.Explore)
    rows = [("everyone", "group", f"kind {n}", n, None) for n in range(1_000)]
    svg = draw.svg(chart(asked, rows))
    assert (drawn(svg, "bar"), any("the first 40 of 1,000 groups" in text for text in texts(svg))) == (40, True)


def test_odd_names_are_texts() -> None:
    asked = check(Source(SHOP + ASKED)).program.find("kinds")
    assert isinstance(asked, model.Explore)
    odd = ("<b>&", "a.b[0]", "'\"", "😀", "", None, "datum['x']")
    svg = draw.svg(chart(asked, [("everyone", "group", name, 1, None) for name in odd]))
    assert drawn(svg, "bar") == len(odd)
    assert {"<b>&", "a.b[0]", "'\"", "😀", "(missing)", "datum['x']"} <= set(texts(svg))


# ---------------------------------------------------------------- segments as sets


def overlapping(sizes: dict[str, int], *together: tuple[tuple[str, ...], int]) -> str:
    """The picture of an overlap."""
    sets = Sets(names=tuple(sizes), sizes=tuple(sizes.values()), together=together)
    picture = overlap_chart("sets", "who is where", sets)
    svg = draw.svg(picture)
    assert picture.marks == drawn(svg, "set") + drawn(svg, "region") + drawn(svg, "group")
    return svg


@pytest.mark.parametrize("count", [2, 3])
def test_two_or_three_sets_are_circles_whose_every_part_has_its_number(count: int) -> None:
    names = ("one", "two", "three")[:count]
    svg = overlapping(dict.fromkeys(names, 9), (names, 5), (("one",), 4), (("two",), 3))
    assert (drawn(svg, "set"), drawn(svg, "region")) == (count, 2**count - 1)
    numbers = [text for text in texts(svg) if text.isdigit()]
    assert sorted(numbers) == sorted(["5", "4", "3", *["0"] * (2**count - 4)])
    assert f"in {' and '.join(names)}, and in no other: 5" in svg


def test_more_sets_are_columns_over_dots() -> None:
    names = ("a", "b", "c", "<d> & e")
    svg = overlapping(dict.fromkeys(names, 9), (("a", "b"), 7), (("<d> & e",), 3))
    assert (drawn(svg, "set"), drawn(svg, "group"), drawn(svg, "region")) == (4, 2, 0)
    assert {"7", "3", "<d> & e"} <= set(texts(svg))


def test_more_groups_of_sets_than_can_be_read_are_cut_with_a_word() -> None:
    names = tuple(f"s{n}" for n in range(8))
    pairs = [((one, other), 1) for one in names for other in names if one != other]
    svg = overlapping(dict.fromkeys(names, 14), *pairs)
    assert drawn(svg, "group") == 30
    assert any("the largest 30 of 56 groups" in text for text in texts(svg))


def test_sets_of_nobody_are_said_and_not_drawn(segql: Segql, asked: Path) -> None:
    (asked / "none.seg").write_text("use 'shop.seg'\nsegment more { key user.id  from events  did buy }\n", "utf-8")
    done = segql("overlap", "none.seg", "buyers", "more", "--now", "2020-01-01", "--chart", "none.svg")
    assert done.exit_code == 0, done.output
    assert "no key is in any of these segments" in texts((asked / "none.svg").read_text("utf-8"))


def test_an_overlap_is_no_gif(segql: Segql, asked: Path) -> None:
    done = segql("overlap", "shop.seg", "buyers", "lookers", "--chart", "both.gif")
    assert (done.exit_code, "end both.gif with .html, .svg or .png" in done.stderr) == (2, True)
