"""The outline of a file and its folds, in whole and in broken texts."""

from __future__ import annotations

from segql.ide.snapshot import Snapshot
from segql.ide.symbols import Outline, folds, outline
from segql.source import Source

TEXT = """\
## Rows.
source rum {
  from   events
  time   at
  key    usr.id, usr.email = mail unique
  field  kind : enum('a', 'b')
  event  view : kind = 'a'
}

param country : text = 'Brazil'
define big = amount > 3

segment all {
  key  usr.id
  from rum
  did view where (
    kind = 'a'
  )
}
"""


def lines(found: tuple[Outline, ...], indent: str = "") -> list[str]:
    shown = []
    for each in found:
        shown += [f"{indent}{each.sort} {each.name} {each.detail}".rstrip(), *lines(each.inside, indent + "  ")]
    return shown


def test_an_outline_shows_what_is_declared() -> None:
    assert lines(outline(Snapshot(source=Source(TEXT)))) == [
        "source rum",
        "  key usr.id",
        "  key usr.email unique",
        "  field kind enum('a', 'b')",
        "  event view kind = 'a'",
        "parameter country text",
        "define big amount > 3",
        "segment all usr.id",
    ]


def test_names_stand_where_the_outline_says() -> None:
    for each in outline(Snapshot(source=Source(TEXT))):
        assert TEXT[each.span.start : each.span.end] == each.name
        assert each.whole.start <= each.span.start <= each.span.end <= each.whole.end


def test_a_broken_declaration_stays_in_the_outline() -> None:
    broken = TEXT.replace("did view where (", "did view where where (").replace("time   at", "time")
    found = lines(outline(Snapshot(source=Source(broken))))
    assert "  event view kind = 'a'" in found
    assert "segment all usr.id" in found


def test_blocks_and_runs_of_comments_fold() -> None:
    text = "# a\n# b\n\n# c\nsegment x {\n  did view where (\n    a = 1\n  )\n}\n"
    found = [(text[f.span.start : f.span.end], f.kind) for f in folds(Snapshot(source=Source(text)))]
    assert found == [
        ("# a\n# b", "comment"),
        (text[text.index("{") : -1], "block"),
        ("(\n    a = 1\n  )", "block"),
    ]
