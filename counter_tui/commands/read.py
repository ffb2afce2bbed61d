"""`counter read`: one card or document, printed."""

import asyncio
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from counter_tui import config
from counter_tui.card_json import card_document
from counter_tui.card_sheet import card_sheet
from counter_tui.commands._spoken import SpokenCommand
from counter_tui.device_words import PROBLEMS, failure
from counter_tui.escape import until_escape
from counter_tui.failure import ClearNo, WrongUse
from counter_tui.words import N_, Words
from counter_tui.zone import is_key
from devices.factory import Options
from devices.once import read_one
from devices.records import Problem, Progress, ReaderError
from intake.days import city_day

WAIT_SECONDS: Final = 15.0
LONGEST_WAIT: Final = 3600.0


@click.command(cls=SpokenCommand, help="Read one card or document and print it.")
@click.option(
    "--reader", "readers", multiple=True, metavar="URI", help="Where; else as configured."
)
@click.option("--mrz", metavar="TEXT", help="The printed zone that opens a chip.")
@click.option(
    "--wait",
    type=click.FloatRange(0, LONGEST_WAIT),
    default=WAIT_SECONDS,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for a card.",
)
@click.option(
    "--trust",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of CSCA certificates.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(
    readers: tuple[str, ...], mrz: str | None, wait: float, trust: Path | None, as_json: bool
) -> None:
    """Read the first card that can be read."""
    settings = config.load()
    words = Words(settings.language)
    uris = readers or settings.readers.uris
    if not uris:
        raise WrongUse(N_("No reader is configured; name one with --reader."))
    if wait != wait:
        raise click.BadParameter("nan", param_hint="--wait")
    if mrz is not None and not is_key(mrz, city_day(datetime.now(UTC))):
        raise WrongUse(
            N_(
                "--mrz: write the lines at the foot of the data page,"
                " or `NUMBER,BIRTH,EXPIRY` with dates as `YYMMDD`"
            )
        )
    if trust is None and settings.readers.trust:
        trust = Path(settings.readers.trust)
    options = Options(trust=trust, wlt_library=settings.readers.wlt_library)
    shown = _show_progress(words) if sys.stderr.isatty() else None
    reading = read_one(uris, wait, options, mrz, shown)
    try:
        card = asyncio.run(until_escape(reading))
    except ReaderError as error:
        raise failure(error) from None
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise ClearNo(PROBLEMS[Problem.CANCELLED]) from None
    if as_json:
        click.echo(json.dumps(card_document(card), ensure_ascii=False))
    else:
        click.echo(card_sheet(card, words))


def _show_progress(words: Words) -> Callable[[Progress], None]:
    def show(progress: Progress) -> None:
        text = words(
            N_("Reading {file}: {percent} %"), file=progress.file, percent=progress.percent
        )
        click.echo(f"\r{text}", err=True, nl=progress.percent >= 100)

    return show
