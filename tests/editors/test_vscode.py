"""What the VS Code extension brings. `make editors` tries it in a real VS Code."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from segql_lsp.server import COMMANDS
from segql_lsp.settings import Settings, settings

from segql.source import Source
from segql.syntax.parse import parse
from segql.version import __version__
from tests.editors.tools import EDITORS

FOLDER = EDITORS / "vscode"


def read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text("utf-8"))


PACKAGE = read("package.json")
SNIPPETS = read("snippets/segql.json")


def test_the_extension_has_the_version_of_segql() -> None:
    assert PACKAGE["version"] == __version__
    assert read("package-lock.json")["version"] == __version__


def test_every_file_that_it_names_is_there_and_is_packed() -> None:
    contributes = PACKAGE["contributes"]
    named = [each["configuration"] for each in contributes["languages"]]
    named += [each["path"] for each in contributes["grammars"] + contributes["snippets"]]
    packed = (FOLDER / ".vscodeignore").read_text("utf-8").split()
    for name in named:
        assert (FOLDER / name).is_file()
        top = name.removeprefix("./").split("/")[0]
        assert {f"!{top}", f"!{top}/**"} & set(packed), name


def test_every_command_is_answered() -> None:
    source = (FOLDER / "src" / "extension.ts").read_text("utf-8")
    offered = {each["command"] for each in PACKAGE["contributes"]["commands"]}
    assert set(re.findall(r'registerCommand\("([\w.]+)"', source)) == offered


def test_no_command_has_the_name_of_one_of_the_server() -> None:
    """The client registers the server's commands, and would not start if one were there already."""
    offered = {each["command"] for each in PACKAGE["contributes"]["commands"]}
    assert not offered & {name for name, _ in COMMANDS}


def test_every_setting_of_the_server_is_there_and_its_default_is_fine() -> None:
    known = PACKAGE["contributes"]["configuration"]["properties"]
    defaults = {name.removeprefix("segql."): each["default"] for name, each in known.items()}
    assert set(Settings._fields) <= set(defaults)
    found, wrong = settings(defaults)
    assert (found, wrong) == (Settings(templates=False), ())


@pytest.mark.parametrize("name", SNIPPETS)
def test_a_snippet_is_segql(name: str) -> None:
    body = "\n".join(SNIPPETS[name]["body"])
    text = written(body)
    if not re.match(r"(?:##.*\n)?(?:segment|source|table|param|test|explore|paths|funnel|retention)\b", text):
        text = f"segment a {{\n  key u\n  from s\n  {text}\n}}\n"
    if "{\n  \n}" in text:
        text = text.replace("{\n  \n}", "{\n  did x\n}")
    assert parse(Source(text)).diagnostics == ()


def written(body: str) -> str:
    """What a snippet is when every place keeps what is proposed; a later place with the same number repeats it."""
    proposed: dict[str, str] = {}
    while match := re.search(r"\$\{(\d+)(?::([^${}]*)|\|([^,|]*)[^|]*\|)\}", body):
        proposed[match[1]] = match[2] if match[2] is not None else match[3]
        body = body[: match.start()] + proposed[match[1]] + body[match.end() :]
    return re.sub(r"\$\{?(\d+)\}?", lambda each: proposed.get(each[1], ""), body)
