"""Well-known schemas: sources without a `from`, each in a file of its name, that others can be like."""

from __future__ import annotations

from functools import cache

from segql.source import Source
from segql.syntax.parse import Piece, parse

NAMES = (
    "amplitude.events",
    "datadog.rum",
    "ga4.events",
    "mixpanel.events",
    "posthog.events",
    "rudderstack.tracks",
    "segment.tracks",
    "snowplow.events",
)


@cache
def preset(name: str) -> Piece | None:
    """The piece that declares a well-known source, and nothing else; None if there is none of that name."""
    if name not in NAMES:
        return None
    from importlib.resources import files  # slow, and most texts are like none of them

    file = files(__name__).joinpath(f"{name}.seg")
    (piece,) = parse(Source(file.read_text("utf-8"), str(file))).pieces
    return piece
