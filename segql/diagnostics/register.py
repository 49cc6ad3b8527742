"""Every code once, in number order, with its wording: 1xx writing, 2xx names, 3xx types and sense, 4xx engines, 9xx us.

A code is never reused. `segql explain CODE` shows its page, `pages/CODE.md`.
"""

from __future__ import annotations

from collections.abc import Callable

from segql.diagnostics.model import Diagnostic, Edit, Fix, Label, Severity
from segql.node import Value


class Entry(Value):
    """A code, its name for people and machines, how bad it is, and its title."""

    code: str
    name: str
    severity: Severity
    title: str


REGISTER: dict[str, Entry] = {}


def _entry(code: str, name: str, title: str, severity: Severity = "error") -> str:
    REGISTER[code] = Entry(code=code, name=name, severity=severity, title=title)
    return code


def say(
    code: str,
    at: Label,
    message: str,
    *,
    related: tuple[Label, ...] = (),
    help: str = "",
    fixes: tuple[Fix, ...] = (),
) -> Diagnostic:
    """A diagnostic of a registered code."""
    entry = REGISTER[code]
    return Diagnostic(
        code=code,
        name=entry.name,
        severity=entry.severity,
        message=message,
        primary=at,
        related=related,
        help=help,
        fixes=fixes,
    )


def _did_you_mean(near: str | None, otherwise: str = "") -> str:
    return f"did you mean `{near}`?" if near else otherwise


def _known(names: tuple[str, ...], prefix: str = "") -> str:
    names = tuple(dict.fromkeys(names))
    shown = ", ".join(f"`{prefix}{name}`" for name in names[:8])
    return shown + (", …" if len(names) > 8 else "")


def a(noun: str) -> str:
    """A noun, or the name of a type, with its article: what an enum holds is not said."""
    noun = noun.partition("(")[0] if noun.startswith(("enum(", "list(")) else noun
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


# ---------------------------------------------------------------- 1xx: writing

_entry("SEG101", "unexpected-word", "A word or mark stands where it cannot")


def unexpected_word(at: Label, related: tuple[Label, ...], word: str, expected: str, hint: str) -> Diagnostic:
    help = hint or (f"here could stand {expected}" if expected else "")
    return say("SEG101", at, f"`{word}` cannot stand here", related=related, help=help)


_entry("SEG102", "unclosed-text", "A text has no closing quote")


def unclosed_text(at: Label, related: tuple[Label, ...], quote: str) -> Diagnostic:
    help = f"close it with {quote} on the same line; {quote}{quote} inside a text stands for one {quote}"
    return say("SEG102", at, "this text has no end on its line", related=related, help=help)


_entry("SEG103", "unclosed-block", "A block is not closed")


def unclosed_block(at: Label, related: tuple[Label, ...], closing: str, expected: str) -> Diagnostic:
    return say("SEG103", at, f"`{closing}` is missing after this", related=related, help=f"close it with `{closing}`")


_entry("SEG104", "unknown-character", "A character has no meaning here")


def unknown_character(at: Label, related: tuple[Label, ...], character: str, instead: str) -> Diagnostic:
    shown = f"`{character}`" if character.isprintable() else f"the character U+{ord(character[0]):04X}"
    return say("SEG104", at, f"{shown} has no meaning here", related=related, help=instead)


_entry("SEG105", "unclosed-name", "A name has no closing backtick")


def unclosed_name(at: Label, related: tuple[Label, ...], quote: str) -> Diagnostic:
    return say("SEG105", at, "this name has no closing backtick on its line", related=related, help="close it with `")


_entry("SEG106", "nested-too-deep", "Things stand too deep within one another")


def nested_too_deep(at: Label, related: tuple[Label, ...], deepest: str) -> Diagnostic:
    help = "give the inner part a name: a segment for conditions, a `define` for expressions"
    return say("SEG106", at, f"this stands more than {deepest} levels deep", related=related, help=help)


def chain_too_long(at: Label, kind: str, longest: int) -> Diagnostic:
    help = f"take some of the {kind}s together"
    return say("SEG106", at, f"more than {longest} declarations need each other one after the other", help=help)


_entry("SEG107", "unfinished", "A declaration stops before it is whole")


def unfinished(at: Label, related: tuple[Label, ...], expected: str) -> Diagnostic:
    return say("SEG107", at, "the declaration ends here before it is whole", related=related, help=f"write {expected}")


_entry("SEG108", "file-not-readable", "A file cannot be read")


def file_not_readable(at: Label, why: str, help: str) -> Diagnostic:
    return say("SEG108", at, why, help=help)


_entry("SEG109", "not-utf-8", "A file is not UTF-8 text")


