"""A first segment file: from the columns of some data to a text that a person goes on from.

Only names and types are looked at, and the commonest values of one column; every guess is a line that can be changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from segql.engine.types import members, type_of, unit_of
from segql.source import Source
from segql.syntax.format import format

if TYPE_CHECKING:
    from segql.cli.likeness import Likeness

TIMES = ("timestamp", "event_time", "event_timestamp", "occurred_at", "time", "ts", "created_at", "datetime", "date")
VALID = (("valid_from", "valid_to"), ("valid_from", "valid_until"), ("dbt_valid_from", "dbt_valid_to"))
INSTANTS = ("timestamp", "timestamptz", "date")
PEOPLE = ("user", "usr", "customer", "visitor", "member", "person", "contact", "client", "account", "subscriber")
KINDS = ("event_name", "event", "event_type", "type", "action", "name", "kind")

_KEY = re.compile(r"(?:^|[_ ])(?:id|uid|uuid|guid|email)$|[a-z](?:Id|ID|Email|Uuid)$", re.ASCII)
_CLOCK = re.compile(
    r"(?:^|[_ ])(?:ts|time|timestamp|epoch|at|ms|millis|micros)$|[a-z](?:Ts|Time|Timestamp|At|Ms|Millis|Micros)$"
)
# Days of which a row tells, and on which it did not happen.
_NO_CLOCK = re.compile(r"birth|born|dob|expir|until|since|due|valid", re.IGNORECASE)
_OWN = re.compile(r"^(?:id|uuid|guid|(?:event|row|message|hit|insert|log)_?(?:id|uuid))$", re.IGNORECASE)


class Found(NamedTuple):
    """What is known of some data: how `from` names it, its columns with DuckDB's types, and some of what they hold.

    `kinds` are values of the column that says what happened, `latest` the greatest number in the one that could be a clock.
    """

    name: str
    place: str
    columns: Mapping[str, str]
    kinds: tuple[str, ...] = ()
    latest: int | None = None


class Pulled(NamedTuple):
    """What a catalogue tells of a table: how `from` names it, what can be named of it, and what has no type here.

    `unique` are the columns that no two rows share a value of; `silent` are those, with their types, that are left out.
    """

    name: str
    place: str
    places: list[Place]
    unique: frozenset[str]
    silent: tuple[tuple[str, str], ...]


class Place(NamedTuple):
    """A value that rows hold: the path that names it, its type, and its column at the top."""

    path: tuple[str, ...]
    type: str
    column: str


EXAMPLE = """# A first segment file. `segql init FILE` or `segql init TABLE` writes one from your own data.

## Everything that people do, one row for each event.
source events {
  from analytics.events
  time timestamp
  key  user.id

  field type   : text
  field amount : decimal

  event purchase : type = 'purchase'
}

## Bought at least twice in the last 30 days.
segment regulars {
  key    user.id
  from   events
  during last 30 days

  did purchase at least 2 times
}
"""


def example() -> str:
    """A file for somebody who has named no data yet."""
    return format(Source(EXAMPLE))


def draft(found: Found) -> str:
    """A text for some data: a source if it has a time, else a table; and a segment to begin with."""
    places = _with_clock(places_of(found.columns), found.latest)
    time = time_of(places)
    keys = keys_of([place for place in places if place != time])
    name = name_of(found.name)
    if time is None or valid_of(places):
        return format(Source(_table(found, name, places, keys)))
    return format(Source(_source(found, name, places, keys, time)))


def draft_like(found: Found, alike: Likeness) -> str:
    """A text for data that are like a source that the language knows."""
    places = [place for place in places_of(found.columns) if len(place.path) == 1]
    named = {place.column for place in places}
    silent = tuple((name, type) for name, type in found.columns.items() if name not in named)
    name = name_of(found.name)
    source = liked(Pulled(name, found.place, places, frozenset(), silent), alike)
    return format(
        Source(f"""{source}
