"""A real Emacs with eglot, without a screen, and the mode of `lsp/editors/emacs`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.editors.project import SHOP, SLIP, formatted, made
from tests.editors.tools import EDITORS, HERE, missing, program, run


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a person sees in one session."""
    folder = made(tmp_path_factory.mktemp("emacs"))
    told = folder / "answers.json"
    emacs = program("emacs")
    if run(emacs, "--batch", "-q", "--eval", '(princ (locate-library "eglot"))', env={"HOME": str(folder)}).endswith(
        "nil"
    ):
        missing("eglot")
    mode, session = EDITORS / "emacs" / "segql-mode.el", HERE / "emacs.el"
    run(emacs, "--batch", "-q", "-l", mode, "-l", session, folder, told, cwd=folder, env={"HOME": str(folder)})
    return json.loads(told.read_text("utf-8"))


def test_a_slip_is_told_where_it_is_behind_wide_characters(seen: Any) -> None:
    (said,) = seen["diagnostics"]
    assert said["word"] == "buuy"
    assert "SEG205" in said["message"]
    assert "did you mean `buy`?" in said["message"]


def test_the_quick_fix_puts_it_right(seen: Any) -> None:
    assert seen["fixed"] == SLIP.replace("buuy", "buy")


def test_completion_offers_what_fits_and_puts_it_in(seen: Any) -> None:
    assert seen["completion"] == ["buy"]
    assert seen["completed"] == "  did buy"


def test_hover_shows_the_event_and_its_documentation(seen: Any) -> None:
    assert "event buy : kind = 'buy'" in seen["hover"]
    assert "🛒 Paid for at least one thing." in seen["hover"]


def test_a_name_leads_to_its_declaration(seen: Any) -> None:
    assert seen["definition"].startswith("  event buy :")


def test_a_rename_changes_every_place_and_nothing_else(seen: Any) -> None:
    renamed = SHOP.replace("event buy ", "event purchase ").replace("did buy", "did purchase")
    assert seen["renamed"] == renamed.replace("never buy", "never purchase")


def test_formatting_leads_to_the_form_of_the_command_line(seen: Any, tmp_path: Path) -> None:
    assert seen["formatted"] == formatted(tmp_path)
    assert seen["formatted"] != SHOP


def test_the_mode_indents_as_the_form_does(seen: Any) -> None:
    assert seen["mode"] == "segql-mode"
    assert seen["indented"] == seen["formatted"]


def test_the_outline_has_the_declarations(seen: Any) -> None:
    assert {"Class", "Event", "Function"} <= set(seen["outline"])
