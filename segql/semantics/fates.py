"""How far keys come in a funnel, as conditions of segments: `converted at 2 of checkout`."""

from __future__ import annotations

from segql.diagnostics import register
from segql.diagnostics.suggest import nearest
from segql.semantics import model
from segql.semantics.analyses import analysis
from segql.semantics.analyses.funnel import step_number
from segql.semantics.conditions import bridged
from segql.semantics.context import Context
from segql.semantics.scope import Declared
from segql.semantics.segments import Frame, at_least_one
from segql.syntax import ast


def fate(frame: Frame, node: ast.OfFunnel) -> model.Condition:
    """The meaning of such a condition; where it has none, something has been said and it is a harmless one."""
    asked = funnel(frame.context, frame.declared, node.funnel)
    if asked is None:
        return at_least_one(frame)
    step = step_number(frame.context, frame.declared, node.step, asked.name, asked.steps)
    last = step == len(asked.steps) and node.fate.kind != "converted"
    if step is not None and last:
        frame.context.say(register.after_the_last_step(frame.declared.at(node.step), node.fate.kind, asked.name))
    if step is None or last or not _key_fits(frame, node, asked):
        return at_least_one(frame)
    kind = node.fate.kind
    if node.via is None or node.via.text == frame.key:
        return model.OfFunnel(funnel=asked, fate=kind, step=step)
    bridge = bridged(frame, node.via)
    if bridge is None:
        return at_least_one(frame)
    return model.OfFunnel(funnel=asked, fate=kind, step=step, via=node.via.text, bridge=bridge)


def funnel(context: Context, declared: Declared, name: ast.Name) -> model.Funnel | None:
    """The funnel of a name; None, said, if there is none, or none that has a meaning."""
    at, known = declared.at(name), context.scope.find("analysis", name.text)
    if known is None or not isinstance(known.node, ast.Funnel):
        if name.text not in context.scope.broken:
            names = context.scope.names["analysis"].items()
            funnels = tuple(each for each, found in names if isinstance(found.node, ast.Funnel))
            context.say(register.unknown_funnel(at, name.text, nearest(name.text, funnels), funnels))
        return None
    if context.in_ring("analysis", name.text, at):
        return None
    found = analysis(context, name.text)
    assert found is None or isinstance(found, model.Funnel)
    return found


def _key_fits(frame: Frame, node: ast.OfFunnel, asked: model.Funnel) -> bool:
    theirs = node.via.text if node.via else frame.key
    if theirs == asked.key:
        return True
    declared, text = frame.declared, frame.declared.piece.text
    known = frame.context.scope.find("analysis", asked.name)
    key = next((i for i in known.node.items if isinstance(i, ast.Key)), None) if known else None
    label = known.at(key, "its key") if known and key else None
    words = " ".join(text[node.span.start : node.funnel.span.start].split())
    written = node.via.text if node.via else None
    at = declared.at(node.via or node.funnel)
    frame.context.say(register.needs_via(at, asked.name, asked.key, frame.key, label, written, words, "funnel"))
    return False
