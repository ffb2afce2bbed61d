"""Facts as conditions see them: one flat mapping by the catalogue's names."""

from collections.abc import Sequence
from typing import Any, Final

from intake.decision import Proof
from intake.facts import Facts, Item
from intake.pack.calendar import completed_years
from intake.pack.catalogue import FACTS, NOT_ASKED, months
from intake.pack.pack import Rules

_UNSAID: Final[dict[str, Any]] = {
    name: NOT_ASKED if name.startswith("lookup.") else "missing"
    for name in FACTS
    if name.startswith(("lookup.", "material."))
}
"""Materials that nobody named are missing; lookups that nobody named were not asked."""


def application_view(facts: Facts, rules: Rules, attested: frozenset[Proof]) -> dict[str, Any]:
    """The facts of the application, and the pack's own terms for them."""
    applicant = facts.applicant
    permit = applicant.residence_permit
    view: dict[str, Any] = {
        **_UNSAID,
        "accepted_on": facts.accepted_on,
        "site_kind": facts.site.kind,
        "age": completed_years(applicant.birth_date, facts.accepted_on, rules.leap_birthday),
        "number": applicant.number,
        "hukou_code": applicant.hukou_code,
        "identity_evidence": applicant.identity_evidence,
        "registered_functionary": applicant.registered_functionary,
        "military": applicant.military,
        "permit_place": permit.place_code if permit else None,
        "permit_valid_to": permit.valid_to if permit else None,
        "disability_certificate": applicant.disability_certificate,
        "proved": "disability_certificate" in attested,
        "delivery_method": facts.delivery.method,
    }
    for code, presence in facts.materials.items():
        view[f"material.{code}"] = presence
    for name, answer in facts.lookups.items():
        view[f"lookup.{name}"] = answer
    for term in rules.terms.applying(view):
        view.setdefault(term.row.term, term.row.value)
    return view


def accepted_view(application: dict[str, Any], items: Sequence[Item]) -> dict[str, Any]:
    """The application's facts with those of its accepted items."""
    return {
        **application,
        "accepted_kinds": tuple(item.kind for item in items),
        "accepted_documents": tuple(item.document for item in items),
    }


def item_views(application: dict[str, Any], items: Sequence[Item]) -> list[dict[str, Any]]:
    """One view an item: the application's facts and its own."""
    return [_item_view(application, item) for item in items]


def _item_view(application: dict[str, Any], item: Item) -> dict[str, Any]:
    view = application | {
        "document": item.document,
        "kind": item.kind,
        "codes": tuple(endorsement.code for endorsement in item.endorsements),
        "forms": tuple(endorsement.document_form for endorsement in item.endorsements),
    }
    for code, presence in item.materials.items():
        view[f"material.{code}"] = presence
    return view


def endorsement_views(view: dict[str, Any], item: Item) -> list[dict[str, Any]]:
    """One view an endorsement of the item that `view` is about."""
    return [
        view
        | {
            "region": endorsement.region,
            "code": endorsement.code,
            "entries": endorsement.entries,
            "months": months(endorsement.validity),
        }
        for endorsement in item.endorsements
    ]
