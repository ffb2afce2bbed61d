"""The child of `clerk_keys`: one order on stdin, one answer on stdout, both JSON."""

import json
import sys
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

from counter_tui.failure import Failure
from counter_tui.keys import clerk_file, stretch_child
from counter_tui.keys.hardening import harden
from counter_tui.keys.plain import Signer
from counter_tui.station import store_path


def main() -> None:
    """Answer the order."""
    harden()
    order = json.load(sys.stdin)
    answer = _opened(**order["open"]) if "open" in order else _signed(**order["sign"])
    json.dump(answer, sys.stdout)


def _opened(home: str, clerk: str, pin: str, claims: dict[str, Any] | None) -> dict[str, Any]:
    # Half of the time goes into imports, and the PIN leaves the interpreter free meanwhile.
    Thread(target=import_module, args=("counter_tui.keys.envelope",)).start()
    try:
        _, secrets = clerk_file.unseal(Path(home), clerk, pin, stretch_child.stretched)
    except (Failure, clerk_file.WrongPin) as failure:
        return {"failure": type(failure).__name__}
    from counter_tui.keys import envelope

    signing = secrets["signing"]
    answer = {"signing": signing}
    if claims and signing["kind"] == "file":
        answer["proof"] = _signer(signing, pin).sign(claims, "JWT")
    try:
        key = envelope.store_key(Path(home), store_path(Path(home)), clerk, secrets["unwrap"])
    except Failure as failure:
        # The PIN was right all the same.
        return answer | {"key_failure": type(failure).__name__}
    return answer | {"key": key.hex()}


def _signed(
    signing: dict[str, Any], pin: str, payload: dict[str, Any], typ: str, header: dict[str, Any]
) -> dict[str, Any]:
    try:
        return {"signed": _signer(signing, pin).sign(payload, typ, **header)}
    except Failure as failure:
        return {"failure": type(failure).__name__}


def _signer(signing: dict[str, Any], pin: str) -> Signer:
    if signing["kind"] == "card":
        # Imported for card holders only: PKCS#11 is a native library of its own.
        from counter_tui.keys.pki_card import CardSigner

        return CardSigner(signing["module"], signing["token"], signing["label"], pin)
    from counter_tui.keys.jose import KeySigner

    return KeySigner(signing["private"])


if __name__ == "__main__":
    main()
