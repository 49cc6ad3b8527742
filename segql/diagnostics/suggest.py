"""The nearest name to one that is not there."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate with the smallest edit distance to `name`, if it is near enough to be a slip; else None.

    The distance counts insertions, deletions, replacements and swaps of neighbours (optimal string alignment),
    without regard to case. Near enough is a third of the longer name, and at least one, but never all of it. Ties go to
    the first name.
    """
    low = name.lower()
    best: tuple[int, str] | None = None
    for candidate in candidates:
        limit = max(1, max(len(low), len(candidate)) // 3)
        if abs(len(low) - len(candidate)) > limit:
            continue
        distance = _distance(low, candidate.lower())
        if distance <= limit and distance < max(len(low), len(candidate)) and (best is None or distance < best[0]):
            best = (distance, candidate)
    if best is None:
        best = _same_last_part(low, candidates)
    return best[1] if best else None


def _same_last_part(low: str, candidates: Iterable[str]) -> tuple[int, str] | None:
    """`country` for `geo.country`: people often leave out what stands before the last dot."""
    return next(((0, c) for c in candidates if c.lower().rpartition(".")[2] == low.rpartition(".")[2]), None)


def _distance(a: str, b: str) -> int:
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, previous, row = row, before, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, previous[j - 2] + 1)
            row.append(cost)
    return row[-1]
