"""Inside of analyses an editor offers what could stand there, and knows what the names mean."""

from __future__ import annotations

import pytest

from segql.ide.completion import complete
from segql.ide.hover import hover
from segql.ide.symbols import outline
from tests.ide.cursor import asked, snapshot
from tests.ide.world import TEXT

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
