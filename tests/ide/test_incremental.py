"""What is remembered from edit to edit changes no answer: a text means, says and shows what it does from scratch."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from segql import files
from segql.ide import names, tokens
from segql.ide.snapshot import Snapshot
from segql.semantics import memory
from segql.semantics.resolve import resolve
from segql.semantics.scope import collect
from segql.source import Source
from segql.syntax import parse
from segql.syntax.scan import scan
from tests.ide.world import TEXT

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").rglob("*.seg"))


def answers(text: str, path: Path | None = None) -> tuple[Any, ...]:
    """All that an editor could see of a text, with its places."""
    source = Source(text, str(path), str(path.parent)) if path else Source(text)
    found = Snapshot(source=source, read=files.reader()) if path else Snapshot(source=source)
    said = [(d, d.primary.span, [label.span for label in d.related], _edits(d)) for d in found.diagnostics]
    stands = [(o.span, o.symbols, o.declared and o.declared.span) for o in found.names.files[source.name]]
    colors = [(c.span, c.color, c.declares) for c in tokens.colored(found)]
    return [d[0].message for d in said], [d[1:] for d in said], found.checked.program, stands, colors


def _edits(diagnostic: Any) -> list[Any]:
    return [(fix.title, edit.span, edit.text) for fix in diagnostic.fixes for edit in fix.edits]


def same(texts: Iterator[str], path: Path | None = None) -> None:
    """Asks of one text after the other, as they are typed; and of each from scratch."""
    for text in texts:
        after = answers(text, path)
        kept = dict(memory._KNOWN), dict(names._KNOWN), dict(tokens._KNOWN)
        for forget in (parse.forget, memory.forget, names.forget, tokens.forget):
            forget()
        assert answers(text, path) == after, text[-200:]
        memory._KNOWN.update(kept[0])
        names._KNOWN.update(kept[1])
        tokens._KNOWN.update(kept[2])


def test_every_prefix() -> None:
    same(TEXT[:end] for end in range(len(TEXT) + 1))


def test_every_deletion_of_a_token_and_its_undoing() -> None:
    def texts() -> Iterator[str]:
        yield TEXT
        for token in scan(TEXT).tokens:
            yield TEXT[: token.start] + TEXT[token.end :]

    same(texts())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_random_edits_of_an_example(path: Path) -> None:
    """Words are taken out, doubled, exchanged and put back, here and there: some edits stay for a while."""
    text = path.read_text("utf-8")
    chance = random.Random(11)

    def texts() -> Iterator[str]:
        now = text
        for _ in range(40):
            found = scan(now).tokens
            one, other = chance.choice(found), chance.choice(found)
            edits = {
                "out": now[: one.start] + now[one.end :],
                "twice": now[: one.end] + " " + one.text + now[one.end :],
                "other": now[: one.start] + other.text + now[one.end :],
                "moved": "\n# a line\n" + now,
                "back": text,
                "word": now.replace(one.text, "newname") if one.kinds[0] == "NAME" else now,
            }
            now = edits[chance.choice(list(edits))]
            yield now

    same(texts(), path)


def test_what_a_segment_names_may_change_elsewhere() -> None:
    """Each of these changes something that segments depend on without being touched."""
    changes = [
        ("define big = amount > 100", "define big = amount > 200"),
        ("event  buy  : kind = 'buy'", "event  buy  : kind = 'view'"),
        ("field  tier : enum('free', 'pro')", "field  tier : enum('free')"),
        ("param country : text", "param country : integer"),
        ("segment pro { key usr.email", "segment pro { key usr.id"),
        ("segment pro {", "segment proo {"),
        ("key    usr.id, usr.email = mail", "key    usr.id"),
        ("source rum {", "source rumm {"),
        ("source rum {", "source rum like posthog.events {"),
        ("table plans {", "define amount = 3\ntable plans {"),
        ("## Rows", "zone 'Asia/Tokyo'\n## Rows"),
        ("  in payers", "  in lost"),
        ("define big = amount > 100", "define big = small\ndefine small = big"),
        ("  'ana' in {", "  'ana' out {"),
        ("then buy as bought", "then buy as paid"),
        ("then buy as bought", "then buy"),
        ("funnel sales {", "funnel sale {"),
    ]
    base = f"{TEXT}\nfunnel sales {{\n  from rum\n  key usr.id\n  steps {{ view then buy as bought }}\n}}\n"
    base += "\nsegment far { key usr.id  from rum  converted at bought of sales  dropped after view of sales }\n"

    def texts() -> Iterator[str]:
        for old, new in changes:
            assert old in base
            yield base
            yield base.replace(old, new)
            yield base

    same(texts())


def test_a_remembered_segment_brings_the_segments_that_it_names() -> None:
    """One that is asked for alone, after its whole file was resolved, comes with all that its SQL reads."""
    path = EXAMPLES[0].parents[1] / "shop" / "shop.seg"
    source = Source(path.read_text("utf-8"), str(path), str(path.parent))
    read = files.reader()
    whole = resolve(collect(source, read, "UTC"))[0].segment("loyal")
    alone = resolve(collect(source, read, "UTC"), only=("loyal",))[0]
    assert {segment.name for segment in alone.segments} == {"loyal", *whole.needs}
