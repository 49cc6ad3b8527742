"""A small project to run commands in, and a way to run them."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from segql.cli.main import cli

SHOP = """## What people do in the shop.
source events {
  from file 'events.csv'
  time ts
  key  user.id

  field kind   : text
  field amount : decimal

  event buy : kind = 'buy'
}

param least : decimal = 10

## Bought something big.
segment buyers {
  key    user.id
  from   events
  during last 30 days

  did buy where amount >= $least
}

## Never bought.
segment lookers {
  key  user.id
  from events

  never buy
}
"""

EVENTS = """user_id,ts,kind,amount
ana,2026-03-30T10:00:00,buy,12.50
bia,2026-03-30T11:00:00,buy,5
caio,2026-03-29T09:00:00,view,
ana,2025-01-01T09:00:00,view,
"""

TEST = """use 'shop.seg'

test buyers at 2026-03-31 {
  'ana' in {
    2026-03-30T10:00  kind = 'buy', amount = 12
  }
  'bia' out {
    2026-03-30T10:00  kind = 'buy', amount = 9
  }
}
"""

Segql = Callable[..., Result]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a segment file and its data, in which commands run."""
    for name, text in (("shop.seg", SHOP), ("events.csv", EVENTS), ("shop_test.seg", TEST)):
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    for variable in ("NO_COLOR", "FORCE_COLOR", "SEGQL_DEBUG", "COLUMNS", "GITHUB_ACTIONS"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


@pytest.fixture
def segql(shop: Path) -> Segql:
    """Runs a command in this process: `segql("check", "shop.seg")`."""

    def run(*arguments: str, input: str | bytes | None = None) -> Result:
        return CliRunner().invoke(cli, arguments, input=input, prog_name="segql")

    return run


def process(*arguments: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """Runs a command as a user does: a process of its own."""
    environment = {k: v for k, v in os.environ.items() if k not in ("FORCE_COLOR", "NO_COLOR", "SEGQL_DEBUG")}
    return subprocess.run(
        [sys.executable, "-m", "segql", *arguments],
        cwd=folder,
        check=False,
        capture_output=True,
        env=environment | variables,
    )


@contextlib.contextmanager
def running(*arguments: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A command on its way, which hears Ctrl-C even if the tests run in the background, and is gone afterwards."""
    hears = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    command = [sys.executable, "-c", f"{hears}; from segql.cli.main import main; main()", *arguments]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE) as started:
        try:
            yield started
        finally:
            started.kill()
