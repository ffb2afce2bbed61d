"""Application (受理件): what a station stores, sends and the centre keeps.

`body` is the one serialisation. Its bytes are stored, sent, hashed and signed unchanged, so that
a receipt proves what the clerk saw accepted.
"""

import hashlib
from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator

from intake.decision import Decision, Ground, Proof
from intake.facts import Facts
from intake.model import Record

FORMAT = 1
"""Version of the body's shape; a reader refuses a higher one."""


class Person(Record):
    """The applicant as the card or the clerk's typing gave it. Absent fields were not asked for."""

    name: str
    sex: Literal["male", "female", "unknown", "unstated"]
    birth_date: date = Field(strict=False)
    number: str
    ethnic_code: str | None = None
    address: str | None = None
    issuing_authority: str | None = None
    valid_from: date | None = Field(default=None, strict=False)
    valid_to: date | None = Field(default=None, strict=False)
    surname_pinyin: str | None = None
    given_pinyin: str | None = None
    pinyin_checked: Literal["suggested", "clerk", "applicant"] | None = None
    """Who looked at the spelling last: nobody, the clerk, or the applicant with the clerk."""


class OtherPerson(Record):
    """Who acts for a minor: the guardian, or who comes in the guardian's place."""

    name: str
    number: str | None = None
    relation: str = ""
    phone: str | None = None
    evidence: Literal["chip", "by_eye"] = "by_eye"


class EmergencyContact(Record):
    """Whom to call when the applicant cannot be reached."""

    name: str
    phone: str


class LookupRecord(Record):
    """What a look-up said, and whether the centre was asked or the clerk set it by hand."""

    kind: str
    answer: Literal["matched", "mismatch", "unavailable"]
    asked: Literal["centre", "clerk"]
    at: AwareDatetime = Field(strict=False)


class Evidence(Record):
    """How the identity was established: the reading, not a picture of the card."""

    kind: Literal["chip", "temporary_card", "hukou_booklet"]
    read_at: AwareDatetime = Field(strict=False)
    reader: str | None = None
    sam_number: str | None = None


class PhotoTaken(Record):
    """The photo that goes with the application; the file itself is held under its hash."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    width: int
    height: int
    taken_on: date | None = Field(default=None, strict=False)
    reused_from: UUID | None = Field(default=None, strict=False)
    """The earlier application of the same person whose photo it is; none: taken for this one."""


CaptureState = Literal["captured", "refused", "cannot", "not_yet"]
WhyNot = Literal["injury", "missing", "worn", "illness", "illiterate", "other"]
"""Why somebody cannot sign or give fingerprints: hurt, without fingers, worn ridges, ill, does not
write, or what the note says."""


class Capture(Record):
    """Whether a signature or fingerprints were taken; the prints themselves are not here.

    Who cannot says why; `note` is for what no code says.
    """

    state: CaptureState
    why: WhyNot | None = None
    note: Annotated[str, Field(min_length=1, max_length=100)] | None = None

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if (self.state == "cannot") != (self.why is not None):
            raise ValueError("a reason stands with `cannot`, and only there")
        if self.why == "other" and self.note is None:
            raise ValueError("another reason is written in the note")
        return self


class Address(Record):
    """A postal address with the statutory division it lies in, as of the date of the code list."""

    division_code: Annotated[str, Field(pattern=r"^\d{6}(\d{3})?$")]
    division_name: str
    code_system: str
    as_of: date = Field(strict=False)
    detail: Annotated[str, Field(min_length=1)]
    postcode: Annotated[str, Field(pattern=r"^\d{6}$")]


class Recipient(Record):
    """Who takes the parcel."""

    name: str
    phone: str
    relation: str = "self"
    address: Address


class WaiverProof(Record):
    """Why one postage line was waived, and what proved it; enough to check it again offline."""

    rule: str
    ground: Ground
    proof: Proof
    proved_by: str
    proved_at: AwareDatetime = Field(strict=False)
    clerk: str
    inputs: dict[str, str | int | bool | None]
    certificate_hash: str | None = None


class PackRef(Record):
    """The resolved pack a decision was made under."""

    name: str
    version: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Application(Record):
    """One accepted form of one applicant on one visit, with the decision that accepted it."""

    format: Literal[1] = FORMAT
    id: UUID = Field(strict=False)
    number: str
    station: str
    clerk: str
    channel: Literal["window", "mobile_visit"] = "window"
    created_at: AwareDatetime = Field(strict=False)
    accepted_at: AwareDatetime = Field(strict=False)
    pack: PackRef
    facts: Facts
    decision: Decision
    person: Person | None = None
    evidence: Evidence | None = None
    phone: str | None = None
    recipient: Recipient | None = None
    guardian: OtherPerson | None = None
    agent: OtherPerson | None = None
    emergency: EmergencyContact | None = None
    lookups: tuple[LookupRecord, ...] = Field(default=(), strict=False)
    photo: PhotoTaken | None = None
    signature: Capture | None = None
    fingerprints: Capture | None = None
    """None where nobody asked for them."""
    waivers: tuple[WaiverProof, ...] = Field(default=(), strict=False)
    audit_head: str | None = None

    def body(self) -> bytes:
        """The bytes that are stored, sent and signed: UTF-8 JSON."""
        return self.model_dump_json(by_alias=True).encode()


def body_hash(body: bytes) -> str:
    """SHA-256 of an application's body, in hex: what a receipt names."""
    return hashlib.sha256(body).hexdigest()


_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def short_number(identifier: UUID) -> str:
    """The application's number as people say it: 8 symbols of the id and one check symbol.

    The alphabet has no I, L, O or U. The check symbol is the weighted sum modulo 31 (a prime), so
    every single slip and every swap of neighbours is noticed.
    """
    random_bits = identifier.int & ((1 << 40) - 1)
    symbols = "".join(_ALPHABET[(random_bits >> shift) & 31] for shift in range(35, -1, -5))
    return f"{symbols[:4]}-{symbols[4:]}-{number_check(symbols)}"


def number_check(symbols: str) -> str:
    """The check symbol for 8 symbols. Raises ValueError on a foreign one."""
    total = sum((place + 1) * _ALPHABET.index(symbol) for place, symbol in enumerate(symbols))
    return _ALPHABET[total % 31]
