// node codemirror.mjs MODULE TEXTS COLORS: the texts (a JSON list) as CodeMirror colors them: [line, from, to, tags].

import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { StreamLanguage } from "@codemirror/language";

const [moduleFile, textsFile, colorsFile] = process.argv.slice(2);
const { segql } = await import(pathToFileURL(moduleFile));
console.warn = (said) => { throw new Error(said); }; // CodeMirror warns of tags that it does not know
const language = StreamLanguage.define(segql);

function colors(text) {
  const found = [];
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  let line = 0;
  language.parser.parse(text).iterate({
    enter({ from, to, name, node }) {
      if (node.firstChild || name === "Document") return;
      while (line + 1 < starts.length && starts[line + 1] <= from) line++;
      found.push([line, from - starts[line], to - starts[line], name]);
    },
  });
  return found;
}

const texts = JSON.parse(readFileSync(textsFile, "utf8"));
writeFileSync(colorsFile, JSON.stringify(texts.map(colors)));