def not_utf8(at: Label, byte: int, line: int) -> Diagnostic:
    message = f"the byte 0x{byte:02X} in line {line} is not UTF-8 text"
    return say("SEG109", at, message, help="save the file as UTF-8")


_entry("SEG110", "wrong-setting", "A setting of segql.toml cannot be used")


def wrong_setting(at: Label, why: str, known: tuple[str, ...]) -> Diagnostic:
    return say("SEG110", at, why, help=f"the settings are {_known(known)}")


_entry("SEG111", "file-not-writable", "A file cannot be written")


def file_not_writable(at: Label, why: str) -> Diagnostic:
    return say(
        "SEG111", at, f"this cannot be written: {why}", help="choose another place, or check who may write there"
    )


SYNTAX: dict[str, Callable[..., Diagnostic]] = {
    "SEG101": unexpected_word,
    "SEG102": unclosed_text,
    "SEG103": unclosed_block,
    "SEG104": unknown_character,
    "SEG105": unclosed_name,
    "SEG106": nested_too_deep,
    "SEG107": unfinished,
}

# ---------------------------------------------------------------- 2xx: names


_KINDS = {
    "segment": "SEG201",
    "source": "SEG202",
    "table": "SEG203",
    "field": "SEG204",
    "event": "SEG205",
    "key": "SEG206",
    "parameter": "SEG207",
    "function": "SEG208",
    "label": "SEG209",
}
for _kind, _code in _KINDS.items():
    _entry(_code, f"unknown-{_kind}", f"There is no {_kind} of this name")


def unknown(
    kind: str,
    at: Label,
    name: str,
    near: str | None,
    known: tuple[str, ...] = (),
    where: str = "",
    declared: Label | None = None,
) -> Diagnostic:
    """A name that nothing has: `kind` is a key of the codes above, `where` says in which place it was looked for."""
    prefix = "$" if kind == "parameter" else ""
    declare = {
        "parameter": f"declare it above: `param {name} : text`",
        "label": f"write `as {name}` after the step that is meant",
    }
    otherwise = f"there is {_known(known, prefix)}" if known else declare.get(kind, f"declare {a(kind)} of that name")
    help = _did_you_mean(f"{prefix}{near}" if near else None, otherwise)
    fixes = _replace(at, _spelled(near), prefix) if near else ()
    related = (declared,) if declared else ()
    message = f"there is no {kind} `{prefix}{name}`{f' in {where}' if where else ''}"
    return say(_KINDS[kind], at, message, help=help, fixes=fixes, related=related)


def missing_is_asked(at: Label, word: str, instead: str, whole: Label) -> Diagnostic:
    """`x = null`: nothing equals what is missing, and there is no such field."""
    message = f"there is no field `{word}`: nothing equals a missing value"
    edit = Edit(source=whole.source, span=whole.span, text=instead)
    fixes = (Fix(title=f"Write `{instead}`", edits=(edit,)),)
    return say("SEG204", at, message, help=f"write `{instead}`", fixes=fixes)


def aggregate_of_one_row(at: Label, function: str) -> Diagnostic:
    """`where count(view) > 3`: the function is one of many rows."""
    message = f"there is no function `{function}` of one row: it is asked of many"
    return say("SEG208", at, message, help=f"make it a condition of its own: `{function}(…) > …`")


def _spelled(name: str) -> str:
    """A name as it is written: what holds odd characters stands in backticks."""
    parts = name.split(".")
    return ".".join(part if part.isidentifier() else f"`{part}`" for part in parts)


def _replace(at: Label, text: str | None, prefix: str = "") -> tuple[Fix, ...]:
    edit = Edit(source=at.source, span=at.span, text=f"{prefix}{text}")
    return (Fix(title=f"Write `{prefix}{text}`", edits=(edit,)),)


_entry("SEG210", "duplicate-name", "Two declarations share a name")


def duplicate_name(at: Label, first: Label, name: str, kind: str) -> Diagnostic:
    return say("SEG210", at, f"`{name}` is declared twice", related=(first,), help=f"rename one of the two {kind}s")


_entry("SEG211", "ambiguous-name", "A name could mean several things")


def ambiguous_name(
    at: Label, name: str, choices: tuple[str, ...], meanings: tuple[str, ...] = (), help: str = ""
) -> Diagnostic:
    could = " or ".join(meanings) if meanings else " or ".join(f"`{choice}`" for choice in choices)
    fixes = tuple(fix for choice in choices for fix in _replace(at, _spelled(choice)))
    help = help or f"write one of {_known(choices)}"
    return say("SEG211", at, f"`{name}` could mean {could}", help=help, fixes=fixes)


