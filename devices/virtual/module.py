"""The security module of a virtual reader: which answer each command gets, and in which state.

Pure: no line, no clock. A card is found, then selected, then read, in that order; once read it is
not found again until it leaves the field.
"""

from dataclasses import dataclass

from devices.virtual.cards import CardData

PREAMBLE = bytes.fromhex("AAAAAA9669")

RESET = 0x10FF
STATUS = 0x11FF
SAM_NUMBER = 0x12FF
FIND = 0x2001
SELECT = 0x2002
READ = 0x3001
READ_ADDRESS = 0x3003
READ_MANAGEMENT = 0x3005
READ_WITH_FINGERPRINT = 0x3010
RF_SIZE = 0x61FF
BAUD = {0x6000: 115200, 0x6001: 57600, 0x6002: 38400, 0x6003: 19200, 0x6004: 9600}

OK = 0x90
FOUND = 0x9F
NO_CONTENT = 0x91
BAD_SUM = 0x10
BAD_LENGTH = 0x11
BAD_COMMAND = 0x21
READ_FAILED = 0x41
NOT_FOUND = 0x80
NOT_SELECTED = 0x81

SAM = bytes.fromhex("05000300CC2A330187D6120079384E05")
"""05.03-20130508-0001234567-0089012345, the made-up number of a made-up module."""


def frame(status: int, data: bytes = b"", sw: tuple[int, int] = (0, 0)) -> bytes:
    """An answer on the wire: preamble, length, SW1 SW2 SW3, data, XOR of all after the preamble."""
    body = (len(data) + 4).to_bytes(2, "big") + bytes((*sw, status)) + data
    folded = 0
    for byte in body:
        folded ^= byte
    return PREAMBLE + body + bytes((folded,))


def sections(*parts: bytes) -> bytes:
    """The parts' lengths, two bytes each, then the parts."""
    return b"".join(len(part).to_bytes(2, "big") for part in parts) + b"".join(parts)


@dataclass
class Module:
    """One SAM_V module and the card in its field."""

    sam: bytes = SAM
    out_of_service: int | None = None
    """0x60 or 0x66: the only answer such a module has."""
    reselect: bool = True
    """Whether a card that was read can be selected again without leaving; modules differ."""

    card: CardData | None = None
    _found: bool = False
    _selected: bool = False
    _read: bool = False

    def lay(self, card: CardData) -> None:
        """Put `card` in the field in place of what was there."""
        self.card = card
        self._found = self._selected = self._read = False

    def take(self) -> None:
        """Empty the field."""
        self.card = None
        self._found = self._selected = self._read = False

    def answer(self, body: bytes) -> bytes:
        """The whole answer frame for a request's command, parameter and data."""
        if self.out_of_service is not None:
            return frame(self.out_of_service)
        command = int.from_bytes(body[:2], "big")
        if command == RF_SIZE:
            return frame(OK) if len(body) == 3 else frame(BAD_LENGTH)
        if len(body) != 2:
            return frame(BAD_LENGTH)
        simple = {
            STATUS: lambda: frame(OK),
            RESET: self._reset,
            SAM_NUMBER: lambda: frame(OK, self.sam),
            FIND: self._find,
            SELECT: self._select,
        }.get(command)
        if simple is not None:
            return simple()
        if command in BAUD:
            return frame(OK)
        if command in (READ, READ_WITH_FINGERPRINT, READ_ADDRESS, READ_MANAGEMENT):
            if self.card is None or not self._selected:
                return frame(READ_FAILED)
            return self._content(command, self.card)
        return frame(BAD_COMMAND)

    def _reset(self) -> bytes:
        self._found = self._selected = False
        return frame(OK)

    def _find(self) -> bytes:
        if self.card is None or self._read:
            return frame(NOT_FOUND)
        self._found, self._selected = True, False
        return frame(FOUND, bytes(4))

    def _select(self) -> bytes:
        again = self._read and self.reselect
        if self.card is None or not (self._found or again):
            return frame(NOT_SELECTED)
        self._found, self._selected = False, True
        return frame(OK, bytes(8))

    def _content(self, command: int, card: CardData) -> bytes:
        if command == READ_ADDRESS:
            block = card.address_block()
            return frame(OK, block) if block else frame(NO_CONTENT)
        if command == READ_MANAGEMENT:
            return frame(OK, bytes(28))
        self._read = True
        parts = [card.text_block(), card.photo]
        if command == READ_WITH_FINGERPRINT:
            parts.append(card.fingerprints or b"")
        return frame(OK, sections(*parts))
