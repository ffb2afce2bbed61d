"""The child of `secret_service`: one order on stdin, one JSON answer on stdout."""

import json
import os
import sys
from typing import Any

from keyring.backends.SecretService import Keyring
from keyring.core import load_config
from keyring.errors import InitError, KeyringLocked, PasswordSetError
from secretstorage.exceptions import SecretStorageException

from counter_tui.keys.hardening import harden

_SERVICE = "counter"
_NAMED = "keyring.backends.SecretService.Keyring"


def main() -> None:
    """Answer the order."""
    harden()
    print(json.dumps(_answer(json.load(sys.stdin))))  # noqa: T201 - the answer is this process's purpose


def _answer(order: dict[str, str]) -> dict[str, Any]:
    configured = _configured()
    if configured not in (None, _NAMED):
        return {"trouble": "unsafe", "backend": configured}
    try:
        backend = Keyring()
        if order["do"] == "put":
            backend.set_password(_SERVICE, order["station"], order["key"])
            return {"done": True}
        key = backend.get_password(_SERVICE, order["station"])
    except TimeoutError:
        return {"trouble": "hanging"}
    except KeyringLocked:
        return {"trouble": "locked"}
    except (RuntimeError, InitError, PasswordSetError, SecretStorageException):
        return {"trouble": "none"}
    return {"key": key} if key else {"trouble": "empty"}


def _configured() -> str | None:
    """The backend that the environment or keyring's own configuration names, if any."""
    named = os.environ.get("PYTHON_KEYRING_BACKEND")
    if named:
        return named
    try:
        found = load_config()
    except Exception as error:  # noqa: BLE001 - whatever a foreign backend's module raises
        return type(error).__name__
    return f"{type(found).__module__}.{type(found).__name__}" if found else None


if __name__ == "__main__":
    main()
