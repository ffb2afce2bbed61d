"""The `counter` command. Each subcommand is imported only when it is used, to start fast."""

import importlib
import sys
from typing import Final

import click

COMMANDS: Final = {
    "accept": "Accept an application from a facts file, without the screen.",
    "agent": "Run the network side of a station.",
    "bundle": "Write a redacted support bundle.",
    "decide": "Say what the rules say about a facts file.",
    "demo": "Bring up a whole station on this machine.",
    "doctor": "Check everything a station needs.",
    "enrol": "Make a station's keys and print the public ones.",
    "mirror": "Show the applicant the case on a second terminal, while the clerk reads it back.",
    "outbox": "Look at what waits for the centre, and at refusals.",
    "pack": "Check, show, compare and sign policy packs.",
    "print": "Print an application's papers, or one of them again.",
    "read": "Read one card or document and print it.",
    "readers": "List readers and their state.",
    "replay": "Work a session's record again and compare.",
    "run": "Run the terminal.",
    "support": "Let a supporter watch, for a while and masked; set that up and undo it.",
    "sync": "Do one round with the centre now.",
    "update": "Check for, fetch and install signed releases.",
}
"""Every subcommand with its help; `counter_tui.commands.NAME` has the rest."""


class LazyCommands(click.Group):
    """Knows the commands by name and loads the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return importlib.import_module(f"counter_tui.commands.{cmd_name}").command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="counter")
@click.option("--debug", is_flag=True, help="Show the traceback of a failure.")
@click.pass_context
def counter(context: click.Context, debug: bool) -> None:
    """The terminal of an exit-entry service point."""
    context.obj = {"debug": debug}


def main() -> None:
    """Entry point of the `counter` script: an unforeseen failure is one line, not a traceback."""
    try:
        counter(windows_expand_args=False)
    except Exception as error:
        if "--debug" in sys.argv:
            raise
        # The message of an unforeseen error may hold a person's data; its type does not.
        click.echo(f"counter: unexpected {type(error).__name__}; run again with --debug", err=True)
        sys.exit(3)
