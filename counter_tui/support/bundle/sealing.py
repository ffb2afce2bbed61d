"""Sealing a bundle to the help desk's age key, and the name it is called by on the phone."""

import hashlib
import json
import os
import zlib
from pathlib import Path
from typing import Any, Final

import pyrage

from counter_tui.failure import ClearNo, WrongUse
from counter_tui.words import N_

LARGEST_BYTES: Final = 2 * 1024 * 1024
_SIGNS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class NoHelpDesk(WrongUse):
    """The configuration names nobody to seal to."""

    def __init__(self) -> None:
        super().__init__(
            N_("Put the help desk's key (age1…) under [support] help_desk_key in counter.toml.")
        )


class FileExists(ClearNo):
    """Nothing is overwritten."""

    def __init__(self, path: Path) -> None:
        super().__init__(N_("{path} is there already; name another file."), path=path)


class NotWritten(WrongUse):
    """The file cannot be written."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(N_("{path}: {reason}"), path=path, reason=reason)


def recipient(key: str) -> pyrage.x25519.Recipient:
    """The help desk's key. Raises NoHelpDesk for what is none."""
    try:
        return pyrage.x25519.Recipient.from_str(key.strip())
    except pyrage.RecipientError:
        raise NoHelpDesk from None


def fitted(facts: dict[str, Any]) -> bytes:
    """The bundle's bytes before sealing: deflated JSON. Old log lines go first if it is too big."""
    while True:
        data = zlib.compress(json.dumps(facts, ensure_ascii=False).encode(), 9)
        if len(data) < LARGEST_BYTES - 4096 or not any(facts["logs"].values()):
            return data
        facts = {
            **facts,
            "logs": {name: lines[len(lines) // 2 + 1 :] for name, lines in facts["logs"].items()},
        }


def seal(data: bytes, to: pyrage.x25519.Recipient) -> bytes:
    """`data` for the help desk's eyes alone."""
    return pyrage.encrypt(data, [to])


def unseal(sealed: bytes, identity: pyrage.x25519.Identity) -> dict[str, Any]:
    """What the help desk reads. Raises pyrage.DecryptError with another key."""
    opened = zlib.decompressobj()
    return json.loads(opened.decompress(pyrage.decrypt(sealed, [identity]), 64 * LARGEST_BYTES))


def spoken_id(sealed: bytes) -> str:
    """Eight signs to read over the phone, `K7Q2-M9XA`; they follow from the file's bytes."""
    number = int.from_bytes(hashlib.sha256(sealed).digest()[:5], "big")
    signs = "".join(_SIGNS[number >> shift & 31] for shift in range(35, -1, -5))
    return f"{signs[:4]}-{signs[4:]}"


def write(path: Path, sealed: bytes) -> None:
    """Write the bundle to a new file nobody else can read. Raises FileExists, NotWritten."""
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise FileExists(path) from None
    except OSError as error:
        raise NotWritten(path, error.strerror or "") from None
    with os.fdopen(handle, "wb") as file:
        file.write(sealed)
