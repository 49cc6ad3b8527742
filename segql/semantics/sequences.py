"""Sequences: steps, their gaps, what must not lie between them, and labels."""

from __future__ import annotations

from math import factorial
from typing import Any

from segql.diagnostics import register
from segql.semantics import model, windows
from segql.semantics.context import only
from segql.semantics.expressions import read_field
from segql.semantics.segments import Frame, narrowed, rows_of, wrong_key
from segql.source import Span
from segql.syntax import ast
from segql.syntax.walk import walk

MOST_TIMES = 50
MOST_CHAINS = 64
MOST_IN_ANY_ORDER = 4

Labels = tuple[tuple[str, model.Data], ...]


def sequence(frame: Frame, node: ast.Steps) -> model.Sequence | None:
    """The meaning of `steps { … }`; None, said, where it has none."""
    context, declared = frame.context, frame.declared
    if frame.window is None:
        context.say(register.no_time(declared.at(_first_word(node, "steps")), frame.data[0].name, "`steps`"))
        return None
    during = only(context, declared, node.clauses, ast.During, "during")
    within = only(context, declared, node.clauses, ast.Within, "within")
    same = only(context, declared, node.clauses, ast.Same, "same")
    window = windows.window(context, declared, during.window) if during else frame.window
    total = windows.duration(context, declared, within.duration) if within else None
    key = _same(frame, same) if same else None
    if not _in_shape(frame, node):
        return None
    items = _items(frame, node)
    if items is None or (same and key is None) or not _few_chains(frame, node, items):
        return None
    _check_span(frame, node, items, total)
    found = model.Sequence(items=items, window=window, same=key, within=total)
    _check_bounded(frame, node, found)
    return found


def _same(frame: Frame, node: ast.Same) -> str | None:
    for data in frame.data:
        if data.key(node.key.text) is None:
            wrong_key(frame.context, frame.declared, node.key, data)
            return None
    return node.key.text


# ---------------------------------------------------------------- shape


def _in_shape(frame: Frame, node: ast.Steps) -> bool:
    problem = _misplaced(node)
    if problem is None:
        return True
    at, *words = problem
    frame.context.say(register.sequence_shape(frame.declared.at(at), *words))
    return False


def _misplaced(node: ast.Steps) -> tuple[Any, ...] | None:
    """What stands where it cannot, why, what to do, and what to put before it."""
    steps = [item for item in node.items if not isinstance(item, ast.Without)]
    if not steps:
        help = "write two events, the second after `then`: `steps { view  then purchase }`"
        return _first_word(node, "steps"), "these steps hold no step", help
    for item in node.items:
        if isinstance(item, ast.Without):
            if item.span < steps[0].span or item.span > steps[-1].span:
                return item, "`without` stands between two steps", "move it between the steps that it keeps apart"
        elif item is steps[0] and item.then:
            return _first_word(item, "then"), "the first step follows nothing", "take `then` out"
        elif item is not steps[0] and not item.then:
            before = steps[steps.index(item) - 1]
            return _word_as_event(before, item) or (
                item.event if isinstance(item, ast.Step) else _first_word(item, "any order"),
                "a later step begins with `then`",
                "write `then` before it",
                "then",
            )
    if all(any(isinstance(m, ast.Optional) for m in s.modifiers) for s in steps):
        return steps[0], "every step is optional", "leave out one `optional`"
    return next((found for s in steps if isinstance(s, ast.AnyOrder) and (found := _misplaced_group(s))), None)


def _first_word(node: Any, word: str) -> Span:
    return Span(node.span.start, node.span.start + len(word))


def _word_as_event(step: Any, following: Any) -> tuple[Any, ...] | None:
    """`then not refund`: a word that is read as an event, since no clause of that name stands here."""
    if not isinstance(step, ast.Step) or not isinstance(following, ast.Step):
        return None
    word, event = step.event.path.text, following.event.path.text
    if word in ("not", "without", "never", "no"):
        why = "a step is an event that happens"
        return step.event, why, f"write `without {event}`, and without `then`, between two steps"
    if word in ("optional", "directly"):
        return step.event, f"`{word}` stands after `then`", "the first step follows nothing: take it out"
    return None


