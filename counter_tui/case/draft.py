"""Draft: everything the clerk and the card have given so far, kept as plain JSON."""

from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final, Self

FORMAT: Final = 1
"""Version of the JSON shape; `from_json` refuses a higher one."""

Item = dict[str, Any]
"""One item in the shape of the facts contract."""


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """The applicant. Dates are YYYY-MM-DD; an empty text means not given yet."""

    name: str = field(default="", repr=False)
    sex: str = "unknown"
    birth_date: str = field(default="", repr=False)
    number: str = field(default="", repr=False)
    ethnic_code: str = ""
    address: str = field(default="", repr=False)
    issuing_authority: str = ""
    valid_from: str = ""
    valid_to: str = ""
    surname_pinyin: str = field(default="", repr=False)
    given_pinyin: str = field(default="", repr=False)
    pinyin_checked: str = ""
    """`suggested`, `clerk` or `applicant`: who looked at the spelling last."""
    pinyin_unsure: str = field(default="", repr=False)
    """Characters of the name with several readings, or with none."""


@dataclass(frozen=True, slots=True)
class OtherDraft:
    """A minor's guardian, or who comes in the guardian's place."""

    name: str = field(default="", repr=False)
    number: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    relation: str = ""
    evidence: str = "by_eye"
    """`chip` when the person's own card was read."""


@dataclass(frozen=True, slots=True)
class RecipientDraft:
    """Who takes the parcel, and where. `division_*` and `as_of` are one entry of the code list."""

    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    relation: str = "self"
    division_code: str = ""
    division_name: str = ""
    code_system: str = ""
    as_of: str = ""
    detail: str = field(default="", repr=False)
    postcode: str = ""
    usual_postcode: str = ""
    """The county's main postcode, to hold a typed one against; empty where none is known."""
    sure: bool = True
    """False while the township could not be told from the card's address and nobody was asked."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A case before acceptance. Every change makes a new one; the old one serves undo."""

    id: str
    created_at: str
    evidence: str = "chip"
    """`chip`, `temporary_card` or `hukou_booklet`."""
    read_at: str = ""
    reader: str = ""
    sam_number: str = ""
    person: PersonDraft = field(default_factory=PersonDraft)
    number_again: str = field(default="", repr=False)
    """The number typed a second time, for people without a chip."""
    hukou_code: str = ""
    registered_functionary: str = "not_needed"
    military: bool = False
    residence_place: str = ""
    residence_valid_to: str = ""
    disability_certificate: str = field(default="", repr=False)
    items: tuple[Item, ...] = ()
    documents: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    """The applicant's present documents as their chips gave them, one of a kind."""
    materials: dict[str, str] = field(default_factory=dict)
    lookups: dict[str, str] = field(default_factory=dict)
    looked_up: dict[str, dict[str, str]] = field(default_factory=dict)
    """For each answer in `lookups`: `asked` (`centre` or `clerk`) and `at`."""
    related: dict[str, str] = field(default_factory=dict, repr=False)
    """The second number a look-up needs: the relative's, the firm's."""
    deferral_agreed: bool = True
    undertaking: bool = False
    """Whether the applicant said so: due date, channels and consequence were told."""
    method: str = "post"
    combined: bool = True
    phone: str = field(default="", repr=False)
    recipient: RecipientDraft = field(default_factory=RecipientDraft)
    guardian: OtherDraft = field(default_factory=OtherDraft)
    agent: OtherDraft = field(default_factory=OtherDraft)
    emergency_name: str = field(default="", repr=False)
    emergency_phone: str = field(default="", repr=False)
    treasury_paid: str = ""
    """How the treasury's fees were paid: `cash`, `card`, `code`; empty: pending."""
    treasury_reference: str = ""
    carrier_paid: str = ""
    carrier_reference: str = ""
    other_proof: str = ""
    """A proof for free postage that the rules do not know; a supervisor approves it."""
    waiver_approval: dict[str, Any] = field(default_factory=dict)
    """What a supervisor approved at this case: `by`, `name`, `signed` (body's hash to approval)."""
    pre_acceptance: str = ""
    """Id of the draft of the applicant's own that this case takes over."""
    corrects: str = ""
    """When the refused application was accepted that this case corrects: its moment, RFC 3339."""
    decided_as_of: str = ""
    """Local date and time whose rules decide a correction; empty: those of the present moment."""
    captures: dict[str, dict[str, str]] = field(default_factory=dict, repr=False)
    """What was said of `signature` or `fingerprints`: `state` (`refused`, `cannot`), `why`, `note`;
    left out: the material tells it."""
    read_back_at: str = ""
    """When the applicant said that all read back to him is right."""
    photo: dict[str, Any] = field(default_factory=dict, repr=False)
    """The chosen photo: `sha256`, `width`, `height`, `taken_on`; empty: none. One that is used
    again has `reused_from` and `reused_number`, id and number of the earlier application."""
    part: str = "items"
    """The part of the case screen the clerk was in."""

    def with_person(self, **changes: str) -> Self:
        """The draft with other values in `person`."""
        return replace(self, person=replace(self.person, **changes))

    def with_recipient(self, **changes: str) -> Self:
        """The draft with other values in `recipient`."""
        return replace(self, recipient=replace(self.recipient, **changes))

    def to_json(self) -> dict[str, Any]:
        """What the store keeps."""
        return {"format": FORMAT, **asdict(self)}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """A draft as the store kept it. Raises ValueError when a newer program wrote it."""
        if value.get("format", 0) > FORMAT:
            raise ValueError("the draft was written by a newer version")
        known = {one.name for one in fields(cls)}
        given = {key: one for key, one in value.items() if key in known}
        for name, kind in OWNERS.items():
            given[name] = kind(**value.get(name, {}))
        given["items"] = tuple(value.get("items", ()))
        given["documents"] = tuple(value.get("documents", ()))
        return cls(**given)


OWNERS: Final = {
    "person": PersonDraft,
    "recipient": RecipientDraft,
    "guardian": OtherDraft,
    "agent": OtherDraft,
}
"""Fields that are records of their own."""


def differs(one: Draft, other: Draft) -> bool:
    """Whether anything but the place of the cursor differs."""
    return replace(one, part="") != replace(other, part="")
