"""The commands of a SAM_V module: their bytes, how long they may take, what a fitting answer is.

An answer does not say which command it belongs to; only its shape does. One that does not fit is
an answer to an earlier command that came late, or nonsense.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from devices.samv.blocks import ADDRESS_BYTES, TEXT_BYTES
from devices.samv.frame import Reply
from devices.samv.status import Status


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `wait` is in seconds and leaves the time on the wire aside."""

    code: int
    doing: str
    wait: float
    fits: Callable[[Reply], bool]
    data: bytes = b""


def _done(reply: Reply) -> bool:
    return reply.status == Status.OK and not reply.data


def _found(reply: Reply) -> bool:
    return reply.status == Status.FOUND or (reply.status == Status.OK and len(reply.data) == 4)


def _selected(reply: Reply) -> bool:
    return reply.status == Status.OK and len(reply.data) <= 16


def _content(reply: Reply) -> bool:
    # Shorter ones than a text block fit nothing else either: better bad data than no answer.
    return reply.status == Status.OK and len(reply.data) >= TEXT_BYTES // 2


def _addresses(reply: Reply) -> bool:
    if reply.status == Status.NOTHING_THERE:
        return True
    return reply.status == Status.OK and 0 < len(reply.data) <= 4 * ADDRESS_BYTES


def _sixteen(reply: Reply) -> bool:
    return reply.status == Status.OK and len(reply.data) == 16


def _some(reply: Reply) -> bool:
    return reply.status == Status.OK and 0 < len(reply.data) <= 64


RESET: Final = Command(0x10FF, "reset", 3.0, _done)
STATUS: Final = Command(0x11FF, "status", 2.5, _done)
NUMBER: Final = Command(0x12FF, "SAM number", 2.5, _sixteen)
FIND: Final = Command(0x2001, "find", 2.5, _found)
SELECT: Final = Command(0x2002, "select", 2.5, _selected)
READ: Final = Command(0x3001, "read", 5.0, _content)
READ_ALL: Final = Command(0x3010, "read with fingerprints", 6.0, _content)
ADDRESS: Final = Command(0x3003, "newest address", 3.0, _addresses)
MANAGEMENT: Final = Command(0x3005, "management number", 3.0, _some)

SPEEDS: Final = {115200: 0x00, 57600: 0x01, 38400: 0x02, 19200: 0x03, 9600: 0x04}
"""Baud rate to the parameter of the set-speed command."""


def set_speed(baud: int) -> Command:
    """Change the module's line speed; it answers at the old one. KeyError for an unlisted rate."""
    return Command(0x6000 | SPEEDS[baud], "set speed", 1.2, _done)


def set_rf_frame(largest: int) -> Command:
    """Limit the bytes of one radio frame, 1 to 255, for cards in a weak field."""
    return Command(0x61FF, "set radio frame", 1.2, _done, bytes((largest,)))