_entry("SEG212", "ring", "Declarations need each other in a ring")


def ring(at: Label, names: tuple[str, ...], kind: str) -> Diagnostic:
    if len(names) == 2:
        return say("SEG212", at, f"the {kind} `{names[0]}` needs itself", help="take the reference out")
    path = " → ".join(f"`{name}`" for name in names)
    return say("SEG212", at, f"these {kind}s need each other in a ring: {path}", help="take one of the references out")


_entry("SEG213", "file-not-usable", "A file that `use` names cannot be read")


def file_not_usable(at: Label, file: str, reason: str) -> Diagnostic:
    return say("SEG213", at, f"`{file}` cannot be used: {reason}", help="the path starts from the folder of this file")


_entry("SEG214", "unknown-zone", "There is no time zone of this name")


def unknown_zone(at: Label, name: str, near: str | None) -> Diagnostic:
    help = _did_you_mean(near, "write a name of the IANA list, as 'America/Sao_Paulo' or 'UTC'")
    fixes = _replace(at, f"'{near}'") if near else ()
    return say("SEG214", at, f"there is no time zone `{name}`", help=help, fixes=fixes)


_entry("SEG215", "unknown-preset", "There is no source to be like")


def unknown_like(at: Label, name: str, near: str | None) -> Diagnostic:
    help = _did_you_mean(near, "name a source of this file, or of a file that it uses")
    fixes = _replace(at, _spelled(near)) if near else ()
    return say("SEG215", at, f"there is no source `{name}` to be like", help=help, fixes=fixes)


# ---------------------------------------------------------------- 3xx: types and sense

_entry("SEG301", "unlike-types", "Values of unlike types meet")


def unlike_types(
    at: Label, left: str, right: str, related: tuple[Label, ...] = (), help: str = "", fixes: tuple[Fix, ...] = ()
) -> Diagnostic:
    """`at` is the side of the type `right`; `related` may hold the label of the other side."""
    others = tuple(label.replace(text=a(left)) for label in related)
    at = at.replace(text=a(right)) if others else at
    message = f"{a(left)} and {a(right)} cannot be compared"
    return say("SEG301", at, message, related=others, help=help, fixes=fixes)


_entry("SEG302", "not-in-enum", "An enum has no such value")


def not_in_enum(at: Label, value: str, name: str, values: tuple[str, ...], near: str | None) -> Diagnostic:
    fixes = _replace(at, "'" + near.replace("'", "''") + "'") if near else ()
    known = _known(tuple(f"'{v}'" for v in values))
    help = _did_you_mean(f"'{near}'" if near else None, f"it is one of {known}")
    return say("SEG302", at, f"`{name}` is never `'{value}'`", help=help, fixes=fixes)


_entry("SEG303", "impossible-window", "A window can never hold anything")


def impossible_window(at: Label, why: str, help: str) -> Diagnostic:
    return say("SEG303", at, f"this window holds nothing: {why}", help=help)


_entry("SEG304", "missing-clause", "A clause is missing")


def missing_clause(at: Label, what: str, clause: str, example: str) -> Diagnostic:
    return say("SEG304", at, f"{what} has no `{clause}`", help=f"add `{example}`")


_entry("SEG305", "duplicate-clause", "A clause stands twice")


def duplicate_clause(at: Label, first: Label, clause: str, help: str = "keep one of them") -> Diagnostic:
    return say("SEG305", at, f"`{clause}` stands twice", related=(first,), help=help)


_entry("SEG306", "needs-via", "A segment of another key needs `via`")


def needs_via(
    at: Label,
    segment: str,
    theirs: str,
    ours: str,
    declared: Label | None,
    via: str | None = None,
    word: str = "in",
    kind: str = "segment",
) -> Diagnostic:
    """`via` is the key that was written: then `at` is its place, else that of the segment's name."""
    related = (declared,) if declared else ()
    help, key = f"write `{word} {_spelled(segment)} via {_spelled(theirs)}`", _spelled(theirs)
    if via is not None:
        message = f"`{segment}` is a {kind} of `{theirs}`, not of `{via}`"
        return say("SEG306", at, message, related=related, help=help, fixes=_replace(at, key))
    end = at.span._replace(start=at.span.end)
    fix = Fix(title=f"Add `via {key}`", edits=(Edit(source=at.source, span=end, text=f" via {key}"),))
    this = "this one" if kind == "segment" else "this segment"
    message = f"`{segment}` is a {kind} of `{theirs}`, and {this} is of `{ours}`"
    return say("SEG306", at, message, related=related, help=help, fixes=(fix,))


_entry("SEG307", "needs-unique", "A table's columns are read without a unique key")


