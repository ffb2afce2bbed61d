"""Frames of the SAM_V line, out of and into bytes.

    AA AA AA 96 69 | length, 2 bytes big endian | payload | XOR of length and payload

A request's payload is command, parameter, data; a reply's is SW1 SW2 SW3, data. The length counts
payload and check byte.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

PREAMBLE: Final = bytes((0xAA, 0xAA, 0xAA, 0x96, 0x69))
LONGEST: Final = 0x090A
"""Largest length any known module announces: text, portrait and both fingerprints."""
SHORTEST_REPLY: Final = 4
HEAD: Final = len(PREAMBLE) + 2


def encode(command: int, data: bytes = b"") -> bytes:
    """A request frame; `command` is command and parameter byte, e.g. 0x2001 for find."""
    return framed(command.to_bytes(2, "big") + data)


def framed(payload: bytes) -> bytes:
    """A frame with that payload."""
    counted = (len(payload) + 1).to_bytes(2, "big") + payload
    return PREAMBLE + counted + bytes((_xor(counted),))


def _xor(data: Iterable[int]) -> int:
    total = 0
    for byte in data:
        total ^= byte
    return total


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply whose length and check byte were right. `status` is SW3; `card_status` SW1 SW2."""

    status: int
    data: bytes = field(default=b"", repr=False)
    card_status: int = 0


@dataclass(slots=True)
class Deframer:
    """Finds replies in whatever the line brings, in pieces of any size.

    Noise is skipped, an absurd length is noise, a wrong check byte drops the preamble only, so
    that a true frame inside the damaged one is still found.
    """

    damaged: int = 0
    """Frames dropped so far for their length or check byte."""
    _held: bytearray = field(default_factory=bytearray, repr=False)

    @property
    def within(self) -> bool:
        """A frame has begun and is not complete."""
        return len(self._held) >= len(PREAMBLE)

    def feed(self, piece: bytes) -> Iterator[Reply]:
        """Take what came; yield each reply that is now complete."""
        self._held += piece
        while (reply := self._next()) is not None:
            yield reply

    def give_up(self) -> Iterator[Reply]:
        """Nothing more comes: look for whole replies behind the beginning that never ended."""
        while self.within:
            del self._held[0]
            while (reply := self._next()) is not None:
                yield reply
        self._held.clear()

    def _next(self) -> Reply | None:
        held = self._held
        while self._align():
            if len(held) < HEAD:
                return None
            length = int.from_bytes(held[5:7], "big")
            if not SHORTEST_REPLY <= length <= LONGEST:
                self.damaged += 1
                del held[:3]
                continue
            end = HEAD + length
            if len(held) < end:
                return None
            if _xor(held[5 : end - 1]) != held[end - 1]:
                self.damaged += 1
                del held[:3]
                continue
            reply = Reply(held[9], bytes(held[10 : end - 1]), int.from_bytes(held[7:9], "big"))
            del held[:end]
            return reply
        return None

    def _align(self) -> bool:
        """Drop what cannot begin a frame; True when a whole preamble stands first."""
        held = self._held
        place = held.find(PREAMBLE)
        if place >= 0:
            del held[:place]
            return True
        keep = next(n for n in range(len(PREAMBLE) - 1, -1, -1) if held.endswith(PREAMBLE[:n]))
        del held[: len(held) - keep]
        return False
