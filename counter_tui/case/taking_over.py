"""Taking over what is known of a person: a draft of their own making, an earlier application."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Any

from counter_tui.case.draft import Draft
from counter_tui.case.reopened import draft_of
from intake.application import Application


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which the person's own draft differs from the card; the card's value is kept."""

    what: str
    card: str = field(repr=False)
    given: str = field(repr=False)


def with_pre_acceptance(
    draft: Draft, id: str, phone: str, items: tuple[Mapping[str, Any], ...]
) -> Draft:
    """The draft with what its applicant had asked for; what the clerk typed stays."""
    return replace(
        draft,
        pre_acceptance=id,
        phone=draft.phone or phone,
        items=draft.items or tuple(dict(one) for one in items),
    )


def differences(draft: Draft, name: str, number: str) -> list[Difference]:
    """Where a pre-acceptance names another person than the card, sign by sign."""
    pairs = (("name", draft.person.name, name), ("number", draft.person.number, number))
    return [
        Difference(which, *_differing(card, given))
        for which, card, given in pairs
        if given and card != given
    ]


def with_earlier(
    draft: Draft, application: Application, photo: dict[str, Any] | None = None
) -> Draft:
    """The draft with phone and recipient as in an earlier application, and its `photo` where that
    may be used again; what is typed or taken stays."""
    if photo and not draft.photo:
        draft = with_photo(draft, photo)
    earlier = draft_of(application)
    empty = not (draft.recipient.division_code or draft.recipient.detail)
    return replace(
        draft,
        phone=draft.phone or earlier.phone,
        recipient=earlier.recipient if empty and earlier.recipient.detail else draft.recipient,
    )


def with_photo(draft: Draft, photo: dict[str, Any]) -> Draft:
    """The draft with a photo, which then is there."""
    return replace(draft, photo=photo, materials={**draft.materials, "photo": "present"})


def correction_of(application: Application) -> Draft:
    """The draft that corrects a refused application: same id, same day of acceptance and rules."""
    facts = application.facts
    moment = datetime.combine(facts.accepted_on, facts.accepted_at or time())
    return replace(
        draft_of(application),
        corrects=application.accepted_at.isoformat(),
        decided_as_of=moment.isoformat(),
        part="accept",
    )


def _differing(one: str, other: str) -> tuple[str, str]:
    """Both with a star for each sign they have in common, but the first."""
    longest = max(len(one), len(other))
    pairs = list(zip(one.ljust(longest), other.ljust(longest), strict=True))

    def shown(side: int) -> str:
        return "".join(
            pair[side] if not at or pair[0] != pair[1] else "*" for at, pair in enumerate(pairs)
        ).rstrip()

    return shown(0), shown(1)
