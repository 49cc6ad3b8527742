"""A syntax file for Vim and Neovim."""

from __future__ import annotations

import re

from segql_grammar.highlight.lexicon import Kind, Lexicon
from segql_grammar.highlight.regex import VIM, written

GROUPS: dict[Kind, tuple[str, str]] = {  # our group, and the one of Vim that it looks like
    "doc": ("segqlDoc", "SpecialComment"),
    "comment": ("segqlComment", "Comment"),
    "string": ("segqlString", "String"),
    "date": ("segqlDate", "Number"),
    "number": ("segqlNumber", "Number"),
    "parameter": ("segqlParameter", "PreProc"),
    "function": ("segqlFunction", "Function"),
    "declaration": ("segqlDeclaration", "Structure"),
    "keyword": ("segqlKeyword", "Statement"),
    "type": ("segqlType", "Type"),
    "constant": ("segqlConstant", "Constant"),
    "word operator": ("segqlWordOperator", "Keyword"),
    "operator": ("segqlOperator", "Operator"),
    "punctuation": ("segqlPunctuation", "Delimiter"),
    "name": ("segqlName", "Normal"),
    "declared": ("segqlDeclared", "Identifier"),
    "unclosed": ("segqlUnclosed", "Error"),
}

_FILE = """\
" SegQL. Generated from segql.lark by `make grammar`. Do not edit.

if exists('b:current_syntax')
  finish
endif

syntax case match
syntax iskeyword %(letters)s

" Where several match at one place, Vim takes the one that was defined last.
%(rules)s

" Names that must follow a word, whatever else they might be.
%(names)s

%(links)s

let b:current_syntax = 'segql'
"""


def file(lexicon: Lexicon) -> str:
    """`syntax/segql.vim`."""
    rules = []
    for rule in reversed(lexicon.rules):
        then = f" nextgroup={GROUPS[rule.then][0]}After skipwhite skipempty" if rule.then else ""
        rules.append(f"syntax match {GROUPS[rule.kind][0]} {_regex(rule.pattern)}{then}")
    not_new = f"%(^{written(lexicon.declaration, VIM)})@!"
    after = [
        f"syntax match {GROUPS[kind][0]}After {_regex(lexicon.name, not_new)} contained"
        for kind in ("name", "declared")
    ]
    links = [f"highlight default link {ours} {theirs}" for ours, theirs in GROUPS.values()]
    links += [f"highlight default link {GROUPS[kind][0]}After {GROUPS[kind][0]}" for kind in ("name", "declared")]
    return _FILE % {
        "letters": _letters(),
        "rules": "\n".join(rules),
        "names": "\n".join(after),
        "links": "\n".join(links),
    }


def _letters() -> str:
    """What `\\k` is to match, as far as Vim can be told: of all other characters it knows by itself."""
    codes = [code for code in range(0x100) if re.match(r"\w", chr(code))]
    runs: list[list[int]] = []
    for code in codes:
        if runs and runs[-1][1] == code - 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return ",".join(f"{start}-{end}" if start < end else f"{start}" for start, end in runs)


def _regex(pattern: str, before: str = "") -> str:
    found = written(pattern, VIM)
    if ";" in found:
        raise ValueError(f"a pattern of the Vim file ends at the `;` of {found}")
    return rf";\v{before}%({found});"
