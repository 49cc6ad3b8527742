"""docs/cli.md has every command with every option, and no others."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from segql.cli.main import COMMANDS, cli
from tests.docs.pages import ROOT

TEXT = (ROOT / "docs" / "cli.md").read_text("utf-8")
CHAPTERS = dict(re.findall(r"(?ms)^## (.*?)\n(.*?)(?=^## |\Z)", TEXT))


def command(name: str) -> click.Command:
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    return found


def params(name: str) -> Iterator[click.Parameter]:
    """The parameters of a command, and of the commands below it."""
    found = command(name)
    yield from found.params
    for below in found.commands.values() if isinstance(found, click.Group) else ():
        yield from below.params


def options(name: str) -> set[str]:
    """The options of a command, with a spelling for each of their choices."""
    found: set[str] = set()
    for param in params(name):
        if not isinstance(param, click.Option):
            continue
        (option,) = (o for o in param.opts if o.startswith("--"))
        if isinstance(param.type, click.Choice):
            found.update(f"{option} {choice}" for choice in param.type.choices)
        else:
            found.add(
                option if param.is_flag else f"{option} {param.metavar or param.make_metavar(click.Context(cli))}"
            )
    return found


def test_every_command_has_a_chapter() -> None:
    assert [head.removeprefix("segql ") for head in CHAPTERS if head.startswith("segql ")] == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_chapter_has_every_option_and_no_other(name: str) -> None:
    rows = re.findall(r"(?m)^\| (`--.*?) \|", CHAPTERS[f"segql {name}"])
    assert {option for row in rows for option in re.findall(r"`(.*?)`", row)} == options(name)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_chapter_without_options_says_so(name: str) -> None:
    assert ("It has no options" in CHAPTERS[f"segql {name}"]) == (not options(name))


def test_every_setting_is_on_the_page() -> None:
    from segql.files import _KNOWN

    assert set(re.findall(r"(?m)^(\w+) = ", CHAPTERS["segql.toml"])) == set(_KNOWN)


def test_every_variable_that_is_read_is_on_the_page() -> None:
    read = {
        name
        for path in (ROOT / "segql").rglob("*.py")
        for name in re.findall(r'environ(?:\.get\(|\[)"(\w+)"', path.read_text("utf-8"))
    }
    assert set(re.findall(r"(?m)^\| `(\w+)` \|", CHAPTERS["Environment variables"])) == read - {"TERM"}
