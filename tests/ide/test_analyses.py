"""Inside of analyses an editor offers what could stand there, and knows what the names mean."""

from __future__ import annotations

import pytest

from segql.ide.completion import complete
from segql.ide.hover import hover
from segql.ide.lens import compiled
from segql.ide.navigation import definitions
from segql.ide.rename import RenameError, renamed
from segql.ide.sourcemap import source_map
from segql.ide.symbols import outline
from segql.ide.tokens import colored
from tests.ide.cursor import asked, snapshot
from tests.ide.world import TEXT

EXPLORE = f"""{TEXT}
explore sales {{
  from rum
  by   geo.country as land, kind, month
  measure n       = count(buy)
  measure revenue = sum(amount of buy)
"""
RETENTION = f"{TEXT}\nretention weekly {{\n  from rum\n  for  payers\n  key  usr.id\n"
FUNNEL = f"{TEXT}\nfunnel sales {{\n  from rum\n  for  payers\n  key  usr.id\n"
PATHS = f"{TEXT}\npaths flow {{\n  from rum\n  key  usr.id\n"


@pytest.mark.parametrize(
    ("text", "there"),
    [
        (f"{RETENTION}  <|>", {"start", "return", "every", "by"}),
        (f"{RETENTION}  start <|>", {"first", "view", "buy"}),
        (f"{RETENTION}  start first <|>", {"view", "buy"}),
        (f"{RETENTION}  return buy where <|>", {"amount", "geo.country", "big"}),
        (f"{RETENTION}  every <|>", {"calendar"}),
        (f"{RETENTION}  every calendar <|>", {"week", "month"}),
        (f"{RETENTION}  every 1 week for 8 <|>", {"on", "return"}),
        (f"{RETENTION}  every 1 week for 8 on <|>", {"or"}),
        (f"{RETENTION}  every 1 week for 8 on or <|>", {"after"}),
        (f"{RETENTION}  by <|>", {"geo.country", "month"}),
        (f"{FUNNEL}  <|>", {"steps", "by", "during", "where", "time"}),
        (f"{FUNNEL}  time <|>", {"to"}),
        (f"{FUNNEL}  time to <|>", {"convert"}),
        (f"{FUNNEL}  steps <|>", {"within", "same"}),
        (f"{FUNNEL}  steps {{ <|>", {"view", "buy"}),
        (f"{FUNNEL}  steps {{ view then <|>", {"buy", "within", "directly"}),
        (f"{FUNNEL}  by geo.country of <|>", {"first"}),
        (f"{PATHS}  <|>", {"node", "start", "end", "collapse", "depth", "top"}),
        (f"{PATHS}  node <|>", {"kind", "geo.country"}),
        (f"{PATHS}  node kind of <|>", {"view", "buy", "rum"}),
        (f"{PATHS}  collapse <|>", {"repeats"}),
        (f"{PATHS}  start <|>", {"$country"}),
        (f"{PATHS}  node kind of view start '<|>", {"view", "buy"}),
        (f"{PATHS}  for <|>", {"payers", "lost", "everyone"}),
        (f"{EXPLORE}  measure share = <|>", {"n", "revenue", "count", "sum", "$country"}),
        (f"{EXPLORE}  sort <|>", {"n", "revenue", "land", "kind", "month"}),
        (f"{EXPLORE}  by <|>", {"geo.country", "plans.tier", "month"}),
    ],
)
def test_what_could_stand_there_is_offered(text: str, there: set[str]) -> None:
    offered = {item.label for item in complete(*asked(text)).items}
    assert there <= offered, there - offered
    assert "did" not in offered


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"{RETENTION}  start first bu<|>y\n  return view\n  every 1 week for 8\n}}", "event buy"),
        (f"{RETENTION}  start buy where amou<|>nt > 1\n  return view\n  every 1 week for 8\n}}", "What was paid."),
        (f"{RETENTION}  start buy\n  return view\n  every 1 week for 8\n  by geo.coun<|>try\n}}", "field geo.country"),
        (f"{FUNNEL}  steps {{ view then bu<|>y }}\n}}", "event buy"),
        (f"{FUNNEL}  steps {{ view then buy }}\n  by geo.coun<|>try\n}}", "field geo.country"),
        (f"{FUNNEL.replace('funnel sa', 'funnel sa<|>')}  steps {{ view then buy }}\n}}", "sales_reached AS"),
        (f"{EXPLORE}  measure basket = reven<|>ue / n\n}}", "A column of `sales`: a measure."),
        (f"{EXPLORE}  sort la<|>nd\n}}", "by geo.country as land\n```\n\nA column of `sales`: a group."),
        (f"{EXPLORE}  sort ki<|>nd\n}}", "field kind"),
        (f"{EXPLORE}  measure m = co<|>unt(buy)\n}}", "How many rows of the event"),
        (f"{EXPLORE}  for every<|>one\n}}", "all that have a row"),
        (f"{PATHS}  node kin<|>d of view\n}}", "field kind"),
        (f"{PATHS}  node kind of vie<|>w\n}}", "event view"),
        (f"{PATHS}  node geo.country of view\n  start $coun<|>try\n}}", "param country"),
        (f"{PATHS.replace('paths fl', 'paths fl<|>')}  node kind of view\n}}", "flow_rows AS"),
    ],
)
def test_a_name_is_explained(text: str, shown: str) -> None:
    found = hover(*asked(text))
    assert found is not None
    assert shown in found.text


