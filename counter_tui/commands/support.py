"""`counter support`: let a supporter watch, end it, and prepare the machine for it."""

import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from counter_tui import config
from counter_tui.commands._spoken import SpokenGroup
from counter_tui.failure import ClearNo
from counter_tui.printing.lines import wrapped
from counter_tui.support import visit
from counter_tui.support.errors import NoMeetingPlace, NotMasked
from counter_tui.support.place import Place, place_of
from counter_tui.words import N_, Words
from intake.days import city_time

if TYPE_CHECKING:
    from counter_tui.support.setup.plan import Missing
    from counter_tui.support.setup.steps import Step

_MASKED_WITHIN_SECONDS: Final = 10.0


@click.group(cls=SpokenGroup)
def command() -> None:
    """Remote support: a supporter looks on, masked and for a while; nothing can be touched."""


@command.command("open")
@click.option("--reason", type=click.Choice(list(visit.REASONS)), required=True)
@click.option("--minutes", type=click.IntRange(1, visit.LONGEST_MINUTES), default=20)
@click.option("--yes", is_flag=True, help="The clerk has agreed; do not ask.")
def open_(reason: str, minutes: int, yes: bool) -> None:
    """Let a supporter watch the running terminal for some minutes."""
    settings, words, desk = _desk()
    if not yes and not click.confirm(
        words(
            N_("A supporter will see this screen for {minutes} minutes, people masked. Agreed?"),
            minutes=minutes,
        )
    ):
        raise ClearNo(N_("Nobody was let in."))
    asked = desk.ask(reason, minutes)
    try:
        _wait_for_mask(settings.home, asked.id)
        admitted = desk.admit(asked)
    except BaseException:
        desk.end()
        raise
    until = city_time(admitted.until).strftime("%H:%M")
    click.echo(words(N_("The supporter can come now, until {until}."), until=until))


@command.command()
def close() -> None:
    """End the visit: the supporter is thrown out at once."""
    _, words, desk = _desk()
    ended = desk.end()
    click.echo(words(N_("Nobody watches any more.") if ended else N_("Nobody was watching.")))


@command.command()
def status() -> None:
    """Say whether a supporter may watch now. Exit status 1: nobody may."""
    _, words, desk = _desk()
    now = desk.now()
    if now is None:
        raise ClearNo(N_("Nobody may watch."))
    left = max(0, round((now.until - datetime.now(UTC)).total_seconds() / 60))
    click.echo(
        words(
            N_("{reason}: a supporter may watch for {left} more minutes."),
            reason=words(visit.REASONS.get(now.reason, N_("Program behaves oddly"))),
            left=left,
        )
    )


@command.command()
@click.option("--ca", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--clerk", required=True, help="The unix user the terminal runs as.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
def install(ca: Path, clerk: str, yes: bool) -> None:
    """Prepare this machine: a user, a folder, a program and a part of sshd's configuration.

    --ca is the public key the help desk signs supporters' certificates with.
    """
    from counter_tui.support.setup import plan

    words = Words(config.load().language)
    authority, places = plan.authority_text(ca), plan.Places(clerk)
    click.echo(words(N_("This will be done on this machine:")))
    for step in plan.steps(places, authority):
        mark = f"  ({words(N_('done already'))})" if step.is_done() else ""
        _list(f"{_say(words, step)}{mark}")
    if not yes and not click.confirm(words(N_("Do it?"))):
        raise ClearNo(N_("Nothing was changed."))
    plan.install(places, authority, _teller(words))
    _report(words, plan.missing(places))


@command.command()
@click.option("--clerk", required=True, help="The unix user the terminal runs as.")
def check(clerk: str) -> None:
    """Look whether everything is in place, asking sshd itself. Needs root."""
    from counter_tui.support.setup import plan

    _report(Words(config.load().language), plan.missing(plan.Places(clerk)))


@command.command()
@click.option("--clerk", required=True, help="The unix user the terminal runs as.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
def uninstall(clerk: str, yes: bool) -> None:
    """Undo what `install` did, and only that."""
    from counter_tui.support.setup import plan

    words = Words(config.load().language)
    if not yes and not click.confirm(words(N_("Take remote support off this machine?"))):
        raise ClearNo(N_("Nothing was changed."))
    plan.uninstall(plan.Places(clerk), _teller(words, N_("undone: {step}")))
    click.echo(words(N_("Undone.")))


def _desk() -> tuple[config.Config, Words, visit.Desk]:
    settings = config.load()
    place: Place | None = place_of(settings)
    if place is None:
        raise NoMeetingPlace
    return settings, Words(settings.language), visit.Desk(settings.home, place)


def _wait_for_mask(home: Path, id: str) -> None:
    deadline = time.monotonic() + _MASKED_WITHIN_SECONDS
    while time.monotonic() < deadline:
        now = visit.read(home)
        if now is None or now.id != id:
            raise NotMasked
        if now.state == "masked":
            return
        time.sleep(0.05)
    raise NotMasked


def _say(words: Words, step: "Step") -> str:
    text, values = step.say
    return words(text, **values)


def _teller(words: Words, sentence: str = "{step}") -> "Callable[[Step], None]":
    return lambda step: _list(words(sentence, step=_say(words, step)))


def _list(text: str) -> None:
    """One point of a list, broken between words, or anywhere beside a Chinese sign."""
    first, *more = wrapped(text, shutil.get_terminal_size().columns - 5)
    click.echo("\n".join([f"  · {first}", *(f"    {line}" for line in more)]))


def _report(words: Words, missing: "Missing") -> None:
    lines = [words(N_("not done: {step}"), step=_say(words, one)) for one in missing.steps]
    lines += [
        words(N_("sshd's {setting} is not as it must be"), setting=one) for one in missing.settings
    ]
    for line in lines:
        _list(line)
    if not lines:
        click.echo(words(N_("Ready: a supporter can be let in, and can only look.")))
    else:
        click.get_current_context().exit(ClearNo.exit_code)
