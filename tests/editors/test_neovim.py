"""A real Neovim 0.11, without a screen, with the plug-in of `lsp/editors/vim` and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.editors.project import SHOP, SLIP, formatted, made
from tests.editors.tools import EDITORS, HERE, program, run


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a person sees in one session."""
    folder = made(tmp_path_factory.mktemp("neovim"))
    told = folder / "answers.json"
    neovim, session = program("nvim"), HERE / "neovim.lua"
    state = {f"XDG_{name}_HOME": str(folder / name) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    plugin = f"set rtp^={EDITORS / 'vim'}"
    run(neovim, "--clean", "--cmd", plugin, "--headless", "-l", session, folder, told, cwd=folder, env=state)
    return json.loads(told.read_text("utf-8"))


def test_a_slip_is_told_where_it_is_behind_wide_characters(seen: Any) -> None:
    (said,) = seen["diagnostics"]
    assert (said["code"], said["word"]) == ("SEG205", "buuy")
    assert said["source"] == "segql"
    assert "did you mean `buy`?" in said["message"]


def test_the_quick_fix_puts_it_right(seen: Any) -> None:
    assert seen["fixed"] == SLIP.replace("buuy", "buy")
    assert seen["left"] == 0


def test_completion_offers_what_fits_and_puts_it_in(seen: Any) -> None:
    assert seen["completion"][0] == "buy"
    assert not {"buyers", "usr.id", "segment", "kind"} & set(seen["completion"])
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


def test_colors_come_from_the_server(seen: Any) -> None:
    assert seen["color"] == "function"


def test_the_lens_opens_the_sql(seen: Any) -> None:
    assert seen["lens"] == "Show SQL"
    assert "kind = 'buy'" in seen["sql"]
