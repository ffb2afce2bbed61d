"""What a scanned text is: a machine readable zone, a parcel's number, or a receipt's."""

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from devices.mrz import Mrz, MrzError, parse
from devices.text import clean

_S10: Final = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}")
_DOMESTIC: Final = re.compile(r"[0-9]{13}")
_RECEIPT: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]")
_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_WEIGHTS: Final = (8, 6, 4, 2, 3, 5, 9, 7)


class ScanKind(StrEnum):
    """What a text can be."""

    MRZ = "mrz"
    TRACKING = "tracking"
    RECEIPT = "receipt"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Classified:
    """A text in its normal form; `mrz` is there for a zone that reads."""

    kind: ScanKind
    text: str = field(repr=False)
    mrz: Mrz | None = field(default=None, repr=False)


def classify(text: str, today: date) -> Classified:
    """Say what `text` is. `today` settles the centuries of a zone's dates.

    A receipt is known by its printed number or by the id of its application; a tracking number
    by UPU S10 with its check digit, or by the 13 digits domestic mail uses, which have none.
    """
    zone = "\n".join(line for line in map(clean, text.splitlines()) if line)
    if "<" in zone:
        try:
            return Classified(ScanKind.MRZ, zone, parse(zone, today))
        except MrzError:
            return Classified(ScanKind.OTHER, zone)
    bare = zone.replace("\n", " ")
    if _RECEIPT.fullmatch(bare.upper()):
        return Classified(ScanKind.RECEIPT, bare.upper())
    if _ID.fullmatch(bare.lower()):
        return Classified(ScanKind.RECEIPT, bare.lower())
    tight = bare.replace(" ", "").upper()
    if s10_ok(tight) or _DOMESTIC.fullmatch(tight):
        return Classified(ScanKind.TRACKING, tight)
    return Classified(ScanKind.OTHER, bare)


def s10_ok(text: str) -> bool:
    """Form and check digit of a UPU S10 item number, e.g. EA473124829CN."""
    if not _S10.fullmatch(text):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, text[2:10], strict=True))
    check = 11 - total % 11
    return int(text[10]) == {10: 0, 11: 5}.get(check, check)
