"""`segql table match` and `segql check --data`: what data are like beside what a text says of them."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from tests.cli.conftest import Segql

TEXT = """source events {
  from file 'events.csv'
  time ts
  key  usr.email = email, usr.id = id

  field kind : enum('view', 'buy')

  event buy : kind = 'buy'
}

table plans {
  from  file 'plans.csv'
  key   usr.email = email unique
  field tier : enum('free', 'pro')
  valid from start to end
}

table numbers {
  from  file 'numbers.csv'
  key   usr.id = id unique
  field tier : text
}

segment pros {
  key  usr.email
  from events
  join plans on usr.email where tier = 'pro'
}

segment bought_free {
  key  usr.email
  from events
  did  buy where plans.tier = 'free'
}
"""
EVENTS = """email,id,ts,kind
ana@x,1,2026-03-01T00:00:00,view
ana@x,1,2026-03-30T10:00:00,buy
Bia@x,2,2026-03-30T10:00:00,buy
caio@x,3,2026-03-30T10:00:00,view
,4,2026-03-30T10:00:00,view
"""
PLANS = """email,tier,start,end
ana@x,free,2026-03-10,2026-03-30
ana@x,pro,2026-03-30,
bia@x,pro,,
caio@x ,free,,
dora@x,free,,
dora@x,pro,2026-01-01,
"""


@pytest.fixture
def data(shop: Path) -> Path:
    for name, text in (
        ("shop.seg", TEXT),
        ("events.csv", EVENTS),
        ("plans.csv", PLANS),
        ("numbers.csv", "id,tier\n1,a\n"),
    ):
        (shop / name).write_text(text, "utf-8")
    (shop / "shop_test.seg").unlink()
    return shop


def matched(segql: Segql, *arguments: str) -> dict[str, object]:
    done = segql("table", "match", *arguments, "--format", "json")
    assert done.exit_code == 0, done.output
    (found,) = json.loads(done.stdout)["keys"]
    return dict(found)


def test_both_sides_are_counted_and_what_nearly_matches_is_shown(segql: Segql, data: Path) -> None:
    assert matched(segql, "plans", "--with", "events") == {
        "key": "usr.email",
        "table_rows": 6,
        "table_keys": 4,
        "source_keys": 3,
        "both": 1,
        "share_of_table": 1 / 4,
        "share_of_source": 1 / 3,
        "source_rows": 4,
        "rows_met": 1,
        "shared": 1,
        "shared_samples": [{"key": "dora@x", "rows": 2}],
        "near": 2,
        "near_samples": [{"table": "bia@x", "source": "Bia@x"}, {"table": "caio@x ", "source": "caio@x"}],
        "only_table_samples": ["bia@x", "caio@x ", "dora@x"],
        "only_source_samples": ["Bia@x", "caio@x"],
    }


def test_people_see_shares_and_samples(segql: Segql, data: Path) -> None:
    done = segql("table", "match", "plans", "--with", "events")
    assert done.stdout.splitlines() == [
        "usr.email of plans with events",
        "    25.0%  1 of 4 keys of plans are in events",
        "      not there: 'bia@x', 'caio@x ', 'dora@x'",
        "    33.3%  1 of 3 keys of events are in plans",
        "      not there: 'Bia@x', 'caio@x'",
        "    25.0%  1 of 4 rows of events with a key find it, in the version of their time",
        "  2 would match but for case or blanks",
        "      'bia@x' in plans, 'Bia@x' in events",
        "      'caio@x ' in plans, 'caio@x' in events",
        "  1 stand on versions that are valid at one time",
        "      'dora@x' on 2",
    ]


def test_a_key_without_a_value_on_either_side_is_no_share(segql: Segql, data: Path) -> None:
    (data / "plans.csv").write_text("email,tier,start,end\n,free,,\n", "utf-8")
    found = matched(segql, "plans", "--with", "events")
    assert (found["table_keys"], found["share_of_table"], found["share_of_source"]) == (0, None, 0)
    assert "      –  0 of 0 keys of plans" in segql("table", "match", "plans", "--with", "events").stdout


def test_questions_that_have_no_answer(segql: Segql, data: Path) -> None:
    def said(*arguments: str, code: int) -> str:
        done = segql("table", "match", *arguments)
        assert done.exit_code == code, done.output
        assert "SEG901" not in done.stderr
        return done.stderr

    assert "there is no table `plan`: did you mean `plans`?" in said("plan", "--with", "events", code=2)
    assert "there is no source `evnts`: did you mean `events`?" in said("plans", "--with", "evnts", code=2)
    assert "no key `usr.mail` both: did you mean `usr.email`?" in said(
        "plans", "--with", "events", "--key", "usr.mail", code=2
    )
    assert "`plans` and `numbers` share no key" in said("plans", "--with", "numbers", code=2)
    (data / "plans.csv").unlink()
    assert "there is no such file" in said("plans", "--with", "events", code=1)
    (data / "numbers.csv").write_text("id,tier\na,b\n", "utf-8")
    assert "SEG417" in said("numbers", "--with", "events", code=1)
    (data / "numbers.csv").write_text("nr,tier\na,b\n", "utf-8")
    assert "SEG404" in said("numbers", "--with", "events", code=1)


def codes(segql: Segql, *options: str, code: int = 1) -> list[tuple[str, int, str]]:
    done = segql("check", "shop.seg", "--data", "--format", "json", *options)
    assert done.exit_code == code, done.output
    return [(d["code"], d["primary"]["start"]["line"], d["message"]) for d in json.loads(done.stdout)["diagnostics"]]


def test_check_looks_at_data_only_when_asked(segql: Segql, data: Path) -> None:
    (data / "plans.csv").unlink()
    assert segql("check", "shop.seg").exit_code == 0
    assert codes(segql) == [("SEG403", 12, "`plans.csv` cannot be read: there is no such file")]


def test_a_unique_key_that_is_not(segql: Segql, data: Path) -> None:
    said = "`usr.email` of `plans` is not unique: 'dora@x' stands on 2 rows, valid at one time"
    assert codes(segql) == [("SEG418", 13, said)]
    (data / "plans.csv").write_text(PLANS.replace("dora@x,pro,2026-01-01,\n", ""), "utf-8")
    assert codes(segql, code=0) == []
    (data / "numbers.csv").write_text("id,tier\n1,a\n2,b\n1,a\n2,b\n1,c\n", "utf-8")
    said = "`usr.id` of `numbers` is not unique: '1' stands on 3 rows, and 1 more such key"
    assert codes(segql) == [("SEG418", 20, said)]


def test_a_value_that_its_enum_has_not(segql: Segql, data: Path) -> None:
    (data / "plans.csv").write_text("email,tier,start,end\nana@x,Pro,,\nbia@x,gold,,\ncaio@x,gold,,\n", "utf-8")
    said = "`tier` is 'gold' on 2 rows, which its enum has not, and 1 other such value"
    assert codes(segql, code=0) == [("SEG422", 14, said)]
    assert codes(segql, "--strict", code=1)


def test_a_table_that_meets_nobody(segql: Segql, data: Path) -> None:
    (data / "plans.csv").write_text("email,tier,start,end\nANA@X,pro,,\n", "utf-8")
    said = "no `usr.email` of `events` is in `plans`"
    assert codes(segql, code=0) == [("SEG419", 24, said), ("SEG419", 30, said)]


def test_data_without_rows(segql: Segql, data: Path) -> None:
    (data / "plans.csv").write_text("email,tier,start,end\n", "utf-8")
    assert codes(segql, code=0) == [("SEG420", 12, "`plans` has no rows")]


def test_columns_and_values_that_are_not_as_declared(segql: Segql, data: Path) -> None:
    (data / "events.csv").write_text(EVENTS.replace(",kind", ",sort", 1), "utf-8")
    assert [code for code, _, _ in codes(segql)] == ["SEG404"]
    (data / "events.csv").write_text(EVENTS.replace("2026-03-30T10", "tomorrow", 1), "utf-8")
    assert [code for code, _, _ in codes(segql)] == ["SEG403", "SEG418"]
    (data / "events.csv").write_text(EVENTS, "utf-8")
    (data / "numbers.csv").write_text("id,tier\n1,007\n", "utf-8")  # digits are a text, too
    assert [code for code, _, _ in codes(segql)] == ["SEG418"]


def test_tables_of_a_database(segql: Segql, data: Path) -> None:
    (data / "shop.seg").write_text(TEXT.replace("file 'plans.csv'", "crm.plans"), "utf-8")
    assert [code for code, _, _ in codes(segql)] == ["SEG403"]
    with duckdb.connect("shop.duckdb") as connection:
        connection.execute("CREATE SCHEMA crm; CREATE TABLE crm.plans AS FROM read_csv('plans.csv')")
    assert [code for code, _, _ in codes(segql, "--on", "shop.duckdb")] == ["SEG418"]
    assert matched(segql, "plans", "--with", "events", "--on", "shop.duckdb")["near"] == 2


NESTED = """source hits {
  from  file 'hits.jsonl'
  time  at : epoch(seconds)
  key   usr.id
  layout nested
  field place : text = %s
}
"""
HIT = '{"at": %s, "usr": {"id": "ana"}, "geo": {"Land": "BR"}, "params": [{"key": "a", "value": {"text": "x"}}]}\n'


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("geo.land", ""),  # case makes no difference to a field
        ("params[key = 'b'].value.text", ""),
        ("geo.lond", "SEG404: the data of `hits` has no column `geo.lond`; did you mean `Land`?"),
        ("geo.Land.x", "SEG403: `hits.jsonl` cannot be read: `geo.Land` holds VARCHAR, and is declared as a struct"),
        ("params[kay = 'a'].value.text", "SEG404: the data of `hits` has no column `params.kay`; did you mean `key`?"),
        ("params[key = 'a'].value.test", "SEG404: the data of `hits` has no column `params.value.test`; did you mean `text`?"),
        ("geo[key = 'a'].value", "SEG403: `hits.jsonl` cannot be read: `geo` holds STRUCT(Land VARCHAR), and is declared as a list of structs"),
        ("params.value", "SEG403: `hits.jsonl` cannot be read: `params` holds "),
    ],
)  # fmt: skip
def test_ways_into_structs_and_lists(segql: Segql, data: Path, kept: str, said: str) -> None:
    (data / "hits.jsonl").write_text(HIT % 1774864800, "utf-8")
    (data / "hits.seg").write_text(
        NESTED % kept + "segment s { key usr.id  from hits  did hits where place = 'x' }\n", "utf-8"
    )
    checked = segql("check", "--data", "hits.seg", "--format", "json")
    found = [f"{each['code']}: {each['message']}; {each['help']}" for each in json.loads(checked.stdout)["diagnostics"]]
    assert len(found) == bool(said)
    assert all(each.startswith(said) for each in found)
    asked = segql("run", "hits.seg", *("--now", "2026-03-31"))
    assert said.partition(":")[0] in asked.stderr
    assert asked.exit_code == bool(said)


def test_a_number_of_time_in_another_unit(segql: Segql, data: Path) -> None:
    (data / "shop.seg").write_text(NESTED % "geo.Land", "utf-8")
    for number, said in (
        ("1774864800", []),
        ("-5", []),
        ("null", []),
        ("1774864800000", ["the latest `at`, counted in seconds, is of the year 58213; in milliseconds it would be of our age"]),
        ("1774864800000000", ["the latest `at`, counted in seconds, is of the year 56245196; in microseconds it would be of our age"]),
    ):  # fmt: skip
        (data / "hits.jsonl").write_text(HIT % number, "utf-8")
        assert [message for code, _, message in codes(segql, code=0) if code == "SEG423"] == said


def test_a_number_of_time_is_whole(segql: Segql, data: Path) -> None:
    (data / "shop.seg").write_text(NESTED % "geo.Land", "utf-8")
    (data / "hits.jsonl").write_text(HIT % "1774864800.5", "utf-8")
    said = "`hits.jsonl` cannot be read: column `at` holds DOUBLE, and is declared epoch(seconds)"
    assert codes(segql) == [("SEG403", 3, said)]