def needs_unique(
    at: Label, table: str, keys: tuple[str, ...], key: str = "", data: str = "", declared: Label | None = None
) -> Diagnostic:
    """`key` is one that the rows and the table share, if there is one; `declared` is its place in the table."""
    related = (declared,) if declared else ()
    if key:
        message = f"`{table}` may have several rows for one `{key}`"
        help = f"write `unique` after the key if it has one, or ask with `join {table} on {key} where …`"
    else:
        message = f"`{data}` and `{table}` share no key, so that no row of one belongs to a row of the other"
        help = f"`{table}` has {_known(keys)}: give `{data}` one of these keys"
    return say("SEG307", at, message, related=related, help=help)


def versions_without_time(at: Label, table: str, data: str) -> Diagnostic:
    message = f"`{table}` has versions, and a row of `{data}` has no time to choose one"
    return say("SEG307", at, message, help=f"ask with `join {table} on … where …`")


_entry("SEG308", "not-built-yet", "This has no meaning yet")


def not_built_yet(at: Label, what: str) -> Diagnostic:
    return say("SEG308", at, f"{what} can be written, but is not built yet", help="take it out for now")


_entry("SEG309", "sequence-shape", "The steps of a sequence do not fit together")


def sequence_shape(at: Label, why: str, help: str, put: str = "") -> Diagnostic:
    """`put` is what would be right if it stood before `at`."""
    edit = Edit(source=at.source, span=at.span._replace(end=at.span.start), text=f"{put} ")
    return say("SEG309", at, why, help=help, fixes=(Fix(title=f"Add `{put}`", edits=(edit,)),) if put else ())


_entry("SEG310", "whole-number", "A whole number is needed")


def whole_number(at: Label, what: str, least: int, most: int | None = None) -> Diagnostic:
    """`most` is said only of a number that is beyond it."""
    if most is not None:
        return say("SEG310", at, f"{what} is at most {most:_}", help="write a smaller number")
    return say("SEG310", at, f"{what} is a whole number from {least} up", help=f"write a whole number, {least} or more")


_entry("SEG311", "calendar-gap", "A gap is elapsed time")


def calendar_gap(at: Label, unit: str, count: int = 1) -> Diagnostic:
    days = {"month": 30, "quarter": 90, "year": 365}[unit] * count
    message = f"a gap is elapsed time, and a {unit} has no fixed length"
    return say("SEG311", at, message, help=f"write it in days: `{days} days`", fixes=_replace(at, f"{days} days"))


_entry("SEG312", "no-time", "A table has no time")


def no_time(at: Label, table: str, what: str, help: str = "ask this of a source") -> Diagnostic:
    return say("SEG312", at, f"`{table}` is a table: its rows have no time, and {what} needs one", help=help)


_entry("SEG313", "not-a-condition", "A condition is needed")


def not_a_condition(at: Label, type: str) -> Diagnostic:
    text = at.source.text[at.span.start : at.span.end]
    short = text if len(text) < 30 and text.isprintable() else "…"
    return say("SEG313", at, f"this is {a(type)}, and a condition is needed", help=f"compare it: `{short} = …`")


_entry("SEG314", "wrong-arguments", "A function is given the wrong arguments")


def wrong_arguments(at: Label, function: str, usage: str, given: tuple[str, ...] = ()) -> Diagnostic:
    """`given` holds the types of the arguments."""
    found = " and ".join(a(type) for type in given) or "nothing"
    return say("SEG314", at, f"`{function}` is given {found}", help=f"it is used as `{usage}`")


def distinct_without_sense(at: Label, function: str, usage: str) -> Diagnostic:
    message = (
        f"`{function}` is the same with and without `distinct`"
        if function != "median"
        else ("a median counts every value as often as it occurs")
    )
    return say("SEG314", at, message, help=f"take `distinct` out: `{usage}`")


_entry("SEG315", "wrong-type", "A value has a type that does not fit")


def wrong_type(at: Label, found: str, wanted: str, help: str = "", instead: str = "") -> Diagnostic:
    """`instead` is the same value as the right type."""
    help = f"write `{instead}`" if instead else help or f"write {wanted}"
    message = f"this is {a(found)}, and {wanted} is needed"
    return say("SEG315", at, message, help=help, fixes=_replace(at, instead) if instead else ())


_entry("SEG316", "calendar-unit", "A calendar window counts days or longer units")


def calendar_unit(at: Label, unit: str, count: str = "1") -> Diagnostic:
    message = f"calendar windows count days or longer units, not {unit}s"
    plural = unit if count == "1" else f"{unit}s"
    return say("SEG316", at, message, help=f"write `last {count} {plural}` for elapsed time")


