"""A stream parser for CodeMirror 6, as a JavaScript module without imports."""

from __future__ import annotations

import json

from segql_grammar.highlight.lexicon import Kind, Lexicon
from segql_grammar.highlight.regex import JAVASCRIPT, written

# Names of tags of @lezer/highlight, with their modifiers.
TAGS: dict[Kind, str] = {
    "doc": "docComment",
    "comment": "lineComment",
    "string": "string",
    "date": "literal",
    "number": "number",
    "parameter": "variableName.special",
    "function": "variableName.function",
    "declaration": "definitionKeyword",
    "keyword": "keyword",
    "type": "typeName",
    "constant": "atom",
    "word operator": "operatorKeyword",
    "operator": "operator",
    "punctuation": "punctuation",
    "name": "variableName",
    "declared": "variableName.definition",
    "unclosed": "invalid",
}

_MODULE = """\
// SegQL for CodeMirror 6: StreamLanguage.define(segql). Generated from segql.lark by `make grammar`. Do not edit.

// [what it matches, its tags, the tags of a name that must follow]
const rules = [
%(rules)s
];
const comment = /#/y;
const declaration = %(declaration)s;
const name = %(name)s;

/** Matches at the place of the stream, and goes behind the match. */
function eat(stream, pattern) {
  pattern.lastIndex = stream.pos;
  const found = pattern.exec(stream.string);
  if (found) stream.pos = pattern.lastIndex;
  return found;
}

function sees(stream, pattern) {
  pattern.lastIndex = stream.pos;
  return pattern.test(stream.string);
}

export const segql = {
  name: "segql",
  startState: () => ({ then: null, depth: 0 }),
  token(stream, state) {
    const first = stream.sol();
    if (stream.eatSpace()) return null;
    if (state.then && !sees(stream, comment)) {
      const then = state.then;
      state.then = null;
      if (!(first && sees(stream, declaration)) && eat(stream, name)) return then;
    }
    for (const [pattern, tags, then] of rules) {
      const found = eat(stream, pattern);
      if (!found) continue;
      if (then) state.then = then;
      if (found[0] === "{") state.depth++;
      if (found[0] === "}" && state.depth) state.depth--;
      return tags;
    }
    stream.next();
    return null;
  },
  indent(state, after, context) {
    const depth = /^\\s*\\}/.test(after) ? state.depth - 1 : state.depth;
    return Math.max(0, depth) * context.unit;
  },
  languageData: {
    commentTokens: { line: "#" },
    closeBrackets: { brackets: ["(", "{", "'", '"', "`"] },
    indentOnInput: /^\\s*\\}$/,
  },
};
"""


def module(lexicon: Lexicon) -> str:
    """`segql.js`."""
    rules = (
        f"  [{_regex(rule.pattern)}, {_tags(rule.kind)}{f', {_tags(rule.then)}' if rule.then else ''}],"
        for rule in lexicon.rules
    )
    return _MODULE % {
        "rules": "\n".join(rules),
        "declaration": _regex(lexicon.declaration),
        "name": _regex(lexicon.name),
    }


def _regex(pattern: str) -> str:
    return f"/{written(pattern, JAVASCRIPT)}/uy"


def _tags(kind: Kind) -> str:
    return json.dumps(TAGS[kind])
