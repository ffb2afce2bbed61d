"""Facts: everything the rules may look at when they decide about one application.

The shape is a contract (`docs/contracts.md`); codes are the field's own.
"""

from datetime import date, time
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from intake.model import Record


class SiteKind(StrEnum):
    """What kind of place accepts: a police station serves fewer things than a hall."""

    POLICE_STATION = "police_station"
    DISTRICT_HALL = "district_hall"
    CITY_CENTRE = "city_centre"
    MOBILE_VISIT = "mobile_visit"


class Document(StrEnum):
    """An exit-entry document (出入境证件)."""

    PASSPORT = "passport"
    HKM_PERMIT = "hkm_permit"
    TW_PERMIT = "tw_permit"


class ItemKind(StrEnum):
    """What is asked for about a document."""

    FIRST = "first"
    RENEW = "renew"
    REISSUE_LOST = "reissue_lost"
    REISSUE_DAMAGED = "reissue_damaged"
    REAPPLY_EXPIRED = "reapply_expired"
    ANNOTATE = "annotate"
    ENDORSE = "endorse"


Region = Literal["HK", "MO", "TW"]
EndorsementCode = Literal["T", "S", "L", "G", "D", "Q", "R", "Y", "F", "X", "C"]
Entries = Literal["single", "double", "multiple"]
Validity = Literal["3m", "6m", "1y", "2y", "3y", "4y", "5y"]
Presence = Literal["present", "missing"]
LookupAnswer = Literal["matched", "mismatch", "unavailable"]

ApplicationMaterial = Literal[
    "application_form",
    "photo",
    "fingerprints",
    "guardian_present",
    "guardian_identity",
    "delegation_letter",
    "agent_identity",
    "guardianship_proof",
    "unit_consent",
    "military_consent",
    "residence_permit",
    "hukou_booklet",
    "government_opinion",
]
ItemMaterial = Literal[
    "current_document",
    "loss_statement",
    "kinship_proof",
    "reason_papers",
    "business_licence",
    "tax_registration",
    "social_insurance_list",
]
LookupName = Literal[
    "guardianship",
    "kinship",
    "business_registry",
    "tax",
    "social_insurance",
    "residence",
    "disability",
]

_REGIONS_OF = {Document.HKM_PERMIT: ("HK", "MO"), Document.TW_PERMIT: ("TW",)}


class Site(Record):
    """The place that accepts."""

    code: str | None = None
    kind: SiteKind = Field(strict=False)


class ResidencePermit(Record):
    """A residence permit (居住证): where it was issued and until when it holds."""

    place_code: Annotated[str, Field(pattern=r"^\d{6}$")]
    valid_to: date | None = Field(default=None, strict=False)


class ApplicantFacts(Record):
    """What the rules ask about the applicant; no name, no address."""

    birth_date: date = Field(strict=False)
    number: str
    hukou_code: Annotated[str, Field(pattern=r"^\d{6}$")]
    identity_evidence: Literal["chip", "temporary_card", "hukou_booklet"]
    residence_permit: ResidencePermit | None
    registered_functionary: Literal["not_needed", "consent_needed", "unavailable"]
    military: bool
    disability_certificate: str | None


class Endorsement(Record):
    """One endorsement (签注) asked for on a permit."""

    region: Region
    code: EndorsementCode
    entries: Entries
    validity: Validity
    document_form: Literal["card", "booklet"] = "card"


class Item(Record):
    """One document or endorsement asked for (事项)."""

    document: Document = Field(strict=False)
    kind: ItemKind = Field(strict=False)
    endorsements: tuple[Endorsement, ...] = Field(default=(), strict=False)
    materials: dict[ItemMaterial, Presence] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _endorsements_fit(self) -> Self:
        if self.kind is ItemKind.ENDORSE and not self.endorsements:
            raise ValueError("endorsements: an endorse item needs at least one endorsement")
        if self.endorsements and self.kind is ItemKind.ANNOTATE:
            raise ValueError("endorsements: an annotation carries no endorsement")
        allowed = _REGIONS_OF.get(self.document, ())
        for endorsement in self.endorsements:
            if endorsement.region not in allowed:
                raise ValueError(
                    f"endorsements: region {endorsement.region} does not fit {self.document}"
                )
        return self


class Delivery(Record):
    """How the documents reach the applicant."""

    method: Literal["post", "pickup"]
    combined: bool = True
    legs: Literal[1, 2] = 1


class Facts(Record):
    """The facts of one application on one date: the whole input of the rules."""

    accepted_on: date = Field(strict=False)
    accepted_at: time | None = Field(default=None, strict=False)
    site: Site
    applicant: ApplicantFacts
    items: Annotated[tuple[Item, ...], Field(min_length=1, strict=False)]
    materials: dict[ApplicationMaterial, Presence]
    lookups: dict[LookupName, LookupAnswer] = Field(default_factory=dict)
    deferral_agreed: bool = True
    delivery: Delivery

    @field_validator("accepted_at", mode="before")
    @classmethod
    def _hours_and_minutes(cls, value: object) -> object:
        if isinstance(value, str) and len(value) != 5:
            raise ValueError("accepted_at is written HH:MM")
        return value
