"""Cuts the data of a read reply into its blocks, by the lengths it announces and no other."""

from dataclasses import dataclass, field
from typing import Final

from devices.records import Problem, ReaderError

TEXT_BYTES: Final = 256
PHOTO_BYTES: Final = 1024
FINGERPRINT_BYTES: Final = 1024
ADDRESS_BYTES: Final = 70


@dataclass(frozen=True, slots=True)
class Blocks:
    """What one read brought. A block the card does not have is empty."""

    text: bytes = field(repr=False)
    photo: bytes = field(repr=False)
    fingerprints: bytes = field(repr=False)


def bad(detail: str) -> ReaderError:
    """The card's data cannot be what the standard describes."""
    return ReaderError(Problem.BAD_DATA, detail)


def cut_base(data: bytes) -> Blocks:
    """Two or three 2-byte lengths, then the blocks. Raises ReaderError(BAD_DATA).

    Whether a third length stands there is told by the sum: only one reading of the header can
    account for every byte, as the text block is never absent.
    """
    for count in (2, 3):
        lengths = [int.from_bytes(data[2 * i : 2 * i + 2], "big") for i in range(count)]
        if len(data) >= 2 * count and 2 * count + sum(lengths) == len(data):
            return _blocks(data[2 * count :], [*lengths, 0])
    raise bad(f"block lengths do not add up to {len(data)}")


def _blocks(body: bytes, lengths: list[int]) -> Blocks:
    text, photo, fingerprints = lengths[:3]
    if text != TEXT_BYTES:
        raise bad(f"text block of {text} bytes")
    if photo not in (0, PHOTO_BYTES):
        raise bad(f"portrait of {photo} bytes")
    if fingerprints not in (0, FINGERPRINT_BYTES):
        raise bad(f"fingerprints of {fingerprints} bytes")
    return Blocks(body[:text], body[text : text + photo], body[text + photo :])


def cut_addresses(data: bytes) -> list[bytes]:
    """The records of a newest-address reply, oldest first. Raises ReaderError(BAD_DATA)."""
    if len(data) % ADDRESS_BYTES:
        raise bad(f"addresses of {len(data)} bytes")
    return [data[at : at + ADDRESS_BYTES] for at in range(0, len(data), ADDRESS_BYTES)]


def sam_number(data: bytes) -> str:
    """A module's number as it stands on its label, e.g. `05.03-20130508-0001234567-0089012345`.

    Raises ReaderError(BAD_DATA) when there are not 16 bytes.
    """
    if len(data) != 16:
        raise bad(f"SAM number of {len(data)} bytes")
    kind, maker = (int.from_bytes(data[at : at + 2], "little") for at in (0, 2))
    day, unit, rest = (int.from_bytes(data[at : at + 4], "little") for at in (4, 8, 12))
    return f"{kind:02}.{maker:02}-{day:08}-{unit:010}-{rest:010}"
