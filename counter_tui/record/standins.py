"""Made-up people that stand in a record for those who were there.

A stand-in behaves before the rules as the person did: same county, same sex, same age today and the
same birthday still to come or past; whoever has it that very day keeps it. Nothing else is kept.
The real values never leave the memory of the session; the same value has the same stand-in
throughout one record.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from devices.records import CardKind, IdCard
from devices.scanners.classify import ScanKind, classify
from devices.virtual.chip.lines import Holder, passport_lines
from intake.numbers import citizen_check

_SIGNS: Final = "甲乙丙丁戊己庚辛壬癸"
_NUMBER: Final = re.compile(r"\d{17}[\dXx]")
_PHONE: Final = re.compile(r"1[3-9]\d{9}")
_NAMED: Final = r"[^\d路街巷号栋村]"
_DISTRICT: Final = re.compile(
    rf"(?:{_NAMED}{{2,8}}?(?:省|自治区))?(?:{_NAMED}{{1,10}}?(?:自治州|地区|盟|市))?{_NAMED}{{1,10}}?[区县旗市]"
)
"""Province, city and district; a housing estate (小区) further on is not one."""
_NUMBER_AND_DAY: Final = re.compile(r"[A-Za-z0-9]{6,12}[\s,]+[0-9-]{6,10}")
_THREE_PARTS: Final = re.compile(r"[^,]+,[^,]+,[^,]+")
ZONE: Final = re.compile(r"[A-Z0-9<]{30,90}")
"""A line of a machine readable zone, or all of it."""

HOLDER: Final = Holder(
    surname="ZHENGJIAN", given="YANGBEN", chinese="证件样本", sex="F", birth=date(1985, 3, 20)
)
"""Whom the zone of every stand-in names: the specimen."""

PLAIN: Final = frozenset(
    {
        *("recipient.division_name", "recipient.postcode", "hukou_code"),
        *("residence_place", "residence_valid_to"),
    }
)
"""Fields whose values are public codes and dates, kept because the rules look at them."""


class StandIns:
    """The stand-ins of one record. `today` is the day ages are counted on."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._given: dict[str, str] = {}

    def of(self, field: str, value: str) -> str:
        """What stands for `value`, typed into a field of that name."""
        plain = re.sub(r"[\s\-]", "", value).upper()
        if not plain or field in PLAIN:
            return value
        if plain not in self._given:
            self._given[plain] = self._key(value) or self._made(field, plain)
        return self._given[plain]

    def scanned(self, field: str, text: str) -> str:
        """What stands for a scanner's line, of the same kind, taken while the cursor was there."""
        found = classify(text, self._today)
        if found.kind is ScanKind.TRACKING:
            # A parcel's number is nobody's, but it leads to somebody.
            return "EA000000005CN" if found.text[0].isalpha() else "1000000000000"
        if found.kind is ScanKind.RECEIPT:
            return self.receipt(found.text)
        return self.of(field, text)

    def receipt(self, number: str) -> str:
        """What stands for an application's number."""
        return self._given.setdefault(number, f"R{len(self._given):03}-0000-0")

    def document_number(self, number: str) -> str:
        """What stands for a travel document's number."""
        return self._given.setdefault(number, f"E99{len(self._given):06}")

    def card(self, card: IdCard) -> dict[str, object]:
        """A resident's card as the record keeps it; `card_of` makes a card of it again."""
        number = self.of("person.number", card.number)
        return {
            "kind": card.kind,
            "name": self.of("person.name", card.name),
            "number": number,
            "born": self._born(card.birth_date).isoformat(),
            "sex": card.sex,
            "address": self.of("person.address", card.newest_address or card.address or ""),
            "valid": self._years(card),
            "check": card.number_check,
            "warnings": list(card.warnings),
        }

    def _made(self, field: str, plain: str) -> str:
        serial = len(self._given)
        if _NUMBER.fullmatch(plain):
            return self._number(plain, serial)
        if _PHONE.fullmatch(plain):
            return f"1390000{serial:04}"
        if field.endswith("name"):
            return f"替身{_SIGNS[serial % 10]}{_SIGNS[serial // 10 % 10]}"
        if field.endswith(("address", "detail")):
            district = _DISTRICT.match(plain)
            return f"{district[0] if district else ''}替身路{serial + 1}号"
        made = "".join("0" if one.isdigit() else "X" if one.isascii() else "某" for one in plain)
        # Numbers that differ have stand-ins that differ.
        return f"{made[:-4]}{serial:04}" if made.endswith("0" * 7) else made

    def _key(self, value: str) -> str:
        """A key to a chip, for what is one: a zone, its number and days, or nothing."""
        number = f"E99{len(self._given):06}"
        until = date(self._today.year + 5, 1, 1)
        if _THREE_PARTS.fullmatch(value):
            return f"{number},850320,{until:%y%m%d}"
        if _NUMBER_AND_DAY.fullmatch(value.strip()):
            return f"{number} {until:%y%m%d}"
        if ZONE.fullmatch(re.sub(r"\s", "", value)):
            return "\n".join(passport_lines(HOLDER, number, until).lines)
        return ""

    def _number(self, plain: str, serial: int) -> str:
        digits = plain[6:14]
        try:
            born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        except ValueError:
            return "0" * 18
        sex = int(plain[16]) % 2
        body = f"{plain[:6]}{self._born(born):%Y%m%d}{900 + serial * 2 % 100 + sex:03}"
        good = citizen_check(body)
        if plain[17] == citizen_check(plain[:17]):
            return body + good
        return body + ("0" if good != "0" else "1")

    def _born(self, born: date) -> date:
        """A birthday of the same year: today, past or still to come as the real one was."""
        here = (self._today.month, self._today.day)
        if (born.month, born.day) == here:
            return born
        if (born.month, born.day) < here:
            return date(born.year, 1, 1)
        return date(born.year, 12, 31)

    def _years(self, card: IdCard) -> int | None:
        """Whole years the card is still valid; negative when it has run out, None: long term."""
        if card.long_term or card.valid_to is None:
            return None
        return (card.valid_to - self._today).days // 365


@dataclass(frozen=True, slots=True)
class CardFacts:
    """A card of a record."""

    name: str
    number: str
    born: str
    sex: str
    address: str
    valid: int | None
    check: str
    kind: CardKind = CardKind.RESIDENT_ID
    warnings: tuple[str, ...] = ()

    def card(self, today: date) -> IdCard:
        """The made-up card, as a reader would hand it out."""
        until = None if self.valid is None else date(today.year + self.valid, 12, 31)
        return IdCard(
            kind=CardKind(self.kind),
            reader="virtual:",
            name=self.name,
            sex=self.sex,  # type: ignore[arg-type]
            birth_date=date.fromisoformat(self.born),
            number=self.number,
            valid_from=date(today.year - 5, 1, 1),
            valid_to=until,
            long_term=until is None,
            number_check=self.check,  # type: ignore[arg-type]
            photo=None,
            ethnic_group="汉",
            ethnic_code="01",
            address=self.address,
            issuing_authority="样本公安局",
            sam_number="00.00-0",
            warnings=tuple(self.warnings),
        )
