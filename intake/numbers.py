"""The check character of citizen identity numbers (GB 11643-1999, MOD 11-2)."""

from typing import Final

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"


def citizen_check(digits: str) -> str:
    """The check character for the first 17 digits."""
    total = sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True))
    return _CHECKS[total % 11]


def citizen_check_ok(number: str) -> bool:
    """Whether an 18-character number (17 ASCII digits first) ends in its check character."""
    head = number[:17]
    return (
        len(number) == 18
        and head.isascii()
        and head.isdigit()
        and number[17] == citizen_check(head)
    )
