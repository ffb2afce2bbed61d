"""The store's key in the Secret Service, by the named backend and in a child that ends.

The child keeps D-Bus and keyring out of the long-lived processes, and a bus that hangs is left
behind after three seconds. No other backend is ever used: the one keyring would pick by itself may
keep secrets as plain text.
"""

import json
import subprocess
import sys
from typing import Any, Final

from counter_tui.failure import OutOfOrder
from counter_tui.words import N_

_SECONDS: Final = 2.5
"""With what the child takes to start and end, the sentence is there within three seconds."""

_SENTENCES: Final = {
    "none": N_(
        "No Secret Service runs in this session. Start gnome-keyring, or set keys.custody to "
        "sealed-file."
    ),
    "locked": N_("The keyring is locked: log in to the desktop again, or unlock it there."),
    "empty": N_("The keyring has no key of this station: sign in at the terminal once."),
    "unsafe": N_(
        "The environment names the keyring backend {backend}, which is not used here. Unset "
        "PYTHON_KEYRING_BACKEND and keyringrc.cfg, or set keys.custody to sealed-file."
    ),
    "hanging": N_(
        "The keyring does not answer within 3 seconds. Unlock it on the desktop, or set "
        "keys.custody to sealed-file."
    ),
}


class KeyringTrouble(OutOfOrder):
    """The Secret Service cannot give or keep the key; `cause` is one of five words."""

    def __init__(self, cause: str, **values: object) -> None:
        self.cause = cause
        super().__init__(_SENTENCES.get(cause, _SENTENCES["none"]), **values)


def get(station: str) -> bytes:
    """The store's key. Raises KeyringTrouble."""
    return bytes.fromhex(_asked({"do": "get", "station": station})["key"])


def put(station: str, key: bytes) -> None:
    """Keep the store's key. Raises KeyringTrouble."""
    _asked({"do": "put", "station": station, "key": key.hex()})


def _asked(order: dict[str, str]) -> dict[str, Any]:
    child = [sys.executable, "-I", "-m", "counter_tui.keys.secret_service_child"]
    try:
        answer = subprocess.run(  # noqa: S603 - our own module, no word of it from outside
            child,
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
        said: dict[str, Any] = json.loads(answer.stdout)
    except subprocess.TimeoutExpired:
        raise KeyringTrouble("hanging") from None
    except (OSError, ValueError):
        raise KeyringTrouble("none") from None
    if "trouble" in said:
        raise KeyringTrouble(said["trouble"], backend=said.get("backend", ""))
    return said
