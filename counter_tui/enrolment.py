"""Making a station: its home, its store, its keys, its clerks."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from joserfc.jwk import OKPKey

from counter_tui import signin
from counter_tui.failure import WrongUse
from counter_tui.keys import clerk_file, envelope
from counter_tui.keys.clerk_file import ClerkCard
from counter_tui.keys.jose import Jwk, KeySigner, new_key, public_part
from counter_tui.keys.stretch import USUAL, Cost
from counter_tui.signin import Session
from counter_tui.station import Station, read_station, store_path, trust_from, write_station
from counter_tui.store import lease
from counter_tui.store.store import Store
from counter_tui.words import N_

STATION_KEY = "station.key"
"""Name of the store's secret that holds the station's private key, as a JWK."""


def make_station(home: Path, code: str, kind: str) -> bytes:
    """Make the home with its store and the station's key; answers the store's key.

    It is no station until a first clerk can open it (`add_clerk`). Raises WrongUse where a station
    lives already.
    """
    if (home / "station.toml").exists():
        raise WrongUse(N_("A station is enrolled here already."))
    if store_path(home).exists():
        raise WrongUse(
            N_("A store without its station.toml lies here. Put that file back, or move the store.")
        )
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    key, station_key = envelope.new_store_key(), new_key()
    with Store.make(store_path(home), key) as store:
        store.secrets.put(STATION_KEY, json.dumps(station_key).encode())
        store.settings.put("station.code", code)
        store.settings.put("station.made", store.now().isoformat())
        store.contact.made()
        store.audit.append("station_made", None, station=code)
    envelope.write(home, envelope.Envelope({}, {}))
    write_station(home, Station(code, kind, public_part(OKPKey.import_key(station_key))))
    return key


def add_clerk(
    home: Path,
    store_key: bytes,
    id: str,
    name: str,
    role: str,
    pin: str,
    signing: dict[str, Any],
    cost: Cost = USUAL,
) -> ClerkCard:
    """Enrol a clerk: a sealed key file, and the store's key wrapped to it.

    `signing` is `file_key()` or a card's place (see `keys.pki_card`), `cost` what each try of the
    PIN is to cost. Raises WrongUse.
    """
    if clerk_file.path_of(home, id).exists():
        raise WrongUse(N_("A clerk of this id is enrolled already."))
    unwrap = OKPKey.generate_key("X25519")
    public = signing.pop("public") if signing["kind"] == "card" else None
    card = ClerkCard(
        id,
        name,
        role,
        public or KeySigner(signing["private"]).public,
        public_part(unwrap),
    )
    before = envelope.read(home)
    secrets = {"signing": signing, "unwrap": unwrap.as_dict(private=True)}
    clerk_file.write(home, card, secrets, pin, cost)
    envelope.write(home, replace(before, present=before.present | envelope.wrap(store_key, [card])))
    return card


def file_key() -> dict[str, Any]:
    """A fresh signing key for a sealed file."""
    return {"kind": "file", "private": new_key()}


def change_store_key(home: Path, session: Session) -> bytes:
    """Give the store a fresh key, wrapped for the clerks enrolled now; the old one opens nothing.

    Killed at any step, the next sign-in finds the key that opens the store and tidies up. Raises
    InUse while an agent or a terminal has the store open.
    """
    with lease.alone(store_path(home)):
        clerks = signin.list_clerks(home)
        key = envelope.change_key(home, store_path(home), session.store_key, clerks)
    with Store.open(store_path(home), key) as store:
        store.audit.append("store_key_changed", session.clerk_id)
    return key


def install_answer(home: Path, answer: object) -> Station:
    """Pin the centre as its answer to the enrolment says. Raises WrongUse."""
    code, centre, pack_keys = trust_from(answer)
    station = read_station(home)
    if code != station.code:
        raise WrongUse(N_("The centre's answer is for another station."))
    enrolled = replace(station, centre=centre, pack_keys=pack_keys)
    write_station(home, enrolled)
    return enrolled


def public_keys(home: Path) -> dict[str, Any]:
    """What the centre has to know of this station: codes, ids and public keys."""
    station = read_station(home)
    return {
        "station": station.code,
        "kind": station.kind,
        "station_key": station.station_key,
        "clerks": [
            {"id": one.id, "name": one.name, "role": one.role, "key": one.public_key}
            for one in signin.list_clerks(home)
        ],
    }


def station_signer(store: Store) -> KeySigner:
    """The station's own key, out of the store. Raises WrongUse where there is none."""
    private = store.secrets.get(STATION_KEY)
    if private is None:
        raise WrongUse(N_("The station's key is not in its store; enrol the station again."))
    key: Jwk = json.loads(private)
    return KeySigner(key)
