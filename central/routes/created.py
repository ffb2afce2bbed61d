"""Tickets and pre-acceptances: made once under an id from outside, then moved along."""

from datetime import date, timedelta
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import Field
from sqlalchemy import Connection, Row, select
from starlette.responses import Response

from central.auth.scope import PEOPLE_WRITERS
from central.model import Clean, Line, PersonNumber, Shape
from central.problems import Problem
from central.resource import Call, Called, Resource
from central.routes.applications import Receipt, create_only, receipted
from central.routes.records import Record, expected, one
from central.seen import visible_record
from central.storage import records
from central.storage.port import Held, NewRecord
from central.storage.schema import records as table
from intake.facts import Item

router = Resource(prefix="/v1", tags=["queue and pre-acceptance"])

LONGEST_PRE_ACCEPTANCE: Final = timedelta(days=90)
TICKET_WAY: Final = {
    "waiting": ("called", "left"),
    "called": ("served", "left", "waiting"),
}


class Ticket(Shape):
    """A queue number. Everyone in hours gets one, and everyone with one is served."""

    number: Annotated[str, Field(pattern=r"^[A-Z]?[0-9]{1,4}$")]
    day: date
    purpose: Literal["intake", "pickup", "question"] = "intake"


class TicketStep(Shape):
    """What became of a queue number."""

    state: Literal["waiting", "called", "served", "left"]


class PreAcceptance(Shape):
    """A draft the applicant made at a kiosk or on the web. No statutory clock starts with it."""

    number: PersonNumber
    name: Line
    phone: Clean | None = Field(default=None, max_length=32)
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=20, strict=False)]
    channel: Literal["kiosk", "web"]
    expires_on: date
    note: Clean | None = Field(default=None, max_length=500)


CREATION = {
    "roles": PEOPLE_WRITERS,
    "answer": Receipt,
    "status": 201,
    "also": {200: "Held already, with the same bytes"},
    "refusals": ("id-taken", "precondition-failed", "precondition-required", "unavailable"),
    "headers": ("If-None-Match",),
}


@router.offer("PUT", "/tickets/{id}", body=Ticket, **CREATION)
async def put_ticket(id: UUID, call: Called) -> Response:
    """Give out a queue number."""
    ticket = call.take(Ticket)
    return await _create(call, id, "ticket", "waiting", ticket.day, None)


@router.offer(
    "PATCH",
    "/tickets/{id}",
    roles=PEOPLE_WRITERS,
    body=TicketStep,
    answer=Record,
    refusals=("state-conflict", "precondition-failed", "precondition-required", "unavailable"),
    headers=("If-Match",),
)
async def patch_ticket(id: UUID, call: Called) -> Response:
    """Call, serve or give up a queue number."""
    step = call.take(TicketStep)

    def work(connection: Connection) -> Row[Any]:
        row = expected(call, visible_record(connection, call, id, "ticket"))
        if step.state not in TICKET_WAY.get(row.state, ()):
            raise Problem("state-conflict", state=row.state)
        detail = {step.state: call.now.isoformat()}
        records.change(connection, row, state=step.state, detail=detail)
        call.enter(connection, "ticket.moved", ticket=str(id), state=step.state)
        return visible_record(connection, call, id, "ticket")

    return one(await call.write(work))


@router.offer("PUT", "/pre-acceptances/{id}", body=PreAcceptance, **CREATION)
async def put_pre_acceptance(id: UUID, call: Called) -> Response:
    """Keep a draft until somebody comes with it."""
    draft = call.take(PreAcceptance)
    today = call.today
    if not today <= draft.expires_on <= today + LONGEST_PRE_ACCEPTANCE:
        raise Problem("invalid", field="expires_on", message="from today to 90 days on")
    person = call.centre.identity.person_key(draft.number)
    return await _create(call, id, "pre-acceptance", "open", draft.expires_on, person)


def drafts_of(connection: Connection, person: bytes, day: date) -> list[Row[Any]]:
    """A person's drafts that are open and have not expired on `day`, newest first."""
    wanted = select(table).where(
        table.c.person_key == person,
        table.c.kind == "pre-acceptance",
        table.c.state == "open",
        table.c.due_on >= day,
    )
    return list(connection.execute(wanted.order_by(table.c.created_at.desc()).limit(50)))


async def _create(
    call: Call, identifier: UUID, kind: str, state: str, due_on: date, person: bytes | None
) -> Response:
    create_only(call)
    record = NewRecord(
        kind=kind,
        id=identifier,
        station=call.caller.station,
        district=call.caller.district,
        state=state,
        sha256=call.sha256,
        created_at=call.now,
        created_by=call.caller.clerk,
        body=call.body.decode(),
        person_key=person,
        due_on=due_on,
    )

    def work(connection: Connection) -> Held:
        before = records.find(connection, identifier)
        if before is not None:
            same = (before.kind, before.station, before.sha256)
            if same != (kind, call.caller.station, call.sha256):
                raise Problem("id-taken", sent_sha256=call.sha256)
            return records.held(before)
        held = records.create_receipted(
            connection, record, call.caller.station, call.centre.identity.kid
        )
        call.enter(connection, f"{kind}.held", id=str(identifier), sha256=call.sha256)
        return held

    return receipted(call, await call.write(work))
