// node textmate.mjs GRAMMAR TEXTS COLORS: the texts (a JSON list) as VS Code colors them: [line, from, to, scope].

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";

const [grammarFile, textsFile, colorsFile] = process.argv.slice(2);
const wasm = createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm");
await oniguruma.loadWASM(readFileSync(wasm));
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async () => textmate.parseRawGrammar(readFileSync(grammarFile, "utf8"), grammarFile),
});
const grammar = await registry.loadGrammar("source.segql");

function colors(text) {
  const found = [];
  let state = textmate.INITIAL;
  text.split("\n").forEach((line, number) => {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    for (const { startIndex, endIndex, scopes } of tokens)
      if (scopes.length > 1) found.push([number, startIndex, Math.min(endIndex, line.length), scopes.at(-1)]);
  });
  return found;
}

const texts = JSON.parse(readFileSync(textsFile, "utf8"));
writeFileSync(colorsFile, JSON.stringify(texts.map(colors)));
