"""`segql lsp`: starts the language server, which is a package of its own above the compiler."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

import click


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Serve an editor: the language server. `segql lsp --help` lists its options; unknown ones are ignored."""
    if find_spec("pygls") is None:
        raise click.ClickException("the language server needs one more library: pip install 'segql[lsp]'")
    # By its name: nothing in the compiler may import the server (pyproject.toml, "The compiler does not know …").
    import_module("segql_lsp.main").main(arguments)
