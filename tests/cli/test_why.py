"""`segql why`: the clause that keeps a key out, the rows that prove it in, and what comes nearest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Segql

TEXT = """source events {
  from file 'clicks.csv'
  time ts
  key  user.id, user.email = email

  field kind : text
  field page : text

  event view : kind = 'view'
  event click : kind = 'click'
  event refund : kind = 'refund'
}

table plans {
  from  file 'plans.csv'
  key   user.email = email
  field tier : text
}

segment quick {
  key    user.id
  from   events
  during last 30 days

  steps within 1 hour {
    view where page = '/cart'
    without refund
    then click
  }
}

segment pro {
  key   user.email
  from  plans
  where tier = 'pro'
}

segment both {
  key  user.id
  from events
  in   quick
  in   pro via user.email
  none {
    did refund
    join plans on user.email where tier = 'free'
  }
}
"""
CLICKS = """user_id,email,ts,kind,page
ana,ana@x,2026-03-30T10:00:00,view,/cart
ana,ana@x,2026-03-30T10:20:00,click,
bia,bia@x,2026-03-30T10:00:00,view,/cart
bia,bia@x,2026-03-30T11:03:00,click,
caio,caio@x,2026-03-30T10:00:00,view,/cart
caio,caio@x,2026-03-30T10:05:00,refund,
caio,caio@x,2026-03-30T10:10:00,click,
dora,,2026-03-30T10:00:00,view,/cart
dora,,2026-03-30T10:00:00,click,
eva,eva@x,2026-03-30T10:00:00,view,/home
eva,eva@x,2025-03-30T10:00:00,view,/cart
"""
PLANS = "email,tier\nana@x,pro\nbia@x,free\n"


@pytest.fixture
def clicks(shop: Path) -> Path:
    for name, text in (("quick.seg", TEXT), ("clicks.csv", CLICKS), ("plans.csv", PLANS)):
        (shop / name).write_text(text, "utf-8")
    return shop


def asked(segql: Segql, key: str, name: str = "quick") -> str:
    done = segql("why", "quick.seg", "--name", name, "--key", key, "--now", "2026-03-31")
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.usefixtures("clicks")
def test_a_member_is_proved_by_its_events(segql: Segql) -> None:
    assert asked(segql, "ana") == (
        "'ana' is in quick at 2026-03-31 00:00 UTC; it has 2 rows of events\n"
        "  ✓ steps within 1 hour { view where page = '/cart' without refund then click }\n"
        "      1. 2026-03-30 10:00  events  kind 'view', page '/cart'\n"
        "      2. 2026-03-30 10:20  events  kind 'click'\n"
    )


FUNNEL = """
funnel clicked {
  from events
  key  user.id
  steps within 1 hour { view  then click }
}

segment came_so_far { key user.id  converted at click of clicked }
segment left        { key user.id  dropped after 1 of clicked }
segment left_mails  { key user.email  from events  dropped after 1 of clicked via user.id }
"""


@pytest.mark.parametrize(
    ("name", "key", "said"),
    [
        ("came_so_far", "ana", ["✓", "1. view  2026-03-30 10:00", "2. click  2026-03-30 10:20"]),
        ("came_so_far", "bia", ["✗", "1. view  2026-03-30 10:00", "2. click  not reached: dropped"]),
        ("left", "bia", ["✓", "2. click  not reached: dropped"]),
        ("left_mails", "bia@x", ["✓", "'bia' in clicked:", "2. click  not reached: dropped"]),
        ("left_mails", "ana@x", ["✗", "'ana' in clicked:", "2. click  2026-03-30 10:20"]),
    ],
)
def test_how_far_a_key_came_in_a_funnel(segql: Segql, clicks: Path, name: str, key: str, said: list[str]) -> None:
    (clicks / "quick.seg").write_text(TEXT + FUNNEL, "utf-8")
    found = asked(segql, key, name)
    assert [part for part in said if part not in found] == [], found


def test_a_key_that_never_entered_a_funnel_is_told(segql: Segql, clicks: Path) -> None:
    (clicks / "quick.seg").write_text(TEXT + FUNNEL.replace("{ view  then", "{ refund  then"), "utf-8")
    assert "not counted in clicked: 'ana'" in asked(segql, "ana", "left")


@pytest.mark.usefixtures("clicks")
@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("bia", "event 2 of 2: 3 minutes too late for the whole, within 1 hour is asked: 2026-03-30 11:03  events"),
        ("caio", "event 2 of 2: something lies between (2026-03-30 10:05  events  kind 'refund'): 2026-03-30 10:10"),
        ("dora", "event 2 of 2: at the same time as the event above: 2026-03-30 10:00  events  kind 'click'"),
        ("eva", "1 row would count but for the window; the last: 2025-03-30 10:00  events  kind 'view', page '/cart'"),
        ("eva", "1 row would count but for page = '/cart'; the last: 2026-03-30 10:00  events"),
    ],
)
def test_the_nearest_miss(segql: Segql, key: str, said: str) -> None:
    found = asked(segql, key)
    assert found.startswith(f"'{key}' is not in quick")
    assert said in found


@pytest.mark.usefixtures("clicks")
def test_segments_inside_are_asked_too(segql: Segql) -> None:
    found = asked(segql, "ana", "both")
    assert "  ✓ in pro via user.email\n      'ana@x' is in pro\n        ✓ a row of plans[tier = 'pro']\n" in found
    assert "  ✓ none of\n    ✗ did refund\n" in found
    assert "'bia@x' is not in pro" in asked(segql, "bia", "both")
    assert "no row has a user.email" in asked(segql, "dora", "both")


@pytest.mark.usefixtures("clicks")
def test_a_key_that_the_data_do_not_have(segql: Segql) -> None:
    assert asked(segql, "Ana") == (
        "'Ana' is not in quick at 2026-03-31 00:00 UTC: no row of events has it as user.id\n"
    )


@pytest.mark.usefixtures("clicks")
def test_json_has_each_clause(segql: Segql) -> None:
    done = segql("why", "quick.seg", "--name", "both", "--key", "bia", "--now", "2026-03-31", "--format", "json")
    found = json.loads(done.stdout)
    assert (found["member"], found["known"], found["rows"]) == (False, True, 2)
    assert [(c["clause"], c["holds"]) for c in found["clauses"]] == [
        ("in quick", False),
        ("in pro via user.email", False),
        ("none of", False),
    ]
    assert [c["holds"] for c in found["clauses"][2]["clauses"]] == [False, True]


@pytest.mark.usefixtures("clicks")
def test_a_key_with_quotes_is_a_key(segql: Segql) -> None:
    assert "no row of events has it" in asked(segql, "'; drop table events; --")


@pytest.mark.usefixtures("clicks")
def test_what_cannot_be_asked(segql: Segql, clicks: Path) -> None:
    none = segql("why", "quick.seg", "--name", "quik", "--key", "ana")
    assert (none.exit_code, "did you mean `quick`?" in none.stderr) == (1, True)
    (clicks / "clicks.csv").unlink()
    gone = segql("why", "quick.seg", "--name", "quick", "--key", "ana")
    assert (gone.exit_code, "clicks.csv" in gone.stderr, "Traceback" in gone.output) == (1, True, False)
