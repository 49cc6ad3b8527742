"""The rows of `analyses.seg`, save its explorer, worked out by hand with plain loops, none of it from the compiler.

    python analyses_by_hand.py            # write analyses/<name>.csv beside this file
    python analyses_by_hand.py --check    # only compare; exit code 1 when a file differs

For `--now 2024-07-01`. They need `duckdb` to read the events, and nothing else.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb

HERE = Path(__file__).parent
NOW = dt.datetime(2024, 7, 1)
APRIL = dt.datetime(2024, 4, 2)  # ninety days before
JUNE = dt.datetime(2024, 6, 1)  # thirty days before
WEEK = dt.timedelta(days=7)


def events() -> list[tuple[Any, ...]]:
    """The events before now, in order: time, user, address, session, type, name of the action, path of the page."""
    query = f"""
        select timestamp, usr_id, usr_email, session_id, type, action_name, view_url_path
        from '{HERE}/../data/events.parquet' order by timestamp, event_id
    """
    return [event for event in duckdb.sql(query).fetchall() if event[0] < NOW]


def weekly(of: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    starts: dict[str, dt.datetime] = {}
    for at, user, _, _, type, action, _ in of:
        if user is not None and type == "action" and action == "purchase":
            starts.setdefault(user, at)
    weeks: dict[str, set[int]] = {user: set() for user in starts}
    for at, user, _, _, type, *_ in of:
        if user in starts and type == "view" and at > starts[user]:
            weeks[user].add((at - starts[user]) // WEEK)
    cohorts: dict[dt.date, list[str]] = {}
    for user, at in starts.items():
        cohorts.setdefault(at.date() - dt.timedelta(days=at.weekday()), []).append(user)
    rows = []
    for monday, users in sorted(cohorts.items()):
        for n in range(8):
            back = sum(n in weeks[user] for user in users)
            complete = all(starts[user] + (n + 1) * WEEK <= NOW for user in users)
            rows.append((monday, n, back, len(users), back / len(users), complete))
    return rows


def after_cart(of: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    premium = set((HERE / "premium.csv").read_text("utf-8").splitlines()[1:])
    pages: dict[str, list[str]] = {}
    addresses: dict[str, set[str]] = {}
    for at, _, email, session, type, _, page in of:
        if at >= JUNE and session is not None:
            addresses.setdefault(session, set()).add(email)
            if type == "view" and page is not None:
                pages.setdefault(session, []).append(page)
    rows: list[tuple[Any, ...]] = []
    for audience in ("premium", "everyone"):
        walks = [
            seen[seen.index("/cart") :][:5]
            for session, seen in pages.items()
            if "/cart" in seen and (audience == "everyone" or addresses[session] & premium)
        ]
        rows += [(audience, *row) for row in links(walks, depth=5, top=8)]
    return rows


def users_of_the_quarter() -> dict[str, list[Any]]:
    """The events of each user in the last ninety days."""
    query = f"""
        select usr_id, usr_email, timestamp, type, action_name, view_url_path, device_type
        from '{HERE}/../data/events.parquet' where usr_id is not null order by timestamp, event_id
    """
    users: dict[str, list[Any]] = {}
    for user, *event in duckdb.sql(query).fetchall():
        if APRIL <= event[1] < NOW:
            users.setdefault(user, []).append(event)
    return users


def cart_to_purchase(_: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    premium = set((HERE / "premium.csv").read_text("utf-8").splitlines()[1:])
    users = users_of_the_quarter()
    rows: list[tuple[Any, ...]] = []
    for audience in ("premium", "everyone"):
        groups: dict[str, list[Any]] = {}  # when each user came to each step, and whether they may still go on
        for events in users.values():
            if audience == "everyone" or {event[0] for event in events} & premium:
                best = furthest(events)
                if best:
                    groups.setdefault(best[0], []).append(best[1:])
        for device, reached in sorted(groups.items()):
            rows += [(audience, device, *step) for step in steps(reached)]
    return rows


def gave_up(_: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    found = []
    for user, events in sorted(users_of_the_quarter().items()):
        best, bought = furthest(events), any(event[2:4] == ["action", "purchase"] for event in map(list, events))
        if best and len(best[1]) == 2 and not best[2] and not bought:
            found.append((user,))
    return found


def furthest(events: list[Any]) -> tuple[str, list[dt.datetime], bool] | None:
    """The device on which the chain that counts begins, when it comes to each step, and whether another may come."""
    day = dt.timedelta(days=1)
    carts, checkouts, purchases = [], [], []
    for place, (_, at, type, action, page, device) in enumerate(events):
        if type == "view" and page == "/cart":
            carts.append((place, at, device))
        if type == "action" and action in ("checkout", "purchase"):
            (checkouts if action == "checkout" else purchases).append((place, at))
    tries = [([a[1]], a, a[1] + day >= NOW) for a in carts]
    pairs = [(a, b) for a in carts for b in checkouts if a[0] < b[0] and b[1] - a[1] <= day]
    tries += [([a[1], b[1]], a, a[1] + day >= NOW) for a, b in pairs]
    later = [(a, b, c) for a, b in pairs for c in purchases if b[0] < c[0] and c[1] - a[1] <= day]
    tries += [([a[1], b[1], c[1]], a, False) for a, b, c in later]
    if not tries:
        return None

    def rank(each: Any) -> Any:
        times, start, _ = each
        return -len(times), times[-1], NOW - times[0], [NOW - at for at in reversed(times)], start[0]

    times, start, _ = min(tries, key=rank)
    return start[2], times, any(still for *_, still in tries)


def steps(reached: list[tuple[list[dt.datetime], bool]]) -> list[tuple[Any, ...]]:
    counts = [sum(len(times) >= n for times, _ in reached) for n in (1, 2, 3)]
    rows = []
    for n, name in enumerate(("view", "checkout", "buy")):
        pending = sum(len(times) == n + 1 < 3 and still for times, still in reached)
        dropped = sum(len(times) == n + 1 < 3 for times, _ in reached) - pending
        shares = (counts[n] / counts[0], counts[n] / counts[max(n - 1, 0)])
        here = [times for times, _ in reached if len(times) > n]
        took = (*told([times[n] - times[0] for times in here]), *told([times[n] - times[n - 1] for times in here if n]))
        rows.append((n + 1, name, counts[n], *shares, pending, dropped, *took))
    return rows


def told(times: list[dt.timedelta]) -> tuple[Any, ...]:
    """The least, the median, the average, the 90th percentile and the greatest of some times, in seconds."""
    if not times:
        return (None,) * 5
    seconds, count = sorted(time.total_seconds() for time in times), len(times)
    middle = (seconds[(count - 1) // 2] + seconds[count // 2]) / 2
    nine_tenths = next(each for n, each in enumerate(seconds, 1) if n * 10 >= count * 9)
    return (seconds[0], middle, sum(seconds) / count, nine_tenths, seconds[-1])


def links(walks: list[list[str]], depth: int, top: int) -> list[tuple[Any, ...]]:
    """How many walks take each link; of each step, the `top` pages by name."""
    named = []
    for n in range(depth):
        counts = Counter(walk[n] for walk in walks if len(walk) > n)
        named.append({name for name, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:top]})

    def end(walk: list[str], n: int) -> tuple[str, str]:
        if len(walk) <= n:
            return ("", "drop-off")
        return (walk[n], "node") if walk[n] in named[n] else ("", "other")

    flows = Counter(
        (n + 1, *end(walk, n), *end(walk, n + 1)) for walk in walks for n in range(min(len(walk), depth - 1))
    )

    def place(item: tuple[Any, int]) -> tuple[Any, ...]:
        (step, source, source_kind, target, target_kind), keys = item
        return (step, -keys, source_kind, source, target_kind, target)

    return [(*link, keys) for link, keys in sorted(flows.items(), key=place)]


FUNNEL = ("step", "event", "keys", "conversion_from_start", "conversion_from_previous", "pending", "dropped")
FUNNEL += tuple(
    f"seconds_{since}_{which}"
    for since in ("from_start", "from_previous")
    for which in ("min", "median", "avg", "p90", "max")
)
ANSWERS = {
    after_cart: ("segment", "step", "source", "source_kind", "target", "target_kind", "keys"),
    cart_to_purchase: ("segment", "device_type", *FUNNEL),
    gave_up: ("usr_id",),
    weekly: ("cohort", "period", "keys", "size", "share", "complete"),
}


def main(check: bool) -> int:
    """Write or compare the rows; returns the exit code."""
    of, different = events(), 0
    for answer, columns in ANSWERS.items():
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        rows = answer(of)
        for row in rows:
            writer.writerow([str(value).lower() if isinstance(value, bool) else value for value in row])
        path = HERE / "analyses" / f"{answer.__name__}.csv"
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(out.getvalue(), "utf-8")
        elif path.read_text("utf-8") != out.getvalue():
            different += 1
            print(f"{path.name} differs")
            continue
        print(f"{len(rows):6} {answer.__name__}")
    return min(different, 1)


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
