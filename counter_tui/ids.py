"""Ids minted here."""

import os
import time
from uuid import UUID


def uuid7() -> UUID:
    """A new id that sorts by the millisecond in which it was made (RFC 9562, version 7)."""
    milliseconds = time.time_ns() // 1_000_000
    chance = int.from_bytes(os.urandom(10), "big")
    high, low = chance >> 68, chance & (1 << 62) - 1
    return UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low)
