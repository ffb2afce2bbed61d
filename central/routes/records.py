"""Deferrals, parcels and the like across applications: lists, one by id, and parcels' way."""

import json
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, Row, select
from starlette.responses import Response

from central.auth.scope import PEOPLE_READERS, PEOPLE_WRITERS, within
from central.desk.parcels import ParcelStep, move
from central.paging import Cursor, Limit, cursor_of, place_of
from central.problems import Problem
from central.resource import Call, Called, Resource
from central.seen import visible_record
from central.storage import records
from central.storage.schema import records as table

router = Resource(prefix="/v1", tags=["records"])

COLLECTIONS: Final = {
    "deferrals": "deferral",
    "supplements": "supplement",
    "waivers": "waiver",
    "payments": "payment",
    "parcels": "parcel",
    "notices": "notice",
    "referrals": "referral",
    "tickets": "ticket",
    "pre-acceptances": "pre-acceptance",
}


class About(BaseModel):
    """Whom to call about a deferral or parcel, and the number of their application.

    `person` is the identity number; a deferral's only, so that a station without a network knows
    the card again.
    """

    model_config = ConfigDict(frozen=True)

    number: str
    name: str
    phone: str | None
    person: str | None = None


class Record(BaseModel):
    """One record. `body` is what was sent and never changes; `detail` goes with the state."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    kind: str
    application: UUID | None
    station: str
    state: str
    due_on: date | None
    revision: int
    created_at: str
    created_by: str
    body: dict[str, Any]
    detail: dict[str, Any]
    about: About | None


class Page(BaseModel):
    """One page of a list; `next` is the cursor of the following one."""

    items: list[Record]
    next: str | None


@router.offer(
    "PATCH",
    "/parcels/{id}",
    roles=PEOPLE_WRITERS,
    body=ParcelStep,
    answer=Record,
    refusals=("state-conflict", "precondition-failed", "precondition-required", "unavailable"),
    headers=("If-Match",),
)
async def patch_parcel(id: UUID, call: Called) -> Response:
    """Move a parcel on its way. It waits while a deferral of its items is open."""
    step = call.take(ParcelStep)

    def work(connection: Connection) -> Row[Any]:
        row = expected(call, visible_record(connection, call, id, "parcel"))
        move(connection, row, step.state, step.ems_number, call.now, call.today)
        call.enter(connection, "parcel.moved", parcel=str(id), state=step.state)
        return visible_record(connection, call, id, "parcel")

    return one(await call.write(work))


def expected(call: Call, row: Row[Any]) -> Row[Any]:
    """The row, if it is in the revision the caller knows. Raises Problem."""
    wanted = call.header("if-match")
    if wanted is None:
        raise Problem("precondition-required")
    if wanted != records.etag(row):
        raise Problem("precondition-failed")
    return row


def one(row: Row[Any], status: int = 200) -> Response:
    """A record as an answer."""
    text = json.dumps(records.shown(row), ensure_ascii=False)
    return Response(text, status, {"ETag": records.etag(row)}, "application/json")


State = Annotated[str, Field(pattern="^[a-z_0-9]{1,24}$")]
States = Annotated[tuple[State, ...], Query(max_length=12)]


def _offer(collection: str, kind: str) -> None:
    @router.offer("GET", f"/{collection}", roles=PEOPLE_READERS, answer=Page)
    async def listed(
        call: Called,
        application: UUID | None = None,
        state: States = (),
        due_from: date | None = None,
        due_before: date | None = None,
        limit: Limit = 100,
        cursor: Cursor = None,
    ) -> Page:
        after = place_of(cursor, 1)
        wanted = select(table).where(
            table.c.kind == kind, within(call.caller, table.c.station, table.c.district)
        )
        if application is not None:
            wanted = wanted.where(table.c.application_id == application)
        if state:
            wanted = wanted.where(table.c.state.in_(state))
        if due_from is not None:
            wanted = wanted.where(table.c.due_on >= due_from)
        if due_before is not None:
            wanted = wanted.where(table.c.due_on < due_before)
        if after is not None:
            wanted = wanted.where(table.c.id > _uuid(after[0]))
        rows = await call.read(lambda c: list(c.execute(wanted.order_by(table.c.id).limit(limit))))
        return Page.model_validate(
            {
                "items": [records.shown(row) for row in rows],
                "next": cursor_of(str(rows[-1].id)) if len(rows) == limit else None,
            }
        )

    listed.__doc__ = f"The {collection} in the caller's jurisdiction."

    @router.offer("GET", f"/{collection}/{{id}}", roles=PEOPLE_READERS, answer=Record)
    async def single(id: UUID, call: Called) -> Response:
        return one(await call.read(lambda c: visible_record(c, call, id, kind)))

    single.__doc__ = "One of them."


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Problem("invalid", field="cursor", message="not a cursor of this list") from None


for _collection, _kind in COLLECTIONS.items():
    _offer(_collection, _kind)