def _misplaced_group(group: ast.AnyOrder) -> tuple[Any, ...] | None:
    if not 2 <= len(group.steps) <= MOST_IN_ANY_ORDER:
        at = group.steps[MOST_IN_ANY_ORDER] if len(group.steps) > 1 else group.steps[0]
        return at, f"`any order` holds 2 to {MOST_IN_ANY_ORDER} steps", "write this as a step of its own"
    for modifier in group.modifiers:
        if isinstance(modifier, ast.Directly):
            return modifier, "`directly` cannot stand before `any order`", "write the orders out in `any { … }`"
    for step in group.steps:
        for clause in step.clauses:
            if isinstance(clause, ast.StepTimes):
                return clause, "`times` cannot stand inside `any order`", "name the event as often as it is wanted"
    return None


def _few_chains(frame: Frame, node: ast.Steps, items: tuple[Any, ...]) -> bool:
    """`optional` and `any order` stand for several chains of steps; their number is kept small."""
    chains = 1
    for item in items:
        if isinstance(item, model.AnyOrder):
            chains *= factorial(len(item.steps))
        if not isinstance(item, model.Without) and item.optional:
            chains *= 2
    if chains <= MOST_CHAINS:
        return True
    why = f"`optional` and `any order` make {chains} different chains of these steps"
    help = f"at most {MOST_CHAINS} are possible: split the sequence, or leave some out"
    frame.context.say(register.sequence_shape(frame.declared.at(_first_word(node, "steps")), why, help))
    return False


# ---------------------------------------------------------------- items


def _items(frame: Frame, node: ast.Steps) -> tuple[Any, ...] | None:
    found: list[Any] = []
    labels: dict[str, tuple[model.Data, ast.As]] = {}
    for item in node.items:
        known: Labels = tuple((name, data) for name, (data, _) in labels.items())
        made: Any
        match item:
            case ast.Step():
                made = _step(frame, item, known, labels)
            case ast.AnyOrder():
                made = _any_order(frame, item, known, labels)
            case ast.Without():
                made = _without(frame, item, known)
        found.append(made)
    return tuple(found) if all(f is not None for f in found) else None


def _step(frame: Frame, node: ast.Step, known: Labels, labels: dict[str, Any]) -> model.Step | None:
    context, declared = frame.context, frame.declared
    where = only(context, declared, node.clauses, ast.Where, "where")
    times = only(context, declared, node.clauses, ast.StepTimes, "times")
    label = only(context, declared, node.clauses, ast.As, "as")
    directly = only(context, declared, node.modifiers, ast.Directly, "directly")
    rows = rows_of(frame, node.event)
    after, within = _gaps(frame, node)
    count = windows.whole(context, declared, times.count, "a number of times", 1) if times else 1
    if count > MOST_TIMES:
        assert times is not None
        help = f"at most {MOST_TIMES}; for more, count them: `did {node.event.path.text} at least {count} times`"
        why = "a step is repeated too often"
        context.say(register.sequence_shape(declared.at(times), why, help))
        return None
    if rows is None:
        return None
    if label:
        _label(frame, label, rows.data, labels)
    near = _directly(frame, directly, rows) if directly else None
    return model.Step(
        rows=(narrowed(frame, rows, where, known),),
        times=count,
        label=label.name.text if label else "",
        optional=any(isinstance(m, ast.Optional) for m in node.modifiers),
        after=after,
        within=within,
        directly=near,
    )


