"""How far one command reaches on a chip: short or extended length, and the largest answer."""

from dataclasses import dataclass
from typing import Final

from devices.chip import tlv
from devices.chip.faults import BadData

LARGEST: Final = 65535 - 2 - 5 - 4 - 10
"""Data bytes that a secured extended answer can carry through a link with lengths of 16 bits."""
_CAPABILITIES: Final = 0x7
_EXTENDED_FLAG: Final = 0x40
_LENGTH_INFORMATION: Final = 0x7F66
_OVERHEAD: Final = 64
"""What secure messaging may add to an answer, generously."""
_SMALLEST_EXTENDED: Final = 512


@dataclass(slots=True)
class Reach:
    """What is known so far. None means not known: it is tried."""

    extended: bool | None = None
    proven: bool = False
    """An extended command has been answered with data."""
    short_ids: bool | None = None
    """Whether READ BINARY takes a short file identifier, which spares a SELECT."""
    refused_short_id: int = 0
    """Status of the first refusal of a short file identifier."""
    largest: int = LARGEST

    def declare(self, ef_atr: bytes) -> None:
        """Learn from EF.ATR/INFO (9303-10 §3.11.1); what cannot be read there says nothing."""
        try:
            info = tlv.find(ef_atr, _LENGTH_INFORMATION)
            limits = [int.from_bytes(each) for tag, each in tlv.elements(info or b"") if tag == 2]
        except BadData:
            return
        if len(limits) == 2 and limits[1] > _SMALLEST_EXTENDED:
            self.extended = True
            self.largest = min(LARGEST, limits[1] - _OVERHEAD)

    def lower(self) -> None:
        """Ask for less: the last extended length was refused."""
        self.largest //= 4
        if self.largest < _SMALLEST_EXTENDED or not self.proven:
            self.extended = False


def from_atr(atr: bytes) -> Reach:
    """What the historical bytes say of extended length (ISO 7816-4 §8.1.1)."""
    history = _historical(atr)
    if history[:1] == b"\x00":
        history = history[:-3]
    if history[:1] not in (b"\x00", b"\x80"):
        return Reach()
    place = 1
    while place < len(history):
        tag, length = history[place] >> 4, history[place] & 0x0F
        content = history[place + 1 : place + 1 + length]
        if tag == _CAPABILITIES and len(content) == 3:
            return Reach(extended=bool(content[2] & _EXTENDED_FLAG))
        place += 1 + length
    return Reach()


def _historical(atr: bytes) -> bytes:
    if len(atr) < 2:
        return b""
    count, present, place = atr[1] & 0x0F, atr[1] >> 4, 2
    while present:
        last = place + present.bit_count() - 1
        more = present & 8
        place = last + 1
        present = atr[last] >> 4 if more and last < len(atr) else 0
    return atr[place : place + count]
