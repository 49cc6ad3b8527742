"""A file that is used keeps its zone; where that could surprise, it is said, and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Segql

DATA = "source web { from file 'web.csv'  time ts  key user.id  field kind : text  event view : kind = 'view' }\n"
DAYS = "segment daily { key user.id  from web  did view on at least 2 days }\n"
LAST = "segment lately { key user.id  from web  during last 30 days  did view }\n"
BERLIN, UTC, LIMA = "zone 'Europe/Berlin'\n", "zone 'UTC'\n", "zone 'America/Lima'\n"
USE = "use 'used.seg'\n"
HERE, THERE = "this file sets no zone", "`used.seg` sets no zone"


def said(segql: Segql, shop: Path, main: str, used: str) -> list[str]:
    (shop / "main.seg").write_text(main, "utf-8")
    (shop / "used.seg").write_text(used, "utf-8")
    found = json.loads(segql("check", "main.seg", "--format", "json").stdout)["diagnostics"]
    return [f"{each['code']} {each['message']}" for each in found]


@pytest.mark.parametrize(
    ("main", "used", "silent"),
    [
        (BERLIN + USE, DATA + DAYS, THERE),
        (BERLIN + USE, DATA + LAST.replace("30 days", "2 months"), THERE),
        (BERLIN + USE, DATA + LAST.replace("last 30 days", "this week"), THERE),
        (BERLIN + USE, DATA.replace("time ts", "time ts : date"), THERE),
        (
            BERLIN + USE,
            DATA.replace("kind = 'view'", "hour(ts) = 3").replace("field", "field ts : timestamp field"),
            THERE,
        ),
        (USE + DAYS, BERLIN + DATA, HERE),
        (USE + "test daily at 2026-03-31 { 'ana' out { } }", BERLIN + DATA + DAYS, HERE),
        (USE, BERLIN + DATA + DAYS, ""),
        (USE + LAST, BERLIN + DATA + DAYS, ""),
        (BERLIN + USE + DAYS, DATA + LAST, ""),
        (BERLIN + USE, UTC + DATA + DAYS, ""),
        (BERLIN + USE + DAYS, LIMA + DATA, ""),
        (BERLIN + USE, BERLIN + DATA + DAYS, ""),
        (BERLIN + USE, DATA + LAST.replace("last 30 days", "since 2026-03-01T00:00Z"), ""),
        (BERLIN + USE, DATA + DAYS.replace("daily", "daily2") + "test daily2 at 2026-03-31T00:00 { }", THERE),
    ],
)
def test_a_zone_that_could_be_thought_to_be_another_is_said(
    segql: Segql, shop: Path, main: str, used: str, silent: str
) -> None:
    found = said(segql, shop, main, used)
    assert len(found) == bool(silent), found
    assert all(each.startswith("SEG428 days are those of ") and each.endswith(silent) for each in found)


def test_the_place_that_matters_is_shown(segql: Segql, shop: Path) -> None:
    said(segql, shop, BERLIN + USE, DATA + DAYS)
    shown = segql("check", "main.seg").stdout
    assert "warning[SEG428]: days are those of UTC in `used.seg`, and those of Europe/Berlin here" in shown
    assert "such as here" in shown
    assert "help: write `zone 'Europe/Berlin'` in `used.seg`, or the one that is meant" in shown
    assert segql("check", "--strict", "main.seg").exit_code == 1


def test_the_zone_of_a_project_is_that_of_both(segql: Segql, shop: Path) -> None:
    (shop / "segql.toml").write_text('zone = "Europe/Berlin"\n', "utf-8")
    assert said(segql, shop, USE + DAYS, DATA) == []
    assert said(segql, shop, BERLIN + USE, DATA + DAYS) == []
    assert len(said(segql, shop, LIMA + USE, DATA + DAYS)) == 1


def test_a_segment_counts_the_days_of_its_own_file(segql: Segql, shop: Path) -> None:
    rows = ("2026-03-01 22:30:00", "2026-03-01 23:30:00")  # two days in Berlin, one in UTC
    (shop / "web.csv").write_text("user_id,ts,kind\n" + "".join(f"ana,{at},view\n" for at in rows), "utf-8")
    for zone, keys in ((BERLIN, "user_id\nana\n"), (UTC, "user_id\n")):
        said(segql, shop, LIMA + USE, zone + DATA + DAYS)
        done = segql("run", "main.seg", "--name", "daily", "--now", "2026-03-31", "--format", "csv")
        assert done.stdout == keys, done.stderr
