"""What a condition of a pack may look at: every fact with its level and its possible values.

Levels say when a fact is known. `application` facts are there from the start; a pack's own terms
follow from them; `accepted` facts exist once scope has been decided; `item` and `endorsement` facts
belong to one of several.
"""

from dataclasses import dataclass
from typing import Final, Literal, get_args

from intake.facts import (
    ApplicantFacts,
    ApplicationMaterial,
    Delivery,
    Document,
    EndorsementCode,
    Entries,
    ItemKind,
    ItemMaterial,
    LookupAnswer,
    LookupName,
    Presence,
    Region,
    SiteKind,
    Validity,
)

Level = Literal["application", "accepted", "item", "endorsement"]
Kind = Literal["choice", "number", "yes_no", "code", "several", "day"]
Scalar = str | int | bool

NOT_ASKED: Final = "not_asked"
"""The answer of a lookup nobody has asked."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: what a condition may ask of it, and its choices (of each element for `several`)."""

    level: Level
    kind: Kind
    choices: tuple[Scalar, ...] = ()
    private: bool = False
    """Its value never stands in a reason; the reason says only whether there is one."""


def months(validity: Validity) -> int:
    """`3m` or `2y` in months."""
    return int(validity[:-1]) * (12 if validity[-1] == "y" else 1)


def _choices(owner: type, field: str) -> tuple[Scalar, ...]:
    return get_args(owner.__annotations__[field])


_PRESENCE: Final = get_args(Presence)
_CODES: Final = get_args(EndorsementCode)

FACTS: Final[dict[str, Fact]] = {
    "site_kind": Fact("application", "choice", tuple(SiteKind)),
    "age": Fact("application", "number"),
    "hukou_code": Fact("application", "code"),
    "identity_evidence": Fact(
        "application", "choice", _choices(ApplicantFacts, "identity_evidence")
    ),
    "registered_functionary": Fact(
        "application", "choice", _choices(ApplicantFacts, "registered_functionary")
    ),
    "military": Fact("application", "yes_no", (False, True)),
    "permit_place": Fact("application", "code"),
    "permit_valid_to": Fact("application", "day"),
    "disability_certificate": Fact("application", "code", private=True),
    "delivery_method": Fact("application", "choice", _choices(Delivery, "method")),
    **{
        f"lookup.{name}": Fact("application", "choice", (NOT_ASKED, *get_args(LookupAnswer)))
        for name in get_args(LookupName)
    },
    **{
        f"material.{code}": Fact("application", "choice", _PRESENCE)
        for code in get_args(ApplicationMaterial)
    },
    "accepted_kinds": Fact("accepted", "several", tuple(ItemKind)),
    "accepted_documents": Fact("accepted", "several", tuple(Document)),
    "document": Fact("item", "choice", tuple(Document)),
    "kind": Fact("item", "choice", tuple(ItemKind)),
    "codes": Fact("item", "several", _CODES),
    "forms": Fact("item", "several", ("card", "booklet")),
    **{f"material.{code}": Fact("item", "choice", _PRESENCE) for code in get_args(ItemMaterial)},
    "region": Fact("endorsement", "choice", get_args(Region)),
    "code": Fact("endorsement", "choice", _CODES),
    "entries": Fact("endorsement", "choice", get_args(Entries)),
    "months": Fact("endorsement", "number", tuple(months(v) for v in get_args(Validity))),
}
"""Every fact by the name packs use. An empty list of endorsements satisfies no `some_` test."""

_REACH: Final[dict[Level, frozenset[Level]]] = {
    "application": frozenset({"application"}),
    "accepted": frozenset({"application", "accepted"}),
    "item": frozenset({"application", "item"}),
    "endorsement": frozenset({"application", "item", "endorsement"}),
}


def reachable(fact: Level, table: Level) -> bool:
    """Whether a table evaluated at `table` level can know a fact of level `fact`."""
    return fact in _REACH[table]