_entry("SEG317", "clause-of-the-line-above", "A clause on its own line belongs to the line above", "warning")


def clause_of_line_above(at: Label, clause: str, owner: Label) -> Diagnostic:
    help = f"put it on the line of its condition, or above all conditions if the segment's own `{clause}` is meant"
    return say("SEG317", at, f"this `{clause}` belongs to the condition above it", related=(owner,), help=help)


_entry("SEG318", "always-or-never", "A comparison is always true, or never", "warning")


def always_or_never(at: Label, what: str, always: bool) -> Diagnostic:
    truth = "holds for every key" if always else "can never hold"
    return say("SEG318", at, f"{what} {truth}", help="take it out, or compare with another number")


_entry("SEG319", "unused-filter", "A filter has nothing to filter", "warning")


def unused_filter(at: Label, clause: str, data: str) -> Diagnostic:
    message = f"no condition of this segment sees the rows that `{clause}` leaves"
    help = f"segments and joins are asked of the key, not of its rows: add a condition on rows, as `did {data}`"
    return say("SEG319", at, message, help=help)


_entry("SEG320", "wrong-date", "There is no such date or time")


def wrong_date(at: Label, text: str) -> Diagnostic:
    if "T" in text:
        help = "write a day of the calendar, and a time: 2026-01-31T23:59"
        return say("SEG320", at, f"there is no time `{text}`", help=help)
    return say("SEG320", at, f"there is no date `{text}`", help="write a day of the calendar: 2026-01-31")


_entry("SEG321", "wrong-key", "The rows do not carry this key")


def wrong_key(at: Label, key: str, data: str, keys: tuple[str, ...], near: str | None) -> Diagnostic:
    help = _did_you_mean(near, f"it has {_known(keys)}" if keys else f"declare `key {key}` in `{data}`")
    fixes = _replace(at, _spelled(near)) if near else ()
    return say("SEG321", at, f"`{data}` has no key `{key}`", help=help, fixes=fixes)


_entry("SEG322", "parameter-without-value", "A parameter has no value")


def parameter_without_value(at: Label, name: str) -> Diagnostic:
    return say("SEG322", at, f"`${name}` has no value", help=f"give it one: `--param {name}=…`, or a default")


_entry("SEG323", "wrong-parameter", "A parameter is given a value that does not fit")


def wrong_parameter(at: Label, name: str, value: str, type: str) -> Diagnostic:
    examples = {
        "text": "a text stands in quotes: `'a'`",
        "integer": "an integer is a whole number: `3`",
        "decimal": "a decimal is a number without quotes: `2.5`",
        "float": "a float is a number without quotes: `2.5`",
        "boolean": "a boolean is `true` or `false`",
        "date": "a date stands without quotes: `2026-01-31`",
        "timestamp": "a timestamp stands without quotes: `2026-01-31T10:00`",
        "timestamptz": "a timestamp stands without quotes: `2026-01-31T10:00Z`",
    }
    values = type.removeprefix("enum(").removesuffix(")")
    help = f"it is one of {values}" if type.startswith("enum(") else examples.get(type, "")
    return say("SEG323", at, f"`${name}` is {a(type)}, and cannot be `{value}`", help=help)


_entry("SEG324", "nothing-declared", "A file declares nothing", "warning")


def nothing_declared(at: Label) -> Diagnostic:
    return say(
        "SEG324", at, "this file declares nothing", help="`segql init DATA` writes a first file from a data file"
    )


_entry("SEG325", "mixed-data", "Sources and tables cannot be mixed here")


def mixed_data(at: Label, table: str) -> Diagnostic:
    message = f"`{table}` is a table and cannot stand beside other data in `from`"
    return say("SEG325", at, message, help=f"join it: `join {table} on …`")


_entry("SEG326", "order-without-time", "An order does not begin with the time")


def order_without_time(at: Label, time: str) -> Diagnostic:
    edit = Edit(source=at.source, span=at.span._replace(end=at.span.start), text=f"{_spelled(time)}, ")
    fixes = (Fix(title=f"Add `{time}`", edits=(edit,)),)
    message = "events are in order of time first; `order` breaks ties"
    return say("SEG326", at, message, help=f"begin with it: `order {time}, …`", fixes=fixes)


_entry("SEG327", "unbounded-comparison", "A comparison of steps has no bound in time", "warning")


def unbounded_comparison(at: Label, label: str) -> Diagnostic:
    message = f"comparing with `{label}` costs the square of a key's events when no time bounds the steps"
    return say("SEG327", at, message, help="add `within …` to the steps")


_entry("SEG328", "regular-expression", "A regular expression cannot be used")


