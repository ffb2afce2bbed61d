"""`counter enrol`: a station's home, its keys, its people, and the centre's answer."""

import json
from pathlib import Path

import click

from counter_tui import config, custody, enrolment, second_person
from counter_tui.clean import clean
from counter_tui.commands._spoken import SpokenCommand
from counter_tui.commands._station import read_pin, say, unlocked
from counter_tui.config import Config
from counter_tui.failure import WrongUse
from counter_tui.keys.hardening import harden
from counter_tui.keys.secret_service import KeyringTrouble
from counter_tui.station import read_station, store_path
from counter_tui.store import Store
from counter_tui.words import N_

_KINDS = ("police_station", "district_hall", "city_centre")
_ROLES = ("clerk", "supervisor")


@click.command("enrol", cls=SpokenCommand)
@click.option("--station", metavar="CODE", help="Make a station with this code.")
@click.option("--kind", type=click.Choice(_KINDS), default="police_station", show_default=True)
@click.option("--clerk", metavar="ID", help="Enrol a clerk.")
@click.option("--name", metavar="NAME", help="The clerk's name, as the sign-in shows it.")
@click.option("--role", type=click.Choice(_ROLES), default="clerk", show_default=True)
@click.option("--card", metavar="MODULE:TOKEN:LABEL", help="Sign with a PKI card's key.")
@click.option("--by", metavar="ID", help="Who opens the store to a further clerk, or unlocks one.")
@click.option("--unlock", metavar="ID", help="Give a locked clerk new tries (by a supervisor).")
@click.option("--change-key", is_flag=True, help="Give the store a fresh key.")
@click.option("--centre", metavar="FILE", help="Install the centre's answer.")
@click.option("--pin-stdin", is_flag=True, help="PINs from standard input, one a line: by, clerk.")
def command(
    station: str | None,
    kind: str,
    clerk: str | None,
    name: str | None,
    role: str,
    card: str | None,
    by: str | None,
    unlock: str | None,
    change_key: bool,
    centre: str | None,
    pin_stdin: bool,
) -> None:
    """Make a station's keys and print the public ones for the centre."""
    harden()
    settings = config.load()
    home = settings.home
    if station and not clerk:
        raise WrongUse(N_("A new station needs its first clerk: --clerk ID --name NAME"))
    if clerk:
        _enrol_clerk(home, (station, kind), clerk, (name, role, card), by, pin_stdin)
    if unlock:
        _unlock(home, by, unlock, pin_stdin)
    if change_key:
        _change_key(settings, by, pin_stdin)
    if centre:
        enrolment.install_answer(home, _answer(centre))
    if not (clerk or unlock or change_key or centre):
        raise WrongUse(N_("Say what to enrol: --station, --clerk or --centre"))
    say(enrolment.public_keys(home))


def _enrol_clerk(
    home: Path,
    new_station: tuple[str | None, str],
    clerk: str,
    about: tuple[str | None, str, str | None],
    by: str | None,
    pin_stdin: bool,
) -> None:
    name, role, card = about
    code, kind = new_station
    key = None if code else unlocked(home, by, pin_stdin).store_key
    pin = read_pin(pin_stdin, N_("PIN of the new clerk"))
    signing = _card_key(card, pin) if card else enrolment.file_key()
    if code:
        key = enrolment.make_station(home, clean(code), kind)
    assert key is not None
    enrolment.add_clerk(home, key, clerk, clean(name or clerk), role, pin, signing)


def _card_key(place: str, pin: str) -> dict[str, object]:
    from counter_tui.keys.pki_card import CardSigner

    parts = place.split(":")
    if len(parts) != 3:
        raise WrongUse(N_("--card is MODULE:TOKEN:LABEL"))
    module, token, label = parts
    return CardSigner(module, token, label, pin).place()


def _unlock(home: Path, by: str | None, clerk: str, pin_stdin: bool) -> None:
    supervisor = unlocked(home, by, pin_stdin)
    with Store.open(store_path(home), supervisor.store_key) as store:
        second_person.unlock_clerk(home, store, supervisor, clerk)


def _change_key(settings: Config, by: str | None, pin_stdin: bool) -> None:
    session = unlocked(settings.home, by, pin_stdin)
    key = enrolment.change_store_key(settings.home, session)
    try:
        custody.keep(settings, read_station(settings.home), key)
    except KeyringTrouble as trouble:
        # The old key there opens nothing; the next sign-in puts the new one.
        trouble.show()


def _answer(path: str) -> object:
    try:
        return json.loads(Path(path).read_bytes())
    except OSError as error:
        raise WrongUse(N_("{path}: {why}"), path=path, why=error.strerror) from None
    except ValueError:
        raise WrongUse(N_("This is not an answer of the centre to an enrolment.")) from None
