"""Turning a PIN into a key, in a process that ends.

Argon2id at 64 MiB would stay in the terminal's resident memory; a child gives it back.
"""

import base64
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import Final

from counter_tui.failure import OutOfOrder
from counter_tui.words import N_

_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Cost:
    """What one try costs: memory in KiB, passes, lanes."""

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 1


USUAL: Final = Cost()
"""What a station's clerks are enrolled with."""


def stretch(pin: str, salt: bytes, cost: Cost) -> bytes:
    """The 32-byte key of a PIN. Blocks for about 0.2 s. Raises OutOfOrder."""
    order = json.dumps({"pin": pin, "salt": base64.b64encode(salt).decode(), **asdict(cost)})
    child = [sys.executable, "-I", "-m", "counter_tui.keys.stretch_child"]
    try:
        answer = subprocess.run(  # noqa: S603 - our own module, no word of it from outside
            child, input=order.encode(), capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        raise OutOfOrder(
            N_("The PIN could not be checked: the machine is short of memory.")
        ) from None
    if answer.returncode != 0 or len(answer.stdout) != 32:
        raise OutOfOrder(N_("The PIN could not be checked: the machine is short of memory."))
    return answer.stdout
