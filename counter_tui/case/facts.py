"""From a draft to the facts of the rules: what is still missing, and in which part to give it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from counter_tui.case.documents import handed_in
from counter_tui.case.draft import Draft
from counter_tui.case.faults import faults
from counter_tui.words import N_
from intake.facts import Facts


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is still needed: the part to give it in, the sentence, and the field."""

    part: str
    text: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the case is taken: site code and kind as in the facts contract."""

    code: str | None
    kind: str = "police_station"


PART_OF: Final = {"recipient.phone": "delivery", "recipient.postcode": "delivery"}
"""Where a field stands; all others that can be wrong stand with the identity."""

DECIDING: Final = frozenset(
    {"person.number", "number_again", "hukou_code", "residence_place", "residence_valid_to"}
)
"""Fields that the rules look at: nothing is decided while one is wrong."""


def gaps(draft: Draft, today: date) -> list[Gap]:
    """What must be given or mended before the rules can say anything."""
    person = draft.person
    by_hand = draft.evidence != "chip"
    # What is wrong comes before what is missing: the cursor stays where the slip is.
    found = [gap for gap in faulty(draft, today) if gap.field in DECIDING]
    told = {gap.field for gap in found}
    wanted = [
        ("person.name", person.name, N_("the applicant's name is missing")),
        ("person.number", person.number, N_("the citizen number is missing")),
        # Typed numbers say the birth date.
        ("person.birth_date", by_hand or person.birth_date, N_("the birth date is missing")),
        (
            "number_again",
            not by_hand or draft.number_again,
            N_("type the number a second time; the two must be the same"),
        ),
        (
            "person.address" if by_hand and not person.address else "hukou_code",
            draft.hukou_code,
            N_("the place of household registration is missing"),
        ),
    ]
    missing = [(path, text) for path, value, text in wanted if not value]
    found += [Gap("identity", text, path) for path, text in missing if path not in told]
    if not draft.items:
        found.append(Gap("items", N_("nothing is asked for yet; type an item"), "line"))
    return found


def faulty(draft: Draft, today: date) -> list[Gap]:
    """What was typed and is wrong."""
    wrong = faults(draft, today).items()
    return [Gap(PART_OF.get(path, "identity"), text, path) for path, text in wrong]


def delivery_gaps(draft: Draft) -> list[Gap]:
    """What the post needs and does not have yet."""
    if draft.method != "post":
        return []
    to = draft.recipient
    wanted = (
        ("recipient.name", to.name, N_("the recipient's name is missing")),
        ("recipient.phone", to.phone or draft.phone, N_("a phone number is missing")),
        (
            "recipient.division_name",
            to.division_code,
            N_("the delivery address has no division yet"),
        ),
        ("recipient.detail", to.detail, N_("street and house number are missing")),
        ("recipient.postcode", to.postcode, N_("the postcode is missing")),
    )
    return [Gap("delivery", text, path) for path, value, text in wanted if not value]


def guardian_gaps(draft: Draft) -> list[Gap]:
    """What is not known yet of the person who stands beside a minor."""
    if draft.materials.get("guardian_present") == "present":
        wanted = (
            ("guardian.name", draft.guardian.name, N_("the guardian's name is missing")),
            ("guardian.number", draft.guardian.number, N_("the guardian's number is missing")),
        )
    elif draft.materials.get("delegation_letter") == "present":
        wanted = (
            ("agent.name", draft.agent.name, N_("the companion's name is missing")),
            ("agent.number", draft.agent.number, N_("the companion's number is missing")),
        )
    else:
        return []
    return [Gap("identity", text, path) for path, value, text in wanted if not value]


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
