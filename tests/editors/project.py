"""A small project that is opened in every editor: one file that is fine but not in its form, and one with a slip."""

from __future__ import annotations

from pathlib import Path

from tests.editors.tools import program, run

SHOP = """\
source web {
  from  w
  time  at
  key  usr.id
  field kind : enum('view', 'buy')
  event view : kind = 'view'
  ## 🛒 Paid for at least one thing.
  event buy : kind = 'buy'   # 🛒
}

## Bought something.
segment buyers {
  key usr.id
  from web
  did buy during last 30 days
}

segment others { key usr.id  from web  did view  never buy }
"""

SLIP = """\
use 'shop.seg'
# 🛒 𝒳
segment keen { key usr.id  from web  did view where '🛒' = '🛒'  did buuy }
"""


def made(folder: Path) -> Path:
    """The project, in a folder."""
    (folder / "segql.toml").write_text("", "utf-8")
    (folder / "shop.seg").write_text(SHOP, "utf-8")
    (folder / "slip.seg").write_text(SLIP, "utf-8")
    return folder


def formatted(folder: Path) -> str:
    """The text of `shop.seg` as `segql fmt` writes it."""
    path = folder / "formatted.seg"
    path.write_text(SHOP, "utf-8")
    run(program("segql"), "fmt", path)
    return path.read_text("utf-8")
