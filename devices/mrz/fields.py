"""The fields of a machine readable zone: check digits, dates, names, coded Chinese names."""

import re
from datetime import date
from typing import Final

from devices.records import Sex

_VALUES: Final = {
    **{str(digit): digit for digit in range(10)},
    **{chr(ord("A") + step): 10 + step for step in range(26)},
    "<": 0,
}
_ZONE: Final = re.compile(r"[A-Z0-9<]+")
_CODED: Final = re.compile(r"(?:[A-P]{4})+")
_HORIZON_YEARS: Final = 50
"""An expiry two digits long lies at most this far ahead; beyond, it was in the last century."""

GETA: Final = "〓"
"""Stands for a character that the card codes and no font has (user-defined area)."""


class MrzError(ValueError):
    """The text is not a machine readable zone. The message holds no part of the text."""


def check_digit(text: str) -> str:
    """The check digit of `text` by weights 7-3-1 modulo 10. Raises MrzError on a foreign symbol."""
    try:
        total = sum(_VALUES[symbol] * (7, 3, 1)[place % 3] for place, symbol in enumerate(text))
    except KeyError:
        raise MrzError("symbol outside A-Z, 0-9 and <") from None
    return str(total % 10)


def agrees(text: str, digit: str) -> bool:
    """Whether `digit` checks `text`; an all-filler field may leave its digit a filler."""
    return digit == check_digit(text) or (digit == "<" and not text.strip("<"))


def zone(text: str) -> str:
    """`text` without line breaks, blanks and scanner frames (STX, ETX). Raises MrzError."""
    bare = re.sub(r"[\s\x02\x03]+", "", text).upper()
    if not _ZONE.fullmatch(bare):
        raise MrzError("symbol outside A-Z, 0-9 and <")
    return bare


def birth_date(digits: str, today: date, century: int | None = None) -> date | None:
    """A date of birth from YYMMDD: never ahead of `today`; `century` (19, 20) is believed if it
    can be. None when month or day are not printed, or it is no date."""
    if not (digits.isascii() and digits.isdigit()):
        return None
    year = int(digits[:2])
    for start in ([century] if century else []) + [20, 19]:
        born = _date(start * 100 + year, digits)
        if born is not None and born <= today:
            return born
    return None


def expiry_date(digits: str, today: date) -> date | None:
    """A date of expiry from YYMMDD, None when it is no date."""
    if not (digits.isascii() and digits.isdigit()):
        return None
    year = 2000 + int(digits[:2])
    return _date(year if year <= today.year + _HORIZON_YEARS else year - 100, digits)


def _date(year: int, digits: str) -> date | None:
    try:
        return date(year, int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return None


def sex(symbol: str) -> Sex:
    """The sex field; a filler or X means unstated."""
    return {"M": "male", "F": "female"}.get(symbol, "unstated")  # type: ignore[return-value]


def names(text: str) -> str:
    """A name field as people write it: surname first, fillers to blanks."""
    return " ".join(text.replace("<", " ").split())


def chinese_name(coded: str) -> str | None:
    """A Chinese name from its coded form, None when there is none.

    Each character is two GBK bytes, each nibble a letter A to P: NGKE is D6 A4, 证.
    """
    letters = coded.rstrip("<")
    if not _CODED.fullmatch(letters):
        return None
    nibbles = [ord(letter) - ord("A") for letter in letters]
    raw = bytes(16 * high + low for high, low in zip(nibbles[::2], nibbles[1::2], strict=True))
    characters = [_character(raw[place : place + 2]) for place in range(0, len(raw), 2)]
    return None if None in characters else "".join(filter(None, characters))


def _character(pair: bytes) -> str | None:
    try:
        character = pair.decode("gb18030")
    except UnicodeDecodeError:
        return None
    if len(character) != 1 or ord(character) < 0x80:
        return None
    return GETA if 0xE000 <= ord(character) <= 0xF8FF else character


_CENTURIES: Final = {"9": 19, "0": 20, "1": 19, "2": 20, "B": 19, "C": 20}
"""How Chinese documents mark the century of birth: 9 and 0 on passports, B on permits, 1 and 2 on
the 1999 card; C follows from B being the coded 1."""


def century(symbol: str) -> int | None:
    """The century a mark stands for, None when it says nothing known."""
    return _CENTURIES.get(symbol)
