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
    """The draft with the identity as `card` gives it; the clerk's own fields stay.

    The spelling of a name stays with that name only.
    """
    spelled = draft.person if draft.person.name == card.name else PersonDraft()
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
        surname_pinyin=spelled.surname_pinyin,
        given_pinyin=spelled.given_pinyin,
        pinyin_checked=spelled.pinyin_checked,
        pinyin_unsure=spelled.pinyin_unsure,
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


def may_be_of(draft: Draft, card: IdCard) -> bool:
    """Whether the card can be that of the draft's person, as far as anything is said of them yet.

    Before a number was typed the name decides; a case of nobody takes any card.
    """
    if draft.person.number:
        return same_person(draft, card)
    return draft.person.name in ("", card.name)
