"""`paths`: where keys go, from node to node."""

from __future__ import annotations

from segql.diagnostics import register
from segql.semantics import model, windows
from segql.semantics.analyses.groups import shown_type
from segql.semantics.analyses.setting import Columns, setting, timed
from segql.semantics.context import INTEGER, UNKNOWN, Context, Env, only
from segql.semantics.expressions import expr, truth
from segql.semantics.scope import Declared
from segql.semantics.segments import rows_of
from segql.syntax import ast

STEP, SOURCE, SOURCE_KIND, TARGET, TARGET_KIND, KEYS = "step", "source", "source_kind", "target", "target_kind", "keys"
DEPTH, DEEPEST = 5, 100


def paths(context: Context, declared: Declared) -> model.Paths | None:
    """The meaning of `paths`; None, said, if there is a mistake that leaves nothing of it."""
    node: ast.Paths = declared.node
    found = setting(context, declared, "key session.id")
    clause = only(context, declared, node.items, ast.NodeItem, "node")
    start = only(context, declared, node.items, ast.PathStart, "start")
    end = only(context, declared, node.items, ast.PathEnd, "end")
    depth = only(context, declared, node.items, ast.Depth, "depth")
    top = only(context, declared, node.items, ast.Top, "top")
    collapse = only(context, declared, node.items, ast.Collapse, "collapse repeats")
    if clause is None:
        example = f"node … of {found.frame.data[0].name}" if found else "node … of my_event"
        context.say(register.missing_clause(declared.at(node.name), f"`paths {node.name.text}`", "node", example))
    if start and end:
        context.say(register.both_ends(declared.at(end), declared.at(start, "it starts here")))
    if found is None or clause is None or not timed(found, "`paths`"):
        return None
    rows = rows_of(found.frame, clause.event)
    if rows is None:
        return None
    env = Env(context=context, declared=declared, data=rows.data)
    value = expr(env, clause.expr)
    type = shown_type(found.frame, clause.expr, (value,))
    if value is UNKNOWN or type is None:
        return None
    columns = Columns(found)
    own = ((STEP, INTEGER), (SOURCE, type), (SOURCE_KIND, None), (TARGET, type), (TARGET_KIND, None), (KEYS, INTEGER))
    for name, kind in own:
        columns.own(name, *(() if kind is None else (kind,)))
    return model.Paths(
        **found.fields(),
        columns=tuple(columns.columns),
        of=model.Selection(rows=(rows,), window=found.frame.window),
        node=value,
        type=type,
        anchor=_anchor(env, clause, start or end),
        backwards=start is None and end is not None,
        collapse=collapse is not None,
        depth=windows.whole(context, declared, depth.count, "a number of nodes", 2, DEEPEST) if depth else DEPTH,
        top=windows.whole(context, declared, top.count, "a number of nodes", 1) if top else None,
    )


def _anchor(env: Env, node: ast.NodeItem, at: ast.PathStart | ast.PathEnd | None) -> model.Expr | None:
    """The node that is written equals that of a row: what is true of a comparison is true here."""
    if at is None:
        return None
    return truth(env, ast.Compare(span=at.value.span, left=node.expr, op="=", right=at.value))
