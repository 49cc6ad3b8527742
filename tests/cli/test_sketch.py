"""Small pictures in the terminal: what is drawn is what the rows have, and nothing is wider than the terminal."""

from __future__ import annotations

import datetime as dt
import os
import pty
import subprocess
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from segql.cli.sketch import sketch
from segql.compiler import check
from segql.diagnostics.cells import cells
from segql.semantics import model
from segql.source import Source
from tests.cli.conftest import SHOP, Segql
from tests.cli.test_chart import ASKED, NOW


def drawn(name: str, rows: Sequence[tuple[Any, ...]], width: int = 80) -> list[str]:
    """The picture of rows of an analysis."""
    asked = check(Source(SHOP + ASKED)).program.find(name)
    assert asked is not None
    assert not isinstance(asked, model.Segment)
    return [line.plain.rstrip() for line in sketch(asked, rows, width)]


@pytest.fixture
def asked(shop: Path) -> Path:
    (shop / "shop.seg").write_text(SHOP + ASKED, "utf-8")
    return shop


def test_bars_are_as_long_as_values_and_totals_are_said() -> None:
    rows = [("buyers", "group", "buy", 8, Decimal("2.5")), ("everyone", "group", "view", 2, None)]
    totals = [("buyers", "total", None, 8, Decimal("2.5")), ("everyone", "total", None, 10, None)]
    lines = drawn("kinds", [*rows, *totals])
    assert lines[:5] == [
        "rows",
        f"  buy · buyers     {'█' * 40} 8",
        f"  view · everyone  {'█' * 10} 2",
        "  8 in all of buyers",
        "  10 in all of everyone",
    ]
    assert lines[7] == "  view · everyone  missing"


def test_less_than_nothing_is_paler_and_what_is_no_number_has_no_bar() -> None:
    values = (-4, 2, float("nan"), float("inf"))
    lines = drawn("kinds", [("everyone", "group", str(n), value, None) for n, value in enumerate(values)])
    assert [line.split("  ")[-1] for line in lines[1:5]] == [f"{'░' * 40} -4", f"{'█' * 20} 2", "nan", "inf"]


def test_a_line_has_a_block_for_each_day_and_a_gap_where_there_are_no_rows() -> None:
    days = [dt.date(2026, 3, day) for day in (1, 2, 4)]
    lines = drawn("days", list(zip(days, (0, 8, 4), strict=True)))
    assert lines == ["rows", "  ▁█ ▅  0 to 8", "  2026-03-01 to 2026-03-04, a day a block"]


def test_days_that_have_no_room_are_counted() -> None:
    days = [(dt.date(2026, 1, 1) + dt.timedelta(days=n), n) for n in range(90)]
    lines = drawn("days", days, 60)
    assert lines[-2:] == ["  2026-02-28 to 2026-03-31, a day a block", "  58 days before these"]


def test_a_grid_has_a_shade_and_a_share_and_marks_what_has_not_ended() -> None:
    week = dt.date(2026, 3, 2)
    cells_of = [(0, 4, 4, 1.0, True), (1, 1, 4, 0.25, True), (2, 0, 4, 0.0, False)]
    assert drawn("back", [(week, *cell) for cell in cells_of]) == [
        "                     0      1      2",
        "  2026-03-02 (4) █100%  ░ 25%  ·  0%*",
        "  * the period has not ended",
    ]


def test_links_of_a_step_are_bars_and_small_ones_are_counted_together() -> None:
    rows = [(1, "a", "node", f"p{n}", "node", 20 - n) for n in range(10)] + [(2, "p0", "node", None, "drop-off", 20)]
    lines = drawn("flow", rows)
    assert lines[0] == "step 1"
    assert lines[1] == f"  a → p0  {'█' * 40} 20"
    assert lines[9] == "  2 smaller links with 23 keys"
    assert lines[10:] == ["step 2", f"  p0 → (drop-off)  {'█' * 40} 20"]


