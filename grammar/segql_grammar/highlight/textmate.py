"""A TextMate grammar: VS Code and JetBrains read it as JSON, Sublime Text and TextMate as a property list."""

from __future__ import annotations

import json
import plistlib
from typing import Any

from segql_grammar.highlight.lexicon import Kind, Lexicon, Rule
from segql_grammar.highlight.regex import ONIGURUMA, written

SCOPES: dict[Kind, str] = {
    "doc": "comment.line.documentation.segql",
    "comment": "comment.line.number-sign.segql",
    "string": "string.quoted.segql",
    "date": "constant.numeric.date.segql",
    "number": "constant.numeric.segql",
    "parameter": "variable.parameter.segql",
    "function": "support.function.segql",
    "declaration": "storage.type.segql",
    "keyword": "keyword.control.segql",
    "type": "support.type.segql",
    "constant": "constant.language.segql",
    "word operator": "keyword.operator.expression.segql",
    "operator": "keyword.operator.segql",
    "punctuation": "punctuation.segql",
    "name": "variable.other.segql",
    "declared": "entity.name.type.segql",
    "unclosed": "invalid.illegal.unclosed.segql",
}


def grammar(lexicon: Lexicon) -> dict[str, Any]:
    """The grammar as a value."""
    comments = [_rule(rule, lexicon) for rule in lexicon.rules if rule.kind in ("doc", "comment")]
    return {
        "name": "SegQL",
        "scopeName": "source.segql",
        "fileTypes": ["seg"],
        "patterns": [_rule(rule, lexicon, comments) for rule in lexicon.rules],
    }


def _rule(rule: Rule, lexicon: Lexicon, comments: list[Any] | None = None) -> dict[str, Any]:
    pattern = written(rule.pattern, ONIGURUMA)
    if rule.then is None:
        return {"name": SCOPES[rule.kind], "match": pattern}
    declaration, name = (written(each, ONIGURUMA) for each in (lexicon.declaration, lexicon.name))
    return {
        "begin": pattern,
        "beginCaptures": {"0": {"name": SCOPES[rule.kind]}},
        # The name may stand on a later line; what is neither a name nor a comment ends the wait for it.
        "end": f"(?=^{declaration})|({name})|(?=[^\\s#])",
        "endCaptures": {"1": {"name": SCOPES[rule.then]}},
        "patterns": comments or [],
    }


def as_json(lexicon: Lexicon) -> str:
    """`segql.tmLanguage.json`."""
    about = {"information_for_contributors": ["Generated from segql.lark by `make grammar`. Do not edit."]}
    return json.dumps(about | grammar(lexicon), indent=2, ensure_ascii=False) + "\n"


def as_plist(lexicon: Lexicon) -> str:
    """`SegQL.tmLanguage`."""
    text = plistlib.dumps(grammar(lexicon), sort_keys=False).decode()
    return text.replace("<plist", "<!-- Generated from segql.lark by `make grammar`. Do not edit. -->\n<plist", 1)
