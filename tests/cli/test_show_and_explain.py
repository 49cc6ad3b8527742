"""`segql show`, `segql explain`, `segql completion`, and the command itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from segql.cli.main import COMMANDS
from segql.diagnostics.register import REGISTER
from segql.sql.dialects import DIALECTS
from segql.sql.names import PLAN_NAMES
from segql.sql.plans import BY_PLAN
from tests.cli.conftest import Segql


def test_the_tree_is_what_was_written(segql: Segql) -> None:
    done = segql("show", "tree", "shop.seg", "--name", "lookers")
    assert done.stdout == (
        "Segment name=lookers doc='Never bought.'\n  Key(path=user.id)\n  FromSources(names=(events))\n"
        "  Never(event=buy)\n"
    )


def test_the_meaning_has_every_default_filled_in(segql: Segql) -> None:
    done = segql("show", "meaning", "shop.seg", "--name", "buyers")
    assert done.stdout == (
        "segment buyers of user.id\n"
        "  from events (file 'events.csv'; time ts timestamp)\n"
        "  count(events[(kind = 'buy' and amount >= $least=10)] in [now - 30 day, now)) >= 1\n"
    )


def test_the_sql_is_that_of_compile(segql: Segql) -> None:
    both = ("shop.seg", "--name", "lookers", "--now", "2026-03-31")
    assert segql("show", "sql", *both).stdout == segql("compile", *both).stdout


def test_a_tree_of_a_broken_file_has_what_could_be_read(segql: Segql, shop: Path) -> None:
    done = segql("show", "tree", "-", input="param a : text\nsegment {")
    assert done.exit_code == 1
    assert done.stdout == "Param(name=a, type=text)\n"


def test_a_segment_that_is_not_there_has_no_meaning(segql: Segql) -> None:
    done = segql("show", "meaning", "shop.seg", "--name", "buyer")
    assert done.exit_code == 2
    assert "did you mean `buyers`" in done.stderr


@pytest.mark.parametrize("code", REGISTER)
def test_every_code_can_be_explained(segql: Segql, code: str) -> None:
    assert segql("explain", code.removeprefix("SEG")).stdout == segql("explain", code).stdout
    done = segql("explain", code.lower())
    assert done.exit_code == 0
    assert code in done.stdout


def test_a_code_that_is_none_has_a_nearest(segql: Segql) -> None:
    done = segql("explain", "SEG2O1")
    assert done.exit_code == 2
    assert "did you mean `SEG201`" in done.stderr


def test_without_a_code_all_are_listed(segql: Segql) -> None:
    lines = segql("explain").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(REGISTER)


def test_a_page_in_color_is_drawn(segql: Segql, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in segql("explain", "SEG201").stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in segql("explain", "SEG201").stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_get_their_script(segql: Segql, shell: str) -> None:
    assert "_SEGQL_COMPLETE" in segql("completion", shell).stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(segql: Segql, name: str) -> None:
    done = segql(name, "--help")
    assert done.exit_code == 0
    assert done.stdout.startswith(f"Usage: segql {name}")


def test_the_list_of_commands_is_the_help(segql: Segql) -> None:
    done = segql("--help")
    assert all(f"  {name}" in done.stdout and text in done.stdout for name, text in COMMANDS.items())
    assert segql("-h").stdout == done.stdout


def test_a_slip_in_a_command_has_a_nearest(segql: Segql) -> None:
    done = segql("complie")
    assert done.exit_code == 2
    assert "there is no command `complie`: did you mean `compile`?" in done.stderr


def test_the_versions_are_said(segql: Segql) -> None:
    assert segql("--version").stdout.startswith("segql ")


def test_our_own_mistake_is_a_diagnostic(segql: Segql, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the sky fell")

    monkeypatch.setattr("segql.cli.check.in_order", broken)
    done = segql("check", "shop.seg")
    assert done.exit_code == 1
    assert "error[SEG901]: SegQL made a mistake of its own: RuntimeError: the sky fell" in done.stderr
    assert "SEGQL_DEBUG=1" in done.stderr
    assert "Traceback" not in done.stderr
    monkeypatch.setenv("SEGQL_DEBUG", "1")
    assert isinstance(segql("check", "shop.seg").exception, RuntimeError)


def test_an_interrupt_ends_with_130(segql: Segql, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("segql.cli.check.in_order", interrupted)
    assert segql("check", "shop.seg").exit_code == 130


def test_the_plan_says_which_is_chosen_and_why_not_others(segql: Segql) -> None:
    text = "use 'shop.seg'\nsegment soon { key user.id  from events  steps { buy then within 1 day buy where amount > 1 } }\n"
    done = segql("show", "plan", "-", "--name", "soon", input=text)
    assert done.exit_code == 0
    lines = [line.split(":")[0].split() for line in done.stdout.splitlines()]
    assert lines == [
        ["segment", "soon", "on", "duckdb"],
        ["joined", "no"],
        ["extremes", "no"],
        ["neighbors", "chosen"],
        ["asof", "would", "do"],
        ["running", "would", "do"],
        ["packed", "no"],
    ]
    assert (
        "neighbors would do, but is dear"
        in segql("show", "plan", "-", "--name", "soon", "--dialect", "sqlite", input=text).stdout
    )
    assert segql("show", "plan", "shop.seg", "--dialect", "sqlit").exit_code == 1


def test_every_plan_of_the_table_has_a_name_that_can_be_asked_for() -> None:
    assert tuple(BY_PLAN) == PLAN_NAMES
    assert all(set(dialect.plans) <= set(PLAN_NAMES) for dialect in DIALECTS)
    assert all("running" in dialect.plans and "joined" in dialect.plans for dialect in DIALECTS)


def test_many_times_the_same_step_are_worth_another_read(segql: Segql) -> None:
    text = "use 'shop.seg'\nsegment often { key user.id  from events  steps { buy TIMES times then buy where amount > 9 } }\n"
    for times, chosen in (("4", "running   chosen"), ("5", "neighbors chosen"), ("50", "neighbors chosen")):
        done = segql("show", "plan", "-", "--name", "often", "--dialect", "sqlite", input=text.replace("TIMES", times))
        assert chosen in done.stdout


def test_a_plan_that_is_dear_is_not_chosen(segql: Segql) -> None:
    text = "use 'shop.seg'\nsegment again { key user.id  from events  steps { buy then within 1 day buy } }\n"
    done = segql("show", "plan", "-", "--name", "again", input=text)
    assert "asof      would do, but is dear" in done.stdout
    assert "running   chosen" in done.stdout
