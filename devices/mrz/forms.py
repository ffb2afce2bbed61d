"""The forms a machine readable zone comes in, each read into one record.

Layouts: ICAO 9303 parts 4 (TD3), 5 (TD1), 6 (TD2); GA/T 704.14 and 704.16 for Chinese permits, as
seen on specimens. Fields of the Chinese layouts that only samples explain are taken as hints.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal

from devices.mrz import fields
from devices.mrz.fields import MrzError, agrees, check_digit
from devices.records import Sex

Form = Literal["TD1", "TD2", "TD3", "one_line", "permit_card", "home_return_1999"]


@dataclass(frozen=True, slots=True)
class Mrz:
    """What a machine readable zone says. Dates are None when not wholly printed."""

    form: Form
    lines: tuple[str, ...] = field(repr=False)
    code: str
    """Document code without fillers: P, PO, CS, CD, CR ..."""
    issuing_state: str
    nationality: str
    number: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    expiry_date: date | None
    sex: Sex
    name: str = field(repr=False)
    key: str = field(repr=False)
    """MRZ information: number, birth and expiry, each with its check digit (9303-11 §9.7.2)."""
    name_chinese: str | None = field(default=None, repr=False)
    name_cut: bool = False
    """The Chinese name had more characters than there was room for."""
    failed_checks: tuple[str, ...] = ()
    """Names of the fields whose check digit is wrong."""


def parse(text: str, today: date) -> Mrz:
    """The zone in `text`, lines apart or run together, upper or lower case.

    Raises MrzError when it has no known form. Wrong check digits are reported, not refused.
    """
    bare = fields.zone(text)
    code = bare[:2]
    reader = _READERS.get((len(bare), code)) or _READERS.get((len(bare), ""))
    if reader is None:
        raise MrzError(f"no machine readable zone has {len(bare)} symbols and this code")
    return reader(bare, today)


def _cut(bare: str, width: int) -> tuple[str, ...]:
    return tuple(bare[start : start + width] for start in range(0, len(bare), width))


def _failed(**checked: tuple[str, str]) -> tuple[str, ...]:
    return tuple(name for name, (text, digit) in checked.items() if not agrees(text, digit))


def _long_number(number: str, digit: str, optional: str) -> tuple[str, str]:
    """Document number and check digit; a filler as digit sends the rest to the optional data."""
    if digit != "<" or not number.strip("<"):
        return number, digit
    rest = optional.split("<", 1)[0]
    return (number + rest[:-1], rest[-1]) if rest else (number, digit)


def _td3(bare: str, today: date) -> Mrz:
    first, second = lines = _cut(bare, 44)
    issuer, optional = first[2:5], second[28:42]
    chinese = issuer == "CHN"
    hint = fields.century(optional[13]) if chinese else None
    return Mrz(
        form="TD3",
        lines=lines,
        code=first[:2].rstrip("<"),
        issuing_state=issuer.rstrip("<"),
        nationality=second[10:13].rstrip("<"),
        number=second[:9].rstrip("<"),
        birth_date=fields.birth_date(second[13:19], today, hint),
        expiry_date=fields.expiry_date(second[21:27], today),
        sex=fields.sex(second[20]),
        name=fields.names(first[5:]),
        key=second[:10] + second[13:20] + second[21:28],
        name_chinese=fields.chinese_name(optional[:12]) if chinese else None,
        name_cut=chinese and optional[12] == "B",
        failed_checks=_failed(
            number=(second[:9], second[9]),
            birth=(second[13:19], second[19]),
            expiry=(second[21:27], second[27]),
            optional=(optional, second[42]),
            composite=(second[:10] + second[13:20] + second[21:43], second[43]),
        ),
    )


def _td2(bare: str, today: date) -> Mrz:
    first, second = lines = _cut(bare, 36)
    number, digit = _long_number(second[:9], second[9], second[28:35])
    return Mrz(
        form="TD2",
        lines=lines,
        code=first[:2].rstrip("<"),
        issuing_state=first[2:5].rstrip("<"),
        nationality=second[10:13].rstrip("<"),
        number=number.rstrip("<"),
        birth_date=fields.birth_date(second[13:19], today),
        expiry_date=fields.expiry_date(second[21:27], today),
        sex=fields.sex(second[20]),
        name=fields.names(first[5:]),
        key=number + digit + second[13:20] + second[21:28],
        failed_checks=_failed(
            number=(number, digit),
            birth=(second[13:19], second[19]),
            expiry=(second[21:27], second[27]),
            composite=(second[:10] + second[13:20] + second[21:35], second[35]),
        ),
    )


def _td1(bare: str, today: date) -> Mrz:
    first, second, third = lines = _cut(bare, 30)
    number, digit = _long_number(first[5:14], first[14], first[15:30])
    return Mrz(
        form="TD1",
        lines=lines,
        code=first[:2].rstrip("<"),
        issuing_state=first[2:5].rstrip("<"),
        nationality=second[15:18].rstrip("<"),
        number=number.rstrip("<"),
        birth_date=fields.birth_date(second[:6], today),
        expiry_date=fields.expiry_date(second[8:14], today),
        sex=fields.sex(second[7]),
        name=fields.names(third),
        key=number + digit + second[:7] + second[8:15],
        failed_checks=_failed(
            number=(number, digit),
            birth=(second[:6], second[6]),
            expiry=(second[8:14], second[14]),
            composite=(first[5:] + second[:7] + second[8:15] + second[18:29], second[29]),
        ),
    )


def _one_line(bare: str, today: date) -> Mrz:
    """CS (往来港澳通行证) and CD (往来台湾通行证): expiry stands before birth, no name printed."""
    line = bare[:30]
    return Mrz(
        form="one_line",
        lines=(line,),
        code=line[:2],
        issuing_state="CHN",
        nationality="CHN",
        number=line[2:11].rstrip("<"),
        birth_date=fields.birth_date(line[21:27], today),
        expiry_date=fields.expiry_date(line[13:19], today),
        sex="unstated",
        name="",
        key=line[2:12] + line[21:28] + line[13:20],
        failed_checks=_failed(
            number=(line[2:11], line[11]),
            birth=(line[21:27], line[27]),
            expiry=(line[13:19], line[19]),
            composite=(line[2:12] + line[13:20] + line[21:28], line[29]),
        ),
    )


def _one_line_chip(bare: str, today: date) -> Mrz:
    """The 90 characters a CS or CD card keeps in DG1: the printed line and what is not printed."""
    printed = _one_line(bare, today)
    return replace(
        printed,
        lines=_cut(bare, 30),
        birth_date=fields.birth_date(bare[21:27], today, fields.century(bare[63])),
        sex=fields.sex(bare[60]),
        name=fields.names(bare[42:60]),
        name_chinese=fields.chinese_name(bare[30:42]),
    )


def _permit_card(bare: str, today: date) -> Mrz:
    """CR, CF (港澳居民来往内地通行证) and CT (台湾居民来往大陆通行证).

    The digit at the end of line 2 follows no rule that fits all specimens: not checked.
    """
    first, second, third = lines = _cut(bare, 30)
    code = first[:2]
    foreign = code == "CF"
    name = fields.chinese_name(second[:12] if foreign else second[:16])
    return Mrz(
        form="permit_card",
        lines=lines,
        code=code,
        issuing_state="CHN",
        nationality=second[15:18].rstrip("<") if foreign else "CHN",
        number=first[2:11].rstrip("<"),
        birth_date=fields.birth_date(first[23:29], today, fields.century(second[18])),
        expiry_date=fields.expiry_date(first[15:21], today),
        sex=fields.sex(first[22]),
        name=fields.names(third[:26]),
        key=first[2:12] + first[23:30] + first[15:22],
        name_chinese=name,
        name_cut=not foreign and second[16] == "B",
        failed_checks=_failed(
            number=(first[2:11], first[11]),
            issue=(first[12:14], first[14]),
            birth=(first[23:29], first[29]),
            expiry=(first[15:21], first[21]),
        ),
    )


def _home_return_1999(bare: str, today: date) -> Mrz:
    """C<: the 1999 home-return card; its name is coded in telegraph numbers, which are not read."""
    lines = _cut(bare, 30)
    second, third = lines[1:]
    birth = fields.birth_date(second[:6], today, fields.century(second[27]))
    expiry = fields.expiry_date(second[8:14], today)
    if expiry is not None and second[28] == "1" and expiry.year >= 2000:
        expiry = expiry.replace(year=expiry.year - 100, day=min(expiry.day, 28))
    return Mrz(
        form="home_return_1999",
        lines=lines,
        code="C",
        issuing_state="CHN",
        nationality="CHN",
        number=second[15:26].rstrip("<"),
        birth_date=birth,
        expiry_date=expiry,
        sex=fields.sex(second[7]),
        name=fields.names(third),
        key=second[15:27] + second[:7] + second[8:15],
        failed_checks=_failed(
            number=(second[15:26], second[26]),
            birth=(second[:6], second[6]),
            expiry=(second[8:14], second[14]),
            composite=(second[:29], second[29]),
        ),
    )


def _c_filler(bare: str, today: date) -> Mrz:
    """`C<`: the 1999 card is told from a plain TD1 by the check digit that ends its second line."""
    if bare[2:5] == "CHN" and bare[59] == check_digit(bare[30:59]):
        return _home_return_1999(bare, today)
    return _td1(bare, today)


_READERS: Final[dict[tuple[int, str], Callable[[str, date], Mrz]]] = {
    (30, "CS"): _one_line,
    (30, "CD"): _one_line,
    (90, "CS"): _one_line_chip,
    (90, "CD"): _one_line_chip,
    (90, "CR"): _permit_card,
    (90, "CF"): _permit_card,
    (90, "CT"): _permit_card,
    (90, "C<"): _c_filler,
    (90, ""): _td1,
    (88, ""): _td3,
    (72, ""): _td2,
}