@pytest.mark.parametrize("width", [24, 40, 80, 200])
def test_nothing_is_wider_than_the_terminal(width: int) -> None:
    wide = "東京" * 20
    kinds = [
        ("everyone", "group", name, 10**n, Decimal(n)) for n, name in enumerate((wide, "é" * 50, None, "a\x1b[2J"))
    ]
    flow = [(1, wide, "node", name, "node", 7) for name in (wide, "b")]
    back = [(dt.date(2026, 3, 2), n, 1, 4, 0.25, True) for n in range(3)]
    days = [(dt.date(2026, 1, 1) + dt.timedelta(days=n), n) for n in range(90)]
    for name, rows in (("kinds", kinds), ("flow", flow), ("back", back), ("days", days)):
        lines = [line for line in drawn(name, rows, width) if not line.startswith(("  periods", "  the first"))]
        assert max(cells(line).width for line in lines if "a block" not in line) <= width
        assert "\x1b" not in "".join(lines)


def test_wide_characters_keep_bars_in_one_column() -> None:
    lines = drawn("kinds", [("everyone", "group", name, 5, None) for name in ("東京", "Rio de Janeiro")])[1:3]
    assert len({cells(line[: line.index("█")]).width for line in lines}) == 1


def test_nothing_is_said_and_not_drawn(segql: Segql, asked: Path) -> None:
    done = segql("run", "shop.seg", "--name", "empty", *NOW, "--format", "chart")
    assert (done.exit_code, done.stdout) == (0, "no rows in this window\n")


def test_a_chart_is_drawn_when_it_is_asked_for_and_for_nobody_else(segql: Segql, asked: Path) -> None:
    chart = segql("run", "shop.seg", "--name", "kinds", *NOW, "--format", "chart").stdout
    assert "█" in chart
    assert "\x1b" not in chart
    for form in ([], ["--format", "table"], ["--format", "csv"], ["--format", "json"], ["--format", "jsonl"]):
        assert "█" not in segql("run", "shop.seg", "--name", "kinds", *NOW, *form).stdout


def test_color_is_asked_for_or_refused(segql: Segql, asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in segql("run", "shop.seg", "--name", "kinds", *NOW, "--format", "chart").stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in segql("run", "shop.seg", "--name", "kinds", *NOW, "--format", "chart").stdout


def test_a_person_at_a_terminal_sees_the_table_and_the_chart(asked: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "segql", "run", "shop.seg", "--name", "kinds", *NOW]
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "70"}
    with subprocess.Popen(command, stdout=theirs, stderr=subprocess.PIPE, env=environment) as process:
        os.close(theirs)
        seen = b""
        while True:
            try:
                block = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not block:
                break
            seen += block
    os.close(ours)
    text = seen.decode()
    assert process.returncode == 0
    assert -1 < text.index("━") < text.index("█")
    assert "in all of everyone" in text


def test_a_segment_is_not_drawn_and_a_chart_is_no_file(segql: Segql, asked: Path) -> None:
    done = segql("run", "shop.seg", "--name", "buyers", *NOW, "--format", "chart")
    assert (done.exit_code, "a segment is a set of keys" in done.stderr) == (2, True)
    done = segql("run", "shop.seg", "--name", "kinds", *NOW, "--format", "chart", "--output", "kinds.txt")
    assert (done.exit_code, "a chart is for the screen" in done.stderr) == (2, True)


def test_of_some_rows_nothing_is_said_about_the_others(segql: Segql, asked: Path) -> None:
    chart = ("run", "shop.seg", "--name", "kinds", *NOW, "--format", "chart", "--limit")
    one = segql(*chart, "1").stdout
    assert "drawn from the first 1 row" in one
    assert "no rows of" not in one
    assert segql(*chart, "0").stdout == "no rows are asked for\n"
    assert "drawn from" not in segql(*chart, "100").stdout
