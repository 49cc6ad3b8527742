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


def _known(names: tuple[str, ...]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:8])
    return shown + (", …" if len(names) > 8 else "")


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
    return say("SEG103", at, f"the file ends before `{closing}`", related=related, help=f"close it with `{closing}`")


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
    return say("SEG111", at, f"this cannot be written: {why}", help="choose another place, or check who may write there")


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
    shown = f"`${name}`" if kind == "parameter" else f"`{name}`"
    article = "an" if kind[0] in "aeiou" else "a"
    help = _did_you_mean(near, f"there is {_known(known)}" if known else f"declare {article} {kind} of that name")
    fixes = _replace(at, near, "$" if kind == "parameter" else "") if near else ()
    related = (declared,) if declared else ()
    message = f"there is no {kind} {shown}{f' in {where}' if where else ''}"
    return say(_KINDS[kind], at, message, help=help, fixes=fixes, related=related)


def _replace(at: Label, text: str | None, prefix: str = "") -> tuple[Fix, ...]:
    edit = Edit(source=at.source, span=at.span, text=f"{prefix}{text}")
    return (Fix(title=f"Write `{prefix}{text}`", edits=(edit,)),)


_entry("SEG210", "duplicate-name", "Two declarations share a name")


def duplicate_name(at: Label, first: Label, name: str, kind: str) -> Diagnostic:
    return say("SEG210", at, f"`{name}` is declared twice", related=(first,), help=f"rename one of the two {kind}s")


_entry("SEG211", "ambiguous-name", "A name could mean several things")


def ambiguous_name(at: Label, name: str, choices: tuple[str, ...]) -> Diagnostic:
    return say("SEG211", at, f"`{name}` could mean several things", help=f"write one of {_known(choices)}")


_entry("SEG212", "ring", "Declarations need each other in a ring")


def ring(at: Label, names: tuple[str, ...], kind: str) -> Diagnostic:
    path = " → ".join(f"`{name}`" for name in names)
    return say("SEG212", at, f"these {kind}s need each other in a ring: {path}", help="take one of the references out")


_entry("SEG213", "file-not-usable", "A file that `use` names cannot be read")


def file_not_usable(at: Label, file: str, reason: str) -> Diagnostic:
    return say("SEG213", at, f"`{file}` cannot be used: {reason}", help="the path starts from the folder of this file")


_entry("SEG214", "unknown-zone", "There is no time zone of this name")


def unknown_zone(at: Label, name: str, near: str | None) -> Diagnostic:
    help = _did_you_mean(near, "write a name of the IANA list, as 'America/Sao_Paulo' or 'UTC'")
    return say("SEG214", at, f"there is no time zone `{name}`", help=help)


_entry("SEG215", "unknown-preset", "There is no source to be like")


def unknown_like(at: Label, name: str, near: str | None) -> Diagnostic:
    help = _did_you_mean(near, "name a source of this file, or of a file that it uses")
    return say("SEG215", at, f"there is no source `{name}` to be like", help=help)


# ---------------------------------------------------------------- 3xx: types and sense

_entry("SEG301", "unlike-types", "Values of unlike types meet")


def unlike_types(at: Label, left: str, right: str, related: tuple[Label, ...] = (), help: str = "") -> Diagnostic:
    return say("SEG301", at, f"{_a(left)} and {_a(right)} cannot be compared", related=related, help=help)


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


_entry("SEG302", "not-in-enum", "An enum has no such value")


def not_in_enum(at: Label, value: str, name: str, values: tuple[str, ...], near: str | None) -> Diagnostic:
    fixes = _replace(at, "'" + near.replace("'", "''") + "'") if near else ()
    help = _did_you_mean(near, f"it is one of {_known(values)}")
    return say("SEG302", at, f"`{name}` is never '{value}'", help=help, fixes=fixes)


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


def needs_via(at: Label, segment: str, theirs: str, ours: str, declared: Label | None) -> Diagnostic:
    end = at.replace(span=at.span._replace(start=at.span.end))
    fix = Fix(title=f"Add `via {theirs}`", edits=(Edit(source=at.source, span=end.span, text=f" via {theirs}"),))
    message = f"`{segment}` is a segment of `{theirs}`, and this one is of `{ours}`"
    related = (declared,) if declared else ()
    return say("SEG306", at, message, related=related, help=f"write `in {segment} via {theirs}`", fixes=(fix,))


