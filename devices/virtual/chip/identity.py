"""A resident ID card as PC/SC readers show it: without its contents, or through a built-in module.

The second kind of reader reads the card by itself and offers the result as a memory, five pages of
256 bytes and four more: lengths, text, photo, one after the other.
"""

from devices.virtual.cards import CardData
from devices.virtual.chip.card import historical
from devices.virtual.module import sections

PAGE = 256


class BareIdentityCard:
    """The card on an ordinary reader: a serial number that says nothing about its holder."""

    atr = historical(bytes.fromhex("D103860500808000"))

    def reset(self) -> None:
        """Nothing is remembered."""

    def answer(self, raw: bytes) -> bytes:
        """Eight bytes of serial number, an all-zero identifier, 6D00 for anything else."""
        if raw[:4] == b"\x00\x36\x00\x00":
            return bytes.fromhex("1122334455667788") + b"\x90\x00"
        if raw[:4] == b"\xff\xca\x00\x00":
            return bytes(4) + b"\x90\x00"
        return b"\x6d\x00"


class TunnelledIdentityCard:
    """The card on a reader with a security module behind PC/SC."""

    atr = bytes.fromhex("3B8F8001804F0CA00000030607FFB00000000020")

    def __init__(self, card: CardData) -> None:
        self._memory = sections(card.text_block(), card.photo)

    def reset(self) -> None:
        """Nothing is remembered."""

    def answer(self, raw: bytes) -> bytes:
        """READ BINARY FF B0, page in P1; 6B00 behind the last page, 6D00 for anything else."""
        if raw[:2] != b"\xff\xb0":
            return b"\x6d\x00"
        page = self._memory[raw[2] * PAGE : raw[2] * PAGE + PAGE]
        return page + b"\x90\x00" if page else b"\x6b\x00"
