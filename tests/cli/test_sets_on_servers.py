"""`segql size`, `overlap`, `diff`, `why` and `report` with `--on URL`: what another database says is what DuckDB says."""

from __future__ import annotations

import sqlite3
import subprocess
from pathlib import Path

import duckdb
import pytest

from tests.cli.conftest import Segql
from tests.cli.servers import MariaDB, Postgres, mariadb, postgres
from tests.cli.test_why import CLICKS, PLANS, TEXT

__all__ = ["mariadb", "postgres"]

NOW = ("--now", "2026-03-31")
MORE = """
segment seen {
  key  user.id
  from events
  did  view
}

segment dated {
  key  user.id
  from events
  join plans on user.email where tier = 'pro' and since < 2026-02-01T00:00 and amount > 2 and paid
}

explore kinds {
  from    events
  by      kind
  measure n = count()
}
"""
NAMES = ("quick", "both", "seen", "dated")
KINDS = {
    "clicks": ("user_id TEXT", "email TEXT", "ts {moment}", "kind TEXT", "page TEXT"),
    "plans": ("email TEXT", "tier TEXT", "since {moment}", "amount NUMERIC(10, 2)", "paid BOOLEAN"),
}


@pytest.fixture
def tables(shop: Path) -> Path:
    """Clicks and plans in tables of a database of DuckDB and one of SQLite."""
    text = TEXT.replace("file 'clicks.csv'", "clicks").replace("file 'plans.csv'", "plans")
    fields = "  field since : timestamp\n  field amount : decimal\n  field paid : boolean\n"
    text = text.replace("  field tier : text\n", f"  field tier : text\n{fields}")
    (shop / "clicks.seg").write_text(text + MORE, "utf-8")
    (shop / "clicks.csv").write_text(CLICKS, "utf-8")
    plans = [f"{line},2026-01-01 00:00:00,2.75,true" for line in PLANS.splitlines()[1:]]
    (shop / "plans.csv").write_text("\n".join(("email,tier,since,amount,paid", *plans)) + "\n", "utf-8")
    with duckdb.connect("shop.duckdb") as duck, sqlite3.connect("shop.db") as lite:
        for name, columns in KINDS.items():
            shape = ", ".join(columns)
            duck.execute(f"CREATE TABLE {name} ({shape.format(moment='TIMESTAMP')})")
            duck.execute(f"INSERT INTO {name} FROM read_csv('{name}.csv')")
            lite.execute(f"CREATE TABLE {name} ({shape.format(moment='TEXT')})")
            rows = duck.execute(f"FROM {name}").fetchall()
            plain = [tuple(v if isinstance(v, bool) or v is None else str(v) for v in row) for row in rows]
            lite.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", plain)
    lite.close()
    return shop


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def url(request: pytest.FixtureRequest, tables: Path) -> str:
    """The URL of a database that has the same rows."""
    if request.param == "sqlite":
        return "sqlite:///shop.db"
    server: Postgres | MariaDB = request.getfixturevalue(request.param)
    for name, columns in KINDS.items():
        shape = ", ".join(columns).format(moment=server.local)
        server.run(f"DROP TABLE IF EXISTS {name}", f"CREATE TABLE {name} ({shape})")
        for row in duckdb.read_csv(f"{name}.csv").fetchall():
            values = ", ".join(
                "NULL" if value is None else f"'{int(value) if value is True else value}'" for value in row
            )
            server.run(f"INSERT INTO {name} VALUES ({values})")
    return server.url


def both(segql: Segql, url: str, *arguments: str) -> tuple[str, str]:
    """What a command says on DuckDB, and on another database."""
    said = []
    for place in ("shop.duckdb", url):
        done = segql(*arguments, *NOW, "--on", place)
        assert done.exit_code == 0, done.output
        said.append(done.stdout)
    return said[0], said[1]


def test_sizes_are_counted_there(segql: Segql, url: str) -> None:
    here, there = both(segql, url, "size", "clicks.seg")
    assert there == here
    assert "quick " in here


@pytest.mark.parametrize("form", ["text", "json"])
def test_keys_from_there_overlap_as_they_do_here(segql: Segql, url: str, form: str) -> None:
    here, there = both(segql, url, "overlap", "clicks.seg", *NAMES, "--format", form)
    assert there == here
    assert "seen" in here


@pytest.mark.parametrize("name", NAMES)
def test_why_reads_the_rows_there(segql: Segql, url: str, name: str) -> None:
    keys = [key for (key,) in duckdb.connect("shop.duckdb").execute("SELECT DISTINCT user_id FROM clicks").fetchall()]
    seen = set()
    for key in (*keys, "nobody"):
        here, there = both(segql, url, "why", "clicks.seg", "--name", name, "--key", str(key))
        assert there == here
        seen.add("is not in" in here)
    assert True in seen


def test_a_change_is_found_there(segql: Segql, url: str, tables: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(variable, raising=False)
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
    for arguments in (("init", "-q"), ("add", "clicks.seg"), (*identity, "commit", "-qm", "first")):
        subprocess.run(["git", *arguments], cwd=tables, check=True)
    text = (tables / "clicks.seg").read_text("utf-8")
    (tables / "clicks.seg").write_text(text.replace("  did  view\n", "  did  click\n"), "utf-8")
    here, there = both(segql, url, "diff", "HEAD", "clicks.seg")
    assert there == here
    assert "seen of clicks.seg: " in here
    assert "kept out by `did click`" in here


def test_a_report_is_that_of_the_database(segql: Segql, url: str, tables: Path) -> None:
    both(segql, url, "report", "clicks.seg", "-o", "clicks.html")
    page = (tables / "clicks.html").read_text("utf-8")
    assert page.count("<figure>") == 1
    assert any(f"{dialect};" in page for dialect in ("sqlite", "postgres", "mariadb"))


def test_what_the_database_refuses_is_told_at_the_text(segql: Segql, url: str, tables: Path) -> None:
    text = (tables / "clicks.seg").read_text("utf-8").replace("  from clicks\n", "  from clicks_2\n", 1)
    (tables / "gone.seg").write_text(text, "utf-8")
    for arguments in (("size", "gone.seg", "seen"), ("overlap", "gone.seg", "seen", "quick")):
        done = segql(*arguments, *NOW, "--on", url)
        assert (done.exit_code, "SEG403" in done.stderr, "clicks_2" in done.stderr) == (1, True, True), done.output


TYPED = """source events {{ from events  time ts  key user.id  field kind : {}  event buy : kind is not missing }}
segment a {{ key user.id  from events  did buy }}
segment b {{ key user.id  from events }}
"""
ASKED = {
    "size": ("size", "typed.seg"),
    "overlap": ("overlap", "typed.seg", "a", "b"),
    "why": ("why", "typed.seg", "--name", "a", "--key", "u1"),
    "report": ("report", "typed.seg", "--output", "report.html"),
}


@pytest.mark.parametrize("command", ASKED)
def test_a_column_of_another_type_is_told_before_it_is_asked(segql: Segql, shop: Path, command: str) -> None:
    lite = sqlite3.connect("typed.db")
    lite.execute("CREATE TABLE events (user_id TEXT, ts TIMESTAMP, kind INTEGER)")
    lite.close()
    for type, code in (("text", 1), ("integer", 0)):
        Path("typed.seg").write_text(TYPED.format(type), "utf-8")
        done = segql(*ASKED[command], *NOW, "--on", "sqlite:///typed.db")
        assert (done.exit_code, "[SEG451]" in done.stderr) == (code, code == 1), done.output
        assert Path("report.html").exists() is (command == "report" and code == 0)
