"""The applicant's present document, read by chip: what of it joins the case, and whose it is.

A document that was tampered with, or whose chip may be a copy, never counts as handed in by
itself; the clerk who has looked at it may still say so by hand.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, Literal

from counter_tui.case.draft import Draft, Item
from devices.records import TravelDocument

PAPER: Final = "current_document"
"""The material that a document read by chip is."""
OURS: Final = frozenset({"passport", "hkm_permit", "tw_permit"})
"""The documents that cases are about."""

Difference = Literal["name", "birth_date", "sex"]

_BETWEEN: Final = re.compile(r"[\s·•・.,'-]+")
_UNKNOWN: Final = "〓"
"""Stands in a chip's Chinese name for a character no font has."""


def is_ours(document: TravelDocument) -> bool:
    """Whether it is a document that an applicant may have here as the present one."""
    return document.kind in OURS and document.issuing_state == "CHN"


def is_credible(document: TravelDocument) -> bool:
    """Whether nothing speaks against it. Not checked is not against it; the paper lies there."""
    return document.authenticity.passive != "failed" and document.authenticity.active != "failed"


def differences(draft: Draft, document: TravelDocument) -> list[Difference]:
    """What of the document is not the applicant's. What either side lacks is not compared."""
    person = draft.person
    found: list[Difference] = []
    if not _same_name(person.name, person.surname_pinyin + person.given_pinyin, document):
        found.append("name")
    if person.birth_date and person.birth_date != document.birth_date.isoformat():
        found.append("birth_date")
    if {person.sex, document.sex} == {"male", "female"}:
        found.append("sex")
    return found


def _same_name(name: str, pinyin: str, document: TravelDocument) -> bool:
    if name and document.name_chinese:
        own, theirs = _BETWEEN.sub("", name), _BETWEEN.sub("", document.name_chinese)
        cut = "chinese_name_cut" in document.warnings
        return (cut or len(own) == len(theirs)) and all(
            there in (here, _UNKNOWN) for here, there in zip(own, theirs, strict=False)
        )
    if pinyin and document.name:
        return _BETWEEN.sub("", pinyin).upper() == _BETWEEN.sub("", document.name).upper()
    return True


def with_document(draft: Draft, document: TravelDocument, now: datetime) -> Draft:
    """The draft with the document; a second of its kind takes the place of the first."""
    others = tuple(one for one in draft.documents if one["kind"] != document.kind)
    read = {
        "kind": document.kind,
        "number": document.document_number,
        "expires": document.expiry_date.isoformat(),
        "passive": document.authenticity.passive,
        "active": document.authenticity.active,
        "reasons": list(document.authenticity.reasons),
        "differs": list(differences(draft, document)),
        "reader": document.reader,
        "read_at": now.isoformat(timespec="seconds"),
    }
    return replace(draft, documents=(*others, read))


def document_of(draft: Draft, kind: str) -> Mapping[str, Any] | None:
    """What was read of the document of this kind, None when none was."""
    return next((one for one in draft.documents if one["kind"] == kind), None)


def handed_in(draft: Draft, item: Item) -> Item:
    """The item with its present document handed in, if its chip was read and the clerk has not
    said otherwise."""
    papers = item.get("materials", {})
    if PAPER in papers or document_of(draft, item["document"]) is None:
        return item
    return {**item, "materials": {**papers, PAPER: "present"}}


def said_lost(draft: Draft, kind: str) -> bool:
    """Whether the case says that the document which was just read is lost."""
    return any(one["document"] == kind and one["kind"] == "reissue_lost" for one in draft.items)
