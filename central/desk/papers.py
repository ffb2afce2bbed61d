"""What became of a case, and what was handed to the person about it."""

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from central.acts import Act, Acting
from central.desk.closing import close
from central.desk.shapes import Index, application_of, row_of
from central.model import Code, Sha256, Shape
from central.problems import Problem
from central.storage import records
from intake.days import city_day


class Closure(Shape):
    """An item has come to its end; the person may ask for the same again."""

    item: Index
    outcome: Literal["issued", "withdrawn", "terminated", "refused"]


class Conversion(Shape):
    """The draft this application was made from."""

    pre_acceptance: Annotated[UUID, Field(strict=False)]


class NoticeLine(Shape):
    """One missing material."""

    code: Code
    item: Index | None = None


class Notice(Shape):
    """The one-time notice (一次性告知) of everything that is missing."""

    lines: Annotated[tuple[NoticeLine, ...], Field(min_length=1, max_length=50, strict=False)]
    printed_at: AwareDatetime


class Referral(Shape):
    """Not here, but there."""

    site: Code | None
    items: Annotated[tuple[Index, ...], Field(min_length=1, max_length=20, strict=False)]
    rule: Code
    printed_at: AwareDatetime | None = None


class Print(Shape):
    """A slip was printed; `copy_number` above 1 is a reprint and says so."""

    what: Literal["receipt", "notice", "deferral", "referral", "waybill", "expiry"]
    copy_number: Annotated[int, Field(ge=1, le=100)]
    sha256: Sha256


def _closure(act: Acting[Closure]) -> str:
    if close(act, act.body.item, act.body.outcome) == 0:
        raise act.refuse("closed")
    return act.body.outcome


def _conversion(act: Acting[Conversion]) -> str:
    row = records.find(act.connection, act.body.pre_acceptance, "pre-acceptance")
    if row is None or row.person_key != row_of(act).person_key:
        raise Problem("invalid", field="pre_acceptance", message="no draft of this person")
    if row.state != "open":
        raise act.refuse(row.state)
    # A station may have been without a network since: the day that counts is that of acceptance.
    if row.due_on < city_day(application_of(act).accepted_at):
        raise act.refuse("expired")
    records.change(
        act.connection, row, state="converted", detail={"application": str(act.application)}
    )
    return "held"


def _only_held(_: Acting[Any]) -> str:
    return "held"


ACTS: Final[tuple[Act[Any], ...]] = (
    Act("closures", "closure", Closure, "Say that an item has come to its end", _closure),
    Act(
        "conversions",
        "conversion",
        Conversion,
        "Say which pre-acceptance this application was made from",
        _conversion,
    ),
    Act(
        "notices",
        "notice",
        Notice,
        "Record a one-time notice",
        _only_held,
        needs_application=False,
    ),
    Act(
        "referrals", "referral", Referral, "Record a referral", _only_held, needs_application=False
    ),
    Act(
        "prints",
        "print",
        Print,
        "Record that a slip was printed",
        _only_held,
        needs_application=False,
    ),
)
