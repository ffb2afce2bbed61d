"""`counter bundle`: what the help desk needs to know, sealed to it, shown before it leaves."""

import math
import shutil
import sys
from pathlib import Path
from typing import Any

import click
from rich.cells import cell_len

from counter_tui import config
from counter_tui.commands._spoken import SpokenCommand
from counter_tui.commands.doctor import store_key
from counter_tui.doctor import machine
from counter_tui.doctor.checks import all_checks
from counter_tui.doctor.examine import examine
from counter_tui.failure import ClearNo
from counter_tui.words import N_, Words
from intake.days import city_day


@click.command(cls=SpokenCommand)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--yes", is_flag=True, help="The clerk has seen what it holds; do not ask.")
@click.option("--clerk", help="Count what waits in the store, as this clerk; asks for the PIN.")
@click.option("--pin-stdin", is_flag=True, help="Read the PIN from standard input.")
def command(file: Path, yes: bool, clerk: str | None, pin_stdin: bool) -> None:
    """Write a support bundle to FILE, sealed to the help desk's key.

    It holds the doctor's findings, versions, counts and log lines: nothing about people.
    """
    from counter_tui.support.bundle import sealing
    from counter_tui.support.bundle.facts import gather

    settings = config.load()
    words = Words(settings.language)
    desk = sealing.recipient(settings.support.help_desk_key)
    if file.exists():
        raise sealing.FileExists(file)
    key = store_key(settings.home, clerk, pin_stdin)
    findings = examine(all_checks(settings, key, city_day(machine.now())))
    facts = gather(settings, findings, key)
    _show(facts, words, whole=yes)
    if not yes and not click.confirm(words(N_("All of it is shown above. Write it for support?"))):
        raise ClearNo(N_("Nothing was written."))
    sealed = sealing.seal(sealing.fitted(facts), desk)
    sealing.write(file, sealed)
    click.echo(
        words(
            N_("{file} is written. Its id for the phone: {id}"),
            file=file,
            id=sealing.spoken_id(sealed),
        ),
        err=True,
    )


def _show(facts: dict[str, Any], words: Words, whole: bool) -> None:
    """Print all of it; where a clerk is asked, a screen at a time, so that nothing is missed."""
    from counter_tui.support.bundle.shown import lines

    columns, rows = shutil.get_terminal_size()
    shown = lines(facts, columns)
    asked = not whole and sys.stdin.isatty() and sys.stdout.isatty()
    taken = 0
    for number, line in enumerate(shown):
        taken += max(1, math.ceil(cell_len(line) / columns))
        if asked and taken > rows - 2:
            seen = N_("{start} of {all} lines. Any key goes on.")
            click.pause(words(seen, start=number, all=len(shown)))
            taken = 1
        click.echo(line)
