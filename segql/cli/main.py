"""The command `segql`: which commands there are, and what happens when one goes wrong.

A command is a module of this folder with a `command`; it is imported only when it is used, and `--help` needs none.
Exit codes: 0 fine, 1 something is wrong with a text or its data, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import click

COMMANDS = {
    "check": "Say what is wrong with segment files.",
    "compile": "Print the SQL of segments.",
    "run": "Print who is in a segment, computed by a database.",
    "why": "Say why a key is in a segment, or why not.",
    "size": "Count the keys of segments.",
    "overlap": "Say how segments overlap.",
    "diff": "Say who entered and left segments since a revision.",
    "report": "Write a page with every segment and analysis.",
    "test": "Run the examples that stand in the files.",
    "table": "Load a reference table, and see whom it matches.",
    "fmt": "Write files in the one canonical form.",
    "show": "Show what was written, what was meant, or the SQL.",
    "dialects": "List the dialects, and what each engine refuses.",
    "explain": "Show the page of a code, such as SEG201.",
    "init": "Write a first segment file from your data.",
    "pull": "Write sources and tables from a database's catalogue.",
    "lsp": "Serve an editor: the language server.",
    "completion": "Print the script that completes commands in a shell.",
}


class Commands(click.Group):
    """Commands that are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = __import__(f"segql.cli.{cmd_name}", fromlist=["command"]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            from segql.diagnostics.suggest import nearest

            near = nearest(name, COMMANDS)
            ctx.fail(f"there is no command `{name}`" + (f": did you mean `{near}`?" if near else ""))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo(err=True)
            ctx.exit(130)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if os.environ.get("SEGQL_DEBUG"):
                raise
            from segql.cli.say import our_mistake

            our_mistake(error)
            ctx.exit(1)


def _version(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from importlib.metadata import version  # reads what is installed, and imports none of it

    click.echo(f"segql {version('segql')} (sqlglot {version('sqlglot')}, duckdb {version('duckdb')})")
    ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the versions."
)
def cli() -> None:
    """SegQL: write down who you mean, run it on any warehouse."""


def main() -> None:
    """The entry of the console script."""
    import gc

    # A command is over before much is garbage: compiling takes a quarter less without looking for it.
    gc.disable()
    _behave_in_pipes()
    cli(prog_name="segql")


def _behave_in_pipes() -> None:
    """Ends quietly when the reader goes away, and writes UTF-8 whatever the place is used to."""
    import signal

    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
