"""A card as lines for the person at the machine: label and value, in the language in use."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from counter_tui.document_words import ACTIVE, PASSIVE, said
from counter_tui.words import N_, Words
from devices.records import Card, CardKind, IdCard, TravelDocument

KINDS: Final = {
    CardKind.RESIDENT_ID: N_("Resident ID card"),
    CardKind.HMT_RESIDENCE_PERMIT: N_("Residence permit for Hong Kong, Macao and Taiwan residents"),
    CardKind.FOREIGNER_2017: N_("Foreigner's permanent residence ID card (2017)"),
    CardKind.FOREIGNER_2023: N_("Foreigner's permanent residence ID card (2023)"),
    CardKind.PASSPORT: N_("Passport"),
    CardKind.HKM_PERMIT: N_("Exit-entry permit for Hong Kong and Macao"),
    CardKind.TW_PERMIT: N_("Exit-entry permit for Taiwan"),
    "cr": N_("Mainland travel permit for Hong Kong and Macao residents"),
    "cf": N_("Mainland travel permit for Hong Kong and Macao residents (not Chinese citizens)"),
    "ct": N_("Mainland travel permit for Taiwan residents"),
}
"""What a document is called; the last three are chip documents known by their printed code."""
_SEXES: Final = {
    "male": N_("male"),
    "female": N_("female"),
    "unknown": N_("unknown"),
    "unstated": N_("not stated"),
}


def card_sheet(card: Card, words: Words) -> str:
    """The lines, the first being what the document is."""
    rows = _id_card(card) if isinstance(card, IdCard) else _travel_document(card, words)
    kinds: dict[str, str] = {str(kind): name for kind, name in KINDS.items()}
    title = words(kinds[card.kind]) if card.kind in kinds else card.kind
    lines = [f"{words(label)}: {_said(value, words)}" for label, value in rows if value is not None]
    lines += [f"{words(N_('Note'))}: {said(code, words)}" for code in card.warnings]
    return "\n".join((title, *lines))


def _said(value: object, words: Words) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return words(value) if isinstance(value, _Marked) else str(value)


class _Marked(str):
    """A value that is one of the program's own words."""

    __slots__ = ()


def _id_card(card: IdCard) -> Iterator[tuple[str, object]]:
    yield N_("Name"), card.name
    yield N_("English name"), card.english_name
    yield N_("Sex"), _Marked(_SEXES[card.sex])
    yield N_("Ethnic group"), card.ethnic_group or card.ethnic_code
    yield N_("Nationality"), card.nationality
    yield N_("Date of birth"), card.birth_date
    yield N_("Address"), card.address
    yield N_("Newest address"), card.newest_address
    yield N_("Number"), card.number
    if card.number_check == "failed":
        yield N_("Check digit"), _Marked(N_("does not fit the number"))
    yield N_("Issuing authority"), card.issuing_authority
    yield N_("Accepting authority"), card.accepting_authority_code
    yield N_("Valid from"), card.valid_from
    yield N_("Valid to"), _Marked(N_("long-term")) if card.long_term else card.valid_to
    yield N_("Travel permit number"), card.travel_permit_number
    yield N_("Times issued"), card.issue_count
    yield N_("Former number"), card.former_number
    yield N_("Document version"), card.document_version
    if card.photo is not None and not card.photo.decoded:
        yield N_("Portrait"), _Marked(N_("kept undecoded: no decoder is installed"))
    yield N_("Reader"), card.reader


def _travel_document(card: TravelDocument, words: Words) -> Iterator[tuple[str, object]]:
    yield N_("Name"), card.name
    yield N_("Chinese name"), card.name_chinese
    yield N_("Sex"), _Marked(_SEXES[card.sex])
    yield N_("Nationality"), card.nationality
    yield N_("Date of birth"), card.birth_date
    yield N_("Document number"), card.document_number
    yield N_("Issuing state"), card.issuing_state
    yield N_("Valid to"), card.expiry_date
    yield N_("Authenticity"), _Marked(PASSIVE[card.authenticity.passive])
    yield N_("Original chip"), _Marked(ACTIVE[card.authenticity.active])
    for reason in card.authenticity.reasons:
        yield N_("Reason"), said(reason, words)
    yield N_("Access"), card.access
    yield N_("Reader"), card.reader