_entry("SEG307", "needs-unique", "A table's columns are read without a unique key")


def needs_unique(at: Label, table: str, keys: tuple[str, ...]) -> Diagnostic:
    message = f"the rows here and `{table}` share no key that is unique in `{table}`"
    help = f"declare the key `unique` in `{table}`, or ask with `join {table} on …`"
    return say("SEG307", at, message, help=help)


_entry("SEG308", "not-built-yet", "This has no meaning yet")


def not_built_yet(at: Label, what: str) -> Diagnostic:
    return say("SEG308", at, f"{what} can be written, but is not built yet", help="take it out for now")


_entry("SEG309", "sequence-shape", "The steps of a sequence do not fit together")


def sequence_shape(at: Label, why: str, help: str) -> Diagnostic:
    return say("SEG309", at, why, help=help)


_entry("SEG310", "whole-number", "A whole number is needed")


def whole_number(at: Label, what: str, least: int) -> Diagnostic:
    return say("SEG310", at, f"{what} is a whole number from {least} up", help=f"write a whole number, {least} or more")


_entry("SEG311", "calendar-gap", "A gap is elapsed time")


def calendar_gap(at: Label, unit: str) -> Diagnostic:
    days = {"month": 30, "quarter": 90, "year": 365}[unit]
    message = f"a gap is elapsed time, and a {unit} has no fixed length"
    return say("SEG311", at, message, help=f"write it in days: {days} days for a {unit}")


_entry("SEG312", "no-time", "A table has no time")


def no_time(at: Label, table: str, what: str) -> Diagnostic:
    return say("SEG312", at, f"`{table}` is a table: its rows have no time for {what}", help="ask this of a source")


_entry("SEG313", "not-a-condition", "A condition is needed")


def not_a_condition(at: Label, type: str) -> Diagnostic:
    return say("SEG313", at, f"this is {_a(type)}, and a condition is needed", help="compare it: `… = …`")


_entry("SEG314", "wrong-arguments", "A function is given the wrong arguments")


def wrong_arguments(at: Label, function: str, usage: str) -> Diagnostic:
    return say("SEG314", at, f"`{function}` does not take these arguments", help=f"it is used as `{usage}`")


_entry("SEG315", "wrong-type", "A value has a type that does not fit")


def wrong_type(at: Label, found: str, wanted: str) -> Diagnostic:
    return say("SEG315", at, f"this is {_a(found)}, and {wanted} is needed", help=f"write {wanted}")


_entry("SEG316", "calendar-unit", "A calendar window counts days or longer units")


def calendar_unit(at: Label, unit: str) -> Diagnostic:
    message = f"calendar windows count days or longer units, not {unit}s"
    return say("SEG316", at, message, help=f"write `last 1 {unit}` for elapsed time")


_entry("SEG317", "clause-of-the-line-above", "A clause on its own line belongs to the line above", "warning")


def clause_of_line_above(at: Label, clause: str, owner: Label) -> Diagnostic:
    help = f"indent it, or move it above the conditions if the segment's own `{clause}` is meant"
    return say("SEG317", at, f"this `{clause}` belongs to the condition above it", related=(owner,), help=help)


_entry("SEG318", "always-or-never", "A comparison is always true, or never", "warning")


def always_or_never(at: Label, what: str, always: bool) -> Diagnostic:
    truth = "holds for every key" if always else "can never hold"
    return say("SEG318", at, f"{what} {truth}", help="take it out, or count from 1 up")


_entry("SEG319", "unused-filter", "A filter has nothing to filter", "warning")


def unused_filter(at: Label, clause: str) -> Diagnostic:
    message = f"no condition of this segment sees the rows that `{clause}` leaves"
    return say("SEG319", at, message, help="segments and joins are asked of the key, not of its rows: use `did`")


_entry("SEG320", "wrong-date", "There is no such date")


def wrong_date(at: Label, text: str) -> Diagnostic:
    return say("SEG320", at, f"there is no date `{text}`", help="write year, month and day: 2026-01-31")


_entry("SEG321", "wrong-key", "The rows do not carry this key")


