"""Identity numbers: their check characters, birth dates and sex digits.

A number's first six digits say where it was given out, which may be years after birth and a place
that has since been renamed; they are never checked against a list of places. An unknown province
is worth a warning at most.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Sex = Literal["male", "female"]
Fault = Literal["form", "check", "birth_date"]
Doubt = Literal["province", "birth_date_differs", "sex_differs"]

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
_FIRST_YEAR: Final = 1900
_CITIZEN: Final = re.compile(r"[0-9]{17}[0-9X]")
_FIRST_GENERATION: Final = re.compile(r"[0-9]{15}")
_FOREIGNER_2017: Final = re.compile(r"[A-Z]{3}[0-9]{12}")
_PROVINCES: Final = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91")


@dataclass(frozen=True, slots=True)
class Identity:
    """What an identity number says, and what is wrong with it.

    `birth_date` None: no real day. `sex` None: the number has not the form.
    """

    birth_date: date | None
    sex: Sex | None
    faults: tuple[Fault, ...]
    doubts: tuple[Doubt, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong; doubts are for a person to look at."""
        return not self.faults


def citizen_check(digits: str) -> str:
    """The check character (GB 11643-1999, MOD 11-2) for the first 17 digits."""
    total = sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True))
    return _CHECKS[total % 11]


def citizen_check_ok(number: str) -> bool:
    """Whether `number` is 17 digits and their check character."""
    return _CITIZEN.fullmatch(number) is not None and number[17] == citizen_check(number[:17])


def from_first_generation(number: str) -> str:
    """The 18-character number of a 15-digit one, which had no check. Raises ValueError."""
    if _FIRST_GENERATION.fullmatch(number) is None:
        raise ValueError("not 15 digits")
    digits = f"{number[:6]}19{number[6:]}"
    return digits + citizen_check(digits)


def citizen(
    number: str, today: date, birth_date: date | None = None, sex: Sex | None = None
) -> Identity:
    """Read a citizen identity number, or that of a residence permit or foreigner's card of 2023.

    `birth_date` and `sex`, when known from elsewhere, are compared. Lower-case x is read as X.
    """
    number = number.replace("x", "X")
    if _CITIZEN.fullmatch(number) is None:
        return Identity(None, None, ("form",))
    faults: list[Fault] = []
    if number[17] != citizen_check(number[:17]):
        faults.append("check")
    born = _day(number[6:14])
    if born is None or not _plausible(born, today):
        faults.append("birth_date")
    said = _sex(number[16])
    doubts: list[Doubt] = []
    # A foreigner's card of 2023 begins with 9 and the province.
    province = number[1:3] if number[0] == "9" and number[:2] != "91" else number[:2]
    if _PROVINCES.fullmatch(province) is None:
        doubts.append("province")
    if birth_date is not None and born is not None and born != birth_date:
        doubts.append("birth_date_differs")
    if sex is not None and sex != said:
        doubts.append("sex_differs")
    return Identity(born, said, tuple(faults), tuple(doubts))


def foreigner_2017(number: str, today: date) -> Identity:
    """Read the number of a foreigner's permanent residence card of 2017.

    Three letters of the country, four digits of the region, YYMMDD, a sequence digit (odd: male)
    and an ICAO check digit. Cards with a wrong check are in use: warn, do not block.
    """
    if _FOREIGNER_2017.fullmatch(number) is None:
        return Identity(None, None, ("form",))
    faults: list[Fault] = []
    if number[14] != icao_check(number[:14]):
        faults.append("check")
    born = _day(f"{today.year // 100}{number[7:13]}")
    if born is None or born > today:
        born = _day(f"{today.year // 100 - 1}{number[7:13]}")
    if born is None:
        faults.append("birth_date")
    return Identity(born, _sex(number[13]), tuple(faults))


def old_foreigner_number(number: str, country: str, link: str) -> str:
    """The number of 2017 that belongs to a card of 2023.

    `country` is the ISO 3166 alpha-3 code, `link` the three digits stored on the new card.
    """
    digits = f"{country}{number[1:3]}{link[:2]}{number[8:14]}{link[2]}"
    return digits + icao_check(digits)


def icao_check(text: str) -> str:
    """The 7-3-1 check digit over digits and letters (A = 10)."""
    weights = (7, 3, 1)
    return str(sum(int(c, 36) * weights[place % 3] for place, c in enumerate(text)) % 10)


def _day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def _plausible(born: date, today: date) -> bool:
    return born.year >= _FIRST_YEAR and born <= today


def _sex(digit: str) -> Sex:
    return "male" if int(digit) % 2 else "female"
