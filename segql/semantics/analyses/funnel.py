"""`funnel`: how far keys come in a sequence of steps."""

from __future__ import annotations

from typing import Literal

from segql.diagnostics import register
from segql.diagnostics.suggest import nearest
from segql.semantics import model
from segql.semantics.analyses.groups import group
from segql.semantics.analyses.setting import Columns, Setting, setting, timed
from segql.semantics.context import FLOAT, INTEGER, TEXT, Context, only
from segql.semantics.scope import Declared
from segql.semantics.segments import Frame
from segql.semantics.sequences import reads_label, sequence
from segql.syntax import ast
from segql.syntax.walk import walk

OWN = (
    ("step", INTEGER),
    ("event", TEXT),
    ("keys", INTEGER),
    ("conversion_from_start", FLOAT),
    ("conversion_from_previous", FLOAT),
    ("pending", INTEGER),
    ("dropped", INTEGER),
)
# With `time to convert`: the columns of each of these, in seconds.
SINCE = ("from_start", "from_previous")
OF_TIMES = ("min", "median", "avg", "p90", "max")


def funnel(context: Context, declared: Declared) -> model.Funnel | None:
    """The meaning of a `funnel`; None, said, if there is a mistake that leaves nothing of it."""
    node: ast.Funnel = declared.node
    found = setting(context, declared, "key usr.id")
    steps = only(context, declared, node.items, ast.Steps, "steps")
    if steps is None:
        event = found.frame.data[0].name if found else "my_event"
        example = f"steps {{ {event} then {event} }}"
        context.say(register.missing_clause(declared.at(node.name), f"`funnel {node.name.text}`", "steps", example))
    if found is None or steps is None or not timed(found, "`funnel`"):
        return None
    asked = sequence(found.frame, steps)
    if not _plain(found.frame, steps) or asked is None or not _uncompared(found.frame, steps, asked):
        return None
    columns = Columns(found)
    names = tuple(_name(item) for item in steps.items if isinstance(item, ast.Step))
    groups = _groups(found, columns, asked, names)
    for name, type in OWN:
        columns.own(name, type)
    times = only(context, declared, node.items, ast.TimeToConvert, "time to convert")
    for since in SINCE if times else ():
        for which in OF_TIMES:
            columns.own(f"seconds_{since}_{which}", FLOAT)
    return model.Funnel(
        **found.fields(),
        columns=tuple(columns.columns),
        sequence=asked,
        steps=names,
        groups=groups,
        timed=times is not None,
    )


def _name(step: ast.Step) -> str:
    label = next((clause for clause in step.clauses if isinstance(clause, ast.As)), None)
    return label.name.text if label else step.event.path.text


def step_number(
    context: Context, declared: Declared, node: ast.Number | ast.Path, funnel: str, steps: tuple[str, ...]
) -> int | None:
    """The number of a step that is named by it, by its label or by its event; None, said, if there is no such step."""
    at, name = declared.at(node), node.text
    if isinstance(node, ast.Number):
        if name in map(str, range(1, len(steps) + 1)):
            return int(name)
        context.say(register.unknown_step(at, name, funnel, steps, None))
        return None
    numbers = [number for number, each in enumerate(steps, 1) if each == name]
    if len(numbers) == 1:
        return numbers[0]
    if numbers:
        context.say(register.ambiguous_step(at, name, funnel, tuple(numbers)))
    else:
        context.say(register.unknown_step(at, name, funnel, steps, nearest(name, steps)))
    return None


def _groups(of: Setting, columns: Columns, asked: model.Sequence, steps: tuple[str, ...]) -> tuple[model.Group, ...]:
    """What is read on the event of a step: the first, the last that a key has reached, or one by its name."""
    context, declared = of.frame.context, of.frame.declared
    by = only(context, declared, declared.node.items, ast.By, "by")
    data = tuple(item.rows[0].data for item in asked.items if isinstance(item, model.Step))
    found = []
    for item in by.items if by else ():
        read: Literal["first", "last"] | int | None = "first"
        if isinstance(item.step, ast.LastOf):
            read = "last"
        elif isinstance(item.step, ast.Labelled):
            read = step_number(context, declared, item.step.step, declared.node.name.text, steps)
        shown = data if read == "last" else data[:1] if not isinstance(read, int) else (data[read - 1],)
        each = group(of.frame.replace(data=shown), columns, item)
        if each is not None and read is not None:
            found.append(each.replace(of=read))
    return tuple(found)


# ---------------------------------------------------------------- the shape of the steps


def _plain(frame: Frame, steps: ast.Steps) -> bool:
    """Whether the steps come in one order, all of them: else there is no telling which step a key has reached."""
    for item in steps.items:
        if isinstance(item, ast.AnyOrder):
            why, help = "the steps of a funnel come in one order", "write a funnel for each order"
            frame.context.say(register.funnel_step(frame.declared.at(item), why, help))
            return False
        if isinstance(item, ast.Step):
            for modifier in item.modifiers:
                if isinstance(modifier, ast.Optional):
                    why, help = "no step of a funnel is optional", "take `optional` out, or leave the step out"
                    frame.context.say(register.funnel_step(frame.declared.at(modifier), why, help))
                    return False
    return True


def _uncompared(frame: Frame, steps: ast.Steps, asked: model.Sequence) -> bool:
    """Whether no step is compared with an earlier one."""
    items = [item for item in asked.items if isinstance(item, model.Step)]
    if not any(reads_label(of.predicate) for item in items for of in item.rows):
        return True
    labels = {part.name.text for part in walk(steps) if isinstance(part, ast.As)}
    compared = (part for part in walk(steps) if isinstance(part, ast.Path) and part.parts[0] in labels)
    at = next((part for part in compared if len(part.parts) > 1), steps)
    why, help = "a step of a funnel is not compared with an earlier one", "write it as `steps` of a segment"
    frame.context.say(register.funnel_step(frame.declared.at(at), why, help))
    return False
