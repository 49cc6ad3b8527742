"""What grows around a cursor: the word, what holds it, its declaration, the file."""

from __future__ import annotations

from segql.ide.snapshot import Snapshot
from segql.ide.world import moved
from segql.source import Span
from segql.syntax.repair import declarations
from segql.syntax.scan import scan
from segql.syntax.walk import path_at


def around(snapshot: Snapshot, offset: int) -> tuple[Span, ...]:
    """The spans around an offset, each inside the next; the last one is the file."""
    found = [Span(offset, offset), Span(0, len(snapshot.source.text))]
    for piece in snapshot.world.files[snapshot.source.name].pieces:
        local = offset - piece.start
        if not 0 <= local <= len(piece.text):
            continue
        for node in declarations(piece):
            found += [moved(each.span, piece) for each in path_at(node, local)]
        opened: list[int] = []
        for token in scan(piece.text).tokens:
            if token.start <= local <= token.end:
                found.append(Span(piece.start + token.start, piece.start + token.end))
            if token.text in ("{", "("):
                opened.append(token.start)
            elif token.text in ("}", ")") and opened:
                start = opened.pop()
                if start < local < token.end:
                    found.append(Span(piece.start + start, piece.start + token.end))
    whole = len(snapshot.source.text)
    inside = {span for span in found if 0 <= span.start <= offset <= span.end <= whole}
    kept: list[Span] = []
    for span in sorted(inside, key=lambda span: (span.end - span.start, span)):
        if not kept or (span.start <= kept[-1].start and kept[-1].end <= span.end):
            kept.append(span)
    return tuple(kept)
