"""What is posted: how items are put into parcels, who gets them, and where a parcel is."""

import json
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final, Literal
from uuid import UUID, uuid5

from pydantic import AwareDatetime, Field
from sqlalchemy import Connection, Row, select

from central.acts import Act, Acting
from central.desk.shapes import Index, application_of, day_it_happened
from central.model import Clean, Shape
from central.problems import Problem
from central.storage import records
from central.storage.port import NewRecord
from central.storage.schema import open_items
from intake.application import Recipient
from intake.decision import Decision
from intake.postal_numbers import tracking_number_ok

HELD_DAYS: Final = timedelta(days=7)
WAY: Final = {
    "planned": ("handed_over", "pickup_converted"),
    "collected": ("arrived",),
    "arrived": ("handed_over", "pickup_converted"),
    "handed_over": ("in_transit", "returned"),
    "in_transit": ("attempt_1", "delivered", "returned"),
    "attempt_1": ("attempt_2", "delivered", "held"),
    "attempt_2": ("held", "delivered"),
    "held": ("delivered", "returned", "pickup_converted"),
    "returned": ("handed_over", "pickup_converted"),
}
"""Where a parcel may go from each state; the others are its ends."""

TWO_LEGS: Final = {**WAY, "planned": ("collected", "pickup_converted")}
"""The same when the carrier first brings the old document to the office."""

CONTACT: Final = ("about", "recipient")
"""What stays in the detail when parcels are arranged anew."""

STILL_HERE: Final = ("planned", "collected", "arrived", "returned")
"""States in which a new address still reaches the parcel."""

NUMBERED: Final = ("collected", "handed_over")
"""Steps with which the carrier gives its number: each leg has its own."""

State = Literal[
    "collected",
    "arrived",
    "handed_over",
    "in_transit",
    "attempt_1",
    "attempt_2",
    "held",
    "delivered",
    "returned",
    "pickup_converted",
]
EmsNumber = Annotated[str, Field(pattern=r"^([A-Z]{2}[0-9]{9}[A-Z]{2}|[0-9]{13})$")]


class ParcelStep(Shape):
    """Where a parcel is now. The carrier's number comes with `handed_over` and `collected`."""

    state: State
    ems_number: EmsNumber | None = None


class StepTaken(Shape):
    """The same from a station without a network: it says which parcel and when."""

    parcel: Annotated[UUID, Field(strict=False)]
    state: State
    ems_number: EmsNumber | None = None
    at: AwareDatetime


class ArrangedParcel(Shape):
    """One parcel of an arrangement."""

    items: Annotated[tuple[Index, ...], Field(min_length=1, max_length=20, strict=False)]


class Arrangement(Shape):
    """How the accepted items are put into parcels.

    Each parcel the applicant wants costs its postage; one the office splits off costs nothing.
    """

    parcels: Annotated[tuple[ArrangedParcel, ...], Field(min_length=1, max_length=20, strict=False)]
    wanted_by: Literal["applicant", "office"] = "applicant"


class Contact(Shape):
    """Who is called and who gets the parcels, instead of what the application says."""

    phone: Clean | None = Field(default=None, max_length=32)
    recipient: Recipient | None = None


def bodies(decision: Decision, recipient: Recipient | None) -> list[dict[str, Any]]:
    """The parcels of a decision as records: what they carry, cost, and who gets them."""
    prices = [line for line in decision.fees if line.code == "postage"]
    address = recipient.model_dump(mode="json") if recipient else None
    return [
        {
            "number": number,
            **parcel.model_dump(mode="json"),
            "postage": price.amount,
            "waived": price.waived,
            "recipient": address,
        }
        for number, (parcel, price) in enumerate(zip(decision.parcels, prices, strict=True))
    ]


def present(connection: Connection, application: UUID) -> list[Row[Any]]:
    """An application's parcels as they are arranged now, by their numbers."""
    rows = records.of_application(connection, application, "parcel")
    rows = [row for row in rows if row.state != "replaced"]
    return sorted(rows, key=lambda row: json.loads(row.body)["number"])


def parcel_numbered(act: Acting[Any], number: int) -> Row[Any]:
    """One of the present parcels. Raises Problem."""
    rows = present(act.connection, act.application)
    if number >= len(rows):
        raise Problem("invalid", field="parcel", message="no such parcel")
    return rows[number]


