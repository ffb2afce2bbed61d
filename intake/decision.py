"""Decision: what the rules said about one application, line by line.

The shape is a contract (`docs/contracts.md`). Amounts are whole yuan.
"""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from intake.model import Record

Outcome = Literal["accept", "accept_with_deferral", "incomplete", "refer", "refuse"]
MaterialClass = Literal["core", "secondary"]
MaterialStatus = Literal["present", "verified", "deferred", "missing"]
Ledger = Literal["treasury", "carrier"]
Ground = Literal["age", "disability"]
Proof = Literal["identity_read", "disability_lookup", "disability_certificate"]
Channel = Literal["window", "post", "online", "proxy"]


def _absent(value: object) -> bool:
    return value is None


class Text(Record):
    """One sentence in both languages."""

    zh: str
    en: str


class Reason(Record):
    """Why a line says what it says: the rule, its sentence, its source and what it looked at."""

    rule: str
    text: Text
    source: str
    inputs: dict[str, Any]


class ItemDecision(Record):
    """The answer about one item: scope, validity, when it is ready."""

    index: int
    outcome: Literal["accept", "refer", "refuse"]
    refer_to: str | None
    validity_years: int | None
    ready_by: date | None = Field(strict=False)
    provisional: bool
    instant: bool
    reasons: tuple[Reason, ...] = Field(strict=False)


class MaterialLine(Record):
    """One material the rules ask for; `item` is the item's index, or None for the application."""

    code: str
    item: int | None
    class_: MaterialClass = Field(alias="class")
    status: MaterialStatus
    reasons: tuple[Reason, ...] = Field(strict=False)


class DeferralLine(Record):
    """A secondary material accepted as to follow (容缺)."""

    code: str
    item: int | None
    due_on: date = Field(strict=False)
    provisional: bool
    channels: tuple[Channel, ...] = Field(strict=False)
    on_expiry: str
    reasons: tuple[Reason, ...] = Field(default=(), strict=False)


class FeeLine(Record):
    """One price: a document, an endorsement, or the postage of one parcel.

    `ground` and `proof` stand on waived lines only.
    """

    code: str
    item: int | None
    ledger: Ledger
    amount: int
    waived: bool
    ground: Ground | None = Field(default=None, exclude_if=_absent)
    proof: Proof | None = Field(default=None, exclude_if=_absent)
    reasons: tuple[Reason, ...] = Field(default=(), strict=False)


class Totals(Record):
    """What is to be paid, by ledger; waived lines are left out."""

    treasury: int
    carrier: int


class Parcel(Record):
    """One mail item: the items it carries and when the slowest is ready."""

    items: tuple[int, ...] = Field(strict=False)
    legs: int
    ready_by: date | None = Field(strict=False)


class NoticeLine(Record):
    """One line of the one-time notice (一次性告知): what is missing and why it is asked for."""

    code: str
    item: int | None
    text: Text


class Warning_(Record):
    """Something the clerk should look at; never a reason to refuse by itself."""

    code: str
    text: Text


class Decision(Record):
    """What the rules said about one application under one pack."""

    pack: str
    pack_version: str
    outcome: Outcome
    items: tuple[ItemDecision, ...] = Field(strict=False)
    materials: tuple[MaterialLine, ...] = Field(strict=False)
    deferrals: tuple[DeferralLine, ...] = Field(strict=False)
    fees: tuple[FeeLine, ...] = Field(strict=False)
    totals: Totals
    parcels: tuple[Parcel, ...] = Field(strict=False)
    notice: tuple[NoticeLine, ...] = Field(strict=False)
    warnings: tuple[Warning_, ...] = Field(strict=False)
