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
    deferral_agreed: bool = True
    method: str = "post"
    combined: bool = True
    phone: str = field(default="", repr=False)
    recipient: RecipientDraft = field(default_factory=RecipientDraft)
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
        given["person"] = PersonDraft(**value.get("person", {}))
        given["recipient"] = RecipientDraft(**value.get("recipient", {}))
        given["items"] = tuple(value.get("items", ()))
        given["documents"] = tuple(value.get("documents", ()))
        return cls(**given)


def differs(one: Draft, other: Draft) -> bool:
    """Whether anything but the place of the cursor differs."""
    return replace(one, part="") != replace(other, part="")
