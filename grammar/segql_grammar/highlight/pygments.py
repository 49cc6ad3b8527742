"""A lexer for Pygments, which colors code for Sphinx, MkDocs, Jupyter and terminals."""

from __future__ import annotations

from segql_grammar.highlight.lexicon import Kind, Lexicon, Rule
from segql_grammar.highlight.regex import PYTHON, written

TOKENS: dict[Kind, str] = {
    "doc": "Comment.Special",
    "comment": "Comment.Single",
    "string": "String",
    "date": "Literal.Date",
    "number": "Number",
    "parameter": "Name.Variable",
    "function": "Name.Function",
    "declaration": "Keyword.Declaration",
    "keyword": "Keyword",
    "type": "Keyword.Type",
    "constant": "Keyword.Constant",
    "word operator": "Operator.Word",
    "operator": "Operator",
    "punctuation": "Punctuation",
    "name": "Name",
    "declared": "Name.Class",
    "unclosed": "Error",
}

_MODULE = '''\
"""Generated from segql.lark by `make grammar`. Do not edit.

SegQL for Pygments, which finds it as `segql` and by `*.seg`: the package says so in its entry points.
"""

from __future__ import annotations

from typing import Any, ClassVar

from pygments.lexer import RegexLexer, default
from pygments.token import Comment, Error, Keyword, Literal, Name, Number, Operator, Punctuation, String, Whitespace

SPACE = r"[ \\t\\f\\r\\n\\ufeff]+"
COMMENTS = [
%(comments)s
]


class SegqlLexer(RegexLexer):
    """Segments of users, accounts or sessions, to be compiled to SQL."""

    name = "SegQL"
    aliases: ClassVar[list[str]] = ["segql", "seg"]
    filenames: ClassVar[list[str]] = ["*.seg"]
    mimetypes: ClassVar[list[str]] = ["text/x-segql"]

    tokens: ClassVar[dict[str, list[Any]]] = {
        "root": [
            (SPACE, Whitespace),
%(rules)s
        ],
%(states)s
    }
'''

_STATE = """\
        "%(kind)s": [
            (SPACE, Whitespace),
            *COMMENTS,
            (r"(?m:^)(?=%(declaration)s)", Whitespace, "#pop"),
            (%(name)s, %(token)s, "#pop"),
            default("#pop"),
        ],"""


def module(lexicon: Lexicon) -> str:
    """`pygments_lexer.py`."""
    states = (
        _STATE
        % {
            "kind": kind,
            "declaration": written(lexicon.declaration, PYTHON),
            "name": _regex(lexicon.name),
            "token": TOKENS[kind],
        }
        for kind in ("name", "declared")
    )
    return _MODULE % {
        "comments": "\n".join(f"    {_rule(rule)}," for rule in lexicon.rules if rule.kind in ("doc", "comment")),
        "rules": "\n".join(f"            {_rule(rule)}," for rule in lexicon.rules),
        "states": "\n".join(states),
    }


def _rule(rule: Rule) -> str:
    then = f', "{rule.then}"' if rule.then else ""
    return f"({_regex(rule.pattern)}, {TOKENS[rule.kind]}{then})"


def _regex(pattern: str) -> str:
    pattern = written(pattern, PYTHON)
    quotes = '"' if '"' not in pattern else '"""'
    return f"r{quotes}{pattern}{quotes}"
