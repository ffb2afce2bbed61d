"""A clerk's sealed key file: `clerks/ID.json`, opened by the PIN and by nothing else.

argon2id(PIN) opens AES-256-GCM over the clerk's secrets. Name, role and public keys stand outside
the seal for the sign-in list, and are authenticated by it.
"""

import base64
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from counter_tui.failure import OutOfOrder, WrongUse
from counter_tui.keys.plain import Jwk, compact
from counter_tui.keys.stretch import Cost, stretch
from counter_tui.store.sealed_file import write_durably
from counter_tui.words import N_

_FORMAT: Final = 1
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
LEAST_PIN: Final = 6


class WrongPin(ValueError):
    """The seal does not open with this PIN."""


class DamagedClerkFile(OutOfOrder):
    """A key file that is no key file any more."""

    def __init__(self) -> None:
        super().__init__(
            N_("The clerk's key file is damaged; put it back from a copy or enrol anew.")
        )


@dataclass(frozen=True, slots=True)
class ClerkCard:
    """What stands outside the seal. `wrap_key` is the X25519 key the store's key is wrapped to."""

    id: str
    name: str
    role: str
    public_key: Jwk
    wrap_key: Jwk


def checked_id(id: str) -> str:
    """The id, if it can be a file's name. Raises WrongUse."""
    if not _ID.fullmatch(id):
        raise WrongUse(N_("A clerk's id has letters, digits, - and _, at most 32."))
    return id


def path_of(home: Path, id: str) -> Path:
    """Where a clerk's file is."""
    return home / "clerks" / f"{checked_id(id)}.json"


def write(home: Path, card: ClerkCard, secrets: dict[str, Any], pin: str, cost: Cost) -> None:
    """Seal `secrets` under `pin` and write the file, whole or not at all. Raises WrongUse."""
    # Imported where it is used: the list of clerks needs no cipher.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(pin) < LEAST_PIN:
        raise WrongUse(N_("A PIN has at least 6 characters."))
    salt, nonce = os.urandom(16), os.urandom(12)
    outside = {
        "format": _FORMAT,
        "id": card.id,
        "name": card.name,
        "role": card.role,
        "public_key": card.public_key,
        "wrap_key": card.wrap_key,
        "argon2id": [cost.memory_kib, cost.passes, cost.lanes],
        "salt": base64.b64encode(salt).decode(),
        "nonce": base64.b64encode(nonce).decode(),
    }
    sealed = AESGCM(stretch(pin, salt, cost)).encrypt(nonce, compact(secrets), compact(outside))
    path = path_of(home, card.id)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    write_durably(path, compact({**outside, "sealed": base64.b64encode(sealed).decode()}) + b"\n")


def read(home: Path, id: str) -> ClerkCard:
    """What stands outside the seal. Raises WrongUse for no such clerk, DamagedClerkFile."""
    return _card(_document(path_of(home, id)))


def read_all(home: Path) -> list[ClerkCard]:
    """Every clerk of the station, by id; a damaged file is left out of the list."""
    cards = []
    for path in sorted((home / "clerks").glob("*.json")):
        try:
            cards.append(_card(_document(path)))
        except DamagedClerkFile:
            continue
    return cards


def unseal(
    home: Path, id: str, pin: str, stretched: Callable[[str, bytes, Cost], bytes] = stretch
) -> tuple[ClerkCard, dict[str, Any]]:
    """Open the seal. Blocks for about 0.2 s. Raises WrongPin, WrongUse, DamagedClerkFile."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    document = _document(path_of(home, id))
    card = _card(document)
    try:
        sealed = base64.b64decode(document.pop("sealed"))
        salt, nonce = (base64.b64decode(document[name]) for name in ("salt", "nonce"))
        cost = Cost(*document["argon2id"])
    except (KeyError, TypeError, ValueError):
        raise DamagedClerkFile from None
    key = stretched(pin, salt, cost)
    try:
        return card, json.loads(AESGCM(key).decrypt(nonce, sealed, compact(document)))
    except InvalidTag:
        raise WrongPin from None


def _document(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise WrongUse(N_("There is no such clerk at this station.")) from None
    except (OSError, ValueError):
        raise DamagedClerkFile from None
    if not isinstance(document, dict) or document.get("format") != _FORMAT:
        raise DamagedClerkFile
    return document


def _card(document: dict[str, Any]) -> ClerkCard:
    try:
        return ClerkCard(*(document[name] for name in ClerkCard.__slots__))
    except KeyError:
        raise DamagedClerkFile from None
