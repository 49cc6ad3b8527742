"""What stands above a segment: an offer to show its SQL."""

from __future__ import annotations

from collections.abc import Iterator

from segql.ide.snapshot import Snapshot
from segql.ide.world import Declared


def segments(snapshot: Snapshot) -> Iterator[Declared]:
    """The segments of a file that have a name."""
    for symbol, declared in snapshot.world.named.items():
        if symbol.kind == "segment" and symbol.name and declared.source is snapshot.source:
            yield declared
