"""The meaning of a program as people read it: every default filled in, every name replaced by what it stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from segql.semantics import model


def program(meant: model.Program, names: Iterable[str] = ()) -> str:
    """The segments, each after those that it needs, then the analyses; with `names`, only these."""
    wanted = tuple(names)
    segments = (_segment(s) for s in meant.segments if not wanted or s.name in wanted)
    analyses = (_analysis(a) for a in meant.analyses if not wanted or a.name in wanted)
    return "\n\n".join("\n".join(lines) for lines in (*segments, *analyses))


def _segment(segment: model.Segment) -> Iterator[str]:
    yield f"segment {segment.name} of {segment.key}"
    for data in segment.data:
        yield f"  from {_data(data)}"
    if segment.zone != "UTC":
        yield f"  zone {segment.zone}"
    yield from _indented(_condition(segment.condition))


def _data(data: model.Data) -> str:
    place = f"file '{data.relation.file}'" if data.relation.file else ".".join(data.relation.parts)
    parts = [place]
    if data.time:
        parts.append(f"time {_column(data.time.column)} {data.time.type}")
    if data.order:
        parts.append(f"order {', '.join(map(_column, data.order))}")
    if data.valid:
        parts.append(f"valid {_column(data.valid[0])} to {_column(data.valid[1])}")
    return f"{data.name} ({'; '.join(parts)})"


def _column(column: model.Column) -> str:
    kind = "json " if column.json else ""
    return kind + ".".join((column.name, *column.path))


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)


# ---------------------------------------------------------------- analyses


def _analysis(asked: model.Analysis) -> Iterator[str]:
    yield f"{type(asked).__name__.lower()} {asked.name}" + (f" of {asked.key}" if asked.key else "")
    for data in asked.data:
        yield f"  from {_data(data)}"
    if asked.zone != "UTC":
        yield f"  zone {asked.zone}"
    yield f"  rows {_selection(asked.rows)}"
    for audience in asked.audiences:
        yield f"  for {_audience(audience)}"
    match asked:
        case model.Explore():
            yield from _indented(_explore(asked))
        case model.Retention():
            yield from _indented(_retention(asked))
        case model.Paths():
            yield from _indented(_paths(asked))
        case model.Funnel():
            yield from _indented(_funnel(asked))
        case _:
            assert_never(asked)
    yield f"  gives {', '.join(f'{column.name} {column.type}' for column in asked.columns)}"


def _retention(asked: model.Retention) -> Iterator[str]:
    yield f"start {'first of ' * asked.first}{_selection(asked.start)}"
    yield f"return {_selection(asked.returns)}"
    kind = "calendar " * asked.period.calendar
    later = " on or after" * asked.later
    yield f"every {asked.period.count} {kind}{asked.period.unit} for {asked.periods}{later}"
    for group in (asked.cohort, *asked.groups):
        yield f"by {_group(group)}"
    if asked.totals:
        yield "totals"


def _paths(asked: model.Paths) -> Iterator[str]:
    yield f"node {expr(asked.node)} of {_selection(asked.of)}{', repeats collapsed' * asked.collapse}"
    if asked.anchor is not None:
        yield f"{'back' if asked.backwards else 'onwards'} from the first where {expr(asked.anchor)}"
    yield f"depth {asked.depth}"
    if asked.top is not None:
        yield f"top {asked.top} of each step"


def _funnel(asked: model.Funnel) -> Iterator[str]:
    yield from _sequence(asked.sequence)
    yield f"named {', '.join(asked.steps)}"
    for group in asked.groups:
        number = (
            f"step {group.of} ({asked.steps[group.of - 1]})" if isinstance(group.of, int) else f"the {group.of} step"
        )
        yield f"by {_group(group)} of {number}"
    if asked.timed:
        yield "time to convert"


def _group(group: model.Group) -> str:
    what = f"{group.unit} in {group.zone}" if group.unit else " or ".join(map(expr, dict.fromkeys(group.exprs)))
    return f"{group.column.name} = {what}"


def _audience(audience: model.Audience) -> str:
    if not audience.segment:
        return "everyone"
    return f"{audience.name} by {audience.key}" + _via(None, audience.bridge)


def _explore(asked: model.Explore) -> Iterator[str]:
    for group in asked.groups:
        yield f"by {_group(group)}"
    for each in asked.measures:
        yield f"measure {each.column.name} = {measure(each.measure)}"
    order = [*asked.order, *(model.Sorted(column=group.column) for group in asked.groups)]
    named = (f"{each.column.name}{' descending' * each.descending}" for each in dict.fromkeys(order))
    if order:
        yield f"sort {', '.join(named)}"
    if asked.top is not None:
        yield f"top {asked.top}{' with other' * asked.other}"
    if asked.totals:
        yield "totals"


# ---------------------------------------------------------------- conditions


def _condition(node: model.Condition) -> Iterator[str]:
    match node:
        case model.AllOf():
            yield from _block("all of", node.terms)
        case model.AnyOf():
            yield from _block("any of", node.terms)
        case model.Opposite():
            yield from _block("not", (node.term,))
        case model.CompareMeasures():
            yield f"{measure(node.left)} {node.op} {measure(node.right)}"
        case model.FirstIn():
            yield f"first of {_selection(node.of)} {window(node.window)}"
        case model.InSegment():
            yield f"in {node.segment}" + _via(node.via, node.bridge)
        case model.OfFunnel():
            word = "at" if node.fate == "converted" else "after"
            step = f"{node.step} ({node.funnel.steps[node.step - 1]})"
            yield f"{node.fate} {word} step {step} of {node.funnel.name}" + _via(node.via, node.bridge)
        case model.JoinTable():
            where = "" if isinstance(node.predicate, model.Always) else f" where {expr(node.predicate)}"
            yield f"some row of {node.table.name} with the same {node.on.name}{where}" + _via(None, node.bridge)
        case model.Sequence():
            yield from _sequence(node)
        case _:
            assert_never(node)


def _block(word: str, terms: Iterable[model.Condition]) -> Iterator[str]:
    yield word
    for term in terms:
        yield from _indented(_condition(term))


def _via(key: str | None, bridge: model.Selection | None) -> str:
    if bridge is None:
        return ""
    return f" via {key or 'the key'} of {_selection(bridge)}"


def _sequence(node: model.Sequence) -> Iterator[str]:
    same = f" same {node.same}" if node.same else ""
    within = f" within {duration(node.within)}" if node.within else ""
    yield f"steps{within}{same} {window(node.window)}"
    for item in node.items:
        yield from _indented(_item(item))


def _item(item: model.Step | model.AnyOrder | model.Without) -> Iterator[str]:
    match item:
        case model.Step():
            times = f" {item.times} times" if item.times != 1 else ""
            label = f" as {item.label}" if item.label else ""
            yield f"{_gap(item)}{rows(item.rows)}{times}{label}"
        case model.AnyOrder():
            yield f"{_gap(item)}in any order"
            for step in item.steps:
                yield from _indented(_item(step))
        case model.Without():
            yield f"without {rows(item.rows)}"
        case _:
            assert_never(item)


def _gap(item: model.Step | model.AnyOrder) -> str:
    parts = ["optional"] if item.optional else []
    if isinstance(item, model.Step) and item.directly is not None:
        parts.append(f"directly among {rows(item.directly)}:")
    if item.after:
        parts.append(f"after {duration(item.after)}")
    if item.within:
        parts.append(f"within {duration(item.within)}")
    return "".join(f"{part} " for part in parts)


def _selection(of: model.Selection) -> str:
    return rows(of.rows) + (f" {window(of.window)}" if of.window else "")


def rows(rows: Iterable[model.RowsOf]) -> str:
    """Rows of sources: `rum[type = 'view']`."""
    return " or ".join(f"{each.data.name}[{expr(each.predicate)}]" for each in rows)


# ---------------------------------------------------------------- measures, windows, instants


def measure(node: model.Measure) -> str:
    """A measure on one line."""
    match node:
        case model.CountRows():
            return f"count({_selection(node.of)})"
        case model.CountDays():
            return f"days({_selection(node.of)})"
        case model.Aggregate():
            distinct = "distinct " if node.distinct else ""
            exprs = ", ".join(expr(each) for each in dict.fromkeys(node.exprs))
            return f"{node.function}({distinct}{exprs} of {_selection(node.of)})"
        case model.Const():
            return _constant(node)
        case model.MeasureArithmetic():
            return f"({measure(node.left)} {node.op} {measure(node.right)})"
        case model.MeasureNegate():
            return f"-{measure(node.term)}"
        case _:
            assert_never(node)


def window(node: model.Window) -> str:
    """A window as its two instants."""
    start = instant(node.start) if node.start else "ever"
    end = instant(node.end) if node.end else "now"
    return f"in [{start}, {end})"


def instant(node: model.Instant) -> str:
    """An instant as it is reckoned from now."""
    match node:
        case model.Fixed():
            return node.at.isoformat()
        case model.Ago():
            return f"now - {node.count} {node.unit}"
        case model.UnitStart():
            return f"start of {node.unit}" + (f" - {node.back} {node.unit}" if node.back else "")
        case _:
            assert_never(node)


def duration(node: model.Duration) -> str:
    """A gap: `1 hour`."""
    return f"{node.count} {node.unit}"


# ---------------------------------------------------------------- expressions


def expr(node: model.Expr) -> str:
    """An expression on one line."""
    match node:
        case model.FieldRead():
            return node.name
        case model.TableRead():
            return f"{node.table.name}({node.key.name} = {node.own.name}).{node.name}"
        case model.LabelRead():
            return f"{node.label}.{node.read.name}"
        case model.Const():
            return _constant(node)
        case model.InstantOf():
            return instant(node.instant)
        case model.And():
            return f"({' and '.join(map(expr, node.terms))})"
        case model.Or():
            return f"({' or '.join(map(expr, node.terms))})"
        case model.Not():
            return f"not {expr(node.term)}"
        case model.Compare():
            return f"{expr(node.left)} {node.op} {expr(node.right)}"
        case model.IsMissing():
            return f"{expr(node.term)} is missing"
        case model.InList():
            return f"{expr(node.term)} in ({', '.join(map(expr, node.items))})"
        case model.Match():
            return f"{expr(node.term)} {node.op} {expr(node.pattern)}"
        case model.Arithmetic():
            return f"({expr(node.left)} {node.op} {expr(node.right)})"
        case model.Negate():
            return f"-{expr(node.term)}"
        case model.Call():
            return f"{node.function}({', '.join(map(expr, node.arguments))})"
        case model.Always():
            return "always"
        case _:
            assert_never(node)


def _constant(node: model.Const) -> str:
    if isinstance(node.value, str):
        value = "'" + node.value.replace("'", "''") + "'"
    elif isinstance(node.value, bool):
        value = str(node.value).lower()
    else:
        value = "?" if node.value is None else str(node.value)
    return f"${node.param}={value}" if node.param else value
