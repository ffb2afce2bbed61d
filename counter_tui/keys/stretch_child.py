"""The child of `stretch`: one order on stdin, one key on stdout."""

import base64
import json
import sys

from argon2.low_level import Type, hash_secret_raw

from counter_tui.keys.hardening import harden


def main() -> None:
    """Answer the order."""
    harden()
    order = json.load(sys.stdin)
    key = hash_secret_raw(
        order["pin"].encode(),
        base64.b64decode(order["salt"]),
        time_cost=order["passes"],
        memory_cost=order["memory_kib"],
        parallelism=order["lanes"],
        hash_len=32,
        type=Type.ID,
    )
    sys.stdout.buffer.write(key)


if __name__ == "__main__":
    main()
