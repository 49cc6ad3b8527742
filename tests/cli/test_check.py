"""`segql check`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Segql

WRONG = "use 'shop.seg'\nsegment x { key user.id  from events  did bought }\n"
RUN = ("run", "shop.seg", "--name", "buyers")


def test_nothing_wrong_says_so_on_stderr(segql: Segql) -> None:
    done = segql("check", "shop.seg", "shop_test.seg")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "nothing wrong in 2 files\n")


def test_a_mistake_is_drawn_and_ends_with_one(segql: Segql, shop: Path) -> None:
    (shop / "wrong.seg").write_text(WRONG, "utf-8")
    done = segql("check", "wrong.seg")
    assert done.exit_code == 1
    assert "error[SEG205]" in done.stdout
    assert "--> wrong.seg:2:43" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_folder_means_every_file_below_it(segql: Segql, shop: Path) -> None:
    (shop / "deep/er").mkdir(parents=True)
    (shop / "deep/er/wrong.seg").write_text("segment {", "utf-8")
    done = segql("check", "deep")
    assert "deep/er/wrong.seg:1:9" in done.stdout


def test_without_paths_the_project_says_where_to_look(segql: Segql, shop: Path) -> None:
    (shop / "a").mkdir()
    (shop / "a/wrong.seg").write_text("segment {", "utf-8")
    (shop / "segql.toml").write_text('paths = ["a"]\n', "utf-8")
    assert "a/wrong.seg:1:9" in segql("check").stdout


def test_no_file_at_all_is_wrong_usage(segql: Segql, shop: Path) -> None:
    (shop / "empty").mkdir()
    assert segql("check", "empty").exit_code == 2


def test_a_mistake_of_a_used_file_is_said_once(segql: Segql, shop: Path) -> None:
    (shop / "shop.seg").write_text((shop / "shop.seg").read_text("utf-8") + "segment {", "utf-8")
    done = segql("check", "shop.seg", "shop_test.seg")
    assert done.stdout.count("error[") == 1


def test_warnings_are_wrong_when_it_is_strict(segql: Segql) -> None:
    assert segql("check", "-", input="").exit_code == 0
    done = segql("check", "-", "--strict", input="")
    assert done.exit_code == 1
    assert "warning[SEG324]" in done.stdout


def test_programs_get_json_github_and_sarif(segql: Segql) -> None:
    found = json.loads(segql("check", "-", "--format", "json", input=WRONG).stdout)
    assert found["diagnostics"][0]["code"] == "SEG205"
    assert segql("check", "-", "--format", "github", input=WRONG).stdout.startswith("::error file=<stdin>,line=2")
    assert json.loads(segql("check", "-", "--format", "sarif", input=WRONG).stdout)["version"] == "2.1.0"
    nothing = json.loads(segql("check", "shop.seg", "--format", "json").stdout)
    assert nothing["diagnostics"] == []


def test_github_is_not_guessed(segql: Segql, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    done = segql("check", "-", input=WRONG)
    assert not done.stdout.startswith("::")


def test_wrong_settings_are_said(segql: Segql, shop: Path) -> None:
    for text in ("zone = 'Mars/Base'", "dialects = 3", "paths = 3", "zone = "):
        (shop / "segql.toml").write_text(text, "utf-8")
        for command in (("check",), ("check", "shop.seg"), ("compile", "shop.seg"), RUN):
            done = segql(*command)
            assert "SEG110" in done.stdout + done.stderr, (text, command, done.output)
            assert done.exit_code == 1
