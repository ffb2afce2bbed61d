"""The key to a chip as a clerk types or scans it at the dialog."""

import re
from datetime import date
from typing import Final

from devices.mrz import MrzError, access_key

_TWO: Final = re.compile(r"\s*([A-Za-z0-9]{6,12})[\s,]+([0-9-]{6,10})\s*")


def completed(text: str, birth_date: str) -> str:
    """`text` as the readers take it: to number and date of expiry the case gives the birth date.

    `birth_date` is YYYY-MM-DD, or empty when it is not known.
    """
    found = _TWO.fullmatch(text)
    return f"{found[1].upper()},{birth_date},{found[2]}" if found and birth_date else text


def is_key(text: str, today: date) -> bool:
    """Whether `text` opens a chip: a whole zone, its line that counts, three parts, or a CAN."""
    try:
        access_key(text, today)
    except MrzError:
        return False
    return True
