"""A clerk's keys, used in processes that end.

Argon2id at 64 MiB and the libraries of signatures would stay in the terminal's resident memory;
a child gives them back.
"""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from counter_tui.failure import OutOfOrder
from counter_tui.keys.plain import Jwk, compact
from counter_tui.words import N_

_SECONDS: Final = 20
_FAILURES: Final = {
    "WrongPin": "counter_tui.keys.clerk_file",
    "DamagedClerkFile": "counter_tui.keys.clerk_file",
    "NoKeyForClerk": "counter_tui.keys.envelope",
    "WrongKey": "counter_tui.store.errors",
    "NoCard": "counter_tui.keys.pki_card",
    "CardPin": "counter_tui.keys.pki_card",
    "CardLocked": "counter_tui.keys.pki_card",
}
"""Where the failures that a child names are defined; they are made without arguments."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a right PIN gave. Nothing in it is printed by `repr`."""

    _answer: dict[str, Any] = field(repr=False)
    _pin: str = field(repr=False)

    @property
    def proof(self) -> str | None:
        """The claims signed; None without claims, and for a card, which signs when it is asked."""
        return self._answer.get("proof")

    def store_key(self) -> bytes:
        """The store's key. Raises NoKeyForClerk, WrongKey."""
        if "key_failure" in self._answer:
            raise _failure(self._answer["key_failure"])
        return bytes.fromhex(self._answer["key"])

    def signer(self, public: Jwk) -> "ClerkSigner":
        """The clerk's signing key; `public` is its public part."""
        return ClerkSigner(public, self._answer["signing"], self._pin)


class ClerkSigner:
    """Signs in a child, with the key of a sealed file or on a card."""

    def __init__(self, public: Jwk, signing: dict[str, Any], pin: str) -> None:
        self._public, self._signing = public, signing
        self._pin = pin if signing["kind"] == "card" else ""

    @property
    def public(self) -> Jwk:
        return self._public

    def sign(self, payload: dict[str, Any], typ: str, **header: Any) -> str:
        """A compact JWS. Blocks for about 0.3 s. Raises OutOfOrder; NoCard, CardPin, CardLocked."""
        order = {
            "signing": self._signing,
            "pin": self._pin,
            "payload": payload,
            "typ": typ,
            "header": header,
        }
        return _asked({"sign": order})["signed"]


def open_keys(home: Path, clerk: str, pin: str, claims: dict[str, Any] | None = None) -> Opened:
    """Unseal a clerk's file and the store's key, and sign `claims`. Blocks for about 0.5 s.

    Raises WrongPin, DamagedClerkFile, OutOfOrder.
    """
    order = {"home": str(home), "clerk": clerk, "pin": pin, "claims": claims}
    return Opened(_asked({"open": order}), pin)


def _asked(order: dict[str, Any]) -> dict[str, Any]:
    child = [sys.executable, "-I", "-m", "counter_tui.keys.clerk_child"]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no word of it from outside
            child, input=compact(order), capture_output=True, timeout=_SECONDS, check=True
        )
        answer = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        raise _no_answer() from None
    if "failure" in answer:
        raise _failure(answer["failure"])
    return answer


def _failure(name: str) -> Exception:
    if name not in _FAILURES:
        return _no_answer()
    return getattr(import_module(_FAILURES[name]), name)()


def _no_answer() -> OutOfOrder:
    return OutOfOrder(N_("The PIN could not be checked: the machine is short of memory."))