def move(
    connection: Connection, row: Row[Any], state: State, number: str | None, at: datetime, day: date
) -> None:
    """Take one step of a parcel's way. Raises Problem."""
    body = json.loads(row.body)
    way = TWO_LEGS if body["legs"] == 2 else WAY
    if state not in way.get(row.state, ()):
        raise Problem("state-conflict", state=row.state)
    if (state in NUMBERED) != (number is not None):
        raise Problem(
            "invalid", field="ems_number", message="comes with a hand-over, and only then"
        )
    if number is not None and not tracking_number_ok(number):
        raise Problem("invalid", field="ems_number", message="its check digit does not fit")
    if state == "handed_over":
        _ready(connection, row, set(body["items"]))
    detail: dict[str, Any] = {state: at.isoformat()}
    if number is not None:
        detail["collection_number" if state == "collected" else "ems_number"] = number
    until = day + HELD_DAYS if state == "held" else None
    records.change(connection, row, state=state, detail=detail, due_on=until)


def _ready(connection: Connection, parcel: Row[Any], items: set[int]) -> None:
    """Nothing is posted while one of its items' materials is awaited, or when nothing is left."""
    for row in records.of_application(connection, parcel.application_id, "deferral"):
        its = json.loads(row.body)["item"]
        waiting = row.state in ("open", "extended", "received", "rejected")
        if waiting and (its is None or its in items):
            raise Problem("state-conflict", state=f"deferral {row.state}")
    ends = connection.execute(
        select(open_items.c.item, open_items.c.closed_as).where(
            open_items.c.application_id == parcel.application_id
        )
    )
    ended = {row.item for row in ends if row.closed_as not in (None, "issued")}
    if items <= ended:
        raise Problem("state-conflict", state="nothing to post")


def _step(act: Acting[StepTaken]) -> str:
    row = records.find(act.connection, act.body.parcel, "parcel")
    if row is None or row.application_id != act.application:
        raise Problem("invalid", field="parcel", message="no parcel of this application")
    day = day_it_happened(act, act.body.at, "at")
    move(act.connection, row, act.body.state, act.body.ems_number, act.body.at, day)
    return act.body.state


def _arrangement(act: Acting[Arrangement]) -> str:
    before = present(act.connection, act.application)
    posted = next((row for row in before if row.state != "planned"), None)
    if posted is not None:
        raise act.refuse(posted.state)
    wanted = sorted(item for parcel in act.body.parcels for item in parcel.items)
    carried = sorted(item for row in before for item in json.loads(row.body)["items"])
    if wanted != carried or not before:
        raise Problem("invalid", field="parcels", message="every posted item in one parcel")
    first = json.loads(before[0].body)
    ready = application_of(act).decision.items
    waived = first["waived"] or any("waived_by" in json.loads(row.detail) for row in before)
    for row in before:
        records.change(act.connection, row, state="replaced")
    for number, parcel in enumerate(act.body.parcels):
        days = [item.ready_by for item in ready if item.index in parcel.items]
        known = [day for day in days if day is not None]
        body = {
            "number": number,
            "items": list(parcel.items),
            "legs": first["legs"],
            "ready_by": max(known).isoformat() if len(known) == len(days) else None,
            "postage": 0 if number and act.body.wanted_by == "office" else first["postage"],
            "waived": waived,
            "recipient": first["recipient"],
        }
        records.create(act.connection, _planned(act, before[0], number, body))
    return "held"


def _planned(act: Acting[Any], like: Row[Any], number: int, body: dict[str, Any]) -> NewRecord:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    said = json.loads(like.detail)
    kept = {name: said[name] for name in CONTACT if name in said}
    return NewRecord(
        kind="parcel",
        id=uuid5(act.key, f"parcel:{number}"),
        application_id=act.application,
        station=like.station,
        district=like.district,
        person_key=like.person_key,
        state="planned",
        sha256=records.sha256_of(text),
        created_at=act.call.now,
        created_by=act.call.caller.clerk,
        body=text,
        detail=json.dumps(kept, ensure_ascii=False, separators=(",", ":")),
    )


def _contact(act: Acting[Contact]) -> str:
    phone, recipient = act.body.phone, act.body.recipient
    if phone is None and recipient is None:
        raise Problem("invalid", field="", message="a phone or a recipient")
    changes = {"recipient": recipient.model_dump(mode="json")} if recipient else {}
    for row in present(act.connection, act.application):
        if row.state in STILL_HERE:
            records.change(act.connection, row, detail={**changes, **_about(row, phone)})
    for row in records.of_application(act.connection, act.application, "deferral"):
        records.change(act.connection, row, detail=_about(row, phone))
    return "held"


def _about(row: Row[Any], phone: str | None) -> dict[str, Any]:
    about = json.loads(row.detail)["about"]
    return {"about": {**about, "phone": phone or about["phone"]}}


ACTS: Final[tuple[Act[Any], ...]] = (
    Act("arrangements", "arrangement", Arrangement, "Combine or split the parcels", _arrangement),
    Act("parcel-steps", "parcel-step", StepTaken, "Say where a parcel is", _step),
    Act("contacts", "contact", Contact, "Change whom to call and where to send", _contact),
)
