"""A card as the document `counter read --json` prints (docs/contracts.md)."""

from datetime import date
from typing import Any, Final

from devices.records import Card, CardKind, IdCard, TravelDocument

_ADDED: Final = {
    CardKind.RESIDENT_ID: (),
    CardKind.HMT_RESIDENCE_PERMIT: ("travel_permit_number", "issue_count"),
    CardKind.FOREIGNER_2017: (
        "english_name",
        "nationality",
        "document_version",
        "accepting_authority_code",
    ),
    CardKind.FOREIGNER_2023: ("english_name", "nationality", "issue_count", "former_number"),
}
"""What each kind has beside the fields of a resident ID card."""


def card_document(card: Card) -> dict[str, Any]:
    """The keys and values of the contract, ready for `json.dumps`."""
    return _id_card(card) if isinstance(card, IdCard) else _travel_document(card)


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _id_card(card: IdCard) -> dict[str, Any]:
    photo = card.photo
    document: dict[str, Any] = {
        "kind": str(card.kind),
        "reader": card.reader,
        "name": card.name,
        "sex": card.sex,
        "ethnic_group": card.ethnic_group,
        "ethnic_code": card.ethnic_code,
        "birth_date": _day(card.birth_date),
        "address": card.address,
        "number": card.number,
        "issuing_authority": card.issuing_authority,
        "valid_from": _day(card.valid_from),
        "valid_to": _day(card.valid_to),
        "long_term": card.long_term,
        "newest_address": card.newest_address,
        # The card's own block is told of, whether a library has decoded it or not.
        "photo": None if photo is None else {
            "format": "wlt", "bytes": 1024, "decoded": photo.decoded
        },
        "number_check": card.number_check,
        "warnings": list(card.warnings),
    }  # fmt: skip
    document.update({name: getattr(card, name) for name in _ADDED[card.kind]})
    return document


def _travel_document(card: TravelDocument) -> dict[str, Any]:
    face, authenticity = card.face, card.authenticity
    return {
        "kind": card.kind,
        "reader": card.reader,
        "access": card.access,
        "mrz": list(card.mrz),
        "document_number": card.document_number,
        "name": card.name,
        "name_chinese": card.name_chinese,
        "nationality": card.nationality,
        "sex": card.sex,
        "birth_date": _day(card.birth_date),
        "expiry_date": _day(card.expiry_date),
        "issuing_state": card.issuing_state,
        "face": None if face is None else {
            "format": face.format,
            "width": face.width,
            "height": face.height,
            "bytes": len(face.data),
        },
        "authenticity": {
            "passive": authenticity.passive,
            "reasons": list(authenticity.reasons),
            "active": authenticity.active,
        },
        "apdus": card.apdus,
        "ms": card.ms,
        "warnings": list(card.warnings),
    }  # fmt: skip
