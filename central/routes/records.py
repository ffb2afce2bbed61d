"""Deferrals, parcels and the like across applications: lists, one by id, and parcels' way."""

import json
from datetime import date, timedelta
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, Row, select
from starlette.responses import Response

from central.auth.scope import PEOPLE_READERS, PEOPLE_WRITERS, within
from central.model import Shape
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
HELD_DAYS: Final = timedelta(days=7)
WAY: Final = {
    "planned": ("handed_over", "pickup_converted"),
    "handed_over": ("in_transit", "returned"),
    "in_transit": ("attempt_1", "delivered", "returned"),
    "attempt_1": ("attempt_2", "delivered", "held"),
    "attempt_2": ("held", "delivered"),
    "held": ("delivered", "returned", "pickup_converted"),
    "returned": ("handed_over", "pickup_converted"),
}
"""Where a parcel may go from each state; the others are its ends."""


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


class Page(BaseModel):
    """One page of a list; `next` is the cursor of the following one."""

    items: list[Record]
    next: str | None


class ParcelStep(Shape):
    """Where a parcel is now. The carrier's number comes with `handed_over`."""

    state: Literal[
        "handed_over",
        "in_transit",
        "attempt_1",
        "attempt_2",
        "held",
        "delivered",
        "returned",
        "pickup_converted",
    ]
    ems_number: Annotated[str, Field(pattern=r"^([A-Z]{2}[0-9]{9}[A-Z]{2}|[0-9]{13})$")] | None = (
        None
    )


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
    """Move a parcel on its way. A parcel waits while one of its application's deferrals is open."""
    step = call.take(ParcelStep)
    if step.ems_number is not None and not tracking_number_holds(step.ems_number):
        raise Problem("invalid", field="ems_number", message="its check digit does not fit")

    def work(connection: Connection) -> Row[Any]:
        row = expected(call, visible_record(connection, call, id, "parcel"))
        if step.state not in WAY.get(row.state, ()):
            raise Problem("state-conflict", state=row.state)
        if step.state == "handed_over":
            if step.ems_number is None:
                raise Problem("invalid", field="ems_number", message="missing")
            _nothing_open(connection, row)
        detail: dict[str, Any] = {step.state: call.now.isoformat()}
        if step.ems_number is not None:
            detail["ems_number"] = step.ems_number
        until = call.now.date() + HELD_DAYS if step.state == "held" else None
        records.change(connection, row, state=step.state, detail=detail, due_on=until)
        call.enter(connection, "parcel.moved", parcel=str(id), state=step.state)
        return visible_record(connection, call, id, "parcel")

    return one(await call.write(work))


def tracking_number_holds(number: str) -> bool:
    """Whether a UPU S10 number has its check digit; domestic ones of 13 digits have none."""
    if number.isdigit():
        return True
    digits = number[2:11]
    total = sum(int(d) * w for d, w in zip(digits, (8, 6, 4, 2, 3, 5, 9, 7), strict=False))
    return int(digits[8]) == {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)


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


def _nothing_open(connection: Connection, parcel: Row[Any]) -> None:
    for row in records.of_application(connection, parcel.application_id, "deferral"):
        if row.state in ("open", "extended", "received"):
            raise Problem("state-conflict", state=f"deferral {row.state}")


def _offer(collection: str, kind: str) -> None:
    @router.offer("GET", f"/{collection}", roles=PEOPLE_READERS, answer=Page)
    async def listed(
        call: Called,
        application: UUID | None = None,
        state: Annotated[str | None, Query(pattern="^[a-z_0-9]{1,24}$")] = None,
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
        if state is not None:
            wanted = wanted.where(table.c.state == state)
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
