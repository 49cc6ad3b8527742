"""The page of a code: what is wrong, what is right, and why."""

from __future__ import annotations


def page(code: str) -> str | None:
    """The Markdown page of a code such as `SEG201`; None if there is no such page."""
    from importlib.resources import files

    if not (code.isascii() and code.isalnum()):
        return None
    found = files("segql.diagnostics").joinpath("pages", f"{code}.md")
    return found.read_text("utf-8") if found.is_file() else None


def title(text: str) -> str:
    """The first heading of a page, without its code: `# SEG201 unknown-segment` says `unknown-segment`."""
    heading = next((line for line in text.splitlines() if line.startswith("# ")), "# ")
    first, _, rest = heading[2:].strip().partition(" ")
    return rest.strip() if first.rstrip(":").startswith("SEG") and rest else heading[2:].strip()
