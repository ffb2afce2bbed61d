"""Look-ups in other registers: which help this case, which are lawful now, and about whom.

A look-up serves one application and one purpose. It is asked by itself only where the rules ask for
the very material that it replaces; a disability is asked for only when the clerk says so.
"""

from dataclasses import dataclass
from typing import Any, Final

from counter_tui.case.draft import Draft

LOOKUP_OF: Final = {
    "guardianship_proof": "guardianship",
    "kinship_proof": "kinship",
    "business_licence": "business_registry",
    "tax_registration": "tax",
    "social_insurance_list": "social_insurance",
    "residence_permit": "residence",
}
"""Which look-up can stand in for which material."""

FUNCTIONARY: Final = "registered_functionary"
SECOND: Final = {
    "guardianship": "guardian",
    "kinship": "relative",
    "business_registry": "firm",
    "tax": "firm",
    "social_insurance": "firm",
}
"""Look-ups about two parties: who the second one is."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One question to a register; `body` is the centre's."""

    kind: str
    name: str
    """Its name among the store's questions and answers."""
    body: dict[str, Any]


def second_number(draft: Draft, kind: str) -> str:
    """The second party's number where the look-up needs one and it is known."""
    second = SECOND.get(kind, "")
    return draft.guardian.number if second == "guardian" else draft.related.get(second, "")


def inquiry(draft: Draft, kind: str) -> Inquiry | None:
    """The question; None while a number that it needs is not known."""
    body = {"kind": kind, "application": draft.id, "number": draft.person.number}
    if kind in SECOND:
        number = second_number(draft, kind)
        if not number:
            return None
        body["related"] = number
    return Inquiry(kind, f"lookup/{draft.id}/{kind}", body)


def asked_of(draft: Draft, lines: Any) -> set[str]:
    """The look-ups that help now: `lines` are the decision's materials."""
    open_lines = (one.code for one in lines if one.status in ("missing", "deferred"))
    found = {LOOKUP_OF[code] for code in open_lines if code in LOOKUP_OF}
    return {kind for kind in found if kind not in draft.lookups}
