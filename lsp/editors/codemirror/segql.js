// SegQL for CodeMirror 6: StreamLanguage.define(segql). Generated from segql.lark by `make grammar`. Do not edit.

// [what it matches, its tags, the tags of a name that must follow]
const rules = [
  [/##[^\r\n]*/uy, "docComment"],
  [/not[ \t]+in(?=[ \t]*\()/uy, "operatorKeyword"],
  [/in(?=[ \t]*\()/uy, "operatorKeyword"],
  [/not[ \t]+in(?![\p{L}\p{N}_]|\.)/uy, "operatorKeyword"],
  [/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+\-][0-9]{2}:[0-9]{2})?/uy, "literal"],
  [/[0-9]{4}-[0-9]{2}-[0-9]{2}/uy, "literal"],
  [/[0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?/uy, "number"],
  [/(?:`[^`\r\n]+`|[\p{L}\p{Nl}\p{No}_][\p{L}\p{N}_]*)(?:\.(?:`[^`\r\n]+`|[\p{L}\p{Nl}\p{No}_][\p{L}\p{N}_]*))+/uy, "variableName"],
  [/enum(?=\()/uy, "typeName"],
  [/epoch(?=\()/uy, "typeName"],
  [/json(?=\()/uy, "keyword"],
  [/list(?=\()/uy, "typeName"],
  [/(?!(?:not|and|or|where|by|node|distinct|like|contains|with|matches)\()[\p{L}\p{Nl}\p{No}_][\p{L}\p{N}_]*(?=\()/uy, "variableName.function"],
  [/#[^\r\n]*/uy, "lineComment"],
  [/(?:\.(?:`[^`\r\n]+`|[\p{L}\p{Nl}\p{No}_][\p{L}\p{N}_]*))+/uy, "variableName"],
  [/(?:convert|repeats|nested|totals|after|other|times|flat)(?![\p{L}\p{N}_]|[ \t]*(?:!=|<=|>=|[\]()*+,/:<=>\[{\-]))/uy, "keyword"],
  [/ago(?![\p{L}\p{N}_]|[ \t]*[\](:\[])/uy, "keyword"],
  [/(?:order|steps|none|all|any|out)(?![\p{L}\p{N}_]|[ \t]*(?:!=|<=|>=|[\]()*+,/:<=>\[}\-]))/uy, "keyword"],
  [/(?:without|return|among|given|never|join|same|sort|did|key|via)(?![\p{L}\p{N}_]|[ \t]*(?:!=|<=|>=|[\]()*+,/:<=>\[{}\-]))/uy, "keyword", "variableName"],
  [/(?:contains|matches|like|with|and|not|or)(?![\p{L}\p{N}_]|[ \t]*(?:!=|<=|>=|[\])*+,/:<=>\[{}]))/uy, "operatorKeyword"],
  [/(?:measure|event|field|as)(?![\p{L}\p{N}_]|[ \t]*(?:!=|<=|>=|[\]()*+,/:<=>\[{}\-]))/uy, "keyword", "variableName.definition"],
  [/(?:unique|desc|step|asc)(?![\p{L}\p{N}_]|[ \t]*(?:!=|<=|>=|[\]()*+/:<=>\[{\-]))/uy, "keyword"],
  [/(?:converted|calendar|collapse|directly|optional|previous|dropped|exactly|pending|before|during|layout|within|depth|every|first|least|since|start|valid|file|from|last|most|then|this|time|end|for|top|at|of|on|to)(?![\p{L}\p{N}_]|[ \t]*(?:!=|<=|>=|[\]()*+,/:<=>\[{}\-]))/uy, "keyword"],
  [/(?:timestamptz|timestamp|boolean|decimal|integer|float|date|text)(?![\p{L}\p{N}_]|[ \t]*(?:!=|<=|>=|[\](*+,/:<>\[{\-]))/uy, "typeName"],
  [/(?:where|node|by)(?![\p{L}\p{N}_]|[ \t]*(?:!=|<=|>=|[\])*+,/:<=>\[{}]))/uy, "keyword"],
  [/(?:quarters|minutes|quarter|seconds|minute|months|second|hours|month|weeks|years|days|hour|week|year|day)(?![\p{L}\p{N}_]|[ \t]*(?:!=|<=|>=|[\](*+/:<=>\[\-]))/uy, "keyword"],
  [/(?:retention|explore|segment|define|funnel|source|param|paths|table)(?![\p{L}\p{N}_]|[ \t]*(?:!=|<=|>=|[\]()*+,/:<=>\[{}\-]))/uy, "definitionKeyword", "variableName.definition"],
  [/distinct(?![\p{L}\p{N}_]|[ \t]*(?:!=|<=|>=|[\]*+,/:<=>\[{}]))/uy, "keyword"],
  [/(?:starts|ends|is)(?![\p{L}\p{N}_]|[ \t]*(?:!=|<=|>=|[\]()*+,/:<=>\[{}\-]))/uy, "operatorKeyword"],
  [/(?:epoch|enum|list)(?![\p{L}\p{N}_]|[ \t]*(?:!=|<=|>=|[\])*+,/:<=>\[{}\-]))/uy, "typeName"],
  [/ever(?![\p{L}\p{N}_]|[ \t]*(?:!=|<=|>=|[\](*+,/:<=>\[\-]))/uy, "keyword"],
  [/(?:false|true)(?![\p{L}\p{N}_]|[ \t]*[\](:\[])/uy, "atom"],
  [/in(?![\p{L}\p{N}_]|[ \t]*(?:!=|<=|>=|[\]()*+,/:<=>\[}\-]))/uy, "operatorKeyword"],
  [/json(?![\p{L}\p{N}_]|[ \t]*(?:!=|<=|>=|[\])*+,/:<=>\[{}\-]))/uy, "keyword"],
  [/mi(?:croseconds|lliseconds)(?![\p{L}\p{N}_]|[ \t]*(?:!=|<=|>=|[\](*+,/:<=>\[{}\-]))/uy, "keyword"],
  [/missing(?![\p{L}\p{N}_]|[ \t]*(?:!=|<=|>=|[\](*+/:<=>\[\-]))/uy, "atom"],
  [/test(?![\p{L}\p{N}_]|[ \t]*(?:!=|<=|>=|[\]()*+,/:<=>\[{}\-]))/uy, "definitionKeyword", "variableName"],
  [/(?:zone|use)(?![\p{L}\p{N}_]|[ \t]*(?:!=|<=|>=|[\]()*+,/:<=>\[{}\-]))/uy, "definitionKeyword"],
  [/(?:`[^`\r\n]+`|[\p{L}\p{Nl}\p{No}_][\p{L}\p{N}_]*)/uy, "variableName"],
  [/\$[\p{L}\p{Nl}\p{No}_][\p{L}\p{N}_]*/uy, "variableName.special"],
  [/(?:'(?:[^'\r\n]|'')*'|"(?:[^"\r\n]|"")*")/uy, "string"],
  [/(?:'[^'\r\n]*|"[^"\r\n]*|`[^`\r\n]*)/uy, "invalid"],
  [/(?:!=|<=|>=|[*+/<=>\-])/uy, "operator"],
  [/[\](),:\[{}]/uy, "punctuation"],
];
const comment = /#/y;
const declaration = /(?:define|explore|funnel|param|paths|retention|segment|source|table|test|use|zone)(?![\p{L}\p{N}_])/uy;
const name = /(?:(?:`[^`\r\n]+`|[\p{L}\p{Nl}\p{No}_][\p{L}\p{N}_]*)(?:\.(?:`[^`\r\n]+`|[\p{L}\p{Nl}\p{No}_][\p{L}\p{N}_]*))+|`[^`\r\n]+`|[\p{L}\p{Nl}\p{No}_][\p{L}\p{N}_]*)/uy;

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
    const depth = /^\s*\}/.test(after) ? state.depth - 1 : state.depth;
    return Math.max(0, depth) * context.unit;
  },
  languageData: {
    commentTokens: { line: "#" },
    closeBrackets: { brackets: ["(", "{", "'", '"', "`"] },
    indentOnInput: /^\s*\}$/,
  },
};
