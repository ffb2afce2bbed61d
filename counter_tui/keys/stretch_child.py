"""The child of `stretch`: one order on stdin, one key on stdout."""

import base64
import json
import sys

from argon2.low_level import Type, hash_secret_raw

from counter_tui.keys.hardening import harden
from counter_tui.keys.stretch import Cost


def main() -> None:
    """Answer the order."""
    harden()
    order = json.load(sys.stdin)
    pin, salt = order.pop("pin"), base64.b64decode(order.pop("salt"))
    sys.stdout.buffer.write(stretched(pin, salt, Cost(**order)))


def stretched(pin: str, salt: bytes, cost: Cost) -> bytes:
    """The 32-byte key of a PIN, made in this process."""
    return hash_secret_raw(
        pin.encode(),
        salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=32,
        type=Type.ID,
    )


if __name__ == "__main__":
    main()
