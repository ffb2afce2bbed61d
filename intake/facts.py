"""Facts: everything the rules may look at when they decide about one application.

The shape is a contract (`docs/contracts.md`); codes are the field's own.
"""

import re
from datetime import date, time
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    Strict,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from intake.model import Record

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}")


def _day(value: object) -> object:
    if type(value) is date or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise PydanticCustomError("day", "a day is written YYYY-MM-DD")


def _clock(value: object) -> object:
    if isinstance(value, time) or (isinstance(value, str) and _CLOCK.fullmatch(value)):
        return value
    raise PydanticCustomError("clock", "a time of day is written HH:MM")


Day = Annotated[date, Strict(False), BeforeValidator(_day)]
"""A calendar day, written YYYY-MM-DD; nothing looser is read as one."""

Clock = Annotated[
    time,
    Strict(False),
    BeforeValidator(_clock),
    PlainSerializer(lambda at: at.strftime("%H:%M"), return_type=str, when_used="json"),
    # JSON Schema's own format for times of day wants seconds and a zone.
    WithJsonSchema({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}),
]
"""A time of day at the site, written HH:MM."""

DivisionCode = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
"""Six digits of GB/T 2260: province, city, county."""


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


def _wrong(field: str, message: str) -> PydanticCustomError:
    """A complaint about `field` of the model that finds it; `intake.reading` adds the way there."""
    return PydanticCustomError("facts", "{message}", {"message": message, "field": field})


class Site(Record):
    """The place that accepts."""

    code: str | None = None
    kind: SiteKind = Field(strict=False)


class ResidencePermit(Record):
    """A residence permit (居住证): where it was issued and until when it holds."""

    place_code: DivisionCode
    valid_to: Day | None = None


class ApplicantFacts(Record):
    """What the rules ask about the applicant; no name, no address."""

    birth_date: Day
    number: str
    hukou_code: DivisionCode
    identity_evidence: Literal["chip", "temporary_card", "hukou_booklet"]
    residence_permit: ResidencePermit | None
    registered_functionary: Literal["not_needed", "consent_needed", "unavailable"]
    military: bool
    disability_certificate: str | None

    @field_validator("number", "disability_certificate")
    @classmethod
    def _upper_x(cls, value: str | None) -> str | None:
        # The check character is X; no other letter is touched.
        return value.replace("x", "X") if value else value


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
            raise _wrong("endorsements", "an endorse item needs at least one endorsement")
        if not self.endorsements:
            return self
        if self.kind is ItemKind.ANNOTATE:
            raise _wrong("endorsements", "an annotation carries no endorsement")
        if self.document is Document.PASSPORT:
            raise _wrong("endorsements", "a passport carries no endorsement")
        for place, endorsement in enumerate(self.endorsements):
            if endorsement.region not in _REGIONS_OF[self.document]:
                raise _wrong(
                    f"endorsements[{place}].region",
                    f"region {endorsement.region} does not fit {self.document}",
                )
        return self


def item_key(item: Item) -> str:
    """What makes two items the same business: document and kind, and for endorsements which."""
    if item.kind is not ItemKind.ENDORSE:
        return f"{item.document}:{item.kind}"
    wanted = sorted({f"{one.region}{one.code}" for one in item.endorsements})
    return f"{item.document}:{item.kind}:{'+'.join(wanted)}"[:64]


class Delivery(Record):
    """How the documents reach the applicant."""

    method: Literal["post", "pickup"]
    combined: bool = True
    legs: Annotated[int, Field(ge=1, le=2)] = 1


class Facts(Record):
    """The facts of one application on one date: the whole input of the rules."""

    accepted_on: Day
    accepted_at: Clock | None = None
    site: Site
    applicant: ApplicantFacts
    items: Annotated[tuple[Item, ...], Field(min_length=1, strict=False)]
    materials: dict[ApplicationMaterial, Presence]
    lookups: dict[LookupName, LookupAnswer] = Field(default_factory=dict)
    deferral_agreed: bool = True
    delivery: Delivery

    @model_validator(mode="after")
    def _born_before(self) -> Self:
        if self.applicant.birth_date > self.accepted_on:
            raise _wrong("applicant.birth_date", "born after the day of acceptance")
        return self
