"""The four layouts of the text block, told apart by the character at offset 248.

A resident ID card and a residence permit share most places; the two foreigners' cards have orders
of their own.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from devices.records import CardKind, IdCard, Photo, Problem, ReaderError
from devices.samv import numbers
from devices.samv.blocks import TEXT_BYTES, Blocks, bad, cut_addresses
from devices.samv.ethnic import ETHNIC_GROUPS
from devices.samv.fields import TextBlock

FLAG_AT: Final = 248


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a card was read."""

    reader: str
    sam_number: str | None = None


def card_from(
    blocks: Blocks, origin: Origin, addresses: bytes = b"", warnings: tuple[str, ...] = ()
) -> IdCard:
    """The card in `blocks`; `addresses` is the data of a newest-address reply.

    Raises ReaderError: BAD_DATA when a field cannot be what it should be, UNKNOWN_CARD for a
    layout that is not one of the four.
    """
    if len(blocks.text) != TEXT_BYTES:
        raise bad(f"text block of {len(blocks.text)} bytes")
    block = TextBlock(blocks.text, list(warnings))
    flag = blocks.text[FLAG_AT : FLAG_AT + 2]
    layout = _LAYOUTS.get(flag)
    if layout is None:
        raise ReaderError(Problem.UNKNOWN_CARD, f"layout flag {flag.hex()}")
    card = layout(block, origin)
    if not blocks.photo:
        block.warn("photo_missing")
    return replace(
        card,
        photo=Photo("wlt", blocks.photo) if blocks.photo else None,
        fingerprints=blocks.fingerprints if any(blocks.fingerprints) else None,
        newest_address=_newest(block, addresses),
        sam_number=origin.sam_number,
        warnings=tuple(block.warnings),
    )


def _newest(block: TextBlock, addresses: bytes) -> str | None:
    """The address appended last, or None."""
    for raw in reversed(cut_addresses(addresses)):
        record = TextBlock(raw)
        text = record.text("newest_address", (0, len(raw)))
        for code in record.warnings:
            block.warn(code)
        if text:
            return text
    return None


def _citizen(block: TextBlock, number: str, birth: date) -> bool:
    """Whether an 18-character number is right; says so when the birth date is another."""
    if not numbers.citizen_number_ok(number):
        return False
    if number[6:14] != f"{birth:%Y%m%d}":
        block.warn("birth_date_differs_from_number")
    return True


def _resident_or_permit(block: TextBlock, origin: Origin, kind: CardKind) -> IdCard:
    name, sex, birth = block.needed("name", (0, 30)), block.sex(30), block.birth(36)
    number = block.needed("number", (122, 36)).upper()
    valid_to, long_term = block.end(204)
    return IdCard(
        kind=kind,
        reader=origin.reader,
        name=name,
        sex=sex,
        birth_date=birth,
        number=number,
        number_check="ok" if _citizen(block, number, birth) else "failed",
        address=block.text("address", (52, 70)) or None,
        issuing_authority=block.text("issuing_authority", (158, 30)) or None,
        valid_from=block.day("valid_from", 188),
        valid_to=valid_to,
        long_term=long_term,
        photo=None,
    )


def _resident(block: TextBlock, origin: Origin) -> IdCard:
    card = _resident_or_permit(block, origin, CardKind.RESIDENT_ID)
    # Only here: the specimens of the other kinds do not keep to odd and even sequence numbers.
    by_number = "male" if card.number[16:17] in tuple("13579") else "female"
    if card.number_check == "ok" and card.sex in ("male", "female") and card.sex != by_number:
        block.warn("sex_differs_from_number")
    code = block.text("ethnic_code", (32, 4))
    if code not in ETHNIC_GROUPS:
        block.warn("ethnic_code_unknown")
    return replace(card, ethnic_code=code or None, ethnic_group=ETHNIC_GROUPS.get(code))


def _permit(block: TextBlock, origin: Origin) -> IdCard:
    return replace(
        _resident_or_permit(block, origin, CardKind.HMT_RESIDENCE_PERMIT),
        travel_permit_number=block.text("travel_permit_number", (220, 18)) or None,
        issue_count=block.count("issue_count", 238),
    )


def _foreigner_2017(block: TextBlock, origin: Origin) -> IdCard:
    english = block.needed("english_name", (0, 120))
    number = block.needed("number", (122, 30)).upper()
    valid_to, long_term = block.end(204)
    return IdCard(
        kind=CardKind.FOREIGNER_2017,
        reader=origin.reader,
        name=block.text("name", (158, 30)) or english,
        english_name=english,
        sex=block.sex(120),
        birth_date=block.birth(220),
        number=number,
        number_check="ok" if numbers.foreigner_number_ok(number) else "failed",
        nationality=block.text("nationality", (152, 6)) or None,
        valid_from=block.day("valid_from", 188),
        valid_to=valid_to,
        long_term=long_term,
        document_version=block.text("document_version", (236, 4)) or None,
        accepting_authority_code=block.text("accepting_authority_code", (240, 8)) or None,
        photo=None,
    )


def _foreigner_2023(block: TextBlock, origin: Origin) -> IdCard:
    english = block.needed("english_name", (52, 70), (220, 22))
    number = block.needed("number", (122, 36)).upper()
    nationality = block.text("nationality", (242, 6))
    sex, birth = block.sex(30), block.birth(36)
    valid_to, long_term = block.end(204)
    return IdCard(
        kind=CardKind.FOREIGNER_2023,
        reader=origin.reader,
        name=block.text("name", (0, 30)) or english,
        english_name=english,
        sex=sex,
        birth_date=birth,
        number=number,
        number_check="ok" if _citizen(block, number, birth) else "failed",
        nationality=nationality or None,
        valid_from=block.day("valid_from", 188),
        valid_to=valid_to,
        long_term=long_term,
        issue_count=block.count("issue_count", 32),
        former_number=numbers.former_number(
            nationality, number, block.text("former_number", (250, 6))
        ),
        photo=None,
    )


_LAYOUTS: Final[dict[bytes, Callable[[TextBlock, Origin], IdCard]]] = {
    b" \x00": _resident,
    b"\x00\x00": _resident,
    b"J\x00": _permit,
    b"I\x00": _foreigner_2017,
    b"Y\x00": _foreigner_2023,
}
