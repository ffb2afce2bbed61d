"""What can be done about an accepted application, and what follows from it."""

import json
from typing import Annotated, Any, Final, Literal
from uuid import uuid5

from pydantic import AwareDatetime, Field
from sqlalchemy import update

from central.acts import Act, Acting
from central.model import Clean, Code, Line, Sha256, Shape
from central.problems import Problem
from central.storage import records
from central.storage.port import NewRecord
from central.storage.schema import open_items
from intake.application import Application, Recipient

Index = Annotated[int, Field(ge=0, le=50)]
Channel = Literal["window", "post", "online", "proxy"]
OPEN: Final = ("open", "extended")


class Supplement(Shape):
    """A deferred material handed in, by any channel, without a queue number."""

    code: Code
    item: Index | None
    channel: Channel
    received_at: AwareDatetime
    handed_in_by: Literal["applicant", "proxy", "courier", "online"] = "applicant"
    note: Clean | None = Field(default=None, max_length=500)


class Check(Shape):
    """What the look at a handed-in material said."""

    code: Code
    item: Index | None
    result: Literal["verified", "rejected"]


class Extension(Shape):
    """More time for a deferred material, once and as long as the pack says."""

    code: Code
    item: Index | None
    reason: Line


class Payment(Shape):
    """Money received, or expected. Whole yuan. It never stands in the way of acceptance."""

    ledger: Literal["treasury", "carrier"]
    amount: Annotated[int, Field(ge=0, le=100_000)]
    method: Literal["cash", "card", "code"]
    state: Literal["recorded", "pending"]
    reference: Clean | None = Field(default=None, max_length=64)
    paid_at: AwareDatetime | None = None


class Waiver(Shape):
    """Postage waived on a proof the rules do not know: a second person approves it."""

    parcel: Index
    ground: Literal["age", "disability", "other"]
    proof: Line
    certificate_hash: Sha256 | None = None


class ArrangedParcel(Shape):
    """One parcel of an arrangement."""

    items: Annotated[tuple[Index, ...], Field(min_length=1, max_length=20, strict=False)]
    legs: Literal[1, 2] = 1


class Arrangement(Shape):
    """How the accepted items are put into parcels."""

    parcels: Annotated[tuple[ArrangedParcel, ...], Field(min_length=1, max_length=20, strict=False)]


class Contact(Shape):
    """Who is called and who gets the parcels, instead of what the application says."""

    phone: Clean | None = Field(default=None, max_length=32)
    recipient: Recipient | None = None


class Closure(Shape):
    """An item has come to its end; the person may ask for the same again."""

    item: Index
    outcome: Literal["issued", "withdrawn", "terminated", "refused"]


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

    what: Literal["receipt", "notice", "deferral", "referral", "waybill"]
    copy_number: Annotated[int, Field(ge=1, le=100)]
    sha256: Sha256


def _supplement(act: Acting[Supplement]) -> str:
    row = _deferral(act, act.body.code, act.body.item)
    line = json.loads(row.body)
    if act.body.channel not in line["channels"]:
        raise Problem("invalid", field="channel", message="not a channel of this deferral")
    in_time = row.state == "expired" and act.body.received_at.date() <= row.due_on
    if row.state not in (*OPEN, "rejected") and not in_time:
        raise act.refuse(row.state)
    records.change(
        act.connection,
        row,
        state="received",
        detail={"received_at": act.body.received_at.isoformat(), "channel": act.body.channel},
    )
    return "held"


def _check(act: Acting[Check]) -> str:
    row = _deferral(act, act.body.code, act.body.item)
    if row.state != "received":
        raise act.refuse(row.state)
    reopened = json.loads(row.detail).get("reopened", 0)
    state = act.body.result
    if state == "rejected":
        # What fails the look reopens once, with the same due date.
        state = "open" if reopened == 0 else "rejected"
        reopened += 1
    records.change(act.connection, row, state=state, detail={"reopened": reopened})
    return "held"


