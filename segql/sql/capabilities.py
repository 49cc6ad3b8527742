"""What each dialect refuses, asked of the table itself: for `segql dialects` and docs/engines.md."""

from __future__ import annotations

from decimal import Decimal

from sqlglot import exp

from segql.node import Value
from segql.semantics import model
from segql.sql import spellings as s
from segql.sql.dialects import DIALECTS, TITLES, Dialect
from segql.sql.spellings import Unsupported


class Capability(Value):
    """A dialect, how and on which engine it is proved, and what is refused there: what, and why."""

    name: str
    proof: str
    engine: str
    refused: tuple[tuple[str, str], ...]


def capabilities() -> tuple[Capability, ...]:
    """Every dialect, in the order of the table."""
    return tuple(Capability(name=d.name, proof=d.proof, engine=d.engine, refused=_refused(d)) for d in DIALECTS)


_TEXT, _DECIMAL = model.Type(name="text"), model.Type(name="decimal")
_LIST = model.Type(name="list", item=_TEXT)


def _questions() -> tuple[tuple[str, tuple[object, ...]], ...]:
    """What a builder may give or refuse, depending on what it is asked."""
    x = exp.column("x")
    return (
        ("local", (x, "America/Sao_Paulo", False)),
        ("number", (2**63,)),
        ("number", (Decimal("0.1234567890123456789"),)),
        ("number", (Decimal("0." + "1" * 39),)),
        ("held", (x, model.Type(name="timestamptz"))),
        ("held", ([x], _LIST)),
        ("held", (s.number(Decimal("0.0000000001")), _DECIMAL)),
        ("arithmetic", ("+", x, x, _DECIMAL)),
        ("arithmetic", ("*", x, x, _DECIMAL, (18, 9))),
        ("arithmetic", ("*", x, x, _DECIMAL, (27, 18))),
        ("total", (x, _DECIMAL)),
        ("tie", (x, None)),
        ("least", (x, model.Type(name="any"))),
        ("matches", (x, x)),
        ("matches", (x, s.text(r"\bword\b"))),
        ("json", (x, ("a",), model.Type(name="timestamp"))),
        ("json", (x, ("a",), _DECIMAL)),
        ("json", (x, ('a"b',), _TEXT)),
        ("json", (x, ("0",), _TEXT)),
        ("json", (x, ("a",), _LIST)),
    )


def _refused(dialect: Dialect) -> tuple[tuple[str, str], ...]:
    found: dict[tuple[str, str], None] = {}
    for column, title in TITLES.items():
        cell = getattr(dialect, column)
        if isinstance(cell, Unsupported):
            found[title, cell.reason] = None
            continue
        for asked, arguments in _questions():
            if asked == column:
                built = cell(*(a.copy() if isinstance(a, exp.Expr) else a for a in arguments))
                if isinstance(built, Unsupported):
                    found[title, built.reason] = None
    if dialect.longest_name:
        found[f"a name of more than {dialect.longest_name} bytes", "it would be cut there"] = None
    if dialect.most_queries:
        found[f"a WITH of more than {dialect.most_queries} queries", "it takes no more there"] = None
    return tuple(found)
