"""What came from a reader or a scanner, as a record keeps it, and the like of it for a replay.

Of a travel document only what the program decides by is kept: its kind, what its chip proved and
in what it differs from the applicant. The replay makes one that differs in the same from whoever
the case is about then.
"""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any, Final

from counter_tui.case.documents import differences
from counter_tui.case.draft import Draft
from counter_tui.record.standins import HOLDER, CardFacts, StandIns
from devices.records import (
    Authenticity,
    CardAgain,
    CardFailed,
    CardIn,
    CardOut,
    CardRead,
    IdCard,
    Problem,
    ReaderDown,
    ReaderEvent,
    ReaderUp,
    Scanned,
    TravelDocument,
)

_PLAIN: Final[dict[str, type[CardIn | CardOut | ReaderUp]]] = {
    "card in": CardIn,
    "card out": CardOut,
    "reader up": ReaderUp,
}
_OTHER_NAME, _OTHER_BIRTH = "替身他人", date(1900, 1, 1)


def masked(
    event: ReaderEvent, people: StandIns, draft: Draft | None, field: str, today: date
) -> dict[str, Any] | None:
    """The event without the person; None for what decides nothing.

    `draft` is the case that it meets, `field` the name of the field where the cursor is.
    """
    match event:
        case CardRead(card=IdCard() as card):
            return {"card": people.card(card)}
        case CardRead(card=TravelDocument() as document):
            return {"document": _facts(document, people, draft, today)}
        case CardFailed(problem=problem):
            return {"failed": problem}
        case ReaderDown(problem=problem):
            return {"down": problem}
        case CardAgain():
            return {"reader": "card again"}
        case Scanned(text=text):
            return {"scan": people.scanned(field, text)}
        case _:
            named = [name for name, kind in _PLAIN.items() if isinstance(event, kind)]
            return {"reader": named[0]} if named else None


def event_of(kept: dict[str, Any], draft: Draft | None, today: date) -> ReaderEvent | None:
    """The like of what came, for the case that the replay has open; None: it came otherwise."""
    reader = "virtual:"
    if "card" in kept:
        return CardRead(reader, CardFacts(**kept["card"]).card(today))
    if "document" in kept:
        return CardRead(reader, _document(kept["document"], draft, today))
    if "failed" in kept:
        return CardFailed(reader, Problem(kept["failed"]))
    if "down" in kept:
        return ReaderDown(reader, Problem(kept["down"]))
    if "scan" in kept:
        return Scanned(reader, kept["scan"])
    if kept.get("reader") == "card again":
        return CardAgain(reader, reader)
    return _PLAIN[kept["reader"]](reader) if kept.get("reader") in _PLAIN else None


def _facts(
    document: TravelDocument, people: StandIns, draft: Draft | None, today: date
) -> dict[str, Any]:
    return {
        "kind": document.kind,
        "issued_by": document.issuing_state,
        "number": people.document_number(document.document_number),
        "valid": (document.expiry_date - today).days // 365,
        "proof": asdict(document.authenticity),
        "differs": differences(draft, document) if draft else [],
        "warnings": list(document.warnings),
    }


def _document(facts: dict[str, Any], draft: Draft | None, today: date) -> TravelDocument:
    person, differs = draft.person if draft else None, facts["differs"]
    name = person.name if person else HOLDER.chinese
    born = date.fromisoformat(person.birth_date) if person and person.birth_date else HOLDER.birth
    sex = person.sex if person and person.sex in ("male", "female") else "female"
    if "sex" in differs:
        sex = "male" if sex == "female" else "female"
    return TravelDocument(
        kind=facts["kind"],
        reader="virtual:",
        access="BAC",
        mrz=(),
        document_number=facts["number"],
        name="",
        name_chinese=_OTHER_NAME if "name" in differs else name,
        nationality=facts["issued_by"],
        sex=sex,  # type: ignore[arg-type]
        birth_date=_OTHER_BIRTH if "birth_date" in differs else born,
        expiry_date=today + timedelta(days=facts["valid"] * 365 + 182),
        issuing_state=facts["issued_by"],
        face=None,
        authenticity=Authenticity(**facts["proof"]),
        apdus=0,
        ms=0,
        warnings=tuple(facts["warnings"]),
    )