## Was there at least three times in the last 30 days.
segment {_name(f"active_{name}")} {{
  key {_path(tuple(alike.data.keys[0].name.split(".")))}
  from {_name(name)}
  during last 30 days

  did {_name(name)} at least 3 times
}}
""")
    )


def declared(pulled: Pulled) -> str:
    """The declaration of a table of a database, with each guess marked; a comment if it has nothing that could be a key."""
    places = pulled.places
    keys = keys_of(places)
    if not keys:
        return f"# `{_shown(pulled.name)}` is left out: no column of text or whole numbers could be a key.\n"
    time, valid = time_of(places), valid_of(places)
    # Rows that a key has one of are not what happened to it, whatever dates they hold.
    if time is None or valid or keys[0].column in pulled.unique:
        promised = [p for p in places if p.column in pulled.unique and p.type in ("text", "integer")]
        keys = promised or keys[:1]
        kind, lines = "table", [*_guessed_keys(pulled, keys)]
    else:
        kind, lines = "source", [*_guessed_time(places, time), *_guessed_keys(pulled, keys)]
    fields = [place for place in places if place not in valid and (kind == "table" or place != time)]
    for place in fields:
        path = _key_of(pulled, place) if place in keys else place.path
        column = "" if "_".join(path) == place.column else f" = {_name(place.column)}"
        lines.append(f"  field {_path(path)} : {place.type}{column}")
    if valid:
        lines.append(f"  valid from {_path(valid[0].path)} to {_path(valid[1].path)}")
    lines += [f"  # not declared: `{_shown(name)}`, which is {_shown(held)}" for name, held in pulled.silent]
    return format(Source(f"{kind} {_name(pulled.name)} {{\n  from {pulled.place}\n{chr(10).join(lines)}\n}}\n"))


def liked(pulled: Pulled, alike: Likeness) -> str:
    """A source that is like one that the language knows: what differs from it, and columns that it has besides."""
    first, *others = alike.names
    lines = [f"# It has all columns of `{first}`, a schema that the language knows."]
    if others:
        lines[0] = f"# It has all columns of {' and of '.join(f'`{name}`' for name in alike.names)}, which are alike."
    lines += [f"source {_name(pulled.name)} like {first} {{", f"  from {pulled.place}"]
    if alike.time and alike.data.time:
        lines.append(f"  time {_name(alike.data.time.column.name)} : {alike.time}")
    for field, type in alike.fields:
        lines.append(f"  field {_path(tuple(field.name.split('.')))} : {type} = {_name(field.column.name)}")
    data = alike.data
    taken = {each.name for each in data.fields} | {each.name for each in data.keys}
    for place in pulled.places:
        if place.column in alike.more and ".".join(place.path) not in taken:
            column = f" = {_path(place.path)}" if any(field.column.json for field in data.fields) else ""
            lines.append(f"  field {_path(place.path)} : {place.type}{column}")
    silent = ((name, held) for name, held in pulled.silent if name in alike.more)
    lines += [f"  # not declared: `{_shown(name)}`, which is {_shown(held)}" for name, held in silent]
    return format(Source("\n".join((*lines, "}", ""))))


def _guessed_time(places: list[Place], time: Place) -> Iterator[str]:
    others = [p.path[-1] for p in places if p.type in ("timestamp", "timestamptz") and p != time]
    yield f"  # a guess{f'; it could be {_listed(others)}' if others else ': no other column is an instant'}"
    yield f"  time {_path(time.path)}{'' if time.type == 'timestamp' else f' : {time.type}'}"


def _guessed_keys(pulled: Pulled, keys: list[Place]) -> Iterator[str]:
    promised = [key.column for key in keys if key.column in pulled.unique]
    yield f"  # guesses by name: call a key the same wherever it is{'; the database keeps what is `unique`' if promised else ''}"
    written = []
    for key in keys:
        path = _key_of(pulled, key)
        column = "" if "_".join(path) == key.column else f" = {_name(key.column)}"
        written.append(f"{_path(path)}{column}{' unique' if key.column in promised else ''}")
    yield f"  key {', '.join(written)}"


def _key_of(pulled: Pulled, place: Place) -> tuple[str, ...]:
    """`user.id` for a column `user_id`, and for the `id` of `users`."""
    if place.column.lower() not in ("id", "uuid", "guid"):
        return key_path(place)
    many = pulled.name.rpartition(".")[2]
    one = f"{many[:-3]}y" if many.endswith("ies") else many.removesuffix("s")
    return (one or many, place.column.lower())


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{_shown(name)}`" for name in names[:5])


def _shown(text: str) -> str:
    """Text that cannot leave its comment line."""
    return "".join(c if c.isprintable() else " " for c in text)[:120]


def can_be_named(name: str) -> bool:
    """Whether backticks can hold a name."""
    return bool(name) and not any(c in name for c in "`\n\r")


def places_of(columns: Mapping[str, str]) -> list[Place]:
    """The values that can be named, those inside structs too; what has no type in the language is left out."""
    found: list[Place] = []
    for column, type in columns.items():
        _place((column,), type, column, found)
    return found


def _place(path: tuple[str, ...], type: str, column: str, found: list[Place]) -> None:
    if not all(can_be_named(part) for part in path):
        return
    inside = members(type)
    if inside is not None:
        for name, inner in inside.items():
            _place((*path, name), inner, column, found)
        return
    known = type_of(type)
    if known:
        found.append(Place(path, known, column))


def time_of(places: list[Place]) -> Place | None:
    """When it happened: by type, and among several by name."""
    timed = [p for p in places if p.type in ("timestamp", "timestamptz") or p.type.startswith("epoch")]
    timed = timed or [p for p in places if p.type == "date" and not _NO_CLOCK.search(p.path[-1])]
    return min(timed, key=lambda p: _rank(p.path[-1], TIMES), default=None)


def clock_column(places: list[Place]) -> Place | None:
    """The number that could say when it happened, by its name, where no column is an instant."""
    if any(p.type in INSTANTS for p in places):
        return None
    named = [p for p in places if p.type == "integer" and len(p.path) == 1 and _CLOCK.search(p.path[-1])]
    return min(named, key=lambda p: _rank(p.path[-1], TIMES), default=None)


def _with_clock(places: list[Place], latest: int | None) -> list[Place]:
    """The clock's column as an instant that is kept as a number, if its numbers are such."""
    clock = clock_column(places)
    unit = unit_of(latest) if latest is not None else None
    return [p._replace(type=f"epoch({unit})") if p == clock and unit else p for p in places]