def regular_expression(at: Label, why: str, help: str) -> Diagnostic:
    return say("SEG328", at, f"this regular expression cannot be used: {why}", help=help)


_entry("SEG330", "duplicate-column", "Two columns of an analysis have one name")


def duplicate_column(at: Label, first: Label | None, name: str) -> Diagnostic:
    """`first` is missing where the other column is one that the analysis itself gives."""
    message = f"two columns of the result would be called `{name}`"
    if first is None:
        return say("SEG330", at, message, help=f"the analysis itself gives a column `{name}`: choose another name")
    return say("SEG330", at, message, related=(first,), help="give one of them another name")


_entry("SEG331", "unnamed-group", "What rows are grouped by has no name")


def unnamed_group(at: Label) -> Diagnostic:
    return say("SEG331", at, "this has no name that its column could have", help="write `as …` and a name after it")


_entry("SEG332", "unknown-column", "An analysis has no such column or measure")


def unknown_column(at: Label, name: str, near: str | None, known: tuple[str, ...], what: str = "column") -> Diagnostic:
    help = _did_you_mean(near, f"there is {_known(known)}" if known else "a formula names the measures above it")
    fixes = _replace(at, _spelled(near)) if near else ()
    return say("SEG332", at, f"there is no {what} `{name}` here", help=help, fixes=fixes)


_entry("SEG340", "funnel-step", "A funnel cannot have such a step")


def funnel_step(at: Label, why: str, help: str) -> Diagnostic:
    return say("SEG340", at, why, help=help)


_entry("SEG345", "unknown-funnel", "There is no funnel of this name")


def unknown_funnel(at: Label, name: str, near: str | None, known: tuple[str, ...]) -> Diagnostic:
    help = _did_you_mean(near, f"there is {_known(known)}" if known else "declare a funnel of that name")
    return say(
        "SEG345", at, f"there is no funnel `{name}`", help=help, fixes=_replace(at, _spelled(near)) if near else ()
    )


_entry("SEG346", "unknown-step", "A funnel has no such step")


def unknown_step(at: Label, name: str, funnel: str, steps: tuple[str, ...], near: str | None) -> Diagnostic:
    known = ", ".join(f"{number} `{step}`" for number, step in enumerate(steps, 1))
    fixes = _replace(at, _spelled(near)) if near else ()
    return say(
        "SEG346", at, f"`{funnel}` has no step `{name}`", help=_did_you_mean(near, f"there is {known}"), fixes=fixes
    )


def ambiguous_step(at: Label, name: str, funnel: str, numbers: tuple[int, ...]) -> Diagnostic:
    which = " and ".join(map(str, numbers))
    message = f"the steps {which} of `{funnel}` are both `{name}`"
    return say(
        "SEG346", at, message, help=f"write the number of the one that is meant: {' or '.join(map(str, numbers))}"
    )


_entry("SEG347", "after-the-last-step", "Nobody is lost after the last step of a funnel")


def after_the_last_step(at: Label, fate: str, funnel: str) -> Diagnostic:
    what = "drops out" if fate == "dropped" else "is pending"
    message = f"nobody {what} after the last step of `{funnel}`"
    return say("SEG347", at, message, help="name an earlier step, or write `converted at` this one")


_entry("SEG350", "period-length", "A period of a retention has no such length")


def period_of_months(at: Label, unit: str) -> Diagnostic:
    message = f"a period of elapsed time cannot be counted in {unit}s: a {unit} has no fixed length"
    calendar = f"calendar {unit}"
    return say("SEG350", at, message, help=f"write `every {calendar} for …`", fixes=_replace(at, calendar))


def period_of_clock(at: Label, unit: str, help: str) -> Diagnostic:
    message = f"calendar periods and cohorts are days or longer units, not {unit}s"
    return say("SEG350", at, message, help=help)


_entry("SEG351", "both-ends", "Paths have a start or an end")


def both_ends(at: Label, start: Label) -> Diagnostic:
    message = "paths run onwards from a `start` or back from an `end`, not both"
    return say("SEG351", at, message, related=(start,), help="keep one of them")


_entry("SEG352", "no-steps", "Only a funnel has steps")


def no_such_step(at: Label, kind: str) -> Diagnostic:
    message = f"a group of `{kind}` cannot be read on a step: it has none"
    return say("SEG352", at, message, help="leave `of …` out")


# ---------------------------------------------------------------- 4xx: engines and data

_entry("SEG401", "unsupported", "An engine cannot do this exactly")


def unsupported(at: Label, what: str, dialect: str, reason: str, others: tuple[str, ...]) -> Diagnostic:
    help = f"dialects that have it: {', '.join(others)}" if others else "no dialect has it yet"
    return say("SEG401", at, f"{what} cannot be written for {dialect}: {reason}", help=help)


