"""A card becomes a draft, or joins the one it belongs to; never another person's."""

from dataclasses import replace
from datetime import datetime

from counter_tui.case.draft import Draft, PersonDraft
from devices.records import IdCard


def draft_of(card: IdCard, draft_id: str, now: datetime) -> Draft:
    """A new case for the person of `card`, read at `now` (aware)."""
    empty = Draft(id=draft_id, created_at=now.isoformat(timespec="seconds"))
    return with_card(empty, card, now)


def with_card(draft: Draft, card: IdCard, now: datetime) -> Draft:
    """The draft with the identity as `card` gives it; the clerk's own fields stay."""
    person = PersonDraft(
        name=card.name,
        sex=card.sex,
        birth_date=card.birth_date.isoformat(),
        number=card.number,
        ethnic_code=card.ethnic_code or "",
        address=card.newest_address or card.address or "",
        issuing_authority=card.issuing_authority or "",
        valid_from=card.valid_from.isoformat() if card.valid_from else "",
        valid_to=card.valid_to.isoformat() if card.valid_to else "",
        surname_pinyin=draft.person.surname_pinyin,
        given_pinyin=draft.person.given_pinyin,
        pinyin_checked=draft.person.pinyin_checked,
        pinyin_unsure=draft.person.pinyin_unsure,
    )
    return replace(
        draft,
        person=person,
        evidence="chip",
        read_at=now.isoformat(timespec="seconds"),
        reader=card.reader,
        sam_number=card.sam_number or "",
    )


def same_person(draft: Draft, card: IdCard) -> bool:
    """Whether the card is of the person of the draft: by the number, nothing weaker."""
    return draft.person.number == card.number.upper()
