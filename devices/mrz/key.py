"""What opens a chip: the key that stands printed on the document."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from devices.mrz.fields import MrzError, check_digit, zone
from devices.mrz.forms import parse

_THREE: Final = re.compile(r"\s*([A-Z0-9<]{1,20})\s*,\s*([0-9-]{6,10})\s*,\s*([0-9-]{6,10})\s*")
_CAN: Final = re.compile(r"\s*(?:CAN[: ]?)?\s*([0-9]{6})\s*")

_INFORMATION: Final = 24


@dataclass(frozen=True, slots=True)
class AccessKey:
    """MRZ information for BAC and PACE, or the card access number for PACE alone."""

    mrz: str | None = field(default=None, repr=False)
    """Number, birth YYMMDD and expiry YYMMDD, each followed by its check digit."""
    can: str | None = field(default=None, repr=False)


def access_key(text: str, today: date) -> AccessKey:
    """The key in what a scanner or a person gave.

    Takes a whole zone (1x30, 2x44, 2x36, 3x30, with or without line breaks), the second line of
    a passport or the first of a permit alone, MRZ information (9303-11 §9.7.2: number, birth and
    expiry, each with its check digit), `NUMBER,BIRTH,EXPIRY` with dates as YYMMDD, YYYYMMDD or
    YYYY-MM-DD, or a card access number of six digits. Raises MrzError.
    """
    if "," in text:
        return AccessKey(mrz=_from_parts(text.upper()))
    if can := _CAN.fullmatch(text.upper()):
        return AccessKey(can=can[1])
    bare = zone(text)
    if len(bare) == 44:
        return AccessKey(mrz=_dated(bare[:10] + bare[13:20] + bare[21:28]))
    if len(bare) == 30 and bare[:2] in ("CR", "CF", "CT"):
        return AccessKey(mrz=_dated(bare[2:12] + bare[23:30] + bare[15:22]))
    if len(bare) == _INFORMATION:
        return AccessKey(mrz=_dated(bare))
    return AccessKey(mrz=parse(bare, today).key)


def _dated(information: str) -> str:
    """MRZ information, if dates stand where they should: the other line of a zone has none."""
    if not (information[10:17] + information[17:]).replace("<", "0").isdigit():
        raise MrzError("no dates where they should be")
    return information


def _from_parts(text: str) -> str:
    found = _THREE.fullmatch(text)
    if found is None:
        raise MrzError("not NUMBER,BIRTH,EXPIRY")
    number = found[1].rstrip("<").ljust(9, "<")
    dates = [_six_digits(found[2]), _six_digits(found[3])]
    return "".join(part + check_digit(part) for part in (number, *dates))


def _six_digits(text: str) -> str:
    digits = text.replace("-", "")
    if len(digits) == 8:
        digits = digits[2:]
    if len(digits) != 6:
        raise MrzError("a date is YYMMDD, YYYYMMDD or YYYY-MM-DD")
    return digits