_entry("SEG402", "unknown-dialect", "There is no dialect of this name")


def unknown_dialect(at: Label, name: str, near: str | None, known: tuple[str, ...]) -> Diagnostic:
    names = ", ".join(f"`{each}`" for each in known)
    help = _did_you_mean(near, f"there is {names}; `segql dialects` says what each can do")
    return say("SEG402", at, f"there is no dialect `{name}`", help=help)


_entry("SEG403", "data-not-readable", "Data cannot be read")


def data_not_readable(at: Label, data: str, why: str, help: str) -> Diagnostic:
    return say("SEG403", at, f"`{data}` cannot be read: {why}", help=help)


_entry("SEG404", "no-such-column", "The data has no such column")


def no_such_column(at: Label, data: str, column: str, near: str | None, known: tuple[str, ...]) -> Diagnostic:
    help = _did_you_mean(near, f"it has {_known(known)}" if known else "")
    return say("SEG404", at, f"the data of `{data}` has no column `{column}`", help=help)


_entry("SEG405", "engine-refused", "The engine refused the query")


def engine_refused(at: Label, why: str) -> Diagnostic:
    return say("SEG405", at, f"the engine refused the query: {why}", help="see the query with `segql compile`")


_entry("SEG406", "nothing-of-that-name", "A file has nothing of this name, or nothing to ask for")


def nothing_of_that_name(
    at: Label, name: str, near: str | None, known: tuple[str, ...], kinds: str = "segment and no analysis"
) -> Diagnostic:
    file = at.source.name
    if name:
        help = _did_you_mean(near, f"it has {_known(known)}" if known else "declare a `segment`")
        return say("SEG406", at, f"there is no segment or analysis `{name}` in {file}", help=help)
    help = f"name one of a file that it uses: {_known(known)}" if known else "declare a `segment`"
    return say("SEG406", at, f"{file} declares no {kinds}", help=help)


_entry("SEG407", "test-failed", "An example in the file is not as it says")


def test_failed(at: Label, key: str, segment: str, expected: str, found: str) -> Diagnostic:
    message = f"{key} is {found} `{segment}`, and should be {expected} it"
    return say("SEG407", at, message, help="change the segment, or what the example expects")


_entry("SEG415", "table-not-loaded", "A data file has rows that cannot be loaded")


def table_not_loaded(at: Label, data: str, table: str, faults: int) -> Diagnostic:
    message = f"`{data}` is not loaded into `{table}`: it has {faults:,} {'fault' if faults == 1 else 'faults'}"
    return say("SEG415", at, message, help="correct the data; the table is as it was")


_entry("SEG416", "data-not-writable", "A table cannot be written")


def data_not_writable(at: Label, data: str, why: str) -> Diagnostic:
    return say("SEG416", at, f"`{data}` cannot be written: {why}", help="the table is as it was")


_entry("SEG417", "unlike-keys", "A key holds values of different sorts in two places")


def unlike_keys(at: Label, key: str, table: str, table_type: str, source: str, source_type: str) -> Diagnostic:
    message = f"`{key}` holds {table_type} in `{table}`, and {source_type} in `{source}`: they never meet"
    return say("SEG417", at, message, help="keep the key as the same type on both sides")


_entry("SEG418", "broken-promise", "A key that is declared unique is not")


def broken_promise(at: Label, key: str, table: str, value: str, rows: int, count: int, valid: bool) -> Diagnostic:
    when = ", valid at one time" if valid else ""
    more = f", and {count - 1:,} more such keys" if count > 2 else ", and 1 more such key" if count == 2 else ""
    message = f"`{key}` of `{table}` is not unique: '{value}' stands on {rows:,} rows{when}{more}"
    return say("SEG418", at, message, help="correct the data, or take away `unique`")


_entry("SEG419", "table-matches-nothing", "A segment asks a table that has none of its keys", "warning")


def table_matches_nothing(at: Label, table: str, key: str, source: str) -> Diagnostic:
    message = f"no `{key}` of `{source}` is in `{table}`"
    return say("SEG419", at, message, help=f"compare them: `segql table match {table} --with {source}`")


_entry("SEG420", "no-rows", "Data have no rows", "warning")


def no_rows(at: Label, data: str) -> Diagnostic:
    return say("SEG420", at, f"`{data}` has no rows", help="see that it is the right table or file")


_entry("SEG422", "value-not-declared", "Data hold a value that their enum has not", "warning")


