"""`python -m segql_grammar.highlight FOLDER`: write every highlighter into a checkout; `--check`: are they up to date?"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from segql_grammar.highlight import codemirror, emacs, pygments, textmate, treesitter, vim
from segql_grammar.highlight.lexicon import lexicon


def main() -> int:
    """Exit code 0 if the highlighters are (now) those of the grammar, 1 if one is old."""
    checked = "--check" in sys.argv
    folder = Path(next((word for word in sys.argv[1:] if not word.startswith("-")), "."))
    old = [(folder / name, text) for name, text in texts().items() if _read(folder / name) != text]
    for path, text in old:
        print(path)
        if not checked:
            _write(path, text)
    return 1 if checked and old else 0


def texts() -> dict[str, str]:
    """The files of a checkout, by their names in it."""
    found = lexicon()
    queries = treesitter.texts(found)
    return {
        "grammar/segql_grammar/pygments_lexer.py": pygments.module(found),
        "lsp/editors/vscode/syntaxes/segql.tmLanguage.json": textmate.as_json(found),
        "lsp/editors/sublime/SegQL.tmLanguage": textmate.as_plist(found),
        "lsp/editors/codemirror/segql.js": codemirror.module(found),
        "lsp/editors/vim/syntax/segql.vim": vim.file(found),
        "lsp/editors/emacs/segql-mode.el": emacs.file(found),
        **queries,
        "lsp/editors/zed/languages/segql/highlights.scm": queries[
            "lsp/editors/tree-sitter-segql/queries/highlights.scm"
        ],
    }


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.exists() else None


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(text, "utf-8")
    os.replace(part, path)


if __name__ == "__main__":
    sys.exit(main())
