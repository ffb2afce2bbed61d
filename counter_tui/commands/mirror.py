"""`counter mirror`: the applicant's view, on a second terminal of the counter."""

from pathlib import Path

import click

from counter_tui import config
from counter_tui.commands._spoken import SpokenCommand
from counter_tui.failure import WrongUse
from counter_tui.words import N_, Words


@click.command("mirror", cls=SpokenCommand)
@click.option("--config", "file", type=click.Path(path_type=Path), help="Configuration file.")
def command(file: Path | None) -> None:
    """Show the applicant the case on this terminal, while the clerk reads it back (Ctrl+Y)."""
    from counter_tui.mirror.second import run

    settings = config.load(file)
    if not settings.home.is_dir():
        raise WrongUse(N_("There is no station here; enrol it first (`counter enrol`)."))
    run(settings.home, Words(settings.language))
