"""Applications: created once and for ever, and read within the caller's jurisdiction."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, Row, and_, select
from starlette.responses import Response

from central.auth.scope import PEOPLE_READERS, PEOPLE_WRITERS, covers
from central.intake_desk import arrival_of
from central.problems import Problem, not_found
from central.receipts import receipt_of
from central.resource import Call, Called, Resource
from central.rules import read_application
from central.storage.schema import application_ids, applications
from intake.application import Application

router = Resource(prefix="/v1/applications", tags=["applications"])


class Receipt(BaseModel):
    """The centre's signed answer that it holds the application."""

    model_config = ConfigDict(frozen=True)

    receipt: str


@router.offer(
    "PUT",
    "/{id}",
    roles=PEOPLE_WRITERS,
    body=Application,
    answer=Receipt,
    status=201,
    also={200: "Held already, with the same bytes"},
    refusals=(
        "id-taken",
        "possible-duplicate",
        "unknown-pack",
        "rules-disagree",
        "precondition-failed",
        "precondition-required",
        "unavailable",
    ),
    headers=("If-None-Match", "Override-Duplicate"),
)
async def put_application(id: UUID, call: Called) -> Response:
    """Hold an application under the id its station minted.

    The same bytes again get the same receipt, for ever.
    """
    create_only(call)
    application = read_application(call.body)
    if application.id != id:
        raise Problem("invalid", field="id", message="not the id of this address")
    arrival = await arrival_of(call, application)
    held = await call.centre.store.accept(arrival)
    metrics = call.centre.metrics
    (metrics.accepted if held.created else metrics.repeated).inc()
    return Response(
        Receipt(receipt=receipt_of(call.centre.identity, held)).model_dump_json(),
        201 if held.created else 200,
        {"ETag": f'"{held.sha256}"'},
        "application/json",
    )


@router.offer("GET", "/{id}", roles=PEOPLE_READERS, answer=Application)
async def get_application(id: UUID, call: Called) -> Response:
    """The application's bytes, unchanged."""
    row = await call.read(lambda connection: visible_application(connection, call, id))
    headers = {"ETag": f'"{row.sha256}"', "Application-Received": row.received_at.isoformat()}
    return Response(row.body, 200, headers, "application/json")


def create_only(call: Call) -> None:
    """Creation is asked for with `If-None-Match: *`, or refused."""
    if call.header("if-match") is not None:
        raise Problem("precondition-failed")  # What was accepted is never overwritten.
    if call.header("if-none-match") != "*":
        raise Problem("precondition-required")


def visible_application(connection: Connection, call: Call, identifier: UUID) -> Row[Any]:
    """The row of an application the caller may see. Raises Problem `not-found`."""
    row = connection.execute(
        select(applications, application_ids.c.sha256)
        .join(
            application_ids,
            and_(
                applications.c.received_on == application_ids.c.received_on,
                applications.c.id == application_ids.c.id,
            ),
        )
        .where(application_ids.c.id == identifier)
    ).one_or_none()
    if row is None:
        raise not_found()
    if not covers(call.caller, row.station, row.district):
        call.centre.log.warning(
            "out of jurisdiction", clerk=call.caller.clerk, station=call.caller.station
        )
        raise not_found()
    return row