def _gaps(frame: Frame, node: Any) -> tuple[model.Duration | None, model.Duration | None]:
    context, declared = frame.context, frame.declared
    after = only(context, declared, node.modifiers, ast.After, "after")
    within = only(context, declared, node.modifiers, ast.Within, "within")
    only(context, declared, node.modifiers, ast.Optional, "optional")
    least = windows.duration(context, declared, after.duration) if after else None
    most = windows.duration(context, declared, within.duration) if within else None
    if least and most and least.microseconds > most.microseconds:
        assert after is not None
        why = "the least gap is longer than the greatest"
        context.say(
            register.impossible_window(declared.at(after), why, "`after` is the least gap, `within` the greatest")
        )
    return least, most


def _label(frame: Frame, node: ast.As, data: model.Data, labels: dict[str, Any]) -> None:
    name = node.name.text
    if name in labels:
        first = frame.declared.at(labels[name][1].name, "first used here")
        frame.context.say(register.duplicate_name(frame.declared.at(node.name), first, name, "label"))
        return
    labels[name] = (data, node)


def _directly(frame: Frame, node: ast.Directly, own: model.RowsOf) -> tuple[model.RowsOf, ...] | None:
    """The rows among which the step must be the very next: those named and the step's own event, or all that are seen."""
    if not node.among:
        return frame.all_rows()
    among = [rows_of(frame, ref) for ref in node.among]
    return tuple(dict.fromkeys(r for r in (*among, own) if r is not None))


def _any_order(frame: Frame, node: ast.AnyOrder, known: Labels, labels: dict[str, Any]) -> model.AnyOrder | None:
    after, within = _gaps(frame, node)
    steps = [_step(frame, step, known, labels) for step in node.steps]
    if any(step is None for step in steps):
        return None
    optional = any(isinstance(m, ast.Optional) for m in node.modifiers)
    found = tuple(step for step in steps if step is not None)
    return model.AnyOrder(steps=found, after=after, within=within, optional=optional)


def _without(frame: Frame, node: ast.Without, known: Labels) -> model.Without | None:
    rows = rows_of(frame, node.event)
    named = next((p for p in walk(node) if isinstance(p, ast.Path) and p.parts[0] in dict(known)), None)
    if rows and named and len(named.parts) > 1 and read_field(rows.data, named.text) is None:
        why, help = "`without` reads no other step", "compare with a step in the `where` of a later one"
        frame.context.say(register.sequence_shape(frame.declared.at(named), why, help))
        return None
    return model.Without(rows=(narrowed(frame, rows, node.where),)) if rows else None


# ---------------------------------------------------------------- sense


def _check_span(frame: Frame, node: ast.Steps, items: tuple[Any, ...], total: model.Duration | None) -> None:
    least = sum(i.after.microseconds for i in items if not isinstance(i, model.Without) and i.after and not i.optional)
    if total and least > total.microseconds:
        clause = next(c for c in node.clauses if isinstance(c, ast.Within))
        why = "the least gaps of the steps add up to more"
        context, at = frame.context, frame.declared.at(clause)
        context.say(register.impossible_window(at, why, "give the whole sequence more time"))


def _check_bounded(frame: Frame, node: ast.Steps, found: model.Sequence) -> None:
    """Steps that compare themselves with earlier ones are tried in pairs: without a bound that is quadratic."""
    steps = [s for s in found.items if not isinstance(s, model.Without)]
    if found.within or all(s.within for s in steps[1:]):
        return
    names = {c.name.text for c in walk(node) if isinstance(c, ast.As)}
    for path in walk(node):
        if isinstance(path, ast.Path) and path.parts[0] in names and len(path.parts) > 1 and _reads_label(found):
            frame.context.say(register.unbounded_comparison(frame.declared.at(path), path.parts[0]))
            return


def _reads_label(found: model.Sequence) -> bool:
    return any(
        reads_label(rows.predicate)
        for item in found.items
        for step in (item.steps if isinstance(item, model.AnyOrder) else (item,))
        for rows in step.rows
    )


def reads_label(node: Any) -> bool:
    """Whether an expression reads the row of an earlier step."""
    return any(isinstance(part, model.LabelRead) for part in model.walk(node))
