"""What an editor offers to do about a mistake: the fixes that its diagnostic brings."""

from __future__ import annotations

from collections.abc import Iterator

from segql.diagnostics.model import Diagnostic, Fix
from segql.ide.snapshot import Snapshot
from segql.source import Span


def fixes(snapshot: Snapshot, span: Span) -> Iterator[tuple[Diagnostic, Fix]]:
    """The fixes of the mistakes that touch a span."""
    for diagnostic in snapshot.diagnostics:
        at = diagnostic.primary
        if at.source.name == snapshot.source.name and at.span.start <= span.end and span.start <= max(at.span):
            yield from ((diagnostic, fix) for fix in diagnostic.fixes)
