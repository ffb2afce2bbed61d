"""What a resident ID card and its three relatives hold, written the way the card holds it.

The 256-byte text block comes in four layouts told apart by the character at byte 248 (GA 450
family, as public reader manuals restate it). Every field is UTF-16LE, left-aligned, padded with
blanks.
"""

from dataclasses import dataclass, field
from datetime import date

TEXT_BYTES = 256
PHOTO_BYTES = 1024
FINGERPRINT_BYTES = 1024
ADDRESS_BYTES = 70

RAMP = bytes(range(256)) * 4
"""A photo block that is evidently no photo."""


class DoesNotFit(ValueError):
    """A value is longer than its place on the card."""


def place(text: str, width: int, pad: str = " ") -> bytes:
    """`text` in UTF-16LE, filled up to `width` bytes; DoesNotFit when it is longer."""
    raw = text.encode("utf-16-le")
    if len(raw) > width:
        raise DoesNotFit(f"{len(raw)} bytes for a field of {width}")
    return raw + pad.encode("utf-16-le") * ((width - len(raw)) // 2)


def day(value: date | None) -> str:
    """YYYYMMDD, or 长期 for no end."""
    return "长期" if value is None else f"{value:%Y%m%d}"


@dataclass(frozen=True, kw_only=True)
class CardData:
    """What all four kinds have. `sex` is the digit on the card (GB/T 2261.1: 1 male, 2 female)."""

    name: str = field(repr=False)
    sex: str
    birth: date = field(repr=False)
    number: str = field(repr=False)
    valid_from: date
    valid_to: date | None
    """None is 长期, as on the cards of people past 46."""
    photo: bytes = field(default=RAMP, repr=False)
    fingerprints: bytes | None = field(default=None, repr=False)
    newest_addresses: tuple[str, ...] = field(default=(), repr=False)
    pad: str = " "
    """What fills the fields: a blank, or on some cards U+0000."""
    patches: tuple[tuple[int, bytes], ...] = ()
    """(offset, bytes) laid over the finished text block: for cards that are wrong."""

    def fields(self) -> list[tuple[str, int]]:
        """(text, width in bytes) from first to last."""
        raise NotImplementedError

    def text_block(self) -> bytes:
        """The 256 bytes of text, patches applied."""
        block = bytearray(b"".join(place(text, width, self.pad) for text, width in self.fields()))
        if len(block) != TEXT_BYTES:
            raise DoesNotFit(f"layout of {len(block)} bytes")
        for offset, raw in self.patches:
            block[offset : offset + len(raw)] = raw
        return bytes(block[:TEXT_BYTES])

    def address_block(self) -> bytes:
        """All newest addresses, 70 bytes each; empty when the card has none."""
        return b"".join(place(text, ADDRESS_BYTES, self.pad) for text in self.newest_addresses)


@dataclass(frozen=True, kw_only=True)
class ResidentCard(CardData):
    """居民身份证. `ethnic` is the two-digit code of GB/T 3304."""

    ethnic: str
    address: str = field(repr=False)
    authority: str

    def fields(self) -> list[tuple[str, int]]:
        """The resident layout: nothing but blanks from byte 220 on."""
        return [
            (self.name, 30),
            (self.sex, 2),
            (self.ethnic, 4),
            (day(self.birth), 16),
            (self.address, 70),
            (self.number, 36),
            (self.authority, 30),
            (day(self.valid_from), 16),
            (day(self.valid_to), 16),
            ("", 36),
        ]


@dataclass(frozen=True, kw_only=True)
class ResidencePermit(CardData):
    """港澳台居民居住证, flag J. `issue_count` is two digits."""

    address: str = field(repr=False)
    authority: str
    travel_permit: str = field(repr=False)
    issue_count: str = "01"

    def fields(self) -> list[tuple[str, int]]:
        """The resident layout with the ethnic code blank and the travel permit at byte 220."""
        return [
            (self.name, 30),
            (self.sex, 2),
            ("", 4),
            (day(self.birth), 16),
            (self.address, 70),
            (self.number, 36),
            (self.authority, 30),
            (day(self.valid_from), 16),
            (day(self.valid_to), 16),
            (self.travel_permit, 18),
            (self.issue_count, 4),
            ("", 6),
            ("J", 2),
            ("", 6),
        ]


@dataclass(frozen=True, kw_only=True)
class ForeignerCard2017(CardData):
    """外国人永久居留身份证 of 2017, flag I. `name` is the English one."""

    chinese_name: str = field(default="", repr=False)
    nationality: str
    version: str = "01"
    authority_code: str = "1500"

    def fields(self) -> list[tuple[str, int]]:
        """English name first, birth date behind the validity."""
        return [
            (self.name, 120),
            (self.sex, 2),
            (self.number, 30),
            (self.nationality, 6),
            (self.chinese_name, 30),
            (day(self.valid_from), 16),
            (day(self.valid_to), 16),
            (day(self.birth), 16),
            (self.version, 4),
            (self.authority_code, 8),
            ("I", 2),
            ("", 6),
        ]


@dataclass(frozen=True, kw_only=True)
class ForeignerCard2023(CardData):
    """外国人永久居留身份证 of 2023, flag Y. `former` is the link to the old number."""

    chinese_name: str = field(default="", repr=False)
    nationality: str
    renewals: str = "00"
    former: str = field(default="", repr=False)

    def fields(self) -> list[tuple[str, int]]:
        """The English name is cut in two: 35 characters at byte 52, 11 more at byte 220."""
        return [
            (self.chinese_name, 30),
            (self.sex, 2),
            (self.renewals, 4),
            (day(self.birth), 16),
            (self.name[:35], 70),
            (self.number, 36),
            ("", 30),
            (day(self.valid_from), 16),
            (day(self.valid_to), 16),
            (self.name[35:], 22),
            (self.nationality, 6),
            ("Y", 2),
            (self.former, 6),
        ]


def templates(seed: int = 1) -> bytes:
    """A fingerprint block: two templates of 512 bytes, right and left thumb, registered well.

    What stands between the headers is a counted pattern and matches no finger.
    """
    halves = []
    for number, finger in ((0, 11), (1, 16)):
        half = bytearray((seed + number + at) & 0xFF for at in range(512))
        half[0], half[4], half[5], half[6] = ord("C"), 1, finger, 80
        halves.append(bytes(half))
    return b"".join(halves)