def value_not_declared(at: Label, field: str, value: str, rows: int, count: int) -> Diagnostic:
    more = f", and {count - 1:,} other such values" if count > 2 else ", and 1 other such value" if count == 2 else ""
    on = "1 row" if rows == 1 else f"{rows:,} rows"
    message = f"`{field}` is '{value}' on {on}, which its enum has not{more}"
    return say("SEG422", at, message, help="declare the value, or correct the data")


_entry("SEG423", "other-unit", "A time kept as a number seems to be in another unit", "warning")


def other_unit(at: Label, name: str, year: int, unit: str, likely: str) -> Diagnostic:
    message = f"the latest `{name}`, counted in {unit}, is of the year {year}; in {likely} it would be of our age"
    return say("SEG423", at, message, help=f"write `epoch({likely})`")


_entry("SEG428", "other-zone", "A file and one that it uses read their days in different zones", "warning")


def other_zone(at: Label, file: str, zones: tuple[str, str], here: bool, place: Label) -> Diagnostic:
    """`zones` are those of the file that is used, and of the file itself; `here` says that the latter sets none."""
    theirs, ours = zones
    where, zone = ("this file", theirs) if here else (f"`{file}`", ours)
    message = f"days are those of {theirs} in `{file}`, and those of {ours} here: {where} sets no zone"
    return say(
        "SEG428", at, message, related=(place,), help=f"write `zone '{zone}'` in {where}, or the one that is meant"
    )


_entry("SEG445", "wrong-address", "The address of a database cannot be used")


def wrong_address(at: Label, why: str, help: str) -> Diagnostic:
    return say("SEG445", at, why, help=help)


_entry("SEG446", "driver-missing", "The driver of a database is not installed")


def driver_missing(at: Label, database: str, why: str, help: str) -> Diagnostic:
    return say("SEG446", at, f"{database} needs a driver: {why}", help=help)


_entry("SEG447", "no-connection", "A database cannot be reached")


def no_connection(at: Label, database: str, why: str, help: str) -> Diagnostic:
    return say("SEG447", at, f"{database} cannot be reached: {why}", help=help)


_entry("SEG448", "connection-lost", "A database went away in the middle")


def connection_lost(at: Label, database: str, why: str) -> Diagnostic:
    message = f"{database} went away before all rows were here: {why}"
    return say("SEG448", at, message, help="nothing is written; see that the server runs, and try again")


_entry("SEG449", "out-of-time", "A query took longer than it may")


def out_of_time(at: Label, database: str, time: str) -> Diagnostic:
    message = f"the query took longer than {time}, and was ended{f' on {database}' if database else ''}"
    return say("SEG449", at, message, help="give it more with `--timeout`, or ask for a shorter window")


_entry("SEG450", "not-allowed", "A user may not read data")


def not_allowed(at: Label, database: str, why: str) -> Diagnostic:
    return say("SEG450", at, f"{database} does not allow it: {why}", help="ask for the right to read these data")


_entry("SEG451", "other-type", "A column holds another type than is declared")


def other_type(at: Label, data: str, column: str, held: str, declared: str) -> Diagnostic:
    message = f"the column `{column}` of `{data}` holds {held}, and is declared {declared}"
    return say("SEG451", at, message, help="declare the type that the column has")


_entry("SEG460", "unknown-plan", "There is no plan of this name")


def unknown_plan(at: Label, name: str, near: str | None, known: tuple[str, ...]) -> Diagnostic:
    return say("SEG460", at, f"there is no plan `{name}`", help=_did_you_mean(near, f"there is {_known(known)}"))


_entry("SEG461", "plan-does-not-fit", "A plan is not exact for a segment")


def plan_does_not_fit(at: Label, segment: str, plan: str, why: str, others: tuple[str, ...]) -> Diagnostic:
    help = f"plans that fit: {_known(others)}" if others else "leave `--plan` away"
    return say("SEG461", at, f"`{segment}` cannot be found by the plan `{plan}`: {why}", help=help)


_entry("SEG462", "other-key", "Segments of one statement have different keys")


def other_key(at: Label, segment: str, key: str, first: str, other: str) -> Diagnostic:
    message = f"`{segment}` has the key `{key}`, and `{first}`, compiled together with it, has `{other}`"
    return say("SEG462", at, message, help="name segments of one key")


_entry("SEG463", "not-together", "Only segments are compiled together")


def not_together(at: Label, name: str, kind: str) -> Diagnostic:
    return say(
        "SEG463", at, f"`{name}` is an `{kind}`: only segments are compiled together", help="name segments alone"
    )


# ---------------------------------------------------------------- 9xx: us

_entry("SEG901", "our-mistake", "SegQL itself has a mistake")


def our_mistake(at: Label, what: str) -> Diagnostic:
    return say("SEG901", at, f"SegQL made a mistake of its own: {what}", help="please report it, with the file")
