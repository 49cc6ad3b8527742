"""`segql completion`: the script by which a shell completes commands."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the script that completes `segql` in a shell.

    \b
    bash  eval "$(segql completion bash)"                               in ~/.bashrc
    zsh   eval "$(segql completion zsh)"                                in ~/.zshrc
    fish  segql completion fish > ~/.config/fish/completions/segql.fish
    """
    root = ctx.find_root().command
    found = get_completion_class(shell)
    assert found is not None, "click knows these shells"
    click.echo(found(root, {}, "segql", "_SEGQL_COMPLETE").source())