def keys_of(places: list[Place]) -> list[Place]:
    """Whose rows they are: what is called an id or an address, or else is called by a word for people; people first.

    If nothing is, the id of the rows themselves, or the first value.
    """
    plain = [p for p in places if p.type in ("text", "integer")]
    named = [p for p in plain if _KEY.search(p.path[-1]) and not _OWN.match(p.path[-1])]
    named = named or [p for p in plain if p.path[-1].lower() in PEOPLE]
    named = named or [p for p in plain if _KEY.search(p.path[-1])] or plain[:1]
    return sorted(named, key=lambda p: _rank("_".join(p.path), PEOPLE))


def _rank(name: str, known: tuple[str, ...]) -> int:
    low = name.lower()
    exact = [i for i, word in enumerate(known) if low == word]
    inside = [i + len(known) for i, word in enumerate(known) if word in low]
    return min((*exact, *inside), default=2 * len(known))


def valid_of(places: list[Place]) -> tuple[Place, ...]:
    """The two columns that say from when to when a row holds, if there are such."""
    named = {"_".join(p.path).lower(): p for p in places if p.type in INSTANTS}
    return next(((named[a], named[b]) for a, b in VALID if a in named and b in named), ())


def kind_column(places: list[Place]) -> Place | None:
    """The column that says what happened, if one is called so."""
    named = [p for p in places if p.type == "text" and p.path[-1].lower() in KINDS and len(p.path) == 1]
    return min(named, key=lambda p: KINDS.index(p.path[-1].lower()), default=None)


def name_of(text: str) -> str:
    """A word that can name a source."""
    word = re.sub(r"\W+", "_", text).strip("_").lower()
    return word if word and not word[0].isdigit() else f"data_{word}".rstrip("_")


# ---------------------------------------------------------------- text


