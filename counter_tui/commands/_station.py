"""What the commands of a station share: home, PIN, sign-in, store."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from counter_tui import config, signin
from counter_tui.clean import clean
from counter_tui.config import Config
from counter_tui.failure import WrongUse
from counter_tui.keys.hardening import harden
from counter_tui.signin import Session
from counter_tui.station import Station, read_station, store_path
from counter_tui.store import Store
from counter_tui.words import N_, Words

_LONGEST_PIN = 256


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A clerk at the station, with the store open."""

    config: Config
    station: Station
    session: Session
    store: Store


@contextmanager
def signed_in(clerk: str | None, pin_stdin: bool) -> Iterator[SignedIn]:
    """Sign a clerk in for one command. Raises SignInRefused, WrongUse and what the store raises."""
    harden()
    settings = config.load()
    station = read_station(settings.home)
    session = unlocked(settings.home, clerk, pin_stdin)
    with Store.open(store_path(settings.home), session.store_key) as store:
        yield SignedIn(settings, station, session, store)


def unlocked(home: Path, clerk: str | None, pin_stdin: bool) -> Session:
    """Open a clerk's keys by a PIN from stdin, the terminal, or the demo's note."""
    note = _demo_note(home)
    who = clerk or _only_clerk(home, note)
    return signin.unlock(home, who, _pin(pin_stdin, note if note.get("clerk") == who else {}))


def read_pin(pin_stdin: bool, prompt: str) -> str:
    """A PIN from standard input, or asked for on the terminal. Raises WrongUse."""
    if pin_stdin:
        return _pin_line()
    if not sys.stdin.isatty():
        raise WrongUse(
            N_("The PIN is asked for on the terminal; without one, give it with --pin-stdin.")
        )
    return click.prompt(Words()(prompt), hide_input=True, err=True)


def say(document: Any) -> None:
    """One JSON document on stdout."""
    click.echo(json.dumps(document, ensure_ascii=False))


def _pin(pin_stdin: bool, note: dict[str, Any]) -> str:
    if not pin_stdin and "pin" in note:
        return str(note["pin"])
    return read_pin(pin_stdin, N_("PIN"))


def _pin_line() -> str:
    pin = clean(sys.stdin.readline(_LONGEST_PIN)).strip()
    if not pin:
        raise WrongUse(N_("There was no PIN on standard input."))
    return pin


def _demo_note(home: Path) -> dict[str, Any]:
    """The demo's clerk and PIN; only a demo's home has this file."""
    try:
        note = json.loads((home / "demo.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def _only_clerk(home: Path, note: dict[str, Any]) -> str:
    if isinstance(note.get("clerk"), str):
        return note["clerk"]
    clerks = signin.list_clerks(home)
    if len(clerks) != 1:
        raise WrongUse(
            N_("Say which clerk with --clerk: {clerks}"),
            clerks=", ".join(one.id for one in clerks) or "-",
        )
    return clerks[0].id
