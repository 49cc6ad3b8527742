"""Cases are read from Markdown and written back block by block."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import markdown

PAGE = """\
# A title

```seg
segment a {}
```

Some words.

````diagnostics
```
````
"""


def test_a_page_has_its_fenced_blocks() -> None:
    page = markdown.read(PAGE)
    assert [(block.info, block.text) for block in page.blocks] == [("seg", "segment a {}\n"), ("diagnostics", "```\n")]


def test_an_open_block_runs_to_the_end() -> None:
    assert markdown.read("```sql duckdb\nSELECT 1\n").block("sql duckdb").text == "SELECT 1\n"


def test_a_block_is_replaced_and_the_rest_is_kept() -> None:
    page = markdown.read(PAGE)
    written = markdown.with_block(page, "diagnostics", "two\nlines\n")
    assert written == PAGE.replace("````diagnostics\n```\n````", "```diagnostics\ntwo\nlines\n```")
    assert markdown.with_block(page, "seg", "segment a {}\n") == PAGE


def test_fences_are_longer_than_what_they_hold() -> None:
    written = markdown.with_block(markdown.read(PAGE), "seg", "````\n")
    assert markdown.read(written).block("seg").text == "````\n"


def test_a_block_that_is_there_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="one `seg` block, and there are 2"):
        markdown.read(PAGE + PAGE).block("seg")


def test_a_file_is_written_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "case.md"
    path.write_text("before")
    markdown.write(path, "after\n")
    assert path.read_text() == "after\n"
    assert list(tmp_path.iterdir()) == [path]