def _source(found: Found, name: str, places: list[Place], keys: list[Place], time: Place) -> str:
    own = next((p for p in places if _OWN.match(p.path[-1]) and p not in keys), None)
    order = f"  order {_path(time.path)}, {_path(own.path)}\n" if own else ""
    zoned = "" if time.type == "timestamp" else f" : {time.type}"
    kind = kind_column(places)
    events: dict[str, str] = {}
    for value in found.kinds if kind else ():
        events.setdefault(name_of(value), f"{_path(kind.path)} = {_text(value)}")  # type: ignore[union-attr]
    events = events or {"any_row": f"{_path(time.path)} is not missing"}
    lines = [f"  event {_name(event)} : {predicate}" for event, predicate in events.items()]
    return f"""
## One row for each event. Written from its columns: rename keys and events as people call them.
source {_name(name)} {{
  from {found.place}
  time {_path(time.path)}{zoned}
{order}  key {_keys(keys, places)}
{_layout(places)}
{_fields(p for p in places if p != time)}
{_left_out(found)}
{chr(10).join(lines)}
}}

## Was there at least three times in the last 30 days.
segment {_name(f"active_{name}")} {{
  key {_path(key_path(keys[0]))}
  from {_name(name)}
  during last 30 days

  did {_name(next(iter(events)))} at least 3 times
}}
"""


def _table(found: Found, name: str, places: list[Place], keys: list[Place]) -> str:
    valid = valid_of(places)
    span = f"  valid from {_path(valid[0].path)} to {_path(valid[1].path)}\n" if valid else ""
    places = [p for p in places if p not in valid]
    rest = [p for p in places if p not in keys] or keys
    return f"""
## What is known of each key. Written from its columns: rename keys as people call them.
table {_name(name)} {{
  from {found.place}
  key {_keys(keys, places)}
{_layout(places)}
{_fields(places)}
{span}{_left_out(found)}}}

## Everyone in it whose {rest[0].path[-1]} is known.
segment {_name(f"known_{name}")} {{
  key {_path(key_path(keys[0]))}
  from {_name(name)}
  where {_path(rest[0].path)} is not missing
}}
"""


def _left_out(found: Found) -> str:
    """Columns of which nothing is declared, each with its type, and how what lists of structs hold is read."""
    named = {place.column for place in places_of(found.columns)}
    lines = []
    for name, type in found.columns.items():
        if name in named:
            continue
        inside = members(type.removesuffix("[]")) or {}
        by = next((part for part, held in inside.items() if part.lower() in ("key", "name") and held == "VARCHAR"), "")
        way = next((part for part in inside if part != by), "")
        hint = (
            f"; read from it with `{_shown(name)}[{by} = '…'].{_shown(way)}`"
            if type.endswith("[]") and by and way
            else ""
        )
        lines.append(f"  # not declared: `{_shown(name)}`, which is {_shown(type)}{hint}\n")
    return "".join(lines)


def _layout(places: list[Place]) -> str:
    return "  layout nested\n" if any(len(p.path) > 1 for p in places) else ""


def _fields(places: Iterable[Place]) -> str:
    return "\n".join(f"  field {_path(p.path)} : {p.type}" for p in places)


def key_path(place: Place) -> tuple[str, ...]:
    """`user.id` for a column `user_id`: the word by which sources and tables connect."""
    if len(place.path) > 1:
        return place.path
    match = re.fullmatch(r"([^\W\d]\w*?)[_ ](id|uid|uuid|guid|email)", place.path[0])
    return (match[1], match[2]) if match else place.path


def _keys(keys: list[Place], places: list[Place]) -> str:
    """The keys, each with its column where the layout does not say it already."""
    flat = not _layout(places)
    paths = [(key_path(place), place.path) for place in keys]
    return ", ".join(
        _path(key) if key == path or (flat and "_".join(key) == path[0]) else f"{_path(key)} = {_path(path)}"
        for key, path in paths
    )


def _path(path: tuple[str, ...]) -> str:
    return ".".join(_name(part) for part in path)


def _name(name: str) -> str:
    """In backticks, so that no word is a keyword; the formatter takes away those that are not needed."""
    return f"`{name}`"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def table_text(name: str, place: str, keys: list[tuple[str, str, bool]], fields: list[Place], valid: list[str]) -> str:
    """The declaration of a table: its keys with their columns and promises, its fields, its interval."""
    written = ", ".join(
        " ".join(
            (
                _path(tuple(key.split("."))),
                *(("=", _name(column)) if key.replace(".", "_") != column else ()),
                *(("unique",) if unique else ()),
            )
        )
        for key, column, unique in keys
    )
    span = f"  valid from {_name(valid[0])} to {_name(valid[1])}\n" if valid else ""
    return format(Source(f"table {_name(name)} {{\n  from {place}\n  key {written}\n{_fields(fields)}\n{span}}}\n"))
