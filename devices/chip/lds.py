"""The data groups that are text: EF.COM, DG1, DG11, DG12 (ICAO 9303-10 §4)."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from devices.chip import tlv
from devices.chip.faults import BadData
from devices.mrz import Mrz, MrzError, parse
from devices.text import clean

_TAGS: Final = {
    0x61: 1, 0x75: 2, 0x63: 3, 0x76: 4, 0x65: 5, 0x66: 6, 0x67: 7, 0x68: 8,
    0x69: 9, 0x6A: 10, 0x6B: 11, 0x6C: 12, 0x6D: 13, 0x6E: 14, 0x6F: 15, 0x70: 16,
}  # fmt: skip
"""Outer tag of each data group, and its number."""


@dataclass(frozen=True, slots=True)
class PersonalDetails:
    """What DG11 adds to the printed zone."""

    name: str | None = field(default=None, repr=False)
    other_names: tuple[str, ...] = field(default=(), repr=False)
    birth_date: date | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class DocumentDetails:
    """What DG12 says of the document."""

    issuing_authority: str | None = None
    issued_on: date | None = None


def com(data: bytes) -> frozenset[int]:
    """Numbers of the data groups that EF.COM lists. Raises BadData."""
    return frozenset(_TAGS[tag] for tag in tlv.value(data, 0x60, 0x5C) if tag in _TAGS)


def dg1(data: bytes, today: date) -> Mrz:
    """The machine readable zone in the chip. Raises BadData."""
    try:
        return parse(tlv.value(data, 0x61, 0x5F1F).decode("ascii"), today)
    except (MrzError, UnicodeDecodeError) as error:
        raise BadData("DG1: not a machine readable zone") from error


def dg11(data: bytes) -> PersonalDetails:
    """DG11, with other names inside their template or, as China writes them, bare.

    Raises BadData.
    """
    content = tlv.value(data, 0x6B)
    found = dict(tlv.elements(content))
    inside = tlv.elements(found.get(0xA0, b""))
    others = [value for tag, value in [*tlv.elements(content), *inside] if tag == 0x5F0F]
    names = tuple(name for each in others if (name := _name(each)))
    return PersonalDetails(_name(found.get(0x5F0E)), names, _date(found.get(0x5F2B)))


def dg12(data: bytes) -> DocumentDetails:
    """DG12. Raises BadData."""
    found = dict(tlv.elements(tlv.value(data, 0x6C)))
    authority = clean(found.get(0x5F19, b"").decode("utf-8", "replace"))
    return DocumentDetails(authority or None, _date(found.get(0x5F26)))


def _name(value: bytes | None) -> str | None:
    text = clean((value or b"").decode("utf-8", "replace").replace("<", " "))
    return " ".join(text.split()) or None


def _date(value: bytes | None) -> date | None:
    """A date as eight digits, or packed in four bytes."""
    if value is None:
        return None
    digits = value.hex() if len(value) == 4 else value.decode("ascii", "replace")
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