def wrong_key(at: Label, key: str, data: str, keys: tuple[str, ...], near: str | None) -> Diagnostic:
    help = _did_you_mean(near, f"it has {_known(keys)}" if keys else f"declare `key {key}` in `{data}`")
    return say("SEG321", at, f"`{data}` has no key `{key}`", help=help)


_entry("SEG322", "parameter-without-value", "A parameter has no value")


def parameter_without_value(at: Label, name: str) -> Diagnostic:
    return say("SEG322", at, f"`${name}` has no value", help=f"give it one: `--param {name}=…`, or a default")


_entry("SEG323", "wrong-parameter", "A parameter is given a value that does not fit")


def wrong_parameter(at: Label, name: str, value: str, type: str) -> Diagnostic:
    return say("SEG323", at, f"`${name}` cannot be '{value}': it is {_a(type)}", help=f"give it {_a(type)}")


_entry("SEG324", "nothing-declared", "A file declares nothing", "warning")


def nothing_declared(at: Label) -> Diagnostic:
    return say("SEG324", at, "this file declares nothing", help="`segql init` writes a first file from your data")


_entry("SEG325", "mixed-data", "Sources and tables cannot be mixed here")


def mixed_data(at: Label, table: str) -> Diagnostic:
    message = f"`{table}` is a table and cannot stand beside other data in `from`"
    return say("SEG325", at, message, help=f"join it: `join {table} on …`")


_entry("SEG326", "order-without-time", "An order does not begin with the time")


def order_without_time(at: Label, time: str) -> Diagnostic:
    return say("SEG326", at, "events are in order of time first; `order` breaks ties", help=f"begin with `{time}`")


_entry("SEG327", "unbounded-comparison", "A comparison of steps has no bound in time", "warning")


def unbounded_comparison(at: Label, label: str) -> Diagnostic:
    message = f"comparing with `{label}` costs the square of a key's events when no time bounds the steps"
    return say("SEG327", at, message, help="add `within …` to the steps")


_entry("SEG328", "regular-expression", "A regular expression cannot be used")


def regular_expression(at: Label, why: str) -> Diagnostic:
    return say("SEG328", at, f"this regular expression cannot be used: {why}", help="see `segql explain SEG328`")


_entry("SEG329", "analysis-not-built-yet", "This kind of analysis has no meaning yet", "warning")


def analysis_not_built_yet(at: Label, kind: str) -> Diagnostic:
    message = f"`{kind}` can be written, but is not built yet"
    return say("SEG329", at, message, help="its names are not checked and it cannot be compiled")


# ---------------------------------------------------------------- 4xx: engines and data

_entry("SEG401", "unsupported", "An engine cannot do this exactly")


def unsupported(at: Label, what: str, dialect: str, reason: str, others: tuple[str, ...]) -> Diagnostic:
    help = f"dialects that have it: {', '.join(others)}" if others else "no dialect has it yet"
    return say("SEG401", at, f"{what} cannot be written for {dialect}: {reason}", help=help)


_entry("SEG402", "unknown-dialect", "There is no dialect of this name")


def unknown_dialect(at: Label, name: str, near: str | None, known: tuple[str, ...]) -> Diagnostic:
    return say("SEG402", at, f"there is no dialect `{name}`", help=_did_you_mean(near, f"there is {_known(known)}"))


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


_entry("SEG406", "nothing-of-that-name", "A file has nothing of this name to compile")


def nothing_of_that_name(at: Label, name: str, near: str | None, known: tuple[str, ...]) -> Diagnostic:
    help = _did_you_mean(near, f"it has {_known(known)}" if known else "declare a `segment`")
    message = f"there is no segment `{name}` to compile" if name else "there is no segment to compile"
    return say("SEG406", at, message, help=help)


_entry("SEG407", "test-failed", "An example in the file is not as it says")


def test_failed(at: Label, key: str, segment: str, expected: str, found: str) -> Diagnostic:
    message = f"{key} is {found} `{segment}`, and should be {expected} it"
    return say("SEG407", at, message, help="change the segment, or what the example expects")


# ---------------------------------------------------------------- 9xx: us

_entry("SEG901", "our-mistake", "SegQL itself has a mistake")


def our_mistake(at: Label, what: str) -> Diagnostic:
    return say("SEG901", at, f"SegQL made a mistake of its own: {what}", help="please report it, with the file")
