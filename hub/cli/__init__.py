"""The commands: one module per group, each loaded only when it is called, so that `hub search` starts at once."""

import sys
from importlib import import_module
from typing import Final

import click

from hub.errors import HubError

COMMANDS: Final = {
    "sync": ("hub.cli.publish", "sync"),
    "index": ("hub.cli.publish", "index"),
    "check": ("hub.cli.publish", "check"),
    "search": ("hub.cli.search", "search"),
    "brief": ("hub.cli.brief", "brief"),
    "stats": ("hub.cli.share", "stats"),
    "export": ("hub.cli.share", "export"),
    "evaluate": ("hub.cli.evaluate", "evaluate"),
    "serve": ("hub.cli.serve", "serve"),
}


class _LazyGroup(click.Group):
    """Imports a command's module when the command is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)  # noqa: S101 (a slip in COMMANDS, not in the user's input)
        return command


@click.group(cls=_LazyGroup)
@click.version_option(package_name="transition-learning-hub")
def cli() -> None:
    """The Transition Learning Hub.

    Settings come from the environment; README.md lists them.
    """


def main() -> None:
    """Runs a command; an error of ours ends in one sentence on stderr and exit code 1, never in a traceback."""
    try:
        cli()
    except HubError as error:
        click.echo(f"hub: {error}", err=True)
        sys.exit(1)
