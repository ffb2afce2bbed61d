"""What a chip says of its own protocols, in EF.CardAccess and DG14 (ICAO 9303-11 §9.2)."""

from dataclasses import dataclass
from typing import Final

from devices.chip import tlv
from devices.chip.faults import BadData

_SET, _SEQUENCE, _OID, _INTEGER = 0x31, 0x30, 0x06, 0x02
PACE: Final = bytes.fromhex("04007F0007020204")
"""0.4.0.127.0.7.2.2.4, encoded; two more numbers name mapping and cipher."""
ACTIVE_AUTHENTICATION: Final = bytes.fromhex("678108010105")
"""2.23.136.1.1.5, encoded; its info names the signature algorithm of the chip's own key."""


@dataclass(frozen=True, slots=True)
class SecurityInfo:
    """One protocol: encoded object identifier and the elements that follow it, tag and value."""

    protocol: bytes
    rest: tuple[tuple[int, bytes], ...]

    @property
    def numbers(self) -> list[int]:
        """The integers in `rest`, in order: mostly a version and a parameter number."""
        return [int.from_bytes(content) for tag, content in self.rest if tag == _INTEGER]


def parse(data: bytes) -> list[SecurityInfo]:
    """The infos of a SET of them. Raises BadData."""
    infos = []
    for tag, content in tlv.elements(tlv.value(data, _SET)):
        parts = list(tlv.elements(content))
        if tag != _SEQUENCE or not parts or parts[0][0] != _OID:
            raise BadData("SecurityInfos: not a protocol")
        infos.append(SecurityInfo(parts[0][1], tuple(parts[1:])))
    return infos
