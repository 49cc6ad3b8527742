"""Reading and writing the user's files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from segql import files
from segql.diagnostics.model import Diagnostic
from segql.source import Source


def test_a_source_knows_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "a.seg"
    path.write_bytes(b"\xef\xbb\xbf# \xc3\xa9")
    found = files.read_source(str(path))
    assert isinstance(found, Source)
    assert (found.text, found.name, found.directory) == ("# é", str(path), str(tmp_path))


def test_bytes_that_are_no_text_are_pointed_at() -> None:
    found = files.decode(b"# one\n# caf\xe9\n", "a.seg")
    assert isinstance(found, Diagnostic)
    assert (found.code, found.message) == ("SEG109", "the byte 0xE9 in line 2 is not UTF-8 text")


def test_a_used_file_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "b.seg").write_text("# b", "utf-8")
    read, source = files.reader(), Source("", "a.seg", str(tmp_path))
    assert read("b.seg", source) is read("./b.seg", source)
    assert read("c.seg", source) == "there is no such file"


def test_the_nearest_settings_hold(tmp_path: Path) -> None:
    (tmp_path / "segql.toml").write_text("zone = 'America/Sao_Paulo'\nconnection = 'db/shop.duckdb'\n", "utf-8")
    (tmp_path / "deep/er").mkdir(parents=True)
    project = files.project(str(tmp_path / "deep/er/a.seg"))
    assert (project.root, project.zone, project.dialect) == (str(tmp_path), "America/Sao_Paulo", "duckdb")
    assert files.database(project) == str(tmp_path / "db/shop.duckdb")
    assert files.database(files.Project()) == ""


@pytest.mark.parametrize("text", ["zone = 3", "zone = 'Mars'", "colour = 'red'", "zone", "zone = '\xff"])
def test_settings_that_cannot_be_used_are_said(tmp_path: Path, text: str) -> None:
    (tmp_path / "segql.toml").write_text(text, "utf-8")
    problem = files.project(str(tmp_path)).problem
    assert problem is not None
    assert problem.code == "SEG110"


def test_folders_give_their_files_in_order_and_hide_what_is_hidden(tmp_path: Path) -> None:
    for name in ("b.seg", "a.seg", "sub/c.seg", ".git/d.seg", "e.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("", "utf-8")
    found = [os.path.relpath(path, tmp_path) for path in files.seg_files((str(tmp_path),))]
    assert found == ["a.seg", "b.seg", os.path.join("sub", "c.seg")]


def test_writing_keeps_rights_and_follows_links(tmp_path: Path) -> None:
    real, link = tmp_path / "real.seg", tmp_path / "link.seg"
    real.write_text("old", "utf-8")
    real.chmod(0o640)
    link.symlink_to(real)
    files.write_file(str(link), "new")
    assert (real.read_text("utf-8"), real.stat().st_mode & 0o777, link.is_symlink()) == ("new", 0o640, True)


def test_several_files_are_written_or_none(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "a").write_text("old", "utf-8")
    with pytest.raises(OSError, match="directory"):
        files.write_files({str(tmp_path / "a"): "new", str(tmp_path / "b"): "new"})
    assert (tmp_path / "a").read_text("utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]
