"""From a draft to the facts of the rules: what is still missing, and in which part to give it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from counter_tui.case.documents import handed_in
from counter_tui.case.draft import Draft
from counter_tui.words import N_
from intake.facts import Facts


@dataclass(frozen=True, slots=True)
class Gap:
    """Something the rules cannot do without: the part to give it in, and the sentence for it."""

    part: str
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where the case is taken: site code and kind as in the facts contract."""

    code: str | None
    kind: str = "police_station"


def gaps(draft: Draft) -> list[Gap]:
    """What must be given before the rules can say anything."""
    found = []
    person = draft.person
    if not person.name:
        found.append(Gap("identity", N_("the applicant's name is missing")))
    if not person.birth_date:
        found.append(Gap("identity", N_("the birth date is missing")))
    if not person.number:
        found.append(Gap("identity", N_("the citizen number is missing")))
    elif draft.evidence != "chip" and draft.number_again != person.number:
        found.append(Gap("identity", N_("type the number a second time; the two must be the same")))
    if not draft.hukou_code:
        found.append(Gap("identity", N_("the place of household registration is missing")))
    if not draft.items:
        found.append(Gap("items", N_("nothing is asked for yet; type an item")))
    return found


def facts_of(draft: Draft, now: datetime, place: Place) -> Facts:
    """The facts of a draft without gaps, as of `now` (local time). Raises ValidationError."""
    value: dict[str, Any] = {
        "accepted_on": now.date(),
        "accepted_at": now.time().replace(second=0, microsecond=0),
        "site": {"code": place.code, "kind": place.kind},
        "applicant": {
            "birth_date": date.fromisoformat(draft.person.birth_date),
            "number": draft.person.number,
            "hukou_code": draft.hukou_code,
            "identity_evidence": draft.evidence,
            "residence_permit": _residence(draft),
            "registered_functionary": draft.registered_functionary,
            "military": draft.military,
            "disability_certificate": draft.disability_certificate or None,
        },
        "items": tuple(handed_in(draft, item) for item in draft.items),
        "materials": draft.materials,
        "lookups": draft.lookups,
        "deferral_agreed": draft.deferral_agreed,
        "delivery": {"method": draft.method, "combined": draft.combined},
    }
    return Facts.model_validate(value)


def _residence(draft: Draft) -> dict[str, Any] | None:
    if not draft.residence_place:
        return None
    until = draft.residence_valid_to
    return {
        "place_code": draft.residence_place,
        "valid_to": date.fromisoformat(until) if until else None,
    }
