"""The `counter` command. Each subcommand is imported only when it is used, to start fast."""

import importlib
import sys
from typing import Any, Final

import click

from counter_tui.commands._spoken import SpokenGroup, spoken
from counter_tui.words import N_

COMMANDS: Final = {
    "accept": N_("Accept an application from a facts file, without the screen."),
    "agent": N_("Run the network side of a station."),
    "bundle": N_("Write a redacted support bundle."),
    "decide": N_("Say what the rules say about a facts file."),
    "demo": N_("Bring up a whole station on this machine."),
    "doctor": N_("Check everything a station needs."),
    "enrol": N_("Make a station's keys and print the public ones."),
    "mirror": N_("Show the applicant the case on a second terminal, for the read-back."),
    "outbox": N_("Look at what waits for the centre, and at refusals."),
    "pack": N_("Check, show, compare and sign policy packs."),
    "print": N_("Print an application's papers, or one of them again."),
    "read": N_("Read one card or document and print it."),
    "readers": N_("List readers and their state."),
    "replay": N_("Work a session's record again and compare."),
    "run": N_("Run the terminal."),
    "support": N_("Let a supporter watch, for a while and masked; set that up and undo it."),
    "sync": N_("Do one round with the centre now."),
    "update": N_("Check for, fetch and install signed releases."),
}
"""Every subcommand with its help; `counter_tui.commands.NAME` has the rest."""


class LazyCommands(SpokenGroup):
    """Knows the commands by name and loads the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return importlib.import_module(f"counter_tui.commands.{cmd_name}").command

    def briefly(self, ctx: click.Context) -> list[tuple[str, str]]:
        return sorted(COMMANDS.items())

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with spoken():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        with spoken():
            return super().invoke(ctx)


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="counter")
@click.option("--debug", is_flag=True, help=N_("Show the traceback of a failure."))
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
