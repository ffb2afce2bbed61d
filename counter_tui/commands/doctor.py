"""`counter doctor`: what a station needs, checked at once."""

import json
from pathlib import Path

import click

from counter_tui import config
from counter_tui.commands._spoken import SpokenCommand
from counter_tui.doctor import machine
from counter_tui.doctor.checks import all_checks
from counter_tui.doctor.examine import examine
from counter_tui.doctor.finding import Verdict
from counter_tui.doctor.report import document, lines
from counter_tui.failure import OutOfOrder
from counter_tui.words import Words
from intake.days import city_day


@click.command(cls=SpokenCommand)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--clerk", help="Look into the store too, as this clerk; asks for the PIN.")
@click.option("--pin-stdin", is_flag=True, help="Read the PIN from standard input.")
@click.pass_context
def command(context: click.Context, as_json: bool, clerk: str | None, pin_stdin: bool) -> None:
    """Check everything a station needs, in under three seconds.

    Exit status 3 if something does not work; 0 if all works, warnings included.
    """
    settings = config.load()
    words = Words(settings.language)
    key = store_key(settings.home, clerk, pin_stdin)
    findings = examine(all_checks(settings, key, city_day(machine.now())))
    if as_json:
        click.echo(json.dumps(document(findings, words), ensure_ascii=False))
    else:
        click.echo("\n".join(lines(findings, words)))
    if any(finding.verdict is Verdict.FAIL for finding in findings):
        context.exit(OutOfOrder.exit_code)


def store_key(home: Path, clerk: str | None, pin_stdin: bool) -> bytes | None:
    """The store's key if a clerk was named or a PIN is given; None: look without it."""
    if clerk is None and not pin_stdin:
        return None
    # Imported only with a clerk: it brings the cryptography the plain round does without.
    from counter_tui.commands._station import unlocked

    return unlocked(home, clerk, pin_stdin).store_key
