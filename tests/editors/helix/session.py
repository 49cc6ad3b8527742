"""A session with a real Helix in a terminal of tmux: python tests/editors/helix/session.py FOLDER_OF_SEGQL.

It prints what it has seen, line by line, and ends with the first thing that is not there.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from tests.ide.world import TEXT

PATIENCE = 20.0  # seconds
NAME = f"segql-helix-{os.getpid()}"


def tmux(*arguments: str) -> str:
    return subprocess.run(["tmux", *arguments], check=True, capture_output=True, text=True).stdout


def keys(*pressed: str) -> None:
    """Presses keys one after the other: an Escape that comes with another key would be another key."""
    for key in pressed:
        tmux("send-keys", "-t", NAME, key)
        time.sleep(0.15)


def typed(text: str) -> None:
    tmux("send-keys", "-t", NAME, "-l", text)


def screen() -> str:
    return tmux("capture-pane", "-t", NAME, "-p")


def sees(what: str, *texts: str, gone: str = "") -> None:
    """Waits until all of some texts are on the screen, and one is not."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        shown = screen()
        if all(text in shown for text in texts) and not (gone and gone in shown):
            print(f"helix: {what}")
            return
        time.sleep(0.1)
    sys.exit(f"helix: not seen: {what}\n{screen()}")


def session(file: Path) -> None:
    sees("the slip is marked", "did byu", "● 1")
    shown = re.search(
        r"\x1b\[38;2;([\d;]+)msource\x1b.*?\x1b\[38;2;([\d;]+)mrum\x1b", tmux("capture-pane", "-t", NAME, "-pe")
    )
    if shown is None or shown[1] == shown[2]:
        sys.exit("helix: not seen: a word and a name in colors of their own")
    print("helix: a word and a name have their colors")
    keys("]", "d", "Space", "a")
    sees("its fix is offered", "Write `buy`")
    keys("Enter", "Escape")
    sees("and it is put right", "did buy where big", gone="did byu")
    keys("Space", "k")
    sees("a name is explained", "The rows of rum where kind = 'buy'.")
    keys("Escape", "Escape", "g", "d")
    sees("and leads to its declaration", " 11:")
    keys("Space", "r")
    typed("2")
    keys("Enter")
    sees("it is renamed everywhere", "event  buy2  : kind", "did buy2 where big", "then rum.buy2 where")
    keys("Escape", "u", "Space", "s")
    sees("the outline is there", "payers", "country", "lost")
    keys("Escape", "Escape", "Escape", "g", "e", "o")
    typed("zone  'Ameri")
    keys("C-x")
    sees("a zone is completed in its quotes", "America/Adak")
    keys("Escape", "Escape", "u", "g", "e", "o")
    typed("seg")
    keys("C-x")
    sees("constructs are offered", "segment …")
    keys("Escape", "Escape", "u")
    typed(":w")
    keys("Enter")
    sees("it is saved in its form", "written")
    if "segment payers {\n  key    usr.id\n  from   rum\n" not in file.read_text("utf-8"):
        sys.exit(f"helix: not in its form\n{file.read_text('utf-8')}")


def main() -> None:
    for program in ("hx", "tmux", "cc"):
        if shutil.which(program) is None:
            print(f"helix: not tried: {program} is missing")
            return
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "config" / "helix"
        settings.mkdir(parents=True)
        shutil.copy(ROOT / "lsp" / "editors" / "helix" / "languages.toml", settings)
        runtime, grammar = settings / "runtime", ROOT / "lsp" / "editors" / "tree-sitter-segql"
        (runtime / "grammars").mkdir(parents=True)
        library = runtime / "grammars" / "segql.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", library, grammar / "src" / "parser.c"], check=True)
        shutil.copytree(grammar / "queries", runtime / "queries" / "segql")
        file = Path(folder) / "main.seg"
        file.write_text(TEXT.replace("did buy", "did byu"), "utf-8")
        path = f"{sys.argv[1]}{os.pathsep}{os.environ['PATH']}"
        command = f"env COLORTERM=truecolor PATH={shlex.quote(path)} XDG_CONFIG_HOME={folder}/config XDG_CACHE_HOME={folder}/cache hx {file}"
        tmux("new-session", "-d", "-s", NAME, "-x", "140", "-y", "60", command)
        try:
            session(file)
        finally:
            subprocess.run(["tmux", "kill-session", "-t", NAME], check=False)


if __name__ == "__main__":
    main()