def test_both_stand_in_the_outline() -> None:
    text = f"{RETENTION}  start buy\n  return view\n  every 1 week for 8\n}}\n{PATHS.removeprefix(TEXT)}  node kind of rum\n}}\n"
    found = [(each.sort, each.name) for each in outline(snapshot(text))]
    assert found[-2:] == [("analysis", "weekly"), ("analysis", "flow")]


WHOLE = f"{EXPLORE}  measure basket = revenue / n\n  sort basket desc, land\n}}\n"


def test_columns_stand_in_the_outline() -> None:
    inside = [(each.name, each.detail) for each in outline(snapshot(WHOLE))[-1].inside]
    assert inside == [
        ("land", "geo.country"),
        ("n", "count(buy)"),
        ("revenue", "sum(amount of buy)"),
        ("basket", "revenue / n"),
    ]


def test_columns_lead_to_where_they_are_named() -> None:
    for used, declared in (("= reven", "measure revenue"), ("sort bas", "measure basket"), ("desc, la", "as land")):
        (found,) = definitions(*asked(WHOLE.replace(used, f"{used}<|>")))
        assert found.span.end == WHOLE.index(declared) + len(declared)


def test_a_measure_is_renamed_where_it_is_used() -> None:
    here, offset = asked(WHOLE.replace("measure reven", "measure reven<|>"))
    assert [WHOLE[e.span.start : e.span.end] for e in renamed(here, offset, "money")] == ["revenue"] * 2
    with pytest.raises(RenameError, match=r"something else would be wrong: .*`n`"):
        renamed(here, offset, "n")


def test_an_analysis_is_renamed_with_its_columns() -> None:
    here, offset = asked(WHOLE.replace("explore sal", "explore sal<|>"))
    (edit,) = renamed(here, offset, "orders")
    assert WHOLE[edit.span.start : edit.span.end] == "sales"


def test_nobody_renames_everyone() -> None:
    with pytest.raises(RenameError, match="declared in no file"):
        renamed(*asked(f"{PATHS}  for every<|>one\n}}"), "all")


def test_names_have_their_colors() -> None:
    text = WHOLE.replace("  sort", "  for everyone\n  sort")
    colors = {(text[c.span.start : c.span.end], c.declares): c.color for c in colored(snapshot(text))}
    assert colors["revenue", True] == colors["revenue", False] == colors["land", False] == "variable"
    assert colors["everyone", False] == "function"


def test_an_analysis_can_be_shown_as_sql_with_its_clauses() -> None:
    assert "sales" in [declared.symbol.name for declared in compiled(snapshot(WHOLE))]
    text = "source s { from t  time at  key u  field a : text }\nexplore e {\n  from s\n  measure n = count(s)\n  top 3\n}\n"
    found = source_map(snapshot(text), "e")
    assert found is not None
    (limit,) = [line for line, each in enumerate(found.sql.split("\n")) if "LIMIT" in each or "<= 3" in each]
    span = found.clause(limit)
    assert text[span.start : span.end] == "top 3"
