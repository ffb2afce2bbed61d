"""Check digits of the numbers on the cards, and the former number of a foreigner's card."""

import re
from typing import Final

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHARACTERS: Final = "10X98765432"
_CITIZEN: Final = re.compile(r"[0-9]{17}[0-9X]")
_FOREIGNER_2017: Final = re.compile(r"[A-Z]{3}[0-9]{12}")


def citizen_number_ok(number: str) -> bool:
    """Form and MOD 11-2 check character of an 18-character number (GB 11643)."""
    if not _CITIZEN.fullmatch(number):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return number[17] == _CHARACTERS[total % 11]


def foreigner_number_ok(number: str) -> bool:
    """Form and 7-3-1 check digit of the 15-character number of a 2017 foreigner's card."""
    return bool(_FOREIGNER_2017.fullmatch(number)) and number[14] == _seven_three_one(number[:14])


def _seven_three_one(text: str) -> str:
    """ICAO 9303-3 check digit over digits and capitals."""
    return str(sum((7, 3, 1)[place % 3] * int(one, 36) for place, one in enumerate(text)) % 10)


def former_number(nationality: str, number: str, link: str) -> str | None:
    """The 15-character number a 2023 card replaced, or None when it replaced none.

    `link` holds the city part of the old region code and the old sequence digit; the rest stands
    in the new number.
    """
    if not re.fullmatch(r"[0-9]{3}", link) or not re.fullmatch(r"[A-Z]{3}", nationality):
        return None
    if not _CITIZEN.fullmatch(number):
        return None
    body = nationality + number[1:3] + link[:2] + number[8:14] + link[2]
    return body + _seven_three_one(body)
