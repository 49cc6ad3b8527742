"""`python -m segql_grammar`: write `tables.py` from `segql.lark`; with `--check`, only say whether it is up to date."""

from __future__ import annotations

import os
import sys
from importlib.resources import as_file, files

from segql_grammar.build import build, conflicts, module_text


def main() -> int:
    """Exit code 0 if the tables are (now) those of the grammar, 1 if they are old or the grammar has conflicts."""
    found = conflicts()
    if found:
        print("\n".join(found), file=sys.stderr)
        return 1
    text = module_text(build())
    with as_file(files("segql_grammar").joinpath("tables.py")) as path:
        if "--check" in sys.argv:
            return 0 if path.exists() and path.read_text("utf-8") == text else 1
        part = path.with_suffix(".part")
        part.write_text(text, "utf-8")
        os.replace(part, path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
