"""The store's key, wrapped for each clerk: `store.key`.

While the key is being changed the envelope holds two generations; which one opens the store tells
how far the change came, so a cut at any step is finished by the next sign-in.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from counter_tui.failure import OutOfOrder
from counter_tui.keys.clerk_file import ClerkCard
from counter_tui.keys.jose import BadSignature, seal, unseal
from counter_tui.keys.plain import Jwk, compact
from counter_tui.store.errors import WrongKey
from counter_tui.store.sealed_file import KEY_BYTES, connect, sqlcipher, write_durably
from counter_tui.words import N_

_NAME: Final = "store.key"


class NoKeyForClerk(OutOfOrder):
    """The envelope does not name this clerk."""

    def __init__(self) -> None:
        super().__init__(
            N_("The store was not opened to this clerk; a colleague has to enrol the clerk again.")
        )


@dataclass(frozen=True, slots=True)
class Envelope:
    """Wrapped keys by clerk id; `coming` only while the key is being changed."""

    present: dict[str, str]
    coming: dict[str, str]


def new_store_key() -> bytes:
    """A fresh raw key."""
    return os.urandom(KEY_BYTES)


def wrap(key: bytes, clerks: list[ClerkCard]) -> dict[str, str]:
    """The key, once for each clerk."""
    return {clerk.id: seal(key, clerk.wrap_key) for clerk in clerks}


def read(home: Path) -> Envelope:
    """The envelope of a home. Raises NoKeyForClerk when there is none that can be read."""
    try:
        document = json.loads((home / _NAME).read_bytes())
        return Envelope(document["present"], document["coming"])
    except (OSError, ValueError, KeyError, TypeError):
        raise NoKeyForClerk from None


def write(home: Path, envelope: Envelope) -> None:
    """Replace the envelope, whole or not at all."""
    write_durably(
        home / _NAME, compact({"present": envelope.present, "coming": envelope.coming}) + b"\n"
    )


def store_key(home: Path, store: Path, clerk: str, private: Jwk) -> bytes:
    """The key that opens `store`, and an unfinished change of it brought to its end.

    Raises NoKeyForClerk; WrongKey when the store is not this station's.
    """
    envelope = read(home)
    keys = [_unwrapped(one, clerk, private) for one in (envelope.present, envelope.coming) if one]
    if len(keys) == 1:
        return keys[0]
    present, coming = keys
    if _opens(store, coming):
        write(home, Envelope(envelope.coming, {}))
        return coming
    write(home, Envelope(envelope.present, {}))
    return present


def change_key(home: Path, store: Path, old: bytes, clerks: list[ClerkCard]) -> bytes:
    """Give the store a fresh key, wrapped for `clerks` and nobody else. Nothing else has it open.

    Killed at any step, the next `store_key` goes on with the key that opens the store.
    """
    fresh = new_store_key()
    before = read(home)
    write(home, Envelope(before.present, wrap(fresh, clerks)))
    connection = connect(store, old)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
        connection.execute(f"PRAGMA rekey = \"x'{fresh.hex()}'\"")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    write(home, Envelope(wrap(fresh, clerks), {}))
    return fresh


def _unwrapped(wrapped: dict[str, str], clerk: str, private: Jwk) -> bytes:
    try:
        return unseal(wrapped[clerk], private)
    except (KeyError, BadSignature):
        raise NoKeyForClerk from None


def _opens(store: Path, key: bytes) -> bool:
    try:
        connect(store, key).close()
    except (WrongKey, sqlcipher.DatabaseError):
        return False
    return True
