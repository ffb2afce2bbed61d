"""Tracking numbers, postcodes and telephone numbers."""

import re
from typing import Final

_S10: Final = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}")
_DOMESTIC: Final = re.compile(r"[0-9]{13}")
_POSTCODE: Final = re.compile(r"[0-9]{6}")
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_LAND_LINE: Final = re.compile(r"0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?")
_COUNTRY: Final = re.compile(r"^(\+86|0086|86(?=1[3-9][0-9]{9}$))")
_WEIGHTS: Final = (8, 6, 4, 2, 3, 5, 9, 7)


def s10_check(digits: str) -> str:
    """The check digit of a UPU S10 tracking number for its eight digits."""
    rest = 11 - sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True)) % 11
    return {10: "0", 11: "5"}.get(rest, str(rest))


def tracking_number_ok(number: str) -> bool:
    """Whether `number` is an S10 number with its check, or a domestic one of 13 digits."""
    if _S10.fullmatch(number):
        return number[10] == s10_check(number[2:10])
    return _DOMESTIC.fullmatch(number) is not None


def postcode_ok(code: str) -> bool:
    """Whether `code` is six digits."""
    return _POSTCODE.fullmatch(code) is not None


def telephone(text: str) -> str | None:
    """A mainland mobile or land line in its plain form; None when it is neither.

    Blanks, brackets and the country prefix are dropped; hyphens stay only in a land line.
    """
    plain = re.sub(r"[ ()（）]", "", text)
    plain = _COUNTRY.sub(
        "", plain.replace("-", "") if plain.lstrip("+").startswith("86") else plain
    )
    mobile = plain.replace("-", "")
    if _MOBILE.fullmatch(mobile):
        return mobile
    return plain if _LAND_LINE.fullmatch(plain) else None
