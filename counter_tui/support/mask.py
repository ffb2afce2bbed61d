"""What stands in a person's place while a supporter watches, and in a session's record.

A pseudonym is stable within one session, so that a supporter can say "the second T- number", and
worth nothing outside it: it is a keyed hash under a key that lives in memory for that session.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterator
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a value is of a person; the first part of its pseudonym."""

    NAME = "N"
    NUMBER = "ID"
    DOCUMENT = "D"
    PHONE = "T"
    ADDRESS = "A"
    BIRTH = "B"
    OTHER = "X"


_SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_SEPARATORS: Final = re.compile(r"[\s\-·.,/()（）]+")
_SHAPES: Final = (
    # A citizen number, however it is grouped.
    (Kind.NUMBER, re.compile(r"(?<!\d)(?:\d[ \-.]?){17}[\dXx](?!\d)")),
    (Kind.PHONE, re.compile(r"(?<!\d)(?:\+?86[ \-]?)?1[3-9]\d(?:[ \-.]?\d){8}(?!\d)")),
    (Kind.DOCUMENT, re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,2}\d{7,9}(?!\d)")),
)


class Pseudonyms:
    """The pseudonyms of one session. `key` is 16 bytes or more; a fresh one if none is given."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or secrets.token_bytes(16)

    def of(self, kind: Kind, value: str) -> str:
        """The pseudonym of `value`: `N-7K2Q`; the same for every way to write the same number.

        Empty stays empty: that a field is not filled in is what a supporter must see.
        """
        plain = _SEPARATORS.sub("", value).upper()
        if not plain:
            return ""
        digest = hmac.digest(self._key, f"{kind}:{plain}".encode(), hashlib.sha256)
        number = int.from_bytes(digest[:8], "big")
        signs = []
        for _ in range(4):
            number, at = divmod(number, len(_SIGNS))
            signs.append(_SIGNS[at])
        return f"{kind}-{''.join(signs)}"

    def shaped(self, text: str) -> Iterator[tuple[int, int, Kind]]:
        """Where something of a number's shape stands in `text`, whoever's it is."""
        for kind, shape in _SHAPES:
            for found in shape.finditer(text):
                yield found.start(), found.end(), kind