def _extension(act: Acting[Extension]) -> str:
    row = _deferral(act, act.body.code, act.body.item)
    if row.state != "open":
        raise act.refuse(row.state)
    application = Application.model_validate_json(_held(act).body)
    due = act.call.centre.rules.extended(application, act.body.code, row.due_on)
    if due is None:
        raise act.refuse("no extension")
    records.change(act.connection, row, state="extended", due_on=due)
    return "held"


def _payment(act: Acting[Payment]) -> str:
    return act.body.state


def _waiver(act: Acting[Waiver]) -> str:
    application = Application.model_validate_json(_held(act).body)
    if act.body.parcel >= len(application.decision.parcels):
        raise Problem("invalid", field="parcel", message="no such parcel")
    return "granted"


def _arrangement(act: Acting[Arrangement]) -> str:
    parcels = records.of_application(act.connection, act.application, "parcel")
    present = [row for row in parcels if row.state != "replaced"]
    posted = next((row for row in present if row.state != "planned"), None)
    if posted is not None:
        raise act.refuse(posted.state)
    wanted = sorted(item for parcel in act.body.parcels for item in parcel.items)
    carried = sorted(item for row in present for item in json.loads(row.body)["items"])
    if wanted != carried:
        raise Problem("invalid", field="parcels", message="every posted item in one parcel")
    recipient = json.loads(present[0].body)["recipient"]
    for row in present:
        records.change(act.connection, row, state="replaced")
    for number, parcel in enumerate(act.body.parcels):
        body = {**parcel.model_dump(mode="json"), "ready_by": None, "recipient": recipient}
        text = json.dumps(body, ensure_ascii=False)
        new = NewRecord(
            kind="parcel",
            id=uuid5(act.key, f"parcel:{number}"),
            application_id=act.application,
            station=present[0].station,
            district=present[0].district,
            person_key=present[0].person_key,
            state="planned",
            sha256=records.sha256_of(text),
            created_at=act.call.now,
            created_by=act.call.caller.clerk,
            body=text,
            detail=present[0].detail,
        )
        records.create(act.connection, new)
    return "held"


def _contact(act: Acting[Contact]) -> str:
    changes = act.body.model_dump(mode="json", exclude_none=True)
    for row in records.of_application(act.connection, act.application, "parcel"):
        if row.state == "planned":
            records.change(act.connection, row, detail=changes)
    return "held"


def _closure(act: Acting[Closure]) -> str:
    done = act.connection.execute(
        update(open_items)
        .where(
            open_items.c.application_id == act.application,
            open_items.c.item == act.body.item,
            open_items.c.closed_at.is_(None),
        )
        .values(closed_at=act.call.now, closed_as=act.body.outcome)
    )
    if done.rowcount == 0:
        raise act.refuse("closed")
    return act.body.outcome


def _only_held(_: Acting[Any]) -> str:
    return "held"


def _held(act: Acting[Any]) -> Any:
    if act.held is None:
        raise AssertionError("this act needs an application")
    return act.held


def _deferral(act: Acting[Any], code: str, item: int | None) -> Any:
    for row in records.of_application(act.connection, act.application, "deferral"):
        line = json.loads(row.body)
        if (line["code"], line["item"]) == (code, item):
            return row
    raise Problem("invalid", field="code", message="not deferred")


ACTS: Final[tuple[Act[Any], ...]] = (
    Act("supplements", "supplement", Supplement, "Hand in a deferred material", _supplement),
    Act("checks", "check", Check, "Say whether a handed-in material holds", _check),
    Act("extensions", "extension", Extension, "Give a deferral more time, once", _extension),
    Act("payments", "payment", Payment, "Record a payment, or that one is expected", _payment),
    Act(
        "waivers",
        "waiver",
        Waiver,
        "Waive postage on another proof; needs an approval",
        _waiver,
        needs_approval=True,
    ),
    Act("arrangements", "arrangement", Arrangement, "Combine or split the parcels", _arrangement),
    Act("contacts", "contact", Contact, "Change whom to call and where to send", _contact),
    Act("closures", "closure", Closure, "Say that an item has come to its end", _closure),
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
"""Every act there is."""
