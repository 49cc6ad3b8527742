"""The files that a text names, and what it says of them after they moved."""

from __future__ import annotations

from segql.ide.links import after_move, links
from segql.ide.snapshot import Snapshot
from segql.source import Source

TEXT = """\
use 'data/rum.seg'
use "../lib/it""s.seg"
source s { from file 'data/*.parquet'  time at  key u }
table t { from file 's3://bucket/t.csv'  key u }
"""


def home(text: str = TEXT, name: str = "/p/app/main.seg") -> Snapshot:
    return Snapshot(source=Source(text, name, name.rpartition("/")[0]))


def test_paths_are_found_inside_their_quotes() -> None:
    found = list(links(home()))
    assert [link.path for link in found] == ["data/rum.seg", '../lib/it"s.seg', "data/*.parquet", "s3://bucket/t.csv"]
    assert [link.one for link in found] == [True, True, False, False]
    assert [TEXT[link.span.start : link.span.end] for link in found][:2] == ["data/rum.seg", '../lib/it""s.seg']


def moved(old: str, new: str, name: str = "/p/app/main.seg") -> list[str]:
    def where(path: str) -> str:
        return new + path[len(old) :] if path == old or path.startswith(old + "/") else path

    return [edit.text for edit in after_move(home(name=name), where)]


def test_a_used_file_that_moved_is_named_where_it_is() -> None:
    assert moved("/p/app/data/rum.seg", "/p/app/data/web.seg") == ["data/web.seg"]
    assert moved("/p/lib", "/p/other/lib") == ['../other/lib/it""s.seg']


def test_a_file_that_moved_itself_names_the_same_files_as_before() -> None:
    assert moved("/p/app/main.seg", "/p/main.seg") == ["app/data/rum.seg", 'lib/it""s.seg', "app/data/*.parquet"]


def test_what_moved_together_stays_as_it_is() -> None:
    assert moved("/p", "/q") == []
    assert moved("/p/app/elsewhere.seg", "/p/x.seg") == []
