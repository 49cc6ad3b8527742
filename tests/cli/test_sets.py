"""`segql size`, `overlap` and `diff`: segments as sets of keys."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import SHOP, Segql

NOW = ("--now", "2026-03-31")
MORE = """
segment viewers {
  key  user.id
  from events
  did  events where kind = 'view'
}

table people {
  from file 'people.csv'
  key  user.email = email
}

segment mailed {
  key  user.email
  from people
}
"""


@pytest.fixture
def more(shop: Path) -> Path:
    (shop / "shop.seg").write_text(SHOP + MORE, "utf-8")
    (shop / "people.csv").write_text("email\nana@x\n", "utf-8")
    return shop


@pytest.mark.usefixtures("more")
def test_sizes_beside_the_universe(segql: Segql) -> None:
    done = segql("size", "shop.seg", *NOW)
    assert done.stdout == (
        "buyers              1    33.3% of 3 keys (user.id)\n"
        "lookers             1    33.3% of 3 keys (user.id)\n"
        "viewers             2    66.7% of 3 keys (user.id)\n"
        "mailed              1   100.0% of 1 key (user.email)\n"
    )
    found = json.loads(segql("size", "shop.seg", "viewers", *NOW, "--format", "json").stdout)
    assert found["segments"] == [{"name": "viewers", "key": "user.id", "keys": 2, "universe": 3}]


@pytest.mark.usefixtures("more")
def test_overlap_counts_pairs_and_groups(segql: Segql) -> None:
    done = segql("overlap", "shop.seg", "buyers", "lookers", "viewers", *NOW)
    assert "buyers and viewers: 1; 100.0% of buyers, 50.0% of viewers\n" in done.stdout
    assert "2 keys (user.id) in at least one; in these, and in no other:\n" in done.stdout
    found = json.loads(segql("overlap", "shop.seg", "buyers", "viewers", *NOW, "--format", "json").stdout)
    assert found["together"] == [
        {"segments": ["buyers", "viewers"], "keys": 1},
        {"segments": ["viewers"], "keys": 1},
    ]


@pytest.mark.usefixtures("more")
def test_segments_of_nobody_overlap_in_nobody(segql: Segql) -> None:
    done = segql("overlap", "shop.seg", "buyers", "lookers", "--now", "2020-01-01")
    assert (done.exit_code, "buyers and lookers: 0; – of buyers" in done.stdout) == (0, True)


@pytest.mark.usefixtures("more")
@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("buyers",), "name two segments or more"),
        (("buyers", "buyers"), "name two segments or more"),
        (
            ("buyers", "mailed"),
            "only segments of one key can be compared: `buyers` has user.id, `mailed` has user.email",
        ),
    ],
)
def test_what_does_not_overlap(segql: Segql, names: tuple[str, ...], said: str) -> None:
    done = segql("overlap", "shop.seg", *names)
    assert (done.exit_code, said in done.stderr) == (2, True)


# ---------------------------------------------------------------- two versions


@pytest.fixture
def repository(more: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
    for arguments in (("init", "-q"), ("add", "."), (*identity, "commit", "-qm", "first")):
        subprocess.run(["git", *arguments], cwd=more, check=True)
    return more


def edit(folder: Path, *changes: tuple[str, str]) -> None:
    text = (folder / "shop.seg").read_text("utf-8")
    for one, other in changes:
        assert one in text
        text = text.replace(one, other)
    (folder / "shop.seg").write_text(text, "utf-8")


def test_nothing_changed(segql: Segql, repository: Path) -> None:
    edit(repository, ("## Never bought.", "## Nothing bought, ever."))
    done = segql("diff", "HEAD", "shop.seg", *NOW, "--exit-code")
    assert (done.exit_code, done.stdout) == (0, "0 segments changed since HEAD, 4 did not, in 1 file\n")


def test_who_entered_and_left_and_which_clause_did_it(segql: Segql, repository: Path) -> None:
    edit(
        repository, ("decimal = 10", "decimal = 5"), ("  never buy\n", "  never buy\n  did   events at least 5 times\n")
    )
    done = segql("diff", "HEAD", "shop.seg", *NOW, "--exit-code")
    assert done.exit_code == 1
    assert done.stdout == (
        "buyers of shop.seg: 1 → 2 keys, +1 −0\n"
        "  1 entered: 'bia'\n"
        "    1 no longer kept out by `did buy where amount >= $least`\n"
        "\n"
        "lookers of shop.seg: 1 → 0 keys, +0 −1\n"
        "  1 left: 'caio'\n"
        "    1 kept out by `did events at least 5 times`\n"
        "\n"
        "2 segments changed since HEAD, 2 did not, in 1 file\n"
    )


def test_segments_that_are_new_or_gone(segql: Segql, repository: Path) -> None:
    edit(repository, ("segment viewers", "segment watchers"))
    found = json.loads(segql("diff", "HEAD", "shop.seg", *NOW, "--format", "json").stdout)
    status = {each["name"]: (each["status"], len(each["entered"]), len(each["left"])) for each in found["segments"]}
    assert status["watchers"] == ("added", 2, 0)
    assert status["viewers"] == ("removed", 0, 2)
    assert status["buyers"] == ("same", 0, 0)


def test_a_file_that_was_not_there(segql: Segql, repository: Path) -> None:
    (repository / "new.seg").write_text("use 'shop.seg'\nsegment all { key user.id  from events }\n", "utf-8")
    done = segql("diff", "HEAD", "new.seg", *NOW)
    assert done.stdout.startswith("all of new.seg: added, 3 keys\n")


def test_used_files_are_read_as_they_were(segql: Segql, repository: Path) -> None:
    (repository / "new.seg").write_text(
        "use 'shop.seg'\nsegment some { key user.id  from events  in buyers }\n", "utf-8"
    )
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
    for arguments in (("add", "."), (*identity, "commit", "-qm", "second")):
        subprocess.run(["git", *arguments], cwd=repository, check=True)
    edit(repository, ("decimal = 10", "decimal = 5"))
    done = segql("diff", "HEAD", "new.seg", *NOW)
    assert "some of new.seg: 1 → 2 keys, +1 −0\n" in done.stdout


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "HEAD:shop.seg"])
@pytest.mark.usefixtures("repository")
def test_a_revision_that_is_none(segql: Segql, revision: str) -> None:
    done = segql("diff", "--", revision, "shop.seg")
    assert (done.exit_code, "is no revision here" in done.stderr) == (2, True)


@pytest.mark.usefixtures("more")
def test_a_folder_without_a_repository(segql: Segql) -> None:
    done = segql("diff", "HEAD", "shop.seg")
    assert (done.exit_code, "is no revision here: not a git repository" in done.stderr) == (2, True)


def test_a_version_that_was_wrong_is_told(segql: Segql, repository: Path) -> None:
    edit(repository, ("never buy", "never buyy"))
    done = segql("diff", "HEAD", "shop.seg")
    assert (done.exit_code, "did you mean `buy`?" in done.stderr) == (1, True)
