"""`segql why`: why a key is in a segment, or not, clause by clause, with the rows that show it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, assert_never

import click

from segql.cli import inputs, meaning, say
from segql.cli.clauses import Clause, clauses, text_of
from segql.cli.segments import asked
from segql.compiler import Checked
from segql.diagnostics.cells import visible
from segql.engine.misses import Chain, Nearly, Problem
from segql.engine.reasons import Compared, Evidence, First, Members, Progress, Reason, TableRows, Why, why
from segql.reference.world import Row
from segql.semantics import model
from segql.syntax import ast

MOST_ROWS = 3  # shown of each clause: the last ones
MOST_KEYS = 5


@click.command()
@inputs.file_argument
@click.option("--name", metavar="SEGMENT", required=True, help="The segment.")
@click.option("--key", metavar="KEY", required=True, help="The key that is asked about.")
@inputs.compile_options
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", help="For people, or programs.")
@inputs.server_option
def command(
    file: str, name: str, key: str, now: str | None, params: dict[str, str], form: str, database: str | None
) -> None:
    """Say why KEY is in a segment of FILE, or why not: each clause, the rows that prove it, and the nearest miss.

    It reads the key's own rows, and is answered by the reference interpreter of the contract.
    """
    of = asked(file, (name,), now, params, database)
    with of.engine(name) as engine:
        found = why(engine, of.checked.program, name, key, of.now)
    if form == "json":
        _print_json(of.checked, found, key, of.now)
    else:
        click.echo("\n".join(_answer(of.checked, found, key, of.now)))


def _answer(checked: Checked, found: Why, key: str, now: dt.datetime) -> Iterator[str]:
    segment = checked.program.segment(found.segment)
    sources = " and ".join(data.name for data in segment.data)
    at = f"at {_moment(now)} UTC"
    if found.reason is None:
        yield f"{_value(key)} is not in {found.segment} {at}: no row of {sources} has it as {segment.key}"
        return
    verb = "is" if found.member else "is not"
    yield f"{_value(key)} {verb} in {found.segment} {at}; it has {say.counted(found.rows, 'row')} of {sources}"
    yield from _indented(_reasons(checked, found))


def _indented(lines: Iterable[str], by: str = "  ") -> Iterator[str]:
    return (f"{by}{line}" for line in lines)


# ---------------------------------------------------------------- clauses, as they are written


def _reasons(checked: Checked, found: Why) -> Iterator[str]:
    for clause, reason in _clauses(checked, found):
        yield from _reason(checked, clause, reason)


def _clauses(checked: Checked, found: Why) -> list[tuple[Clause, Reason]]:
    """The clauses of a segment with what holds of them."""
    assert found.reason is not None
    written = clauses(checked, checked.program.segment(found.segment))
    reasons = (found.reason,) if len(written) == 1 else found.reason.parts
    return [(clause, reason) for (clause, _), reason in zip(written, reasons, strict=True)]


def _reason(checked: Checked, clause: Any, reason: Reason) -> Iterator[str]:
    yield f"{_mark(reason.holds)} {text_of(checked, clause, reason.condition)}"
    inner = list(_below(clause, reason))
    if inner:
        for each, part in inner:
            yield from _indented(_reason(checked, each, part))
        return
    yield from _indented(_shown(checked, reason), "    ")


def _below(clause: Any, reason: Reason) -> Iterator[tuple[Any, Reason]]:
    """The conditions inside a block."""
    match clause:
        case ast.AnyOf() | ast.AllOf():
            yield from zip(clause.conditions, reason.parts, strict=True)
        case ast.NoneOf():
            yield from zip(clause.conditions, reason.parts[0].parts, strict=True)
        case _:
            pass


def _mark(holds: bool) -> str:
    return "✓" if holds else "✗"


# ---------------------------------------------------------------- what shows it


def _shown(checked: Checked, reason: Reason) -> Iterator[str]:
    if reason.evidence is not None:
        yield from _evidence(checked, reason.condition, reason.evidence)
    for part in reason.parts:
        yield from _shown(checked, part)


def _evidence(checked: Checked, condition: model.Condition, shown: Evidence) -> Iterator[str]:
    match shown:
        case Compared():
            assert isinstance(condition, model.CompareMeasures)
            yield from _compared(condition, shown)
        case First():
            yield f"the first: {_row(shown.row, condition)}" if shown.row else "there is none"
        case Members():
            yield from _members(checked, shown)
        case TableRows():
            yield from _table_rows(condition, shown)
        case Progress():
            assert isinstance(condition, model.OfFunnel)
            yield from _progress(condition.funnel, shown)
        case Chain():
            yield from _chain(condition, shown)
        case _:
            assert_never(shown)


def _compared(condition: model.CompareMeasures, shown: Compared) -> Iterator[str]:
    op = {"=": "is", "<": "less than", "<=": "at most", ">": "more than", ">=": "at least"}[condition.op]
    yield f"found {_value(shown.left)}, asked for {op} {_value(shown.right)}"
    yield from _some(shown.rows, condition)
    yield from _nearly(shown.nearly, condition)


def _nearly(nearly: tuple[Nearly, ...], condition: model.Condition) -> Iterator[str]:
    for near in nearly:
        but = "the window" if near.term is None else meaning.expr(near.term)
        yield f"{say.counted(len(near.rows), 'row')} would count but for {but}; the last: {_row(near.rows[-1], condition)}"


def _some(rows: tuple[Row, ...], condition: model.Condition) -> Iterator[str]:
    """The last rows; how many there are before them."""
    if len(rows) > MOST_ROWS:
        yield f"{say.counted(len(rows) - MOST_ROWS, 'row')} before these:"
    for row in rows[-MOST_ROWS:]:
        yield _row(row, condition)


def _members(checked: Checked, shown: Members) -> Iterator[str]:
    if shown.why is None or not shown.keys or shown.key == "":
        keys = ", ".join(_value(key) for key in shown.keys[:MOST_KEYS])
        more = f" and {len(shown.keys) - MOST_KEYS:,} more" if len(shown.keys) > MOST_KEYS else ""
        yield f"no {shown.key} of its rows is in {shown.segment}: {keys}{more}" if keys else f"no row has a {shown.key}"
        return
    verb = "is" if shown.why.member else "is not"
    yield f"{_value(shown.why.key if shown.why.key is not None else shown.keys[0])} {verb} in {shown.segment}"
    if shown.why.reason is not None:
        yield from _indented(_reasons(checked, shown.why))


def _progress(asked: model.Funnel, shown: Progress) -> Iterator[str]:
    if not shown.reached:
        keys = ", ".join(_value(key) for key in shown.keys[:MOST_KEYS])
        yield f"not counted in {asked.name}: {keys}" if keys else f"no row has a {shown.key}"
        return
    yield f"{_value(shown.counted)} in {asked.name}:"
    for number, (name, at) in enumerate(zip(asked.steps, shown.reached, strict=False), 1):
        yield f"{number}. {name}  {_moment(at)}"
    if len(shown.reached) < len(asked.steps):
        state = "not reached: pending" if shown.pending else "not reached: dropped"
        yield f"{len(shown.reached) + 1}. {asked.steps[len(shown.reached)]}  {state}"


def _table_rows(condition: model.Condition, shown: TableRows) -> Iterator[str]:
    if not shown.rows:
        yield f"no row of {shown.table} has its {shown.key}"
    elif shown.found:
        yield from _some(shown.found, condition)
    else:
        late = f", {shown.expired:,} of them not valid now" if shown.expired else ""
        yield f"{say.counted(len(shown.rows), 'row')} of {shown.table} with its {shown.key}{late}, and none of these:"
        yield from _some(shown.rows, condition)


def _chain(condition: model.Condition, shown: Chain) -> Iterator[str]:
    for number, row in enumerate(shown.rows, 1):
        yield f"{number}. {_row(row, condition)}"
    if shown.complete:
        return
    which = f"event {len(shown.rows) + 1} of {shown.of}"
    if shown.missed is None:
        yield f"{which}: there is no {meaning.rows(shown.step)}"
        yield from _nearly(shown.nearly, condition)
    else:
        said = "; ".join(_problem(problem, condition) for problem in shown.problems)
        yield f"{which}: {said}: {_row(shown.missed, condition)}"
    if not shown.tried_all:
        yield "(there are more rows than could be tried: another chain may come nearer)"


def _problem(problem: Problem, condition: model.Condition) -> str:
    limit = meaning.duration(problem.limit) if problem.limit else ""
    match problem.kind:
        case "not later":
            return (
                f"{_length(problem.by)} before the event above" if problem.by else "at the same time as the event above"
            )
        case "too late":
            return f"{_length(problem.by)} too late, within {limit} is asked"
        case "too early":
            return f"{_length(problem.by)} too early, after {limit} is asked"
        case "whole too long":
            return f"{_length(problem.by)} too late for the whole, within {limit} is asked"
        case "between":
            return f"something lies between ({_row(problem.row, condition)})"
        case "nothing":
            return "there is none"
        case _:
            assert_never(problem.kind)


# ---------------------------------------------------------------- values


def _row(row: Row | None, condition: model.Condition) -> str:
    """A row by its time and what the condition reads of it."""
    if row is None:
        return "nothing"
    names = (f.name for f in model.walk(condition) if isinstance(f, model.FieldRead))
    read = dict.fromkeys(name for name in names if row.get(name) is not None)
    shown = ", ".join(f"{name} {_value(row.get(name))}" for name in read)
    at = f"{_moment(row.time)}  " if row.time else ""
    return f"{at}{row.data.name}  {shown}".rstrip()


def _moment(at: dt.datetime | None) -> str:
    return at.isoformat(sep=" ").removesuffix(":00") if at else "-"


def _value(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return f"'{visible(value)}'"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return _moment(value)
    return visible(str(value))


def _length(gap: dt.timedelta) -> str:
    """A gap in its two largest units: `1 day 3 hours`."""
    left = abs(gap) // dt.timedelta(microseconds=1)
    parts = []
    for name, size in (("day", 86_400_000_000), ("hour", 3_600_000_000), ("minute", 60_000_000), ("second", 1_000_000)):
        count, left = divmod(left, size)
        if count:
            parts.append(say.counted(count, name))
    return " ".join(parts[:2]) or f"{left:,} microseconds"


# ---------------------------------------------------------------- for programs


def _print_json(checked: Checked, found: Why, key: str, now: dt.datetime) -> None:
    import json

    document = {"version": 1, "segment": found.segment, "key": key, "now": now.isoformat(), "member": found.member}
    document["known"] = found.reason is not None
    document["rows"] = found.rows
    document["clauses"] = [_json(checked, *pair) for pair in _clauses(checked, found)] if found.reason else []
    click.echo(json.dumps(document, indent=2, ensure_ascii=False, default=str))


def _json(checked: Checked, clause: Any, reason: Reason) -> dict[str, Any]:
    inner = [_json(checked, *pair) for pair in _below(clause, reason)]
    said = [] if inner else list(_shown(checked, reason))
    found: dict[str, Any] = {"clause": text_of(checked, clause, reason.condition), "holds": reason.holds, "said": said}
    if inner:
        found["clauses"] = inner
    return found
