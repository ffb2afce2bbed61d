"""`counter replay`: works a record again, to see whether the program still answers the same."""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path

import click

from counter_tui import config, environment
from counter_tui.commands._spoken import SpokenCommand
from counter_tui.failure import ClearNo
from counter_tui.words import N_, Words


@click.command(cls=SpokenCommand)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def command(file: Path, as_json: bool) -> None:
    """Work a session's record again on the real screens, with a virtual reader.

    Exit status 0: every state came as it was recorded; 1: one came out differently.
    """
    environment.prepare()
    from counter_tui.address import book
    from counter_tui.record.replay import read, replay

    settings = config.load()
    words = Words(settings.language)
    found = asyncio.run(replay(read(file), settings.home / book.FILE))
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False))
    elif not found.line:
        click.echo(
            words(
                N_("The same: {keys} keys, {states} states."), keys=found.keys, states=found.states
            )
        )
    else:
        click.echo(words(N_("Line {line} came out differently."), line=found.line))
        click.echo(f"- {found.recorded}")
        click.echo(f"+ {found.now}")
    if found.line:
        click.get_current_context().exit(ClearNo.exit_code)
