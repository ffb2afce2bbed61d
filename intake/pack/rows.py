"""The rows of a policy pack, table by table.

Every row carries the same bookkeeping: `id`, the days it holds (`from` and `to`, both included,
missing = open), the `source` it rests on and how sure that is.
"""

from datetime import date, time
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, Strict, ValidationInfo
from pydantic_core import PydanticCustomError

from intake.decision import Channel, Ground, Ledger, MaterialClass, MaterialStatus, Proof, Text
from intake.facts import DivisionCode, Document, LookupName, SiteKind
from intake.model import Record
from intake.pack.catalogue import Level, Scalar
from intake.pack.conditions import Condition

Confidence = Literal["high", "medium", "low", "assumption"]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
NonEmpty = Annotated[str, Field(min_length=1)]


def _plain_day(value: object, about: ValidationInfo) -> object:
    if about.mode == "json" or type(value) is date:
        return value
    raise PydanticCustomError("plain_day", "a day is written 2019-07-01: no quotes, no time")


def _plain_time(value: object, about: ValidationInfo) -> object:
    if about.mode == "json" or isinstance(value, time):
        return value
    raise PydanticCustomError("plain_time", "a time is written 09:00:00: no quotes")


# TOML has days and times of its own: in quotes, or a day with a time, is a slip of the author's.
PlainDay = Annotated[date, Strict(False), BeforeValidator(_plain_day)]
PlainTime = Annotated[time, Strict(False), BeforeValidator(_plain_time)]
Amount = Annotated[int, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]
Days = Annotated[tuple[PlainDay, ...], Strict(False)]
MonthDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
Weekdays = Annotated[tuple[Annotated[int, Field(ge=1, le=7)], ...], Strict(False)]
Unit = Literal["working_day", "calendar_day"]


class Row(Record):
    """What every row has. `note` is for whoever keeps the pack."""

    id: Slug
    from_: PlainDay | None = Field(default=None, alias="from")
    to: PlainDay | None = None
    source: NonEmpty
    confidence: Confidence
    note: str | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the row is in force on `day`."""
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day <= self.to)


class Rule(Row):
    """A row that decides: it applies when all its conditions hold, and `text` says why."""

    text: Text
    when: Annotated[tuple[Condition, ...], Strict(False)] = ()


class Term(Rule):
    """A word of the pack: `term` has `value` when the row applies; first by `order` decides."""

    term: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    value: Scalar
    order: int


class ScopeRow(Rule):
    """Who is served where; the first row by `order` that applies decides about an item."""

    order: int
    outcome: Literal["accept", "refer", "refuse"]
    refer_to: Annotated[SiteKind, Strict(False)] | None = None


class SuspensionRow(Rule):
    """An item that nobody accepts for a time."""


class MaterialRow(Rule):
    """A material that is asked for.

    `status`: what the facts already settle; without it the material's own presence and `lookup`
    decide. For one code at most one row applies.
    """

    code: NonEmpty
    level: Literal["application", "item"]
    class_: MaterialClass = Field(alias="class")
    status: MaterialStatus | None = None
    lookup: LookupName | None = None


class WarningRow(Rule):
    """Something the clerk should look at.

    `on = "mismatch"`: once for the materials whose lookup contradicts, named in `{material}`.
    `on = "postage"`: no warning of its own, but a reason of the postage that is to be paid.
    """

    code: NonEmpty
    on: Literal["application", "mismatch", "postage"] = "application"


class DeferralRow(Rule):
    """How a secondary material may follow. `codes` empty: every one without a row of its own."""

    codes: Annotated[tuple[str, ...], Strict(False)] = ()
    days: Count
    unit: Unit
    channels: Annotated[tuple[Channel, ...], Field(min_length=1, strict=False)]
    on_expiry: Literal["revoke", "withdrawn", "terminate", "refuse"]
    extensions: Annotated[int, Field(ge=0)]


class FeeRow(Rule):
    """A price per item or per endorsement, in whole yuan; without `amount` there is no line."""

    code: NonEmpty
    per: Literal["item", "endorsement"]
    ledger: Ledger
    amount: Amount | None = None


class PostageRow(Rule):
    """The price of one leg of one parcel, in whole yuan."""

    ledger: Ledger
    amount: Amount


class TwoWayRow(Rule):
    """An item for which a parcel of `legs` legs (fetched and brought) may be asked."""

    legs: Annotated[int, Field(ge=2)]


class WaiverRow(Rule):
    """Postage not charged; the first row by `order` that applies is named."""

    order: int
    ground: Ground
    proof: Proof


class TimeRow(Rule):
    """How long an item takes, counted from the day after acceptance."""

    days: Count
    unit: Unit


class ValidityRow(Rule):
    """For how many years the document is made out; no row, no years."""

    years: Count


class InstantRow(Rule):
    """An item that is handed over at once when no material is open."""


class ReckoningRow(Row):
    """How ages are counted: the day on which someone born on 29 February completes a year."""

    leap_birthday: Literal["02-28", "03-01"]


class YearRow(Row):
    """One year of the working-day calendar: weekdays that are off, weekend days that work."""

    year: int
    published: bool
    off: Days = ()
    on: Days = ()


class PlainYearRow(Row):
    """Days off of a year whose table is not published: the weekend and these."""

    off: Annotated[tuple[MonthDay, ...], Strict(False)]
    weekend: Weekdays


class HoursRow(Row):
    """When places with this `profile` are open, at the site's own time.

    Without `weekdays` (1 = Monday): on working days. With them: on those that are none.
    """

    profile: Slug
    weekdays: Weekdays = ()
    opens: PlainTime
    closes: PlainTime


class SiteRow(Row):
    """One place of the network; `id` is its code. `position`: 1/1000 degree north, east."""

    kind: Annotated[SiteKind, Strict(False)]
    district: DivisionCode
    name: Text
    address: NonEmpty
    hours: Slug
    position: tuple[int, int] | None = Field(default=None, strict=False)
    instant: bool = False
    """Has machines that issue while one waits."""


class PhotoRow(Row):
    """What an electronic photo must measure: pixels, kilobytes, and age for reuse."""

    width: tuple[Count, Count] = Field(strict=False)
    height: tuple[Count, Count] = Field(strict=False)
    ratio: tuple[Count, Count] = Field(strict=False)
    kilobytes: tuple[Count, Count] = Field(strict=False)
    reuse_days: Count
    reuse_days_elderly: Count
    elderly_from: Count
    """Age from which `reuse_days_elderly` applies."""


class LimitRow(Row):
    """A number other rooms keep to: `code` says which, `unit` of what."""

    code: NonEmpty
    amount: Count
    unit: Literal["day", "hour", "row"]


class NameRow(Row):
    """What people call a code."""

    code: NonEmpty
    name: Text


class DocumentRow(Row):
    """A document and the forms its number has had (regular expressions for the whole number)."""

    code: Annotated[Document, Strict(False)]
    numbers: Annotated[tuple[str, ...], Field(min_length=1, strict=False)]


TABLE_LEVEL: dict[str, Level] = {
    "terms": "application",
    "suspensions": "item",
    "scope": "item",
    "warnings": "application",
    "postage": "application",
    "two_way": "item",
    "waivers": "application",
    "processing_time": "item",
    "validity": "item",
    "instant_issue": "item",
}
"""At which level a rule table is evaluated; materials, deferral and fees say so row by row."""
