"""Machine-readable lines of Chinese documents, composed field by field (9303-4, 9303-5, GA/T 704).

Each returns its lines as printed and the information from which the access keys come.
"""

from dataclasses import dataclass, field
from datetime import date

from devices.virtual.people import icao_digit


@dataclass(frozen=True, slots=True)
class Lines:
    """`lines` as printed, `stored` as DG1 holds them, `information` for the access keys."""

    lines: tuple[str, ...] = field(repr=False)
    stored: str = field(repr=False)
    information: str = field(repr=False)


def fill(text: str, width: int) -> str:
    """`text` with `<` up to `width`, cut where it is longer."""
    return text[:width].ljust(width, "<")


def short_day(value: date) -> str:
    """YYMMDD."""
    return f"{value:%y%m%d}"


def checked(text: str) -> str:
    """`text` and its check digit."""
    return text + icao_digit(text)


def coded_name(name: str, characters: int) -> str:
    """The first characters' GBK bytes, each half-byte a letter from A to P, four a character."""
    raw = name[:characters].encode("gbk")
    return "".join("ABCDEFGHIJKLMNOP"[half] for byte in raw for half in (byte >> 4, byte & 15))


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who a travel document is made out to. `sex` is M, F or `<`."""

    surname: str = field(repr=False)
    given: str = field(repr=False)
    chinese: str = field(repr=False)
    sex: str
    birth: date = field(repr=False)

    @property
    def latin(self) -> str:
        """SURNAME<<GIVEN."""
        return f"{self.surname}<<{self.given}".replace(" ", "<")


def passport_lines(holder: Holder, number: str, expiry: date, *, kind: str = "PO") -> Lines:
    """The two lines of 44 of a PRC passport; the optional field holds the coded Chinese name."""
    number, birth = checked(fill(number, 9)), checked(short_day(holder.birth))
    until = checked(short_day(expiry))
    cut = "B" if len(holder.chinese) > 3 else "A"
    century = "9" if holder.birth.year < 2000 else "0"
    optional = checked(fill(coded_name(holder.chinese, 3), 12) + cut + century)
    first = f"{kind}CHN{fill(holder.latin, 39)}"
    composite = icao_digit(number + birth + until + optional)
    second = f"{number}CHN{birth}{holder.sex}{until}{optional}{composite}"
    return Lines((first, second), first + second, number + birth + until)


def plain_passport_lines(holder: Holder, state: str, number: str, expiry: date) -> Lines:
    """The two lines of 44 of a passport of `state`, nothing in the optional field."""
    number, birth = checked(fill(number, 9)), checked(short_day(holder.birth))
    until, optional = checked(short_day(expiry)), "<" * 15
    first = f"P<{state}{fill(holder.latin, 39)}"
    composite = icao_digit(number + birth + until + optional)
    second = f"{number}{state}{birth}{holder.sex}{until}{optional}{composite}"
    return Lines((first, second), first + second, number + birth + until)


def one_line(holder: Holder, kind: str, number: str, expiry: date) -> Lines:
    """The 30 printed characters of a CS or CD card; its DG1 of 90 begins with them."""
    number, birth = checked(fill(number, 9)), checked(short_day(holder.birth))
    until = checked(short_day(expiry))
    composite = icao_digit(number + until + birth)
    printed = f"{kind}{number}<{until}<{birth}<{composite}"
    century = str(holder.birth.year // 100)
    stored = (
        printed
        + fill(coded_name(holder.chinese, 3), 12)
        + fill(holder.latin, 18)
        + holder.sex
        + "<<"
        + century[1]
        + "<<<<"
        + "510"
    )
    return Lines((printed,), fill(stored, 90), number + birth + until)


def home_permit_lines(
    holder: Holder, kind: str, number: str, expiry: date, *, local_number: str, issuer: str
) -> Lines:
    """The three lines of 30 of a CR or CT card.

    The last digit of line 2 is the one the published CR sample has: over the ten before it.
    """
    number = checked(fill(number, 9))
    until, birth = checked(short_day(expiry)), checked(short_day(holder.birth))
    first = f"{kind}{number}{checked('01')}{until}{holder.sex}{birth}"
    century = "B" if holder.birth.year < 2000 else "A"
    second = fill(coded_name(holder.chinese, 4), 16) + "AA" + century
    second += checked(fill(local_number, 10))
    third = fill(holder.latin, 26) + fill(issuer, 4)
    return Lines((first, second, third), first + second + third, number + birth + until)
