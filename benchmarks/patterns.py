"""The patterns of the benchmark: each as SegQL says it, and as the parts of which hand-written SQL is made."""

from __future__ import annotations

from typing import NamedTuple

HOUR, DAY = 3600, 86400

SOURCE = """
source app {
  from  events
  time  ts
  order ts, eid
  key   u
  field eid  : integer
  field kind : text
  field path : text
  event landing : kind = 'browse' and path = '/p1'
  event browse  : kind = 'browse'
  event scroll  : kind = 'scroll'
  event search  : kind = 'search'
  event narrow  : kind = 'filter'
  event pay     : kind = 'pay'
  event share   : kind = 'share'
  event refund  : kind = 'refund'
  event invite  : kind = 'invite'
  event upload  : kind = 'upload'
  event review  : kind = 'review'
}
"""
NOW = "2026-05-01"
WHERE = {
    "landing": "kind = 'browse' AND path = '/p1'",
    "narrow": "kind = 'filter'",
    **{
        name: f"kind = '{name}'"
        for name in ("browse", "scroll", "search", "pay", "share", "refund", "invite", "upload", "review")
    },
}


class Pattern(NamedTuple):
    """Steps by the names of their events. `gaps` (seconds, from the step before) and `total` are limits, 0: none.

    `apart` is the event that must not lie between the last two steps; `next` asks for the very next event.
    """

    name: str
    says: str
    steps: tuple[str, ...]
    gaps: tuple[int, ...] = ()
    total: int = 0
    apart: str = ""
    next: bool = False

    @property
    def text(self) -> str:
        """A file with the pattern as its only segment."""
        return f"{SOURCE}\nsegment found {{ key u  from app  {self.says} }}\n"

    def limit(self, step: int) -> int:
        """The most that may pass since the step before, in seconds; 0: any time."""
        return self.gaps[step - 1] if self.gaps else 0

    def rows(self) -> str:
        """Which rows play a part."""
        if self.next:
            return "TRUE"
        return " OR ".join(f"({WHERE[name]})" for name in dict.fromkeys((*self.steps, *filter(None, [self.apart]))))


PATTERNS = (
    Pattern("P1", "steps { landing then within 1 hour share }", ("landing", "share"), (HOUR,)),
    Pattern("P2", "steps { landing then within 1 day pay then within 1 day share }", ("landing", "pay", "share"), (DAY, DAY)),
    Pattern("P3", "steps within 1 day { landing then pay then share }", ("landing", "pay", "share"), total=DAY),
    Pattern(
        "P4",
        "steps { landing then within 7 days pay without refund then within 7 days share }",
        ("landing", "pay", "share"),
        (7 * DAY, 7 * DAY),
        apart="refund",
    ),
    Pattern("P5", "steps { landing then directly share }", ("landing", "share"), next=True),
    Pattern("P6", "steps { share 2 times then refund }", ("share", "share", "refund")),
    Pattern(
        "P7",
        "steps within 7 days { landing then pay then share then invite then upload then review }",
        ("landing", "pay", "share", "invite", "upload", "review"),
        total=7 * DAY,
    ),
    Pattern("PB1", "steps { browse then within 60 seconds scroll }", ("browse", "scroll"), (60,)),
    Pattern("PB3", "steps within 120 seconds { browse then search then narrow }", ("browse", "search", "narrow"), total=120),
)  # fmt: skip
